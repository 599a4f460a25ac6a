"""Derivatives of states by parameters that two equations of a section need to be read differently.

A plain derivative of a state by a parameter is total or per-step. Where one equation of a section
holds only with one of them and another one only with the other, both carry a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checks.chains import Claim
from checks.claims import Meaning, Sides
from checks.decide import Decision
from checks.records import HOLDS, Record
from checks.section_judge import Judge, decide_meaning
from checks.verdict import Verdict

#: So many equations are named in a note.
_NAMED = 3


def with_equivocal(records: Sequence[Record]) -> list[Record]:
    """Return the records, with notes on derivatives that their section does not read in one way."""
    notes: dict[str, list[str]] = {}
    held = [r for r in records if r.verdict == HOLDS and r.atoms]
    for section, state, parameter in sorted(
        {(r.section, a[0], a[1]) for r in held for a in r.atoms}
    ):
        own = [r for r in held if r.section == section]
        copied = [r for r in own if (state, parameter, True) in r.atoms]
        total = [r for r in own if (state, parameter) in r.totals]
        if copied and total:
            note = f"equivocal: d{state}/d{parameter} is total in {_named(total)}, and per-step"
            for record in (*total, *copied):
                notes.setdefault(record.id, []).append(f"{note} in {_named(copied)}")
    return [r.with_note(*notes[r.id]) if r.id in notes else r for r in records]


def _named(records: Sequence[Record]) -> str:
    """Return the numbers of some equations, of many the first ones."""
    found = [r.id if r.id.startswith("#") else f"({r.id})" for r in records]
    if len(found) > _NAMED:
        return f"{', '.join(found[:_NAMED])} and others"
    return " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))


def total_alone(
    claim: Claim, meaning: Meaning, decision: Decision, judge: Judge
) -> tuple[tuple[str, str], ...]:
    """Return the (state, parameter) whose derivative is total in a claim that holds, and must be.

    With each reading that has it per-step the claim fails.
    """
    atoms = meaning.atoms.get(decision.reading, frozenset())
    copied = {(state, parameter) for state, parameter, is_copy in atoms if is_copy}
    total = {(state, parameter) for state, parameter, is_copy in atoms if not is_copy} - copied
    if decision.verdict is not Verdict.HOLDS or not total:
        return ()
    for reading, sides in meaning.by_reading.items():
        own = {(a[0], a[1]) for a in meaning.atoms.get(reading, ()) if a[2]} & total
        if own and isinstance(sides, Sides):
            alone = replace(meaning, by_reading={reading: sides})
            if decide_meaning(claim, alone, judge)[0].verdict is not Verdict.FAILS:
                total -= own
    return tuple(sorted(total))
