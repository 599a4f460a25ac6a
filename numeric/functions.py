"""First derivatives of the scalar functions, written with the operations of a ring.

This table is the numeric oracle's own; SymPy differentiates with its own rules. Source of the
formulas: Abramowitz and Stegun (1964), 4.2, 4.3.105-4.3.110, 4.5.71-4.5.76.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from symbolic.ring import A, Ring

_Rule = Callable[[Ring[Any], Any], Any]


def times(ring: Ring[A], left: A, right: A) -> A:
    """Return the product entry by entry of two arrays of one shape."""
    labels = tuple(range(len(ring.shape(left))))
    return ring.contract([(left, labels), (right, labels)], labels)


def shifted(ring: Ring[A], constant: int, sign: int, array: A) -> A:
    """Return ``constant + sign * array`` entry by entry."""
    labels = tuple(range(len(ring.shape(array))))
    scaled = ring.contract([(_constant(ring, sign), ()), (array, labels)], labels)
    return ring.add([(_constant(ring, constant), ()), (scaled, labels)], labels)


def _constant(ring: Ring[A], value: int) -> A:
    return ring.constant(np.array(Fraction(value), dtype=object))


def _ones(ring: Ring[A], x: A) -> A:
    return ring.constant(np.ones(ring.shape(x), dtype=object))


def _tanh(ring: Ring[A], x: A) -> A:
    return shifted(ring, 1, -1, ring.power(ring.apply("tanh", 0, x), 2))


def _sigmoid(ring: Ring[A], x: A) -> A:
    value = ring.apply("sigmoid", 0, x)
    return times(ring, value, shifted(ring, 1, -1, value))


FIRST_DERIVATIVE: dict[str, _Rule] = {
    "identity": _ones,
    "tanh": _tanh,  # 1 - tanh(x)^2
    "sigmoid": _sigmoid,  # s(x) (1 - s(x))
    "softplus": lambda ring, x: ring.apply("sigmoid", 0, x),
    "exp": lambda ring, x: ring.apply("exp", 0, x),
    "log": lambda ring, x: ring.power(x, -1),
    "sin": lambda ring, x: ring.apply("cos", 0, x),
    "cos": lambda ring, x: shifted(ring, 0, -1, ring.apply("sin", 0, x)),
    "sinh": lambda ring, x: ring.apply("cosh", 0, x),
    "cosh": lambda ring, x: ring.apply("sinh", 0, x),
}
