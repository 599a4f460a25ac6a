"""RNN notes (34) to (45): the gradients by the states, from the last step backward."""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import BEFORE_LAST, ONCE, TWO_STEPS
from numeric.closed_forms.form import Network
from numeric.closed_forms.network import column, diag
from numeric.closed_forms.rnn_notes_registry import (
    E,
    L,
    U,
    V,
    W,
    b,
    c,
    corrected_class,
    corrected_entries,
    h,
    o,
    printed,
    printed_class,
    printed_entries,
    x,
    yhat,
)
from numeric.closed_forms.setting import size_is

_Sides = tuple[Array, Array]


def slope(net: Network, t: int) -> Array:
    """1 - (h_i^(t))^2; (n)."""
    return 1 - net[h(t)] ** 2


def activation(net: Network, t: int) -> Array:
    """b_i + sum_alpha w_i,alpha h_alpha^(t-1) + F(x^(t)), F(x) = U x; (n)."""
    return net[b] + net[W] @ net[h(t - 1)] + net[U] @ net[x(t)]


def d_o_of_class_1(net: Network, t: int) -> Array:
    """(yhat_1 - 1, yhat_2, yhat_3)^T at step t; (c)."""
    p = net[yhat(t)]
    return np.array([p[0] - 1, p[1], p[2]])


# One step back -----------------------------------------------------------------------------------


@printed("34", over=TWO_STEPS)
def split_by_step(net: Network) -> _Sides:
    """grad_{h^(tau-1)} L = grad_{h^(tau-1)} L^(tau-1) + grad_{h^(tau-1)} L^(tau)"""
    at = h(net.last - 1)
    return net.d(L, at), net.d(E(net.last - 1), at) + net.d(E(net.last), at)


@printed("35-label-1", over=TWO_STEPS)
def own_step(net: Network) -> _Sides:
    """grad_{h^(tau-1)} L^(tau-1) = V^T grad_{o^(tau-1)} L"""
    t = net.last - 1
    return net.d(E(t), h(t)), net[V].T @ net.d(L, o(t))


@printed_class("36", over=TWO_STEPS)
def last_loss_by_states(net: Network) -> _Sides:
    """L^(tau) = -c_1 - sum_i v_1i h_i^(tau) + ln(sum_k exp(c_k + sum_l v_kl h_l^(tau)))"""
    outputs = net[c] + net[V] @ net[h(net.last)]
    return net[E(net.last)], -outputs[0] + net.apply("log", net.apply("exp", outputs).sum())


@printed_class("37", over=TWO_STEPS)
def last_loss_by_earlier_states(net: Network) -> _Sides:
    """L^(tau) = -c_1 - sum_i v_1i tanh(z_i) + ln(sum_k exp(c_k + sum_l v_kl tanh(z_l)))

    Here z_i = b_i + sum_alpha w_i,alpha h_alpha^(tau-1) + sum_epsilon u_i,epsilon x_epsilon^(tau).
    """
    outputs = net[c] + net[V] @ net.apply("tanh", activation(net, net.last))
    return net[E(net.last)], -outputs[0] + net.apply("log", net.apply("exp", outputs).sum())


def _d_first_output(net: Network) -> Array:
    """d(sum_i v_1i tanh(z_i)) / dh_1^(tau-1): the first output, up to a constant; scalar."""
    return net.d(o(net.last), h(net.last - 1))[0, 0]


@printed_entries("40", over=TWO_STEPS)
def first_term_by_tanh(net: Network) -> _Sides:
    """d(sum_i v_1i tanh(z_i)) / dh_1^(tau-1) = sum_i v_1i w_i1 (1 - tanh^2(z_i))"""
    own = 1 - net.apply("tanh", activation(net, net.last)) ** 2
    return _d_first_output(net), (net[V][0] * net[W][:, 0] * own).sum()


@printed_entries(
    "40-label-1",
    over=TWO_STEPS,
    fails="the label lacks '1 -' and has the index 1 for i",
)
def label_of_slope_printed(net: Network) -> _Sides:
    """1 - tanh^2(z_i) = (h_1^(tau))^2"""
    own = 1 - net.apply("tanh", activation(net, net.last)) ** 2
    return own, np.ones_like(own) * net[h(net.last)][0] ** 2


@corrected_entries("40-label-1", over=TWO_STEPS)
def label_of_slope(net: Network) -> _Sides:
    """1 - tanh^2(z_i) = 1 - (h_i^(tau))^2"""
    own = 1 - net.apply("tanh", activation(net, net.last)) ** 2
    return own, slope(net, net.last)


@printed_entries("41", over=TWO_STEPS)
def first_term(net: Network) -> _Sides:
    """d(sum_i v_1i tanh(z_i)) / dh_1^(tau-1) = sum_i v_1i w_i1 (1 - (h_i^(tau))^2)"""
    return _d_first_output(net), (net[V][0] * net[W][:, 0] * slope(net, net.last)).sum()


def _second_term(net: Network) -> Array:
    """sum_j exp(o_j) sum_i v_ji w_i1 (1 - (h_i^(tau))^2) / sum_k exp(o_k); scalar."""
    weights = net.apply("exp", net[c] + net[V] @ net[h(net.last)])
    return weights @ (net[V] @ (net[W][:, 0] * slope(net, net.last))) / weights.sum()


