"""Balls: what agrees, what differs, what is not decided, and at which precision."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.rings import balls
from numeric.rings.balls import RADIUS_BITS, Ball, BallRing, compare, precision
from numeric.rings.base import Comparison

AGREE, DIFFER, UNKNOWN = Comparison.AGREE, Comparison.DIFFER, Comparison.UNKNOWN


def constants(ring: BallRing, *numbers: int | Fraction) -> Any:
    return ring.constant(np.array(numbers, dtype=object))


# Precision ---------------------------------------------------------------------------------------


def test_precision_is_set_inside_and_restored_after() -> None:
    before = flint.ctx.prec
    with precision(333):
        assert flint.ctx.prec == 333
        with precision(77):
            assert flint.ctx.prec == 77
        assert flint.ctx.prec == 333
    assert flint.ctx.prec == before


def test_precision_is_restored_after_an_exception() -> None:
    before = flint.ctx.prec

    def fail(error: type[BaseException]) -> None:
        with precision(333):
            assert flint.ctx.prec == 333
            raise error

    for error in (ZeroDivisionError, KeyboardInterrupt):
        with pytest.raises(error):
            fail(error)
        assert flint.ctx.prec == before


def test_a_higher_precision_gives_a_smaller_radius() -> None:
    radii = []
    for bits in (50, 100, 200, 400):
        with precision(bits) as ring:
            (ball,) = ring.apply("tanh", 0, constants(ring, Fraction(1, 3)))
            radii.append(ball.ball.rad())
    assert all(small < large for large, small in pairwise(radii))


# Comparison --------------------------------------------------------------------------------------


def test_equal_values_agree_and_the_radius_is_reported() -> None:
    with precision(300) as ring:
        x = constants(ring, Fraction(1, 3), Fraction(2, 7))
        left = ring.apply("tanh", 0, x)
        right = ring.apply("sinh", 0, x) * ring.power(ring.apply("cosh", 0, x), -1)
        found = compare(left, right)
        assert found.outcome is AGREE
        assert -300 < found.radius < -280
        assert found.entry is None
        assert found.gap is None


def test_different_values_differ_with_the_first_entry_and_a_lower_bound_of_the_gap() -> None:
    with precision(300) as ring:
        found = compare(constants(ring, 1, 2, 3), constants(ring, 1, 5, 7))
    assert found.outcome is DIFFER
    assert found.entry == (1,)
    assert (found.left, found.right) == ("2.0000000000000000", "5.0000000000000000")
    assert found.gap is not None
    assert 2.99 < float(found.gap) <= 3


@settings(deadline=None, max_examples=60)
@given(
    left=st.fractions(-9, 9, max_denominator=99),
    right=st.fractions(-9, 9, max_denominator=99),
    scale=st.integers(-900, 900),
    bits=st.integers(4, 200),
)
def test_the_gap_is_a_lower_bound_as_it_is_printed(
    left: Fraction, right: Fraction, scale: int, bits: int
) -> None:
    """Rounded to the nearest, the 2/3 between 2/3 and 0 would be printed as 0.666667."""
    left, right = left * Fraction(2) ** scale, right * Fraction(2) ** scale
    with precision(bits) as ring:
        found = compare(constants(ring, left), constants(ring, right))
    if found.gap is None:
        assert found.outcome is not DIFFER
        return
    assert 0 < Fraction(found.gap) <= abs(left - right)
    if bits > 60:
        assert Fraction(found.gap) > abs(left - right) * Fraction(9999, 10000)


@pytest.mark.parametrize("power", [8, 20, 100, 1000])
def test_a_wrong_value_is_wrong_however_small(power: int) -> None:
    """There is no absolute tolerance: 10^-1000 differs from 2 * 10^-1000."""
    with precision(200) as ring:
        small = constants(ring, Fraction(1, 10**power))
        assert compare(small, small).outcome is AGREE
        assert compare(small, 2 * small).outcome is DIFFER
        assert compare(small, 0 * small).outcome is DIFFER


def test_exact_zeros_agree() -> None:
    with precision(100) as ring:
        zero = ring.constant(np.zeros((2, 2), dtype=object))
        found = compare(zero, zero)
        assert found.outcome is AGREE
        assert found.radius == -math.inf
        assert compare(zero * constants(ring, 3, 4), zero).outcome is AGREE


def test_plain_integers_stand_for_balls() -> None:
    """The sum over nothing leaves a plain 0 in an array."""
    with precision(200) as ring:
        zero = constants(ring, 0)
        assert compare(np.array([0], dtype=object), zero).outcome is AGREE
        assert compare(np.array([1], dtype=object), zero).outcome is DIFFER


@pytest.mark.parametrize("side", ["left", "right", "both"])
def test_what_is_not_finite_is_unknown(side: str) -> None:
    with precision(200) as ring:
        one, pole = constants(ring, 1), ring.power(constants(ring, 0), -1)
        left = one if side == "right" else pole
        right = one if side == "left" else pole
        found = compare(left, right)
        assert found.outcome is UNKNOWN
        assert found.entry == (0,)


def test_a_difference_elsewhere_outweighs_what_could_not_be_computed() -> None:
    with precision(200) as ring:
        pole = ring.power(constants(ring, 0), -1)
        left = np.concatenate([pole, constants(ring, 1, 1)])
        right = np.concatenate([pole, constants(ring, 1, 2)])
        assert compare(left, right).entry == (2,)
        assert compare(left, right).outcome is DIFFER
        found = compare(left, left)
        assert (found.outcome, found.entry) == (UNKNOWN, (0,))


def test_overlap_with_a_large_radius_is_unknown() -> None:
    with precision(100) as ring:
        third = constants(ring, Fraction(1, 3))
        assert compare(third, third).outcome is UNKNOWN
        assert compare(third, third, radius_bits=90).outcome is AGREE
    with precision(130) as ring:
        third = constants(ring, Fraction(1, 3))
        assert compare(third, third).outcome is AGREE


@pytest.mark.parametrize("exact_side", ["left", "right"])
def test_one_inexact_side_is_enough_for_unknown(exact_side: str) -> None:
    with precision(100) as ring:
        third = constants(ring, Fraction(1, 3))
        exact = np.array([Ball(third[0].ball.mid())], dtype=object)
        pair = (exact, third) if exact_side == "left" else (third, exact)
        assert compare(*pair).outcome is UNKNOWN
        assert compare(exact, exact).outcome is AGREE


def test_a_scalar_without_axes_is_compared() -> None:
    with precision(100) as ring:
        one, two, third = (ring.constant(np.array(n, dtype=object)) for n in (1, 2, Fraction(1, 3)))
        assert compare(one, one).outcome is AGREE
        assert compare(one, two).outcome is DIFFER
        assert compare(one, two).entry == ()
        assert compare(third, third).outcome is UNKNOWN
        assert compare(third, third).entry == ()


def test_arrays_without_entries_agree_and_different_shapes_are_refused() -> None:
    with precision(100) as ring:
        empty = ring.constant(np.zeros((0,), dtype=object))
        assert compare(empty, empty).outcome is AGREE
        for left, right in (((1, 2), (1, 2, 3)), ((1, 2, 3), (1, 2))):
            with pytest.raises(ValueError, match="shapes"):
                compare(constants(ring, *left), constants(ring, *right))


# Saturation --------------------------------------------------------------------------------------

PRECISIONS = range(20, 420, 4)


def saturated(ring: BallRing, at: int) -> Any:
    """1 - tanh(at)^2, about 4 exp(-2 at)."""
    h = ring.apply("tanh", 0, constants(ring, at))
    return 1 - h**2


def outcomes(pair: Callable[[BallRing], tuple[Any, Any]]) -> dict[int, Comparison]:
    found = {}
    for bits in PRECISIONS:
        with precision(bits) as ring:
            found[bits] = compare(*pair(ring)).outcome
    return found


def test_a_saturated_slope_and_its_double_never_agree() -> None:
    """1 - tanh(40)^2 is 2^-113: lost at low precision, and said to be lost."""

    def pair(ring: BallRing) -> tuple[Any, Any]:
        slope = saturated(ring, 40)
        return slope, 2 * slope

    found = outcomes(pair)
    assert {bits for bits, outcome in found.items() if outcome is AGREE} == set()
    assert all(outcome is UNKNOWN for bits, outcome in found.items() if bits < 110)
    assert all(outcome is DIFFER for bits, outcome in found.items() if bits >= 120)


@pytest.mark.parametrize("at", [1, 10, 40])
def test_a_small_number_added_to_a_slope_is_noticed(at: int) -> None:
    """Floats call 1 - h^2 and (1 - h^2) + 10^-20 equal."""

    def pair(ring: BallRing) -> tuple[Any, Any]:
        slope = saturated(ring, at)
        return slope, slope + constants(ring, Fraction(1, 10**20))

    found = outcomes(pair)
    assert AGREE not in found.values()
    assert all(outcome is DIFFER for bits, outcome in found.items() if bits >= 80)


@settings(deadline=None, max_examples=60)
@given(at=st.integers(1, 90), bits=st.integers(20, 400), factor=st.integers(2, 5))
def test_agree_errs_by_no_more_than_it_says(at: int, bits: int, factor: int) -> None:
    """Where a wrong pair agrees, the sides differ by less than 2^-120 of the largest term.

    This happens: 1 - tanh(60)^2 is 2^-171 of the 1 that was summed, so from 120 to 170 bits it
    agrees with its double. Only a higher precision tells them apart.
    """
    with precision(2000) as ring:
        truth = saturated(ring, at)[0].ball
    with precision(bits) as ring:
        slope = saturated(ring, at)
        found = compare(slope, factor * slope)
        if found.outcome is AGREE:
            largest = max(slope[0].size, (factor * slope)[0].size)
            bound = flint.arb(2) ** int(largest - RADIUS_BITS + 2)
            assert (factor - 1) * truth < bound
        if bits >= 3 * at + 20:
            assert found.outcome is DIFFER


def test_the_limit_of_agreement_is_where_it_is_documented() -> None:
    def pair(ring: BallRing) -> tuple[Any, Any]:
        slope = saturated(ring, 60)
        return slope, 2 * slope

    found = outcomes(pair)
    assert found[140] is AGREE
    assert all(outcome is DIFFER for bits, outcome in found.items() if bits >= 180)


@pytest.mark.parametrize("scale", [-2000, -100, 0, 100, 2000])
def test_the_radius_counts_relative_to_the_largest_summed_term(scale: int) -> None:
    """Multiplying both sides by any power of two changes nothing."""
    with precision(150) as ring:
        factor = constants(ring, Fraction(2) ** scale)
        third = constants(ring, Fraction(1, 3)) * factor
        found = compare(third, third)
        assert found.outcome is AGREE
        assert -153 < found.radius < -147
        big = constants(ring, Fraction(2) ** 40) * factor
        cancelled = (third + big) - big
        # 40 bits are lost to the value, not to the comparison with what was summed.
        assert compare(cancelled, third).outcome is AGREE
        assert compare(cancelled, third + constants(ring, Fraction(1, 2**90)) * factor).outcome is (
            DIFFER
        )
    with precision(110) as ring:
        third = constants(ring, Fraction(1, 3)) * constants(ring, Fraction(2) ** scale)
        assert compare(third, third).outcome is UNKNOWN


def test_sabotage_an_absolute_radius_would_accept_anything_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The relative radius is what makes the vanishing pair below undecided."""
    with precision(60) as ring:
        # An exact 2^-200 known to 60 bits, less itself: a ball around zero of radius 2^-260.
        tiny = constants(ring, Fraction(1, 3 * 2**200))
        rest = 3 * tiny - constants(ring, Fraction(1, 2**200))
        zero = constants(ring, 0)
        assert compare(rest, zero).outcome is UNKNOWN
        monkeypatch.setattr(
            balls, "_relative_radius", lambda one, two: balls._exponent(one.ball.rad())
        )
        assert compare(rest, zero).outcome is AGREE


