"""The signs of a derivation, and the readings of what is ambiguous among them.

What stands on a page is ambiguous in few places: in the derivative of a state by a parameter, in
the order of a product over time, in an I beside entrywise products, in a step at a loss. A
transcription marks these places; each reading decides all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from support.differentiation import Key, Pass, World
from support.tensors import ShapeError, Tensor, tensor

#: The derivatives of states by parameters: on the left, on the right, on the right as on the left.
DERIVATIVES = {
    "": (False, False, False),
    "per-step on the right": (False, True, True),
    "per-step on the right where it is that of the left": (False, False, True),
    "per-step": (True, True, True),
}
#: What else may be read in a second way.
DESCENDING, ALL_ONES, COPY = "latest factor first", "I is all ones", "the copy of the parameter"


@dataclass(frozen=True)
class Reading:
    """One way to read what is ambiguous in print."""

    derivatives: str = ""
    others: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return "; ".join(filter(None, (self.derivatives, *sorted(self.others))))


def readings() -> list[Reading]:
    """Return all readings, those with the fewest liberties first."""
    choices = product(*(("", other) for other in (DESCENDING, ALL_ONES, COPY)))
    others = sorted((frozenset(filter(None, choice)) for choice in choices), key=len)
    found = [Reading(derivatives, other) for other in others for derivatives in DERIVATIVES]
    return sorted(found, key=lambda r: len(r.others) + bool(r.derivatives))


class Notation:
    """The signs of a derivation at one point, in one reading."""

    def __init__(self, world: World, reading: Reading):
        self.world, self.reading = world, reading
        self.tau, self.sizes = world.tau, world.sizes
        self.steps = range(1, world.tau + 1)

    def __call__(self, name: str, step: int | None = None) -> Tensor:
        """Return the value of a node, a parameter or an input."""
        return tensor(self.world.value((name, step)))

    def apply(self, function: str, value: Tensor) -> Tensor:
        """Return a function of the network at each entry."""
        return Tensor(np.asarray(self.world.functions[function](value.array)), value.upper)

    def entries(self, size: str) -> range:
        """Return the places of an axis, counted from 0."""
        return range(self.sizes[size])

    def d(self, of: Key | Callable[[Pass], Any], by: Key) -> Tensor:
        """Return a total derivative; by a copy, where ``by`` is a parameter at one step."""
        return Tensor(self.world.derivative(of, by), np.ndim(self.world.value(of)))

    def per_step(self, of: Key, by: str) -> Tensor:
        """Return the derivative by the copy of a parameter at the step of the node."""
        return self.d(of, (by, of[1]))

    def gradient(self, of: Key | Callable[[Pass], Any], by: Key) -> Tensor:
        """Return the derivative of a number, in the shape of the variable."""
        derivative = self.d(of, by)
        if derivative.upper:
            raise ShapeError(f"the gradient of {derivative.upper} axes")
        return Tensor(derivative.array, min(derivative.lower, 1))

    def gradient_of_step(self, loss: Key, by: str) -> Tensor:
        """Return a gradient by a parameter, where the step at the loss may belong to that one."""
        if COPY in self.reading.others:
            return self.gradient(("L", None), (by, loss[1]))
        return self.gradient(loss, (by, None))

    def head(self, of: Key, by: str) -> Tensor:
        """Return the derivative of a state by a parameter, on the left of a chain."""
        return self._plain(of, by, 0)

    def right(self, of: Key, by: str) -> Tensor:
        """Return the same on the right."""
        return self._plain(of, by, 1)

    def again(self, of: Key, by: str) -> Tensor:
        """Return the same on the right, where it is printed on the left too."""
        return self._plain(of, by, 2)

    def _plain(self, of: Key, by: str, place: int) -> Tensor:
        is_per_step = DERIVATIVES[self.reading.derivatives][place]
        return self.per_step(of, by) if is_per_step else self.d(of, (by, None))

    def product(self, factors: list[Tensor], size: str) -> Tensor:
        """Return a product of matrices over time, given in the order in which its limits run."""
        found = Tensor(np.eye(self.sizes[size]), 1)
        is_descending = DESCENDING in self.reading.others
        for factor in reversed(factors) if is_descending else factors:
            found = found * factor
        return found

    def unit(self, *sizes: str) -> Tensor:
        """Return I: the identity, or all ones."""
        rows, columns = (self.sizes[size] for size in sizes)
        if ALL_ONES in self.reading.others:
            return Tensor(np.ones((rows, columns)), 1)
        if rows != columns:
            raise ShapeError(f"an identity of shape {(rows, columns)}")
        return Tensor(np.eye(rows), 1)
