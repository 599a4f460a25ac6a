"""Expressions at sizes that are numbers: sums written out, deltas decided, nodes substituted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from symbolic.affine import Affine, integer
from symbolic.expand.network import Unrolled
from symbolic.expr import Add, Delta, Entry, Expr, Index, Multiply, Number, Power, Size, Sum
from symbolic.forward import NodeKey
from symbolic.traverse import map_children, reindex

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))

#: The place of a scalar among the entries of a variable, counted from 1.
Place = tuple[int, ...]


def places(shape: tuple[Affine, ...], sizes: Mapping[str, int]) -> Iterator[Place]:
    """Yield the places of all entries of a variable, in the order in which they are read."""
    return product(*(range(1, size.value(sizes) + 1) for size in shape))


def at(indices: tuple[Index, ...], place: Place) -> dict[Index, Affine]:
    """Return the numbers that stand for indices."""
    return {index: integer(p) for index, p in zip(indices, place, strict=True)}


def concrete(e: Expr, sizes: Mapping[str, int]) -> Expr:
    """Return an expression without free indices with every sum over an index written out."""
    match e:
        case Sum(index=index, body=body):
            count = index.size.value(sizes)
            terms = (reindex(body, {index: integer(k)}) for k in range(1, count + 1))
            return added([concrete(term, sizes) for term in terms])
        case Delta(left=Affine() as left, right=Affine() as right, shift=shift):
            return ONE if left.value(sizes) == (right + shift).value(sizes) else ZERO
        case Size(of=of) if of.letters <= sizes.keys():
            return Number(Fraction(of.value(sizes)))
        case Add(terms=terms_):
            return added([concrete(term, sizes) for term in terms_])
        case Multiply(factors=factors):
            return multiplied([concrete(factor, sizes) for factor in factors])
        case Power(exponent=exponent):
            found = map_children(e, lambda child: concrete(child, sizes))
            base = found.base if isinstance(found, Power) else found
            if isinstance(base, Number) and (base.value or exponent.constant > 0):
                return Number(base.value**exponent.constant)
            return found
        case _:
            return map_children(e, lambda child: concrete(child, sizes))


def added(terms: list[Expr]) -> Expr:
    """Return a sum without zeros; sums in it are taken in."""
    flat = [t for term in terms for t in (term.terms if isinstance(term, Add) else (term,))]
    kept = [t for t in flat if t != ZERO]
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else Add(tuple(kept))


def multiplied(factors: list[Expr]) -> Expr:
    """Return a product without ones; a zero is all of it. Numbers come first, as one."""
    flat = [f for x in factors for f in (x.factors if isinstance(x, Multiply) else (x,))]
    number = Fraction(1)
    for f in flat:
        if isinstance(f, Number):
            number *= f.value
    others = [f for f in flat if not isinstance(f, Number)]
    if not number:
        return ZERO
    kept = others if number == 1 and others else [Number(number), *others]
    return kept[0] if len(kept) == 1 else Multiply(tuple(kept))


@dataclass(slots=True)
class Substituted:
    """Entries of nodes down to parameters, inputs, targets and initial states; each made once."""

    net: Unrolled
    sizes: Mapping[str, int]
    #: Entries that keep their names.
    named: frozenset[Entry] = frozenset()
    _known: dict[Entry, Expr] = field(default_factory=dict)

    def expression(self, e: Expr) -> Expr:
        """Return a concrete expression with the entries of nodes replaced."""
        match e:
            case Entry():
                return e if e in self.named else self.entry(e)
            case Multiply(factors=factors):
                return multiplied([self.expression(f) for f in factors])
            case Add(terms=terms):
                return added([self.expression(t) for t in terms])
            case _:
                return map_children(e, self.expression)

    def body(self, e: Entry) -> Expr | None:
        """Return the right side of the equation of one entry, or None for a leaf."""
        step = None if e.step is None else e.step.constant
        equation = self.net.equation(NodeKey(e.name, step))
        if equation is None:
            return None
        numbers = tuple(p for p in e.positions if isinstance(p, Affine))
        change = dict(zip(equation.indices, numbers, strict=True))
        return concrete(reindex(equation.body, {**change}), self.sizes)

    def entry(self, e: Entry) -> Expr:
        """Return one entry, substituted."""
        if e not in self._known:
            body = self.body(e)
            self._known[e] = e if body is None else self.expression(body)
        return self._known[e]
