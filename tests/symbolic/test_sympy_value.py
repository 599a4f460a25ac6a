"""Values of hand-made SymPy expressions: in the prime field, in balls, in float64.

The expected values are Python fractions, ``math``, or the operations of the ring itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.rings import balls, field
from numeric.rings.balls import precision
from numeric.rings.base import Comparison
from numeric.rings.field import FieldRing, P
from numeric.rings.float64 import Float64Ring
from symbolic.errors import UnsupportedNotation
from symbolic.forward import NodeKey
from symbolic.functions import FUNCTIONS
from symbolic.sympy_value import symbol_values, value
from symbolic.unroll import symbols

RINGS = ("float64", "balls", "prime field")
x, y = sympy.symbols("x y", real=True)
f, g = sympy.Function("f"), sympy.Function("g")
X, Y = Fraction(1, 3), Fraction(-7, 4)


@contextmanager
def opened(name: str) -> Iterator[Any]:
    match name:
        case "float64":
            yield Float64Ring()
        case "balls":
            with precision(192) as ring:
                yield ring
        case "prime field":
            yield FieldRing(5)


def at(
    expression: Any,
    ring: Any,
    functions: Mapping[str, str] | None = None,
    point: Mapping[Any, Fraction] | None = None,
) -> Any:
    """Return the value of one expression, as an array without axes."""
    given_values = {x: X, y: Y} if point is None else point
    known = {symbol: ring.element(exact) for symbol, exact in given_values.items()}
    entries = np.empty((), dtype=object)
    entries[()] = expression
    return value(entries, ring, known, functions)


def same(ring: Any, left: Any, right: Any) -> bool:
    """Compare two arrays in the way of the ring; float64 to 14 digits."""
    match ring.name:
        case "float64":
            return bool(np.allclose(left, right, rtol=1e-14, atol=0))
        case "balls":
            return balls.compare(left, right).outcome is Comparison.AGREE
        case _:
            return field.compare(left, right) is Comparison.AGREE


def constant(ring: Any, exact: Fraction) -> Any:
    return ring.constant(np.array(exact, dtype=object))


# Rational expressions -----------------------------------------------------------------------------


RATIONAL: list[tuple[Any, Fraction]] = [
    (sympy.Integer(0), Fraction(0)),
    (sympy.Integer(-3), Fraction(-3)),
    (sympy.Rational(22, 7), Fraction(22, 7)),
    (sympy.Rational(1, 2), Fraction(1, 2)),
    (x, X),
    (-x, -X),
    (x + y, X + Y),
    (x - y + 2, X - Y + 2),
    (x * y, X * Y),
    (x / y, X / Y),
    (x**2 * y**3, X**2 * Y**3),
    (x**-3, X**-3),
    ((x + 1) ** 5 / (y - 1) ** 4, (X + 1) ** 5 / (Y - 1) ** 4),
    (1 / (1 + 1 / (1 + 1 / x)), 1 / (1 + 1 / (1 + 1 / X))),
    (sympy.Mul(2, x + y, evaluate=False), 2 * (X + Y)),
    (sympy.Pow(x, 1, evaluate=False), X),
    (sympy.Pow(x + y, 0, evaluate=False), Fraction(1)),
    (sympy.Add(x, x, x, evaluate=False), 3 * X),
]


@pytest.mark.parametrize("name", RINGS)
@pytest.mark.parametrize(("expression", "expected"), RATIONAL, ids=str)
def test_rational_expressions(expression: Any, expected: Fraction, name: str) -> None:
    with opened(name) as ring:
        assert same(ring, at(expression, ring), constant(ring, expected))


@st.composite
def expressions(draw: st.DrawFn, depth: int = 4) -> tuple[Any, Fraction]:
    """Return a rational expression in x and y with its value at (X, Y)."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        exact = draw(st.fractions(-5, 5, max_denominator=9))
        return draw(
            st.sampled_from(
                [(x, X), (y, Y), (sympy.Rational(exact.numerator, exact.denominator), exact)]
            )
        )
    left, right = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    match draw(st.sampled_from("+-*/^")):
        case "+":
            return left[0] + right[0], left[1] + right[1]
        case "-":
            return left[0] - right[0], left[1] - right[1]
        case "*":
            return left[0] * right[0], left[1] * right[1]
        case "/":
            divisor = right if right[1] else (sympy.Integer(2), Fraction(2))
            return left[0] / divisor[0], left[1] / divisor[1]
        case _:
            exponent = draw(st.integers(0 if left[1] == 0 else -3, 3))
            return left[0] ** exponent, left[1] ** exponent


