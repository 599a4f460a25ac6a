"""Huang (2019), section 1, line by line: (4), (5) and (7) to (18); a scalar state.

(6) is the total derivative of any function, without this network. (14) to (16) and (18) put W for
ds_t/ds_{t-1} and so lose the slopes of tanh, 1 - s_t^2 = tanh'(U x_t + W s_{t-1}).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import THREE_STEPS, UP_TO
from numeric.closed_forms.form import Network, Variant
from numeric.closed_forms.huang2019_registry import REGISTRY
from numeric.closed_forms.network import timed
from numeric.closed_forms.reading import PLAIN
from numeric.closed_forms.setting import activation_is_identity
from symbolic.forward import NodeKey

_Sides = tuple[Array, Array]

_printed = partial(REGISTRY.line, variant=Variant.PRINTED, model="scalar-sigmoid")
_corrected = partial(REGISTRY.line, variant=Variant.CORRECTED, model="scalar-sigmoid")
#: Lines with a plain derivative of a state by W or U.
_plain = partial(_printed, readings=PLAIN)
_plain_corrected = partial(_corrected, readings=PLAIN)
#: The same, without the slopes of tanh.
_slopeless = partial(_plain, when=activation_is_identity("tanh"))

U, V, W = NodeKey("U"), NodeKey("V"), NodeKey("W")
s, yhat, E = timed("s"), timed("yhat"), timed("E")


def _slopes(net: Network, t: int, k: int) -> Array:
    """prod_{i=k+1..t} (1 - s_i^2); 1 where k = t."""
    result = np.ones_like(net[W])
    for i in range(k + 1, t + 1):
        result = result * (1 - net[s(i)] ** 2)
    return result


# The loss of one step ----------------------------------------------------------------------------


@_printed("4")
def d_step_loss_d_v(net: Network, t: int) -> _Sides:
    """dE_t/dV = dE_t/dyhat_t dyhat_t/dV"""
    return net.d(E(t), V), net.d(E(t), yhat(t)) * net.d(yhat(t), V)


@_plain("5")
def d_step_loss_d_w(net: Network, t: int) -> _Sides:
    """dE_t/dW = dE_t/dyhat_t dyhat_t/ds_t ds_t/dW"""
    right = net.d(E(t), yhat(t)) * net.d(yhat(t), s(t)) * net.plain(s(t), W)
    return net.d(E(t), W), right


# The state by W: the recursion and the sum over steps --------------------------------------------


@_plain("7", note="dW/dW = 1; at the first step ds_{t-1}/dW = 0, for s_0 is given")
def d_state_d_w_recursive(net: Network, t: int) -> _Sides:
    """ds_t/dW = ds_t/dW dW/dW + ds_t/ds_{t-1} ds_{t-1}/dW"""
    d_w_d_w = np.ones_like(net[W])
    d_given = np.zeros_like(net[W])
    before = d_given if t == net.first else net.plain(s(t - 1), W, head=s(t))
    right = net.plain(s(t), W, head=s(t)) * d_w_d_w + net.d(s(t), s(t - 1)) * before
    return net.head(s(t), W), right


@_plain("8", over=THREE_STEPS)
def d_third_state_d_w(net: Network) -> _Sides:
    """ds_3/dW = ds_3/dW + ds_3/ds_2 ds_2/dW + ds_3/ds_2 ds_2/ds_1 ds_1/dW"""
    s_1, s_2, s_3 = (s(net.first + i) for i in range(3))
    direct = net.plain(s_3, W, head=s_3)
    by_2 = net.d(s_3, s_2) * net.plain(s_2, W, head=s_3)
    by_1 = net.d(s_3, s_2) * net.d(s_2, s_1) * net.plain(s_1, W, head=s_3)
    return net.head(s_3, W), direct + by_2 + by_1


def _term(net: Network, t: int, k: int) -> Array:
    """ds_t/ds_k ds_k/dW in an equation that has ds_t/dW on its left."""
    return net.d(s(t), s(k)) * net.plain(s(k), W, head=s(t))


@_plain("9", over=THREE_STEPS)
def d_third_state_d_w_in_terms(net: Network) -> _Sides:
    """ds_3/dW = ds_3/ds_3 ds_3/dW + ds_3/ds_2 ds_2/dW + ds_3/ds_1 ds_1/dW"""
    one, two, three = (net.first + i for i in range(3))
    right = _term(net, three, three) + _term(net, three, two) + _term(net, three, one)
    return net.head(s(three), W), right


@_plain("10", over=THREE_STEPS)
def d_third_state_d_w_as_sum(net: Network) -> _Sides:
    """ds_3/dW = sum_{1<=k<=3} ds_3/ds_k ds_k/dW"""
    last = net.first + 2
    return net.head(s(last), W), sum(_term(net, last, k) for k in range(net.first, last + 1))


@_plain("11")
def d_state_d_w_as_sum(net: Network, t: int) -> _Sides:
    """ds_t/dW = sum_{1<=k<=t} ds_t/ds_k ds_k/dW"""
    return net.head(s(t), W), sum(_term(net, t, k) for k in range(net.first, t + 1))


@_plain("12", note="the dots: exactly the terms from k = t to k = 1")
def d_state_d_w_in_terms(net: Network, t: int) -> _Sides:
    """ds_t/dW = ds_t/ds_t ds_t/dW + ds_t/ds_{t-1} ds_{t-1}/dW + ds_t/ds_{t-2} ds_{t-2}/dW + ...
    + ds_t/ds_1 ds_1/dW
    """
    return net.head(s(t), W), sum(_term(net, t, k) for k in range(t, net.first - 1, -1))


# One term of the sum -----------------------------------------------------------------------------


def _left_of_term(net: Network, t: int, k: int) -> Array:
    """ds_t/ds_k ds_k/dW where it is the left side."""
    return net.d(s(t), s(k)) * net.head(s(k), W)


def _factor(net: Network, k: int) -> Array:
    """ds_k/dW on the right of an equation that has it on its left too."""
    return net.plain(s(k), W, head=s(k))


@_plain("13", over=UP_TO, note="the dots: exactly the factors from ds_t to ds_k, none where k = t")
def term_by_steps(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k ds_k/dW = ds_t/ds_{t-1} ds_{t-1}/ds_{t-2} ds_{t-2}/ds_{t-3} ... ds_{k+1}/ds_k
    ds_k/dW
    """
    chain = np.ones_like(net[W])
    for i in range(t, k, -1):
        chain = chain * net.d(s(i), s(i - 1))
    return _left_of_term(net, t, k), chain * _factor(net, k)


