"""Sample values: keyed by what they are, inside their range, uniform, the same everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import product

import flint
import numpy as np
import pytest

from numeric import points
from numeric.points import (
    RESOLUTION,
    SCALES,
    Targets,
    in_ring,
    rational,
    rational_point,
    uniform,
)
from numeric.rings.balls import precision
from numeric.rings.field import FieldRing, P, uniform_point
from numeric.rings.float64 import Float64Ring
from symbolic.forward import NodeKey, leaves
from symbolic.model import Instance
from symbolic.models import load

GRID = 1 << RESOLUTION
ELMAN = Instance(load("elman-softmax"), {"n": 2, "m": 3, "c": 4}, 3)


def test_same_key_same_value() -> None:
    for key in [(0, "W", None, 0, 1), (7, "h", 3), ("x",), (0, "x", -1)]:
        assert uniform(P, *key) == uniform(P, *key)
        assert rational(*key) == rational(*key)


def test_values_are_pinned() -> None:
    """A report names its seed, so these numbers must never change."""
    assert uniform(10**6, 0, "W", None, 0, 1) == 417261
    assert rational(0, "W", None, 0, 1) == Fraction(669915, 2**20)


def test_different_keys_have_different_values() -> None:
    steps = [None, -1, 0, 1, 11]
    keys: list[tuple[str | int | None, ...]] = list(
        product(range(3), ["W", "U", "W1", "tanh"], steps, range(3), range(3))
    )
    keys += [(1, 11), (11, 1), (1, 1, 1), ("1", 1), (1, "1"), ("a", "b"), ("ab",), ("a", "b", None)]
    keys += [(0, "None"), (0, None), (0, ""), (0, "0"), (0, 0), (0, 0, 0)]
    assert len({uniform(P, *key) for key in keys}) == len(keys)


@pytest.mark.parametrize("scale", [Fraction(1), Fraction(1, 2), *SCALES, Fraction(3)])
def test_rationals_stay_inside_the_open_interval_and_on_the_grid(scale: Fraction) -> None:
    for index in range(300):
        value = rational(0, "W", index, scale=scale)
        assert 0 < abs(value) < scale
        assert GRID % value.denominator == 0


@pytest.mark.parametrize("drawn", [0, 1, GRID // 2 - 1, GRID // 2, GRID - 2, GRID - 1])
@pytest.mark.parametrize("scale", [Fraction(1), Fraction(1, 2), SCALES[0], Fraction(1, GRID // 2)])
def test_the_ends_of_the_range(
    drawn: int, scale: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rounding away from zero would reach the scale itself, once in half a million draws."""
    monkeypatch.setattr(points, "uniform", lambda modulus, *key: drawn)
    value = rational(0, scale=scale)
    assert 0 < abs(value) < scale
    assert (value > 0) == (drawn >= GRID // 2)


def test_scale_multiplies() -> None:
    for index in range(100):
        whole = rational(0, "W", index)
        half = rational(0, "W", index, scale=Fraction(1, 2))
        assert abs(half - whole / 2) <= Fraction(1, GRID)


def _chi_square(counts: Counter[int], bins: int, total: int) -> float:
    expected = total / bins
    return sum((counts[k] - expected) ** 2 / expected for k in range(bins))


def test_uniform_over_a_small_modulus_is_flat() -> None:
    total = 16_000
    counts = Counter(uniform(16, 0, "x", index) for index in range(total))
    assert sum(counts.values()) == total
    # 15 degrees of freedom: the quantiles of 0.1 % and 99.9 % are 3.48 and 37.7.
    assert 3.48 < _chi_square(counts, 16, total) < 37.7


def test_rationals_are_flat_and_signs_balanced() -> None:
    total = 16_000
    counts = Counter(int((rational(0, "x", index) + 1) * 8) for index in range(total))
    assert 3.48 < _chi_square(counts, 16, total) < 37.7


_PRINT = """
from numeric.points import rational, uniform
from numeric.rings.field import FieldRing
import numpy as np
ring = FieldRing(3)
x = ring.constant(np.array([5], dtype=object))
print(uniform(2**127 - 1, 0, "W", None, 0), rational(0, "h", 2, 1), ring.apply("tanh", 0, x)[0])
"""


def test_values_do_not_depend_on_the_hash_seed() -> None:
    printed = set()
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        run = subprocess.run(
            [sys.executable, "-c", _PRINT],
            env=environment,
            cwd=os.path.dirname(os.path.dirname(points.__file__)),
            capture_output=True,
            text=True,
            check=True,
        )
        printed.add(run.stdout)
    assert len(printed) == 1
    assert printed.pop().split()[0] == str(uniform(P, 0, "W", None, 0))


def test_the_point_is_the_same_in_every_ring() -> None:
    point = rational_point(ELMAN, 5)
    floats = in_ring(point, Float64Ring())
    elements = in_ring(point, FieldRing(0))
    with precision(64) as ring:
        in_balls = in_ring(point, ring)
    assert set(point) == set(leaves(ELMAN))
    for key, array in point.items():
        for place in np.ndindex(array.shape):
            exact = Fraction(array[place])
            assert Fraction(float(floats[key][place])) == exact
            assert in_balls[key][place].ball == flint.arb(
                flint.fmpq(exact.numerator, exact.denominator)
            )
            assert elements[key][place] * exact.denominator == exact.numerator


def test_a_point_does_not_change_when_something_else_is_drawn_too() -> None:
    longer = Instance(ELMAN.model, {"n": 3, "m": 4, "c": 5}, 4)
    short, long = rational_point(ELMAN, 5), rational_point(longer, 5)
    for key, array in short.items():
        part = tuple(slice(size) for size in array.shape)
        assert np.array_equal(long[key][part], array)


@pytest.mark.parametrize("name", ["elman-softmax", "batch-softmax", "many-to-one"])
def test_targets_obey_what_is_assumed_of_them(name: str) -> None:
    model = load(name)
    instance = Instance(model, {d.name: 3 for d in model.dimensions}, 2)
    target = next(d for d in model.declarations if d.role.value == "target")
    ring = FieldRing(4)
    free = 0
    for assumed in Targets:
        for point in (rational_point(instance, 4, assumed), uniform_point(instance, ring, assumed)):
            rows = [
                point[key][row]
                for key in point
                if key.name == target.name
                for row in np.ndindex(point[key].shape[:-1])
            ]
            assert rows
            match assumed:
                case Targets.FREE:
                    free += any(sum(row) != 1 for row in rows)
                case Targets.NORMALISED:
                    assert all(sum(row) == 1 for row in rows)
                case Targets.ONE_HOT:
                    assert all(sorted(map(int, row)) == [0, 0, 1] for row in rows)
    assert free == 2


def test_one_hot_classes_vary() -> None:
    """A class fixed over all steps let two dozen wrong lines pass in the prototype."""
    instance = Instance(load("elman-softmax"), {"n": 1, "m": 1, "c": 3}, 30)
    for point in (
        rational_point(instance, 0, Targets.ONE_HOT),
        uniform_point(instance, FieldRing(0), Targets.ONE_HOT),
    ):
        classes = Counter([int(v) for v in point[NodeKey("y", t)]].index(1) for t in instance.steps)
        assert set(classes) == {0, 1, 2}


def test_parameters_spread_over_scales_and_leave_the_rest_alone() -> None:
    seen = set()
    for seed in range(40):
        point = rational_point(ELMAN, seed)
        seen.add(max(abs(x) for x in point[NodeKey("W")].flat) > 1)
        assert all(abs(x) < 1 for x in point[NodeKey("x", 1)])
        assert all(0 < y < 1 for y in point[NodeKey("y", 1)])
        tame = rational_point(ELMAN, seed, spread=False)
        assert all(abs(x) < 1 for x in tame[NodeKey("W")].flat)
    assert seen == {True, False}


def test_seeds_and_points_of_the_field_differ() -> None:
    rings = [FieldRing(0), FieldRing(1), FieldRing(0, 1)]
    drawn = [int(uniform_point(ELMAN, r, Targets.FREE)[NodeKey("W")][0, 0]) for r in rings]
    assert len(set(drawn)) == 3
    again = uniform_point(ELMAN, FieldRing(0, 1), Targets.FREE)
    assert int(again[NodeKey("W")][0, 0]) == drawn[2]
