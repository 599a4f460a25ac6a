"""The prime field: which relations between function values hold there, and which do not.

A relation is written once and asked in the field and in balls. Balls know the truth. What the field
does not know is a declared limitation: it may call equal things different, never the reverse.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.points import rational
from numeric.rings import balls, field
from numeric.rings.balls import precision
from numeric.rings.base import Comparison
from numeric.rings.field import RATIONAL, FieldRing, P
from symbolic.errors import UnsupportedNotation
from symbolic.functions import FUNCTIONS

AGREE, DIFFER = Comparison.AGREE, Comparison.DIFFER


class Functions:
    """The functions of the table in one ring: ``f.tanh(x)``, and ``f.d.tanh(x)`` for tanh'."""

    def __init__(self, ring: Any, order: int = 0) -> None:
        self.ring = ring
        self.order = order

    @property
    def d(self) -> Functions:
        return Functions(self.ring, self.order + 1)

    def __getattr__(self, name: str) -> Callable[[Any], Any]:
        return lambda x: self.ring.apply(name, self.order, x)

    def over(self, x: Any) -> Any:
        return self.ring.power(x, -1)

    def softmax(self, *x: Any) -> Any:
        """The first component."""
        exponentials = [self.exp(xi) for xi in x]
        return exponentials[0] * self.over(sum(exponentials[1:], exponentials[0]))


Relation = Callable[[Functions, Any, Any], tuple[Any, Any]]

HOLDS: dict[str, Relation] = {
    "exp(-x) = 1/exp(x)": lambda f, x, y: (f.exp(-x), f.over(f.exp(x))),
    "tanh is odd": lambda f, x, y: (f.tanh(-x), -f.tanh(x)),
    "sinh is odd": lambda f, x, y: (f.sinh(-x), -f.sinh(x)),
    "cosh is even": lambda f, x, y: (f.cosh(-x), f.cosh(x)),
    "sin is odd": lambda f, x, y: (f.sin(-x), -f.sin(x)),
    "cos is even": lambda f, x, y: (f.cos(-x), f.cos(x)),
    "sigmoid(-x) = 1 - sigmoid(x)": lambda f, x, y: (f.sigmoid(-x), 1 - f.sigmoid(x)),
    "sigmoid = 1/(1 + exp(-x))": lambda f, x, y: (f.sigmoid(x), f.over(1 + f.exp(-x))),
    "cosh^2 - sinh^2 = 1": lambda f, x, y: (f.cosh(x) ** 2 - f.sinh(x) ** 2, x**0),
    "sin^2 + cos^2 = 1": lambda f, x, y: (f.sin(x) ** 2 + f.cos(x) ** 2, x**0),
    "tanh = sinh/cosh": lambda f, x, y: (f.tanh(x), f.sinh(x) * f.over(f.cosh(x))),
    "cosh + sinh = exp": lambda f, x, y: (f.cosh(x) + f.sinh(x), f.exp(x)),
    "1 - tanh^2 = 1/cosh^2": lambda f, x, y: (1 - f.tanh(x) ** 2, f.over(f.cosh(x)) ** 2),
    "log exp x = x": lambda f, x, y: (f.log(f.exp(x)), x),
    "log exp -x = -x": lambda f, x, y: (f.log(f.exp(-x)), -x),
    "log(1/exp x) = -x": lambda f, x, y: (f.log(f.over(f.exp(x))), -x),
    "log(1/x) = -log x": lambda f, x, y: (f.log(f.over(x)), -f.log(x)),
    "log(x/y) = -log(y/x)": lambda f, x, y: (f.log(x * f.over(y)), -f.log(y * f.over(x))),
    "softplus = log(1 + exp)": lambda f, x, y: (f.softplus(x), f.log(1 + f.exp(x))),
    "log sigmoid(x) = -softplus(-x)": lambda f, x, y: (f.log(f.sigmoid(x)), -f.softplus(-x)),
    "log(1 - sigmoid(x)) = -softplus(x)": lambda f, x, y: (
        f.log(1 - f.sigmoid(x)),
        -f.softplus(x),
    ),
    "identity": lambda f, x, y: (f.identity(x), x),
    "softmax of two is a quotient": lambda f, x, y: (
        f.softmax(x, y),
        f.exp(x) * f.over(f.exp(x) + f.exp(y)),
    ),
    "tanh' = 1 - tanh^2": lambda f, x, y: (f.d.tanh(x), 1 - f.tanh(x) ** 2),
    "tanh'' = -2 tanh tanh'": lambda f, x, y: (f.d.d.tanh(x), -2 * f.tanh(x) * f.d.tanh(x)),
    "sigmoid' = s (1 - s)": lambda f, x, y: (f.d.sigmoid(x), f.sigmoid(x) * f.sigmoid(-x)),
    "softplus' = sigmoid": lambda f, x, y: (f.d.softplus(x), f.sigmoid(x)),
    "softplus'' = sigmoid'": lambda f, x, y: (f.d.d.softplus(x), f.d.sigmoid(x)),
    "exp'' = exp": lambda f, x, y: (f.d.d.exp(x), f.exp(x)),
    "sin'' = -sin": lambda f, x, y: (f.d.d.sin(x), -f.sin(x)),
    "cos' = -sin": lambda f, x, y: (f.d.cos(x), -f.sin(x)),
    "cosh'' = cosh": lambda f, x, y: (f.d.d.cosh(x), f.cosh(x)),
    "sinh' = cosh": lambda f, x, y: (f.d.sinh(x), f.cosh(x)),
    "log' = 1/x": lambda f, x, y: (f.d.log(x), f.over(x)),
    "log'' = -1/x^2": lambda f, x, y: (f.d.d.log(x), -(f.over(x) ** 2)),
    "identity' = 1": lambda f, x, y: (f.d.identity(x), x**0),
    "identity'' = 0": lambda f, x, y: (f.d.d.identity(x), x - x),
}

