"""Derivatives of a recurrent network by the complex step: exact to rounding, no rule of calculus.

A network is a table of rules, one for each kind of node. A pass computes nodes when they are asked
for; a node, a parameter, or the copy of a parameter at one step can be given another value instead.
A node that has been given a value does not ask for what it depends on: it is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

#: A name and a step; the step is None for what has no time, and for a parameter at all steps.
Key = tuple[str, "int | None"]
#: Maps a pass and a step to the value of a node.
Rule = Callable[["Pass", Any], Any]

#: f(x + i STEP) has the imaginary part STEP f'(x): nothing is subtracted, so nothing cancels.
STEP = 1e-30


class Pass:
    """One forward pass at a point."""

    def __init__(
        self, rules: Mapping[str, Rule], point: Mapping[Key, Any], instead: Mapping[Key, Any]
    ):
        self.rules, self.point, self.instead = rules, point, instead
        self.known: dict[Key, Any] = {}

    def __call__(self, name: str, step: int | None = None) -> Any:
        """Return a value: of a node, of an input, or of a parameter as it is used at a step."""
        key = (name, step)
        if key not in self.known:
            self.known[key] = self._value(name, step)
        return self.known[key]

    def _value(self, name: str, step: int | None) -> Any:
        if (name, step) in self.instead:
            return self.instead[name, step]
        if (name, step) in self.point:
            return np.asarray(self.point[name, step], dtype=complex)
        if name in self.rules:
            return np.asarray(self.rules[name](self, step), dtype=complex)
        if (name, None) in self.instead:
            return self.instead[name, None]
        return np.asarray(self.point[name, None], dtype=complex)


class World:
    """A network at a point: its values, and derivatives of any value by any other.

    ``sizes`` and ``tau`` say which instance of the network this is, ``functions`` which functions
    stand for those that the network leaves open.

    >>> world = World({"s": lambda p, t: p("W", t) * p("s", t - 1)}, {("W", None): 3, ("s", 0): 2})
    >>> float(world.derivative(("s", 2), ("W", None)))  # of 2 W^2
    12.0
    >>> float(world.derivative(("s", 2), ("W", 2)))  # of 6 W
    6.0
    >>> float(world.derivative(("s", 2), ("s", 1)))
    3.0
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        point: Mapping[Key, Any],
        sizes: Mapping[str, int] | None = None,
        tau: int = 0,
        functions: Mapping[str, Callable[[Any], Any]] | None = None,
    ):
        self.rules, self.point, self.sizes, self.tau = rules, point, dict(sizes or {}), tau
        self.functions = dict(functions or {})
        self.plain = Pass(rules, point, {})
        self.moved: dict[Key, list[Pass]] = {}

    def value(self, of: Key | Callable[[Pass], Any]) -> Any:
        """Return the value of a node, or of a function of a pass."""
        return np.real(compute(self.plain, of))

    def derivative(self, of: Key | Callable[[Pass], Any], by: Key) -> Any:
        """Return d of / d by; the axes of the numerator come first."""
        shape = np.shape(self.plain(*by))
        if by not in self.moved:
            self.moved[by] = [self._moved(by, place) for place in np.ndindex(shape)]
        columns = [np.imag(compute(moved, of)) / STEP for moved in self.moved[by]]
        return np.stack(columns, axis=-1).reshape((*np.shape(columns[0]), *shape))

    def _moved(self, by: Key, place: tuple[int, ...]) -> Pass:
        value = np.array(self.plain(*by))
        value[place] += 1j * STEP
        return Pass(self.rules, self.point, {by: value})


def compute(forward: Pass, of: Key | Callable[[Pass], Any]) -> Any:
    """Return a node of a pass, or a function of it."""
    return of(forward) if callable(of) else forward(*of)


def softmax(x: Any) -> Any:
    """exp(x_i) / sum_j exp(x_j), along the last axis."""
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)
