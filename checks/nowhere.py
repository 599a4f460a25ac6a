"""Why an equation is claimed nowhere: which of its variables has no value, and at which step."""

from __future__ import annotations

from collections import Counter

from checks.claims import Meaning
from symbolic.defined import reaches, reads_of
from symbolic.latex.section import Section

#: So many steps are enough for every number that is added to a letter.
_LENGTH = 8


def steps_of(section: Section) -> range:
    """Return steps on which a number that is added to a letter shows."""
    first = section.model.first_step
    return range(first, first + (section.tau or _LENGTH))


def nowhere(meaning: Meaning, section: Section) -> str | None:
    """Return which variable has no value at which step; None where the steps are only too few."""
    steps = steps_of(section)
    first, last = steps.start, steps.stop - 1
    reads = reads_of(*meaning.expressions, reach=reaches(section.model))
    found: Counter[str] = Counter()
    for letters in meaning.assignments(steps):
        missing = reads.undefined(letters, steps)
        if missing is None:
            return None
        name, at = missing
        name = name.removeprefix("total ")
        if at < first:
            found[f"{name} has no value at step {at}, where steps begin with {first}"] += 1
        else:
            late = "one step" if at == last + 1 else f"{at - last} steps"
            found[f"{name} has no value {late} after the last one"] += 1
    if not found:
        return None
    return f"no instance within the limits: {found.most_common(1)[0][0]}"