_SLOPE_LOST = "ds_t/ds_{t-1} is (1 - s_t^2) W; the slope of tanh is lost"
_COUNT = "the dots: one W for each factor of (13), t - k of them"


@_slopeless("14", over=UP_TO, note=_COUNT, fails=_SLOPE_LOST)
def term_as_product_printed(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k ds_k/dW = W W W ... ds_k/dW"""
    chain = np.ones_like(net[W])
    for _ in range(t, k, -1):
        chain = chain * net[W]
    return _left_of_term(net, t, k), chain * _factor(net, k)


@_plain_corrected("14", over=UP_TO)
def term_as_product(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k ds_k/dW = (1 - s_t^2) W (1 - s_{t-1}^2) W ... (1 - s_{k+1}^2) W ds_k/dW"""
    chain = np.ones_like(net[W])
    for i in range(t, k, -1):
        chain = chain * (1 - net[s(i)] ** 2) * net[W]
    return _left_of_term(net, t, k), chain * _factor(net, k)


@_slopeless("15", over=UP_TO, fails=_SLOPE_LOST)
def term_as_power_printed(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k ds_k/dW = W^(t-k) ds_k/dW"""
    return _left_of_term(net, t, k), net[W] ** (t - k) * _factor(net, k)


@_plain_corrected("15", over=UP_TO)
def term_as_power(net: Network, t: int, k: int) -> _Sides:
    """ds_t/ds_k ds_k/dW = W^(t-k) (prod_{i=k+1..t} (1 - s_i^2)) ds_k/dW"""
    return _left_of_term(net, t, k), net[W] ** (t - k) * _slopes(net, t, k) * _factor(net, k)


# The sums in powers of W -------------------------------------------------------------------------


def _powers(net: Network, t: int, parameter: NodeKey) -> _Sides:
    """Both sides of ds_t/dP = sum_{1<=k<=t} W^(t-k) ds_k/dP."""
    steps = range(net.first, t + 1)
    right = sum(net[W] ** (t - k) * net.plain(s(k), parameter, head=s(t)) for k in steps)
    return net.head(s(t), parameter), right


def _powers_with_slopes(net: Network, t: int, parameter: NodeKey) -> _Sides:
    """Both sides of ds_t/dP = sum_{1<=k<=t} W^(t-k) (prod_{i=k+1..t} (1 - s_i^2)) ds_k/dP."""
    right = np.zeros_like(net[W])
    for k in range(net.first, t + 1):
        factor = net[W] ** (t - k) * _slopes(net, t, k)
        right = right + factor * net.plain(s(k), parameter, head=s(t))
    return net.head(s(t), parameter), right


@_slopeless("16", fails=_SLOPE_LOST)
def d_state_d_w_in_powers_printed(net: Network, t: int) -> _Sides:
    """ds_t/dW = sum_{1<=k<=t} W^(t-k) ds_k/dW"""
    return _powers(net, t, W)


@_plain_corrected("16")
def d_state_d_w_in_powers(net: Network, t: int) -> _Sides:
    """ds_t/dW = sum_{1<=k<=t} W^(t-k) (prod_{i=k+1..t} (1 - s_i^2)) ds_k/dW"""
    return _powers_with_slopes(net, t, W)


@_plain("17")
def d_step_loss_d_u(net: Network, t: int) -> _Sides:
    """dE_t/dU = dE_t/dyhat_t dyhat_t/ds_t ds_t/dU"""
    right = net.d(E(t), yhat(t)) * net.d(yhat(t), s(t)) * net.plain(s(t), U)
    return net.d(E(t), U), right


@_slopeless("18", fails=_SLOPE_LOST)
def d_state_d_u_in_powers_printed(net: Network, t: int) -> _Sides:
    """ds_t/dU = sum_{1<=k<=t} W^(t-k) ds_k/dU"""
    return _powers(net, t, U)


@_plain_corrected("18")
def d_state_d_u_in_powers(net: Network, t: int) -> _Sides:
    """ds_t/dU = sum_{1<=k<=t} W^(t-k) (prod_{i=k+1..t} (1 - s_i^2)) ds_k/dU"""
    return _powers_with_slopes(net, t, U)
