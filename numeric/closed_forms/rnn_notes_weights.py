"""RNN notes (64) to (88): the gradients by the weight matrices, and the summary."""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import ONCE, TWO_STEPS
from numeric.closed_forms.form import Network
from numeric.closed_forms.network import column, diag, row
from numeric.closed_forms.reading import COPY, PLAIN
from numeric.closed_forms.rnn_notes_biases import inner_corrected, inner_printed
from numeric.closed_forms.rnn_notes_registry import (
    E,
    L,
    U,
    V,
    W,
    W_at,
    c,
    corrected,
    corrected_class,
    h,
    o,
    printed,
    printed_class,
    x,
    yhat,
)
from numeric.closed_forms.rnn_notes_states import activation, d_o_of_class_1, slope
from symbolic.forward import NodeKey

_Sides = tuple[Array, Array]


# V -----------------------------------------------------------------------------------------------


@printed_class("64-1")
def class_1(net: Network, t: int) -> _Sides:
    """L^(t) = -ln(yhat_1^(t))"""
    return net[E(t)], -net.apply("log", net[yhat(t)][0])


@printed_class("64-2")
def class_1_by_outputs(net: Network, t: int) -> _Sides:
    """L^(t) = -o_1^(t) + ln(sum_{i=1..3} exp(o_i^(t)))"""
    return net[E(t)], -net[o(t)][0] + net.apply("log", net.apply("exp", net[o(t)]).sum())


@printed_class("65")
def class_1_by_states(net: Network, t: int) -> _Sides:
    """L^(t) = -c_1 - sum_i v_1i h_i^(t) + ln(sum_k exp(c_k + sum_l v_kl h_l^(t)))"""
    outputs = net[c] + net[V] @ net[h(t)]
    return net[E(t)], -outputs[0] + net.apply("log", net.apply("exp", outputs).sum())


def _d_step_loss_d_v_11(net: Network, t: int) -> Array:
    """dL^(t)/dv_11; scalar."""
    return net.d(E(t), V)[0, 0]


@printed_class("66", fails="the index k of the numerator is bound nowhere; it stands for 1")
def d_step_loss_d_v_11_printed(net: Network, t: int) -> _Sides:
    """dL^(t)/dv_11 = -h_1^(t) + h_1^(t) exp(c_k + sum_l v_kl h_l^(t)) / sum_k exp(c_k
    + sum_l v_kl h_l^(t))
    """
    weights = net.apply("exp", net[c] + net[V] @ net[h(t)])
    first = net[h(t)][0]
    right = -first + first * weights / weights.sum()
    return np.ones_like(right) * _d_step_loss_d_v_11(net, t), right


@corrected_class("66")
def d_step_loss_d_v_11(net: Network, t: int) -> _Sides:
    """dL^(t)/dv_11 = -h_1^(t) + h_1^(t) exp(c_1 + sum_l v_1l h_l^(t)) / sum_k exp(c_k
    + sum_l v_kl h_l^(t))
    """
    weights = net.apply("exp", net[c] + net[V] @ net[h(t)])
    first = net[h(t)][0]
    return _d_step_loss_d_v_11(net, t), -first + first * weights[0] / weights.sum()


@printed_class("67")
def d_step_loss_d_v_11_by_output(net: Network, t: int) -> _Sides:
    """dL^(t)/dv_11 = -h_1^(t) + h_1^(t) yhat_1^(t)"""
    return _d_step_loss_d_v_11(net, t), -net[h(t)][0] + net[h(t)][0] * net[yhat(t)][0]


@printed_class("72", i=5)
@printed_class("71", i=4)
@printed_class("70", i=3)
@printed_class("69", i=2)
@printed_class("68", i=1)
def d_step_loss_d_v_1i(net: Network, t: int, i: int) -> _Sides:
    """dL^(t)/dv_1{i} = h_{i}^(t) (yhat_1^(t) - 1)"""
    return net.d(E(t), V)[0, i - 1], net[h(t)][i - 1] * (net[yhat(t)][0] - 1)


_ANNOUNCED = "the gradient dL^(t)/dV that the lines before it collect"


