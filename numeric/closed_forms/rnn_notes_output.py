"""RNN notes (9) to (33): the softmax, the loss of a step, the gradients at the last step."""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import ONCE
from numeric.closed_forms.form import Network, Targets
from numeric.closed_forms.network import column
from numeric.closed_forms.rnn_notes_registry import (
    E,
    L,
    V,
    c,
    corrected_class,
    h,
    o,
    printed,
    printed_class,
    printed_entries,
    y,
    yhat,
)
from numeric.closed_forms.setting import length_is

_Sides = tuple[Array, Array]


def _exp(net: Network, t: int) -> Array:
    """exp(o_i^(t)); (c)."""
    return net.apply("exp", net[o(t)])


def _log_sum(net: Network, t: int) -> Array:
    """ln(sum_i exp(o_i^(t))); scalar."""
    return net.apply("log", _exp(net, t).sum())


@printed_entries("9")
def softmax(net: Network, t: int) -> _Sides:
    """yhat^(t) = (1 / sum_{i=1..3} exp(o_i^(t))) (exp(o_1^(t)), ..., exp(o_3^(t)))"""
    return net[yhat(t)], _exp(net, t) / _exp(net, t).sum()


# The loss of one step ----------------------------------------------------------------------------


@printed_entries("14")
def step_loss_in_terms(net: Network, t: int) -> _Sides:
    """L^(t) = -(y_1 ln(yhat_1) + y_2 ln(yhat_2) + y_3 ln(yhat_3))"""
    return net[E(t)], -(net[y(t)] @ net.apply("log", net[yhat(t)]))


@printed_entries("15")
def step_loss_by_quotients(net: Network, t: int) -> _Sides:
    """L^(t) = -[y_1 ln(exp(o_1) / sum_i exp(o_i)) + y_2 ln(...) + y_3 ln(...)]"""
    return net[E(t)], -(net[y(t)] @ net.apply("log", _exp(net, t) / _exp(net, t).sum()))


@printed_entries("16")
def step_loss_by_outputs(net: Network, t: int) -> _Sides:
    """L^(t) = -[y_1 (o_1 - ln(sum_i exp(o_i))) + y_2 (...) + y_3 (...)]"""
    return net[E(t)], -(net[y(t)] @ (net[o(t)] - _log_sum(net, t)))


@printed_class("23-1", over=ONCE)
@printed_class("17-1")
def class_1(net: Network, t: int | None = None) -> _Sides:
    """L^(t) = -ln(yhat_1^(t))"""
    t = net.last if t is None else t
    return net[E(t)], -net.apply("log", net[yhat(t)][0])


@printed_class(
    "17-2",
    fails="the sign: -ln(yhat_1) is -o_1 + ln(sum), as (23) has it",
)
def class_1_by_outputs_printed(net: Network, t: int) -> _Sides:
    """L^(t) = o_1^(t) - ln(sum_{i=1..3} exp(o_i^(t)))"""
    return net[E(t)], net[o(t)][0] - _log_sum(net, t)


@printed_class("23-2", over=ONCE)
@corrected_class("17-2")
def class_1_by_outputs(net: Network, t: int | None = None) -> _Sides:
    """L^(t) = -o_1^(t) + ln(sum_{i=1..3} exp(o_i^(t)))"""
    t = net.last if t is None else t
    return net[E(t)], -net[o(t)][0] + _log_sum(net, t)


@printed_class("24", over=ONCE)
def class_1_by_states(net: Network) -> _Sides:
    """L^(tau) = -c_1 - sum_i v_1i h_i^(tau) + ln(sum_k exp(c_k + sum_l v_kl h_l^(tau)))"""
    outputs = net[c] + net[V] @ net[h(net.last)]
    return net[E(net.last)], -outputs[0] + net.apply("log", net.apply("exp", outputs).sum())


# The gradient by the output ----------------------------------------------------------------------


@printed("18")
def d_loss_d_step_loss(net: Network, t: int) -> _Sides:
    """dL/dL^(t) = 1"""
    return net.d(L, E(t)), np.ones_like(net[E(t)])


@printed_class("19")
def d_loss_d_o_by_exponentials(net: Network, t: int) -> _Sides:
    """grad_{o^(t)} L = -((1 - exp(o_1)/sum_i exp(o_i)), -exp(o_2)/sum, -exp(o_3)/sum)^T"""
    shares = _exp(net, t) / _exp(net, t).sum()
    return net.d(L, o(t)), -np.array([1 - shares[0], -shares[1], -shares[2]])


@printed_class("20")
def d_loss_d_o_by_outputs(net: Network, t: int) -> _Sides:
    """grad_{o^(t)} L = -((1 - yhat_1), -yhat_2, -yhat_3)^T"""
    p = net[yhat(t)]
    return net.d(L, o(t)), -np.array([1 - p[0], -p[1], -p[2]])


@printed_class("21")
def d_loss_d_o(net: Network, t: int) -> _Sides:
    """grad_{o^(t)} L = (yhat_1 - 1, yhat_2, yhat_3)^T"""
    p = net[yhat(t)]
    return net.d(L, o(t)), np.array([p[0] - 1, p[1], p[2]])


