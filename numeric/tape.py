"""A tape over a ring: derivatives carried backward, one rule for each ring operation.

Every operation on traced arrays is recorded with its pullback: the map from the cotangent of its
result to those of its operands. One sweep over the tape, last operation first, gives the
derivative of one quantity by everything before it, at a cost linear in the length of the tape. No
rule here knows a node type of the core or a model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple

import numpy as np

from symbolic.ring import A, Labels, ObjectArray, Places, Ring


class Traced(NamedTuple, Generic[A]):
    """A value and its place on the tape; None for a constant, which has no derivative."""

    value: A
    place: int | None = None


#: From the cotangent of a result to (place, cotangent) of each operand. Cotangents have the axes
#: of the quantity that is differentiated first, then those of the value.
_Pullback = Callable[[A, Labels], list[tuple[int, A]]]


class Tape(Generic[A]):
    """The ring of traced arrays over ``base``."""

    def __init__(self, base: Ring[A]) -> None:
        self.base = base
        self._pullbacks: list[_Pullback[A] | None] = []

    @property
    def name(self) -> str:
        """The name of the number system."""
        return f"tape over {self.base.name}"

    @property
    def expands_logarithms(self) -> bool:
        """As the base."""
        return self.base.expands_logarithms

    def variable(self, value: A) -> Traced[A]:
        """Return a value as a variable of differentiation."""
        return self._record(value, None)

    def named(self, traced: Traced[A]) -> Traced[A]:
        """Return the same value at a place of its own, so that two names never share one."""
        if traced.place is None:
            return self.variable(traced.value)
        place = traced.place
        return self._record(traced.value, lambda cotangent, _: [(place, cotangent)])

    def _record(self, value: A, pullback: _Pullback[A] | None) -> Traced[A]:
        self._pullbacks.append(pullback)
        return Traced(value, len(self._pullbacks) - 1)

    def constant(self, entries: ObjectArray) -> Traced[A]:
        """A constant is not on the tape."""
        return Traced(self.base.constant(entries))

    def shape(self, array: Traced[A]) -> tuple[int, ...]:
        """Return the sizes of the axes of the value."""
        return self.base.shape(array.value)

    def take(self, array: Traced[A], places: Places) -> Traced[A]:
        """z = x at the places: the cotangent of x is that of z there, and zero elsewhere."""
        value = self.base.take(array.value, places)
        if array.place is None:
            return Traced(value)
        place, shape = array.place, self.shape(array)

        def pullback(cotangent: A, of: Labels) -> list[tuple[int, A]]:
            axes = tuple(range(len(places)))
            kept = tuple(axis for axis in axes if places[axis] is None)
            factors: list[tuple[A, Labels]] = [(cotangent, (*of, *kept))]
            for axis, taken in enumerate(places):
                if taken is not None:
                    factors.append((self._unit(shape[axis], taken), (axis,)))
            return [(place, self.base.contract(factors, (*of, *axes)))]

        return self._record(value, pullback)

    def _unit(self, size: int, place: int) -> A:
        unit = np.zeros(size, dtype=object)
        unit[place] = 1
        return self.base.constant(unit)

    def contract(self, operands: Sequence[tuple[Traced[A], Labels]], output: Labels) -> Traced[A]:
        """z = sum x y: the cotangent of x is that of z times y, summed over what x lacks."""
        values = [(operand.value, labels) for operand, labels in operands]
        value = self.base.contract(values, output)
        if all(operand.place is None for operand, _ in operands):
            return Traced(value)

        def pullback(cotangent: A, of: Labels) -> list[tuple[int, A]]:
            found: list[tuple[int, A]] = []
            for place, (operand, labels) in enumerate(operands):
                if operand.place is not None:
                    others = [*values[:place], *values[place + 1 :]]
                    start = [(cotangent, (*of, *output)), *others]
                    pulled = self._onto(start, of, labels, self.shape(operand))
                    found.append((operand.place, pulled))
            return found

        return self._record(value, pullback)

    def _onto(
        self,
        factors: list[tuple[A, Labels]],
        of: Labels,
        labels: Labels,
        shape: tuple[int, ...],
    ) -> A:
        """Return the product of the factors with axes ``of`` and ``labels``.

        A label that no factor has is repeated; a label twice in ``labels`` is a diagonal.
        """
        names: list[object] = []
        for axis, (label, size) in enumerate(zip(labels, shape, strict=True)):
            if label in names:
                eye = self.base.constant(np.eye(size, dtype=object))
                names.append(("diagonal", axis))
                factors = [*factors, (eye, (label, names[-1]))]
            else:
                names.append(label)
                if not any(label in known for _, known in factors):
                    ones = self.base.constant(np.ones(size, dtype=object))
                    factors = [*factors, (ones, (label,))]
        return self.base.contract(factors, (*of, *names))

    def add(self, operands: Sequence[tuple[Traced[A], Labels]], output: Labels) -> Traced[A]:
        """z = x + y: the cotangent of x is that of z, summed over what x lacks."""
        value = self.base.add([(operand.value, labels) for operand, labels in operands], output)
        if all(operand.place is None for operand, _ in operands):
            return Traced(value)

        def pullback(cotangent: A, of: Labels) -> list[tuple[int, A]]:
            return [
                (operand.place, self.base.contract([(cotangent, (*of, *output))], (*of, *labels)))
                for operand, labels in operands
                if operand.place is not None
            ]

        return self._record(value, pullback)

    def power(self, base: Traced[A], exponent: int) -> Traced[A]:
        """z = x^n: the cotangent of x is that of z times n x^(n-1)."""
        value = self.base.power(base.value, exponent)
        if base.place is None or exponent == 0:
            return Traced(value)
        factor = self.base.constant(np.array(exponent, dtype=object))
        return self._entry_by_entry(
            value, base.place, lambda: [self.base.power(base.value, exponent - 1), factor]
        )

    def apply(
        self, function: str, order: int, argument: Traced[A], known: Traced[A] | None = None
    ) -> Traced[A]:
        """z = f(x): the cotangent of x is that of z times f'(x)."""
        given = None if known is None else known.value
        value = self.base.apply(function, order, argument.value, given)
        if argument.place is None:
            return Traced(value)
        return self._entry_by_entry(
            value, argument.place, lambda: [self.base.apply(function, order + 1, argument.value)]
        )

    def _entry_by_entry(self, value: A, place: int, slopes: Callable[[], list[A]]) -> Traced[A]:
        """Record an elementwise operation; the slopes are computed when the sweep needs them."""

        def pullback(cotangent: A, of: Labels) -> list[tuple[int, A]]:
            factors = slopes()
            axes = tuple(range(len(self.base.shape(value))))
            operands: list[tuple[A, Labels]] = [(cotangent, (*of, *axes))]
            for factor in factors:
                operands.append((factor, axes[: len(self.base.shape(factor))]))
            return [(place, self.base.contract(operands, (*of, *axes)))]

        return self._record(value, pullback)

    def sweep(self, of: Traced[A]) -> Sweep[A]:
        """Return the sweep that carries the cotangent of ``of`` back over the tape."""
        return Sweep(self, of)

    def cotangents(self, of: Traced[A]) -> dict[int, A]:
        """Return, by place, the derivative of ``of`` by every value that it depends on.

        Shapes: those of ``of``, then those of the value. What ``of`` does not depend on is absent.
        """
        sweep = self.sweep(of)
        sweep.at(0)
        return sweep.found

    def pulled(self, place: int, cotangent: A, of: Labels) -> list[tuple[int, A]]:
        """Return the cotangents of the operands of the operation at a place; none for a variable.

        The cotangent of its result has the axes ``of`` first.
        """
        pullback = self._pullbacks[place]
        return [] if pullback is None else pullback(cotangent, of)