@printed_class(
    "42",
    over=TWO_STEPS,
    note="ln(.) is L^(tau) + o_1^(tau), for class 1",
    fails="the left side is a derivative by h_1^(tau); the right one is that by h_1^(tau-1)",
)
def second_term_printed(net: Network) -> _Sides:
    """d ln(sum_k exp(o_k)) / dh_1^(tau) = sum_j exp(o_j) sum_i v_ji w_i1 (1 - h_i^2)
    / sum_k exp(o_k)
    """
    by = h(net.last)
    left = net.d(E(net.last), by)[0] + net.d(o(net.last), by)[0, 0]
    return left, _second_term(net)


@corrected_class("42", over=TWO_STEPS)
def second_term(net: Network) -> _Sides:
    """d ln(sum_k exp(o_k)) / dh_1^(tau-1) = sum_j exp(o_j) sum_i v_ji w_i1 (1 - h_i^2)
    / sum_k exp(o_k)
    """
    by = h(net.last - 1)
    left = net.d(E(net.last), by)[0] + net.d(o(net.last), by)[0, 0]
    return left, _second_term(net)


@printed_class("43", over=TWO_STEPS)
def last_loss_by_first_entry(net: Network) -> _Sides:
    """dL^(tau)/dh_1^(tau-1) = sum_i sum_j (1 - (h_i^(tau))^2) w_i1 v_ji (yhat_j^(tau) - 1(j=1))"""
    right = (slope(net, net.last) * net[W][:, 0]) @ (net[V].T @ d_o_of_class_1(net, net.last))
    return net.d(E(net.last), h(net.last - 1))[0], right


_ANNOUNCED = "the gradient dL^(tau)/dh^(tau-1) that the lines before it collect"


@printed_class(
    "44",
    over=TWO_STEPS,
    note=_ANNOUNCED,
    fails="diag and W^T stand in the wrong order: the slope belongs to h^(tau), left of V^T",
    when=size_is("n", 1),
)
def collected_printed(net: Network) -> _Sides:
    """dL^(tau)/dh^(tau-1) = diag(1 - (h^(tau))^2) W^T V^T (yhat_1 - 1, yhat_2, yhat_3)^T"""
    t = net.last
    right = diag(slope(net, t)) @ net[W].T @ net[V].T @ column(d_o_of_class_1(net, t))
    return column(net.d(E(t), h(t - 1))), right


@corrected_class("44", over=TWO_STEPS, note=_ANNOUNCED)
def collected(net: Network) -> _Sides:
    """dL^(tau)/dh^(tau-1) = W^T diag(1 - (h^(tau))^2) V^T (yhat_1 - 1, yhat_2, yhat_3)^T"""
    t = net.last
    right = net[W].T @ diag(slope(net, t)) @ net[V].T @ column(d_o_of_class_1(net, t))
    return column(net.d(E(t), h(t - 1))), right


@printed_class("44-label-4", over=TWO_STEPS)
@printed_class("58-label-3", over=TWO_STEPS)
def label_of_d_o(net: Network) -> _Sides:
    """(yhat_1^(tau) - 1, yhat_2^(tau), yhat_3^(tau))^T = grad_{o^(tau)} L"""
    return d_o_of_class_1(net, net.last), net.d(L, o(net.last))


@printed_entries("79-label-1", over=ONCE)
@printed_entries("58-label-1", over=ONCE)
@printed_entries("44-label-1", over=ONCE)
def label_of_diagonal(net: Network) -> _Sides:
    """The matrix with the diagonal 1 - (h_1^(tau))^2, ..., 1 - (h_5^(tau))^2 = diag(1 - h^2)"""
    state = net[h(net.last)]
    entries = [[(1 - state[i] ** 2) * int(i == j) for j in range(5)] for i in range(5)]
    return np.array(entries), diag(slope(net, net.last))


@printed_entries("44-label-2", over=ONCE)
def label_of_w(net: Network) -> _Sides:
    """The matrix with the rows (w_11, ..., w_51) to (w_15, ..., w_55) = W^T"""
    return np.array([[net[W][j, i] for j in range(5)] for i in range(5)]), net[W].T


@printed_entries("79-label-2", over=ONCE)
@printed_entries("58-label-2", over=ONCE)
@printed_entries("44-label-3", over=ONCE)
@printed_entries("32-label-1", over=ONCE)
def label_of_v(net: Network) -> _Sides:
    """The matrix with the rows (v_11, v_21, v_31) to (v_15, v_25, v_35) = V^T"""
    return np.array([[net[V][k, i] for k in range(3)] for i in range(5)]), net[V].T


@printed("45", over=BEFORE_LAST)
def recurrence(net: Network, t: int) -> _Sides:
    """grad_{h^(t)} L = W^T diag(1 - (h^(t+1))^2) grad_{h^(t+1)} L + V^T grad_{o^(t)} L"""
    later = diag(slope(net, t + 1)) @ net.d(L, h(t + 1))
    return net.d(L, h(t)), net[W].T @ later + net[V].T @ net.d(L, o(t))