#: True relations that have no form in single values. A difference in the field refutes nothing.
LIMITATIONS: dict[str, Relation] = {
    "exp(a + b) = exp(a) exp(b)": lambda f, x, y: (f.exp(x + y), f.exp(x) * f.exp(y)),
    "exp(2x) = exp(x)^2": lambda f, x, y: (f.exp(2 * x), f.exp(x) ** 2),
    "exp(log x) = x": lambda f, x, y: (f.exp(f.log(x)), x),
    "log(x y) = log x + log y": lambda f, x, y: (f.log(x * y), f.log(x) + f.log(y)),
    "log(x^2) = 2 log x": lambda f, x, y: (f.log(x**2), 2 * f.log(x)),
    "softplus(x) - softplus(-x) = x": lambda f, x, y: (f.softplus(x) - f.softplus(-x), x),
    "tanh(2x)": lambda f, x, y: (
        f.tanh(2 * x),
        2 * f.tanh(x) * f.over(1 + f.tanh(x) ** 2),
    ),
    "tanh(x) = 2 sigmoid(2x) - 1": lambda f, x, y: (f.tanh(x), 2 * f.sigmoid(2 * x) - 1),
    "sin(2x) = 2 sin cos": lambda f, x, y: (f.sin(2 * x), 2 * f.sin(x) * f.cos(x)),
    "sin(x + y)": lambda f, x, y: (
        f.sin(x + y),
        f.sin(x) * f.cos(y) + f.cos(x) * f.sin(y),
    ),
    "softmax is shift invariant": lambda f, x, y: (f.softmax(x, y), f.softmax(x + 1, y + 1)),
    "softmax of two is a sigmoid": lambda f, x, y: (f.softmax(x, y), f.sigmoid(x - y)),
}