class Sweep(Generic[A]):
    """The derivatives of one value by those before it, carried back as far as they are asked for.

    Most derivatives that are asked for are by something that was computed shortly before.
    """

    def __init__(self, tape: Tape[A], of: Traced[A]) -> None:
        self.tape = tape
        #: The cotangents so far, by place; those above ``_next`` are complete.
        self.found: dict[int, A] = {}
        self._next = -1
        self._labels: Labels = ()
        if of.place is not None:
            shape = tape.shape(of)
            size = int(np.prod(shape, dtype=int))
            eye = np.eye(size, dtype=object).reshape(shape * 2)
            self._labels = tuple(("of", axis) for axis in range(len(shape)))
            self.found[of.place] = tape.base.constant(eye)
            self._next = of.place

    def at(self, place: int) -> A | None:
        """Return the derivative by the value at a place; None where it does not depend on it."""
        base = self.tape.base
        while self._next > place:
            current, self._next = self._next, self._next - 1
            if current not in self.found:
                continue
            for operand, cotangent in self.tape.pulled(current, self.found[current], self._labels):
                axes = tuple(range(len(base.shape(cotangent))))
                self.found[operand] = (
                    base.add([(self.found[operand], axes), (cotangent, axes)], axes)
                    if operand in self.found
                    else cotangent
                )
        return self.found.get(place)
