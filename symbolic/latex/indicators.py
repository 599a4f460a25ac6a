"""Indicators and conditions: 1(i = j), cases, the class that a target names."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as Rational

from symbolic.errors import UnsupportedNotation
from symbolic.expr import Add, Delta, Expr, Number, Position
from symbolic.latex.context import Context
from symbolic.latex.lexicon import written_name
from symbolic.latex.scripts import affine, atom
from symbolic.latex.syntax import (
    Bracket,
    Cases,
    Chain,
    Factors,
    Listed,
    Node,
    Numeral,
    Scripted,
    Symbol,
)
from symbolic.latex.tensor import Tensor, multiply, negated, scalar


def is_indicator(node: Node) -> bool:
    """Whether a symbol is the 1 of an indicator."""
    return isinstance(node, Symbol) and node.name == "1" and node.style in ("bold", "bb")


def indicator(below: Node, context: Context) -> Tensor:
    """Return 1(i = j), its positions or its conditions given."""
    if isinstance(below, Chain):
        return scalar(condition_of(below, context))
    items = below.items if isinstance(below, Bracket | Listed) else (below,)
    if isinstance(below, Factors):
        items = below.factors
    chains = [item for item in items if isinstance(item, Chain)]
    if len(chains) == len(items):
        return scalar(multiply(*(condition_of(chain, context) for chain in chains)))
    if len(items) != 2:
        raise UnsupportedNotation("an indicator of other than two positions", below.span)
    return scalar(_delta(items[0], items[1], context))


def condition_of(chain: Chain, context: Context) -> Expr:
    """Return 1 where i = j holds (or where i != j does), else 0."""
    if len(chain.items) != 2 or chain.relations[0] not in ("=", "neq"):
        raise UnsupportedNotation("a condition other than i = j", chain.span)
    left, right = chain.items
    if left is None or right is None:
        raise UnsupportedNotation("half a condition", chain.span)
    delta = _delta(left, right, context)
    if chain.relations[0] == "=":
        return delta
    return Add((Number(Rational(1)), negated(delta)))


def _delta(left: Node, right: Node, context: Context) -> Expr:
    """Return the delta of two positions, or the entry of the class that a target names."""
    found = [atom(node, context.lexicon) for node in (left, right)]
    for this, other in ((found[0], right), (found[1], left)):
        if this is not None and len(this.occurrence.variable.shape) == 1:
            variable = this.occurrence.variable
            at = replace(this.occurrence, positions=(other,))
            context.notes.append(f"the class {variable.name} is read as its one-hot target")
            _, entry = context.entry(at)
            return entry
    sizes = [
        context.sizes.get(name)
        for node in (left, right)
        if (name := written_name(node)) is not None
    ]
    size = next((size for size in sizes if size is not None), None)
    positions: list[Position] = []
    for node in (left, right):
        value = affine(node, context.lexicon)
        if isinstance(node, Symbol) and not (value and value.is_constant) and size is not None:
            positions.append(context.index(node.name, size))
        elif value is not None and value.is_constant:
            positions.append(value)
        else:
            raise UnsupportedNotation("an index that runs over nothing known", node.span)
    return Delta(positions[0], positions[1])


def is_indicator_defined(left: Node | None, right: Node | None) -> bool:
    """Whether an equation says what an indicator or a delta is: 1 where i = j, else 0."""
    match left, right:
        case Factors(factors=(one, Bracket(items=(Chain(),)))), Cases(rows=rows):
            is_named = is_indicator(one)
        case Scripted(base=Symbol() as one, above=None), Cases(rows=rows):
            is_named = is_indicator(one) or one.name == "delta"
        case _:
            return False
    match rows:
        case ((Numeral("1"), Chain(relations=("=",))), (Numeral("0"), other)):
            return is_named and (not isinstance(other, Chain) or other.relations == ("neq",))
        case ((Numeral("0"), Chain(relations=("neq",))), (Numeral("1"), other)):
            return is_named and (not isinstance(other, Chain) or other.relations == ("=",))
        case _:
            return False
