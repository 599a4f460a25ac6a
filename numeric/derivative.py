"""Oracle B: derivatives carried through the unrolled graph, in any ring, at any shape and length.

Reverse mode gives one quantity by everything before it; forward mode gives every quantity by one
variable. Both know only the operations of a ring (``numeric.tape``, ``numeric.dual``): no formula
of a document, and none of SymPy's rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, NoReturn

import numpy as np

from numeric.dual import Dual, DualRing
from numeric.tape import Sweep, Tape, Traced
from symbolic.errors import ModelError
from symbolic.evaluate import at_positions, evaluate
from symbolic.expr import Derivative, DerivativeKind
from symbolic.forward import NodeKey, Trajectory, check_variable, run
from symbolic.model import Instance, Role
from symbolic.ring import A, Ring
from symbolic.scope import Labelled, Scope, no_derivative

#: The values of the leaves in one ring; a parameter stands under its name without a step.
Point = Mapping[NodeKey, A]


def _value(point: Point[A], key: NodeKey) -> A:
    """Return the value of a leaf; every copy of a parameter has the value of the parameter."""
    return point[key] if key in point else point[NodeKey(key.name)]


@dataclass(frozen=True, slots=True)
class PlainPass(Generic[A]):
    """The interpretation that computes values; derivatives by a forward pass for each variable.

    ``carried`` keeps the passes, by variable.
    """

    ring: Ring[A]
    point: Point[A]
    carried: dict[NodeKey, Trajectory[Dual[A]]] = field(default_factory=dict)

    def leaf(self, key: NodeKey, shape: tuple[int, ...]) -> A:
        """Return the value at the point."""
        return _value(self.point, key)

    def node(self, key: NodeKey, value: A) -> A:
        """Return the value."""
        return value

    def differentiate(
        self, trajectory: Trajectory[A], e: Derivative, scope: Scope[A]
    ) -> Labelled[A]:
        """Return d of / d by, with the axes of ``of`` first, then those of the entry ``by``."""
        seed = _seed(trajectory, e, scope)
        instance = trajectory.instance
        if seed not in self.carried:
            functions = trajectory.functions
            self.carried[seed] = forward(instance, self.ring, self.point, seed, functions)
        dual_scope = replace(self.carried[seed].scope(scope.used_at), letters=scope.letters)
        value = evaluate(e.of, dual_scope)
        tangent = value.array.tangent
        if tangent is None:
            sizes = [scope.integer(label.size) for label in value.labels]
            zeros = np.zeros((*sizes, *instance.shape(seed.name)), dtype=object)
            tangent = self.ring.constant(zeros)
        return at_positions(tangent, value.labels, e.by.name, e.by.positions, scope)


def _seed(trajectory: Trajectory[A], e: Derivative, scope: Scope[A]) -> NodeKey:
    """Return the variable of a derivative; raises ModelError for a per-step one without a step."""
    declared = trajectory.instance.model.declaration(e.by.name)
    step = None if e.by.step is None else scope.integer(e.by.step)
    if e.kind is DerivativeKind.PER_STEP and (step is None or declared.role is not Role.PARAMETER):
        raise ModelError(f"a per-step derivative by {e.by.name}; expected a copy at a step")
    if declared.timed and step is None:
        raise ModelError(f"a derivative by {e.by.name} without a step")
    return NodeKey(e.by.name, step)


@dataclass(frozen=True, slots=True)
class TracedPass(Generic[A]):
    """The interpretation that writes a tape; each copy of a parameter is a variable."""

    tape: Tape[A]
    point: Point[A]

    @property
    def ring(self) -> Ring[Traced[A]]:
        """The tape."""
        return self.tape

    def leaf(self, key: NodeKey, shape: tuple[int, ...]) -> Traced[A]:
        """Return the value at the point as a variable."""
        return self.tape.variable(_value(self.point, key))

    def node(self, key: NodeKey, value: Traced[A]) -> Traced[A]:
        """Return the value at a place of its own."""
        return self.tape.named(value)

    def differentiate(self, trajectory: Any, e: Derivative, scope: Any) -> NoReturn:
        """Refuse: a derivative within a differentiated expression."""
        no_derivative(e, scope)


@dataclass(frozen=True, slots=True)
class SeededPass(Generic[A]):
    """The interpretation that carries the derivative by ``seed`` forward.

    A seed with a step is a node, which is cut there, or the copy of a parameter; a parameter
    without a step stands for all its copies at once.
    """

    dual: DualRing[A]
    point: Point[A]
    seed: NodeKey

    @property
    def ring(self) -> Ring[Dual[A]]:
        """The dual numbers."""
        return self.dual

    def leaf(self, key: NodeKey, shape: tuple[int, ...]) -> Dual[A]:
        """Return the value at the point, seeded where it is the seed or one of its copies."""
        value = _value(self.point, key)
        is_seed = key == self.seed or NodeKey(key.name) == self.seed
        return self.dual.seed(value) if is_seed else Dual(value)

    def node(self, key: NodeKey, value: Dual[A]) -> Dual[A]:
        """Return the value; at the seed, cut off from what came before."""
        return self.dual.seed(value.value) if key == self.seed else value

    def differentiate(self, trajectory: Any, e: Derivative, scope: Any) -> NoReturn:
        """Refuse: a derivative within a differentiated expression."""
        no_derivative(e, scope)


@dataclass(frozen=True, slots=True)
class Reverse(Generic[A]):
    """A forward pass on a tape, and the derivatives of any of its nodes."""

    trajectory: Trajectory[Traced[A]]
    tape: Tape[A]
    point: Point[A]

    def plain(self) -> Trajectory[A]:
        """Return the same forward pass without the tape."""
        traced = self.trajectory
        return Trajectory(
            traced.instance,
            PlainPass(self.tape.base, self.point),
            traced.functions,
            traced.shapes,
            {key: value.value for key, value in traced.values.items()},
        )

    def derivatives(self, of: NodeKey) -> Derivatives[A]:
        """Return the derivatives of one node by everything; one backward sweep."""
        target = self.trajectory.values.get(of)
        if target is None:
            raise ModelError(f"{of} is not a node of {self.trajectory.instance.model.name}")
        with quiet():
            return Derivatives(self, of, self.tape.sweep(target))


@dataclass(frozen=True, slots=True)
class Derivatives(Generic[A]):
    """The derivatives of ``of``: the axes of ``of`` first, then those of the variable."""

    reverse: Reverse[A]
    of: NodeKey
    sweep: Sweep[A]

    def by(self, key: NodeKey) -> A:
        """Return the derivative by a node, an input, a copy (with a step) or a whole parameter.

        Zeros where no path leads from ``key`` to ``of``; ModelError where there is no such key.
        """
        trajectory = self.reverse.trajectory
        check_variable(trajectory.instance, key)
        declared = trajectory.instance.model.declaration(key.name)
        values = trajectory.values
        if declared.role is Role.PARAMETER and key.step is None:
            keys = [known for known in values if known.name == key.name]
        else:
            keys = [key] if key in values else []
        places = [place for k in keys if (place := values[k].place) is not None]
        with quiet():
            # The last one first, as the sweep goes.
            swept = [self.sweep.at(place) for place in sorted(places, reverse=True)]
        found = [array for array in reversed(swept) if array is not None]
        ring = self.reverse.tape.base
        if not found:
            instance = trajectory.instance
            shape = instance.shape(self.of.name) + instance.shape(key.name)
            return ring.constant(np.zeros(shape, dtype=object))
        axes = tuple(range(len(ring.shape(found[0]))))
        with quiet():
            return ring.add([(array, axes) for array in found], axes)


def quiet() -> np.errstate:
    """Return the block in which float64 overflows to inf without a warning."""
    return np.errstate(all="ignore")


def values(
    instance: Instance,
    ring: Ring[A],
    point: Point[A],
    functions: Mapping[str, str] | None = None,
) -> Trajectory[A]:
    """Return the forward pass of the instance at a point of a ring."""
    with quiet():
        return run(instance, PlainPass(ring, point), functions)


def reverse(
    instance: Instance,
    ring: Ring[A],
    point: Point[A],
    functions: Mapping[str, str] | None = None,
) -> Reverse[A]:
    """Return the forward pass on a tape, from which any node can be differentiated.

    Cost of the pass, and of each sweep over it for a scalar: linear in tau.
    """
    tape: Tape[A] = Tape(ring)
    with quiet():
        return Reverse(run(instance, TracedPass(tape, point), functions), tape, point)


def forward(
    instance: Instance,
    ring: Ring[A],
    point: Point[A],
    by: NodeKey,
    functions: Mapping[str, str] | None = None,
) -> Trajectory[Dual[A]]:
    """Return every node with its derivative by one variable, carried forward as dual numbers."""
    check_variable(instance, by)
    dual: DualRing[A] = DualRing(ring, instance.shape(by.name))
    with quiet():
        return run(instance, SeededPass(dual, point, by), functions)


def tangent(trajectory: Trajectory[Dual[A]], of: NodeKey) -> Any:
    """Return the derivative of a node in a forward pass; zeros where the seed does not reach."""
    ring = trajectory.interpretation.ring
    if not isinstance(ring, DualRing):
        raise TypeError("tangent of a pass that carries none")
    value = trajectory.values[of]
    if value.tangent is not None:
        return value.tangent
    shape = ring.shape(value) + ring.seed_shape
    return ring.base.constant(np.zeros(shape, dtype=object))
