"""What the letters of an equation mean at one point: nodes, steps, copies, entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from support.differentiation import Key, World
from support.formulas import Node, Unreadable, read
from support.notation import Notation, Reading
from support.tensors import ShapeError, Tensor


@dataclass(frozen=True)
class Names:
    """What the letters of a section mean.

    ``nodes``: letter -> node that has a value at each step; ``whole``: letter -> parameter, or a
    number of the whole run. ``below`` says that the first index below a node is its step.
    ``horizon`` is the letter of the last step. ``slopes``: letter of a function -> node that it is
    applied for. ``abbreviated``: the terms that F stands for, by the letter of its argument.
    """

    nodes: Mapping[str, str] = field(default_factory=dict)
    whole: Mapping[str, str] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    losses: frozenset[str] = frozenset({"L", "Lt", "E"})
    below: bool = False
    called: frozenset[str] = frozenset()
    horizon: str = "T"
    first: int = 1
    identity: str = ""
    slopes: Mapping[str, str] = field(default_factory=dict)
    abbreviated: Mapping[str, str] = field(default_factory=dict)
    only_step: str = "t"
    #: What is written otherwise in a section, and the same in letters that are read.
    instead: tuple[tuple[str, str], ...] = ()

    def read(self, latex: str) -> Node:
        """Return a side of an equation of the section as it is written."""
        for written, read_as in self.instead:
            latex = latex.replace(written, read_as)
        return read(latex, self.called)


class Remembered(Notation):
    """The signs of a derivation at one point, in one reading, each value computed once."""

    def __init__(self, world: World, reading: Reading):
        super().__init__(world, reading)
        self.known: dict[Key, Tensor] = {}
        self.derived: dict[tuple[Key, Key], Tensor] = {}

    def __call__(self, name: str, step: int | None = None) -> Tensor:
        if (name, step) not in self.known:
            self.known[name, step] = super().__call__(name, step)
        return self.known[name, step]

    def d(self, of: Any, by: Key) -> Tensor:
        if callable(of):
            return super().d(of, by)
        if (of, by) not in self.derived:
            self.derived[of, by] = super().d(of, by)
        return self.derived[of, by]


class Unbound(Exception):
    """A letter that has no value yet."""

    def __init__(self, letter: str, *, is_step: bool):
        super().__init__(letter)
        self.letter, self.is_step = letter, is_step


class Undefined(Exception):
    """A symbol is not defined at these steps and indices."""


class Wrong(Exception):
    """The line cannot be true as it is printed: its printed terms have no pattern."""


@dataclass(frozen=True)
class Variable:
    """What a name stands for: a node at a step or a parameter, some entries, a power of that."""

    key: Key
    entries: tuple[int, ...] = ()
    modifiers: tuple[Node, ...] = ()
    is_star: bool = False


@dataclass(frozen=True)
class At:
    """Where an expression is evaluated: a point, a reading, the letters that have a value."""

    n: Notation
    names: Names
    letters: Mapping[str, int]
    #: Those of the letters that are steps and that nothing binds.
    free_steps: frozenset[str] = frozenset()
    #: 0 on the left side; on the right 1. ``heads`` are the derivatives on the left.
    side: int = 0
    heads: frozenset[Node] = frozenset()
    #: Where values come from instead of the point: a pass in which something is moved.
    moved: Any = None

    def integer(self, node: Node, *, is_step: bool) -> int:
        """Return an index or step; raises Unbound for a letter without a value."""
        if node[0] == "class":
            (inner,) = node[1]
            target = self.value("y", self.integer(inner[1], is_step=True))
            return int(target.array.argmax()) + 1
        if node[0] != "int":
            raise Unreadable(f"{node[0]} as an index")
        return sum(sign * self.letter(token, is_step) for sign, token in node[1:])

    def letter(self, token: str, is_step: bool) -> int:
        if token.isdigit():
            return int(token)
        if token in self.letters:
            return self.letters[token]
        if token == self.names.horizon:
            return self.n.tau
        if token in self.n.sizes:
            return self.n.sizes[token]
        raise Unbound(token, is_step=is_step)

    def steps(self) -> range:
        return range(self.names.first, self.n.tau + 1)

    @property
    def is_ordered(self) -> bool:
        """Whether k is not later than t, where both are free steps: no more is claimed."""
        return not {"k", "t"} <= self.free_steps or self.letters["k"] <= self.letters["t"]

    def value(self, name: str, step: int | None) -> Tensor:
        if self.moved is not None:
            array = np.asarray(self.moved(name, step))
            return Tensor(array, min(array.ndim, 1))
        return self.n(name, step)

    def with_letter(self, letter: str, value: int) -> At:
        return replace(self, letters={**self.letters, letter: value})


def variable(node: Node, at: At) -> Variable:
    """Return what a name stands for."""
    if node[0] != "name":
        raise Unreadable(f"{node[0]} where a name is needed")
    _, base, below, above = node
    names = at.names
    steps = [s[1] for s in above if s[0] in ("step", "bracketed")]
    modifiers = tuple(s for s in above if s[0] in ("T", "power"))
    is_star = ("star",) in below
    places = [place for place in below if place != ("star",)]
    if is_stepped(node, names):
        if names.below and places:
            steps.append(places.pop(0))
        step = at.integer(steps[0], is_step=True) if steps else at.letter(names.only_step, True)
        places += steps[1:]
        key: Key = (names.nodes[base], step)
        if step not in at.steps() and key not in at.n.world.point:
            raise Undefined(key)
    elif base in names.whole:
        if names.whole[base] not in names.parameters:
            steps, places = [], places + steps
        copy = steps[:1] or ([places.pop(0)] if is_copied(base, places, at) else [])
        step = at.integer(copy[0], is_step=True) if copy else None
        key = (names.whole[base], step)
        if step is not None and step not in at.steps():
            raise Undefined(key)
    else:
        raise Unreadable(f"the name {base}")
    entries = tuple(at.integer(place, is_step=False) - 1 for place in places)
    return Variable(key, checked(entries, key, at), modifiers, is_star)


def is_stepped(node: Node, names: Names) -> bool:
    """Whether a name is that of a node, and stands with its step where it may lack one."""
    _, base, below, above = node
    if base not in names.nodes:
        return False
    has_step = bool(below) if names.below else any(s[0] in ("step", "bracketed") for s in above)
    return has_step or base not in names.whole


def steps_in(node: Any, names: Names) -> Iterator[Node | None]:
    """Yield the steps at the names in an expression, None where one is dropped."""
    if not isinstance(node, tuple):
        return
    if node[:1] == ("name",) and is_stepped(node, names):
        _, _, below, above = node
        steps = [s[1] for s in above if s[0] in ("step", "bracketed")]
        yield from steps or (below[:1] if names.below else ()) or (None,)
    for part in node:
        yield from steps_in(part, names)


def with_dropped_step(names: Names, *sides: Node) -> Names:
    """Return what letters mean in an equation: where it writes one step alone, it drops that."""
    steps = {step for side in sides for step in steps_in(side, names)}
    match [*(steps - {None})]:
        case [("int", (1, str(letter)))] if None in steps and not letter.isdigit():
            return replace(names, only_step=letter)
    return names


def is_copied(base: str, places: list[Node], at: At) -> bool:
    """Whether the first index below a parameter is a step: the copy that is used there."""
    name = at.names.whole[base]
    rank = np.ndim(at.n.world.value((name, None)))
    return at.names.below and name in at.names.parameters and len(places) == rank + 1


def checked(entries: tuple[int, ...], key: Key, at: At) -> tuple[int, ...]:
    """Return the entries of a node if there are such ones."""
    shape = np.shape(at.n.world.value(key))
    if entries and len(entries) != len(shape):
        raise ShapeError(f"{len(entries)} indices of {key}")
    if not all(0 <= entry < size for entry, size in zip(entries, shape, strict=False)):
        raise Undefined((key, entries))
    return entries
