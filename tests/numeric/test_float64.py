"""The float64 screen: when it calls arrays equal, when different, when it cannot say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from numeric.derivative import quiet, reverse
from numeric.points import in_ring, rational_point
from numeric.rings.base import Comparison
from numeric.rings.float64 import SCREEN, Float64Ring, compare, relative_error
from symbolic.forward import NodeKey
from symbolic.model import Instance
from symbolic.models import load

AGREE, DIFFER, UNKNOWN = Comparison.AGREE, Comparison.DIFFER, Comparison.UNKNOWN


@pytest.mark.parametrize("scale", [1e-300, 1e-8, 1.0, 1e300])
def test_the_screen_is_relative(scale: float) -> None:
    array = np.array([1.0, -2.0, 0.5]) * scale
    assert compare(array, array * (1 + SCREEN / 10)) is AGREE
    assert compare(array, array * (1 + SCREEN * 10)) is DIFFER
    assert compare(array, 0 * array) is DIFFER
    assert compare(array, array[::-1]) is DIFFER


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_unknown(bad: float) -> None:
    good, broken = np.array([1.0, 2.0]), np.array([1.0, bad])
    for left, right in ((good, broken), (broken, good), (broken, broken)):
        assert compare(left, right) is UNKNOWN
        assert math.isnan(relative_error(left, right))


def test_an_overflow_of_the_difference_is_unknown() -> None:
    assert compare(np.array([1.7e308]), np.array([-1.7e308])) is UNKNOWN


def test_zeros_and_empty_arrays_agree() -> None:
    assert compare(np.zeros(3), np.zeros(3)) is AGREE
    assert compare(np.zeros((0, 2)), np.zeros((0, 2))) is AGREE
    assert relative_error(np.array(0.0), np.array(0.0)) == 0.0


def test_the_scale_is_that_of_the_array() -> None:
    """Entries that cancel to rounding errors do not count; balls decide what they hide."""
    assert compare(np.array([1.0, 1e-17]), np.array([1.0, -1e-17])) is AGREE
    assert compare(np.array([1e-17]), np.array([-1e-17])) is DIFFER


@pytest.mark.parametrize("shapes", [((2,), (3,)), ((2, 1), (1, 2)), ((), (1,))])
def test_different_shapes_are_refused(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    """NumPy would repeat one along the other, and a column would agree with a row."""
    left, right = (np.ones(shape) for shape in shapes)
    with pytest.raises(ValueError, match="shapes"):
        compare(left, right)


def test_overflow_gives_infinity_without_a_warning() -> None:
    ring = Float64Ring()
    big = ring.constant(np.array([800], dtype=object))
    huge = ring.apply("exp", 0, big)
    assert np.isinf(huge[0])
    assert np.isinf(ring.apply("cosh", 1, big)[0])
    assert np.isinf(ring.contract([(huge, (0,)), (huge, (0,))], (0,))[0])
    with quiet():
        assert np.isnan(ring.add([(huge, (0,)), (-huge, (0,))], (0,))[0])
    assert np.isinf(ring.power(0 * big, -1)[0])
    assert np.isnan(ring.apply("log", 0, -big)[0])
    assert np.isinf(ring.apply("log", 0, 0 * big)[0])
    assert ring.apply("sigmoid", 0, -10 * big)[0] == 0.0


def test_a_pass_that_overflows_gives_no_warning() -> None:
    instance = Instance(load("linear-mse"), {"n": 1}, 400)
    point = {key: 1000 * value for key, value in leaves_of(instance).items()}
    tape = reverse(instance, Float64Ring(), point)
    assert not np.isfinite(tape.derivatives(NodeKey("L")).by(NodeKey("W_a")))


def leaves_of(instance: Instance) -> dict[NodeKey, np.ndarray]:
    return in_ring(rational_point(instance, 0, spread=False), Float64Ring())
