"""How long a sequence an equation needs that prints a late step, such as h_20."""

from __future__ import annotations

from collections.abc import Iterator

from checks.claims import Meaning, domain_of
from checks.section_judge import Judge
from symbolic.affine import Affine
from symbolic.expr import Entry, Expr, TimeProduct, TimeSum
from symbolic.traverse import walk

#: Standard instances have sequences of two lengths or more for equations that need so many steps.
STANDARD = 3
#: A sequence is not made longer than this.
MOST = 120
#: What an equation reads may lie up to so many steps beyond what it prints.
_BEYOND = 2


def long_enough(meaning: Meaning, judge: Judge) -> Judge:
    """Return what judges a claim on sequences that are long enough for the steps that it prints.

    What is true of the last step alone is no claim about h_5: there are sequences of several
    lengths. The judge itself where the number of steps is given, or no longer ones help.
    """
    if judge.more or judge.section.tau is not None:
        return judge
    printed = [step for e in meaning.expressions for step in _printed(e)]
    first = judge.section.model.first_step
    least = max(printed, default=first) - first + 1
    if not STANDARD < least <= MOST:
        return judge
    domain = domain_of(meaning, judge.section)
    for tau in range(least, least + _BEYOND + 1):
        if any(True for _ in domain(range(first, first + tau))):
            return judge.with_steps(tau - 1)
    return judge


def _printed(e: Expr) -> Iterator[int]:
    """Yield the steps that stand as numbers in an expression."""
    for node in walk(e):
        match node:
            case Entry(step=Affine() as step) if step.is_constant:
                yield step.constant
            case TimeSum() | TimeProduct():
                yield from (end.constant for end in (node.first, node.last) if end.is_constant)
