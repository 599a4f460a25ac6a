"""Sums pushed inside: sum_ij a_i b_ij c_j becomes sum_i a_i (sum_j b_ij c_j)."""

from __future__ import annotations

from fractions import Fraction

from symbolic.affine import integer
from symbolic.expand.algebra import Algebra
from symbolic.expand.products import Product, as_expression
from symbolic.expr import Add, Expr, Index, Multiply, Number, Power, Sum
from symbolic.traverse import free_indices, map_children


def nested(e: Expr, algebra: Algebra) -> Expr:
    """Return an equal expression in which each sum stands before as few factors as it can."""
    terms = tuple(_nested_product(p, algebra) for p in algebra.products(e))
    if not terms:
        return as_expression(())
    return terms[0] if len(terms) == 1 else Add(terms)


def _nested_product(p: Product, algebra: Algebra) -> Expr:
    factors: list[Expr] = [
        inner if n == 1 else Power(inner, integer(n))
        for base, n in p.factors
        for inner in (_inside(base, algebra),)
    ]
    bound = list(p.bound)
    while bound:
        index = min(bound, key=lambda i: (_others(i, factors, bound), -bound.index(i)))
        bound.remove(index)
        inside = [f for f in factors if index in free_indices(f)]
        factors = [f for f in factors if index not in free_indices(f)]
        factors.append(Sum(index, _product(inside)))
    if p.coefficient != 1:
        factors.insert(0, Number(p.coefficient))
    return _product(factors)


def _inside(base: Expr, algebra: Algebra) -> Expr:
    """Return a factor whose own sums are pushed inside."""
    if isinstance(base, Add | Sum):
        return nested(base, algebra)
    return map_children(base, lambda child: nested(child, algebra))


def _others(index: Index, factors: list[Expr], bound: list[Index]) -> int:
    """Return how many other indices the factors with an index have."""
    found = {i for f in factors for i in free_indices(f) if index in free_indices(f)}
    return len(found - {index})


def _product(factors: list[Expr]) -> Expr:
    if not factors:
        return Number(Fraction(1))
    return factors[0] if len(factors) == 1 else Multiply(tuple(factors))