@settings(deadline=None, max_examples=40)
@given(expressions())
def test_random_rational_expressions_in_the_field(drawn: tuple[Any, Fraction]) -> None:
    expression, expected = drawn
    ring = FieldRing(0)
    assert int(at(expression, ring).item()) == (
        expected.numerator * pow(expected.denominator, -1, P) % P
    )


# Functions ----------------------------------------------------------------------------------------


_BY_MATH: dict[str, Callable[[float], float]] = {
    "tanh": math.tanh,
    "exp": math.exp,
    "log": math.log,
    "sin": math.sin,
    "cos": math.cos,
    "sinh": math.sinh,
    "cosh": math.cosh,
}


@pytest.mark.parametrize("function", sorted(_BY_MATH))
def test_functions_of_sympy_have_the_values_of_math(function: str) -> None:
    expression = getattr(sympy, function)(x)
    expected = _BY_MATH[function](float(X))
    assert at(expression, Float64Ring()).item() == pytest.approx(expected, rel=1e-15)
    with precision(192) as ring:
        assert float(at(expression, ring).item().ball) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("name", RINGS)
@pytest.mark.parametrize("function", sorted(_BY_MATH))
def test_functions_are_those_of_the_ring(function: str, name: str) -> None:
    with opened(name) as ring:
        found = at(getattr(sympy, function)(x) + y, ring)
        expected = ring.apply(function, 0, constant(ring, X)) + constant(ring, Y)
        assert same(ring, found, ring.wrap(expected))


@pytest.mark.parametrize("name", RINGS)
def test_what_sympy_makes_of_exp_of_1(name: str) -> None:
    """exp(1) is a constant of its own, E, where exp(2) is a function of 2."""
    assert not isinstance(sympy.exp(1), sympy.exp)
    with opened(name) as ring:
        expected = ring.apply("exp", 0, constant(ring, Fraction(1)))
        assert same(ring, at(sympy.exp(1) * x / x, ring), expected)


@pytest.mark.parametrize("name", RINGS)
@pytest.mark.parametrize("concrete", sorted(FUNCTIONS))
def test_an_undefined_function_is_what_it_is_said_to_be(concrete: str, name: str) -> None:
    with opened(name) as ring:
        for order, expression in enumerate((f(x), f(x).diff(x), f(x).diff(x, 2))):
            found = at(expression, ring, {"f": concrete})
            assert same(ring, found, ring.apply(concrete, order, constant(ring, X))), order


@pytest.mark.parametrize("name", ["float64", "balls"])
@pytest.mark.parametrize("expression", [f(x), f(x).diff(x), f(x * y).diff(x)], ids=str)
def test_an_undefined_function_has_no_value_of_its_own(expression: Any, name: str) -> None:
    with opened(name) as ring, pytest.raises(UnsupportedNotation, match="f is undefined"):
        at(expression, ring, {"g": "sin"})


def test_an_undefined_function_is_an_atom_in_the_field() -> None:
    ring = FieldRing(0)
    found = {str(e): at(e, ring).item() for e in (f(x), f(y), g(x), f(x).diff(x), f(x).diff(x, 2))}
    assert len({int(v) for v in found.values()}) == 5
    for order in (0, 1, 2):
        expected = ring.apply("f", order, constant(ring, X))
        assert at(f(x).diff(x, order) if order else f(x), ring).item() == expected.item()
    assert at(f(x + y - y), ring).item() == found["f(x)"]


