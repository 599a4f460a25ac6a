"""Dots: the pattern that the printed parts follow, from the first to the last.

Two neighbouring parts that differ by one in the same places give the pattern, with a new letter in
these places; the part after the dots says where it ends. Without two neighbours the parts before
and after the dots are matched with each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from symbolic.affine import Affine, integer, letter
from symbolic.errors import UnsupportedNotation
from symbolic.expr import Index, TimeSum
from symbolic.latex.context import Context
from symbolic.latex.meaning import meaning
from symbolic.latex.products import fold
from symbolic.latex.scripts import affine
from symbolic.latex.sums import ordered_product
from symbolic.latex.syntax import Dots, Factors, Node, Numeral, Symbol, Terms
from symbolic.latex.tensor import Tensor, plus, times
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


def _groups(items: tuple[Node, ...]) -> tuple[list[Node], list[Node]]:
    places = [place for place, item in enumerate(items) if isinstance(item, Dots)]
    if len(places) != 1:
        raise UnsupportedNotation("dots more than once in one expression")
    return list(items[: places[0]]), list(items[places[0] + 1 :])


def _new_letter(context: Context) -> str:
    return context.fresh.index(integer(1)).name


def dotted_product(node: Factors, context: Context) -> Tensor:
    """Return a product with dots: what stands before the pattern, the pattern, what follows."""
    before, after = _groups(node.factors)
    if any(operator not in ("", "cdot", "times", "*") for operator in node.operators):
        raise UnsupportedNotation("dots in a product by entries", node.span)
    for period in (1, 2):
        for taken in range(len(before) // period, 0, -1):
            found = _ranged(before, after, period, taken, context)
            if found is None:
                continue
            head, middle, tail = found
            value = middle
            if head:
                value = times(fold(head, [""] * (len(head) - 1), context), value, context.fresh)
            if tail:
                value = times(value, fold(tail, [""] * (len(tail) - 1), context), context.fresh)
            return value
    raise UnsupportedNotation("dots whose pattern cannot be seen", node.span)


def _ranged(
    before: list[Node], after: list[Node], period: int, taken: int, context: Context
) -> tuple[list[Node], Tensor, list[Node]] | None:
    """Try a pattern of ``period`` factors, ``taken`` times before the dots and once after them."""
    if len(after) < period:
        return None
    start = len(before) - period * taken
    blocks = [before[start + k * period : start + (k + 1) * period] for k in range(taken)]
    blocks.append(after[:period])
    parts = [Factors(tuple(b), ("",) * (period - 1)) if period > 1 else b[0] for b in blocks]
    name = _new_letter(context)
    found = match(parts, context, name)
    if found is None:
        return None
    values = found.values
    steps = {str(b - a) for a, b in pairwise(values[:-1])}
    if len(steps) > 1 or not steps <= {"1", "-1"}:
        return None
    descending = steps != {"1"}
    first, last = values[0], values[-1]
    if not steps:
        descending = _is_later(first, last)
    whole = found.body
    body = whole.factors if period > 1 and isinstance(whole, Factors) else (whole,)
    value = fold(list(body), [""] * (len(body) - 1), context)
    low, high = (last, first) if descending else (first, last)
    middle = ordered_product(name, low, high, value, context, descending=descending)
    return before[:start], middle, after[period:]


def _is_later(first: Affine, last: Affine) -> bool:
    """Whether a range from ``first`` to ``last`` goes back in time, judged by their letters."""
    difference = first - last
    if difference.is_constant:
        return difference.constant >= 0
    return not (first.is_constant and not last.is_constant)


def dotted_sum(node: Terms, context: Context) -> Tensor:
    """Return a sum with dots: terms before the pattern, the sum over steps, terms after it."""
    before, after = _groups(node.terms)
    place = len(before)
    signs = [*node.signs[:place], *node.signs[place + 1 :]]
    if not after or set(signs[max(0, place - 2) : place + 1]) - {"+"}:
        raise UnsupportedNotation("dots in a sum with minus signs", node.span)
    for taken in range(len(before), 0, -1):
        parts = [*before[len(before) - taken :], after[0]]
        name = _new_letter(context)
        found = match(parts, context, name)
        if found is None:
            continue
        values = found.values
        down = all(str(b - a) == "-1" for a, b in pairwise(values[:-1]))
        up = all(str(b - a) == "1" for a, b in pairwise(values[:-1]))
        if not (down or up):
            continue
        if down and up:
            down = _is_later(values[0], values[-1])
        low, high = (values[-1], values[0]) if down else (values[0], values[-1])
        body = meaning(found.body, context)
        middle = Tensor(body.upper, body.lower, TimeSum(name, low, high, body.entry))
        others = [meaning(t, context) for t in (*before[: len(before) - taken], *after[1:])]
        kept = [*signs[: len(before) - taken], *signs[place + 1 :]]
        return plus([middle, *others], ["+", *kept])
    raise UnsupportedNotation("dots whose pattern cannot be seen", node.span)


def dotted_row(items: tuple[Node, ...], context: Context) -> Tensor:
    """Return a row with dots: the pattern of its entries along an axis."""
    before, after = _groups(items)
    name = _new_letter(context)
    parts = [*before, *after]
    found = match(parts, context, name)
    if found is None or len(after) != 1 or found.values[0] != integer(1):
        raise UnsupportedNotation("a row with dots whose pattern cannot be seen")
    size = found.values[-1]
    context.sizes[name] = size
    value = meaning(found.body, context)
    del context.sizes[name]
    if not value.is_scalar:
        raise UnsupportedNotation("a row with entries that are no scalars")
    return Tensor((), (Index(name, size),), value.entry)
