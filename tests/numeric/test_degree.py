"""Bounds of degree: never below the true degree, and the error bound that follows from them.

The third opinion is SymPy's polynomials: each entry is also built as a rational function, put over
one denominator without cancelling, and its total degrees are read off.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.derivative import reverse
from numeric.points import Targets
from numeric.rings.degree import Degree, DegreeRing, ErrorBound, degree_point, error_bound
from numeric.rings.field import P
from symbolic.forward import NodeKey
from symbolic.model import Instance
from symbolic.models import load

X = sympy.symbols("x0:4")

leaf = st.one_of(
    st.integers(0, 3).map(lambda k: ("x", k)), st.integers(-3, 3).map(lambda n: ("number", n))
)
trees = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.tuples(st.just("**"), inner, st.integers(-2, 3)),
    ),
    max_leaves=8,
)


def bound(tree, variables):
    match tree:
        case ("x", k):
            return variables[k]
        case ("number", n):
            return Degree(0) + n
        case ("**", base, exponent):
            return bound(base, variables) ** exponent
        case (operator, left, right):
            one, two = bound(left, variables), bound(right, variables)
            return {"+": one + two, "-": one - two, "*": one * two}.get(operator) or one / two


def true(tree):
    match tree:
        case ("x", k):
            return X[k]
        case ("number", n):
            return sympy.Integer(n)
        case ("**", base, exponent):
            return true(base) ** exponent
        case (operator, left, right):
            one, two = true(left), true(right)
            return {"+": lambda: one + two, "-": lambda: one - two, "*": lambda: one * two}.get(
                operator, lambda: one / two
            )()


@settings(deadline=None, max_examples=200)
@given(trees)
def test_the_bound_is_never_below_the_true_degree(tree):
    expression = true(tree)
    if expression.has(sympy.zoo, sympy.nan):
        return
    numerator, denominator = sympy.fraction(sympy.cancel(expression))
    found = bound(tree, [Degree(1) for _ in X])
    if numerator != 0:
        assert found.numerator >= sympy.Poly(numerator, *X).total_degree()
    assert found.total >= sympy.Poly(denominator, *X).total_degree()


def test_a_sum_over_one_denominator_does_not_multiply_it():
    """Otherwise the bound of a softmax would grow with its width, and with every step."""
    total = Degree(1) + Degree(1) + Degree(1)
    parts = [Degree(1) / total for _ in range(5)]
    sum_of_parts = sum(parts[1:], parts[0])
    assert (sum_of_parts.numerator, sum_of_parts.total) == (1, 1)
    product = parts[0] * parts[1]
    assert (product.numerator, product.total) == (2, 2)


def test_the_same_argument_is_the_same_atom_and_another_is_another():
    ring = DegreeRing()
    x = np.array([Degree(1), Degree(3)], dtype=object)
    ring.apply("tanh", 0, x)
    once = ring.collisions()
    ring.apply("tanh", 1, x)  # tanh' is made of the same atom
    assert ring.collisions() == once
    ring.apply("tanh", 0, np.array([Degree(1)], dtype=object))
    assert ring.collisions() > once


@pytest.mark.parametrize(
    "other", [lambda x: 2 * x, lambda x: x * 2, lambda x: x + 1, lambda x: x + Degree(1)]
)
def test_what_is_made_of_an_argument_is_an_argument_of_its_own(other):
    ring = DegreeRing()
    x = Degree(1)
    ring.apply("exp", 0, np.array([x], dtype=object))
    once = ring.collisions()
    ring.apply("exp", 0, np.array([other(x)], dtype=object))
    assert ring.collisions() > once


def test_denominators_that_are_equal_are_one_object_however_they_were_made():
    one, two = 1 / Degree(1), 1 / Degree(2)
    sums = [one + two, two + one, (one + two) + one, one - two]
    assert len({id(found.denominator) for found in sums}) == 1
    assert sums[0].total == 3
    assert (one * two).denominator is (two * one).denominator


def test_the_error_bound_is_the_formula_and_says_nothing_beyond_p():
    given_bound = ErrorBound(degree=10, collisions=6, points=3)
    assert given_bound.value == Fraction(16, P) ** 3
    assert given_bound.log2 == pytest.approx(3 * (4 - 127))
    assert ErrorBound(P, P, 3).value == 1
    assert ErrorBound(P, P, 3).log2 == 0


def test_the_bound_of_a_gradient_grows_gently_with_the_length():
    """Linear in the number of steps times the number of atoms: no blow-up, so it stays useful."""
    found = {}
    for tau in (2, 4, 8):
        instance = Instance(load("elman-softmax"), {"n": 2, "m": 2, "c": 2}, tau)
        ring = DegreeRing()
        point = degree_point(instance, ring, Targets.NORMALISED)
        gradient = reverse(instance, ring, point).derivatives(NodeKey("L")).by(NodeKey("W"))
        found[tau] = error_bound(gradient, gradient, ring, points=3)
        assert found[tau].degree > 0
        assert found[tau].collisions > 0
    assert found[8].degree <= 4.5 * found[4].degree <= 4.5 * 4.5 * found[2].degree
    assert found[8].log2 < -100


def test_a_polynomial_gradient_has_the_degree_that_sympy_finds():
    """linear-mse has no functions: its gradient is a polynomial, and the bound is sharp."""
    from symbolic.differentiate import derivative
    from symbolic.unroll import unroll

    for tau in (1, 2, 3):
        instance = Instance(load("linear-mse"), {"n": 2}, tau)
        exact = derivative(unroll(instance), NodeKey("L"), NodeKey("W_a")).item()
        degree = sympy.Poly(
            sympy.expand(exact), *sorted(exact.free_symbols, key=str)
        ).total_degree()
        ring = DegreeRing()
        point = degree_point(instance, ring, Targets.FREE)
        found = reverse(instance, ring, point).derivatives(NodeKey("L")).by(NodeKey("W_a")).item()
        assert found.numerator >= degree
        assert found.numerator <= degree + 1
        assert found.total == 0
        assert ring.collisions() == 0
