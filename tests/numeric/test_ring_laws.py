"""Every number system obeys the laws of a commutative ring through the operations of the protocol.

The reference is a sum over all assignments of numbers to labels, in fractions, with no einsum.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.dual import Dual, DualRing
from numeric.rings.balls import Ball, precision
from numeric.rings.base import Comparison
from numeric.rings.field import FieldRing
from numeric.rings.float64 import Float64Ring
from numeric.tape import Tape

Opened = Callable[[str], AbstractContextManager[Any]]
Outcome = Callable[[Any, Any, Any], Comparison]
Labels = tuple[Hashable, ...]

NUMBERS = st.fractions(-4, 4, max_denominator=9)
POOL: tuple[Hashable, ...] = ("i", 0, ("of", 1), "j")


def full(numbers: Sequence[Fraction], shape: tuple[int, ...]) -> Any:
    array = np.empty(shape, dtype=object)
    for place, number in zip(np.ndindex(shape), numbers, strict=True):
        array[place] = number
    return array


def zeros(shape: tuple[int, ...]) -> Any:
    return full([Fraction(0)] * math.prod(shape), shape)


def arrays(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    size = math.prod(shape)
    return st.lists(NUMBERS, min_size=size, max_size=size).map(lambda ns: full(ns, shape))


def contracted(operands: Sequence[tuple[Any, Labels]], output: Labels) -> Any:
    """The sum over all labels not in output, one assignment of numbers to labels after another."""
    sizes = {x: n for array, names in operands for x, n in zip(names, array.shape, strict=True)}
    result = zeros(tuple(sizes[x] for x in output))
    for numbers in itertools.product(*(range(n) for n in sizes.values())):
        at = dict(zip(sizes, numbers, strict=True))
        term = Fraction(1)
        for array, names in operands:
            term *= array[tuple(at[x] for x in names)]
        result[tuple(at[x] for x in output)] += term
    return result


def added(operands: Sequence[tuple[Any, Labels]], output: Labels) -> Any:
    sizes = {x: n for array, names in operands for x, n in zip(names, array.shape, strict=True)}
    result = zeros(tuple(sizes[x] for x in output))
    for numbers in np.ndindex(result.shape):
        at = dict(zip(output, numbers, strict=True))
        for array, names in operands:
            result[numbers] += array[tuple(at[x] for x in names)]
    return result


@st.composite
def contractions(draw: st.DrawFn) -> tuple[list[tuple[Any, Labels]], Labels]:
    """1 to 4 operands with labels that are shared, repeated in one operand, kept or summed."""
    sizes = {label: draw(st.integers(1, 3)) for label in POOL}
    operands = []
    for _ in range(draw(st.integers(1, 4))):
        labels = tuple(draw(st.lists(st.sampled_from(POOL), max_size=3)))
        operands.append((draw(arrays(tuple(sizes[x] for x in labels))), labels))
    present = list(dict.fromkeys(x for _, labels in operands for x in labels))
    kept = [x for x in present if draw(st.booleans())]
    return operands, tuple(draw(st.permutations(kept)))


@st.composite
def additions(draw: st.DrawFn) -> tuple[list[tuple[Any, Labels]], Labels]:
    """1 to 4 operands, each with some of the axes of the sum in an order of its own."""
    sizes = {label: draw(st.integers(1, 3)) for label in POOL}
    operands = []
    for _ in range(draw(st.integers(1, 4))):
        labels = tuple(draw(st.lists(st.sampled_from(POOL), max_size=3, unique=True)))
        operands.append((draw(arrays(tuple(sizes[x] for x in labels))), labels))
    present = list(dict.fromkeys(x for _, labels in operands for x in labels))
    return operands, tuple(draw(st.permutations(present)))


def in_ring(ring: Any, operands: Sequence[tuple[Any, Labels]]) -> list[tuple[Any, Labels]]:
    return [(ring.constant(array), labels) for array, labels in operands]


@settings(deadline=None, max_examples=25)
@given(contractions())
def test_contract_is_the_sum_over_labels(
    ring_name: str, opened: Opened, outcome: Outcome, drawn: Any
) -> None:
    operands, output = drawn
    with opened(ring_name) as ring:
        value = ring.contract(in_ring(ring, operands), output)
        expected = ring.constant(contracted(operands, output))
        assert ring.shape(value) == ring.shape(expected)
        assert outcome(ring, value, expected) is Comparison.AGREE


@settings(deadline=None, max_examples=25)
@given(additions())
def test_add_repeats_a_term_along_the_axes_that_it_lacks(
    ring_name: str, opened: Opened, outcome: Outcome, drawn: Any
) -> None:
    operands, output = drawn
    with opened(ring_name) as ring:
        value = ring.add(in_ring(ring, operands), output)
        expected = ring.constant(added(operands, output))
        assert ring.shape(value) == ring.shape(expected)
        assert outcome(ring, value, expected) is Comparison.AGREE


@pytest.mark.parametrize("wrong", ["summed", "first operand only", "transposed"])
def test_the_reference_notices_a_wrong_contraction(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sabotage: a broken contraction is seen by the comparison above."""
    ring = FieldRing(0)
    rows = full([Fraction(k) for k in range(1, 5)], (2, 2))
    operands, output = [(rows, ("i", "j")), (rows, ("j", "k"))], ("i", "k")
    right = FieldRing.contract
    broken: Any = {
        "summed": lambda self, ops, out: right(self, ops, out) + 1,
        "first operand only": lambda self, ops, out: right(self, [ops[0], ops[0]], ("i", "j")),
        "transposed": lambda self, ops, out: right(self, ops, out[::-1]),
    }[wrong]
    expected = ring.constant(contracted(operands, output))
    assert np.all(ring.contract(in_ring(ring, operands), output) == expected)
    monkeypatch.setattr(FieldRing, "contract", broken)
    assert not np.all(ring.contract(in_ring(ring, operands), output) == expected)


