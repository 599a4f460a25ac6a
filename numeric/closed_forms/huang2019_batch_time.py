"""Huang (2019) (101) to (114): the gradients by W and U of a batch, through time.

Neighbouring derivatives contract over both axes of a matrix; where (102), (110) and (113) follow
dZ(t)/dS(k) by dZ(k)/dW, the axes of S(k) meet those of Z(k) by position.
"""

from __future__ import annotations

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import UP_TO
from numeric.closed_forms.form import Network
from numeric.closed_forms.huang2019_names import (
    E,
    G,
    S_t,
    U,
    V,
    W,
    X,
    Y,
    Yhat,
    Z,
    chained,
    corrected_batch,
    printed_batch,
    printed_batch_normalised,
)
from numeric.closed_forms.network import eye
from numeric.closed_forms.reading import ONES, PLAIN
from symbolic.forward import NodeKey

_Sides = tuple[Array, Array]

_NOT_BY_Z = "dZ(t)/dS(k) stands for dZ(t)/dZ(k): it lacks the slope dS(k)/dZ(k), and the term k = t"
_NO_PATH = "no path leads from S(t) to Z(t): at k = t the factor dZ(t)/dS(t) is zero"


def _to_z(net: Network, t: int) -> list[Array]:
    """dL(t)/dS(t) and dS(t)/dZ(t), the first factors of the chains."""
    return [net.d(E(t), S_t(t)), net.d(S_t(t), Z(t))]


# The chains for W --------------------------------------------------------------------------------


@printed_batch("101", readings=PLAIN)
def d_loss_d_w_by_states(net: Network, t: int) -> _Sides:
    """dL(t)/dW = sum_{k=1..t} dL(t)/dS(t) dS(t)/dS(k) dS(k)/dW"""
    terms = (
        chained([net.d(E(t), S_t(t)), net.d(S_t(t), S_t(k)), net.plain(S_t(k), W)], axes=2)
        for k in range(net.first, t + 1)
    )
    return net.d(E(t), W), sum(terms)


def _by_s(net: Network, t: int, by: NodeKey) -> _Sides:
    """The gradient, and sum_k dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dS(k) dZ(k)/d(by)."""
    terms = (
        chained([*_to_z(net, t), net.d(Z(t), S_t(k)), net.plain(Z(k), by)], axes=2)
        for k in range(net.first, t + 1)
    )
    return net.d(E(t), by), sum(terms)


def _by_z(net: Network, t: int, by: NodeKey) -> _Sides:
    """The gradient, and sum_k dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dZ(k) dZ(k)/d(by)."""
    terms = (
        chained([*_to_z(net, t), net.d(Z(t), Z(k)), net.plain(Z(k), by)], axes=2)
        for k in range(net.first, t + 1)
    )
    return net.d(E(t), by), sum(terms)


@printed_batch("110", readings=PLAIN, fails=_NOT_BY_Z, note=_NO_PATH)
@printed_batch("102", readings=PLAIN, fails=_NOT_BY_Z, note=_NO_PATH)
def d_loss_d_w_printed(net: Network, t: int) -> _Sides:
    """dL(t)/dW = sum_{k=1..t} dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dS(k) dZ(k)/dW"""
    return _by_s(net, t, W)


@corrected_batch("110", readings=PLAIN)
@corrected_batch("102", readings=PLAIN)
def d_loss_d_w(net: Network, t: int) -> _Sides:
    """dL(t)/dW = sum_{k=1..t} dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dZ(k) dZ(k)/dW"""
    return _by_z(net, t, W)


# The gradient by Z(t) ----------------------------------------------------------------------------


@printed_batch("103")
def slope_of_tanh(net: Network, t: int) -> _Sides:
    """dS(t)_{m,n}/dZ(t)_{i,j} = 1(m=i, n=j) (1 - S(t)_{i,j}^2)"""
    rows, columns = eye(net.size("N")), eye(net.size("M"))
    return net.d(S_t(t), Z(t)), np.einsum("mi,nj,ij->mnij", rows, columns, 1 - net[S_t(t)] ** 2)


@printed_batch("104-1")
def d_loss_d_s_by_g(net: Network, t: int) -> _Sides:
    """dL(t)/dS(t) = dL(t)/dG(t) V^T"""
    return net.d(E(t), S_t(t)), net.d(E(t), G(t)) @ net[V].T


@printed_batch_normalised("104-2")
def d_loss_d_s(net: Network, t: int) -> _Sides:
    """dL(t)/dS(t) = (Yhat(t) - Y(t)) V^T"""
    return net.d(E(t), S_t(t)), (net[Yhat(t)] - net[Y(t)]) @ net[V].T


@printed_batch("105")
def d_loss_d_z_in_entries(net: Network, t: int) -> _Sides:
    """dL(t)/dZ(t)_{i,j} = sum_{m=1..N} sum_{n=1..M} dL(t)/dS(t)_{m,n} dS(t)_{m,n}/dZ(t)_{i,j}"""
    right = np.einsum("mn,mnij->ij", net.d(E(t), S_t(t)), net.d(S_t(t), Z(t)))
    return net.d(E(t), Z(t)), right


