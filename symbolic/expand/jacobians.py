"""Jacobians of the equations, and their products along paths, in index notation."""

from __future__ import annotations

from dataclasses import dataclass, field

from symbolic.affine import integer
from symbolic.expand.algebra import Algebra
from symbolic.expand.letters import reindexed
from symbolic.expand.local import equation_derivative, softmax_argument
from symbolic.expand.network import Path, Paths, Unrolled
from symbolic.expr import Add, Apply, Delta, Entry, Expr, Index, Multiply, Sum
from symbolic.forward import NodeKey
from symbolic.model import Model, Role
from symbolic.traverse import walk


@dataclass(frozen=True, slots=True)
class Adjoint:
    """d of / d node: the indices of ``of``, those of the node, and the entry."""

    of: tuple[Index, ...]
    by: tuple[Index, ...]
    entry: Expr


def facts(model: Model) -> Algebra:
    """Return the simplifications that a model allows: what adds up to 1.

    The entries of a softmax do. Those of targets under the logarithm of a softmax are assumed to.
    """
    softmaxes = frozenset(e.name for e in model.equations if softmax_argument(e) is not None)
    targets = {d.name for d in model.named(Role.TARGET) if d.shape}
    assumed: set[str] = set()
    for equation in model.equations:
        nodes = list(walk(equation.body))
        has_log = any(
            isinstance(n, Apply)
            and n.function == "log"
            and isinstance(n.argument, Entry)
            and n.argument.name in softmaxes
            for n in nodes
        )
        if has_log:
            assumed |= {n.name for n in nodes if isinstance(n, Entry)} & targets
    return Algebra(softmaxes | assumed, frozenset(assumed))


@dataclass(slots=True)
class Jacobians:
    """The local Jacobians of an unrolled network, each computed once."""

    net: Unrolled
    algebra: Algebra
    _known: dict[tuple[NodeKey, NodeKey], Adjoint] = field(default_factory=dict)

    def indices(self, key: NodeKey) -> tuple[Index, ...]:
        """Return fresh indices for the axes of a variable."""
        shape = self.net.model.declaration(key.name).shape
        return tuple(self.algebra.fresh.index(size) for size in shape)

    def named_indices(self, side: str, key: NodeKey) -> tuple[Index, ...]:
        """Return the indices that all terms share on one side of the derivative."""
        shape = self.net.model.declaration(key.name).shape
        return tuple(Index(f"~{side}{axis}", size) for axis, size in enumerate(shape))

    def renamed(self, adjoint: Adjoint, of: tuple[Index, ...], by: tuple[Index, ...]) -> Adjoint:
        """Return an adjoint with other names for its indices."""
        return Adjoint(of, by, reindexed(adjoint.entry, adjoint.of + adjoint.by, of + by))

    def local(self, key: NodeKey, parent: NodeKey) -> Adjoint:
        """Return the derivative of a node's equation by one variable that it reads."""
        if (key, parent) not in self._known:
            equation = self.net.equation(key)
            assert equation is not None, f"{key} has no equation"
            indices = self.indices(parent)
            is_parameter = self.net.model.declaration(parent.name).role is Role.PARAMETER
            step = None if is_parameter or parent.step is None else integer(parent.step)
            value = Entry(
                key.name, equation.indices, None if key.step is None else integer(key.step)
            )
            by = Entry(parent.name, indices, step)
            found = equation_derivative(equation, value, by, self.algebra.fresh)
            entry = self.algebra.simplified(found)
            self._known[key, parent] = Adjoint(equation.indices, indices, entry)
        return self._known[key, parent]

    def start(self, of: NodeKey) -> Adjoint:
        """Return d of / d of, the identity."""
        left, right = self.indices(of), self.indices(of)
        deltas = tuple(Delta(one, two) for one, two in zip(left, right, strict=True))
        return Adjoint(left, right, Multiply(deltas))

    def through(self, adjoint: Adjoint, key: NodeKey, parent: NodeKey) -> Adjoint:
        """Return adjoint times the local Jacobian of ``key`` by ``parent``, simplified."""
        local = self.local(key, parent)
        by = self.algebra.fresh.like(local.by)
        inner = reindexed(local.entry, local.of + local.by, adjoint.by + by)
        entry: Expr = Multiply((adjoint.entry, inner))
        for index in reversed(adjoint.by):
            entry = Sum(index, entry)
        return Adjoint(adjoint.of, by, self.algebra.simplified(entry))

    def onward(self, adjoint: Adjoint, key: NodeKey, to: NodeKey, among: Paths) -> Adjoint:
        """Return the adjoint of the next node of a path, over the nodes passed over between."""
        arrived: list[Adjoint] = []
        pending = [(adjoint, key)]
        while pending:
            here, at = pending.pop()
            for parent in reversed(self.net.parents(at)):
                if parent == to:
                    arrived.append(self.through(here, at, parent))
                elif parent not in among.kept and self.net.parents(parent):
                    pending.append((self.through(here, at, parent), parent))
        return self.total(arrived)

    def total(self, found: list[Adjoint]) -> Adjoint:
        """Return the sum of adjoints of one node."""
        if len(found) == 1:
            return found[0]
        first = found[0]
        entries = [reindexed(a.entry, a.of + a.by, first.of + first.by) for a in found]
        return Adjoint(first.of, first.by, self.algebra.simplified(Add(tuple(entries))))


def along(jacobians: Jacobians, among: Paths, known: dict[Path, Adjoint], path: Path) -> Adjoint:
    """Return the product of the Jacobians along a path; ``known`` keeps those of its beginnings."""
    if path not in known:
        if len(path) == 1:
            known[path] = jacobians.start(path[0])
        else:
            before = along(jacobians, among, known, path[:-1])
            known[path] = jacobians.onward(before, path[-2], path[-1], among)
    return known[path]