@printed_class("73", note=_ANNOUNCED)
def d_step_loss_d_v_collected(net: Network, t: int) -> _Sides:
    """dL^(t)/dV = (yhat_1^(t) - 1, yhat_2^(t), yhat_3^(t))^T (h_1^(t), ..., h_5^(t))"""
    return net.d(E(t), V), column(d_o_of_class_1(net, t)) @ row(net[h(t)])


@printed("74", note=_ANNOUNCED)
def d_step_loss_d_v(net: Network, t: int) -> _Sides:
    """dL^(t)/dV = (grad_{o^(t)} L) (h^(t))^T"""
    return net.d(E(t), V), column(net.d(L, o(t))) @ row(net[h(t)])


# W, at the last step -----------------------------------------------------------------------------


@printed_class("75", over=ONCE, note="the value of L^(tau), as (37)")
def last_loss_by_earlier_states(net: Network) -> _Sides:
    """L^(tau) = -c_1 - sum_i v_1i tanh(z_i) + ln(sum_k exp(c_k + sum_l v_kl tanh(z_l)))

    Here z_i = b_i + sum_alpha w_i,alpha h_alpha^(tau-1) + F(x^(tau)).
    """
    outputs = net[c] + net[V] @ net.apply("tanh", activation(net, net.last))
    return net[E(net.last)], -outputs[0] + net.apply("log", net.apply("exp", outputs).sum())


_OTHER_ROWS = (
    "w_11 acts through h_1 alone, so v_11 stands for sum_i v_1i,"
    " and the outputs 2 and 3 are missing"
)


def _immediate(net: Network) -> Array:
    """h_1^(tau-1) (1 - (h_1^(tau))^2); scalar."""
    return net[h(net.last - 1)][0] * slope(net, net.last)[0]


def _d_last_loss_d_w_11(net: Network) -> Array:
    """dL^(tau)/dw_11, whole or by the copy of the last step, as the reading has it; scalar."""
    return net.loss_step(L, E(net.last), W)[0, 0]


@printed_class("76", over=ONCE, readings=COPY, fails=_OTHER_ROWS)
def d_last_loss_d_w_11_by_exponentials_printed(net: Network) -> _Sides:
    """dL^(tau)/dw_11 = -m sum_i v_1i + m exp(o_1) sum_i v_1i / sum_k exp(o_k)

    Here m = h_1^(tau-1) (1 - (h_1^(tau))^2) and o_k = c_k + sum_l v_kl tanh(z_l).
    """
    weights = net.apply("exp", net[c] + net[V] @ net.apply("tanh", activation(net, net.last)))
    total = net[V][0].sum()
    right = -_immediate(net) * total + _immediate(net) * weights[0] * total / weights.sum()
    return _d_last_loss_d_w_11(net), right


@corrected_class("76", over=ONCE)
def d_last_loss_d_w_11_by_exponentials(net: Network) -> _Sides:
    """dL/dw_11^(tau) = -m v_11 + m sum_j exp(o_j) v_j1 / sum_k exp(o_k)

    Here m = h_1^(tau-1) (1 - (h_1^(tau))^2) and o_k = c_k + sum_l v_kl tanh(z_l).
    """
    weights = net.apply("exp", net[c] + net[V] @ net.apply("tanh", activation(net, net.last)))
    v = net[V][:, 0]
    right = -_immediate(net) * v[0] + _immediate(net) * (weights @ v) / weights.sum()
    return net.d(L, W_at(net.last))[0, 0], right


@printed_class("77", over=ONCE, readings=COPY, fails=_OTHER_ROWS)
def d_last_loss_d_w_11_by_output_printed(net: Network) -> _Sides:
    """dL^(tau)/dw_11 = -m sum_i v_1i + yhat_1^(tau) m sum_i v_1i

    Here m = h_1^(tau-1) (1 - (h_1^(tau))^2).
    """
    total = net[V][0].sum()
    right = -_immediate(net) * total + net[yhat(net.last)][0] * _immediate(net) * total
    return _d_last_loss_d_w_11(net), right


