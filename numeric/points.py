"""Points: the values of parameters, inputs, targets and initial states, keyed by what they are.

A value depends on (seed, name, step, entry) alone, so that the same point exists in every ring and
does not change when something else is drawn too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from enum import Enum
from fractions import Fraction
from typing import Any

import numpy as np

from symbolic.forward import NodeKey, leaves
from symbolic.model import Instance, Role
from symbolic.ring import A, ObjectArray, Ring

#: Values are multiples of 2**-RESOLUTION, so that every ring has them exactly.
RESOLUTION = 20

#: Scales of a parameter, log-uniform from vanishing to exploding gradients: 0.05 ... 2.
SCALES: tuple[Fraction, ...] = tuple(
    Fraction(round(1024 * 0.05 * 40 ** (k / 15)), 1024) for k in range(16)
)


class Targets(Enum):
    """What is assumed of targets."""

    FREE = "any targets"
    NORMALISED = "targets that sum to 1"
    ONE_HOT = "one-hot targets"
    FIRST_CLASS = "one-hot targets of class 1"


def uniform(modulus: int, *key: str | int | None) -> int:
    """Return an integer uniform in ``0..modulus-1`` that depends on the key alone.

    >>> uniform(10, 0, "W", 1) == uniform(10, 0, "W", 1)
    True
    """
    text = "\x1f".join("" if part is None else f"{type(part).__name__}:{part}" for part in key)
    digest = hashlib.blake2b(text.encode(), digest_size=32).digest()
    # 256 bits modulo a modulus below 2**127: the bias is below 2**-128.
    return int.from_bytes(digest) % modulus


def rational(*key: str | int | None, scale: Fraction = Fraction(1)) -> Fraction:
    """Return a rational uniform in (-scale, scale), never zero, cut to ``RESOLUTION`` bits.

    ``scale`` is more than 2**-RESOLUTION.

    >>> abs(rational(0, "W", None, 0, scale=Fraction(1, 2))) < Fraction(1, 2)
    True
    """
    grid = 1 << RESOLUTION
    drawn = 2 * uniform(grid, *key) + 1 - grid
    unit = Fraction(drawn, grid)
    # Towards zero, so that the open interval stays open.
    scaled = int(unit * scale * grid)
    return Fraction(scaled or (1 if drawn > 0 else -1), grid)


def draw(
    instance: Instance,
    targets: Targets,
    entry: Callable[[NodeKey, tuple[int, ...]], Any],
    one_hot: Callable[[NodeKey, tuple[int, ...], int], int],
) -> dict[NodeKey, ObjectArray]:
    """Return a value for every leaf of the instance.

    ``entry`` gives one number. Targets with an axis obey ``targets`` along the last one: their last
    entry is solved for, or ``one_hot`` says which entry of a row is 1.
    """
    point: dict[NodeKey, ObjectArray] = {}
    for key in leaves(instance):
        shape = instance.shape(key.name)
        array = np.empty(shape, dtype=object)
        for place in np.ndindex(shape):
            array[place] = entry(key, place)
        is_target = instance.model.declaration(key.name).role is Role.TARGET
        if is_target and shape and targets is not Targets.FREE:
            for row in np.ndindex(shape[:-1]):
                if targets is Targets.NORMALISED:
                    array[row][-1] = 1 - sum(array[row][:-1])
                    continue
                is_first = targets is Targets.FIRST_CLASS
                hot = 0 if is_first else one_hot(key, row, shape[-1])
                array[row] = [int(k == hot) for k in range(shape[-1])]
        point[key] = array
    return point


def rational_point(
    instance: Instance,
    seed: int,
    targets: Targets = Targets.FREE,
    *,
    spread: bool = True,
) -> dict[NodeKey, ObjectArray]:
    """Return rational values for every leaf.

    With ``spread`` each parameter has a scale of its own from ``SCALES``; else all values are
    uniform in (-1, 1). Free scalar targets lie in (0, 1), as the loss of a binary class asks.
    """

    def entry(key: NodeKey, place: tuple[int, ...]) -> Fraction:
        role = instance.model.declaration(key.name).role
        scale = Fraction(1)
        if spread and role is Role.PARAMETER:
            scale = SCALES[uniform(len(SCALES), seed, "scale", key.name)]
        value = rational(seed, key.name, key.step, *place, scale=scale)
        return abs(value) if role is Role.TARGET else value

    return draw(
        instance,
        targets,
        entry,
        lambda key, row, size: uniform(size, seed, "class", key.name, key.step, *row),
    )


def in_ring(point: Mapping[NodeKey, ObjectArray], ring: Ring[A]) -> dict[NodeKey, A]:
    """Return a rational point in a ring."""
    return {key: ring.constant(array) for key, array in point.items()}
