"""Huang (2019) (85) to (100): the softmax of a batch, the gradients by G(t) and by V.

Every gradient has the shape of its variable; the derivative of a matrix by a matrix has four axes.
"""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.form import Network
from numeric.closed_forms.huang2019_names import (
    E,
    G,
    S_t,
    V,
    Y,
    Yhat,
    printed_batch,
    printed_batch_normalised,
)
from numeric.closed_forms.network import eye

_Sides = tuple[Array, Array]

_NO_SIGN = "the denominator Yhat(t) lacks its partial sign: read as a derivative by Yhat(t)"
_NO_STEP = "G without a step is G(t)"


def _residual(net: Network, t: int) -> Array:
    """Yhat(t) - Y(t); (N, C)."""
    return net[Yhat(t)] - net[Y(t)]


def _indicator_less_yhat(net: Network, t: int) -> Array:
    """1(n=j) - Yhat(t)_{m,j}, axes m, n, j; (N, C, C)."""
    classes = range(net.size("C"))
    return np.stack([eye(net.size("C"))[n] - net[Yhat(t)] for n in classes], axis=1)


# The gradient by G(t) ----------------------------------------------------------------------------


@printed_batch("85", note=_NO_SIGN)
def d_loss_d_yhat(net: Network, t: int) -> _Sides:
    """dL(t)/dYhat(t)_{i,j} = -Y(t)_{i,j} / Yhat(t)_{i,j}"""
    return net.d(E(t), Yhat(t)), -net[Y(t)] / net[Yhat(t)]


@printed_batch("86")
def d_yhat_d_g(net: Network, t: int) -> _Sides:
    """dYhat(t)_{m,n}/dG(t)_{i,j} = 1(m=i) Yhat(t)_{m,n} (1(n=j) - Yhat(t)_{m,j})"""
    table = _indicator_less_yhat(net, t)
    right = np.einsum("mi,mn,mnj->mnij", eye(net.size("N")), net[Yhat(t)], table)
    return net.d(Yhat(t), G(t)), right


@printed_batch("87", note=_NO_SIGN)
def d_loss_d_g_in_entries(net: Network, t: int) -> _Sides:
    """dL(t)/dG(t)_{i,j} = sum_{m=1..N} sum_{n=1..C} dL(t)/dYhat(t)_{m,n}
    dYhat(t)_{m,n}/dG(t)_{i,j}
    """
    right = np.einsum("mn,mnij->ij", net.d(E(t), Yhat(t)), net.d(Yhat(t), G(t)))
    return net.d(E(t), G(t)), right


@printed_batch("88")
def d_loss_d_g_by_quotients(net: Network, t: int) -> _Sides:
    """dL(t)/dG(t)_{i,j} = -sum_{m=1..N} sum_{n=1..C} (Y(t)_{m,n} / Yhat(t)_{m,n}) 1(m=i)
    Yhat(t)_{m,n} (1(n=j) - Yhat(t)_{m,j})
    """
    P, same, table = net[Yhat(t)], eye(net.size("N")), _indicator_less_yhat(net, t)
    return net.d(E(t), G(t)), -np.einsum("mn,mi,mn,mnj->ij", net[Y(t)] / P, same, P, table)


@printed_batch("89")
def d_loss_d_g_by_targets(net: Network, t: int) -> _Sides:
    """dL(t)/dG(t)_{i,j} = -sum_{m=1..N} sum_{n=1..C} Y(t)_{m,n} 1(m=i) (1(n=j) - Yhat(t)_{m,j})"""
    same, table = eye(net.size("N")), _indicator_less_yhat(net, t)
    return net.d(E(t), G(t)), -np.einsum("mn,mi,mnj->ij", net[Y(t)], same, table)


@printed_batch("90")
def d_loss_d_g_by_one_row(net: Network, t: int) -> _Sides:
    """dL(t)/dG(t)_{i,j} = -sum_{n=1..C} Y(t)_{i,n} (1(n=j) - Yhat(t)_{i,j})"""
    return net.d(E(t), G(t)), -np.einsum("in,inj->ij", net[Y(t)], _indicator_less_yhat(net, t))


@printed_batch_normalised("91")
def d_loss_d_g_entry(net: Network, t: int) -> _Sides:
    """dL(t)/dG(t)_{i,j} = Yhat(t)_{i,j} - Y(t)_{i,j}"""
    return net.d(E(t), G(t)), _residual(net, t)


@printed_batch_normalised("92")
def d_loss_d_g(net: Network, t: int) -> _Sides:
    """dL(t)/dG(t) = Yhat(t) - Y(t)"""
    return net.d(E(t), G(t)), _residual(net, t)


# The gradient by V -------------------------------------------------------------------------------


@printed_batch("96", note=_NO_STEP)
@printed_batch("93", note=_NO_STEP)
def d_loss_d_v_in_entries(net: Network, t: int) -> _Sides:
    """dL(t)/dV_{i,j} = sum_{m=1..N} sum_{n=1..C} dL(t)/dG_{m,n} dG_{m,n}/dV_{i,j}"""
    return net.d(E(t), V), np.einsum("mn,mnij->ij", net.d(E(t), G(t)), net.d(G(t), V))


@printed_batch("94")
def g_in_entries(net: Network, t: int) -> _Sides:
    """G(t)_{m,n} = sum_{k=1..M} S(t)_{m,k} V_{k,n}"""
    return net[G(t)], np.einsum("mk,kn->mn", net[S_t(t)], net[V])


@printed_batch("95", note=_NO_STEP)
def d_g_d_v(net: Network, t: int) -> _Sides:
    """dG_{m,n}/dV_{i,j} = 1(n=j) S(t)_{m,i}"""
    return net.d(G(t), V), np.einsum("nj,mi->mnij", eye(net.size("C")), net[S_t(t)])


@printed_batch_normalised("97")
def d_loss_d_v_by_indicator(net: Network, t: int) -> _Sides:
    """dL(t)/dV_{i,j} = sum_{m=1..N} sum_{n=1..C} (Yhat(t)_{m,n} - Y(t)_{m,n}) 1(n=j) S(t)_{m,i}"""
    same = eye(net.size("C"))
    return net.d(E(t), V), np.einsum("mn,nj,mi->ij", _residual(net, t), same, net[S_t(t)])


@printed_batch_normalised("98")
def d_loss_d_v_by_rows(net: Network, t: int) -> _Sides:
    """dL(t)/dV_{i,j} = sum_{m=1..N} (Yhat(t)_{m,j} - Y(t)_{m,j}) S(t)_{m,i}"""
    return net.d(E(t), V), np.einsum("mj,mi->ij", _residual(net, t), net[S_t(t)])


@printed_batch_normalised("99")
def d_loss_d_v_by_columns(net: Network, t: int) -> _Sides:
    """dL(t)/dV_{i,j} = sum_{m=1..N} S(t)_{m,i} (Yhat(t)_{m,j} - Y(t)_{m,j})"""
    return net.d(E(t), V), np.einsum("mi,mj->ij", net[S_t(t)], _residual(net, t))


@printed_batch_normalised("100")
def d_loss_d_v(net: Network, t: int) -> _Sides:
    """dL(t)/dV = S(t)^T (Yhat(t) - Y(t))"""
    return net.d(E(t), V), net[S_t(t)].T @ _residual(net, t)
