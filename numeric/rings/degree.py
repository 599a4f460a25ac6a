"""Bounds of degree: how likely the prime field calls two different things equal.

Evaluating in this ring follows the same operations as the prime field and returns, for each entry,
a bound of the degree of its numerator and of its denominator as polynomials in the coordinates of
the point and the atoms. By Schwartz (1980), Corollary 1, and Zippel (1979), a polynomial of degree
d that is not zero vanishes at a uniform point of F_p with probability at most d / p.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from numeric.points import Targets, draw
from numeric.rings.base import NumberRing
from numeric.rings.field import RATIONAL, P
from symbolic.forward import NodeKey
from symbolic.functions import FUNCTIONS
from symbolic.model import Instance
from symbolic.ring import Labels, ObjectArray


class Divisor:
    """One polynomial that something was divided by, with a bound of its degree."""

    __slots__ = ("degree",)

    def __init__(self, degree: int) -> None:
        self.degree = degree


class Denominator:
    """A product of powers of divisors, and its degree.

    Few products occur and each many times: what two of them come to is kept, so that entries over
    equal denominators share one object.
    """

    __slots__ = ("_common", "_products", "degree", "powers")

    def __init__(self, powers: Mapping[Divisor, int]) -> None:
        self.powers = powers
        self.degree = sum(divisor.degree * exponent for divisor, exponent in powers.items())
        self._common: dict[Denominator, Denominator] = {}
        self._products: dict[Denominator, Denominator] = {}

    def common(self, other: Denominator) -> Denominator:
        """Return the least common multiple."""
        if other is self or other is ONE:
            return self
        if self is ONE:
            return other
        found = self._common.get(other)
        if found is None:
            powers = dict(self.powers)
            for divisor, exponent in other.powers.items():
                powers[divisor] = max(powers.get(divisor, 0), exponent)
            found = next((d for d in (self, other) if d.powers == powers), None)
            found = found or Denominator(powers)
            self._common[other] = other._common[self] = found
        return found

    def times(self, other: Denominator) -> Denominator:
        """Return the product."""
        if other is ONE:
            return self
        if self is ONE:
            return other
        found = self._products.get(other)
        if found is None:
            powers = dict(self.powers)
            for divisor, exponent in other.powers.items():
                powers[divisor] = powers.get(divisor, 0) + exponent
            found = Denominator(powers)
            self._products[other] = other._products[self] = found
        return found


#: Nothing was divided by.
ONE = Denominator({})


class Degree:
    """A bound for ``numerator / product of divisors``: the degree above, the divisors below.

    Divisors are kept apart, so that a sum over one denominator does not multiply it. An operation
    takes an exact integer too, of degree 0, and leaves arrays to NumPy.
    """

    __slots__ = ("_divided", "denominator", "numerator")

    def __init__(self, numerator: int, denominator: Denominator = ONE) -> None:
        self.numerator = numerator
        self.denominator = denominator
        #: What something is over that is divided by this.
        self._divided: Denominator | None = None

    @property
    def total(self) -> int:
        """The degree of the denominator."""
        return self.denominator.degree

    def __add__(self, other: Any) -> Degree:
        if not isinstance(other, Degree):
            if not isinstance(other, int):
                return NotImplemented
            return Degree(max(self.numerator, self.total), self.denominator)
        below, below_other = self.denominator, other.denominator
        if below is below_other:
            return Degree(max(self.numerator, other.numerator), below)
        common = below.common(below_other)
        numerator = max(
            self.numerator + common.degree - below.degree,
            other.numerator + common.degree - below_other.degree,
        )
        return Degree(numerator, common)

    __radd__ = __sub__ = __rsub__ = __add__

    def __neg__(self) -> Degree:
        return self

    def __mul__(self, other: Any) -> Degree:
        if not isinstance(other, Degree):
            # A multiple is a quantity of its own: an atom of it is another one.
            is_integer = isinstance(other, int)
            return Degree(self.numerator, self.denominator) if is_integer else NotImplemented
        product = self.denominator.times(other.denominator)
        return Degree(self.numerator + other.numerator, product)

    __rmul__ = __mul__

    def _inverse(self) -> Degree:
        if self.numerator == 0 and self.denominator is ONE:
            return self
        if self._divided is None:
            self._divided = Denominator({Divisor(self.numerator): 1})
        return Degree(self.total, self._divided)

    def __truediv__(self, other: Any) -> Degree:
        return self * (other._inverse() if isinstance(other, Degree) else other)

    def __rtruediv__(self, other: Any) -> Degree:
        return self._inverse() if isinstance(other, int) else NotImplemented

    def __pow__(self, exponent: int) -> Degree:
        if exponent < 0:
            return self._inverse() ** -exponent
        if exponent == 0:
            return Degree(0)
        powers = {d: exponent * e for d, e in self.denominator.powers.items()}
        return Degree(exponent * self.numerator, Denominator(powers) if powers else ONE)

    def __repr__(self) -> str:
        return f"Degree({self.numerator} / {self.total})"


class DegreeRing(NumberRing):
    """The ring of bounds; it also collects the arguments of the atoms it meets.

    Where it shares denominators, the entries of an array that is computed have one for all, their
    least common multiple: the bounds are larger, and long computations take far less time.
    """

    name = "bounds of degree"
    expands_logarithms = True

    def __init__(self, *, shares_denominators: bool = False) -> None:
        self.shares_denominators = shares_denominators
        # Keyed by the identity of the argument, which the entry keeps alive.
        self._atoms: dict[tuple[str, int], tuple[Degree, Degree]] = {}
        self._exponents = Degree(1)
        self._settled: tuple[dict[tuple[str, int], tuple[Degree, Degree]], Degree] = {}, Degree(1)

    def settle(self) -> None:
        """Keep the atoms met so far: those of a network, which all that is compared has."""
        self._settled = dict(self._atoms), self._exponents

    def restart(self) -> None:
        """Forget the atoms met since the ring was settled: those of what was compared before."""
        atoms, self._exponents = self._settled
        self._atoms = dict(atoms)

    def element(self, value: Fraction) -> Degree:
        """A constant has degree 0."""
        return Degree(0)

    def variable(self) -> Degree:
        """A coordinate of the point has degree 1."""
        return Degree(1)

    def _multiplied(self, operands: Sequence[tuple[ObjectArray, Labels]], output: Labels) -> Any:
        return self._shared(super()._multiplied(operands, output))

    def _einsum(self, operands: Sequence[tuple[ObjectArray, Labels]], output: Labels) -> Any:
        return self._shared(super()._einsum(operands, output))

    def add(self, operands: Sequence[tuple[ObjectArray, Labels]], output: Labels) -> Any:
        """As in any ring, over one denominator where the ring shares them."""
        return self._shared(super().add(operands, output))

    def _shared(self, array: ObjectArray) -> ObjectArray:
        """Return the same bounds over one denominator, if the ring shares them."""
        if not self.shares_denominators:
            return array
        entries = [entry for entry in array.flat if isinstance(entry, Degree)]
        whole = ONE
        for below in {entry.denominator: None for entry in entries}:
            whole = whole.common(below)
        if all(entry.denominator is whole for entry in entries):
            return array
        result = np.empty(array.shape, dtype=object)
        for place in np.ndindex(array.shape):
            entry = array[place]
            numerator, below = (
                (entry.numerator, entry.denominator) if isinstance(entry, Degree) else (0, ONE)
            )
            result[place] = Degree(numerator + whole.degree - below.degree, whole)
        return result

    def elementwise(self, function: str, order: int, argument: ObjectArray) -> ObjectArray:
        """As in the prime field: an undefined function is an atom per order and argument."""
        if function in FUNCTIONS:
            return self._shared(super().elementwise(function, order, argument))
        name = f"{function} of order {order}"
        # A derivative may be asked for later or never: its atoms count in any case.
        self._each(argument, lambda x: self._atom(f"{function} of order {order + 1}", x))
        return self._each(argument, lambda x: self._atom(name, x))

    def value(self, function: str, argument: ObjectArray) -> ObjectArray:
        """As in the prime field: rational functions of atoms of degree 1."""
        if function == "log":
            return self._each(argument, self._log)
        if function == "softplus":
            return self._each(argument, lambda x: self._log(self._atom("exp", x) + 1))
        family, rational = RATIONAL[function]
        return self._each(argument, lambda x: self._rational(function, family, rational, x))

    def _each(self, argument: ObjectArray, function: Callable[[Degree], Degree]) -> ObjectArray:
        result = np.empty(argument.shape, dtype=object)
        for place in np.ndindex(argument.shape):
            x = argument[place]
            result[place] = function(x if isinstance(x, Degree) else Degree(0))
        return result

    def _atom(self, family: str, argument: Degree) -> Degree:
        key = (family, id(argument))
        if key not in self._atoms:
            self._atoms[key] = (argument, Degree(1))
            if family == "exp":
                self._exponents = self._exponents + argument
        return self._atoms[key][1]

    def _rational(
        self, function: str, family: str, rational: Callable[[Any], Any], x: Degree
    ) -> Degree:
        atom = self._atom(family, x)
        if function == "exp":
            # The atom, or where the argument is the negative one, its inverse.
            return atom + atom._inverse()
        bound: Degree = rational(atom)
        return bound

    def _log(self, x: Degree) -> Degree:
        """An atom, or the argument of an exponential."""
        return self._atom("log", x) + self._exponents

    def collisions(self) -> int:
        """Return a bound of the degree of all accidental equalities between atom arguments.

        Two arguments of one function meet where x - y or x + y (or x y - 1 for logarithms)
        vanishes, and one is special where x is 0 or 1: two conditions per pair and two per atom.
        """
        families: dict[str, list[Degree]] = {}
        for (family, _), (argument, _) in self._atoms.items():
            families.setdefault(family, []).append(argument)
        bound = 0
        for arguments in families.values():
            numerator = max(a.numerator for a in arguments)
            denominator = max(a.total for a in arguments)
            bound += len(arguments) * (len(arguments) + 1) * 2 * (numerator + denominator)
        return bound


@dataclass(frozen=True, slots=True)
class ErrorBound:
    """The chance that k uniform points of the field agree although the sides differ.

    ``degree`` d of the difference with its denominators, ``collisions`` c of atom arguments:
    ((d + c) / p)^k.
    """

    degree: int
    collisions: int
    points: int

    @property
    def value(self) -> Fraction:
        """The bound; 1 where it says nothing."""
        return min(Fraction(self.degree + self.collisions, P), Fraction(1)) ** self.points

    @property
    def log2(self) -> float:
        """The binary logarithm of the bound; of 1/p where two constants are compared."""
        ratio = Fraction(max(self.degree + self.collisions, 1), P)
        if ratio >= 1:
            return 0.0
        numerator, denominator = np.log2(float(ratio.numerator)), np.log2(float(ratio.denominator))
        return float(self.points * (numerator - denominator))


def error_bound(left: ObjectArray, right: ObjectArray, ring: DegreeRing, points: int) -> ErrorBound:
    """Return the bound for the comparison of two arrays that were computed in ``ring``."""
    degree = 0
    for place in np.ndindex(left.shape):
        difference = left[place] - right[place]
        if isinstance(difference, Degree):
            degree = max(degree, difference.numerator + difference.total)
    return ErrorBound(degree, ring.collisions(), points)


def degree_point(
    instance: Instance, ring: DegreeRing, targets: Targets
) -> dict[NodeKey, ObjectArray]:
    """Return a variable for every leaf; solving for the last target keeps degree 1."""
    return draw(instance, targets, lambda key, place: ring.variable(), lambda key, row, size: 0)
