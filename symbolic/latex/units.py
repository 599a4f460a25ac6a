"""Letters with a meaning of their own: I, a vector of ones, the delta of Kronecker.

I and a vector of ones have no size of their own: they take that of what they are added to,
multiplied with or compared with.
"""

from __future__ import annotations

from fractions import Fraction

from symbolic.expr import Number
from symbolic.latex.context import Context
from symbolic.latex.indicators import indicator, is_indicator
from symbolic.latex.lexicon import written_name
from symbolic.latex.scripts import affine, index_pair
from symbolic.latex.syntax import Big, Bracket, Chain, Listed, Node, Numeral, Scripted, Symbol
from symbolic.latex.tensor import Open, Tensor, identity, number


def unit(node: Node, context: Context) -> Tensor | None:
    """Return an identity matrix, a vector of ones, or a delta of two index letters.

    None where the node is none of them, or a variable of the section.
    """
    if isinstance(node, Scripted):
        if (pair := _kronecker(node, context)) is not None:
            return indicator(pair, context)
        is_sized = node.above is None and isinstance(node.below, Symbol | Numeral)
        if not is_sized or not _is_open(node.base, context):
            return None
        size = affine(node.below, context.lexicon) if node.below is not None else None
        is_known = size is not None and (size.is_constant or size.letters <= context.lexicon.sizes)
        if size is not None and is_known and written_name(node.base) == "I":
            return identity(size, context.fresh)
        return unit(node.base, context)
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


def deltas_last(factors: list[Node], operators: list[str]) -> list[Node]:
    """Return the factors of a product, a delta of index letters behind those that have the letters.

    So its letters are known. It does not move into the scope of a sum.
    """
    if set(operators) - {"", "cdot"}:
        return factors
    place = next((n for n, f in enumerate(factors) if isinstance(f, Big)), len(factors))
    before, after = factors[:place], factors[place:]
    deltas = [factor for factor in before if _is_delta(factor)]
    return [factor for factor in before if not _is_delta(factor)] + deltas + after


def _is_delta(node: Node) -> bool:
    if not isinstance(node, Scripted) or node.above is not None or node.below is None:
        return False
    return node.base == Symbol("delta") and index_pair(node.below) is not None


def condition_in(node: Bracket) -> Chain | None:
    """Return the condition of an Iverson bracket: [i = j]; None for any other bracket."""
    match node:
        case Bracket(kind="[", items=(Chain(relations=("=",) | ("neq",)) as condition,)):
            return condition
        case _:
            return None
