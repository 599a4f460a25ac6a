"""The protocol of a number system, and the part that every system carried by NumPy shares.

Arrays of a ring are opaque to ``symbolic.evaluate``: it calls the five operations below and
nothing else. An *axis label* is any hashable; operands with equal labels share that axis.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Labels = tuple[Hashable, ...]
#: A place on each axis, counted from 0; None for the whole axis.
Places = tuple[int | None, ...]
ObjectArray = NDArray[Any]
A = TypeVar("A")


class Ring(Protocol[A]):
    """A number system with arrays of type ``A``."""

    @property
    def name(self) -> str:
        """The name of the number system, for reports."""

    def constant(self, entries: ObjectArray) -> A:
        """Return the array of exact integers or fractions in this ring."""

    def shape(self, array: A) -> tuple[int, ...]:
        """Return the sizes of the axes."""

    def take(self, array: A, places: Places) -> A:
        """Return the part at the given places, one for each axis; None keeps the axis."""

    def contract(self, operands: Sequence[tuple[A, Labels]], output: Labels) -> A:
        """Return the sum over all labels not in ``output`` of the product of the operands.

        Every label of ``output`` occurs in an operand; a label twice in one operand is a diagonal.
        """

    def add(self, operands: Sequence[tuple[A, Labels]], output: Labels) -> A:
        """Return the sum; an operand without an axis of ``output`` is the same along it.

        The labels of each operand are a subset of ``output``, which is their union.
        """

    def power(self, base: A, exponent: int) -> A:
        """Return the power of every entry; a negative exponent divides."""

    def apply(self, function: str, order: int, argument: A, known: A | None = None) -> A:
        """Return the ``order``-th derivative of the function at every entry.

        ``known`` is the result where the caller has a better way to its value, such as the
        logarithm of a product from the logarithms of the factors; derivatives do not use it.
        """

    @property
    def expands_logarithms(self) -> bool:
        """Whether logarithms of products and exponentials are expanded before evaluation."""


def _is_elementwise(operands: Sequence[tuple[Any, Labels]], output: Labels) -> bool:
    """Whether nothing is summed and no diagonal is taken."""
    for _, names in operands:
        if names != output and names:
            kept = set(names)
            if len(kept) < len(names) or not kept.issubset(output):
                return False
    return len(set(output)) == len(output)


class ArrayRing:
    """What float64, balls, the prime field and SymPy share: NumPy carries the entries."""

    name: str
    dtype: Any = object
    expands_logarithms = False

    def element(self, value: Fraction) -> Any:
        """Return one exact fraction in this ring."""
        raise NotImplementedError

    def elementwise(self, function: str, order: int, argument: ObjectArray) -> ObjectArray:
        """Return the derivative of that order of a scalar function at every entry."""
        raise NotImplementedError

    def wrap(self, array: Any) -> ObjectArray:
        """Return an array also where NumPy unpacked a 0-dimensional one."""
        return np.asarray(array, dtype=self.dtype)

    def constant(self, entries: ObjectArray) -> ObjectArray:
        """Return the array of exact integers or fractions in this ring."""
        flat = entries.ravel().tolist()
        # Zeros and ones for the most part: each value is made once.
        known = {exact: self.element(Fraction(exact)) for exact in set(flat)}
        result = np.empty(len(flat), dtype=self.dtype)
        result[:] = [known[exact] for exact in flat]
        return result.reshape(entries.shape)

    def shape(self, array: ObjectArray) -> tuple[int, ...]:
        """Return the sizes of the axes."""
        return array.shape

    def take(self, array: ObjectArray, places: Places) -> ObjectArray:
        """Return a view of the part."""
        return self.wrap(array[tuple(slice(None) if p is None else p for p in places)])

    def contract(self, operands: Sequence[tuple[ObjectArray, Labels]], output: Labels) -> Any:
        """Multiply from left to right, summing over each label as soon as nobody needs it.

        Pairwise, because one einsum over three or more operands loops over all labels at once.
        """
        if _is_elementwise(operands, output):
            return self._multiplied(operands, output)
        array, labels = operands[0]
        if len(operands) == 1:
            return self._einsum([(array, labels)], output)
        for place, (other, other_labels) in enumerate(operands[1:], start=2):
            needed = set(output).union(*(names for _, names in operands[place:]))
            kept = tuple(x for x in dict.fromkeys((*labels, *other_labels)) if x in needed)
            target = output if place == len(operands) else kept
            pair = [(array, labels), (other, other_labels)]
            if _is_elementwise(pair, target):
                array = self._multiplied(pair, target)
            else:
                array = self._einsum(pair, target)
            labels = target
        return array

    def _multiplied(self, operands: Sequence[tuple[ObjectArray, Labels]], output: Labels) -> Any:
        result = self.aligned(*operands[0], output)
        for array, labels in operands[1:]:
            result = result * self.aligned(array, labels, output)
        return self.wrap(result)

    def _einsum(self, operands: Sequence[tuple[ObjectArray, Labels]], output: Labels) -> Any:
        number: dict[Hashable, int] = {}
        arguments: list[Any] = []
        for array, labels in operands:
            arguments += [array, [number.setdefault(label, len(number)) for label in labels]]
        return self.wrap(np.einsum(*arguments, [number[label] for label in output]))

    def add(self, operands: Sequence[tuple[ObjectArray, Labels]], output: Labels) -> Any:
        """Line the axes up by label, then add with NumPy's broadcasting."""
        result = self.aligned(*operands[0], output)
        for array, labels in operands[1:]:
            result = result + self.aligned(array, labels, output)
        return self.wrap(result)

    def aligned(self, array: ObjectArray, labels: Labels, output: Labels) -> ObjectArray:
        """Return a view with one axis for each output label, of length 1 where it is missing.

        An array without axes stays so: it broadcasts as it is.
        """
        if labels == output or not labels:
            return array
        present = [labels.index(label) for label in output if label in labels]
        slices = tuple(slice(None) if label in labels else np.newaxis for label in output)
        view: ObjectArray = array.transpose(present)[slices] if output else array
        return view

    def power(self, base: ObjectArray, exponent: int) -> Any:
        """Return the power of every entry; a negative exponent divides."""
        if exponent < 0:
            one = self.element(Fraction(1))
            return self.wrap(one / self.wrap(base**-exponent))
        return self.wrap(base**exponent)

    def apply(
        self, function: str, order: int, argument: ObjectArray, known: ObjectArray | None = None
    ) -> ObjectArray:
        """Return the derivative of that order of the function at every entry."""
        return self.elementwise(function, order, argument) if known is None else known
