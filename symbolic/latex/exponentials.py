"""Powers of e, which are the exponential function, wherever e is no name of the section."""

from __future__ import annotations

from symbolic.latex.scripts import is_transpose
from symbolic.latex.syntax import Bracket, Factors, Node, Row, Scripted, Symbol, Word
from symbolic.latex.walk import children, map_children, map_row


def with_exponentials(rows: list[Row]) -> list[Row]:
    """Return the rows of a section with exp(x) for e^x."""
    items = [item for row in rows for c in row.chains for item in c.items if item is not None]
    if any(_is_name(item) for item in items) or not any(_has_power(item) for item in items):
        return rows

    return [map_row(row, _rewritten) for row in rows]


def _rewritten(node: Node) -> Node:
    inner = map_children(node, _rewritten)
    if not _is_power(inner):
        return inner
    assert isinstance(inner, Scripted)
    assert inner.above is not None
    argument = Bracket("(", (inner.above,), (), inner.span)
    return Factors((Word("exp", span=inner.span), argument), ("",), inner.span)


def _is_power(node: Node) -> bool:
    """Whether something is e with an exponent: no step in brackets, no transpose."""
    if not isinstance(node, Scripted) or not _is_e(node.base) or node.below is not None:
        return False
    above = node.above
    return above is not None and not isinstance(above, Bracket) and not is_transpose(above)


def _is_e(node: Node) -> bool:
    return isinstance(node, Symbol) and node.name == "e" and not node.accents and not node.primes


def _has_power(node: Node) -> bool:
    return _is_power(node) or any(_has_power(child) for child in children(node))


def _is_name(node: Node) -> bool:
    """Whether e stands without an exponent and without anything below: it is a variable."""
    if isinstance(node, Scripted) and _is_e(node.base):
        is_other = node.below is None and not _is_power(node)
        return is_other or any(_is_name(n) for n in (node.below, node.above) if n is not None)
    return _is_e(node) or any(_is_name(child) for child in children(node))
