"""Whether both sides of an equation agree, at all points of a section and under one reading.

Letters that nothing binds run over all values for which every symbol is defined, as far as an
earlier step is earlier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from support.formula_places import At, Names, Remembered, Unbound, Undefined, Wrong
from support.formula_values import value
from support.formulas import Node
from support.judging import Section, Tally
from support.notation import Notation, Reading
from support.tensors import ShapeError, Tensor, tensor


def derivatives_in(node: Any) -> Iterator[Node]:
    """Yield the derivatives in an expression."""
    if isinstance(node, tuple):
        if node[:1] in (("derivative",), ("gradient",)):
            yield ("derivative", node[1], node[2])
        for part in node:
            yield from derivatives_in(part)


@dataclass(frozen=True)
class Equation:
    """A left and a right side as they are written, and what their letters mean."""

    left: Node
    right: Node
    names: Names

    def pairs(self, n: Notation) -> Iterator[tuple[Any, Any]]:
        """Yield the values of both sides at every value of the letters that nothing binds."""
        yield from self._pairs(At(n, self.names, {}))

    def _pairs(self, at: At) -> Iterator[tuple[Any, Any]]:
        heads = frozenset(derivatives_in(self.left))
        try:
            try:
                left = value(self.left, at)
                right = value(self.right, replace(at, side=1, heads=heads))
            except (ShapeError, Wrong):
                yield 0, None
            else:
                yield left, right
        except Undefined:
            return
        except Unbound as unbound:
            letter = unbound.letter
            sizes = (*at.n.sizes.values(), 5)
            choices = at.steps() if unbound.is_step else range(1, max(sizes) + 1)
            for choice in choices:
                chosen = at.with_letter(letter, choice)
                if unbound.is_step:
                    chosen = replace(chosen, free_steps=at.free_steps | {letter})
                if chosen.is_ordered:
                    yield from self._pairs(chosen)


def holds(equation: Equation, section: Section, reading: Reading, assumption: str) -> bool:
    """Return whether both sides agree at all points; raises Unreadable, Unclear.

    What compares nothing, or zeros alone, does not hold.
    """
    tally = Tally()
    for world in section.instances(assumption):
        for left, right in equation.pairs(Remembered(world, reading)):
            if right is None or not tally.agrees(left, like(right, left)):
                return False
    return tally.compared > 0 and tally.largest > 0


def like(right: Any, left: Any) -> Any:
    """Return the sum of no terms, and a printed 0, as the zero of the left side's shape."""
    left = tensor(left)
    if isinstance(right, float) and right == 0 and left.array.ndim:
        return Tensor(np.zeros(left.array.shape), left.upper)
    return right
