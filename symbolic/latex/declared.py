"""The shapes that a section writes down: W: D x M, or W in R^{D x M}."""

from __future__ import annotations

from symbolic.arrays import Shape
from symbolic.latex.names import find_slot, shape_of, uses
from symbolic.latex.syntax import Chain, Node


def declared_shapes(rows: list[tuple[Chain, ...]], slot: str) -> dict[str, Shape]:
    """Return the shapes that are written as W: D x M or W in R^{D x M}, several names together."""
    found: dict[str, Shape] = {}
    _, steps = find_slot([chain for row in rows for chain in row])
    for row in rows:
        waiting: list[Node] = []
        for chain in row:
            if not chain.relations:
                waiting += [item for item in chain.items if item is not None]
                continue
            if chain.relations[0] in ("colon", "in") and len(chain.items) == 2:
                left, right = chain.items
                shape = shape_of(right) if right is not None else None
                if left is not None and shape is not None:
                    names = [*waiting, left]
                    found |= {n: shape for node in names if (n := _declared(node, slot, steps))}
            waiting = []
    return found


def _declared(node: Node, slot: str, steps: frozenset[str]) -> str | None:
    found = uses(node, slot, steps | {"k"})
    return found[0].name if len(found) == 1 else None