#: Wrong relations, as they stand in derivations.
WRONG: dict[str, Relation] = {
    "tanh' = 1 + tanh^2": lambda f, x, y: (f.d.tanh(x), 1 + f.tanh(x) ** 2),
    "tanh' = 1 - tanh": lambda f, x, y: (f.d.tanh(x), 1 - f.tanh(x)),
    "tanh' = tanh (1 - tanh)": lambda f, x, y: (f.d.tanh(x), f.tanh(x) * (1 - f.tanh(x))),
    "sigmoid' = 1 - s^2": lambda f, x, y: (f.d.sigmoid(x), 1 - f.sigmoid(x) ** 2),
    "sigmoid' = s": lambda f, x, y: (f.d.sigmoid(x), f.sigmoid(x)),
    "sigmoid is odd": lambda f, x, y: (f.sigmoid(-x), -f.sigmoid(x)),
    "tanh is even": lambda f, x, y: (f.tanh(-x), f.tanh(x)),
    "exp(-x) = -exp(x)": lambda f, x, y: (f.exp(-x), -f.exp(x)),
    "cos' = sin": lambda f, x, y: (f.d.cos(x), f.sin(x)),
    "cosh' = -sinh": lambda f, x, y: (f.d.cosh(x), -f.sinh(x)),
    "cos is odd": lambda f, x, y: (f.cos(-x), -f.cos(x)),
    "cosh^2 + sinh^2 = 1": lambda f, x, y: (f.cosh(x) ** 2 + f.sinh(x) ** 2, x**0),
    "log(1/x) = log x": lambda f, x, y: (f.log(f.over(x)), f.log(x)),
    "log' = -1/x": lambda f, x, y: (f.d.log(x), -f.over(x)),
    "softplus' = softplus": lambda f, x, y: (f.d.softplus(x), f.softplus(x)),
    "log exp x = 2x": lambda f, x, y: (f.log(f.exp(x)), 2 * x),
    "identity' = x": lambda f, x, y: (f.d.identity(x), x),
    "exp(x) = exp(y)": lambda f, x, y: (f.exp(x), f.exp(y)),
    "f = f'": lambda f, x, y: (f.tanh(x), f.d.tanh(x)),
}

SEEDS = st.integers(0, 2**30)


def in_field(relation: Relation, seed: int) -> Comparison:
    ring = FieldRing(seed)
    x, y = (np.array([ring.uniform(name)], dtype=object) for name in "xy")
    return field.compare(*relation(Functions(ring), x, y))


def in_balls(relation: Relation, seed: int) -> Comparison:
    with precision(300) as ring:
        x, y = (ring.constant(np.array([abs(rational(seed, name))], dtype=object)) for name in "xy")
        return balls.compare(*relation(Functions(ring), x, y)).outcome


@pytest.mark.parametrize("relation", HOLDS)
@settings(deadline=None, max_examples=5)
@given(seed=SEEDS)
def test_relations_that_hold(relation: str, seed: int) -> None:
    assert in_field(HOLDS[relation], seed) is AGREE
    assert in_balls(HOLDS[relation], seed) is AGREE


@pytest.mark.parametrize("relation", LIMITATIONS)
@settings(deadline=None, max_examples=5)
@given(seed=SEEDS)
def test_declared_limitations_differ_in_the_field_alone(relation: str, seed: int) -> None:
    assert in_field(LIMITATIONS[relation], seed) is DIFFER
    assert in_balls(LIMITATIONS[relation], seed) is AGREE


@pytest.mark.parametrize("relation", WRONG)
@settings(deadline=None, max_examples=5)
@given(seed=SEEDS)
def test_wrong_relations_differ_in_both(relation: str, seed: int) -> None:
    assert in_field(WRONG[relation], seed) is DIFFER
    assert in_balls(WRONG[relation], seed) is DIFFER


def test_the_relations_speak_of_every_function() -> None:
    spoken = " ".join(HOLDS)
    assert [name for name in FUNCTIONS if name not in spoken] == []