@settings(deadline=None, max_examples=25)
@given(arrays((2,)), arrays((2,)), arrays((2,)))
def test_laws_of_a_commutative_ring(
    ring_name: str, opened: Opened, outcome: Outcome, a: Any, b: Any, c: Any
) -> None:
    with opened(ring_name) as ring:

        def plus(left: Any, right: Any) -> Any:
            return ring.add([(left, ("i",)), (right, ("i",))], ("i",))

        def times(left: Any, right: Any) -> Any:
            return ring.contract([(left, ("i",)), (right, ("i",))], ("i",))

        x, y, z = (ring.constant(array) for array in (a, b, c))
        zero, one = (ring.constant(full([Fraction(n)] * 2, (2,))) for n in (0, 1))
        minus = ring.constant(np.array(-1, dtype=object))
        opposite = ring.contract([(minus, ()), (x, ("i",))], ("i",))
        laws = {
            "x + y = y + x": (plus(x, y), plus(y, x)),
            "(x + y) + z = x + (y + z)": (plus(plus(x, y), z), plus(x, plus(y, z))),
            "x + 0 = x": (plus(x, zero), x),
            "x + -x = 0": (plus(x, opposite), zero),
            "x y = y x": (times(x, y), times(y, x)),
            "(x y) z = x (y z)": (times(times(x, y), z), times(x, times(y, z))),
            "x 1 = x": (times(x, one), x),
            "x 0 = 0": (times(x, zero), zero),
            "x (y + z) = x y + x z": (times(x, plus(y, z)), plus(times(x, y), times(x, z))),
            "constants add": (plus(x, y), ring.constant(a + b)),
            "constants multiply": (times(x, y), ring.constant(a * b)),
        }
        for law, (left, right) in laws.items():
            assert outcome(ring, left, right) is Comparison.AGREE, law
        assert outcome(ring, plus(x, one), x) is Comparison.DIFFER


@pytest.mark.parametrize("number", [0, 1, -3, Fraction(5, 8), Fraction(-1, 2**20), 2**40])
def test_constants_are_exact(ring_name: str, opened: Opened, number: int | Fraction) -> None:
    with opened(ring_name) as ring:
        (element,) = ring.constant(np.array([number], dtype=object))
        exact = Fraction(number)
        match ring_name:
            case "float64":
                assert Fraction(float(element)) == exact
            case "balls":
                assert element.ball.is_exact()
                assert element.ball == flint.arb(flint.fmpq(exact.numerator, exact.denominator))
            case _:
                assert element * exact.denominator == exact.numerator


