"""Whether every symbol of an expression is defined at an instance: at its step, if it has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbolic.affine import Affine
from symbolic.expr import Entry, Expr, TimeProduct, TimeSum
from symbolic.forward import reach
from symbolic.model import Model
from symbolic.traverse import children

#: For how many steps before the first one and after the last one a variable has values.
Reach = tuple[int, int]


def reaches(model: Model) -> dict[str, Reach]:
    """Return for how many steps beyond the steps of a model each of its variables has values."""
    return {declared.name: reach(model, declared.name) for declared in model.declarations}


@dataclass(frozen=True, slots=True)
class Range:
    """The steps that a sum or product over time runs over, and what its body reads there."""

    letter: str
    first: Affine
    last: Affine
    reads: Reads


@dataclass(frozen=True, slots=True)
class Reads:
    """The steps at which an expression reads variables, and ranges of them."""

    steps: tuple[tuple[str, Reach, Affine], ...]
    ranges: tuple[Range, ...]

    @property
    def letters(self) -> frozenset[str]:
        """The letters that stand at steps and that no sum or product bounds."""
        found = {x for _, _, step in self.steps for x in step.letters}
        for one in self.ranges:
            found |= (one.reads.letters - {one.letter}) | one.first.letters | one.last.letters
        return frozenset(found)

    def are_defined(self, letters: Mapping[str, int], steps: range) -> bool:
        """Return whether each variable has a value at its step, for given time letters."""
        return self.undefined(letters, steps) is None

    def undefined(self, letters: Mapping[str, int], steps: range) -> tuple[str, int] | None:
        """Return a variable and a step at which it is read and has no value; None if all do."""
        for name, (before, after), step in self.steps:
            at = step.value(letters)
            if not steps.start - before <= at < steps.stop + after:
                return name, at
        for one in self.ranges:
            bound = range(one.first.value(letters), one.last.value(letters) + 1)
            for s in bound:
                found = one.reads.undefined({**letters, one.letter: s}, steps)
                if found is not None:
                    return found
        return None


def reads_of(*expressions: Expr, reach: Mapping[str, Reach]) -> Reads:
    """Return the steps that expressions read.

    A node is defined at every step and, where the model reads it so, before the first one; so are
    inputs and targets, after the last one too; the copy of a parameter at the steps alone.
    ``reach`` is that of ``reaches``.
    """
    found: set[tuple[str, Reach, Affine]] = set()
    ranges: list[Range] = []
    pending = list(expressions)
    while pending:
        match pending.pop():
            case Entry(name=name, step=Affine() as step):
                found.add((name, reach[name], step))
            case (TimeSum() | TimeProduct()) as over:
                body = reads_of(over.body, reach=reach)
                # A matrix to a power reads no step, and its exponent may be a size.
                if body.steps or body.ranges:
                    ranges.append(Range(over.letter, over.first, over.last, body))
            case other:
                pending.extend(children(other))
    ordered = sorted(found, key=lambda read: (read[0], str(read[2])))
    return Reads(tuple(ordered), tuple(ranges))
