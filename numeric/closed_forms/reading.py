"""The readings of a printed line: what an author may have meant by one notation.

The list is closed. A line fails only if it fails under all of its readings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Plain(Enum):
    """How a plain d(state)/d(parameter) is read, in the order in which readings are tried.

    A *head* atom stands on the left of the first relation of the chain.
    """

    ALL_TOTAL = "every derivative is total"
    RIGHT_PER_STEP = "the derivatives of states by the parameter on the right are per-step"
    SAME_PER_STEP = "on the right, the derivative that is also on the left is per-step"
    ALL_PER_STEP = "every derivative of a state by the parameter is per-step"


@dataclass(frozen=True, slots=True)
class Reading:
    """One choice for every notation of a line that has more than one meaning.

    ``descending``: a product over time has its latest factor first. ``copy``: a step at the loss
    belongs to the parameter that it is differentiated by. ``ones``: I beside an elementwise product
    has a 1 in every entry. ``rounded``: a number follows from the rounded ones printed above it.
    """

    plain: Plain | None = None
    descending: bool = False
    copy: bool = False
    ones: bool = False
    rounded: bool = False

    @property
    def text(self) -> str:
        """What is read, in words; empty where nothing had to be chosen."""
        chosen = [self.plain.value] if self.plain not in (None, Plain.ALL_TOTAL) else []
        if self.descending:
            chosen.append("the product over time has its latest factor first")
        if self.copy:
            chosen.append("the step at the loss belongs to the parameter")
        if self.ones:
            chosen.append("I has a 1 in every entry")
        if self.rounded:
            chosen.append("computed from the rounded numbers printed above it")
        return "; ".join(chosen)


LITERAL = (Reading(),)
PLAIN = tuple(Reading(plain) for plain in Plain)
DESCENDING = (Reading(), Reading(descending=True))
COPY = (Reading(), Reading(copy=True))
ROUNDED = (Reading(), Reading(rounded=True))
ONES = (Reading(), Reading(ones=True))


def both(first: tuple[Reading, ...], second: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Return every choice of one reading from each, the choices of ``second`` varying first.

    >>> len(both(PLAIN, DESCENDING))
    8
    """
    return tuple(
        replace(
            one,
            plain=one.plain or two.plain,
            descending=one.descending or two.descending,
            copy=one.copy or two.copy,
            ones=one.ones or two.ones,
            rounded=one.rounded or two.rounded,
        )
        for one in first
        for two in second
    )
