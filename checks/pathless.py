"""Derivatives that are zero because no path leads to one variable from the other: a note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checks.claims import Meaning, Sides, domain_of
from numeric.closed_forms.reading import Reading
from symbolic.affine import letter
from symbolic.expr import Derivative, Entry, Expr, TimeProduct, TimeSum
from symbolic.latex.section import Section
from symbolic.model import HORIZON, STEP, Equation, entries_of
from symbolic.traverse import children, walk

#: So many steps show whether a sum over steps has terms without a path.
_LENGTH = 3

#: A variable and its step.
_Place = tuple[str, int | None]


def without_path(meaning: Meaning, reading: Reading, section: Section) -> list[str]:
    """Return notes on sums with terms that are zero, since a step does not depend on another one.

    Only sums and products over steps are looked at: what is claimed of free steps is claimed where
    there is a path.
    """
    sides = meaning.by_reading[reading]
    if not isinstance(sides, Sides) or not any(
        isinstance(node, TimeSum) for e in (sides.left, sides.right) for node in walk(e)
    ):
        return []
    if any(_reads_later(equation) for equation in section.model.equations):
        return []
    first = section.model.first_step
    steps = range(first, first + (section.tau or _LENGTH))
    found: set[tuple[str, str]] = set()
    for values in domain_of(meaning, section)(steps):
        letters = dict(zip(meaning.letters, values, strict=True)) | {HORIZON: steps.stop - 1}
        for e in (sides.left, sides.right):
            for of, by in _derivatives(e, letters, is_summed=False):
                if of[1] is not None and by[1] is not None and of[1] < by[1]:
                    found.add((of[0], by[0]))
    return [
        f"the derivative of {of} by {by} at a later step is zero, since no path leads there"
        for of, by in sorted(found)
    ]


def _derivatives(
    e: Expr, letters: Mapping[str, int], *, is_summed: bool
) -> Iterator[tuple[_Place, _Place]]:
    """Yield the derivatives under sums over steps, term by term: of what, by what."""
    match e:
        case TimeSum() | TimeProduct():
            for step in range(e.first.value(letters), e.last.value(letters) + 1):
                yield from _derivatives(e.body, {**letters, e.letter: step}, is_summed=True)
        case Derivative(of=Entry() as of, by=Entry() as by):
            if is_summed:
                yield _place(of, letters), _place(by, letters)
        case _:
            for child in children(e):
                yield from _derivatives(child, letters, is_summed=is_summed)


def _place(entry: Entry, letters: Mapping[str, int]) -> _Place:
    return entry.name, None if entry.step is None else entry.step.value(letters)


def _reads_later(equation: Equation) -> bool:
    """Whether an equation reads a step behind its own, so that steps depend on later ones."""
    own = letter(STEP)
    steps = [entry.step for entry in entries_of(equation.body) if entry.step is not None]
    return any((s - own).is_constant and (s - own).constant > 0 for s in steps)
