"""A forward equation written for k, or for t + 1, as one for the step t."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from symbolic.affine import Affine, letter
from symbolic.expr import Entry, Expr, Power, Size, TimeProduct, TimeSum
from symbolic.model import STEP
from symbolic.traverse import map_children


def restepped(e: Expr, written: Affine) -> Expr:
    """Return a body whose step ``written`` (k, or t + 1) is the core's letter for the step."""
    (name,) = written.letters
    return at_step(e, name, letter(STEP) - written.constant)


def at_step(e: Expr, name: str, shift: Affine) -> Expr:
    """Return an expression with a step in place of the letter ``name``."""

    def moved(of: Affine) -> Affine:
        known = dict(of.coefficients)
        factor = known.pop(name, 0)
        rest = Affine(tuple(sorted(known.items())), of.constant)
        return rest + shift * factor

    def change(node: Expr) -> Expr:
        inner = map_children(node, change)
        match inner:
            case Entry(step=Affine() as step):
                return replace(inner, step=moved(step))
            case Size():
                return replace(inner, of=moved(inner.of))
            case Power():
                return replace(inner, exponent=moved(inner.exponent))
            case TimeSum() | TimeProduct():
                return replace(inner, first=moved(inner.first), last=moved(inner.last))
            case _:
                return inner

    return change(e)


def without_steps(e: Expr, parameters: Collection[str]) -> Expr:
    """Return a body in which the copy of a parameter at the step is the parameter."""

    def change(node: Expr) -> Expr:
        inner = map_children(node, change)
        if isinstance(inner, Entry) and inner.name in parameters and inner.step == letter(STEP):
            return replace(inner, step=None)
        return inner

    return change(e)
