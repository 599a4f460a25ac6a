"""What a formula computes with: the values of one forward pass, and derivatives of its nodes.

A formula uses ``@``, ``*``, ``+``, transposes and ``einsum`` only, so that one function runs in
every ring that NumPy carries: float64, balls, the prime field, bounds of degree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.reading import LITERAL, Plain, Reading
from symbolic.forward import NodeKey, Trajectory
from symbolic.ring import ObjectArray

#: Gives the derivative of one node by another, a copy or a whole parameter; axes of the first, then
#: those of the second.
Derivative = Callable[[NodeKey, NodeKey], ObjectArray]


def timed(name: str) -> Callable[[int], NodeKey]:
    """Return the writer of a variable at a step; of a parameter it is the copy used there.

    >>> h = timed("h")
    >>> str(h(3))
    'h[3]'
    """
    return lambda step: NodeKey(name, step)


@dataclass(frozen=True, slots=True)
class Network:
    """The values of one forward pass, by node or stacked over time, and its derivatives.

    ``net[h(t)]`` is a node, ``net[W]`` a parameter; ``net["h"]`` has shape (tau, ...), row t the
    t-th step; ``net.before("h")`` is the same one step earlier, the initial state first.
    """

    trajectory: Trajectory[ObjectArray]
    derivative: Derivative
    reading: Reading = LITERAL[0]
    #: Values of expressions that were computed with these nodes and derivatives before, by the
    #: identity of the expression, which stands beside the value, and by the letters.
    known: dict[tuple[Any, ...], tuple[Any, Any]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def tau(self) -> int:
        """The number of steps."""
        return self.trajectory.instance.tau

    @property
    def steps(self) -> range:
        """The steps as the document counts them."""
        return self.trajectory.instance.steps

    @property
    def first(self) -> int:
        """The first step."""
        return self.steps.start

    @property
    def last(self) -> int:
        """The last step, which documents call tau, T or k."""
        return self.trajectory.instance.last_step

    def size(self, dimension: str) -> int:
        """Return a dimension of the model."""
        return self.trajectory.instance.dimensions[dimension]

    def __getitem__(self, what: str | NodeKey) -> Array:
        if isinstance(what, NodeKey):
            return self.trajectory.lookup(what.name, what.step, self.last)
        return self._stacked(what, 0)

    def before(self, name: str) -> ObjectArray:
        """Return the values one step earlier, shape (tau, ...)."""
        return self._stacked(name, 1)

    def _stacked(self, name: str, back: int) -> ObjectArray:
        instance = self.trajectory.instance
        if not instance.model.declaration(name).timed:
            return self.trajectory.lookup(name, None, instance.last_step)
        steps = instance.steps
        return np.stack([self.trajectory.lookup(name, step - back, step) for step in steps])

    def slope(self, function: str, name: str) -> Array:
        """Return the first derivative of an undefined function at a node, shape (tau, ...)."""
        return self._applied(function, 1, self[name])

    def slope_at(self, function: str, node: NodeKey) -> Array:
        """Return the first derivative of an undefined function at one node."""
        return self._applied(function, 1, self[node])

    def apply(self, function: str, argument: Array) -> Array:
        """Return a scalar function at every entry."""
        return self._applied(function, 0, argument)

    def _applied(self, function: str, order: int, argument: Array) -> Array:
        concrete = self.trajectory.functions.get(function, function)
        ring = self.trajectory.interpretation.ring
        return ring.apply(concrete, order, np.asarray(argument))

    def d(self, of: NodeKey, by: NodeKey) -> Array:
        """Return d of / d by: total by a node or a whole parameter, per-step by a copy."""
        return self.derivative(of, by)

    def plain(self, state: NodeKey, parameter: NodeKey, *, head: NodeKey | None = None) -> Array:
        """Return a plain d(state)/d(parameter) on the right, as the reading has it.

        ``head`` is the state of the atom on the left, if there is one.
        """
        match self.reading.plain:
            case Plain.RIGHT_PER_STEP | Plain.ALL_PER_STEP:
                per_step = True
            case Plain.SAME_PER_STEP:
                per_step = state == head
            case _:
                per_step = False
        return self.d(state, NodeKey(parameter.name, state.step) if per_step else parameter)

    def head(self, state: NodeKey, parameter: NodeKey) -> Array:
        """Return a plain d(state)/d(parameter) on the left, as the reading has it."""
        per_step = self.reading.plain is Plain.ALL_PER_STEP
        return self.d(state, NodeKey(parameter.name, state.step) if per_step else parameter)

    def loss_step(self, total: NodeKey, step_loss: NodeKey, parameter: NodeKey) -> Array:
        """Return the gradient that has its step at the loss, as the reading has it.

        Literally that of the loss of one step; or that of the whole loss by the copy of the step.
        """
        if self.reading.copy:
            return self.d(total, NodeKey(parameter.name, step_loss.step))
        return self.d(step_loss, parameter)

    def product(self, factors: Sequence[Array], size: int) -> Array:
        """Return the matrix product of factors in the order of time, or latest first if so read.

        No factors give the identity of the size.
        """
        ordered = list(reversed(factors)) if self.reading.descending else list(factors)
        return reduce(lambda left, right: left @ right, ordered, eye(size))


def eye(size: int) -> Array:
    """Return the identity matrix, or the indicator 1(i = j) as a table."""
    return np.eye(size, dtype=int)


def diag(vector: Array) -> Array:
    """Return the diagonal matrix of a vector."""
    return eye(len(vector)) * vector


def column(vector: Array) -> Array:
    """Return a vector as a matrix of one column, so that shapes are held to the written product."""
    return np.reshape(vector, (-1, 1))


def row(vector: Array) -> Array:
    """Return a vector as a matrix of one row."""
    return np.reshape(vector, (1, -1))