# Subs and Derivative ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RINGS)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # d/dx f(x y) = y f'(x y)
        (f(x * y).diff(x), [(Y, 1, X * Y)]),
        # d2/dx2 f(x y) = y^2 f''(x y)
        (f(x * y).diff(x, 2), [(Y**2, 2, X * Y)]),
        # d/dy d/dx f(x y) = f'(x y) + x y f''(x y)
        (f(x * y).diff(x).diff(y), [(1, 1, X * Y), (X * Y, 2, X * Y)]),
        (sympy.Subs(f(x).diff(x), x, 3 * y), [(1, 1, 3 * Y)]),
        (f(x).diff(x).subs(x, x + 1), [(1, 1, X + 1)]),
        (2 * f(x).diff(x) + f(y), [(2, 1, X), (1, 0, Y)]),
        # The letter that is replaced is a symbol of the point too.
        (sympy.Subs(f(x).diff(x, 3), x, y), [(1, 3, Y)]),
    ],
)
def test_sympys_ways_to_write_a_derivative(
    expression: Any, expected: list[tuple[Fraction | int, int, Fraction]], name: str
) -> None:
    """``expected``: factor, order and argument of each term."""
    assert expression.atoms(sympy.Derivative)
    with opened(name) as ring:
        terms = [
            constant(ring, Fraction(factor)) * ring.apply("sigmoid", order, constant(ring, exact))
            for factor, order, exact in expected
        ]
        assert same(ring, at(expression, ring, {"f": "sigmoid"}), ring.wrap(sum(terms)))


def test_a_chain_of_undefined_functions() -> None:
    """d/dx f(f(x)) = f'(f(x)) f'(x), with the sine for f."""
    found = at(f(f(x)).diff(x), Float64Ring(), {"f": "sin"}).item()
    expected = math.cos(math.sin(float(X))) * math.cos(float(X))
    assert found == pytest.approx(expected, rel=1e-14)


# Refusals -----------------------------------------------------------------------------------------


REFUSED = [
    sympy.gamma(x),
    sympy.Abs(x),
    sympy.sign(x),
    sympy.erf(x),
    sympy.atan2(x, y),
    sympy.beta(x, y),
    sympy.polygamma(0, x),
    sympy.Min(x, y),
    sympy.sqrt(x),
    x ** sympy.Rational(3, 2),
    x**y,
    2**x,
    sympy.Lt(x, y),
    sympy.Eq(x, y),
    sympy.true,
    sympy.Piecewise((x, x > 0), (0, True)),
    sympy.Float("0.5"),
    sympy.Float("0.5") * x,
    sympy.pi,
    sympy.I * x,
    sympy.oo,
    sympy.nan,
    sympy.zoo,
    sympy.Integral(f(x), (x, 0, 1)),
    sympy.Sum(x, (x, 1, 3)),
    sympy.Symbol("z", real=True),
    sympy.Symbol("x"),  # not the x of the point, which is real
    f(x, y),
    f(),
    sympy.Derivative(sympy.tanh(x), x),
    sympy.Derivative(f(2 * x), x),
    sympy.Derivative(f(x), x, y),
    f(x, y).diff(x),
    sympy.Derivative(f(x) * y, x),
    sympy.Subs(f(x).diff(x), y, 3),
    sympy.Subs(f(x).diff(x), (y, x), (7, 9)),
    sympy.Subs(f(x), x, y),
]


@pytest.mark.parametrize("name", RINGS)
@pytest.mark.parametrize("expression", REFUSED, ids=str)
def test_what_is_no_sum_product_power_or_known_function_is_refused(
    expression: Any, name: str
) -> None:
    with opened(name) as ring, pytest.raises(UnsupportedNotation) as raised:
        at(expression, ring, {"f": "sin"})
    assert ring.name in str(raised.value)


@pytest.mark.parametrize("expression", [sympy.gamma(x), sympy.sqrt(x), x**y], ids=str)
def test_a_refusal_names_what_it_refuses_also_deep_inside(expression: Any) -> None:
    with pytest.raises(UnsupportedNotation, match=re.escape(f"{expression} in float64")):
        at(sympy.tanh(1 + y * expression), Float64Ring())


