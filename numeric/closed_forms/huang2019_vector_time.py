"""Huang (2019) (57) to (73): the gradients by W and U through time, and the final sums.

The document takes the power W^(t-k) out of the product of the factors ds_i/dz_i W, which do not
commute; its formulas hold where the state is a number.
"""

from __future__ import annotations

from functools import partial

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import ONCE, UP_TO
from numeric.closed_forms.form import Network, Variant
from numeric.closed_forms.huang2019_names import (
    EVERY_I,
    EVERY_K,
    E,
    L,
    U,
    V,
    W,
    chained,
    corrected,
    printed,
    s,
    z,
)
from numeric.closed_forms.huang2019_registry import REGISTRY
from numeric.closed_forms.huang2019_vector_output import EQUIVOCAL
from numeric.closed_forms.network import column, diag, row
from numeric.closed_forms.reading import DESCENDING, PLAIN, both
from numeric.closed_forms.setting import size_is
from symbolic.forward import NodeKey

_Sides = tuple[Array, Array]

_READINGS = both(PLAIN, DESCENDING)
_COMMUTED = "W^(t-k) is taken out of a product of matrices that do not commute"


def _slope(net: Network, i: int) -> Array:
    """ds_i/dz_i; (D, D)."""
    return net.d(s(i), z(i))


def _product(net: Network, factors: list[Array]) -> Array:
    """The product of the factors, the identity if there are none; (D, D)."""
    return net.product(factors, net.size("D"))


def _power(net: Network, exponent: int) -> Array:
    """W^exponent; (D, D)."""
    return _product(net, [net[W]] * exponent)


# The sum over the steps --------------------------------------------------------------------------


def _by_states(net: Network, t: int, by: NodeKey) -> _Sides:
    """The gradient, and sum_{k=1..t} dL_t/ds_t ds_t/ds_k ds_k/d(by)."""
    terms = (
        chained([net.d(E(t), s(t)), net.d(s(t), s(k)), net.plain(s(k), by)], axes=1)
        for k in range(net.first, t + 1)
    )
    return net.d(E(t), by), sum(terms)


@printed("65", readings=PLAIN, note=EQUIVOCAL)
@printed("57", readings=PLAIN, note=EQUIVOCAL)
def d_loss_d_w_by_states(net: Network, t: int) -> _Sides:
    """dL_t/dW = sum_{k=1..t} dL_t/ds_t ds_t/ds_k ds_k/dW"""
    return _by_states(net, t, W)


# From state to state -----------------------------------------------------------------------------


