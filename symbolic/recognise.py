"""Which function of the table a formula in one variable is."""

from __future__ import annotations

import numpy as np
import sympy

from symbolic.errors import ModelError
from symbolic.evaluate import evaluate_array
from symbolic.expr import Expr
from symbolic.functions import FUNCTIONS
from symbolic.ring import ObjectArray
from symbolic.scope import Scope
from symbolic.unroll import SympyRing


def recognised(formula: Expr) -> str | None:
    """Return the function that a formula is, its only variable being any entry in it.

    Two formulas are one where their difference, a rational function of z = exp(x), has no term left
    in lowest terms; None where there is no such function.

    >>> from fractions import Fraction
    >>> from symbolic.affine import integer
    >>> from symbolic.expr import Add, Apply, Entry, Multiply, Number, Power
    >>> e = Apply("exp", Multiply((Number(Fraction(-1)), Entry("u"))))
    >>> recognised(Power(Add((Number(Fraction(1)), e)), integer(-1)))
    'sigmoid'
    """
    x, z = sympy.Symbol("x", real=True), sympy.Symbol("z", positive=True)
    ring, unknown = SympyRing(), np.array(x, dtype=object)
    scope: Scope[ObjectArray] = Scope(
        ring=ring,
        letters={},
        lookup=lambda name, step: unknown,
        functions={},
        definition=lambda name, step: None,
        used_at=0,
    )
    try:
        written = evaluate_array(formula, (), scope).item()
    except ModelError:
        return None
    for name in FUNCTIONS:
        difference = written - ring.elementwise(name, 0, unknown).item()
        if sympy.cancel(difference.rewrite(sympy.exp).subs(x, sympy.log(z))) == 0:
            return name
    return None
