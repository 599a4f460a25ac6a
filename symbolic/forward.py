"""The forward pass of an instance in any ring: every node of the unrolled graph, in time order.

The pass is a loop over steps and never recursive, so a thousand steps are as safe as two. What a
leaf is, and what becomes of a node once it is computed, is the *interpretation*: a point in a
number system, the SymPy graph, or a tape for derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol

from symbolic.errors import ModelError
from symbolic.evaluate import evaluate_array
from symbolic.expr import Derivative, Expr, Index
from symbolic.model import STEP, Equation, Instance, Model, Role, entries_of, lag
from symbolic.outside import outer_reads
from symbolic.ring import A, Ring
from symbolic.scope import Labelled, Scope


class NodeKey(NamedTuple):
    """A variable at a step; None for a variable without time.

    A parameter with a step is the per-step copy, the parameter as used at that step.
    """

    name: str
    step: int | None = None

    def __str__(self) -> str:
        return self.name if self.step is None else f"{self.name}[{self.step}]"


class Interpretation(Protocol[A]):
    """What a forward pass is run for."""

    @property
    def ring(self) -> Ring[A]:
        """The number system."""

    def leaf(self, key: NodeKey, shape: tuple[int, ...]) -> A:
        """Return the value of an input, a target, an initial state or a copy of a parameter."""

    def node(self, key: NodeKey, value: A) -> A:
        """Return what stands for a node from here on: the value, or a name for it."""

    def differentiate(
        self, trajectory: Trajectory[A], e: Derivative, scope: Scope[A]
    ) -> Labelled[A]:
        """Return the value of a derivative; UnsupportedNotation where the pass has none."""


@dataclass(frozen=True, slots=True)
class Trajectory(Generic[A]):
    """The values of a forward pass, by variable and step; ``symbolic.forward.run`` makes it."""

    instance: Instance
    interpretation: Interpretation[A]
    functions: Mapping[str, str]
    shapes: Mapping[str, tuple[int, ...]]
    values: dict[NodeKey, A] = field(default_factory=dict)

    def lookup(self, name: str, step: int | None, used_at: int) -> A:
        """Return the array of a variable; raises ModelError where it has no value at the step."""
        known = self.values.get(NodeKey(name, step))
        if known is not None:
            return known
        model = self.instance.model
        declared = model.declaration(name)
        if declared.role is Role.PARAMETER:
            return self._leaf(NodeKey(name, used_at if step is None else step))
        key = NodeKey(name, step)
        if key in self.values:
            return self.values[key]
        steps = self.instance.steps
        is_initial = step is not None and 0 < steps.start - step <= longest_lag(model, name)
        if declared.role is Role.NODE and not is_initial:
            raise ModelError(f"{key} has no value; steps run over {steps.start}..{steps.stop - 1}")
        is_outer = step is not None and step not in leaf_steps(self.instance, name)
        if declared.role is not Role.NODE and is_outer:
            raise ModelError(f"{key} lies outside the steps {steps.start}..{steps.stop - 1}")
        return self._leaf(key)

    def _leaf(self, key: NodeKey) -> A:
        if key not in self.values:
            shape = self.shapes[key.name]
            value = self.interpretation.leaf(key, shape)
            found = self.interpretation.ring.shape(value)
            if found != shape:
                raise ModelError(f"the value of {key} has shape {found}; expected {shape}")
            self.values[key] = value
        return self.values[key]

    def scope(
        self,
        used_at: int,
        differentiate: Callable[[Derivative, Scope[A]], Labelled[A]] | None = None,
    ) -> Scope[A]:
        """Return the scope of an expression whose parameters are the copies of step ``used_at``.

        ``differentiate`` gives derivatives their value, otherwise the interpretation does.
        """

        def own(e: Derivative, inner: Scope[A]) -> Labelled[A]:
            return self.interpretation.differentiate(self, e, inner)

        def definition(
            name: str, step: int | None
        ) -> tuple[tuple[Index, ...], Expr, Scope[A]] | None:
            equation = self.instance.model.equation(name)
            if equation is None or (step is not None and step < self.instance.steps.start):
                return None
            return equation.indices, equation.body, self.scope_at(step)

        return Scope(
            ring=self.interpretation.ring,
            letters=self.instance.letters,
            lookup=lambda name, step: self.lookup(name, step, used_at),
            functions=self.functions,
            definition=definition,
            differentiate=differentiate or own,
            used_at=used_at,
        )

    def scope_at(self, step: int | None) -> Scope[A]:
        """Return the scope of the equations of a step; None for those after the last one.

        An equation without time uses the copies of the last step.
        """
        if step is None:
            return self.scope(self.instance.last_step)
        return self.scope(step).bind(STEP, step)

    def compute(self, equation: Equation, step: int | None) -> None:
        """Evaluate one equation at a step and keep its value."""
        key = NodeKey(equation.name, step)
        scope = self.scope_at(step)
        value = evaluate_array(equation.body, equation.indices, scope)
        self.values[key] = self.interpretation.node(key, value)


def run(
    instance: Instance,
    interpretation: Interpretation[A],
    functions: Mapping[str, str] | None = None,
) -> Trajectory[A]:
    """Return every node of the instance's unrolled graph in the interpretation's ring.

    ``functions`` names the concrete function for each undefined one. Cost is linear in tau.
    """
    model = instance.model
    shapes = {declared.name: instance.shape(declared.name) for declared in model.declarations}
    trajectory: Trajectory[A] = Trajectory(instance, interpretation, functions or {}, shapes)
    for step in instance.steps:
        for equation in model.equations:
            if model.declaration(equation.name).timed:
                trajectory.compute(equation, step)
    for equation in model.equations:
        if not model.declaration(equation.name).timed:
            trajectory.compute(equation, None)
    return trajectory


def leaves(instance: Instance) -> tuple[NodeKey, ...]:
    """Return every leaf that the instance reads: parameters, inputs, targets, initial states.

    A parameter is listed once, without its copies.

    >>> from symbolic.models import load
    >>> [str(key) for key in leaves(Instance(load("linear-mse"), {"n": 1}, 2))]
    ['W_a', 'W_x', 'x[1]', 'x[2]', 'y', 'alpha[0]']
    """
    model = instance.model
    found: list[NodeKey] = [NodeKey(declared.name) for declared in model.named(Role.PARAMETER)]
    for role in (Role.INPUT, Role.TARGET):
        for declared in model.named(role):
            steps = leaf_steps(instance, declared.name) if declared.timed else (None,)
            found += [NodeKey(declared.name, step) for step in steps]
    first = instance.steps.start
    for declared in model.named(Role.NODE):
        if declared.timed:
            steps = range(first - longest_lag(model, declared.name), first)
            found += [NodeKey(declared.name, step) for step in steps]
    return tuple(found)


def check_variable(instance: Instance, key: NodeKey) -> None:
    """Raise ModelError where the instance has no such variable, copy or step."""
    model = instance.model
    declared = model.declaration(key.name)
    if declared.role is Role.PARAMETER:
        exists = key.step is None or key.step in instance.steps
    elif not declared.timed or key.step is None:
        exists = not declared.timed and key.step is None
    else:
        exists = key.step in leaf_steps(instance, key.name)
    if not exists:
        first, last = instance.steps.start, instance.last_step
        raise ModelError(f"{model.name} has no {key}; steps run over {first}..{last}")


def leaf_steps(instance: Instance, name: str) -> range:
    """Return the steps at which a variable has a value, those before the first one included."""
    before, after = reach(instance.model, name)
    return range(instance.steps.start - before, instance.steps.stop + after)


def reach(model: Model, name: str) -> tuple[int, int]:
    """Return for how many steps before the first one and after the last one there are values."""
    if not model.reaches:
        model.reaches.update(_reaches(model))
    return model.reaches[name]


def _reaches(model: Model) -> dict[str, tuple[int, int]]:
    found = dict.fromkeys((declared.name for declared in model.declarations), (0, 0))
    if model.has_outer_leaves:
        found |= outer_reads(model)
    for name, before, after in model.beyond:
        found[name] = max(before, found[name][0]), max(after, found[name][1])
    return found | {d.name: (longest_lag(model, d.name), 0) for d in model.named(Role.NODE)}


def longest_lag(model: Model, name: str) -> int:
    """Return how many steps back the equations of a step read ``name``; 0 if they never do."""
    if not model.lags:
        model.lags.update(_longest_lags(model))
    return model.lags[name]


def _longest_lags(model: Model) -> dict[str, int]:
    found = dict.fromkeys((declared.name for declared in model.declarations), 0)
    for equation in model.equations:
        if model.declaration(equation.name).timed:
            for entry in entries_of(equation.body):
                found[entry.name] = max(found[entry.name], lag(entry) or 0)
    return found
