"""The table of first derivatives against central differences, which know no rule."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest

from numeric import functions as rules
from numeric.dual import derivative_of_function
from numeric.functions import FIRST_DERIVATIVE
from numeric.rings.balls import Ball, BallRing, precision
from numeric.rings.field import FieldRing
from numeric.rings.float64 import Float64Ring
from symbolic.functions import FUNCTIONS, GENERIC_INSTANCES

BITS = 400
STEP = Fraction(1, 2**100)
#: Central differences of order k lose 100 k of the 400 bits, and err by the square of the step.
AGREEMENT = {1: 180, 2: 180, 3: 90}
POSITIVE = [Fraction(1, 16), Fraction(3, 5), Fraction(1), Fraction(7, 3), Fraction(12)]
EVERYWHERE = [*POSITIVE, Fraction(0), *(-x for x in POSITIVE)]
POINTS = {name: POSITIVE if name == "log" else EVERYWHERE for name in FUNCTIONS}

#: order -> (weight, multiple of the step), over step^order.
DIFFERENCES = {
    1: [(Fraction(1, 2), 1), (Fraction(-1, 2), -1)],
    2: [(Fraction(1), 1), (Fraction(-2), 0), (Fraction(1), -1)],
    3: [(Fraction(1, 2), 2), (Fraction(-1), 1), (Fraction(1), -1), (Fraction(-1, 2), -2)],
}


def values(ring: BallRing, function: str, points: list[Fraction]) -> Any:
    return ring.apply(function, 0, ring.constant(np.array(points, dtype=object)))


def central_differences(ring: BallRing, function: str, order: int) -> list[Any]:
    points = POINTS[function]
    total = ring.constant(np.zeros(len(points), dtype=object))
    for weight, multiple in DIFFERENCES[order]:
        shifted = values(ring, function, [x + multiple * STEP for x in points])
        total = total + shifted * Ball(flint.arb(flint.fmpq(weight.numerator, weight.denominator)))
    return [entry.ball * flint.arb(2) ** (100 * order) for entry in total]


def log2(x: Any) -> float:
    upper = x.abs_upper()
    return -math.inf if upper.is_zero() else float(upper.log() / flint.arb(2).log())


def largest_error(function: str, order: int) -> float:
    """Return log2 of the largest error of a derivative, relative to the larger of 1 and it."""
    with precision(BITS) as ring:
        x = ring.constant(np.array(POINTS[function], dtype=object))
        found = [entry.ball for entry in derivative_of_function(ring, function, order, x)]
        expected = central_differences(ring, function, order)
        errors = []
        for one, two in zip(found, expected, strict=True):
            errors.append(log2(one - two) - max(0.0, log2(two)))
        return max(errors)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_derivatives_agree_with_central_differences(function: str, order: int) -> None:
    assert largest_error(function, order) < -AGREEMENT[order]


#: Not merely of the wrong sign: that would be right again where a rule is used twice.
WRONG: dict[str, Callable[[Any, Any], Any]] = {
    "identity": lambda ring, x: x,
    "tanh": lambda ring, x: rules.shifted(ring, 1, 1, ring.power(ring.apply("tanh", 0, x), 2)),
    "sigmoid": lambda ring, x: ring.power(ring.apply("sigmoid", 0, x), 2),
    "softplus": lambda ring, x: ring.apply("tanh", 0, x),
    "exp": lambda ring, x: ring.apply("cosh", 0, x),
    "log": lambda ring, x: ring.power(x, -2),
    "sin": lambda ring, x: rules.shifted(ring, 0, 2, ring.apply("cos", 0, x)),
    "cos": lambda ring, x: rules.shifted(ring, 0, -2, ring.apply("sin", 0, x)),
    "sinh": lambda ring, x: ring.apply("exp", 0, x),
    "cosh": lambda ring, x: rules.shifted(ring, 0, 3, ring.apply("sinh", 0, x)),
}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("function", WRONG)
def test_sabotage_of_every_rule_is_noticed(
    function: str, order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FIRST_DERIVATIVE, function, WRONG[function])
    assert largest_error(function, order) > -AGREEMENT[order]


def test_a_rule_that_is_wrong_by_little_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def nearly(ring: Any, x: Any) -> Any:
        off = ring.constant(np.array(1 + Fraction(1, 10**40), dtype=object))
        return ring.contract([(off, ()), (ring.apply("cos", 0, x), (0,))], (0,))

    monkeypatch.setitem(FIRST_DERIVATIVE, "sin", nearly)
    assert largest_error("sin", 1) > -AGREEMENT[1]


def test_every_function_has_a_rule_and_every_rule_a_function() -> None:
    assert set(FIRST_DERIVATIVE) == set(FUNCTIONS)
    assert set(WRONG) == set(FUNCTIONS)
    assert set(GENERIC_INSTANCES) <= set(FUNCTIONS)


#: From the library of the language, where it has the function, or by definition.
TEXTBOOK: dict[str, Callable[[float], float]] = {
    "identity": lambda x: x,
    "tanh": math.tanh,
    "sigmoid": lambda x: math.exp(x) / (1 + math.exp(x)),
    "softplus": lambda x: math.log1p(math.exp(x)),
    "exp": math.exp,
    "log": math.log,
    "sin": math.sin,
    "cos": math.cos,
    "sinh": math.sinh,
    "cosh": math.cosh,
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_value_in_every_ring(function: str) -> None:
    points = np.array(POINTS[function], dtype=object)
    expected = [TEXTBOOK[function](float(x)) for x in POINTS[function]]
    ring = Float64Ring()
    floats = ring.apply(function, 0, ring.constant(points))
    np.testing.assert_allclose(floats, expected, rtol=1e-14, atol=0)
    with precision(100) as real:
        in_balls = [float(b.ball.mid()) for b in real.apply(function, 0, real.constant(points))]
    np.testing.assert_allclose(in_balls, expected, rtol=1e-14, atol=0)
    element = FieldRing(0)
    for order in range(3):
        found = element.apply(function, order, element.constant(points))
        assert found.shape == points.shape
        assert all(isinstance(value, flint.fmpz_mod) for value in found)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_floats_and_balls_agree_on_derivatives(function: str, order: int) -> None:
    points = np.array(POINTS[function], dtype=object)
    ring = Float64Ring()
    floats = ring.apply(function, order, ring.constant(points))
    with precision(200) as real:
        found = real.apply(function, order, real.constant(points))
        exact = np.array([float(b.ball.mid()) for b in found])
    np.testing.assert_allclose(floats, exact, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("at", [-700, -40, -30, -5, 5, 40, 700])
@pytest.mark.parametrize("function", ["sigmoid", "softplus"])
def test_floats_keep_their_digits_where_a_function_saturates(function: str, at: int) -> None:
    """log sigmoid(-40) is -40; a sigmoid that is rounded to 0 would make it infinite."""
    point = np.array([at], dtype=object)
    ring = Float64Ring()
    with precision(2000) as real:
        (exact,) = real.apply(function, 0, real.constant(point))
        exact_float = float(exact.ball.mid())
    assert ring.apply(function, 0, ring.constant(point))[0] == pytest.approx(
        exact_float, rel=1e-12, abs=0
    )


def test_the_shape_of_the_argument_is_kept() -> None:
    ring = FieldRing(0)
    for shape in ((), (3,), (2, 1, 2)):
        argument = ring.constant(np.ones(shape, dtype=object))
        for function in FUNCTIONS:
            for order in (1, 2):
                assert derivative_of_function(ring, function, order, argument).shape == shape
