"""How deep a tree is: later stages, equality and printing walk trees by recursion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from symbolic.latex.syntax import Node

_NODES = frozenset(get_args(Node))


def is_higher(nodes: Iterable[Node], most: int) -> bool:
    """Return whether more than so many nodes lie inside each other.

    >>> from symbolic.latex.syntax import Blank, Braced
    >>> is_higher([Braced(Blank(), None)], 2), is_higher([Braced(Blank(), None)], 1)
    (False, True)
    """
    level: list[Node] = list(nodes)
    height = 0
    while level:
        height += 1
        if height > most:
            return True
        level = [child for node in level for child in _children(node)]
    return False


def _children(node: Node) -> list[Node]:
    found: list[Node] = []
    for name in type(node).__slots__:
        pending = [getattr(node, name)]
        while pending:
            value = pending.pop()
            if type(value) in _NODES:
                found.append(value)
            elif type(value) is tuple:
                pending.extend(value)
    return found
