"""RNN notes (46) to (63): the gradients by the biases."""

from __future__ import annotations

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import ONCE, TWO_STEPS
from numeric.closed_forms.form import Network
from numeric.closed_forms.network import column, diag
from numeric.closed_forms.reading import COPY, PLAIN
from numeric.closed_forms.rnn_notes_registry import (
    E,
    L,
    V,
    W,
    b,
    b_at,
    c,
    c_at,
    corrected,
    corrected_class,
    h,
    o,
    printed,
    printed_class,
    yhat,
)
from numeric.closed_forms.rnn_notes_states import activation, d_o_of_class_1, slope

_Sides = tuple[Array, Array]


# The output bias ---------------------------------------------------------------------------------


@printed_class("46")
def step_loss_by_states(net: Network, t: int) -> _Sides:
    """L^(t) = -c_1 - sum_i v_1i h_i^(t) + ln(sum_k exp(c_k + sum_l v_kl h_l^(t)))"""
    outputs = net[c] + net[V] @ net[h(t)]
    return net[E(t)], -outputs[0] + net.apply("log", net.apply("exp", outputs).sum())


@printed_class("48-1")
def d_step_loss_d_c_1(net: Network, t: int) -> _Sides:
    """dL^(t)/dc_1 = yhat_1^(t) - 1"""
    return net.d(E(t), c)[0], net[yhat(t)][0] - 1


@printed_class("48-2")
def d_step_loss_d_c_2(net: Network, t: int) -> _Sides:
    """dL^(t)/dc_2^(t) = yhat_2^(t)"""
    return net.d(E(t), c_at(t))[1], net[yhat(t)][1]


@printed_class("48-3")
def d_step_loss_d_c_3(net: Network, t: int) -> _Sides:
    """dL^(t)/dc_3 = yhat_3^(t)"""
    return net.d(E(t), c)[2], net[yhat(t)][2]


@printed_class("49-1")
def d_step_loss_d_copy_of_c(net: Network, t: int) -> _Sides:
    """grad_{c^(t)} L^(t) = (yhat_1 - 1, yhat_2, yhat_3)^T"""
    return net.d(E(t), c_at(t)), d_o_of_class_1(net, t)


@printed("49-2")
def d_step_loss_d_copy_of_c_by_o(net: Network, t: int) -> _Sides:
    """grad_{c^(t)} L^(t) = grad_{o^(t)} L^(t)"""
    return net.d(E(t), c_at(t)), net.d(E(t), o(t))


@printed("84-1", over=ONCE, readings=PLAIN)
@printed("50-1", over=ONCE, readings=PLAIN)
def d_loss_d_c_by_jacobians(net: Network) -> _Sides:
    """grad_c L = sum_t (do^(t)/dc)^T grad_{o^(t)} L"""
    return net.d(L, c), sum(net.plain(o(t), c).T @ net.d(L, o(t)) for t in net.steps)


@printed("84-2", over=ONCE)
@printed("50-2", over=ONCE)
def d_loss_d_c(net: Network) -> _Sides:
    """grad_c L = sum_t grad_{o^(t)} L"""
    return net.d(L, c), sum(net.d(L, o(t)) for t in net.steps)


# The hidden bias, at the last step ---------------------------------------------------------------


@printed_class("52", note="F and G both stand for W h^(t-1) + U x^(t)")
@printed_class("51", note="F stands for U x^(t); b^(t) is the copy of step t, which equals b")
def step_loss_by_activations(net: Network, t: int) -> _Sides:
    """L^(t) = -c_1 - sum_i v_1i tanh(z_i) + ln(sum_k exp(c_k + sum_l v_kl tanh(z_l)))

    Here z_i = b_i + sum_alpha w_i,alpha h_alpha^(t-1) + F(x^(t)).
    """
    outputs = net[c] + net[V] @ net.apply("tanh", activation(net, t))
    return net[E(t)], -outputs[0] + net.apply("log", net.apply("exp", outputs).sum())