# Functions at the edges of their domains ---------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "at"), [("log", 0), ("log", -1), ("log", Fraction(-1, 10**30))]
)
def test_outside_the_domain_nothing_is_finite(function: str, at: int | Fraction) -> None:
    with precision(100) as ring:
        (value,) = ring.apply(function, 0, constants(ring, at))
        assert not value.ball.is_finite()


def test_a_logarithm_of_what_may_be_zero_is_not_finite() -> None:
    with precision(60) as ring:
        third = constants(ring, Fraction(1, 3))
        (value,) = ring.apply("log", 0, 3 * third - 1)
        assert not value.ball.is_finite()


def test_quotients_by_what_may_be_zero_are_unknown() -> None:
    with precision(60) as ring:
        third = constants(ring, Fraction(1, 3))
        quotient = ring.power(3 * third - 1, -1)
        assert compare(quotient, constants(ring, 5)).outcome is UNKNOWN


@pytest.mark.parametrize("at", [10**6, -(10**6)])
@pytest.mark.parametrize("function", ["tanh", "sigmoid", "softplus"])
def test_far_out_values_stay_rigorous(function: str, at: int) -> None:
    with precision(100) as ring:
        (value,) = ring.apply(function, 0, constants(ring, at))
        limit = {"tanh": 1 if at > 0 else -1, "sigmoid": int(at > 0), "softplus": max(at, 0)}
        assert abs(value.ball - limit[function]) < flint.arb(1) / 2**60


def test_the_repr_is_short() -> None:
    with precision(400):
        assert repr(Ball.of(3) / 4) == "Ball(0.7500000000)"