@corrected_class("77", over=ONCE)
def d_last_loss_d_w_11_by_output(net: Network) -> _Sides:
    """dL/dw_11^(tau) = -m v_11 + m sum_j yhat_j^(tau) v_j1

    Here m = h_1^(tau-1) (1 - (h_1^(tau))^2).
    """
    v = net[V][:, 0]
    right = -_immediate(net) * v[0] + _immediate(net) * (net[yhat(net.last)] @ v)
    return net.d(L, W_at(net.last))[0, 0], right


@printed_class("78", over=ONCE, readings=COPY, fails=_OTHER_ROWS)
def d_last_loss_d_w_11_printed(net: Network) -> _Sides:
    """dL^(tau)/dw_11 = (1 - (h_1^(tau))^2) sum_i v_1i (yhat_1^(tau) - 1) h_1^(tau-1)"""
    total = net[V][0].sum()
    return _d_last_loss_d_w_11(net), _immediate(net) * total * (net[yhat(net.last)][0] - 1)


@corrected_class("78", over=ONCE)
def d_last_loss_d_w_11(net: Network) -> _Sides:
    """dL/dw_11^(tau) = (1 - (h_1^(tau))^2) sum_j v_j1 (yhat_j^(tau) - 1(j = 1)) h_1^(tau-1)"""
    inner = net[V][:, 0] @ d_o_of_class_1(net, net.last)
    return net.d(L, W_at(net.last))[0, 0], _immediate(net) * inner


@printed_class(
    "79",
    note="the gradient dL/dW^(tau) that the text announces",
    fails="the second entry of the row is h_1 for h_2, and the outputs are those of step t",
)
def d_loss_d_last_copy_of_w_printed(net: Network, t: int) -> _Sides:
    """dL/dW^(tau) = diag(1 - (h^(tau))^2) V^T (yhat_1^(t) - 1, yhat_2^(t), yhat_3^(t))^T
    (h_1, h_1, h_3, h_4, h_5)

    The row holds entries of h^(tau-1).
    """
    before = net[h(net.last - 1)]
    entries = np.array([before[0], before[0], before[2], before[3], before[4]])
    delta = diag(slope(net, net.last)) @ net[V].T @ column(d_o_of_class_1(net, t))
    return net.d(L, W_at(net.last)), delta @ row(entries)


@corrected_class("79", over=ONCE)
def d_loss_d_last_copy_of_w(net: Network) -> _Sides:
    """dL/dW^(tau) = diag(1 - (h^(tau))^2) V^T (yhat_1^(tau) - 1, yhat_2^(tau), yhat_3^(tau))^T
    (h^(tau-1))^T
    """
    t = net.last
    delta = diag(slope(net, t)) @ net[V].T @ column(d_o_of_class_1(net, t))
    return net.d(L, W_at(t)), delta @ row(net[h(t - 1)])


@printed_class("79-label-3")
def label_of_d_o(net: Network, t: int) -> _Sides:
    """(yhat_1^(t) - 1, yhat_2^(t), yhat_3^(t))^T = grad_{o^(t)} L"""
    return d_o_of_class_1(net, t), net.d(L, o(t))


# W, at the steps before, and U -------------------------------------------------------------------


@printed(
    "80",
    over=TWO_STEPS,
    note="the gradient dL/dW^(tau-1) that the text announces",
    fails="the diagonal is right of a column, o^(tau) stands for o^(tau-1), h^(tau-2) lacks its ^T",
)
def d_loss_d_earlier_copy_of_w_printed(net: Network) -> _Sides:
    """dL/dW^(tau-1) = diag(1 - (h^(tau-1))^2) (W^T (grad_{h^(tau)} L) diag(1 - (h^(tau))^2)
    + V^T grad_{o^(tau)} L) h^(tau-2)
    """
    t = net.last - 1
    delta = diag(slope(net, t)) @ inner_printed(net)
    return net.d(L, W_at(t)), delta @ column(net[h(t - 1)])


@corrected("80", over=TWO_STEPS)
def d_loss_d_earlier_copy_of_w(net: Network) -> _Sides:
    """dL/dW^(tau-1) = diag(1 - (h^(tau-1))^2) (W^T diag(1 - (h^(tau))^2) grad_{h^(tau)} L
    + V^T grad_{o^(tau-1)} L) (h^(tau-2))^T
    """
    t = net.last - 1
    delta = diag(slope(net, t)) @ inner_corrected(net)
    return net.d(L, W_at(t)), delta @ row(net[h(t - 1)])


