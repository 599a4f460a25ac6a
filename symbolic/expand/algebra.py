"""Simplification of core expressions as a person does it: sums of products, in index notation.

A product is a coefficient, factors with integer exponents in the order in which they came, and
bound indices. Deltas are contracted, equal factors meet, and a bracket is multiplied out only where
that leaves less to write: (-y/yhat) yhat (1 - yhat) becomes -y (1 - yhat), while V (yhat - y)
stays. Every step is an identity, so the value never changes; what may fail is only the beauty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from symbolic.affine import Affine
from symbolic.expand.letters import FreshIndices
from symbolic.expand.products import (
    Product,
    as_expression,
    gathered,
    merged,
    negated,
    negative_first,
    size_of,
)
from symbolic.expr import (
    Add,
    Apply,
    Delta,
    Entry,
    Expr,
    Index,
    Multiply,
    Number,
    Position,
    Power,
    Size,
    Sum,
)
from symbolic.traverse import free_indices, map_children, reindex, walk

#: A bracket is multiplied out only below this number of products.
MAX_PRODUCTS = 48

Factors = dict[Expr, int]


@dataclass(slots=True)
class Algebra:
    """What simplification may use: variables whose entries add up to 1 along their last axis.

    ``assumed`` of them are assumptions on targets; ``used`` collects those that were needed.
    """

    sum_to_one: frozenset[str] = frozenset()
    assumed: frozenset[str] = frozenset()
    fresh: FreshIndices = field(default_factory=FreshIndices)
    used: set[str] = field(default_factory=set)

    def simplified(self, e: Expr) -> Expr:
        """Return an equal expression that is shorter to write, or ``e`` itself in normal order."""
        return as_expression(self.products(e))

    def multiplied_out(self, e: Expr) -> Expr:
        """Return an equal expression whose brackets are multiplied out, as many as there may be."""
        current = self.products(e)
        for _ in range(8):
            place = next(((i, k) for i, p in enumerate(current) for k in _brackets(p)), None)
            if place is None or len(current) > MAX_PRODUCTS:
                break
            i, k = place
            terms = self._distributed(current[i], k)
            if terms is None:
                break
            current = merged((*current[:i], *terms, *current[i + 1 :]))
        return as_expression(current)

    def products(self, e: Expr) -> tuple[Product, ...]:
        """Return an expression as a sum of simplified products."""
        if isinstance(e, Add):
            found = merged(p for term in e.terms for p in self.products(term))
            return gathered(self._multiplied_out_if_shorter(found), self.sum_to_one)
        found = self._product(e)
        return found if len(found) < 2 else gathered(merged(found), self.sum_to_one)

    def _product(self, e: Expr) -> tuple[Product, ...]:
        """Return one product, with its brackets multiplied out where that is shorter."""
        collected = _Collected(self)
        collected.take(e, 1)
        best: tuple[Product, ...] = collected.finished()
        if not best:
            return ()
        for _ in range(4):
            shorter = self._shorter(best)
            if shorter is None:
                break
            best = shorter
        return best

    def _shorter(self, found: tuple[Product, ...]) -> tuple[Product, ...] | None:
        if len(found) != 1:
            return None
        (product,) = found
        for place, (base, exponent) in enumerate(product.factors):
            if isinstance(base, Add) and exponent == 1 and self._may_cancel(product, place):
                candidate = self._distributed(product, place)
                if candidate is not None and size_of(candidate) < size_of(found):
                    return candidate
        return None

    def _may_cancel(self, product: Product, place: int) -> bool:
        """Whether something in a bracket could meet the factors outside, so that it is worth a try.

        A delta, a power below a fraction, or entries that add up to 1 over an index of theirs.
        """
        rest = (*product.factors[:place], *product.factors[place + 1 :])
        tied = [i for base, _ in rest for i in free_indices(base)]
        if any(exponent < 0 for _, exponent in rest):
            return True
        for node in walk(product.factors[place][0]):
            if isinstance(node, Delta | Power):
                if isinstance(node, Delta) or node.exponent.constant < 0:
                    return True
            elif isinstance(node, Entry) and node.name in self.sum_to_one and node.positions:
                last = node.positions[-1]
                if last in product.bound and last not in tied:
                    return True
        return any(
            isinstance(base, Entry) and base.name in self.sum_to_one and tied.count(index) == 1
            for base, _ in rest
            for index in free_indices(base)
            if index in product.bound
        )

    def _distributed(self, product: Product, place: int) -> tuple[Product, ...] | None:
        """Return a product with the bracket at a place multiplied out, term by term simplified."""
        base, _ = product.factors[place]
        assert isinstance(base, Add)
        rest = (*product.factors[:place], *product.factors[place + 1 :])
        if len(base.terms) > MAX_PRODUCTS:
            return None
        terms: list[Product] = []
        for term in base.terms:
            collected = _Collected(self)
            collected.coefficient = product.coefficient
            names = self.fresh.like(product.bound)
            change: dict[Index, Position] = dict(zip(product.bound, names, strict=True))
            collected.bound.extend(names)
            for factor, exponent in rest[:place]:
                collected.take(reindex(factor, change), exponent)
            collected.take(reindex(term, change), 1)
            for factor, exponent in rest[place:]:
                collected.take(reindex(factor, change), exponent)
            terms.extend(collected.finished())
        return gathered(merged(terms), self.sum_to_one)

    def _multiplied_out_if_shorter(self, found: tuple[Product, ...]) -> tuple[Product, ...]:
        """Return a sum with all of its brackets multiplied out, if terms cancel by that."""
        current = found
        for _ in range(8):
            place = next(((i, k) for i, p in enumerate(current) for k in _brackets(p)), None)
            if place is None or len(current) > MAX_PRODUCTS:
                break
            i, k = place
            terms = self._distributed(current[i], k)
            if terms is None:
                break
            current = merged((*current[:i], *terms, *current[i + 1 :]))
        return current if size_of(current) < size_of(found) else found


def _brackets(product: Product) -> Iterable[int]:
    return (k for k, (b, n) in enumerate(product.factors) if isinstance(b, Add) and n == 1)


class _Collected:
    """One product while it is put together."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.coefficient = Fraction(1)
        self.factors: Factors = {}
        self.bound: list[Index] = []

    def take(self, e: Expr, exponent: int) -> None:
        """Multiply by e ** exponent."""
        match e:
            case Number(value=value):
                if value == 0 and exponent < 0:
                    self._join(e, exponent)
                else:
                    self.coefficient *= value**exponent
            case Size(of=of) if of.is_constant and (of.constant or exponent > 0):
                self.coefficient *= Fraction(of.constant) ** exponent
            case Multiply(factors=factors):
                for factor in factors:
                    self.take(factor, exponent)
            case Power(base=base, exponent=power) if power.is_constant:
                self.take(base, exponent * power.constant)
            case Sum() if exponent == 1:
                other = self.algebra.fresh.index(e.index.size)
                self.bound.append(other)
                self.take(reindex(e.body, {e.index: other}), 1)
            case Add() | Sum():
                self._take_sum(e, exponent)
            case _:
                self._join(map_children(e, self.algebra.simplified), exponent)

    def _take_sum(self, e: Expr, exponent: int) -> None:
        found = self.algebra.products(e)
        if not found and exponent > 0:
            self.coefficient = Fraction(0)
        elif len(found) == 1 and (exponent == 1 or not found[0].bound):
            (product,) = found
            self.coefficient *= product.coefficient**exponent
            self.bound.extend(product.bound)
            for base, power in product.factors:
                self._join(base, exponent * power)
        else:
            self._join(as_expression(found), exponent)

    def _join(self, base: Expr, exponent: int) -> None:
        if isinstance(base, Add) and exponent % 2 and negative_first(base):
            base = negated(base)
            self.coefficient = -self.coefficient
        total = self.factors.get(base, 0) + exponent
        if total:
            self.factors[base] = total
        else:
            self.factors.pop(base, None)

    def finished(self) -> tuple[Product, ...]:
        """Return the product, or nothing where it is zero."""
        while self.coefficient and (self._contract_delta() or self._use_sum()):
            pass
        if not self.coefficient:
            return ()
        self._drop_free_sums()
        return (Product(self.coefficient, tuple(self.factors.items()), tuple(self.bound)),)

    def _contract_delta(self) -> bool:
        """Use up one delta; False where none is left that can be."""
        for base in self.factors:
            if not isinstance(base, Delta) or base.shift != Affine():
                continue
            left, right = base.left, base.right
            if left == right:
                del self.factors[base]
                return True
            if isinstance(left, Affine) and isinstance(right, Affine):
                if (left - right).is_constant:
                    self.coefficient = Fraction(0)
                    return True
                continue
            bound = next((i for i in (left, right) if i in self.bound), None)
            if isinstance(bound, Index):
                del self.factors[base]
                self._rename(bound, right if bound == left else left)
                return True
        return False

    def _rename(self, bound: Index, to: Position) -> None:
        self.bound.remove(bound)
        old, self.factors = self.factors, {}
        for base, exponent in old.items():
            changed = reindex(base, {bound: to})
            if isinstance(changed, Add | Sum | Apply | Power):
                self.take(changed, exponent)
            else:
                self._join(changed, exponent)

    def _use_sum(self) -> bool:
        """Use once that the entries of a softmax, or of the targets, add up to 1."""
        for base, exponent in self.factors.items():
            if not isinstance(base, Entry) or exponent != 1 or not base.positions:
                continue
            last = base.positions[-1]
            if base.name not in self.algebra.sum_to_one or not isinstance(last, Index):
                continue
            if last not in self.bound:
                continue
            others = (b for b in self.factors if b != base)
            if last in base.positions[:-1] or any(last in free_indices(b) for b in others):
                continue
            del self.factors[base]
            self.bound.remove(last)
            if base.name in self.algebra.assumed:
                self.algebra.used.add(base.name)
            return True
        return False

    def _drop_free_sums(self) -> None:
        """A sum over an index that occurs nowhere is a factor: its size."""
        present = {index for base in self.factors for index in free_indices(base)}
        for index in [i for i in self.bound if i not in present]:
            self.bound.remove(index)
            self.take(Size(index.size), 1)
