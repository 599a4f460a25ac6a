"""The pattern that printed parts follow: one part with a letter where its neighbours differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from symbolic.affine import Affine, letter
from symbolic.latex.context import Context
from symbolic.latex.derivatives import is_derivative, under_signs
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import Fraction, Node, Numeral, Symbol, Terms
from symbolic.latex.walk import children, map_children


@dataclass(frozen=True, slots=True)
class Pattern:
    """A part with a new letter where its neighbours differ, and the letter's value in each."""

    body: Node
    values: tuple[Affine, ...]


def _is_affine(node: Node, context: Context) -> Affine | None:
    """Return the step or number that a node is as a whole; None for anything larger."""
    if isinstance(node, Symbol) and not context.lexicon.is_step_letter(node.name):
        is_size = node.name in context.lexicon.sizes
        return letter(node.name) if is_size else None
    if isinstance(node, Symbol | Numeral | Terms):
        return affine(node, context.lexicon)
    return None


def match(parts: list[Node], context: Context, name: str) -> Pattern | None:
    """Return the pattern that all parts follow, their differing places all moving alike.

    The letter has in each part the value that stands at the first place in which the parts differ.
    """
    firsts: list[tuple[Affine, ...]] = []

    def unify(nodes: list[Node]) -> Node | None:
        head = nodes[0]
        if all(node == head for node in nodes):
            return head
        values = [_is_affine(node, context) for node in nodes]
        if all(value is not None for value in values):
            known = tuple(value for value in values if value is not None)
            firsts.append(known)
            shifts = {str(a - b) for a, b in zip(known, firsts[0], strict=True)}
            if len(shifts) != 1 or not (known[0] - firsts[0][0]).is_constant:
                return None
            return _shifted(name, (known[0] - firsts[0][0]).constant)
        if len({type(node) for node in nodes}) != 1:
            return None
        return _unify_children(nodes, unify)

    body = unify(parts)
    if body is None or not firsts:
        return None
    return Pattern(body, firsts[0])


def _unify_children(nodes: list[Node], unify: Callable[[list[Node]], Node | None]) -> Node | None:
    below = [children(node) for node in nodes]
    if len({len(found) for found in below}) != 1:
        return None
    merged: list[Node] = []
    for group in zip(*below, strict=True):
        item = unify(list(group))
        if item is None:
            return None
        merged.append(item)
    fresh = iter(merged)
    result = map_children(nodes[0], lambda _: next(fresh))
    # What is no child, signs and operators and letters, has to be the same in all of them.
    pairs = zip(nodes, below, strict=True)
    return result if all(_with_children(result, own) == node for node, own in pairs) else None


def _with_children(node: Node, own: tuple[Node, ...]) -> Node:
    following = iter(own)
    return map_children(node, lambda _: next(following))


def _shifted(name: str, by: int) -> Node:
    if by == 0:
        return Symbol(name)
    return Terms((Symbol(name), Numeral(str(abs(by)))), ("+", "+" if by > 0 else "-"))


def moved(node: Node, value: Affine, name: str, context: Context) -> Node:
    """Return a part with the letter wherever it differs from a value by a number.

    >>> # With the value t - 1, the part h_t becomes h_{j+1} and h_{t-2} becomes h_{j-1}.
    """
    found = _is_affine(node, context)
    if found is not None and value.letters and (found - value).is_constant:
        return _shifted(name, (found - value).constant)
    return map_children(node, lambda child: moved(child, value, name, context))


def goes_on(block: list[Node], name: str, back: bool, context: Context) -> bool:
    """Whether a derivative at the end of a block has below what the next block has above.

    The next block is the one a step earlier if the pattern runs ``back``, else a step later.
    """
    last, first = block[-1], block[0]
    if not (is_chained(last) and is_chained(first)):
        return True
    assert isinstance(last, Fraction)
    assert isinstance(first, Fraction)
    step = -1 if back else 1

    def same(one: Node, other: Node) -> bool:
        here, there = _shift_of(one, name), _shift_of(other, name)
        if here is not None and there is not None:
            return here == there + step
        below, above = children(one), children(other)
        if type(one) is not type(other) or len(below) != len(above):
            return False
        if not below:
            return one == other
        return all(same(x, y) for x, y in zip(below, above, strict=True))

    parts = under_signs(last.below), under_signs(first.above)
    return len(parts[0]) == len(parts[1]) and all(map(same, *parts))


def _shift_of(node: Node, name: str) -> int | None:
    """Return the number that is added to the letter of a pattern; None for any other node."""
    match node:
        case Symbol(name=found) if found == name:
            return 0
        case Terms(terms=(Symbol(name=found), Numeral(text=text)), signs=(_, sign)):
            return int(sign + text) if found == name else None
    return None


def is_chained(node: Node) -> bool:
    """Whether a factor is a derivative of something by something."""
    return isinstance(node, Fraction) and is_derivative(node)


def are_chained(factors: list[Node]) -> bool:
    """Whether each factor is a derivative, by what the next one is a derivative of."""
    return all(is_chained(factor) for factor in factors) and all(
        under_signs(a.below) == under_signs(b.above)
        for a, b in pairwise(factors)
        if isinstance(a, Fraction) and isinstance(b, Fraction)
    )