def test_numbers_stay_arrays_without_axes(ring_name: str, opened: Opened) -> None:
    with opened(ring_name) as ring:
        scalar = ring.constant(np.array(Fraction(3), dtype=object))
        for value in (
            scalar,
            ring.power(scalar, 2),
            ring.power(scalar, -1),
            ring.apply("tanh", 0, scalar),
            ring.apply("tanh", 1, scalar),
            ring.add([(scalar, ()), (scalar, ())], ()),
            ring.contract([(scalar, ()), (scalar, ())], ()),
            ring.contract([(scalar, ())], ()),
        ):
            assert ring.shape(value) == ()


@settings(deadline=None, max_examples=25)
@given(arrays((3,)), st.integers(-5, 5), st.integers(-5, 5))
def test_laws_of_powers(
    ring_name: str, opened: Opened, outcome: Outcome, array: Any, m: int, n: int
) -> None:
    array = full([x or Fraction(1, 3) for x in array], (3,))
    with opened(ring_name) as ring:
        x = ring.constant(array)

        def times(left: Any, right: Any) -> Any:
            return ring.contract([(left, (0,)), (right, (0,))], (0,))

        pairs = {
            "x^m x^n": (times(ring.power(x, m), ring.power(x, n)), ring.power(x, m + n)),
            "(x^m)^n": (ring.power(ring.power(x, m), n), ring.power(x, m * n)),
            "constants": (ring.power(x, m), ring.constant(array**m)),
        }
        for law, (left, right) in pairs.items():
            if ring_name == "float64":
                # Powers up to 25 of numbers up to 9: relative, not absolute.
                assert np.allclose(left / right, 1, rtol=1e-12), law
            else:
                assert outcome(ring, left, right) is Comparison.AGREE, law


def test_the_power_zero_of_zero_is_one(ring_name: str, opened: Opened, outcome: Outcome) -> None:
    with opened(ring_name) as ring:
        zero, one = (ring.constant(np.array([n], dtype=object)) for n in (0, 1))
        assert outcome(ring, ring.power(zero, 0), one) is Comparison.AGREE
        assert outcome(ring, ring.power(zero, 2), zero) is Comparison.AGREE


@pytest.mark.parametrize("shape", [(), (1,), (2, 2)])
@pytest.mark.parametrize("exponent", [-1, -2, -7])
def test_division_by_zero_is_never_a_number(
    ring_name: str, opened: Opened, outcome: Outcome, exponent: int, shape: tuple[int, ...]
) -> None:
    with opened(ring_name) as ring:
        zero = ring.constant(np.zeros(shape, dtype=object))
        if ring_name == "prime field":
            with pytest.raises(ZeroDivisionError):
                ring.power(zero, exponent)
            return
        pole = ring.power(zero, exponent)
        assert outcome(ring, pole, pole) is Comparison.UNKNOWN
        assert outcome(ring, pole, zero) is Comparison.UNKNOWN
        # Nothing that is computed from a pole becomes a number again.
        again = ring.contract([(pole, tuple(range(len(shape))))], ())
        assert outcome(ring, again, again) is Comparison.UNKNOWN


@settings(deadline=None, max_examples=30)
@given(contractions())
def test_tapes_and_duals_have_the_values_of_their_base(drawn: Any) -> None:
    operands, output = drawn
    base = FieldRing(0)
    expected = base.constant(contracted(operands, output))
    tape, dual = Tape(base), DualRing(base, (2,))
    traced = [(tape.variable(array), labels) for array, labels in in_ring(base, operands)]
    duals = [(Dual(array), labels) for array, labels in in_ring(base, operands)]
    assert np.all(tape.contract(traced, output).value == expected)
    assert np.all(dual.contract(duals, output).value == expected)
    assert dual.contract(duals, output).tangent is None


# Elements of the ring of balls -------------------------------------------------------------------


def number(ball: Ball) -> Fraction:
    """Return the midpoint of a ball exactly."""
    mantissa, exponent = ball.ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def test_integers_and_balls_mix_on_either_side() -> None:
    with precision(100):
        x = Ball.of(4)
        cases = {
            1 + x: 5,
            x + 1: 5,
            1 - x: -3,
            x - 1: 3,
            3 * x: 12,
            x * 3: 12,
            2 / x: Fraction(1, 2),
            x / 2: 2,
            -x: -4,
            x**0: 1,
            x**3: 64,
            x**-1: Fraction(1, 4),
            x**-2: Fraction(1, 16),
        }
        assert len(cases) == 13
        for ball, expected in cases.items():
            assert number(ball) == expected


