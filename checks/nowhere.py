"""Why an equation is claimed nowhere: which of its variables has no value, and at which step."""

from __future__ import annotations

from collections import Counter
from itertools import product

from checks.claims import Meaning, Sides
from symbolic.defined import reaches, reads_of
from symbolic.latex.section import Section
from symbolic.model import HORIZON

#: So many steps are enough for every number that is added to a letter.
_LENGTH = 8


def nowhere(meaning: Meaning, section: Section) -> str | None:
    """Return which variable has no value at which step; None where the steps are only too few."""
    first = section.model.first_step
    steps = range(first, first + (section.tau or _LENGTH))
    last = steps.stop - 1
    sides = [s for s in meaning.by_reading.values() if isinstance(s, Sides)]
    both = [e for s in sides for e in (s.left, s.right)]
    reads = reads_of(*both, reach=reaches(section.model))
    found: Counter[str] = Counter()
    for values in product(steps, repeat=len(meaning.letters)):
        letters = dict(zip(meaning.letters, values, strict=True))
        missing = reads.undefined({**letters, HORIZON: last}, steps)
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
