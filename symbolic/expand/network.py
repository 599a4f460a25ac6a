"""The unrolled network as nodes and what they read, at a number of steps but at no sizes.

A path leads from a quantity back to what it is differentiated by. A node whose only reader stands
at its own step (a pre-activation) is passed over, as a person does: ds_3/ds_2, not ds_3/da_3
da_3/ds_2. What is named by the question is never passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symbolic.affine import Affine, integer, letter
from symbolic.errors import ConfigError, ModelError, nearest
from symbolic.expand.letters import with_letters
from symbolic.expr import Entry, Expr, TimeSum
from symbolic.forward import NodeKey, longest_lag
from symbolic.model import HORIZON, STEP, Equation, Model, Role
from symbolic.traverse import children

Path = tuple[NodeKey, ...]

#: More paths than this are refused unless asked for in so many words.
MAX_PATHS = 2000


@dataclass(slots=True)
class Unrolled:
    """A model at ``tau`` steps: every node with its equation at its step, and what that reads."""

    model: Model
    tau: int
    _parents: dict[NodeKey, tuple[NodeKey, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.tau < 1:
            raise ConfigError(f"tau is {self.tau}; expected 1 or more")

    @property
    def steps(self) -> range:
        """The steps, counted as the model counts them."""
        return range(self.model.first_step, self.model.first_step + self.tau)

    @property
    def has_time(self) -> bool:
        """Whether anything has steps; without them a parameter has no copies."""
        return any(declared.timed for declared in self.model.declarations)

    @property
    def last_step(self) -> int:
        """The last step."""
        return self.steps.stop - 1

    def check(self, key: NodeKey) -> None:
        """Raise ModelError where there is no such variable, copy or step."""
        declared = self.model.declaration(key.name)
        first, last = self.steps.start, self.last_step
        back = longest_lag(self.model, key.name) if declared.role is Role.NODE else 0
        timed = declared.timed or (declared.role is Role.PARAMETER and key.step is not None)
        if timed and key.step is None:
            raise ModelError(f"{key.name} has a value at every step; write {key.name}[{last}]")
        if not timed and key.step is not None:
            raise ModelError(f"{key.name} has no time; found a step at it: {key}")
        if key.step is not None and key.step not in range(first - back, last + 1):
            raise ModelError(f"{self.model.name} has no {key}; steps run over {first}..{last}")

    def equation(self, key: NodeKey) -> Equation | None:
        """Return the equation of a node at its step, or None for a leaf."""
        equation = self.model.equation(key.name)
        if equation is None or (key.step is not None and key.step not in self.steps):
            return None
        letters = {HORIZON: integer(self.last_step)}
        if key.step is not None:
            letters[STEP] = integer(key.step)
        body = with_letters(equation.body, letters)
        return Equation(equation.name, equation.indices, body, equation.text)

    def parents(self, key: NodeKey) -> tuple[NodeKey, ...]:
        """Return what a node reads, in the order of its equation; parameters as their copies."""
        if key not in self._parents:
            equation = self.equation(key)
            used_at = self.last_step if key.step is None else key.step
            found = () if equation is None else self._read(equation.body, used_at)
            self._parents[key] = tuple(dict.fromkeys(found))
        return self._parents[key]

    def _read(self, e: Expr, used_at: int) -> Iterator[NodeKey]:
        if isinstance(e, Entry):
            if self.model.declaration(e.name).role is Role.PARAMETER:
                yield NodeKey(e.name, used_at if self.has_time else None)
            else:
                yield NodeKey(e.name, None if e.step is None else e.step.constant)
        elif isinstance(e, TimeSum) and e.first.is_constant and e.last.is_constant:
            for step in range(e.first.constant, e.last.constant + 1):
                yield from self._read(with_letters(e.body, {e.letter: integer(step)}), used_at)
        else:
            for child in children(e):
                yield from self._read(child, used_at)

    def targets(self, by: NodeKey) -> frozenset[NodeKey]:
        """Return where paths end: the variable itself, or every copy of a whole parameter."""
        declared = self.model.declaration(by.name)
        if declared.role is Role.PARAMETER and by.step is None and self.has_time:
            return frozenset(NodeKey(by.name, step) for step in self.steps)
        return frozenset({by})

    def descendants_of(self, of: NodeKey) -> list[NodeKey]:
        """Return everything that ``of`` depends on, each after all that read it."""
        order: list[NodeKey] = []
        seen: set[NodeKey] = set()
        pending: list[tuple[NodeKey, bool]] = [(of, False)]
        while pending:
            key, is_done = pending.pop()
            if is_done:
                order.append(key)
            elif key not in seen:
                seen.add(key)
                pending.append((key, True))
                pending.extend((parent, False) for parent in reversed(self.parents(key)))
        return order[::-1]


@dataclass(slots=True)
class Paths:
    """The paths from ``of`` back to the ends, over the nodes that are kept."""

    net: Unrolled
    of: NodeKey
    ends: frozenset[NodeKey]
    kept: frozenset[NodeKey]
    _next: dict[NodeKey, tuple[NodeKey, ...]] = field(default_factory=dict)
    _counts: dict[NodeKey, dict[NodeKey, int]] = field(default_factory=dict)

    def following(self, key: NodeKey) -> tuple[NodeKey, ...]:
        """Return the kept nodes and ends that are reached from a kept node without another."""
        if key not in self._next:
            found: dict[NodeKey, None] = {}
            pending = [*reversed(self.net.parents(key))]
            while pending:
                parent = pending.pop()
                if parent in self.kept or parent in self.ends:
                    found.setdefault(parent)
                else:
                    pending.extend(reversed(self.net.parents(parent)))
            self._next[key] = tuple(k for k in found if self._reaches(k))
        return self._next[key]

    def _reaches(self, key: NodeKey) -> bool:
        return key in self.ends or bool(self.following(key))

    def is_direct(self, key: NodeKey, parent: NodeKey) -> bool:
        """Whether the only way from a node to one that it reads is the one that reads it."""
        return self.between(key, parent) == 1

    def between(self, key: NodeKey, end: NodeKey) -> int:
        """Return the number of paths from a node to another over kept nodes."""
        counts = self._counts.setdefault(end, {})
        pending = [key]
        while pending:
            top = pending[-1]
            if top in counts:
                pending.pop()
                continue
            following = () if top == end else self.following(top)
            missing = [k for k in following if k not in counts]
            if missing:
                pending.extend(missing)
            else:
                counts[top] = int(top == end) + sum(counts[k] for k in following)
                pending.pop()
        return counts[key]

    def count(self) -> int:
        """Return the number of all paths."""
        return sum(self.between(self.of, end) for end in self.ends)

    def all(self, *, most: int | None = MAX_PATHS) -> tuple[Path, ...]:
        """Return every path in the order of time; ConfigError where there are more than ``most``.

        Earlier losses come first, then earlier copies.
        """
        count = self.count()
        if most is not None and count > most:
            raise ConfigError(
                f"{self.of} by {min(self.ends).name} at tau = {self.net.tau} is a sum of {count}"
                f" paths; more than {most} are not written out. Take the form 'closed', which"
                " holds for every tau, a smaller tau, or --force"
            )
        found: list[Path] = []
        pending: list[Path] = [(self.of,)]
        while pending:
            path = pending.pop()
            if path[-1] in self.ends:
                found.append(path)
            else:
                pending.extend((*path, key) for key in reversed(self.following(path[-1])))
        return tuple(sorted(found, key=_in_time))


def _in_time(path: Path) -> tuple[int, ...]:
    """Sort by the step at which a path enters time, then by that at which it ends."""
    steps = [key.step for key in path if key.step is not None]
    return (steps[0], steps[-1]) if steps else ()


def paths(net: Unrolled, of: NodeKey, by: NodeKey, *, every_node: bool = False) -> Paths:
    """Return the paths of d of / d by; raises ModelError where one of them does not exist.

    >>> from symbolic.models import load
    >>> net = Unrolled(load("elman-softmax"), 2)
    >>> for path in paths(net, NodeKey("h", 2), NodeKey("W")).all():
    ...     print(*path)
    h[2] h[1] W[1]
    h[2] W[2]
    """
    net.check(of)
    net.check(by)
    if net.model.declaration(of.name).role is not Role.NODE:
        known = [d.name for d in net.model.named(Role.NODE)]
        raise ModelError(f"{of.name} is computed by no equation{nearest(of.name, known)}")
    reached = net.descendants_of(of)
    ends = net.targets(by)
    kept = {of} | {k for k in reached if every_node or not is_passed_over(net.model, k.name)}
    nodes = frozenset(k for k in kept if net.equation(k) is not None)
    return Paths(net, of, ends & frozenset(reached), nodes)


def is_passed_over(model: Model, name: str) -> bool:
    """Whether a variable has one reader alone, which stands at its own step."""
    declared = model.declaration(name)
    readers = [
        (equation, entry)
        for equation in model.equations
        for entry in _entries(equation.body)
        if entry.name == name
    ]
    if len({equation.name for equation, _ in readers}) != 1:
        return False
    timed = model.declaration(readers[0][0].name).timed
    here: Affine | None = letter(STEP) if declared.timed else None
    return timed is declared.timed and all(entry.step == here for _, entry in readers)


def _entries(e: Expr) -> Iterator[Entry]:
    if isinstance(e, Entry):
        yield e
    for child in children(e):
        yield from _entries(child)
