"""Each rule of the tape and of dual numbers, operation by operation, in the prime field.

Contraction and addition are linear in each operand, so their derivative in the direction of a unit
array is the operation itself with that unit array: an exact reference without any rule.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.dual import Dual, DualRing
from numeric.rings.field import FieldRing
from numeric.tape import Tape, Traced

Labels = tuple[Hashable, ...]
Shapes = list[tuple[tuple[int, ...], Labels]]
Operands = list[tuple[Any, Labels]]


def element(ring: FieldRing, shape: tuple[int, ...], *key: str | int) -> Any:
    array = np.empty(shape, dtype=object)
    for place in np.ndindex(shape):
        array[place] = ring.uniform(*key, *place)
    return array


def units(ring: FieldRing, shape: tuple[int, ...]) -> dict[tuple[int, ...], Any]:
    found = {}
    for place in np.ndindex(shape):
        unit = np.zeros(shape, dtype=object)
        unit[place] = 1
        found[place] = ring.constant(unit)
    return found


@st.composite
def patterns(draw: st.DrawFn, *, repeat: bool) -> tuple[Shapes, Labels]:
    """Shapes and labels of 1 to 4 operands, and the labels of the output."""
    pool = ("i", 0, "j", 1)
    sizes = {label: draw(st.integers(1, 2)) for label in pool}
    operands = []
    for _ in range(draw(st.integers(1, 4))):
        labels = tuple(draw(st.lists(st.sampled_from(pool), max_size=3, unique=not repeat)))
        operands.append((tuple(sizes[x] for x in labels), labels))
    present = list(dict.fromkeys(x for _, labels in operands for x in labels))
    kept = [x for x in present if not repeat or draw(st.booleans())]
    return operands, tuple(draw(st.permutations(kept)))


def by_direction(
    ring: FieldRing, operation: Callable[[Operands], Any], operands: Operands, place: int
) -> Any:
    """Return the derivative of an operation that is linear in operand ``place``."""
    array, labels = operands[place]
    columns = {
        at: operation([*operands[:place], (unit, labels), *operands[place + 1 :]])
        for at, unit in units(ring, array.shape).items()
    }
    shape = next(iter(columns.values())).shape
    result = np.empty(shape + array.shape, dtype=object)
    for at, column in columns.items():
        for out in np.ndindex(shape):
            result[out + at] = column[out]
    return result


def on_tape(ring: FieldRing, operation: str, operands: Operands, output: Labels) -> list[Any]:
    tape = Tape(ring)
    traced = [(tape.variable(array), labels) for array, labels in operands]
    result = getattr(tape, operation)(traced, output)
    found = tape.cotangents(result)
    return [found[variable.place] for variable, _ in traced]


def as_dual(ring: FieldRing, operation: str, operands: Operands, output: Labels) -> list[Any]:
    found = []
    for place, (seed, _) in enumerate(operands):
        dual = DualRing(ring, seed.shape)
        lifted = [
            (dual.seed(array) if k == place else Dual(array), labels)
            for k, (array, labels) in enumerate(operands)
        ]
        found.append(getattr(dual, operation)(lifted, output).tangent)
    return found


def drawn_operands(ring: FieldRing, shapes: Shapes) -> Operands:
    return [(element(ring, shape, "x", k), labels) for k, (shape, labels) in enumerate(shapes)]


@pytest.mark.parametrize("carry", [on_tape, as_dual])
@settings(deadline=None, max_examples=60)
@given(patterns(repeat=True))
def test_derivatives_of_contractions(carry: Any, pattern: Any) -> None:
    """Shared, summed and kept labels, diagonals, outer products and single operands."""
    shapes, output = pattern
    ring = FieldRing(0)
    operands = drawn_operands(ring, shapes)
    found = carry(ring, "contract", operands, output)
    for place, derivative in enumerate(found):
        expected = by_direction(ring, lambda ops: ring.contract(ops, output), operands, place)
        assert derivative.shape == expected.shape
        assert np.all(derivative == expected)


@pytest.mark.parametrize("carry", [on_tape, as_dual])
@settings(deadline=None, max_examples=40)
@given(patterns(repeat=False))
def test_derivatives_of_sums(carry: Any, pattern: Any) -> None:
    shapes, output = pattern
    ring = FieldRing(0)
    operands = drawn_operands(ring, shapes)
    found = carry(ring, "add", operands, output)
    nothing = [(np.asarray(0 * array, dtype=object), labels) for array, labels in operands]
    for place, derivative in enumerate(found):
        expected = by_direction(ring, lambda ops: ring.add(ops, output), nothing, place)
        assert derivative.shape == expected.shape
        assert np.all(derivative == expected)


def test_a_variable_that_is_used_twice() -> None:
    """d tr(X X) = 2 X^T, d (x . x) = 2 x, d (x + x) = 2."""
    ring = FieldRing(0)
    X, x = element(ring, (3, 3), "X"), element(ring, (3,), "x")
    tape = Tape(ring)
    variable, vector = tape.variable(X), tape.variable(x)
    trace = tape.contract([(variable, ("i", "j")), (variable, ("j", "i"))], ())
    assert np.all(tape.cotangents(trace)[variable.place] == 2 * X.T)
    square = tape.contract([(vector, ("i",)), (vector, ("i",))], ())
    assert np.all(tape.cotangents(square)[vector.place] == 2 * x)
    double = tape.add([(vector, ("i",)), (vector, ("i",))], ("i",))
    assert np.all(tape.cotangents(double)[vector.place] == 2 * np.eye(3, dtype=object))
    dual = DualRing(ring, (3, 3))
    seeded = dual.seed(X)
    assert np.all(
        dual.contract([(seeded, ("i", "j")), (seeded, ("j", "i"))], ()).tangent == 2 * X.T
    )


def power_on_tape(ring: FieldRing, x: Any, n: int) -> Any:
    tape = Tape(ring)
    variable = tape.variable(x)
    found = tape.cotangents(tape.power(variable, n))
    return found.get(variable.place)


def power_as_dual(ring: FieldRing, x: Any, n: int) -> Any:
    dual = DualRing(ring, x.shape)
    return dual.power(dual.seed(x), n).tangent


@pytest.mark.parametrize("shape", [(), (2,), (2, 2)])
@pytest.mark.parametrize("carry", [power_on_tape, power_as_dual])
def test_derivatives_of_powers(carry: Any, shape: tuple[int, ...]) -> None:
    """A power as a product of copies, and x^n x^-n = 1: both by the rule of products alone."""
    ring = FieldRing(0)
    x = element(ring, shape, "x")
    eye = np.eye(int(np.prod(shape)), dtype=object).reshape(shape * 2)
    spread = (slice(None),) * len(shape) + (None,) * len(shape)
    assert carry(ring, x, 0) is None
    for n in (1, 2, 5):
        copies = sum(x**k * x ** (n - 1 - k) for k in range(n))
        positive = np.asarray(copies, dtype=object)[spread] * eye
        assert np.all(carry(ring, x, n) == positive)
        # d(x^-n) x^n + x^-n d(x^n) = 0
        inverse = np.asarray(ring.power(x, -n), dtype=object)
        total = carry(ring, x, -n) * np.asarray(x**n, dtype=object)[spread]
        assert np.all(total + inverse[spread] * positive == 0 * positive)


def test_powers_of_zero() -> None:
    """d(x^1) = 1 and d(x^2) = 0 at x = 0, where x^(n-1) is 0^0 or 0."""
    ring = FieldRing(0)
    zero = ring.constant(np.array([0], dtype=object))
    for carry in (power_on_tape, power_as_dual):
        assert carry(ring, zero, 1)[0, 0] == 1
        assert carry(ring, zero, 2)[0, 0] == 0
        with pytest.raises(ZeroDivisionError):
            carry(ring, zero, -1)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("function", ["f", "tanh", "log"])
def test_derivatives_of_functions(function: str, order: int) -> None:
    """The slope of the k-th derivative is the next one, entry by entry."""
    ring = FieldRing(0)
    x = element(ring, (2, 2), "x")
    eye = np.eye(4, dtype=object).reshape(2, 2, 2, 2)
    expected = ring.apply(function, order + 1, x)[..., None, None] * eye
    tape, dual = Tape(ring), DualRing(ring, (2, 2))
    variable = tape.variable(x)
    found = tape.cotangents(tape.apply(function, order, variable))
    assert np.all(found[variable.place] == expected)
    assert np.all(dual.apply(function, order, dual.seed(x)).tangent == expected)


def test_a_known_value_does_not_change_the_derivative() -> None:
    ring = FieldRing(0)
    x, known = element(ring, (2,), "x"), element(ring, (2,), "known")
    tape, dual = Tape(ring), DualRing(ring, (2,))
    variable, other = tape.variable(x), tape.variable(known)
    result = tape.apply("log", 0, variable, other)
    assert np.all(result.value == known)
    found = tape.cotangents(result)
    assert np.all(found[variable.place] == np.diag(ring.power(x, -1)))
    assert other.place not in found
    carried = dual.apply("log", 0, dual.seed(x), Dual(known))
    assert np.all(carried.value == known)
    assert np.all(carried.tangent == np.diag(ring.power(x, -1)))


def test_a_sweep_gives_the_same_in_whatever_order_it_is_asked() -> None:
    ring = FieldRing(0)
    tape = Tape(ring)
    x = tape.variable(element(ring, (2,), "x"))
    y = tape.apply("tanh", 0, x)
    unused = tape.variable(element(ring, (2,), "unused"))
    z = tape.contract([(y, ("i",)), (x, ("i",))], ("i",))
    total = tape.contract([(z, ("i",)), (y, ("i",))], ())
    whole = tape.cotangents(total)
    for order in ((x, y, z), (z, y, x), (y, x, z)):
        sweep = tape.sweep(total)
        for variable in order:
            assert np.all(sweep.at(variable.place) == whole[variable.place])
        assert sweep.at(unused.place) is None
    short = tape.sweep(total)
    short.at(z.place)
    assert x.place not in short.found


def test_constants_have_no_derivative() -> None:
    ring = FieldRing(0)
    tape, dual = Tape(ring), DualRing(ring, (2,))
    for lifted in (tape, dual):
        constant = lifted.constant(np.array([1, 2], dtype=object))
        for result in (
            lifted.contract([(constant, ("i",)), (constant, ("i",))], ()),
            lifted.add([(constant, ("i",)), (constant, ("i",))], ("i",)),
            lifted.power(constant, 3),
            lifted.apply("tanh", 0, constant),
        ):
            assert getattr(result, "place", None) is None
            assert getattr(result, "tangent", None) is None
    assert tape.cotangents(tape.constant(np.array([1], dtype=object))) == {}


def test_two_names_of_one_value_never_share_a_place() -> None:
    ring = FieldRing(0)
    tape = Tape(ring)
    x = tape.variable(element(ring, (2,), "x"))
    first = tape.named(x)
    second = tape.named(first)
    assert len({x.place, first.place, second.place}) == 3
    found = tape.cotangents(first)
    assert second.place not in found
    eye = np.eye(2, dtype=object)
    assert np.all(found[x.place] == eye)
    assert np.all(tape.cotangents(second)[x.place] == eye)
    constant = tape.named(tape.constant(np.array([3], dtype=object)))
    assert constant.place is not None


def test_a_tape_over_dual_numbers_gives_second_derivatives() -> None:
    """The Hessian of sum_i f(x_i y_i) x_i by x, and that it is symmetric."""
    ring = FieldRing(0)
    x, y = element(ring, (3,), "x"), element(ring, (3,), "y")
    dual = DualRing(ring, (3,))
    tape = Tape(dual)
    variable = tape.variable(dual.seed(x))
    product = tape.contract([(variable, ("i",)), (Traced(Dual(y)), ("i",))], ("i",))
    total = tape.contract([(tape.apply("f", 0, product), ("i",)), (variable, ("i",))], ())
    hessian = tape.cotangents(total)[variable.place].tangent
    slope, curve = (ring.apply("f", order, x * y) for order in (1, 2))
    assert np.all(hessian == hessian.T)
    assert np.all(hessian == np.diag(curve * y * y * x + 2 * slope * y))


SABOTAGE: dict[str, tuple[type, str, Callable[[Any], Any]]] = {
    "tape: a repeated label is no diagonal": (
        Tape,
        "_onto",
        lambda right: (
            lambda self, factors, of, labels, shape: (
                right(self, factors, of, tuple((x, k) for k, x in enumerate(labels)), shape)
                if len(set(labels)) < len(labels)
                else right(self, factors, of, labels, shape)
            )
        ),
    ),
    "dual: only the first factor is differentiated": (
        DualRing,
        "contract",
        lambda right: (
            lambda self, operands, output: right(
                self,
                [operands[0], *((Dual(x.value), labels) for x, labels in operands[1:])],
                output,
            )
        ),
    ),
    "dual: only the first term is differentiated": (
        DualRing,
        "add",
        lambda right: (
            lambda self, operands, output: right(
                self,
                [operands[0], *((Dual(x.value), labels) for x, labels in operands[1:])],
                output,
            )
        ),
    ),
    "dual: the factor n of a power is forgotten": (
        DualRing,
        "power",
        lambda right: (
            lambda self, base, n: Dual(right(self, base, n).value, base.tangent if n else None)
        ),
    ),
}


@pytest.mark.parametrize("what", SABOTAGE)
def test_sabotage_of_a_rule_is_noticed(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = FieldRing(0)
    x, y = element(ring, (2, 2), "x"), element(ring, (2, 2), "y")
    products: Operands = [(x, ("i", "j")), (y, ("j", "k")), (x, ("k", "k"))]
    sums: Operands = [(x, ("i", "j")), (y, ("j", "i"))]

    def all_derivatives() -> list[Any]:
        found = []
        for carry in (on_tape, as_dual):
            found += carry(ring, "contract", products, ("i",))
            found += carry(ring, "add", sums, ("i", "j"))
        return [*found, power_on_tape(ring, x, 3), power_as_dual(ring, x, 3)]

    def same(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return left is right
        return left.shape == right.shape and bool(np.all(left == right))

    before = all_derivatives()
    assert all(map(same, before, all_derivatives()))
    owner, name, broken = SABOTAGE[what]
    monkeypatch.setattr(owner, name, broken(getattr(owner, name)))
    try:
        after = all_derivatives()
    except (ValueError, TypeError):
        return
    assert not all(map(same, before, after))
