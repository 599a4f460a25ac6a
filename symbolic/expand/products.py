"""Sums of products in normal order: like terms added up, signs, and how much there is to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symbolic.affine import integer
from symbolic.expr import (
    Add,
    Apply,
    Delta,
    Derivative,
    Entry,
    Expr,
    Index,
    Multiply,
    Number,
    Position,
    Power,
    Size,
    Sum,
    TimeProduct,
    TimeSum,
)
from symbolic.traverse import free_indices, index_names, map_children, reindex


@dataclass(frozen=True, slots=True)
class Product:
    """coefficient * sum over bound of prod base ** exponent."""

    coefficient: Fraction
    factors: tuple[tuple[Expr, int], ...] = ()
    bound: tuple[Index, ...] = ()


def negative_first(e: Add) -> bool:
    """Whether a sum begins with a minus."""
    first = e.terms[0]
    if isinstance(first, Number):
        return first.value < 0
    inner = first.factors[0] if isinstance(first, Multiply) else first
    return isinstance(inner, Number) and inner.value < 0


def negated(e: Add) -> Expr:
    """Return -e, term by term."""
    return Add(tuple(as_expression((_negative(term),)) for term in e.terms))


def _negative(e: Expr) -> Product:
    match e:
        case Number(value=value):
            return Product(-value)
        case Multiply(factors=(Number(value=value), *rest)):
            return Product(-value, tuple((r, 1) for r in rest))
        case _:
            return Product(Fraction(-1), ((e, 1),))


def merged(products: Iterable[Product]) -> tuple[Product, ...]:
    """Return a sum with like terms added up, those with a plus first; their order is kept."""
    found: dict[object, Product] = {}
    for product in products:
        key = _key(product)
        if key in found:
            total = found[key].coefficient + product.coefficient
            found[key] = replace(found[key], coefficient=total)
        else:
            found[key] = product
    kept = [p for p in found.values() if p.coefficient]
    return tuple(sorted(kept, key=lambda p: p.coefficient < 0))


def gathered(products: tuple[Product, ...], names: frozenset[str]) -> tuple[Product, ...]:
    """Return V yhat - V y as V (yhat - y), for entries of the variables ``names``."""
    found = list(products)
    for one in products:
        for other in products:
            joined = _joined(one, other, names) if one in found and other in found else None
            if joined is not None:
                found[found.index(one)] = joined
                found.remove(other)
    return tuple(found)


def _joined(one: Product, other: Product, names: frozenset[str]) -> Product | None:
    """Return the sum of two products that differ in their sign and in one entry, else None."""
    if one.coefficient < 0 or one.coefficient != -other.coefficient or len(one.factors) < 2:
        return None
    for k, left in _entries(one, names):
        for n, right in _entries(other, names):
            if _key(_marked(one, k, left)) == _key(_marked(other, n, right)):
                minus = Multiply(
                    (Number(Fraction(-1)), Entry(right.name, left.positions, right.step))
                )
                factors = list(one.factors)
                factors[k] = (Add((left, minus)), 1)
                return replace(one, factors=tuple(factors))
    return None


def _entries(product: Product, names: frozenset[str]) -> list[tuple[int, Entry]]:
    """Return the factors that are entries of some variables, with their places."""
    return [
        (place, base)
        for place, (base, exponent) in enumerate(product.factors)
        if isinstance(base, Entry) and base.name in names and exponent == 1
    ]


def _marked(product: Product, place: int, entry: Entry) -> Product:
    """Return a product with another name for the variable at a place."""
    factors = list(product.factors)
    factors[place] = (Entry("~", entry.positions), 1)
    return replace(product, factors=tuple(factors))


def _key(product: Product) -> object:
    """Return what like terms share: the factors, in any order, with bound indices numbered."""
    factors = sorted(product.factors, key=lambda f: (_shape(f[0], product.bound), f[1]))
    numbers: dict[Index, Position] = {}
    for base, _ in factors:
        for index in free_indices(base):
            if index in product.bound and index not in numbers:
                numbers[index] = Index(f"~~{len(numbers)}", index.size)
    return tuple((_canonical(reindex(base, numbers)), n) for base, n in factors)


def _shape(e: Expr, bound: tuple[Index, ...]) -> str:
    """Return a text that is the same whatever the bound indices are called."""
    blank: Mapping[Index, Position] = {index: Index("~", index.size) for index in bound}
    return repr(_canonical(reindex(e, blank)))


def _canonical(e: Expr) -> Expr:
    """Return an expression with the indices of its inner sums numbered by depth."""

    def change(node: Expr, depth: int) -> Expr:
        if isinstance(node, Sum):
            name = Index(f"~s{depth}", node.index.size)
            body = reindex(node.body, {node.index: name})
            return Sum(name, change(body, depth + 1))
        return map_children(node, lambda child: change(child, depth))

    if not any(name.startswith("~") for name in index_names(e)):
        return e
    return change(e, 0)


def as_expression(products: tuple[Product, ...]) -> Expr:
    """Return a sum of products as a core expression."""
    terms = tuple(_expression(product) for product in products)
    if not terms:
        return Number(Fraction(0))
    return terms[0] if len(terms) == 1 else Add(terms)


def _expression(product: Product) -> Expr:
    factors: list[Expr] = []
    if product.coefficient != 1 or not product.factors:
        factors.append(Number(product.coefficient))
    factors += [b if n == 1 else Power(b, integer(n)) for b, n in product.factors]
    body: Expr = factors[0] if len(factors) == 1 else Multiply(tuple(factors))
    for index in reversed(product.bound):
        body = Sum(index, body)
    return body


def size_of(products: tuple[Product, ...]) -> int:
    """Return how much there is to write: entries, functions, signs."""
    return sum(1 + sum(weight(b) + (n != 1) for b, n in p.factors) for p in products)


def weight(e: Expr) -> int:
    """Return the number of symbols of an expression, without recursion on shared parts."""
    match e:
        case Entry() | Delta() | Number() | Size():
            return 1
        case Derivative():
            return 2
        case Add(terms=terms):
            return sum(weight(t) for t in terms)
        case Multiply(factors=factors):
            return sum(weight(f) for f in factors)
        case Power(base=base):
            return 1 + weight(base)
        case Apply(argument=argument):
            return 1 + weight(argument)
        case Sum(body=body) | TimeSum(body=body) | TimeProduct(body=body):
            return 1 + weight(body)
        case _:
            raise TypeError(f"weight has no rule for {type(e).__name__}")