@pytest.mark.parametrize("name", ["balls", "float64"])
def test_a_pole_is_not_finite(name: str) -> None:
    with opened(name) as ring:
        found = at(1 / (x - y), ring, point={x: X, y: X})
        if name == "balls":
            assert balls.compare(found, found).outcome is Comparison.UNKNOWN
        else:
            assert not np.isfinite(found)


def test_a_pole_in_the_field_is_a_division_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        at(1 / (x - y), FieldRing(0), point={x: X, y: X})


# Deep, shared, shaped -----------------------------------------------------------------------------


DEPTH = 2000


def test_a_deep_sum_of_products_needs_no_recursion() -> None:
    ring = FieldRing(0)
    expression, expected = x, ring.element(X)
    for _ in range(DEPTH):
        product = sympy.Mul(2, expression, evaluate=False)
        expression = sympy.Add(y, product, evaluate=False)
        expected = ring.element(Y) + 2 * expected
    assert at(expression, ring).item() == expected


def test_a_deep_continued_fraction_needs_no_recursion() -> None:
    ring = FieldRing(0)
    expression, expected = x, ring.element(X)
    for _ in range(DEPTH):
        below = sympy.Add(1, expression, evaluate=False)
        expression = sympy.Pow(below, -1, evaluate=False)
        expected = 1 / (1 + expected)
    assert at(expression, ring).item() == expected


def test_deep_functions_need_no_recursion() -> None:
    expression, expected = x, float(X)
    for _ in range(DEPTH):
        expression = sympy.tanh(expression, evaluate=False)
        expected = math.tanh(expected)
    assert at(expression, Float64Ring()).item() == pytest.approx(expected, rel=1e-9)


def test_deep_undefined_functions_need_no_recursion() -> None:
    expression = x
    for _ in range(DEPTH):
        expression = f(expression)
    found = at(expression, Float64Ring(), {"f": "identity"}).item()
    assert found == float(X)


def test_common_parts_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubling a part 200 times is 200 additions, not 2^200."""
    calls: list[str] = []
    ring = FieldRing(0)
    whole = ring.apply

    def counted(function: str, *rest: Any) -> Any:
        calls.append(function)
        return whole(function, *rest)

    monkeypatch.setattr(ring, "apply", counted)
    expression = sympy.tanh(x)
    for _ in range(200):
        expression = sympy.Mul(expression, 1 + expression, evaluate=False)
    at(expression, ring)
    assert calls == ["tanh"]


def test_an_array_keeps_its_shape_and_places() -> None:
    entries = np.array([[x, x + y, sympy.Integer(1)], [y, x * y, sympy.Integer(0)]], dtype=object)
    found = value(entries, Float64Ring(), {x: 2.0, y: 3.0})
    assert found.dtype == np.float64
    assert found.tolist() == [[2.0, 5.0, 1.0], [3.0, 6.0, 0.0]]


def test_a_plain_zero_among_expressions_is_zero() -> None:
    entries = np.array([x, 0], dtype=object)
    assert value(entries, Float64Ring(), {x: 2.0}).tolist() == [2.0, 0.0]


def test_the_given_values_are_not_changed() -> None:
    known = {x: 2.0}
    entries = np.array([x**2], dtype=object)
    assert value(entries, Float64Ring(), known).tolist() == [4.0]
    assert known == {x: 2.0}


def test_symbol_values_are_keyed_by_the_symbols_of_the_graph() -> None:
    point = {
        NodeKey("W"): np.array([[1.0, 2.0]]),
        NodeKey("h", 3): np.array([5.0]),
        NodeKey("L"): np.array(7.0),
    }
    known = symbol_values(point)
    assert {str(k): v for k, v in known.items()} == {
        "W(1,1)": 1.0,
        "W(1,2)": 2.0,
        "h[3](1)": 5.0,
        "L": 7.0,
    }
    assert known[symbols(NodeKey("h", 3), (1,))[0]] == 5.0