_HEAD = "the left side is the gradient by h; the right one is that by b"
_SLIPS = _HEAD + ", with step t for tau"


@printed_class("57", i=5, row=3, column=5, fails=_SLIPS)
@printed_class("56", i=4, row=3, column=4, fails=_SLIPS)
@printed_class("55", i=3, row=3, column=1, fails=_SLIPS + " and v_31 for v_33")
@printed_class("54", i=2, row=3, column=2, fails=_SLIPS)
@printed_class("53", i=1, row=3, column=2, fails=_SLIPS + " and v_32 for v_31")
def d_loss_d_entry_printed(net: Network, t: int, i: int, row: int, column: int) -> _Sides:
    """dL/dh_{i}^(tau) = (1 - (h_{i}^(tau))^2) (v_1{i} (yhat_1^(tau) - 1) + v_2{i} yhat_2^(t)
    + v_{row}{column} yhat_3^(t))
    """
    v, last, p = net[V], net[yhat(net.last)], net[yhat(t)]
    inner = v[0, i - 1] * (last[0] - 1) + v[1, i - 1] * p[1] + v[row - 1, column - 1] * p[2]
    return net.d(L, h(net.last))[i - 1], slope(net, net.last)[i - 1] * inner


@corrected_class("57", over=ONCE, i=5)
@corrected_class("56", over=ONCE, i=4)
@corrected_class("55", over=ONCE, i=3)
@corrected_class("54", over=ONCE, i=2)
@corrected_class("53", over=ONCE, i=1)
def d_loss_d_entry(net: Network, i: int) -> _Sides:
    """dL/db_{i}^(tau) = (1 - (h_{i}^(tau))^2) (v_1{i} (yhat_1^(tau) - 1) + v_2{i} yhat_2^(tau)
    + v_3{i} yhat_3^(tau))
    """
    v, p = net[V][:, i - 1], net[yhat(net.last)]
    inner = v[0] * (p[0] - 1) + v[1] * p[1] + v[2] * p[2]
    return net.d(L, b_at(net.last))[i - 1], slope(net, net.last)[i - 1] * inner


@printed_class("58", over=ONCE, note="the gradient dL/db^(tau) that the lines before it collect")
def collected(net: Network) -> _Sides:
    """dL/db^(tau) = diag(1 - (h^(tau))^2) V^T (yhat_1 - 1, yhat_2, yhat_3)^T"""
    t = net.last
    right = diag(slope(net, t)) @ net[V].T @ column(d_o_of_class_1(net, t))
    return column(net.d(L, b_at(t))), right


@printed("59", over=ONCE, readings=COPY)
def d_loss_d_last_copy_of_b(net: Network) -> _Sides:
    """grad_b L^(tau) = diag(1 - (h^(tau))^2) V^T grad_{o^(tau)} L"""
    t = net.last
    return net.loss_step(L, E(t), b), diag(slope(net, t)) @ net[V].T @ net.d(L, o(t))


@printed("60", over=ONCE, readings=COPY)
def d_loss_d_last_copy_of_b_by_state(net: Network) -> _Sides:
    """grad_b L^(tau) = diag(1 - (h^(tau))^2) grad_{h^(tau)} L"""
    t = net.last
    return net.loss_step(L, E(t), b), diag(slope(net, t)) @ net.d(L, h(t))


# The hidden bias, at the steps before ------------------------------------------------------------


def inner_printed(net: Network) -> Array:
    """W^T (grad_{h^(tau)} L) diag(1 - (h^(tau))^2) + V^T grad_{o^(tau)} L; (n, 1), or none."""
    t = net.last
    later = net[W].T @ column(net.d(L, h(t))) @ diag(slope(net, t))
    return later + net[V].T @ column(net.d(L, o(t)))


