"""Random points of a network: the instances that a claim is tried at."""

from __future__ import annotations

from typing import Any

import numpy as np
from support.differentiation import Key
from support.judging import CLASS_1, FREE, NORMALISED, ONE_HOT

#: Smooth and not polynomial, analytic near the real line; what holds for a generic f holds for all.
ACTIVATIONS = (
    np.sin,
    lambda x: np.log(1 + np.exp(x)),
    lambda x: x / (1 + np.exp(-x)),
)
TAUS = (1, 2, 3, 5)


def draw(rng: np.random.Generator, *shape: int) -> Any:
    """Return numbers of moderate size, in which no function saturates."""
    return rng.uniform(-1.2, 1.2, shape)


def fill(rng: np.random.Generator, shapes: dict[Key, tuple[int, ...]]) -> dict[Key, Any]:
    """Return a value for each key."""
    return {key: draw(rng, *shape) for key, shape in shapes.items()}


def over(name: str, steps: range, *shape: int) -> dict[Key, tuple[int, ...]]:
    """Return the shape of an input at each of its steps."""
    return {(name, t): shape for t in steps}


def targets(rng: np.random.Generator, assumption: str, classes: Any, size: int) -> Any:
    """Return targets, one row for each entry of ``classes``, as far as an assumption binds them.

    >>> targets(np.random.default_rng(0), ONE_HOT, 2, 3)
    array([0., 0., 1.])
    """
    places = np.arange(size)
    if assumption == FREE:
        return draw(rng, *np.shape(classes), size)
    if assumption == NORMALISED:
        free = draw(rng, *np.shape(classes), size - 1)
        return np.concatenate([free, 1 - free.sum(axis=-1, keepdims=True)], axis=-1)
    chosen = {ONE_HOT: classes, CLASS_1: np.zeros_like(classes)}[assumption]
    return (np.expand_dims(chosen, -1) == places).astype(float)
