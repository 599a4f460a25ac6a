"""The verdict on a claim, from the numbers of both of its sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from support.differentiation import World
from support.notation import Notation, Reading, readings
from support.tensors import ShapeError, Tensor, as_variable, same_shape, tensor

HOLDS, FAILS, NOT_A_CLAIM = "holds", "fails", "not-a-claim"
#: What may be assumed of targets, from the weakest on.
FREE, NORMALISED, ONE_HOT, CLASS_1 = "", "the targets sum to 1", "one-hot targets", "class 1"
#: Gaps relative to the larger side: rounding is far below the one, an error far above the other.
AGREE, DIFFER = 1e-9, 1e-6


class Unclear(Exception):
    """The numbers do not decide."""


@dataclass(frozen=True)
class Section:
    """A network, and what its text allows to assume; an assumption is mapped to instances."""

    instances: Callable[[str], tuple[World, ...]]
    assumptions: tuple[str, ...] = (FREE,)


#: Yields a left side and right sides; a side may be a function, called where it is needed.
Lines = Callable[[Notation], Iterator[tuple[Any, ...]]]


def side(written: Any) -> Tensor | None:
    """Return the value of a side, or None if its parts do not conform."""
    try:
        return as_variable(tensor(written() if callable(written) else written))
    except ShapeError:
        return None


@dataclass
class Tally:
    """What has been compared, so that nothing holds because there was nothing to compare."""

    compared: int = 0
    largest: float = 0.0

    def agrees(self, left: Any, right: Any) -> bool:
        """Compare two sides; raises Unclear where they neither agree nor differ."""
        first, second = side(left), side(right)
        self.compared += 1
        if first is None or second is None or not same_shape(first, second):
            return False
        apart = float(np.abs(first.array - second.array).max())
        size = max(float(np.abs(found.array).max()) for found in (first, second))
        self.largest = max(self.largest, size)
        if apart <= AGREE * size < np.inf:
            return True
        if DIFFER * size < apart < np.inf:
            return False
        raise Unclear(f"gap {apart} of {size}")


@dataclass(frozen=True)
class Outcome:
    """A verdict with what it needs."""

    verdict: str
    reading: str = ""
    assumes: str = ""

    def entry(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if value}


def judge(section: Section, lines: Lines, part: int = 1, *, zero: bool = False) -> Outcome:
    """Return the verdict on one right side: it holds if one reading makes it true everywhere.

    ``zero`` says that the line claims a zero. Raises Unclear where nothing has been compared.
    """
    for assumption in section.assumptions:
        for reading in readings():
            tally = Tally()
            if holds_everywhere(section.instances(assumption), reading, lines, part, tally):
                if not tally.compared or (tally.largest == 0 and not zero):
                    raise Unclear("vacuous")
                return Outcome(HOLDS, str(reading), assumption)
    return Outcome(FAILS)


def holds_everywhere(
    instances: tuple[World, ...], reading: Reading, lines: Lines, part: int, tally: Tally
) -> bool:
    """Return whether the left side and a right side agree at all points and indices."""
    return all(
        tally.agrees(sides[0], sides[part])
        for world in instances
        for sides in lines(Notation(world, reading))
    )


def conforms(section: Section, lines: Lines) -> bool:
    """Return whether the parts of a bare expression conform at all instances."""
    sides = [
        sides
        for world in section.instances(section.assumptions[-1])
        for sides in lines(Notation(world, Reading()))
    ]
    assert sides
    return all(side(expression) is not None for (expression,) in sides)
