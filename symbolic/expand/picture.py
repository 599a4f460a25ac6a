"""The unrolled network as a picture: boxes on a grid of steps and layers, edges, numbered paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from symbolic.arrays import Shape
from symbolic.expand.forms import shown_paths
from symbolic.expand.network import Path, Paths, Unrolled
from symbolic.expand.question import Question, material
from symbolic.forward import NodeKey
from symbolic.model import Model, Role, entries_of, lag
from symbolic.notation.writer import Writer

#: What an edge leads from and to.
EdgeKey = tuple[NodeKey, NodeKey]


@dataclass(frozen=True, slots=True)
class Box:
    """A variable at a step; ``lane`` tells those of one cell of the grid apart."""

    key: NodeKey
    role: Role
    column: int
    row: int
    lane: int


@dataclass(frozen=True, slots=True)
class Edge:
    """What is read by what, with its shape and the numbers of the paths that go over it."""

    start: NodeKey
    end: NodeKey
    shape: Shape
    terms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and edges; a parameter is one box, in column -1. ``paths`` are those asked for."""

    writer: Writer
    of: NodeKey
    by: NodeKey | None
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    paths: tuple[Path, ...]

    def box(self, key: NodeKey) -> Box:
        """Return the box of a variable."""
        return next(box for box in self.boxes if box.key == key)


def picture(question: Question, by: NodeKey | None) -> Picture:
    """Return the network as far as ``question.of`` depends on it; with ``by``, the paths as well.

    The paths are those of the form ``paths``, in its order.
    """
    net = Unrolled(question.model, question.at_length())
    net.check(question.of)
    paths: tuple[Path, ...] = ()
    terms: dict[EdgeKey, list[int]] = {}
    if by is not None:
        found = material(question)
        paths = shown_paths(found)
        for number, path in enumerate(paths, 1):
            for edge in _edges_of(net, found.among, path):
                terms.setdefault(edge, []).append(number)
    reached = net.descendants_of(question.of)[::-1]
    edges = []
    for key in reached:
        for parent in net.parents(key):
            numbers = tuple(terms.get((parent, key), ()))
            shape = net.model.declaration(parent.name).shape
            edges.append(Edge(_drawn(net.model, parent), key, shape, numbers))
    boxes = _boxes(net, list(dict.fromkeys(_drawn(net.model, key) for key in reached)))
    return Picture(question.writer, question.of, by, boxes, tuple(edges), paths)


def _drawn(model: Model, key: NodeKey) -> NodeKey:
    """Return what is drawn for a node: the copies of a parameter are one box."""
    is_parameter = model.declaration(key.name).role is Role.PARAMETER
    return NodeKey(key.name) if is_parameter else key


def _edges_of(net: Unrolled, among: Paths, path: Path) -> Iterator[EdgeKey]:
    """Yield the edges of a path, with those over the nodes that it passes over, each once."""
    for key, to in pairwise(path):
        chains: list[tuple[NodeKey, ...]] = [(key,)]
        seen: dict[EdgeKey, None] = {}
        while chains:
            chain = chains.pop()
            for parent in net.parents(chain[-1]):
                if parent == to:
                    seen.update(dict.fromkeys((b, a) for a, b in pairwise((*chain, parent))))
                elif parent not in among.kept and parent not in among.ends:
                    chains.append((*chain, parent))
        yield from seen


def _boxes(net: Unrolled, keys: list[NodeKey]) -> tuple[Box, ...]:
    rows = layers(net.model)
    first = min((key.step for key in keys if key.step is not None), default=0)
    after = net.last_step - first + 1 if any(key.step is not None for key in keys) else 0
    taken: dict[tuple[int, int], int] = {}
    found = []
    # Targets stand beside what reads them, not before.
    for key in sorted(keys, key=lambda k: net.model.declaration(k.name).role is Role.TARGET):
        role = net.model.declaration(key.name).role
        column = after if key.step is None else key.step - first
        column = -1 if role is Role.PARAMETER else column
        cell = (column, rows[key.name])
        taken[cell] = taken.get(cell, -1) + 1
        found.append(Box(key, role, *cell, taken[cell]))
    return tuple(found)


def layers(model: Model) -> dict[str, int]:
    """Return the row of each variable, from below: inputs, then what is computed from them.

    A target stands in the row of what reads it, a parameter in the lowest row that does.

    >>> from symbolic.models import load
    >>> layers(load("elman-softmax"))["h"]
    2
    """
    rows = {declared.name: 0 for declared in model.named(Role.INPUT)}
    for equation in model.equations:
        timed = model.declaration(equation.name).timed
        below = [
            rows[entry.name]
            for entry in entries_of(equation.body)
            if entry.name in rows and (not timed or lag(entry) == 0)
        ]
        rows[equation.name] = 1 + max(below, default=0)
    for declared in (*model.named(Role.TARGET), *model.named(Role.PARAMETER)):
        readers = [
            rows[equation.name]
            for equation in model.equations
            if any(entry.name == declared.name for entry in entries_of(equation.body))
        ]
        rows[declared.name] = min(readers, default=0)
    return rows


def ranges(numbers: tuple[int, ...]) -> str:
    """Return numbers in increasing order as a short text.

    >>> ranges((1, 2, 3, 5, 7, 8))
    '1-3, 5, 7, 8'
    """
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    texts = [f"{p[0]}-{p[-1]}" if len(p) > 2 else ", ".join(map(str, p)) for p in parts]
    return ", ".join(texts)
