"""What dots stand for: the terms between those that are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from support.formula_places import At, Wrong
from support.formulas import Node

#: Compares two terms by their values.
Agree = Callable[[Node, Node], bool]


def run_of_pairs(printed: list[Node], last: Node, at: At, agree: Agree) -> list[Node]:
    """Return the factors of a run A B A' B' ... A'' in which all indices go down by one a pair."""
    if len({skeleton(term) for term in (*printed[::2], last)}) != 1:
        raise Wrong("factors that differ in more than their indices")
    firsts = run([*printed[::2], last] if len(printed) == 2 else printed[::2], last, at, agree)
    changes = np.diff([[at.integer(i, is_step=True) for i in integers(f)] for f in firsts], axis=0)
    if len(set(changes.ravel().tolist()) - {-1}):
        raise Wrong("indices that change in different ways")
    between = [at.integer(i, is_step=True) for i in integers(printed[1])]
    found: list[Node] = []
    for number, first in enumerate(firsts):
        second = replaced(printed[1], iter([index - number for index in between]))
        found += [first, second] if number + 1 < len(firsts) else [first]
    for place, term in enumerate(printed[3::2], start=1):
        shifted = [index - place for index in between]
        if skeleton(term) != skeleton(printed[1]) or shifted != [
            at.integer(i, is_step=True) for i in integers(term)
        ]:
            raise Wrong("a printed factor that does not fit")
    return found


def integers(node: Any, is_step: bool = True) -> Iterator[Node]:
    """Yield the indices and steps in an expression, from left to right."""
    if isinstance(node, tuple):
        if node[:1] == ("int",):
            yield node
        else:
            for part in node:
                yield from integers(part)


def replaced(node: Any, values: Iterator[int]) -> Any:
    """Return an expression with other indices and steps."""
    if not isinstance(node, tuple):
        return node
    if node[:1] == ("int",):
        number = next(values)
        return ("int", (1 if number >= 0 else -1, str(abs(number))))
    return tuple(replaced(part, values) for part in node)


def skeleton(node: Node) -> Any:
    return replaced(node, iter([0] * sum(1 for _ in integers(node))))


def run(printed: list[Node], last: Node, at: At, agree: Agree) -> list[Node]:
    """Return all terms from the first printed one to the last one; raises Wrong without pattern.

    ``agree`` compares two terms by their values, where they differ in their operators.
    """
    if len(printed) < 2 or len({bare(skeleton(term)) for term in (*printed, last)}) != 1:
        raise Wrong("terms that differ in more than their indices")
    rows = [
        np.array([at.integer(i, is_step=True) for i in integers(term)]) for term in (*printed, last)
    ]
    change = rows[1] - rows[0]
    if not change.any():
        raise Wrong("terms that do not change")
    for number, row in enumerate(rows[:-1]):
        if (row != rows[0] + number * change).any():
            raise Wrong("a printed term that does not fit")
    place = int(np.flatnonzero(change)[0])
    count = int((rows[-1][place] - rows[0][place]) // change[place])
    if (rows[-1] != rows[0] + count * change).any():
        raise Wrong("a last term that does not fit")
    numbers = range(max(count, -1) + 1)
    found = [replaced(last, iter((rows[0] + k * change).tolist())) for k in numbers]
    if len({skeleton(term) for term in (*printed, last)}) != 1:
        for term, fitting in zip(printed, found, strict=False):
            if not agree(term, fitting):
                raise Wrong("a printed term that is not that of the pattern")
    return found


def bare(node: Any) -> Any:
    """Return an expression without the operators of its products."""
    if not isinstance(node, tuple):
        return node
    parts = node[:2] if node[:1] == ("product",) else node
    return tuple(bare(part) for part in parts)
