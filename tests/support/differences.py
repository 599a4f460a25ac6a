"""An oracle of the tests' own: central differences of the forward pass, without any derivative.

A node is differentiated by adding a little to it where it is computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from numeric.closed_forms.network import Network
from numeric.derivative import PlainPass, values
from symbolic.forward import NodeKey, run
from symbolic.model import Instance

#: Weights of a five-point stencil: the error is of order STEP^4, rounding of order 1e-16 / STEP.
STEP = 1e-4
STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))


@dataclass(frozen=True)
class Nudged:
    """A pass in which one entry of one variable is moved by ``by``."""

    plain: PlainPass
    key: NodeKey
    place: tuple
    by: float

    @property
    def ring(self):
        return self.plain.ring

    def leaf(self, key, shape):
        return self._moved(key, self.plain.leaf(key, shape))

    def node(self, key, value):
        return self._moved(key, value)

    def _moved(self, key, value):
        if key != self.key and NodeKey(key.name) != self.key:
            return value
        moved = np.array(value, dtype=float)
        moved[self.place] += self.by
        return moved


@dataclass
class Differences:
    """The derivatives of one instance at one point, each variable nudged once."""

    instance: Instance
    ring: object
    point: dict
    functions: dict
    found: dict = field(default_factory=dict)

    def __call__(self, of: NodeKey, by: NodeKey):
        """Return d of / d by to about twelve digits, axes of ``of`` first."""
        if by not in self.found:
            self.found[by] = self._nudge(by)
        shape = self.instance.shape(of.name) + self.instance.shape(by.name)
        result = np.zeros(shape)
        for place, passes in self.found[by].items():
            for weight, trajectory in passes:
                value = trajectory.values.get(of)
                if value is None:
                    value = trajectory.lookup(of.name, of.step, self.instance.last_step)
                result[(..., *place)] += weight * value / STEP
        return result

    def _nudge(self, by):
        plain = PlainPass(self.ring, self.point)
        return {
            place: [
                (
                    weight,
                    run(self.instance, Nudged(plain, by, place, steps * STEP), self.functions),
                )
                for steps, weight in STENCIL
            ]
            for place in np.ndindex(self.instance.shape(by.name))
        }


def network(instance: Instance, ring, point, functions) -> Network:
    """Return what forms compute with, its derivatives by differences."""
    plain = values(instance, ring, point, functions)
    return Network(plain, Differences(instance, ring, point, functions))
