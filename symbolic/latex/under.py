"""Conditions under sums and products as limits: sum_{s >= t}, sum_{1 <= t < T}, prod_{k < i <= t}.

Where two letters are related, the sum runs over the one that stands nowhere else in the equation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbolic.latex.lexicon import written_name
from symbolic.latex.syntax import Big, Bracket, Chain, Dots, Node, Numeral, Row, Symbol, Terms
from symbolic.latex.walk import children, map_children, map_items, walk

#: Relations of an earlier to a later step, and how far the ends lie apart from what is written.
_ASCENDING = {"le": 0, "<": 1}
_DESCENDING = {"ge": 0, ">": 1}


def with_limits(rows: list[Row]) -> list[Row]:
    """Return the rows of a section with limits in place of conditions under its sums."""

    def changed(chain: Chain) -> Chain:
        outside = {x for item in chain.items if item is not None for x in _letters(item)}
        return map_items(chain, lambda item: _changed(item, frozenset(outside)))

    return [replace(row, chains=tuple(changed(chain) for chain in row.chains)) for row in rows]


def _changed(node: Node, outside: frozenset[str]) -> Node:
    """Return an expression with limits; ``outside`` are the letters that stand around it."""
    if isinstance(node, Big) and _is_condition(node):
        limited = _limited(node, outside)
        assert node.below is not None
        outside |= {*_letters(node.body), *(x for n in walk(node.below) if (x := written_name(n)))}
        node = limited
    return map_children(node, lambda child: _changed(child, outside))


def _letters(node: Node) -> Iterator[str]:
    """Yield the names that stand in an expression, in no sum with a condition."""
    pending = [node]
    while pending:
        current = pending.pop()
        if (name := written_name(current)) is not None:
            yield name
        if not (isinstance(current, Big) and _is_condition(current)):
            pending.extend(children(current))


def _is_condition(node: Big) -> bool:
    """Whether something other than the first value of a letter stands under a sum."""
    below = node.below
    return isinstance(below, Chain) and below.relations != ("=",) and node.above is None


def _limited(node: Big, outside: frozenset[str]) -> Big:
    """Return a sum with limits; as it is where its condition is none of those that are read."""
    match node.below:
        case Chain(items=(Symbol() as name, Bracket(kind="{", items=items)), relations=("in",)):
            if len(items) < 3 or not isinstance(items[-2], Dots):
                return node
            return _from(node, name, items[0], items[-1])
        case Chain(items=(low, Symbol() as name, high), relations=(one, two)) if low and high:
            if {one, two} <= _ASCENDING.keys():
                first, last = _moved(low, _ASCENDING[one]), _moved(high, -_ASCENDING[two])
                return _from(node, name, first, last)
            if {one, two} <= _DESCENDING.keys():
                first, last = _moved(low, -_DESCENDING[one]), _moved(high, _DESCENDING[two])
                below = Chain((first, name, last), ("ge", "ge"), node.below.span)
                return replace(node, below=below)
            return node
        case Chain(items=(left, right), relations=(relation,)) if left and right:
            return _one_sided(node, left, relation, right, outside)
        case _:
            return node


def _one_sided(node: Big, left: Node, relation: str, right: Node, outside: frozenset[str]) -> Big:
    """Return a sum with the limit that a condition such as s >= t gives it."""
    if relation not in _ASCENDING and relation not in _DESCENDING:
        return node
    is_left, is_right = (_runs(side, node, outside) for side in (left, right))
    if is_left is is_right:
        return node
    name, end = (left, right) if is_left else (right, left)
    assert isinstance(name, Symbol)
    is_upper = (relation in _ASCENDING) is is_left
    gap = {**_ASCENDING, **_DESCENDING}[relation]
    if is_upper:
        return replace(node, below=name, above=_moved(end, -gap))
    return _from(node, name, _moved(end, gap), None)


def _runs(side: Node, node: Big, outside: frozenset[str]) -> bool:
    """Whether a side of a condition is a letter that a sum can run over."""
    if not isinstance(side, Symbol) or side.name in outside or side.name == "tau":
        return False
    return side.name.islower() and any(written_name(n) == side.name for n in walk(node.body))


def _from(node: Big, name: Symbol, first: Node, last: Node | None) -> Big:
    """Return a sum over a letter from one step to another, or to the last one."""
    return replace(node, below=Chain((name, first), ("=",), name.span), above=last)


def _moved(node: Node, by: int) -> Node:
    """Return a step that lies so many steps later."""
    if not by:
        return node
    if isinstance(node, Numeral) and node.text.isdigit():
        return replace(node, text=str(int(node.text) + by))
    one = Numeral(str(abs(by)), node.span)
    return Terms((node, one), ("+", "+" if by > 0 else "-"), node.span)
