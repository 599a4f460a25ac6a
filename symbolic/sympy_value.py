"""The value of a SymPy expression in a ring, for comparing SymPy's derivatives with others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from sympy.core.function import AppliedUndef

from symbolic.errors import UnsupportedNotation
from symbolic.forward import NodeKey
from symbolic.functions import FUNCTIONS
from symbolic.ring import ArrayRing, ObjectArray
from symbolic.unroll import expression, symbols


def symbol_values(point: Mapping[NodeKey, ObjectArray]) -> dict[Any, Any]:
    """Return the value of every symbol of the leaves at a point of a ring."""
    found: dict[Any, Any] = {}
    for key, array in point.items():
        names = symbols(key, array.shape)
        for place in np.ndindex(array.shape):
            found[names[place]] = array[place]
    return found


def value(
    entries: ObjectArray,
    ring: ArrayRing,
    known: Mapping[Any, Any],
    functions: Mapping[str, str] | None = None,
) -> ObjectArray:
    """Return SymPy expressions as elements of a ring, without recursion, common parts once.

    ``functions`` names the concrete function for an undefined one. Raises UnsupportedNotation for
    an expression outside of sums, products, integer powers and the functions of the table.
    """
    flat = values_of([expression(entry) for entry in entries.flat], ring, known, functions)
    result = np.empty(entries.shape, dtype=object)
    for place, found in zip(np.ndindex(entries.shape), flat, strict=True):
        result[place] = found
    return ring.wrap(result)


def values_of(
    expressions: Sequence[Any],
    ring: ArrayRing,
    known: Mapping[Any, Any],
    functions: Mapping[str, str] | None = None,
) -> list[Any]:
    """Return SymPy expressions as elements of a ring, as ``value`` does for an array of them."""
    walker = _Walker(ring, dict(known), functions or {})
    return [walker.value(e) for e in expressions]


class _Walker:
    """A post-order walk with a memo of every subexpression."""

    def __init__(self, ring: ArrayRing, memo: dict[Any, Any], functions: Mapping[str, str]) -> None:
        self.ring = ring
        self.memo = memo
        self.functions = functions

    def value(self, expression: Any) -> Any:
        pending = [expression]
        while pending:
            top = pending[-1]
            if top in self.memo:
                pending.pop()
                continue
            missing = [part for part in self.parts(top) if part not in self.memo]
            if missing:
                pending.extend(missing)
            else:
                self.memo[top] = self.combine(top)
                pending.pop()
        return self.memo[expression]

    def parts(self, e: Any) -> tuple[Any, ...]:
        """Return the subexpressions whose values are needed for that of ``e``."""
        if isinstance(e, sympy.Rational):
            return ()
        if isinstance(e, sympy.Subs | sympy.Derivative):
            return (self.derivative(e)[2],)
        if isinstance(e, sympy.Pow):
            return (e.base,)
        return tuple(e.args)

    def combine(self, e: Any) -> Any:
        """Return the value of ``e`` from those of its parts."""
        memo = self.memo
        match e:
            case sympy.Rational():
                return self.ring.element(Fraction(int(e.p), int(e.q)))
            case sympy.Add():
                return _accumulate(e.args, memo, lambda x, y: x + y)
            case sympy.Mul():
                return _accumulate(e.args, memo, lambda x, y: x * y)
            case sympy.Pow() if e.exp.is_Integer:
                return self.power(memo[e.base], int(e.exp))
            case sympy.Subs() | sympy.Derivative():
                function, order, argument = self.derivative(e)
                return self.apply(function, order, memo[argument])
            case AppliedUndef(args=(argument,)):
                return self.apply(e.func.__name__, 0, memo[argument])
            case sympy.Function(args=(argument,)) if e.func.__name__ in FUNCTIONS:
                return self.apply(e.func.__name__, 0, memo[argument])
            case sympy.core.numbers.Exp1():  # what SymPy makes of exp(1)
                return self.apply("exp", 0, self.ring.element(Fraction(1)))
        raise UnsupportedNotation(f"no value for {type(e).__name__} {e} in {self.ring.name}")

    def power(self, base: Any, exponent: int) -> Any:
        return self.ring.power(self.ring.wrap(base), exponent).item()

    def apply(self, name: str, order: int, argument: Any) -> Any:
        name = self.functions.get(name, name)
        return self.ring.apply(name, order, self.ring.wrap(argument)).item()

    def derivative(self, e: Any) -> tuple[str, int, Any]:
        """Return function, order and argument of SymPy's ways to write f'(a)."""
        inner, bound, at = e, e.variables[:1], e.variables[0]
        if isinstance(e, sympy.Subs):
            inner, bound, at = e.expr, tuple(e.variables), e.point[0]
        of = inner.expr if isinstance(inner, sympy.Derivative) else None
        # One argument, which is the only variable that is differentiated by and substituted.
        if isinstance(of, AppliedUndef) and of.args == bound and {*inner.variables} == {*bound}:
            return of.func.__name__, len(inner.variables), at
        raise UnsupportedNotation(f"no value for the derivative {e} in {self.ring.name}")


def _accumulate(
    parts: tuple[Any, ...], memo: Mapping[Any, Any], join: Callable[[Any, Any], Any]
) -> Any:
    result = memo[parts[0]]
    for part in parts[1:]:
        result = join(result, memo[part])
    return result
