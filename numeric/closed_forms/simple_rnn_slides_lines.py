"""The slides on a simple RNN, line by line: ds_2/dW, ds_3/dW and ds_k/dW.

For matrices df/da_t is diag(f'(a_t)), and ds_t/dW has three axes, that of s_t first. The lines that
write s_{t-1} for its part of d(W s_{t-1})/dW, which has three axes too, hold for scalars alone.
"""

from __future__ import annotations

from functools import reduce

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import EVERY_STEP, ONCE, THREE_STEPS, TWO_STEPS, Domain
from numeric.closed_forms.form import Network
from numeric.closed_forms.network import diag, eye
from numeric.closed_forms.reading import DESCENDING, PLAIN, both
from numeric.closed_forms.simple_rnn_slides_registry import (
    U,
    W,
    W_at,
    a,
    corrected_matrix,
    printed_matrix,
    printed_scalar,
    s,
    x,
)

_Sides = tuple[Array, Array]

#: The general formula calls its step k.
_EVERY_K = Domain(("k",), EVERY_STEP.values)

_DIAGONAL = "df/da_t is the diagonal matrix of f'(a_t)"
_BOXES = "the bars in the formula are read as boxes round its factors"
_AGAIN = "printed three times"
_NO_SUM = "s_{t-1} has one index and W ds_{t-1}/dW has three: they cannot be added"
_NO_SUM_OUTSIDE = "a vector, diag(f'(a_t)) s_{t-1}, is added to a term with three indices"
_VECTOR = "diag(f'(a_t)) s_{t-1} is a vector, while ds_t/dW_* has three indices"


def _times(*factors: Array) -> Array:
    """The factors in turn: the last axis of one with the first of the next; scalars multiply."""

    def pair(left: Array, right: Array) -> Array:
        if np.ndim(left) == 0 or np.ndim(right) == 0:
            return left * right
        return np.tensordot(left, right, axes=1)

    return reduce(pair, factors)


def _plus(*terms: Array) -> Array:
    """The sum of terms of one shape; raises ValueError where their shapes differ."""
    if len({np.shape(term) for term in terms}) > 1:
        raise ValueError(f"cannot add shapes {[np.shape(term) for term in terms]}")
    return sum(terms[1:], terms[0])


def _slope(net: Network, t: int) -> Array:
    """df/da_t = f'(a_t); a diagonal matrix where the state is a vector."""
    slope = net.slope_at("f", a(t))
    return diag(slope) if np.ndim(slope) else slope


def _direct(net: Network, t: int) -> Array:
    """d(W s_{t-1})_p/dW_qr with s_{t-1} held fixed: 1(p = q) (s_{t-1})_r; (n, n, n)."""
    state = net[s(t - 1)]
    return np.tensordot(eye(len(state)), state, axes=0)


# Forward -----------------------------------------------------------------------------------------


@printed_matrix("s3-matrix", over=THREE_STEPS, t=3, before=2)
@printed_matrix("s2-1-matrix", over=TWO_STEPS, t=2, before=1)
@printed_matrix("s1-matrix", over=ONCE, t=1, before=0)
@printed_scalar("s3-scalar", over=THREE_STEPS, t=3, before=2)
@printed_scalar("s2-1-scalar", over=TWO_STEPS, t=2, before=1)
@printed_scalar("s1-scalar", over=ONCE, t=1, before=0)
def state(net: Network, t: int, before: int) -> _Sides:
    """s_{t} = f(U x_{t} + W s_{before})"""
    argument = _plus(_times(net[U], net[x(t)]), _times(net[W], net[s(before)]))
    return net[s(t)], net.apply("f", argument)


@printed_matrix("s2-2-matrix", over=TWO_STEPS)
@printed_scalar("s2-2-scalar", over=TWO_STEPS)
def second_state(net: Network) -> _Sides:
    """s_2 = f(U x_2 + W f(U x_1 + W s_0))"""
    inner = net.apply("f", _plus(_times(net[U], net[x(1)]), _times(net[W], net[s(0)])))
    return net[s(2)], net.apply("f", _plus(_times(net[U], net[x(2)]), _times(net[W], inner)))


# The derivative of one step, by the product rule -------------------------------------------------