@printed("22-1", note="the numerator L^(t) lacks its partial sign: read as dL^(t)/do_i^(t)")
def d_loss_d_o_by_the_step(net: Network, t: int) -> _Sides:
    """dL/do_i^(t) = dL/dL^(t) dL^(t)/do_i^(t)"""
    return net.d(L, o(t)), net.d(L, E(t)) * net.d(E(t), o(t))


@printed("22-2", targets=Targets.ONE_HOT, note="y^(t) is the class: its indicator is the target")
def d_loss_d_o_of_a_class(net: Network, t: int) -> _Sides:
    """dL/do_i^(t) = yhat_i^(t) - 1(i = y^(t))"""
    return net.d(L, o(t)), net[yhat(t)] - net[y(t)]


# The gradient by the last state ------------------------------------------------------------------


@printed_class(
    "25",
    over=ONCE,
    fails="all three exponentials are that of class 1; the k-th belongs to class k",
)
def d_loss_d_first_entry_printed(net: Network) -> _Sides:
    """dL/dh_1^(tau) = -v_11 + sum_k v_k1 exp(o_1) / sum_k exp(o_k)

    Here o_k = c_k + sum_l v_kl h_l^(tau).
    """
    weights = net.apply("exp", net[c] + net[V] @ net[h(net.last)])
    return net.d(L, h(net.last))[0], -net[V][0, 0] + (
        net[V][:, 0] * weights[0] / weights.sum()
    ).sum()


@corrected_class("25", over=ONCE)
def d_loss_d_first_entry(net: Network) -> _Sides:
    """dL/dh_1^(tau) = -v_11 + sum_k v_k1 exp(o_k) / sum_k exp(o_k)

    Here o_k = c_k + sum_l v_kl h_l^(tau).
    """
    weights = net.apply("exp", net[c] + net[V] @ net[h(net.last)])
    return net.d(L, h(net.last))[0], -net[V][0, 0] + net[V][:, 0] @ weights / weights.sum()


@printed_class("26", over=ONCE)
def d_loss_d_first_entry_by_outputs(net: Network) -> _Sides:
    """dL/dh_1^(tau) = -v_11 + v_11 yhat_1 + v_21 yhat_2 + v_31 yhat_3"""
    return net.d(L, h(net.last))[0], -net[V][0, 0] + net[V][:, 0] @ net[yhat(net.last)]


@printed_class("31", over=ONCE, i=5)
@printed_class("30", over=ONCE, i=4)
@printed_class("29", over=ONCE, i=3)
@printed_class("28", over=ONCE, i=2)
@printed_class("27", over=ONCE, i=1)
def d_loss_d_entry(net: Network, i: int) -> _Sides:
    """dL/dh_{i}^(tau) = v_1{i} (yhat_1 - 1) + v_2{i} yhat_2 + v_3{i} yhat_3"""
    v, p = net[V][:, i - 1], net[yhat(net.last)]
    return net.d(L, h(net.last))[i - 1], v[0] * (p[0] - 1) + v[1] * p[1] + v[2] * p[2]


_ANNOUNCED = "the gradient dL/dh^(tau) that the lines before it collect"


@printed_class(
    "32",
    note=_ANNOUNCED,
    fails="the outputs are those of step t; they belong to the last step",
    when=length_is(1),
)
def collected_printed(net: Network, t: int) -> _Sides:
    """dL/dh^(tau) = V^T (yhat_1^(t) - 1, yhat_2^(t), yhat_3^(t))^T"""
    p = net[yhat(t)]
    d_o = np.array([p[0] - 1, p[1], p[2]])
    return column(net.d(L, h(net.last))), net[V].T @ column(d_o)


@corrected_class("32", over=ONCE, note=_ANNOUNCED)
def collected(net: Network) -> _Sides:
    """dL/dh^(tau) = V^T (yhat_1^(tau) - 1, yhat_2^(tau), yhat_3^(tau))^T"""
    p = net[yhat(net.last)]
    d_o = np.array([p[0] - 1, p[1], p[2]])
    return column(net.d(L, h(net.last))), net[V].T @ column(d_o)


@printed_class(
    "32-label-2",
    fails="the vector is that of step t, its label that of the last step",
    when=length_is(1),
)
def label_of_d_o_printed(net: Network, t: int) -> _Sides:
    """(yhat_1^(t) - 1, yhat_2^(t), yhat_3^(t))^T = grad_{o^(tau)} L"""
    p = net[yhat(t)]
    return np.array([p[0] - 1, p[1], p[2]]), net.d(L, o(net.last))


@corrected_class("32-label-2", over=ONCE)
def label_of_d_o(net: Network) -> _Sides:
    """(yhat_1^(tau) - 1, yhat_2^(tau), yhat_3^(tau))^T = grad_{o^(tau)} L"""
    p = net[yhat(net.last)]
    return np.array([p[0] - 1, p[1], p[2]]), net.d(L, o(net.last))


@printed("33", over=ONCE)
def d_loss_d_last_state(net: Network) -> _Sides:
    """grad_{h^(tau)} L = V^T grad_{o^(tau)} L"""
    return net.d(L, h(net.last)), net[V].T @ net.d(L, o(net.last))
