"""What a closed form is: a formula for a derivative as a NumPy function, with its source.

A form sees a ``Network``, the values of one forward pass, and returns an array. It uses ``@``,
``*``, ``+``, transposes and ``einsum`` only, so that one function runs in every ring that NumPy
carries: float64, balls, the prime field, bounds of degree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from numeric.points import Targets as Targets
from symbolic.errors import ConfigError, nearest
from symbolic.forward import NodeKey, Trajectory
from symbolic.model import HORIZON, STEP, Instance
from symbolic.ring import ObjectArray


class Variant(Enum):
    """Whether a formula stands as the document prints it, or as it should be.

    ORACLES is no formula: the oracles compared with each other on a model of the user's.
    """

    PRINTED = "printed"
    CORRECTED = "corrected"
    ORACLES = "oracles"


@dataclass(frozen=True, slots=True)
class Document:
    """A source of formulas: its key in ids, and how it is cited."""

    key: str
    citation: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A variable of a model in a derivative, as it is written.

    ``"L"``: without time. ``"s[tau]"``: at the last step. ``"s[t]"``: at every step, stacked along
    a first axis of length tau. ``"W"``: the whole parameter; ``"W[t]"``: its copies, stacked.
    """

    name: str
    step: str | None

    @staticmethod
    def read(text: str) -> Quantity:
        """Return the quantity for its writing; raises ConfigError."""
        match = re.fullmatch(rf"(\w+)(?:\[({STEP}|{HORIZON})\])?", text)
        if match is None:
            raise ConfigError(f"{text!r} is no quantity; expected a name, name[t] or name[tau]")
        return Quantity(match.group(1), match.group(2))

    def keys(self, instance: Instance) -> tuple[NodeKey, ...]:
        """Return the nodes that are meant, one, or one per step."""
        if self.step is None:
            return (NodeKey(self.name),)
        if self.step == HORIZON:
            return (NodeKey(self.name, instance.last_step),)
        return tuple(NodeKey(self.name, step) for step in instance.steps)

    @property
    def is_stacked(self) -> bool:
        """Whether the values of all steps are stacked along a first axis."""
        return self.step == STEP

    def __str__(self) -> str:
        return self.name if self.step is None else f"{self.name}[{self.step}]"


@dataclass(frozen=True, slots=True)
class Network:
    """The values of one forward pass, stacked over time.

    ``net["W"]`` is a parameter; ``net["h"]`` has shape (tau, ...), row t the t-th step;
    ``net.before("h")`` is the same one step earlier, the initial state first.
    """

    trajectory: Trajectory[ObjectArray]

    @property
    def tau(self) -> int:
        """The number of steps."""
        return self.trajectory.instance.tau

    def size(self, dimension: str) -> int:
        """Return a dimension of the model."""
        return self.trajectory.instance.dimensions[dimension]

    def __getitem__(self, name: str) -> ObjectArray:
        return self._stacked(name, 0)

    def before(self, name: str) -> ObjectArray:
        """Return the values one step earlier, shape (tau, ...)."""
        return self._stacked(name, 1)

    def _stacked(self, name: str, back: int) -> ObjectArray:
        instance = self.trajectory.instance
        if not instance.model.declaration(name).timed:
            return self.trajectory.lookup(name, None, instance.last_step)
        steps = instance.steps
        return np.stack([self.trajectory.lookup(name, step - back, step) for step in steps])

    def slope(self, function: str, name: str) -> ObjectArray:
        """Return the first derivative of an undefined function at a node, shape (tau, ...)."""
        concrete = self.trajectory.functions.get(function, function)
        ring = self.trajectory.interpretation.ring
        return ring.apply(concrete, 1, self[name])


@dataclass(frozen=True, slots=True)
class Form:
    """A closed form: which derivative of which model it gives, where it stands, how it computes."""

    document: Document
    equation: str
    variant: Variant
    model: str
    of: Quantity
    by: Quantity
    compute: Callable[[Network], ObjectArray] = field(compare=False)
    targets: Targets = Targets.FREE
    expected: str = "holds"

    @property
    def id(self) -> str:
        """The stable id: ``<document>/<equation>/<printed|corrected>``."""
        return f"{self.document.key}/{self.equation}/{self.variant.value}"

    @property
    def citation(self) -> str:
        """The source as it is cited, with the number of the equation or the quantity."""
        return f"{self.document.citation} {_cited(self.equation)}"

    @property
    def formula(self) -> str:
        """The first line of the docstring: the formula in one line."""
        return (self.compute.__doc__ or "").strip().split("\n")[0]


def _cited(equation: str) -> str:
    """Return an equation as it is cited.

    >>> _cited("87"), _cited("4-full"), _cited("dL-dW_x-tanh")
    ('(87)', '(4), full', 'dL/dW_x, tanh')
    """
    head, *words = equation.split("-")
    if words and words[0].startswith("d"):
        head = f"{head}/{words.pop(0)}"
    elif re.fullmatch(r"\d+|[a-z]", head):
        head = f"({head})"
    return ", ".join((head, *words))


class Registry:
    """The forms of one document, in the order in which they are defined."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.forms: list[Form] = []

    def form(
        self,
        equation: str,
        variant: Variant,
        *,
        model: str,
        of: str,
        by: str,
        targets: Targets = Targets.FREE,
        expected: str = "holds",
    ) -> Callable[[Callable[[Network], Any]], Callable[[Network], Any]]:
        """Return the decorator that registers a function of a network as a form."""

        def register(compute: Callable[[Network], Any]) -> Callable[[Network], Any]:
            new = Form(
                self.document,
                equation,
                variant,
                model,
                Quantity.read(of),
                Quantity.read(by),
                compute,
                targets,
                expected,
            )
            if any(known.id == new.id for known in self.forms):
                raise ConfigError(f"two forms have the id {new.id}")
            self.forms.append(new)
            return compute

        return register


def choose(forms: Mapping[str, Form], wanted: str) -> list[Form]:
    """Return the forms that a name asks for: an id, a beginning of ids, or a model.

    A model stands also for its variants, whose names begin with it and a hyphen. Raises ConfigError
    with the nearest names.
    """
    found = [
        form
        for id_, form in forms.items()
        if id_ == wanted
        or id_.startswith(wanted.rstrip("/") + "/")
        or form.model == wanted
        or form.model.startswith(wanted + "-")
    ]
    if not found:
        known = {*forms, *(form.model for form in forms.values())}
        known |= {form.document.key for form in forms.values()}
        raise ConfigError(f"unknown model or form {wanted!r}{nearest(wanted, sorted(known))}")
    return found
