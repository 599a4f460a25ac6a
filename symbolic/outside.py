"""Inputs and targets that a model reads before its first step and after its last one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symbolic.affine import Affine, integer, letter
from symbolic.expr import Entry, Expr, TimeProduct, TimeSum
from symbolic.model import HORIZON, STEP, Model
from symbolic.traverse import children

#: The first and the last value of a letter.
_Bounds = Mapping[str, tuple[Affine, Affine]]


def outer_reads(model: Model) -> dict[str, tuple[int, int]]:
    """Return by name for how many steps before the first one, and after the last one, it is read.

    >>> from symbolic.models import load
    >>> outer_reads(load("elman-softmax"))["x"]
    (0, 0)
    """
    first, last = integer(model.first_step), letter(HORIZON)
    found: dict[str, tuple[int, int]] = {}
    for equation in model.equations:
        is_timed = model.declaration(equation.name).timed
        bounds = {STEP: (first, last)} if is_timed else {}
        for name, lowest, highest in _reads(equation.body, bounds):
            before, after = found.get(name, (0, 0))
            early, late = first - lowest, highest - last
            if early.is_constant:
                before = max(before, early.constant)
            if late.is_constant:
                after = max(after, late.constant)
            found[name] = before, after
    return found


def _reads(e: Expr, bounds: _Bounds) -> Iterator[tuple[str, Affine, Affine]]:
    """Yield each variable that is read at a step, with the first and the last such step."""
    match e:
        case Entry(name=name, step=Affine() as step):
            yield name, _at(step, bounds, 0), _at(step, bounds, 1)
        case TimeSum() | TimeProduct():
            inner = {**bounds, e.letter: (_at(e.first, bounds, 0), _at(e.last, bounds, 1))}
            yield from _reads(e.body, inner)
        case _:
            for child in children(e):
                yield from _reads(child, bounds)


def _at(step: Affine, bounds: _Bounds, end: int) -> Affine:
    """Return the lowest (0) or highest (1) value of a step."""
    value = integer(step.constant)
    for name, factor in step.coefficients:
        if name in bounds:
            value = value + bounds[name][end if factor > 0 else 1 - end] * factor
        else:
            value = value + letter(name) * factor
    return value


__all__ = ["outer_reads"]
