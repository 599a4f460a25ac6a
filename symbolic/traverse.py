"""Children, rebuilding, free indices and renaming of core expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import singledispatch

from symbolic.affine import Affine
from symbolic.expr import (
    NO_SHIFT,
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


@singledispatch
def map_children(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Return ``e`` with ``change`` applied to each direct child; raises TypeError if unknown."""
    raise TypeError(f"map_children has no rule for {type(e).__name__}")


@map_children.register(Number)
@map_children.register(Size)
@map_children.register(Entry)
@map_children.register(Delta)
def map_leaf(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """A leaf has no children."""
    return e


@map_children.register(Add)
def map_add(e: Add, change: Callable[[Expr], Expr]) -> Expr:
    """Children: the terms."""
    return replace(e, terms=tuple(change(term) for term in e.terms))


@map_children.register(Multiply)
def map_multiply(e: Multiply, change: Callable[[Expr], Expr]) -> Expr:
    """Children: the factors."""
    return replace(e, factors=tuple(change(factor) for factor in e.factors))


@map_children.register(Power)
def map_power(e: Power, change: Callable[[Expr], Expr]) -> Expr:
    """Child: the base."""
    return replace(e, base=change(e.base))


@map_children.register(Apply)
def map_apply(e: Apply, change: Callable[[Expr], Expr]) -> Expr:
    """Child: the argument."""
    return replace(e, argument=change(e.argument))


@map_children.register(Sum)
@map_children.register(TimeSum)
@map_children.register(TimeProduct)
def map_body(e: Sum | TimeSum | TimeProduct, change: Callable[[Expr], Expr]) -> Expr:
    """Child: the body."""
    return replace(e, body=change(e.body))


@map_children.register(Derivative)
def map_derivative(e: Derivative, change: Callable[[Expr], Expr]) -> Expr:
    """Children: what is differentiated, and the variable that it is differentiated by."""
    of, by = change(e.of), change(e.by)
    if not isinstance(by, Entry):
        raise TypeError(f"a derivative is by an entry of a variable, not by {type(by).__name__}")
    return replace(e, of=of, by=by)


def children(e: Expr) -> tuple[Expr, ...]:
    """Return the direct children in the order in which they are written.

    Raises TypeError for a node without a rule.
    """
    match e:
        case Number() | Size() | Entry() | Delta():
            return ()
        case Add(terms=parts) | Multiply(factors=parts):
            return parts
        case Power(base=child) | Apply(argument=child):
            return (child,)
        case Sum(body=child) | TimeSum(body=child) | TimeProduct(body=child):
            return (child,)
        case Derivative(of=of, by=by):
            return (of, by)
    raise TypeError(f"children has no rule for {type(e).__name__}")


def walk(e: Expr) -> Iterator[Expr]:
    """Yield ``e`` and everything below it, parents first, without recursion."""
    pending = [e]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))


def own_positions(e: Expr) -> tuple[Position, ...]:
    """Return the positions that stand in the node itself, children left out."""
    match e:
        case Entry(positions=positions):
            return positions
        case Delta(left=left, right=right):
            return (left, right)
        case TimeProduct(rows=rows, columns=columns):
            return (*rows, *columns)
        case _:
            return ()


def free_indices(e: Expr) -> tuple[Index, ...]:
    """Return the free indices in the order of their first appearance."""
    seen: dict[Index, None] = {}
    for position in own_positions(e):
        if isinstance(position, Index):
            seen.setdefault(position)
    for child in children(e):
        for index in free_indices(child):
            seen.setdefault(index)
    if isinstance(e, Sum):
        seen.pop(e.index, None)
    return tuple(seen)


def is_part(e: Expr) -> bool:
    """Whether a node places a block in a larger array."""
    match e:
        case Delta(left=Index() as whole, right=Index() as part):
            return whole.size != part.size
        case Delta(shift=shift):
            return shift != NO_SHIFT
        case _:
            return False


def index_names(e: Expr) -> frozenset[str]:
    """Return the names of all indices in ``e``, free and bound."""
    names: set[str] = set()
    for node in walk(e):
        names.update(p.name for p in own_positions(node) if isinstance(p, Index))
        if isinstance(node, Sum):
            names.add(node.index.name)
    return frozenset(names)


def reindex(e: Expr, change: Mapping[Index, Position]) -> Expr:
    """Return ``e`` with free indices replaced; a bound index of the same name is left alone.

    The caller chooses new names that occur nowhere in ``e``, so nothing is captured.
    """
    if not change:
        return e

    def moved(position: Position) -> Position:
        return change.get(position, position) if isinstance(position, Index) else position

    def kept(index: Index) -> Index:
        new = moved(index)
        if isinstance(new, Affine):
            raise TypeError("an index of an ordered product cannot become a number")
        return new

    match e:
        case Entry():
            return replace(e, positions=tuple(moved(p) for p in e.positions))
        case Delta():
            return replace(e, left=moved(e.left), right=moved(e.right))
        case Sum():
            inner = {old: new for old, new in change.items() if old != e.index}
            return replace(e, body=reindex(e.body, inner))
        case TimeProduct():
            rows, columns = tuple(map(kept, e.rows)), tuple(map(kept, e.columns))
            return replace(e, rows=rows, columns=columns, body=reindex(e.body, change))
        case _:
            return map_children(e, lambda child: reindex(child, change))