@printed("58", over=UP_TO)
def d_state_d_state_in_turn(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k = ds_t/ds_{t-1} ds_{t-1}/ds_{t-2} ... ds_{k+1}/ds_k"""
    factors = [net.d(s(i), s(i - 1)) for i in range(t, k, -1)]
    return net.d(s(t), s(k)), _product(net, factors)


@printed("59", over=UP_TO, readings=DESCENDING)
def d_state_d_state(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k = prod_{i=k+1..t} ds_i/ds_{i-1}"""
    factors = [net.d(s(i), s(i - 1)) for i in range(k + 1, t + 1)]
    return net.d(s(t), s(k)), _product(net, factors)


@printed("60", over=UP_TO, readings=DESCENDING)
def d_state_d_state_by_z(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k = prod_{i=k+1..t} ds_i/dz_i dz_i/ds_{i-1}"""
    factors = [_slope(net, i) @ net.d(z(i), s(i - 1)) for i in range(k + 1, t + 1)]
    return net.d(s(t), s(k)), _product(net, factors)


@printed("62", over=EVERY_I)
def slope_of_tanh(net: Network, i: int) -> _Sides:
    """ds_i/dz_i = diag((1 - s_{i,1}^2), (1 - s_{i,2}^2), ..., (1 - s_{i,D}^2))"""
    return net.d(s(i), z(i)), diag(1 - net[s(i)] ** 2)


@printed("63-1", over=UP_TO, readings=DESCENDING)
def d_state_d_state_by_w(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k = prod_{i=k+1..t} ds_i/dz_i W"""
    factors = [_slope(net, i) @ net[W] for i in range(k + 1, t + 1)]
    return net.d(s(t), s(k)), _product(net, factors)


@printed("63-2", over=UP_TO, readings=DESCENDING, fails=_COMMUTED, when=size_is("D", 1))
def d_state_d_state_by_power_printed(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k = W^(t-k) prod_{i=k+1..t} ds_i/dz_i"""
    slopes = [_slope(net, i) for i in range(k + 1, t + 1)]
    return net.d(s(t), s(k)), _power(net, t - k) @ _product(net, slopes)


@corrected("63-2", over=UP_TO)
def d_state_d_state_latest_first(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k = prod_{i=t..k+1} ds_i/dz_i W, the latest factor first"""
    return net.d(s(t), s(k)), _latest_first(net, t, k)


def _latest_first(net: Network, t: int, k: int) -> Array:
    """prod_{i=t..k+1} ds_i/dz_i W; (D, D)."""
    return _product(net, [_slope(net, i) @ net[W] for i in range(t, k, -1)])


# The gradients by W and by U ---------------------------------------------------------------------


@printed("64", over=EVERY_K, readings=PLAIN)
def d_state_d_w_by_z(net: Network, k: int) -> _Sides:
    """ds_k/dW = ds_k/dz_k dz_k/dW"""
    right = chained([_slope(net, k), net.plain(z(k), W, head=s(k))], axes=1)
    return net.head(s(k), W), right


def _by_power(net: Network, t: int, by: NodeKey) -> _Sides:
    """The gradient, and sum_{k=1..t} dL_t/ds_t W^(t-k) (prod_{i=k..t} ds_i/dz_i) dz_k/d(by)."""
    terms = []
    for k in range(net.first, t + 1):
        slopes = _product(net, [_slope(net, i) for i in range(k, t + 1)])
        factors = [net.d(E(t), s(t)), _power(net, t - k), slopes, net.plain(z(k), by)]
        terms.append(chained(factors, axes=1))
    return net.d(E(t), by), sum(terms)


def _in_turn(net: Network, t: int, by: NodeKey) -> _Sides:
    """The gradient, and sum_k dL_t/ds_t (prod_{i=t..k+1} ds_i/dz_i W) ds_k/dz_k dz_k/d(by)."""
    terms = []
    for k in range(net.first, t + 1):
        middle = _latest_first(net, t, k) @ _slope(net, k)
        terms.append(chained([net.d(E(t), s(t)), middle, net.plain(z(k), by)], axes=1))
    return net.d(E(t), by), sum(terms)


@printed("66", readings=_READINGS, fails=_COMMUTED, when=size_is("D", 1))
def d_loss_d_w_by_power_printed(net: Network, t: int) -> _Sides:
    """dL_t/dW = sum_{k=1..t} dL_t/ds_t W^(t-k) (prod_{i=k+1..t} ds_i/dz_i) ds_k/dz_k dz_k/dW"""
    terms = []
    for k in range(net.first, t + 1):
        slopes = _product(net, [_slope(net, i) for i in range(k + 1, t + 1)])
        factors = [net.d(E(t), s(t)), _power(net, t - k), slopes, _slope(net, k)]
        terms.append(chained([*factors, net.plain(z(k), W)], axes=1))
    return net.d(E(t), W), sum(terms)


@printed("67", readings=_READINGS, fails=_COMMUTED, when=size_is("D", 1))
def d_loss_d_w_by_one_product_printed(net: Network, t: int) -> _Sides:
    """dL_t/dW = sum_{k=1..t} dL_t/ds_t W^(t-k) (prod_{i=k..t} ds_i/dz_i) dz_k/dW"""
    return _by_power(net, t, W)


@corrected("67", readings=PLAIN)
@corrected("66", readings=PLAIN)
def d_loss_d_w(net: Network, t: int) -> _Sides:
    """dL_t/dW = sum_{k=1..t} dL_t/ds_t (prod_{i=t..k+1} ds_i/dz_i W) ds_k/dz_k dz_k/dW

    The latest factor stands first.
    """
    return _in_turn(net, t, W)


@printed("68", readings=PLAIN)
def d_loss_d_u_by_states(net: Network, t: int) -> _Sides:
    """dL_t/dU = sum_{k=1..t} dL_t/ds_t ds_t/ds_k ds_k/dU"""
    return _by_states(net, t, U)


@printed("69", readings=_READINGS, fails=_COMMUTED, when=size_is("D", 1))
def d_loss_d_u_by_power_printed(net: Network, t: int) -> _Sides:
    """dL_t/dU = sum_{k=1..t} dL_t/ds_t W^(t-k) (prod_{i=k..t} ds_i/dz_i) dz_k/dU"""
    return _by_power(net, t, U)


@corrected("69", readings=PLAIN)
def d_loss_d_u(net: Network, t: int) -> _Sides:
    """dL_t/dU = sum_{k=1..t} dL_t/ds_t (prod_{i=t..k+1} ds_i/dz_i W) ds_k/dz_k dz_k/dU

    The latest factor stands first.
    """
    return _in_turn(net, t, U)


# The lemma on y = W x, and the sums over all steps -----------------------------------------------

_lemma = partial(REGISTRY.line, variant=Variant.PRINTED, model="linear-lemma", over=ONCE)
_ANY_LOSS = "a lemma of its own: y = W x of (46), and L any smooth function of y"
_THE_SUM = "L, which the document does not define, is the sum of the losses of all steps"


@_lemma("70", note=_ANY_LOSS)
def lemma(net: Network) -> _Sides:
    """dL/dW = (x . dL/dy)^T"""
    by_y = net.d(L, NodeKey("y"))
    return net.d(L, W), (column(net[NodeKey("x")]) @ row(by_y)).T


def _sum_over_steps(net: Network, by: NodeKey) -> _Sides:
    """dL/d(by), and sum_{t=1..T} dL_t/d(by)."""
    return net.d(L, by), sum(net.d(E(t), by) for t in net.steps)


@printed("71", over=ONCE, note=_THE_SUM)
def d_total_loss_d_v(net: Network) -> _Sides:
    """dL/dV = sum_{t=1..T} dL_t/dV"""
    return _sum_over_steps(net, V)


@printed("72", over=ONCE, note=_THE_SUM)
def d_total_loss_d_w(net: Network) -> _Sides:
    """dL/dW = sum_{t=1..T} dL_t/dW"""
    return _sum_over_steps(net, W)


@printed("73", over=ONCE, note=_THE_SUM)
def d_total_loss_d_u(net: Network) -> _Sides:
    """dL/dU = sum_{t=1..T} dL_t/dU"""
    return _sum_over_steps(net, U)
