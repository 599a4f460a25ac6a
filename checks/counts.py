"""Products such as ``W W ... W`` that do not say how many factors they have.

Such an equation fails if no count makes it true at some instance; if one does, it is undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checks.bench import Bench
from checks.claims import Meaning, Sides
from checks.decide import decide
from checks.verdict import Verdict
from numeric.closed_forms.domain import Domain
from numeric.closed_forms.form import Form
from symbolic.affine import integer
from symbolic.latex.dots import COUNT
from symbolic.latex.restep import at_step

#: The number of steps of the instances that are tried.
STEPS = 3
#: No product over them has more factors.
MOST = 2 * STEPS + 4


def is_open(meaning: Meaning) -> bool:
    """Whether an equation has a product without a number of factors."""
    return COUNT in meaning.letters


def with_count(meaning: Meaning, count: int) -> Meaning:
    """Return what an equation means with so many factors where the number is not said."""

    def counted(sides: Sides | str) -> Sides | str:
        if isinstance(sides, str):
            return sides
        left, right = (at_step(e, COUNT, integer(count)) for e in (sides.left, sides.right))
        return replace(sides, left=left, right=right)

    by_reading = {reading: counted(sides) for reading, sides in meaning.by_reading.items()}
    letters = tuple(x for x in meaning.letters if x != COUNT)
    return replace(meaning, by_reading=by_reading, letters=letters)


def is_refuted(forms: Iterator[Form], bench: Bench) -> bool:
    """Whether the forms of all counts fail for the same values of their letters."""
    return all(decide(_widest(form), bench).verdict is Verdict.FAILS for form in forms)


def _widest(form: Form) -> Form:
    """Return the claim about the steps that are farthest from each other, of ``STEPS`` in all."""
    claim = form.claim
    if not isinstance(claim, Domain):
        return form

    def values(steps: range) -> Iterator[tuple[int, ...]]:
        if len(steps) == STEPS:
            found = claim.values(steps)
            yield from sorted(found, key=lambda v: max(v, default=0) - min(v, default=0))[-1:]

    return replace(form, claim=Domain(claim.letters, values))