@printed_matrix(
    "ds3-1-matrix",
    over=THREE_STEPS,
    readings=PLAIN,
    note=_DIAGONAL,
    fails=_NO_SUM,
    t=3,
    before=2,
)
@printed_matrix(
    "ds2-1-matrix",
    over=TWO_STEPS,
    readings=PLAIN,
    note=_DIAGONAL,
    fails=_NO_SUM,
    t=2,
    before=1,
)
@printed_scalar("ds3-1-scalar", over=THREE_STEPS, readings=PLAIN, t=3, before=2)
@printed_scalar("ds2-1-scalar", over=TWO_STEPS, readings=PLAIN, t=2, before=1)
def product_rule_printed(net: Network, t: int, before: int) -> _Sides:
    """ds_{t}/dW = df/da_{t} (W ds_{before}/dW + s_{before})"""
    earlier = _times(net[W], net.plain(s(before), W, head=s(t)))
    return net.head(s(t), W), _times(_slope(net, t), _plus(earlier, net[s(before)]))


@corrected_matrix("ds3-1-matrix", over=THREE_STEPS, readings=PLAIN, t=3, before=2)
@corrected_matrix("ds2-1-matrix", over=TWO_STEPS, readings=PLAIN, t=2, before=1)
def product_rule(net: Network, t: int, before: int) -> _Sides:
    """ds_{t}/dW = diag(f'(a_{t})) (W ds_{before}/dW + T), T_pqr = 1(p = q) (s_{before})_r"""
    earlier = _times(net[W], net.plain(s(before), W, head=s(t)))
    return net.head(s(t), W), _times(_slope(net, t), _plus(earlier, _direct(net, t)))


@printed_matrix(
    "ds2-2-matrix",
    over=TWO_STEPS,
    readings=PLAIN,
    note=_BOXES,
    fails=_NO_SUM_OUTSIDE,
)
@printed_scalar("ds2-2-scalar", over=TWO_STEPS, readings=PLAIN, note=_BOXES)
def second_multiplied_out_printed(net: Network) -> _Sides:
    """ds_2/dW = df/da_2 W ds_1/dW + df/da_2 s_1"""
    earlier = _times(_slope(net, 2), net[W], net.plain(s(1), W, head=s(2)))
    return net.head(s(2), W), _plus(earlier, _times(_slope(net, 2), net[s(1)]))


@corrected_matrix("ds2-2-matrix", over=TWO_STEPS, readings=PLAIN)
def second_multiplied_out(net: Network) -> _Sides:
    """ds_2/dW = diag(f'(a_2)) W ds_1/dW + diag(f'(a_2)) T, T_pqr = 1(p = q) (s_1)_r"""
    earlier = _times(_slope(net, 2), net[W], net.plain(s(1), W, head=s(2)))
    return net.head(s(2), W), _plus(earlier, _times(_slope(net, 2), _direct(net, 2)))


def _second_result(net: Network) -> Array:
    """ds_2/ds_1 ds_1/dW_* + ds_2/dW_*."""
    return _plus(_times(net.d(s(2), s(1)), net.d(s(1), W_at(1))), net.d(s(2), W_at(2)))


@printed_matrix(
    "ds3-2-matrix",
    over=THREE_STEPS,
    readings=PLAIN,
    note=_DIAGONAL,
    fails=_NO_SUM_OUTSIDE,
)
@printed_scalar("ds3-2-scalar", over=THREE_STEPS, readings=PLAIN)
def third_multiplied_out_printed(net: Network) -> _Sides:
    """ds_3/dW = df/da_3 W (ds_2/ds_1 ds_1/dW_* + ds_2/dW_*) + df/da_3 s_2"""
    earlier = _times(_slope(net, 3), net[W], _second_result(net))
    return net.head(s(3), W), _plus(earlier, _times(_slope(net, 3), net[s(2)]))


@corrected_matrix("ds3-2-matrix", over=THREE_STEPS, readings=PLAIN)
def third_multiplied_out(net: Network) -> _Sides:
    """ds_3/dW = diag(f'(a_3)) W (ds_2/ds_1 ds_1/dW_* + ds_2/dW_*) + diag(f'(a_3)) T,
    T_pqr = 1(p = q) (s_2)_r
    """
    earlier = _times(_slope(net, 3), net[W], _second_result(net))
    return net.head(s(3), W), _plus(earlier, _times(_slope(net, 3), _direct(net, 3)))


# The factors in boxes ----------------------------------------------------------------------------


@printed_matrix("ds3-label-1-matrix", over=THREE_STEPS, note=_DIAGONAL, t=3, before=2)
@printed_matrix("ds2-label-1-matrix", over=TWO_STEPS, note=_DIAGONAL, t=2, before=1)
@printed_scalar("ds3-label-1-scalar", over=THREE_STEPS, t=3, before=2)
@printed_scalar("ds2-label-1-scalar", over=TWO_STEPS, note=_BOXES, t=2, before=1)
def label_of_d_state(net: Network, t: int, before: int) -> _Sides:
    """df/da_{t} W = ds_{t}/ds_{before}"""
    return _times(_slope(net, t), net[W]), net.d(s(t), s(before))