def inner_corrected(net: Network) -> Array:
    """W^T diag(1 - (h^(tau))^2) grad_{h^(tau)} L + V^T grad_{o^(tau-1)} L; (n, 1)."""
    t = net.last
    later = net[W].T @ diag(slope(net, t)) @ column(net.d(L, h(t)))
    return later + net[V].T @ column(net.d(L, o(t - 1)))


_INNER = "the diagonal stands right of a column, and o^(tau) for o^(tau-1)"


@printed("61", over=TWO_STEPS, readings=COPY, fails=_INNER)
def d_loss_d_earlier_copy_of_b_printed(net: Network) -> _Sides:
    """grad_b L^(tau-1) = diag(1 - (h^(tau-1))^2) (W^T (grad_{h^(tau)} L) diag(1 - (h^(tau))^2)
    + V^T grad_{o^(tau)} L)
    """
    t = net.last - 1
    left = column(net.loss_step(L, E(t), b))
    return left, diag(slope(net, t)) @ inner_printed(net)


@corrected("61", over=TWO_STEPS)
def d_loss_d_earlier_copy_of_b(net: Network) -> _Sides:
    """grad_{b^(tau-1)} L = diag(1 - (h^(tau-1))^2) (W^T diag(1 - (h^(tau))^2) grad_{h^(tau)} L
    + V^T grad_{o^(tau-1)} L)
    """
    t = net.last - 1
    return column(net.d(L, b_at(t))), diag(slope(net, t)) @ inner_corrected(net)


@printed("80-label-1", over=TWO_STEPS, fails=_INNER)
@printed("61-label-1", over=TWO_STEPS, fails=_INNER)
def label_of_inner_printed(net: Network) -> _Sides:
    """W^T (grad_{h^(tau)} L) diag(1 - (h^(tau))^2) + V^T grad_{o^(tau)} L = grad_{h^(tau-1)} L"""
    return inner_printed(net), column(net.d(L, h(net.last - 1)))


@corrected("80-label-1", over=TWO_STEPS)
@corrected("61-label-1", over=TWO_STEPS)
def label_of_inner(net: Network) -> _Sides:
    """W^T diag(1 - (h^(tau))^2) grad_{h^(tau)} L + V^T grad_{o^(tau-1)} L = grad_{h^(tau-1)} L"""
    return inner_corrected(net), column(net.d(L, h(net.last - 1)))


@printed("62", over=TWO_STEPS, readings=COPY)
def d_loss_d_earlier_copy_of_b_by_state(net: Network) -> _Sides:
    """grad_b L^(tau-1) = diag(1 - (h^(tau-1))^2) grad_{h^(tau-1)} L"""
    t = net.last - 1
    return net.loss_step(L, E(t), b), diag(slope(net, t)) @ net.d(L, h(t))


@printed("63-1", over=ONCE, readings=PLAIN)
def d_loss_d_b_by_jacobians(net: Network) -> _Sides:
    """grad_b L = sum_t (dh^(t)/db)^T grad_{h^(t)} L"""
    return net.d(L, b), sum(net.plain(h(t), b).T @ net.d(L, h(t)) for t in net.steps)


@printed("85-1", over=ONCE, note="the left side lacks its operand: read as grad_b L")
def d_loss_d_b_by_copies(net: Network) -> _Sides:
    """grad_b L = sum_t (dh^(t)/db^(t))^T grad_{h^(t)} L"""
    return net.d(L, b), sum(net.d(h(t), b_at(t)).T @ net.d(L, h(t)) for t in net.steps)


@printed("85-2", over=ONCE, note="the left side lacks its operand: read as grad_b L")
@printed("63-2", over=ONCE)
def d_loss_d_b(net: Network) -> _Sides:
    """grad_b L = sum_t diag(1 - (h^(t))^2) grad_{h^(t)} L"""
    return net.d(L, b), sum(diag(slope(net, t)) @ net.d(L, h(t)) for t in net.steps)
