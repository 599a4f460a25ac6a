r"""Bold and light letters that a section tells apart: h_t = \mathbf{v}^\top \mathbf{h}_t.

The style of a letter changes nothing elsewhere: a bold name and a light one are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbolic.arrays import Shape
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import shape_of
from symbolic.latex.syntax import Chain, Listed, Node, Row, Scripted, Symbol, unscripted
from symbolic.latex.walk import map_children, map_row, walk

#: The accent of a bold letter that is another name than the light one; it does not show.
BOLD = "bold"


def with_told_apart(rows: list[Row]) -> list[Row]:
    """Return the rows of a section in which bold names that are other names than light ones say so.

    That is where an equation gives the one by the other at the same step, and where both are
    declared, with different shapes.
    """
    chains = [chain for row in rows for chain in row.chains]
    names = frozenset((*_by_equations(chains), *_by_shapes(chains)))
    if not names:
        return rows

    def change(node: Node) -> Node:
        inner = map_children(node, change)
        if isinstance(inner, Symbol) and inner.style == "bold" and written_name(inner) in names:
            return replace(inner, accents=(*inner.accents, BOLD))
        return inner

    return [map_row(row, change) for row in rows]


def _by_equations(chains: list[Chain]) -> Iterator[str]:
    """Yield the names of which an equation gives the bold one by the light one, or the reverse.

    Both have the same scripts there: with other ones they may be an entry, or another step.
    """
    for chain in chains:
        left = chain.items[0]
        base = unscripted(left)
        if chain.relations[:1] != ("=",) or not isinstance(left, Scripted):
            continue
        if not isinstance(base, Symbol):
            continue
        right = chain.items[1]
        for node in walk(right) if right is not None else ():
            other = unscripted(node)
            if not isinstance(other, Symbol) or written_name(other) != written_name(base):
                continue
            is_bold = {base.style, other.style} == {"", "bold"}
            if is_bold and _scripts(node) == _scripts(left):
                yield written_name(base) or ""


def _scripts(node: Node) -> tuple[Node | None, Node | None]:
    return (node.below, node.above) if isinstance(node, Scripted) else (None, None)


def _by_shapes(chains: list[Chain]) -> Iterator[str]:
    """Yield the names that are declared in bold and in light letters with different shapes."""
    found: dict[tuple[str, str, bool], Shape] = {}
    for chain in chains:
        if chain.relations[:1] not in (("in",), ("colon",)) or chain.items[-1] is None:
            continue
        shape = shape_of(chain.items[-1])
        left = chain.items[0]
        for node in left.items if isinstance(left, Listed) else (left,):
            base = unscripted(node)
            if isinstance(base, Symbol) and base.style in ("", "bold") and shape is not None:
                key = written_name(base) or "", base.style, isinstance(node, Scripted)
                found.setdefault(key, shape)
    for (name, style, has_step), shape in found.items():
        if style and found.get((name, "", has_step), shape) != shape:
            yield name
