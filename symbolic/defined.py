"""Whether every symbol of an expression is defined at an instance: at its step, if it has one."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.affine import Affine
from symbolic.expr import Entry, Expr, TimeProduct, TimeSum
from symbolic.forward import longest_lag
from symbolic.model import Model, Role
from symbolic.traverse import children


def lags(model: Model) -> dict[str, int]:
    """Return how many steps before the first one each variable of a model has a value."""
    return {
        declared.name: longest_lag(model, declared.name) if declared.role is Role.NODE else 0
        for declared in model.declarations
    }


def is_defined(e: Expr, letters: Mapping[str, int], steps: range, lag: Mapping[str, int]) -> bool:
    """Return whether each variable of ``e`` has a value at its step, for given time letters.

    A node is defined at every step and, where the model reads it so, before the first one; an
    input, a target and the copy of a parameter at the steps alone. ``lag`` is that of ``lags``.
    """
    match e:
        case Entry(step=None):
            return True
        case Entry(name=name, step=Affine() as step):
            return steps.start - lag[name] <= step.value(letters) < steps.stop
        case TimeSum() | TimeProduct():
            bound = range(e.first.value(letters), e.last.value(letters) + 1)
            return all(is_defined(e.body, {**letters, e.letter: s}, steps, lag) for s in bound)
        case _:
            return all(is_defined(child, letters, steps, lag) for child in children(e))