def test_sabotage_of_the_table_of_relations(monkeypatch: pytest.MonkeyPatch) -> None:
    """One wrong entry in the table is noticed by the relations."""
    monkeypatch.setitem(RATIONAL, "tanh", ("exp", lambda e: (e * e - 1) / (e * e + 2)))
    noticed = [name for name, relation in HOLDS.items() if in_field(relation, 0) is DIFFER]
    assert {"tanh is odd", "tanh = sinh/cosh"} <= set(noticed)


@pytest.mark.parametrize(
    ("function", "at", "value"),
    [
        ("exp", 0, 1),
        ("tanh", 0, 0),
        ("sinh", 0, 0),
        ("cosh", 0, 1),
        ("sin", 0, 0),
        ("cos", 0, 1),
        ("sigmoid", 0, Fraction(1, 2)),
        ("log", 1, 0),
        ("identity", 0, 0),
    ],
)
def test_values_that_are_known(function: str, at: int, value: int | Fraction) -> None:
    point, expected = (np.array([v], dtype=object) for v in (at, value))
    ring = FieldRing(0)
    found = ring.apply(function, 0, ring.constant(point))
    assert field.compare(found, ring.constant(expected)) is AGREE
    with precision(200) as real:
        found = real.apply(function, 0, real.constant(point))
        assert balls.compare(found, real.constant(expected)).outcome is AGREE


def test_softplus_of_zero_is_log_two() -> None:
    ring = FieldRing(0)
    zero, two = (ring.constant(np.array([n], dtype=object)) for n in (0, 2))
    assert ring.apply("softplus", 0, zero)[0] == ring.apply("log", 0, two)[0]


def test_logarithms_outside_the_domain() -> None:
    """log 0 cannot be computed; log(-1), which balls refuse, is at least one value."""
    ring = FieldRing(0)
    zero, minus = (ring.constant(np.array([n], dtype=object)) for n in (0, -1))
    with pytest.raises(ZeroDivisionError):
        ring.apply("log", 0, zero)
    assert ring.apply("log", 0, minus)[0] == ring.apply("log", 0, minus)[0]
    with precision(200) as real:
        for outside in (0, -1):
            value = real.apply("log", 0, real.constant(np.array([outside], dtype=object)))
            assert balls.compare(value, value).outcome is Comparison.UNKNOWN


CALLS = ["log exp", "exp", "exp of minus", "log over exp", "log of the atom", "tanh", "softplus"]


def called(ring: FieldRing, call: str) -> int:
    f = Functions(ring)
    x = np.array([FieldRing(99).uniform("x")], dtype=object)
    e = np.array([FieldRing(ring.seed).apply("exp", 0, x)[0]], dtype=object)
    value = {
        "log exp": lambda: f.log(f.exp(x)),
        "exp": lambda: f.exp(x),
        "exp of minus": lambda: f.exp(-x),
        "log over exp": lambda: f.log(f.over(f.exp(x))),
        "log of the atom": lambda: f.log(e + 1),
        "tanh": lambda: f.tanh(-x),
        "softplus": lambda: f.softplus(x),
    }[call]()
    return int(value[0])


@settings(deadline=None, max_examples=40)
@given(st.permutations(CALLS))
def test_values_do_not_depend_on_the_order_of_evaluation(order: list[str]) -> None:
    """One point is one ring: whoever asks first, an argument has one value."""
    ring = FieldRing(0)
    values = {call: called(ring, call) for call in order}
    assert values == {call: called(FieldRing(0), call) for call in CALLS}
    assert values == {call: called(ring, call) for call in CALLS}


@pytest.mark.parametrize("order", list(permutations(["x", "-x", "1/x"])))
def test_logarithms_do_not_depend_on_the_order_of_evaluation(order: tuple[str, ...]) -> None:
    ring = FieldRing(0)
    x = ring.uniform("x")
    arguments = {"x": x, "-x": -x, "1/x": 1 / x}
    apply = {k: np.array([v], dtype=object) for k, v in arguments.items()}
    values = {k: ring.apply("log", 0, apply[k])[0] for k in order}
    for k, value in values.items():
        assert FieldRing(0).apply("log", 0, apply[k])[0] == value
    assert values["x"] == -values["1/x"] != values["-x"]


