"""The prime field with p = 2^127 - 1 elements: exact arithmetic, functions as random atoms.

A function cannot be computed in a prime field, so its values are drawn: ``exp`` at a given
argument is one random element, the same whenever that argument comes again. What else holds
between function values is made to hold by construction, in the table ``RATIONAL``: exp(-x) is
1/exp(x); tanh, sigmoid, sinh and cosh are their rational functions of exp; sin and cos are those of
u = tan(x/2); log inverts exp and is odd in log(1/x) = -log(x); softplus is log(1 + exp).

Two expressions that agree here at a uniform point agree as rational functions of variables and
atoms, hence as functions, but for a chance that ``numeric.rings.degree`` bounds. Two that differ
here may still be equal, by a relation that has no form in single values: exp(a + b) =
exp(a) exp(b), the shift of a softmax, tanh(2x), sin(x + y), exp(log x) = x, softplus(x) -
softplus(-x) = x, log(x y) where the product has been multiplied out. So a difference refutes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from numeric.points import Targets, draw, uniform
from numeric.rings.base import Comparison, NumberRing, common_shape
from symbolic.forward import NodeKey
from symbolic.functions import FUNCTIONS
from symbolic.model import Instance
from symbolic.ring import ObjectArray

P = 2**127 - 1
_FIELD = flint.fmpz_mod_ctx(P)

#: Functions as rational functions of one atom: exp(x) or tan(x/2).
RATIONAL: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "exp": ("exp", lambda e: e),
    "tanh": ("exp", lambda e: (e * e - 1) / (e * e + 1)),
    "sigmoid": ("exp", lambda e: e / (e + 1)),
    "sinh": ("exp", lambda e: (e - 1 / e) / 2),
    "cosh": ("exp", lambda e: (e + 1 / e) / 2),
    "sin": ("tan half", lambda u: 2 * u / (1 + u * u)),
    "cos": ("tan half", lambda u: (1 - u * u) / (1 + u * u)),
}


class FieldRing(NumberRing):
    """The field, with a table of atoms; one instance is one point.

    ``seed`` and ``point`` fix every atom. Division by zero raises ZeroDivisionError, which a
    comparison reports as UNKNOWN.
    """

    name = "prime field"
    expands_logarithms = True

    def __init__(self, seed: int, point: int = 0) -> None:
        self.seed = seed
        self.point = point
        self._atoms: dict[tuple[str, int], Any] = {}
        # log(-1) = -log(1/-1) leaves 0 alone.
        self._logarithms: dict[int, Any] = {1: _FIELD(0), P - 1: _FIELD(0)}

    def element(self, value: Fraction) -> Any:
        """Return the fraction in the field; raises ZeroDivisionError if p divides below."""
        numerator = _FIELD(value.numerator)
        if value.denominator == 1:
            return numerator
        return numerator / _FIELD(value.denominator)

    def uniform(self, *key: str | int | None) -> Any:
        """Return the element drawn for a key, uniform and the same at each call."""
        return _FIELD(uniform(P, self.seed, "prime field", self.point, *key))

    def elementwise(self, function: str, order: int, argument: ObjectArray) -> ObjectArray:
        """Return the derivative at every entry; an undefined function gives an atom per order."""
        if function in FUNCTIONS:
            return super().elementwise(function, order, argument)
        name = f"{function} of order {order}"
        return self._each(argument, lambda x: self._atom(name, int(x)))

    def value(self, function: str, argument: ObjectArray) -> ObjectArray:
        """Return the function at every entry, as the table of relations has it."""
        if function == "log":
            return self._each(argument, self._log)
        if function == "softplus":
            return self._each(argument, lambda x: self._log(self._signed("exp", x) + 1))
        family, rational = RATIONAL[function]
        return self._each(argument, lambda x: rational(self._signed(family, x)))

    def _each(self, argument: ObjectArray, function: Callable[[Any], Any]) -> ObjectArray:
        result = np.empty(argument.shape, dtype=object)
        for place in np.ndindex(argument.shape):
            x: Any = argument[place]
            # The reduction of an empty sum leaves a plain 0.
            result[place] = function(x if isinstance(x, flint.fmpz_mod) else _FIELD(x))
        return result

    def _atom(self, family: str, key: int) -> Any:
        found = self._atoms.get((family, key))
        if found is None:
            found = self.uniform(family, key)
            self._atoms[family, key] = found
        return found

    def _signed(self, family: str, x: Any) -> Any:
        """Return exp(x) or tan(x/2): exp(0) = 1, exp(-x) = 1/exp(x); tan is odd."""
        key = int(x)
        if key == 0:
            return _FIELD(1 if family == "exp" else 0)
        negative = key > P // 2
        atom = self._atom(family, P - key if negative else key)
        if family == "tan half":
            return -atom if negative else atom
        value, inverse = (1 / atom, atom) if negative else (atom, 1 / atom)
        self._logarithms.setdefault(int(value), x)
        self._logarithms.setdefault(int(inverse), -x)
        return value

    def _log(self, x: Any) -> Any:
        """Return log(x): log(1) = 0, log(exp(a)) = a, log(1/x) = -log(x)."""
        known = self._logarithms.get(int(x))
        if known is None:
            other = int(1 / x)
            negative = other < int(x)
            known = self._atom("log", min(other, int(x)))
            known = -known if negative else known
            self._logarithms[int(x)] = known
            self._logarithms[other] = -known
        return known


def compare(left: ObjectArray, right: ObjectArray) -> Comparison:
    """Return AGREE or DIFFER of exact elements.

    AGREE errs with the probability that ``numeric.rings.degree`` bounds. DIFFER proves nothing
    where atoms are present (see the module), and inequality where there are none.
    """
    for place in np.ndindex(common_shape(left, right)):
        if left[place] != right[place]:
            return Comparison.DIFFER
    return Comparison.AGREE


def uniform_point(
    instance: Instance, ring: FieldRing, targets: Targets
) -> dict[NodeKey, ObjectArray]:
    """Return a uniform element for every leaf, from the ring's own stream."""
    drawn = draw(
        instance,
        targets,
        lambda key, place: ring.uniform("leaf", key.name, key.step, *place),
        lambda key, row, size: uniform(
            size, ring.seed, "class", ring.point, key.name, key.step, *row
        ),
    )
    for array in drawn.values():
        for place in np.ndindex(array.shape):
            value: Any = array[place]
            if isinstance(value, int):
                array[place] = ring.element(Fraction(value))
    return drawn
