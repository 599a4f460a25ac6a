"""Huang (2019) (30) to (56): the softmax, the loss of a step, the gradients by V and by s_t.

A derivative of the loss by a vector is a row, one by a matrix has the shape of the matrix.
"""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network
from numeric.closed_forms.huang2019_names import (
    E,
    V,
    W,
    chained,
    g,
    printed,
    printed_normalised,
    s,
    y,
    yhat,
)
from numeric.closed_forms.network import column, diag, eye, row
from numeric.closed_forms.reading import PLAIN

_Sides = tuple[Array, Array]

EQUIVOCAL = "equivocal: ds_t/dW is total in (55), and per-step in (57) and (65)"


def _residual(net: Network, t: int) -> Array:
    """yhat_t - y_t; (C)."""
    return net[yhat(t)] - net[y(t)]


def _indicator_less_yhat(net: Network, t: int) -> Array:
    """1(k = i) - yhat_{t,i}, axes k, i; (C, C)."""
    return eye(net.size("C")) - row(net[yhat(t)])


# The loss and the softmax ------------------------------------------------------------------------


@printed("30")
def step_loss_in_entries(net: Network, t: int) -> _Sides:
    """L_t = -sum_{i=1..C} y_{t,i} log(yhat_{t,i})"""
    return net[E(t)], -(net[y(t)] * net.apply("log", net[yhat(t)])).sum()


@printed("31", note="the loss of a step is one number: its indices 1, ..., C are dropped")
def d_loss_d_yhat_in_entries(net: Network, t: int) -> _Sides:
    """dL_t/dyhat_t = [dL_t/dyhat_{t,1}, dL_t/dyhat_{t,2}, ..., dL_t/dyhat_{t,C}]"""
    d_yhat = net.d(E(t), yhat(t))
    return row(d_yhat), np.array([[d_yhat[i] for i in range(net.size("C"))]])


@printed("32")
def d_loss_d_yhat(net: Network, t: int) -> _Sides:
    """dL_t/dyhat_t = [-y_{t,1}/yhat_{t,1}, -y_{t,2}/yhat_{t,2}, ..., -y_{t,C}/yhat_{t,C}]"""
    return row(net.d(E(t), yhat(t))), row(-net[y(t)] / net[yhat(t)])


@printed("33")
def d_loss_d_g_by_yhat(net: Network, t: int) -> _Sides:
    """dL_t/dg_t = dL_t/dyhat_t dyhat_t/dg_t"""
    return row(net.d(E(t), g(t))), row(net.d(E(t), yhat(t))) @ net.d(yhat(t), g(t))


@printed("35")
def d_yhat_d_g_by_cases(net: Network, t: int) -> _Sides:
    """dyhat_{t,i}/dg_{t,j} = yhat_{t,i} (1 - yhat_{t,i}) if i = j, -yhat_{t,i} yhat_{t,j} if not"""
    p = net[yhat(t)]
    is_other = 1 - eye(net.size("C"))
    return net.d(yhat(t), g(t)), diag(p * (1 - p)) - is_other * np.einsum("i,j->ij", p, p)


@printed("36")
def d_yhat_d_g(net: Network, t: int) -> _Sides:
    """dyhat_{t,i}/dg_{t,j} = yhat_{t,i} (1(i=j) - yhat_{t,j})"""
    table = _indicator_less_yhat(net, t)
    return net.d(yhat(t), g(t)), np.einsum("i,ij->ij", net[yhat(t)], table)


# The gradient by g_t -----------------------------------------------------------------------------


@printed("38")
def d_loss_d_g_in_entries(net: Network, t: int) -> _Sides:
    """dL_t/dg_{t,i} = sum_{k=1..C} dL_t/dyhat_{t,k} dyhat_{t,k}/dg_{t,i}"""
    right = np.einsum("k,ki->i", net.d(E(t), yhat(t)), net.d(yhat(t), g(t)))
    return net.d(E(t), g(t)), right


@printed("39")
def d_loss_d_g_by_quotients(net: Network, t: int) -> _Sides:
    """dL_t/dg_{t,i} = -sum_{k=1..C} (y_{t,k}/yhat_{t,k}) yhat_{t,k} (1(k=i) - yhat_{t,i})"""
    p, table = net[yhat(t)], _indicator_less_yhat(net, t)
    return net.d(E(t), g(t)), -np.einsum("k,k,ki->i", net[y(t)] / p, p, table)


@printed("40")
def d_loss_d_g_by_targets(net: Network, t: int) -> _Sides:
    """dL_t/dg_{t,i} = -sum_{k=1..C} y_{t,k} (1(k=i) - yhat_{t,i})"""
    return net.d(E(t), g(t)), -np.einsum("k,ki->i", net[y(t)], _indicator_less_yhat(net, t))


