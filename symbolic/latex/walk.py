"""Children and rebuilding of syntax trees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from symbolic.latex.syntax import (
    Big,
    Blank,
    Braced,
    Bracket,
    Cases,
    Chain,
    Dots,
    Evaluated,
    Factors,
    Fraction,
    Listed,
    Matrix,
    Node,
    Numeral,
    Row,
    Scripted,
    Symbol,
    Terms,
    Word,
)

NODE_TYPES = (
    Symbol,
    Word,
    Numeral,
    Dots,
    Blank,
    Scripted,
    Fraction,
    Terms,
    Factors,
    Big,
    Bracket,
    Listed,
    Matrix,
    Cases,
    Braced,
    Evaluated,
    Chain,
)


#: The fields that may hold a child, by node type.
_FIELDS = {
    kind: tuple(f.name for f in fields(kind) if "Node" in str(f.type)) for kind in NODE_TYPES
}


def map_children(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the node with ``change`` applied to each direct child."""

    def changed(value: Any) -> Any:
        if type(value) in _FIELDS:
            return change(value)
        if isinstance(value, tuple):
            return tuple(changed(item) for item in value)
        return value

    names = _FIELDS[type(node)]
    if not names:
        return node
    return replace(node, **{name: changed(getattr(node, name)) for name in names})


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct children in the order in which they are written."""
    found: list[Node] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name)
        if type(value) in _FIELDS:
            found.append(value)
        elif value is not None:
            _collect(value, found)
    return tuple(found)


def _collect(value: Any, found: list[Node]) -> None:
    if type(value) in _FIELDS:
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, parents first."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if _FIELDS[type(current)]:
            pending.extend(reversed(children(current)))


def nodes_of(chains: Iterable[Chain]) -> Iterator[Node]:
    """Yield everything that stands in chains."""
    for chain in chains:
        for item in chain.items:
            if item is not None:
                yield from walk(item)


def map_items(chain: Chain, change: Callable[[Node], Node]) -> Chain:
    """Return a chain with its items changed; the chain itself where none of them is."""
    items = tuple(None if item is None else change(item) for item in chain.items)
    return chain if items == chain.items else replace(chain, items=items)


def map_row(row: Row, change: Callable[[Node], Node]) -> Row:
    """Return a row with the items of its chains changed; chains that stay the same are kept."""
    return replace(row, chains=tuple(map_items(chain, change) for chain in row.chains))