@printed_batch("106")
def d_loss_d_z_by_indicator(net: Network, t: int) -> _Sides:
    """dL(t)/dZ(t)_{i,j} = sum_{m=1..N} sum_{n=1..M} dL(t)/dS(t)_{m,n} 1(m=i, n=j)
    (1 - S(t)_{i,j}^2)
    """
    rows, columns, slope = eye(net.size("N")), eye(net.size("M")), 1 - net[S_t(t)] ** 2
    right = np.einsum("mn,mi,nj,ij->ij", net.d(E(t), S_t(t)), rows, columns, slope)
    return net.d(E(t), Z(t)), right


@printed_batch("107")
def d_loss_d_z_entry(net: Network, t: int) -> _Sides:
    """dL(t)/dZ(t)_{i,j} = dL(t)/dS(t)_{i,j} (1 - S(t)_{i,j}^2)"""
    return net.d(E(t), Z(t)), net.d(E(t), S_t(t)) * (1 - net[S_t(t)] ** 2)


@printed_batch(
    "108",
    readings=ONES,
    fails="typographical: one bracket too many; without the last (I - S(t)) o S(t) is wrong,"
    " without the second the line holds where I is all ones",
    note="o is the product by entries; the last bracket is left out; I is the identity or all ones",
)
def d_loss_d_z_printed(net: Network, t: int) -> _Sides:
    """dL(t)/dZ(t) = dL(t)/dS(t) o (I - S(t)) o S(t))"""
    one = 1 if net.reading.ones else _identity(net)
    return net.d(E(t), Z(t)), net.d(E(t), S_t(t)) * (one - net[S_t(t)]) * net[S_t(t)]


def _identity(net: Network) -> Array:
    """I; raises ValueError where S(t), (N, M), is not square."""
    return np.reshape(eye(net.size("M")), (net.size("N"), net.size("M")))


@corrected_batch("108", note="o is the product by entries")
def d_loss_d_z(net: Network, t: int) -> _Sides:
    """dL(t)/dZ(t) = dL(t)/dS(t) o (1 - S(t) o S(t))"""
    return net.d(E(t), Z(t)), net.d(E(t), S_t(t)) * (1 - net[S_t(t)] * net[S_t(t)])


# One step back, and the sums over the steps ------------------------------------------------------


@printed_batch("109-1")
def d_loss_d_previous_s_by_z(net: Network, t: int) -> _Sides:
    """dL(t)/dS(t-1) = dL(t)/dZ(t) dZ(t)/dS(t-1)"""
    right = chained([net.d(E(t), Z(t)), net.d(Z(t), S_t(t - 1))], axes=2)
    return net.d(E(t), S_t(t - 1)), right


@printed_batch("109-2")
def d_loss_d_previous_s(net: Network, t: int) -> _Sides:
    """dL(t)/dS(t-1) = dL(t)/dZ(t) W^T"""
    return net.d(E(t), S_t(t - 1)), net.d(E(t), Z(t)) @ net[W].T


@printed_batch("111", readings=PLAIN)
def d_loss_d_w_in_turn(net: Network, t: int) -> _Sides:
    """dL(t)/dW = sum_{k=1..t} dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dS(t-1) dS(t-1)/dZ(t-1) ...
    dS(k)/dZ(k) dZ(k)/dW
    """
    terms = []
    for k in range(net.first, t + 1):
        factors = _to_z(net, t)
        for i in range(t - 1, k - 1, -1):
            factors += [net.d(Z(i + 1), S_t(i)), net.d(S_t(i), Z(i))]
        terms.append(chained([*factors, net.plain(Z(k), W)], axes=2))
    return net.d(E(t), W), sum(terms)


@printed_batch("112", over=UP_TO, readings=PLAIN)
def step_of_d_loss_d_w(net: Network, t: int, k: int) -> _Sides:
    """dL(t)/dZ(k) dZ(k)/dW = S(k-1)^T dL(t)/dZ(k)"""
    d_z = net.d(E(t), Z(k))
    return chained([d_z, net.head(Z(k), W)], axes=2), net[S_t(k - 1)].T @ d_z


@printed_batch("113", readings=PLAIN, fails=_NOT_BY_Z, note=_NO_PATH)
def d_loss_d_u_printed(net: Network, t: int) -> _Sides:
    """dL(t)/dU = sum_{k=1..t} dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dS(k) dZ(k)/dU"""
    return _by_s(net, t, U)


@corrected_batch("113", readings=PLAIN)
def d_loss_d_u(net: Network, t: int) -> _Sides:
    """dL(t)/dU = sum_{k=1..t} dL(t)/dS(t) dS(t)/dZ(t) dZ(t)/dZ(k) dZ(k)/dU"""
    return _by_z(net, t, U)


@printed_batch("114", over=UP_TO, readings=PLAIN)
def step_of_d_loss_d_u(net: Network, t: int, k: int) -> _Sides:
    """dL(t)/dZ(k) dZ(k)/dU = X(k)^T dL(t)/dZ(k)"""
    d_z = net.d(E(t), Z(k))
    return chained([d_z, net.head(Z(k), U)], axes=2), net[X(k)].T @ d_z