@printed("41")
def d_loss_d_g_by_products(net: Network, t: int) -> _Sides:
    """dL_t/dg_{t,i} = sum_{k=1..C} y_{t,k} yhat_{t,i} - y_{t,i}"""
    return net.d(E(t), g(t)), np.einsum("k,i->i", net[y(t)], net[yhat(t)]) - net[y(t)]


@printed("42")
def d_loss_d_g_by_the_sum(net: Network, t: int) -> _Sides:
    """dL_t/dg_{t,i} = (sum_{k=1..C} y_{t,k}) yhat_{t,i} - y_{t,i}"""
    return net.d(E(t), g(t)), net[y(t)].sum() * net[yhat(t)] - net[y(t)]


@printed_normalised("43")
def d_loss_d_g_entry(net: Network, t: int) -> _Sides:
    """dL_t/dg_{t,i} = yhat_{t,i} - y_{t,i}"""
    return net.d(E(t), g(t)), _residual(net, t)


@printed_normalised("44")
def d_loss_d_g(net: Network, t: int) -> _Sides:
    """dL_t/dg_t = (yhat_t - y_t)^T"""
    return row(net.d(E(t), g(t))), column(_residual(net, t)).T


# The gradient by V -------------------------------------------------------------------------------


@printed("45")
def d_loss_d_v_by_g(net: Network, t: int) -> _Sides:
    """dL_t/dV = dL_t/dg_t dg_t/dV"""
    return net.d(E(t), V), chained([net.d(E(t), g(t)), net.d(g(t), V)], axes=1)


@printed("51")
@printed("47")
def d_loss_d_v_in_entries(net: Network, t: int) -> _Sides:
    """dL_t/dV_{i,j} = sum_{k=1..C} dL_t/dg_{t,k} dg_{t,k}/dV_{i,j}"""
    return net.d(E(t), V), np.einsum("k,kij->ij", net.d(E(t), g(t)), net.d(g(t), V))


@printed("48")
def g_in_entries(net: Network, t: int) -> _Sides:
    """g_{t,i} = sum_{d=1..D} V_{i,d} s_{t,d}"""
    return net[g(t)], np.einsum("id,d->i", net[V], net[s(t)])


@printed("49")
def d_g_d_v_by_cases(net: Network, t: int) -> _Sides:
    """dg_{t,k}/dV_{i,j} = s_{t,j} if i = k, 0 if not"""
    zero = 0 * net[s(t)]
    classes = range(net.size("C"))
    return net.d(g(t), V), np.array(
        [[net[s(t)] if i == k else zero for i in classes] for k in classes]
    )


@printed("50")
def d_g_d_v(net: Network, t: int) -> _Sides:
    """dg_{t,k}/dV_{i,j} = 1(i=k) s_{t,j}"""
    return net.d(g(t), V), np.einsum("ik,j->kij", eye(net.size("C")), net[s(t)])


@printed_normalised("52")
def d_loss_d_v_by_indicator(net: Network, t: int) -> _Sides:
    """dL_t/dV_{i,j} = sum_{k=1..C} (yhat_{t,k} - y_{t,k}) 1(i=k) s_{t,j}"""
    same = eye(net.size("C"))
    return net.d(E(t), V), np.einsum("k,ik,j->ij", _residual(net, t), same, net[s(t)])


@printed_normalised("53")
def d_loss_d_v_entry(net: Network, t: int) -> _Sides:
    """dL_t/dV_{i,j} = (yhat_{t,i} - y_{t,i}) s_{t,j}"""
    return net.d(E(t), V), np.einsum("i,j->ij", _residual(net, t), net[s(t)])


@printed_normalised("54")
def d_loss_d_v(net: Network, t: int) -> _Sides:
    """dL_t/dV = (yhat_t - y_t) s_t^T"""
    return net.d(E(t), V), column(_residual(net, t)) @ row(net[s(t)])


# The gradient by s_t -----------------------------------------------------------------------------


@printed("55", readings=PLAIN, note=EQUIVOCAL)
def d_loss_d_w_by_s(net: Network, t: int) -> _Sides:
    """dL_t/dW = dL_t/ds_t ds_t/dW"""
    return net.d(E(t), W), chained([net.d(E(t), s(t)), net.plain(s(t), W)], axes=1)


@printed("56-1")
def d_loss_d_s_by_g(net: Network, t: int) -> _Sides:
    """dL_t/ds_t = dL_t/dg_t dg_t/ds_t"""
    return row(net.d(E(t), s(t))), row(net.d(E(t), g(t))) @ net.d(g(t), s(t))


@printed_normalised("56-2")
def d_loss_d_s(net: Network, t: int) -> _Sides:
    """dL_t/ds_t = (yhat_t - y_t)^T V"""
    return row(net.d(E(t), s(t))), column(_residual(net, t)).T @ net[V]
