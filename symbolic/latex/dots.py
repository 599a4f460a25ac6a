"""Dots: the pattern that the printed parts follow, from the first to the last.

Two neighbouring parts that differ by one in the same places give the pattern, with a new letter in
these places; the part after the dots says where it ends. Without two neighbours the parts before
and after the dots are matched with each other.
"""

from __future__ import annotations

from itertools import pairwise

from symbolic.affine import Affine, integer, letter
from symbolic.errors import UnsupportedNotation
from symbolic.expr import Index, TimeSum
from symbolic.latex.context import Context
from symbolic.latex.derivatives import joined
from symbolic.latex.meaning import meaning
from symbolic.latex.patterns import are_chained, goes_on, match, moved
from symbolic.latex.products import fold
from symbolic.latex.sums import ordered_product
from symbolic.latex.syntax import Dots, Factors, Node, Terms
from symbolic.latex.tensor import Tensor, plus, power, times

#: The letter of a number of factors that nothing printed says.
COUNT = "number of factors"


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
    return _repeated(node, before, after, context)


def _repeated(node: Factors, before: list[Node], after: list[Node], context: Context) -> Tensor:
    """Return a product of one factor repeated, whose number nothing printed says."""
    if not before:
        raise UnsupportedNotation("dots with nothing before them", node.span)
    factor = before[-1]
    if before[-2:] != [factor, factor] and after[:1] != [factor]:
        raise UnsupportedNotation("dots whose pattern cannot be seen", node.span)
    head = list(before)
    while head and head[-1] == factor:
        head.pop()
    tail = after
    while tail and tail[0] == factor:
        tail = tail[1:]
    value = power(meaning(factor, context), letter(COUNT), context.fresh)
    if head:
        value = times(fold(head, [""] * (len(head) - 1), context), value, context.fresh)
    if tail:
        value = times(value, fold(tail, [""] * (len(tail) - 1), context), context.fresh)
    return value


def _ranged(
    before: list[Node], after: list[Node], period: int, taken: int, context: Context
) -> tuple[list[Node], Tensor, list[Node]] | None:
    """Try a pattern of ``period`` factors, ``taken`` times before the dots and once after them.

    After the dots its first factors may be left out: they are those of the step before the last.
    """
    start = len(before) - period * taken
    blocks = [before[start + k * period : start + (k + 1) * period] for k in range(taken)]
    for length in range(period, 0, -1):
        name = _new_letter(context)
        found = _pattern(blocks, after[:length], name, context) if len(after) >= length else None
        if found is None:
            continue
        body, values = found
        steps = {str(b - a) for a, b in pairwise(values[:-1])}
        first, last = values[0], values[-1]
        descending = steps != {"1"} if steps else _is_later(first, last)
        if len(steps) > 1 or not steps <= {"1", "-1"}:
            continue
        if len(before) > 1 and are_chained(before) and not goes_on(body, name, descending, context):
            continue
        value = fold(body, [""] * (len(body) - 1), context)
        low, high = (last, first) if descending else (first, last)
        middle = ordered_product(name, low, high, value, context, descending=descending)
        return before[:start], middle, after[length:]
    return None


def _pattern(
    blocks: list[list[Node]], last: list[Node], name: str, context: Context
) -> tuple[list[Node], tuple[Affine, ...]] | None:
    """Return the factors of a block with a letter, and its value in each block and at the end."""
    missing = len(blocks[0]) - len(last)
    ends = [joined(tuple(block[missing:])) for block in (*blocks, [*blocks[0][:missing], *last])]
    found = match(ends, context, name)
    if found is None:
        return None
    tail = (
        list(found.body.factors)
        if len(last) > 1 and isinstance(found.body, Factors)
        else [found.body]
    )
    if not missing:
        return tail, found.values
    heads = [joined(tuple(block[:missing])) for block in blocks]
    head = moved(heads[0], found.values[0], name, context)
    again = [
        moved(one, value, name, context) for one, value in zip(heads, found.values, strict=False)
    ]
    return ([head, *tail], found.values) if all(one == head for one in again) else None


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
        middle = body.with_entry(TimeSum(name, low, high, body.entry))
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