def _summed(net: Network, parameter: NodeKey) -> Array:
    """sum_t sum_i (dL/dh_i^(t)) grad_parameter h_i^(t), the last factor as the reading has it."""
    return sum(np.tensordot(net.d(L, h(t)), net.plain(h(t), parameter), axes=1) for t in net.steps)


@printed("87-1", over=ONCE, readings=PLAIN)
def d_loss_d_w_by_jacobians(net: Network) -> _Sides:
    """grad_W L = sum_t sum_i (dL/dh_i^(t)) grad_W h_i^(t)"""
    return net.d(L, W), _summed(net, W)


@printed("87-2", over=ONCE)
@printed("81", over=ONCE)
def d_loss_d_w(net: Network) -> _Sides:
    """grad_W L = sum_t diag(1 - (h^(t))^2) (grad_{h^(t)} L) (h^(t-1))^T"""
    terms = [diag(slope(net, t)) @ column(net.d(L, h(t))) @ row(net[h(t - 1)]) for t in net.steps]
    return net.d(L, W), sum(terms)


@printed("88-1", over=ONCE, readings=PLAIN)
@printed("82", over=ONCE, readings=PLAIN)
def d_loss_d_u_by_jacobians(net: Network) -> _Sides:
    """grad_U L = sum_t sum_i (dL/dh_i^(t)) grad_U h_i^(t)"""
    return net.d(L, U), _summed(net, U)


@printed(
    "82-label-1",
    fails="a sum of derivatives is no diagonal matrix: the label and the factor do not correspond",
)
def label_of_sum_printed(net: Network, t: int) -> _Sides:
    """sum_i dL/dh_i^(t) = diag(1 - (h^(t))^2)"""
    return net.d(L, h(t)).sum(), diag(slope(net, t))


@printed(
    "82-label-2",
    readings=PLAIN,
    fails="the derivative of h by U has three indices, and x^T one: the slope is missing too",
)
def label_of_jacobian_printed(net: Network, t: int) -> _Sides:
    """grad_U h_i^(t) = (x^(t))^T"""
    return net.plain(h(t), U), row(net[x(t)])


@corrected("82-label-1")
@corrected("82-label-2")
def label_of_both(net: Network, t: int) -> _Sides:
    """sum_i (dL/dh_i^(t)) grad_{U^(t)} h_i^(t) = diag(1 - (h^(t))^2) (grad_{h^(t)} L) (x^(t))^T"""
    left = np.tensordot(net.d(L, h(t)), net.d(h(t), NodeKey("U", t)), axes=1)
    return left, diag(slope(net, t)) @ column(net.d(L, h(t))) @ row(net[x(t)])


@printed("88-2", over=ONCE)
@printed("83", over=ONCE)
def d_loss_d_u(net: Network) -> _Sides:
    """grad_U L = sum_t diag(1 - (h^(t))^2) (grad_{h^(t)} L) (x^(t))^T"""
    terms = [diag(slope(net, t)) @ column(net.d(L, h(t))) @ row(net[x(t)]) for t in net.steps]
    return net.d(L, U), sum(terms)


@printed("86-1", over=ONCE, readings=PLAIN, note="the small v is read as V")
def d_loss_d_v_by_jacobians(net: Network) -> _Sides:
    """grad_V L = sum_t sum_i (dL/do_i^(t)) grad_V o_i^(t)"""
    terms = [np.tensordot(net.d(L, o(t)), net.plain(o(t), V), axes=1) for t in net.steps]
    return net.d(L, V), sum(terms)


@printed("86-2", over=ONCE, note="the small v is read as V")
def d_loss_d_v(net: Network) -> _Sides:
    """grad_V L = sum_t (grad_{o^(t)} L) (h^(t))^T"""
    terms = [column(net.d(L, o(t))) @ row(net[h(t)]) for t in net.steps]
    return net.d(L, V), sum(terms)