def test_arrays_and_balls_mix_on_either_side() -> None:
    with precision(100) as ring:
        x = Ball.of(4)
        array = ring.constant(np.array([1, 2], dtype=object))
        cases = [
            (array + x, [5, 6]),
            (x + array, [5, 6]),
            (array - x, [-3, -2]),
            (x - array, [3, 2]),
            (array * x, [4, 8]),
            (x * array, [4, 8]),
            (array / x, [Fraction(1, 4), Fraction(1, 2)]),
            (x / array, [4, 2]),
            (array * np.array([3, 5], dtype=object), [3, 10]),
            (np.array([3, 5], dtype=object) - array, [2, 3]),
        ]
        for value, expected in cases:
            assert isinstance(value, np.ndarray)
            assert [number(entry) for entry in value] == expected


@pytest.mark.parametrize("other", ["1", 1.5, None, Fraction(1, 2)])
def test_a_ball_refuses_what_is_no_exact_integer(other: Any) -> None:
    """A float would be taken for exact, which it rarely is."""
    with precision(100):
        for operate in (
            lambda x: x + other,
            lambda x: other - x,
            lambda x: x * other,
            lambda x: other / x,
        ):
            with pytest.raises(TypeError):
                operate(Ball.of(2))


LEAVES = st.integers(-9, 9).map(lambda n: ("leaf", n))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(st.sampled_from(["+", "-", "*", "/"]), inner, inner),
    max_leaves=12,
)


def computed(tree: Any) -> tuple[Ball, int]:
    """Return the ball of a tree, and how many terms were summed, products multiplied out."""
    if tree[0] == "leaf":
        return Ball.of(tree[1]), 1
    (one, terms), (two, others) = computed(tree[1]), computed(tree[2])
    match tree[0]:
        case "+":
            return one + two, terms + others
        case "-":
            return one - two, terms + others
        case "*":
            return one * two, terms * others
        case _:
            return one / two, terms


@settings(deadline=None, max_examples=100)
@given(TREES)
def test_size_bounds_the_value_up_to_the_number_of_terms(tree: Any) -> None:
    """|value| <= terms * 2^size: the size is that of the largest *single* term."""
    with precision(200):
        ball, terms = computed(tree)
        if not ball.ball.is_finite():
            return
        value = abs(number(ball))
        if ball.size == -math.inf:
            assert value == 0
        else:
            assert value <= terms * Fraction(2) ** int(ball.size) * (1 + Fraction(1, 2**100))


def test_a_sum_of_equal_terms_has_the_size_of_one_term() -> None:
    with precision(100):
        total = sum([Ball.of(1)] * 64, Ball.of(0))
        assert number(total) == 64
        assert 0 <= total.size <= 2


@settings(deadline=None, max_examples=50)
@given(st.integers(-100, 100), st.integers(40, 300))
def test_size_remembers_what_cancelled(small: int, bits: int) -> None:
    with precision(500):
        big = Ball.of(2**bits)
        for back in ((Ball.of(small) + big) - big, -big + (big + small), (small - big) + big):
            assert number(back) == small
            assert back.size >= bits
            # The memory survives what is done next.
            for later in (-back, back + 1, 2 * back, back**1, back / 3):
                assert later.size >= bits - 3
            assert (back**2).size >= 2 * bits


def test_size_of_an_exact_zero() -> None:
    with precision(100):
        zero, one = Ball.of(0), Ball.of(1)
        assert zero.size == (zero * one).size == (zero / one).size == (zero**3).size == -math.inf
        assert (one - one).size >= 0
        assert (zero + one).size == one.size
        for lost in (one / zero, (one / zero) * zero, zero * (one / zero), zero / zero):
            assert not lost.ball.is_finite()
            assert not math.isnan(lost.size)


def test_float64_is_the_only_ring_without_objects() -> None:
    assert Float64Ring().constant(np.array([1], dtype=object)).dtype == np.float64
    assert FieldRing(0).constant(np.array([1], dtype=object)).dtype == object
