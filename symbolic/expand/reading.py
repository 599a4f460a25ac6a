"""Which equations read a variable, how many steps later, and which last steps by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.affine import letter
from symbolic.expr import Entry
from symbolic.model import HORIZON, STEP, Equation, Model, entries_of, lag

RUNNING, LAST = letter(STEP), letter(HORIZON)


@dataclass(frozen=True, slots=True)
class Reader:
    """An equation that reads a variable, and how many steps later; None where it has no steps."""

    equation: Equation
    lag: int | None


def beyond_by_itself(entry: Entry) -> int:
    """Return k + 1 where an entry is read at step tau - k, else 0.

    >>> beyond_by_itself(Entry("h", (), LAST - 1))
    2
    """
    before = None if entry.step is None else LAST - entry.step
    is_near = before is not None and before.is_constant and before.constant >= 0
    return before.constant + 1 if before is not None and is_near else 0


def is_read_at(entry: Entry, beyond: int) -> bool:
    """Whether an equation without steps reads an entry that many steps before the last one."""
    by_itself = beyond_by_itself(entry)
    return by_itself == beyond + 1 if by_itself else (lag(entry) or 0) <= beyond


def leading_to(model: Model, of: str) -> frozenset[str]:
    """Return the variables that one depends on, and itself."""
    found, pending = {of}, [of]
    while pending:
        equation = model.equation(pending.pop())
        read = () if equation is None else entries_of(equation.body)
        new = {entry.name for entry in read} - found
        found |= new
        pending += sorted(new)
    return frozenset(found)
