"""Dual numbers over a ring: derivatives carried forward, one rule for each ring operation.

A dual array is a value with its tangent, the derivative by the seed; the tangent has the axes of
the value and then those of the seed. No rule here knows a node type of the core or a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np

from numeric.functions import FIRST_DERIVATIVE
from symbolic.ring import A, Labels, ObjectArray, Places, Ring


@dataclass(frozen=True, slots=True)
class Dual(Generic[A]):
    """``value`` and its ``tangent``; None where the seed does not reach."""

    value: A
    tangent: A | None = None


@dataclass(frozen=True, slots=True)
class DualRing(Generic[A]):
    """The dual numbers over ``base`` for a seed with the given axes."""

    base: Ring[A]
    seed_shape: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The name of the number system."""
        return f"dual numbers over {self.base.name}"

    @property
    def expands_logarithms(self) -> bool:
        """As the base."""
        return self.base.expands_logarithms

    @property
    def _seed(self) -> Labels:
        return tuple(("seed", self.depth, axis) for axis in range(len(self.seed_shape)))

    @property
    def depth(self) -> int:
        """How many dual rings stand on each other; their seeds have axes of their own."""
        return 1 + (self.base.depth if isinstance(self.base, DualRing) else 0)

    def seed(self, value: A) -> Dual[A]:
        """Return ``value`` as the variable of differentiation: its tangent is the identity."""
        size = int(np.prod(self.seed_shape, dtype=int))
        eye = np.eye(size, dtype=object).reshape(self.seed_shape * 2)
        return Dual(value, self.base.constant(eye))

    def constant(self, entries: ObjectArray) -> Dual[A]:
        """A constant has no tangent."""
        return Dual(self.base.constant(entries))

    def shape(self, array: Dual[A]) -> tuple[int, ...]:
        """Return the sizes of the axes of the value."""
        return self.base.shape(array.value)

    def take(self, array: Dual[A], places: Places) -> Dual[A]:
        """The part of the tangent that belongs to the part of the value."""
        value = self.base.take(array.value, places)
        if array.tangent is None:
            return Dual(value)
        return Dual(value, self.base.take(array.tangent, places + (None,) * len(self.seed_shape)))

    def contract(self, operands: Sequence[tuple[Dual[A], Labels]], output: Labels) -> Dual[A]:
        """d(x y) = dx y + x dy."""
        values = [(operand.value, labels) for operand, labels in operands]
        value = self.base.contract(values, output)
        full = (*output, *self._seed)
        terms: list[tuple[A, Labels]] = []
        for place, (operand, labels) in enumerate(operands):
            if operand.tangent is not None:
                replaced = (operand.tangent, (*labels, *self._seed))
                with_tangent = [*values[:place], replaced, *values[place + 1 :]]
                terms.append((self.base.contract(with_tangent, full), full))
        return Dual(value, self.base.add(terms, full) if terms else None)

    def add(self, operands: Sequence[tuple[Dual[A], Labels]], output: Labels) -> Dual[A]:
        """d(x + y) = dx + dy, spread along the axes that a term lacks."""
        value = self.base.add([(operand.value, labels) for operand, labels in operands], output)
        full = (*output, *self._seed)
        sizes = dict(zip(output, self.base.shape(value), strict=True))
        terms: list[tuple[A, Labels]] = []
        for operand, labels in operands:
            if operand.tangent is not None:
                terms.append((operand.tangent, (*labels, *self._seed)))
        if not terms:
            return Dual(value)
        missing = tuple(x for x in output if not any(x in labels for _, labels in terms))
        if missing:
            zeros = self.base.constant(np.zeros([sizes[x] for x in missing], dtype=object))
            terms.append((zeros, missing))
        return Dual(value, self.base.add(terms, full))

    def power(self, base: Dual[A], exponent: int) -> Dual[A]:
        """d(x^n) = n x^(n-1) dx."""
        value = self.base.power(base.value, exponent)
        if base.tangent is None or exponent == 0:
            return Dual(value)
        factor = self.base.constant(np.array(exponent, dtype=object))
        slope = self.base.power(base.value, exponent - 1)
        axes = tuple(range(len(self.base.shape(value))))
        full = (*axes, *self._seed)
        operands = [(factor, ()), (slope, axes), (base.tangent, full)]
        return Dual(value, self.base.contract(operands, full))

    def apply(
        self, function: str, order: int, argument: Dual[A], known: Dual[A] | None = None
    ) -> Dual[A]:
        """d f(x) = f'(x) dx."""
        given = None if known is None else known.value
        value = self.base.apply(function, order, argument.value, given)
        if argument.tangent is None:
            return Dual(value)
        slope = self.base.apply(function, order + 1, argument.value)
        axes = tuple(range(len(self.base.shape(value))))
        full = (*axes, *self._seed)
        tangent = self.base.contract([(slope, axes), (argument.tangent, full)], full)
        return Dual(value, tangent)


def derivative_of_function(ring: Ring[Any], function: str, order: int, argument: Any) -> Any:
    """Return the ``order``-th derivative, ``order`` from 1, of a function of the table.

    The first derivative stands in ``numeric.functions.FIRST_DERIVATIVE``; each further one is the
    tangent of the one before, with every entry of the argument as its own variable.
    """
    rule = FIRST_DERIVATIVE[function]
    if order == 1:
        return rule(ring, argument)
    ones = ring.constant(np.ones(ring.shape(argument), dtype=object))
    lifted = derivative_of_function(DualRing(ring), function, order - 1, Dual(argument, ones))
    if lifted.tangent is None:
        return ring.constant(np.zeros(ring.shape(argument), dtype=object))
    return lifted.tangent
