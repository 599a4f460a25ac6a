r"""Comma lists with dots in a row: ``i = 1, 2, \dots, C`` is one chain, not four."""

from __future__ import annotations

from symbolic.latex.syntax import Chain, Dots, Listed, Node
from symbolic.source import Span


def merged(chains: list[Chain], commas: list[bool]) -> tuple[Chain, ...]:
    """Return the chains of a row with each run that has dots between commas made one.

    ``commas`` says of each chain whether a plain comma stands before it. A run is a chain and the
    bare expressions behind it; dots at one of its ends join nothing.
    """
    found: list[Chain] = []
    start = 0
    while start < len(chains):
        end = start + 1
        while end < len(chains) and commas[end] and not chains[end].relations:
            end += 1
        run = chains[start:end]
        if any(chain.items == (Dots(),) for chain in run[1:-1]):
            found.append(_joined(run))
        else:
            found += run
        start = end
    return tuple(found)


def _joined(run: list[Chain]) -> Chain:
    """Return the first chain of a run with its last item and all that follows in one list."""
    first = run[0]
    nodes: list[Node] = [chain.items[-1] for chain in run if chain.items[-1] is not None]
    start, end = nodes[0].span, run[-1].span
    listed = Listed(tuple(nodes), _around(start, end))
    return Chain((*first.items[:-1], listed), first.relations, _around(first.span, end))


def _around(start: Span | None, end: Span | None) -> Span | None:
    """Return the span from one place to another, or the first if they are on different lines."""
    if start is None or end is None or (start.source, start.line) != (end.source, end.line):
        return start
    length = max(start.length, end.column + end.length - start.column)
    return Span(start.file, start.line, start.column, length, start.cell)
