"""An oracle of the tests' own: central differences of the forward pass, without any derivative.

A node is differentiated by adding a little to it where it is computed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.closed_forms.form import Quantity
from numeric.derivative import PlainPass
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


def derivative(instance: Instance, ring, point, functions, of: Quantity, by: Quantity):
    """Return d of / d by to about twelve digits, with the axes of ``At.oracle``."""
    (target,) = of.keys(instance)
    plain = PlainPass(ring, point)
    stacked = []
    for key in by.keys(instance):
        shape = instance.shape(key.name)
        result = np.zeros(instance.shape(target.name) + shape)
        for place in np.ndindex(shape):
            for steps, weight in STENCIL:
                moved = Nudged(plain, key, place, steps * STEP)
                value = run(instance, moved, functions).values[target]
                result[(..., *place)] += weight * value / STEP
        stacked.append(result)
    return np.stack(stacked) if by.is_stacked else stacked[0]