@printed_matrix(
    "ds3-label-2-matrix", over=THREE_STEPS, note=_DIAGONAL, fails=_VECTOR, t=3, before=2
)
@printed_matrix("ds2-label-2-matrix", over=TWO_STEPS, note=_DIAGONAL, fails=_VECTOR, t=2, before=1)
@printed_scalar("ds3-label-2-scalar", over=THREE_STEPS, t=3, before=2)
@printed_scalar("ds2-label-2-scalar", over=TWO_STEPS, note=_BOXES, t=2, before=1)
def label_of_d_copy_printed(net: Network, t: int, before: int) -> _Sides:
    """df/da_{t} s_{before} = ds_{t}/dW_*"""
    return _times(_slope(net, t), net[s(before)]), net.d(s(t), W_at(t))


@corrected_matrix("ds3-label-2-matrix", over=THREE_STEPS, t=3, before=2)
@corrected_matrix("ds2-label-2-matrix", over=TWO_STEPS, t=2, before=1)
def label_of_d_copy(net: Network, t: int, before: int) -> _Sides:
    """diag(f'(a_{t})) T = ds_{t}/dW_*, T_pqr = 1(p = q) (s_{before})_r"""
    return _times(_slope(net, t), _direct(net, t)), net.d(s(t), W_at(t))


# The results -------------------------------------------------------------------------------------


@printed_matrix("ds1-matrix", over=ONCE, readings=PLAIN)
@printed_scalar("ds1-scalar", over=ONCE, readings=PLAIN)
def d_first_state(net: Network) -> _Sides:
    """ds_1/dW = ds_1/dW_*"""
    return net.head(s(1), W), net.d(s(1), W_at(1))


@printed_matrix("ds2-result-matrix", over=TWO_STEPS, readings=PLAIN, note=_AGAIN)
@printed_scalar("ds2-result-scalar", over=TWO_STEPS, readings=PLAIN, note=_AGAIN)
def d_second_state(net: Network) -> _Sides:
    """ds_2/dW = ds_2/ds_1 ds_1/dW_* + ds_2/dW_*"""
    return net.head(s(2), W), _second_result(net)


@printed_matrix("ds3-result-matrix", over=THREE_STEPS, readings=PLAIN)
@printed_scalar("ds3-result-scalar", over=THREE_STEPS, readings=PLAIN)
def d_third_state(net: Network) -> _Sides:
    """ds_3/dW = ds_3/ds_2 ds_2/ds_1 ds_1/dW_* + ds_3/ds_2 ds_2/dW_* + ds_3/dW_*"""
    by_1 = _times(net.d(s(3), s(2)), net.d(s(2), s(1)), net.d(s(1), W_at(1)))
    by_2 = _times(net.d(s(3), s(2)), net.d(s(2), W_at(2)))
    return net.head(s(3), W), _plus(by_1, by_2, net.d(s(3), W_at(3)))


def _factors(net: Network, k: int, i: int) -> list[Array]:
    """ds_j/ds_{j-1} for j = i + 1, ..., k."""
    return [net.d(s(j), s(j - 1)) for j in range(i + 1, k + 1)]


@printed_scalar("sum-scalar", over=_EVERY_K, readings=PLAIN)
def d_scalar_state(net: Network, k: int) -> _Sides:
    """ds_k/dW = sum_{i=1..k} (prod_{j=i+1..k} ds_j/ds_{j-1}) ds_i/dW_*"""
    terms = (_times(*_factors(net, k, i), net.d(s(i), W_at(i))) for i in range(1, k + 1))
    return net.head(s(k), W), _plus(*terms)


@printed_matrix("sum-matrix", over=_EVERY_K, readings=both(PLAIN, DESCENDING))
def d_vector_state(net: Network, k: int) -> _Sides:
    """ds_k/dW = sum_{i=1..k} (prod_{j=i+1..k} ds_j/ds_{j-1}) ds_i/dW_*"""
    products = [net.product(_factors(net, k, i), net.size("n")) for i in range(1, k + 1)]
    terms = (_times(one, net.d(s(i), W_at(i))) for i, one in enumerate(products, start=1))
    return net.head(s(k), W), _plus(*terms)