def test_an_undefined_function_is_an_atom_for_each_argument_and_order() -> None:
    ring = FieldRing(0)
    x, y = ring.uniform("x"), ring.uniform("y")
    array = np.array([x, y, x, -x], dtype=object)
    values = [ring.apply("f", order, array) for order in range(3)]
    for row in values:
        assert row[0] == row[2]
        assert len({int(v) for v in row}) == 3
    assert len({int(row[0]) for row in values}) == 3
    assert int(ring.apply("g", 0, array)[0]) != int(values[0][0])
    assert np.all(ring.apply("f", 1, array) == values[1])


def test_an_undefined_function_has_no_value_in_balls() -> None:
    with precision(100) as ring, pytest.raises(UnsupportedNotation, match="f is undefined"):
        ring.apply("f", 0, ring.constant(np.array([1], dtype=object)))


@pytest.mark.parametrize("function", ["exp", "tanh", "sin", "log", "softplus", "f"])
def test_seeds_and_points_give_other_atoms(function: str) -> None:
    rings = [FieldRing(0), FieldRing(1), FieldRing(0, 1), FieldRing(1, 1)]
    argument = rings[0].constant(np.array([7], dtype=object))
    values = {int(ring.apply(function, 0, argument)[0]) for ring in rings}
    assert len(values) == len(rings)
    assert int(FieldRing(0).apply(function, 0, argument)[0]) in values


def test_atoms_of_different_functions_are_different() -> None:
    ring = FieldRing(0)
    argument = ring.constant(np.array([7], dtype=object))
    values = [int(ring.apply(name, 0, argument)[0]) for name in (*FUNCTIONS, "f", "g")]
    assert len(set(values)) == len(values)


@pytest.mark.parametrize("function", [*(name for name in FUNCTIONS if name != "log"), "f"])
@pytest.mark.parametrize("number", [0, -3])
def test_plain_integers_stand_for_elements(function: str, number: int) -> None:
    """The sum over nothing leaves a plain 0 in an array."""
    ring = FieldRing(0)
    plain = np.array([number], dtype=object)
    for order in (0, 1):
        found = ring.apply(function, order, plain)
        expected = FieldRing(0).apply(function, order, ring.constant(plain))
        assert found[0] == expected[0]


def test_a_known_value_takes_the_place_of_the_atom() -> None:
    """What the expansion of a logarithm found is used for the value, never for a derivative."""
    ring = FieldRing(0)
    x, known = (np.array([ring.uniform(name)], dtype=object) for name in ("x", "known"))
    assert ring.apply("log", 0, x, known)[0] == known[0]


@pytest.mark.parametrize("fraction", [Fraction(1, 3), Fraction(-7, 2**20), Fraction(P + 1, 2)])
def test_fractions_are_quotients(fraction: Fraction) -> None:
    element = FieldRing(0).element(fraction)
    assert element * fraction.denominator == fraction.numerator % P


def test_a_denominator_that_p_divides_is_a_division_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        FieldRing(0).element(Fraction(1, P))


def test_compare_looks_at_every_entry() -> None:
    ring = FieldRing(0)
    zeros = np.zeros((2, 3), dtype=object)
    left = ring.constant(zeros)
    assert field.compare(left, left) is AGREE
    for place in np.ndindex(2, 3):
        changed = zeros.copy()
        changed[place] = 1
        assert field.compare(left, ring.constant(changed)) is DIFFER
        assert field.compare(ring.constant(changed), left) is DIFFER


def test_compare_refuses_different_shapes() -> None:
    ring = FieldRing(0)
    short, long = (ring.constant(np.ones(n, dtype=object)) for n in (2, 3))
    for pair in ((short, long), (long, short)):
        with pytest.raises(ValueError, match="shapes"):
            field.compare(*pair)
