"""Letters with a meaning of their own: I, a vector of ones, the delta of Kronecker.

I and a vector of ones have no size of their own: they take that of what they are added to,
multiplied with or compared with.
"""

from __future__ import annotations

from fractions import Fraction

from symbolic.expr import Number
from symbolic.latex.context import Context
from symbolic.latex.indicators import indicator, is_indicator
from symbolic.latex.scripts import index_pair
from symbolic.latex.syntax import Bracket, Chain, Listed, Node, Numeral, Scripted, Symbol
from symbolic.latex.tensor import Open, Tensor, number


def unit(node: Node, context: Context) -> Tensor | None:
    """Return an identity matrix, a vector of ones, or a delta of two index letters.

    None where the node is none of them, or a variable of the section.
    """
    if isinstance(node, Scripted):
        if (pair := _kronecker(node, context)) is not None:
            return indicator(pair, context)
        is_sized = node.above is None and isinstance(node.below, Symbol | Numeral)
        return unit(node.base, context) if is_sized and _is_open(node.base, context) else None
    if not isinstance(node, Symbol) or not _is_open(node, context):
        return None
    if node.name == "I" and context.choices.ones:
        return number(1)
    kind = Open.IDENTITY if node.name == "I" else Open.ONES
    return Tensor((), (), Number(Fraction(1)), kind)


def _is_open(node: Node, context: Context) -> bool:
    if not isinstance(node, Symbol) or node.accents or node.primes:
        return False
    return is_indicator(node) or (node.name == "I" and not context.lexicon.variable("I"))


def _kronecker(node: Scripted, context: Context) -> Node | None:
    """Return the two index letters of a delta that the section does not define as a matrix."""
    if node.base != Symbol("delta") or node.above is not None or node.below is None:
        return None
    pair = index_pair(node.below)
    declared = context.lexicon.variable("delta")
    if pair is None or (declared is not None and len(declared.shape) == 2):
        return None
    names = [item.name for item in pair]
    are_steps = any(context.lexicon.is_step_letter(x) and x not in context.sizes for x in names)
    return None if are_steps or not set(names) & set(context.sizes) else Listed(pair)


def condition_in(node: Bracket) -> Chain | None:
    """Return the condition of an Iverson bracket: [i = j]; None for any other bracket."""
    match node:
        case Bracket(kind="[", items=(Chain(relations=("=",) | ("neq",)) as condition,)):
            return condition
        case _:
            return None
