"""Whether every symbol of an expression is defined at an instance: at its step, if it has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Range:
    """The steps that a sum or product over time runs over, and what its body reads there."""

    letter: str
    first: Affine
    last: Affine
    reads: Reads


@dataclass(frozen=True, slots=True)
class Reads:
    """The steps at which an expression reads variables: (lag, step) pairs, and ranges of them."""

    steps: frozenset[tuple[int, Affine]]
    ranges: tuple[Range, ...]

    def are_defined(self, letters: Mapping[str, int], steps: range) -> bool:
        """Return whether each variable has a value at its step, for given time letters."""
        for lag, step in self.steps:
            if not steps.start - lag <= step.value(letters) < steps.stop:
                return False
        for one in self.ranges:
            bound = range(one.first.value(letters), one.last.value(letters) + 1)
            if not all(one.reads.are_defined({**letters, one.letter: s}, steps) for s in bound):
                return False
        return True


def reads_of(*expressions: Expr, lag: Mapping[str, int]) -> Reads:
    """Return the steps that expressions read.

    A node is defined at every step and, where the model reads it so, before the first one; an
    input, a target and the copy of a parameter at the steps alone. ``lag`` is that of ``lags``.
    """
    found: set[tuple[int, Affine]] = set()
    ranges: list[Range] = []
    pending = list(expressions)
    while pending:
        match pending.pop():
            case Entry(name=name, step=Affine() as step):
                found.add((lag[name], step))
            case (TimeSum() | TimeProduct()) as over:
                body = reads_of(over.body, lag=lag)
                ranges.append(Range(over.letter, over.first, over.last, body))
            case other:
                pending.extend(children(other))
    return Reads(frozenset(found), tuple(ranges))
