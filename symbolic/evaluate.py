"""A core expression at a point, in a ring.

The evaluator is written once for all rings. An index letter is an axis, so that all entries are
computed at once; a time letter is an integer, bound by a loop. Entries are counted from 1 in the
core and from 0 in arrays; ``_offset`` is the only place where one becomes the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

from symbolic.affine import Affine
from symbolic.errors import ModelError
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
from symbolic.logarithms import expand_logarithm
from symbolic.ring import A
from symbolic.scope import Labelled, Scope

_Rule = TypeVar("_Rule", bound=Callable[..., Any])
#: How each type of node is evaluated.
_RULES: dict[type[Expr], Callable[..., Any]] = {}


def _rule(kind: type[Expr]) -> Callable[[_Rule], _Rule]:
    def register(rule: _Rule) -> _Rule:
        _RULES[kind] = rule
        return rule

    return register


def evaluate(e: Expr, scope: Scope[A]) -> Labelled[A]:
    """Return the value of ``e`` with one axis for each free index.

    Raises TypeError for a node without a rule and ModelError for a letter or name without a value.
    """
    # A table, not a single dispatch: this is an inner loop, and the node types are closed.
    rule = _RULES.get(type(e))
    if rule is None:
        raise TypeError(f"evaluate has no rule for {type(e).__name__}")
    found: Labelled[A] = rule(e, scope)
    return found


def evaluate_array(e: Expr, order: tuple[Index, ...], scope: Scope[A]) -> A:
    """Return the value of ``e`` with axes in the given order, repeated along missing ones.

    Raises ModelError for a free index that is not in ``order``.
    """
    value = evaluate(e, scope)
    extra = [index.name for index in value.labels if index not in order]
    if extra:
        asked = ", ".join(index.name for index in order) or "none"
        raise ModelError(f"the index {extra[0]} is free; expected {asked}")
    missing = tuple(index for index in order if index not in value.labels)
    operands: list[tuple[A, tuple[Index, ...]]] = [(value.array, value.labels)]
    if missing:
        sizes = tuple(scope.integer(index.size) for index in missing)
        operands.append((scope.ring.constant(np.ones(sizes, dtype=object)), missing))
    elif value.labels == order:
        return value.array
    return scope.ring.contract(operands, order)


def _offset(position: Affine, size: int, name: str, scope: Scope[Any]) -> int:
    """Return the 0-based place of a written 1-based position."""
    written = scope.integer(position)
    if not 1 <= written <= size:
        raise ModelError(f"{name} has no entry {written}; its size there is {size}")
    return written - 1


def _unit(index: Index, place: Affine, scope: Scope[A]) -> Labelled[A]:
    vector = np.zeros(scope.integer(index.size), dtype=object)
    vector[_offset(place, len(vector), "a delta", scope)] = 1
    return Labelled(scope.ring.constant(vector), (index,))


def _scalar(value: Any, scope: Scope[A]) -> Labelled[A]:
    return Labelled(scope.ring.constant(np.array(value, dtype=object)), ())


@_rule(Number)
def evaluate_number(e: Number, scope: Scope[A]) -> Labelled[A]:
    """The rational number itself; no axis."""
    return _scalar(e.value, scope)


@_rule(Size)
def evaluate_size(e: Size, scope: Scope[A]) -> Labelled[A]:
    """The dimension or step as a number; no axis."""
    return _scalar(scope.integer(e.of), scope)


@_rule(Entry)
def evaluate_entry(e: Entry, scope: Scope[A]) -> Labelled[A]:
    """x[i, 2, ...]: an axis for a letter; a number takes its place."""
    step = None if e.step is None else scope.integer(e.step)
    return at_positions(scope.lookup(e.name, step), (), e.name, e.positions, scope)


def at_positions(
    array: A,
    leading: tuple[Index, ...],
    name: str,
    positions: tuple[Position, ...],
    scope: Scope[A],
) -> Labelled[A]:
    """Return an array whose last axes are those of a variable, at the positions of an entry of it.

    The axes before them are ``leading``. A letter is an axis, and one that comes twice a diagonal;
    a number takes one place of an axis.
    """
    shape = scope.ring.shape(array)[len(leading) :]
    _check_positions(name, positions, shape, scope)
    letters = tuple(dict.fromkeys((*leading, *(p for p in positions if isinstance(p, Index)))))
    if len(letters) == len(leading) + len(positions):
        return Labelled(array, letters)
    places: list[int | None] = [None] * len(leading)
    axes: list[Hashable] = list(leading)
    for position, size in zip(positions, shape, strict=True):
        if isinstance(position, Index):
            axes.append(position)
            places.append(None)
        else:
            places.append(_offset(position, size, name, scope))
    if any(place is not None for place in places):
        array = scope.ring.take(array, tuple(places))
    if len(axes) > len(letters):
        array = scope.ring.contract([(array, tuple(axes))], letters)
    return Labelled(array, letters)


def _check_positions(
    name: str, positions: tuple[Position, ...], shape: tuple[int, ...], scope: Scope[Any]
) -> None:
    """Raise ModelError where the positions are not as many, or not as long, as the axes."""
    if len(positions) != len(shape):
        expected = len(shape)
        raise ModelError(f"{name} has {expected} axes; found {len(positions)} positions")
    for position, size in zip(positions, shape, strict=True):
        if isinstance(position, Index) and scope.integer(position.size) != size:
            raise ModelError(
                f"the index {position.name} runs to {scope.integer(position.size)};"
                f" {name} has size {size} there"
            )


@_rule(Delta)
def evaluate_delta(e: Delta, scope: Scope[A]) -> Labelled[A]:
    """1 where the positions are equal up to the shift: an identity, a unit vector or a number."""
    shift = scope.integer(e.shift)
    match e.left, e.right:
        case Index() as i, Index() as j if i == j:
            ones = np.full(scope.integer(i.size), int(shift == 0), dtype=object)
            return Labelled(scope.ring.constant(ones), (i,))
        case Index() as i, Index() as j:
            rows, columns = scope.integer(i.size), scope.integer(j.size)
            matrix = np.eye(rows, columns, -shift, dtype=object)
            return Labelled(scope.ring.constant(matrix), (i, j))
        case Index() as i, Affine() as place:
            return _unit(i, place + shift, scope)
        case Affine() as place, Index() as i:
            return _unit(i, place - shift, scope)
        case Affine() as left, Affine() as right:
            return _scalar(int(scope.integer(left) == scope.integer(right) + shift), scope)
    raise TypeError(f"a delta of {e.left!r} and {e.right!r}")


def _union(parts: list[Labelled[A]]) -> tuple[Index, ...]:
    return tuple(dict.fromkeys(label for part in parts for label in part.labels))


@_rule(Add)
def evaluate_add(e: Add, scope: Scope[A]) -> Labelled[A]:
    """(x + y)[i] = x[i] + y[i]; a term without i is added to every entry; no terms give 0."""
    if not e.terms:
        return _scalar(0, scope)
    parts = [evaluate(term, scope) for term in e.terms]
    output = _union(parts)
    return Labelled(scope.ring.add([(p.array, p.labels) for p in parts], output), output)


@_rule(Multiply)
def evaluate_multiply(e: Multiply, scope: Scope[A]) -> Labelled[A]:
    """The product entry by entry over the union of the free indices."""
    return _product(e.factors, (), scope)


def _product(factors: tuple[Expr, ...], summed: tuple[Index, ...], scope: Scope[A]) -> Labelled[A]:
    """Return the product of the factors, summed over the given indices in one contraction.

    No factors give 1.
    """
    parts = [evaluate(factor, scope) for factor in factors] or [_scalar(1, scope)]
    present = _union(parts)
    operands: list[tuple[A, tuple[Index, ...]]] = [(p.array, p.labels) for p in parts]
    for index in summed:
        if index not in present:
            operands.append((_scalar(scope.integer(index.size), scope).array, ()))
    output = tuple(label for label in present if label not in summed)
    return Labelled(scope.ring.contract(operands, output), output)


@_rule(Sum)
def evaluate_sum(e: Sum, scope: Scope[A]) -> Labelled[A]:
    """sum_i body; nested sums over a product are one contraction, which saves the big array."""
    summed, body = [e.index], e.body
    # A second sum over the same letter shadows the first one and stays a factor of its own.
    while isinstance(body, Sum) and body.index not in summed:
        summed.append(body.index)
        body = body.body
    factors = body.factors if isinstance(body, Multiply) else (body,)
    return _product(factors, tuple(summed), scope)


@_rule(Power)
def evaluate_power(e: Power, scope: Scope[A]) -> Labelled[A]:
    """base ** exponent, entry by entry."""
    base = evaluate(e.base, scope)
    return Labelled(scope.ring.power(base.array, scope.integer(e.exponent)), base.labels)


@_rule(Apply)
def evaluate_apply(e: Apply, scope: Scope[A]) -> Labelled[A]:
    """f^(order)(argument), entry by entry; an undefined f is replaced if the scope says so."""
    argument = evaluate(e.argument, scope)
    function = scope.functions.get(e.function, e.function)
    known = None
    if function == "log" and e.order == 0 and scope.ring.expands_logarithms:
        expanded = expand_logarithm(e.argument, scope)
        if expanded is not None:
            body, inner = expanded
            known = evaluate_array(body, argument.labels, inner)
    array = scope.ring.apply(function, e.order, argument.array, known)
    return Labelled(array, argument.labels)


@_rule(TimeSum)
def evaluate_time_sum(e: TimeSum, scope: Scope[A]) -> Labelled[A]:
    """sum over letter = first, ..., last of the body; zero where the range is empty."""
    steps = range(scope.integer(e.first), scope.integer(e.last) + 1)
    parts = [evaluate(e.body, scope.bind(e.letter, step)) for step in steps]
    if not parts:
        return _scalar(0, scope)
    output = _union(parts)
    return Labelled(scope.ring.add([(p.array, p.labels) for p in parts], output), output)


@_rule(TimeProduct)
def evaluate_time_product(e: TimeProduct, scope: Scope[A]) -> Labelled[A]:
    """The product over steps, from left to right as the limits run (or reversed)."""
    steps = list(range(scope.integer(e.first), scope.integer(e.last) + 1))
    if e.descending:
        steps.reverse()
    if not e.rows:
        parts = [evaluate(e.body, scope.bind(e.letter, step)) for step in steps]
        if not parts:
            return _scalar(1, scope)
        output = _union(parts)
        operands = [(p.array, p.labels) for p in parts]
        return Labelled(scope.ring.contract(operands, output), output)
    return _product_of_maps(e, steps, scope)


def _product_of_maps(e: TimeProduct, steps: list[int], scope: Scope[A]) -> Labelled[A]:
    pairs = list(zip(e.rows, e.columns, strict=True))
    for row, column in pairs:
        if row.size != column.size:
            raise ModelError(f"an ordered product of matrices ({row.size}, {column.size})")
    axes = (*e.rows, *e.columns)
    inner = tuple(Index(f"inner product axis {k}", row.size) for k, row in enumerate(e.rows))
    factors = [evaluate_array(e.body, axes, scope.bind(e.letter, step)) for step in steps]
    if not factors:
        deltas: tuple[Expr, ...] = tuple(Delta(row, column) for row, column in pairs)
        factors = [evaluate_array(Multiply(deltas), axes, scope)]
    array = factors[0]
    for factor in factors[1:]:
        pair = [(array, (*e.rows, *inner)), (factor, (*inner, *e.columns))]
        array = scope.ring.contract(pair, axes)
    return Labelled(array, axes)


@_rule(Derivative)
def evaluate_derivative(e: Derivative, scope: Scope[A]) -> Labelled[A]:
    """d of / d by, as the ring's own differentiation carries it; never from a formula."""
    return scope.differentiate(e, scope)
