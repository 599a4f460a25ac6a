"""Which function of the table a formula in one variable is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from symbolic.expr import Add, Apply, Entry, Expr, Multiply, Number, Power
from symbolic.functions import FUNCTIONS

#: The functions of the table as SymPy has them.
_SYMPY: dict[str, Callable[[Any], Any]] = {
    "identity": lambda x: x,
    "tanh": sympy.tanh,
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "exp": sympy.exp,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
}


def recognised(formula: Expr) -> str | None:
    """Return the function that a formula is, its only variable being any entry in it.

    Two formulas are one where their difference, a rational function of z = exp(x), has no term left
    in lowest terms; None where there is no such function.

    >>> from fractions import Fraction
    >>> from symbolic.affine import integer
    >>> e = Apply("exp", Multiply((Number(Fraction(-1)), Entry("u"))))
    >>> recognised(Power(Add((Number(Fraction(1)), e)), integer(-1)))
    'sigmoid'
    """
    x, z = sympy.Symbol("x", real=True), sympy.Symbol("z", positive=True)
    written = _sympy(formula, x)
    if written is None:
        return None
    for name in FUNCTIONS:
        difference = written - _SYMPY[name](x)
        if sympy.cancel(difference.rewrite(sympy.exp).subs(x, sympy.log(z))) == 0:
            return name
    return None


def _sympy(e: Expr, x: sympy.Symbol) -> Any:
    """Return a formula as SymPy has it; None where it has no such part."""
    match e:
        case Number(value=value):
            return sympy.Rational(value.numerator, value.denominator)
        case Entry():
            return x
        case Add(terms=parts) | Multiply(factors=parts):
            found = [_sympy(part, x) for part in parts]
            if any(part is None for part in found):
                return None
            return sympy.Add(*found) if isinstance(e, Add) else sympy.Mul(*found)
        case Power(base=base, exponent=exponent) if exponent.is_constant:
            inner = _sympy(base, x)
            return None if inner is None else inner**exponent.constant
        case Apply(function=function, argument=argument, order=0) if function in _SYMPY:
            inner = _sympy(argument, x)
            return None if inner is None else _SYMPY[function](inner)
        case _:
            return None
