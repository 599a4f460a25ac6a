"""Derivatives of states by parameters that two equations of a section need to be read differently.

A plain derivative of a state by a parameter is total or per-step. Where one equation of a section
holds only with one of them and another one only with the other, both carry a note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from checks.chains import Claim
from checks.claims import Sides
from checks.equations import Task
from checks.numbering import Claims, Entry
from checks.numbers import Worked
from checks.records import HOLDS, Record, SectionSummary
from checks.section_judge import Judge, decide_meaning
from checks.verdict import Verdict
from symbolic.errors import GradproofError
from symbolic.latex.context import Layout

#: So many equations are named in a note.
_NAMED = 3


def with_equivocal(
    records: Sequence[Record], tasks: Sequence[Task], sections: Sequence[SectionSummary]
) -> list[Record]:
    """Return the records, with notes on derivatives that their section does not read in one way."""
    notes: dict[str, list[str]] = {}
    for number, section in enumerate(sections):
        held = [r for r in records if r.section == number and r.verdict == HOLDS and r.atoms]
        for state, parameter in sorted({(a[0], a[1]) for r in held for a in r.atoms if a[2]}):
            copied = [r for r in held if (state, parameter, True) in r.atoms]
            others = [r for r in held if (state, parameter, False) in r.atoms and r not in copied]
            if not others:
                continue
            judged = dict(_judged(tasks, number, section.conventions.get("layout")))
            atom = (state, parameter, True)
            total = [r for r in others if r.id in judged and _fails_with(atom, *judged[r.id])]
            if total:
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


def _fails_with(atom: tuple[str, str, bool], claim: Claim, judge: Judge) -> bool:
    """Whether a claim holds, and under no reading in which a derivative is per-step."""
    try:
        meaning = judge.understand(claim)
        found = {
            reading: decide_meaning(claim, replace(meaning, by_reading={reading: sides}), judge)[0]
            for reading, sides in meaning.by_reading.items()
            if isinstance(sides, Sides)
        }
    except GradproofError:
        return False
    held = [reading for reading, one in found.items() if one.verdict is Verdict.HOLDS]
    return bool(held) and not any(atom in meaning.atoms.get(reading, ()) for reading in held)


def _judged(
    tasks: Sequence[Task], number: int, layout: str | None
) -> Iterator[tuple[str, tuple[Claim, Judge]]]:
    """Yield the claims of a section by their ids, with what judges them."""
    for task in tasks:
        if task.section != number or task.judge is None:
            continue
        for entry in task.items:
            judge = task.judge.of_equation(entry.number)
            if layout is not None and judge.layout.value != layout:
                judge = replace(judge, layout=Layout(layout))
            yield from ((id_, (claim, judge)) for id_, claim in _claims(entry))


def _claims(entry: Entry) -> Iterator[tuple[str, Claim]]:
    """Yield the claims under a number by their ids."""
    ids = iter(entry.parts)
    for row in entry.rows:
        match row:
            case Claims(claims=claims):
                yield from ((next(ids), claim) for claim in claims)
            case Worked(relations=relations):
                for _ in relations:
                    next(ids)
            case Record():
                next(ids)
    yield from entry.labels.items()
