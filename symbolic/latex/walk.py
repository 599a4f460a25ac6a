"""Children and rebuilding of syntax trees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


def map_children(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the node with ``change`` applied to each direct child."""

    def changed(value: Any) -> Any:
        if isinstance(value, NODE_TYPES):
            return change(value)
        if isinstance(value, tuple):
            return tuple(changed(item) for item in value)
        return value

    new = {f.name: changed(getattr(node, f.name)) for f in fields(node) if f.name != "span"}
    return replace(node, **new)


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct children in the order in which they are written."""
    found: list[Node] = []

    def keep(child: Node) -> Node:
        found.append(child)
        return child

    map_children(node, keep)
    return tuple(found)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, parents first."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))
