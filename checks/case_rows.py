"""Claims by cases: each row is a claim of its own, made where its condition holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checks.chains import Claim
from symbolic.latex.syntax import Cases, Chain, Node
from symbolic.latex.write import write

#: What a condition is where another one is not.
_COMPLEMENT = {"=": "neq", "neq": "="}


def rows_of(claim: Claim) -> Iterator[Claim]:
    """Yield the claims of the rows of a case distinction; a claim without one as it is.

    A row is compared where its condition holds; elsewhere the right side is the left one.
    """
    conditions = _conditions(claim.right) if claim.before is None else None
    if conditions is None or not isinstance(claim.right, Cases):
        yield claim
        return
    for (value, _), condition in zip(claim.right.rows, conditions, strict=True):
        other = replace(condition, relations=(_COMPLEMENT[condition.relations[0]],))
        right = Cases(((value, condition), (claim.left, other)), claim.right.span)
        shown = rf"{write(claim.left)} = {write(value)} \quad \text{{if }} {write(condition)}"
        yield replace(claim, right=right, shown=shown)


def _conditions(side: Node) -> list[Chain] | None:
    """Return the conditions of the rows, one of which may be the rest; None for any others."""
    if not isinstance(side, Cases) or len(side.rows) < 2:
        return None
    found = [condition for _, condition in side.rows if isinstance(condition, Chain)]
    if any(len(one.items) != 2 or one.relations[0] not in _COMPLEMENT for one in found):
        return None
    if len(found) == len(side.rows):
        return found
    if len(side.rows) != 2 or len(found) != 1:
        return None
    rest = replace(found[0], relations=(_COMPLEMENT[found[0].relations[0]],))
    return [c if isinstance(c, Chain) else rest for _, c in side.rows]
