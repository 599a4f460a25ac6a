"""Mutants of the true claims of a derivation, judged by the product and by own numbers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from documents.truth.written import file_of, table_of
from support.derivation_claims import Written, plain
from support.derivation_judge import Derivation, assumption_of, reading_of, verdict_of
from support.derivation_mutants import Edit, draw, edits
from support.derivation_names import NAMES
from support.formula_equations import Equation, holds
from support.formula_places import Remembered, with_dropped_step
from support.formulas import Unreadable
from support.judging import HOLDS, Section, Unclear
from support.notation import Reading
from support.transcription import Claim

from checks.records import Record


@dataclass(frozen=True)
class Mutant:
    """One edit of the right side of a true claim."""

    derivation: Derivation
    written: Written
    claim: Claim
    edit: Edit

    @property
    def latex(self) -> str:
        return self.edit.apply(self.derivation.latex(self.written))

    @property
    def right(self) -> str:
        """The right side as it is changed."""
        before = self.derivation.latex(self.written)
        end = len(self.latex) - (len(before) - self.written.end)
        return plain(self.latex[self.written.start : end])

    def __str__(self) -> str:
        name, key = self.derivation.name, self.written.key + self.written.part
        return f"{name} {key}, {self.edit.kind}: {self.written.left} = {self.right}"


def equation(written: Written, right: str, section: Section) -> Equation:
    """Return a left side and a right side of a section as the tests read them."""
    names = NAMES[section]
    sides = names.read(written.left), names.read(right)
    return Equation(*sides, with_dropped_step(names, *sides))


def has_meaning(mutant: Mutant) -> bool:
    """Whether a mutant says anything, to the tests' own reader: its sides have values somewhere.

    An edit may write a letter that has no meaning in its section, such as an index in the place of
    a state, half an operator, or a step that no run has. Nobody can decide what that line says.
    """
    section = mutant.claim.section
    instances = section.instances(section.assumptions[-1])
    try:
        changed = equation(mutant.written, mutant.right, section)
        return any(True for w in instances for _ in changed.pairs(Remembered(w, Reading())))
    except Unreadable:
        return False


def true_claims(derivation: Derivation) -> Iterator[tuple[Written, Claim]]:
    """Yield the right sides that hold, with their transcription."""
    truth = json.loads(file_of(derivation.name).read_text(encoding="utf-8"))
    claimed = table_of(derivation.name).claimed
    for written in derivation.claims:
        key = written.key + written.part
        if key in claimed and truth[key]["verdict"] == HOLDS:
            yield written, claimed[key]


def letters(derivation: Derivation, section: Section) -> str:
    """Return the right sides of all claims in the same letters."""
    claimed = table_of(derivation.name).claimed
    return " ".join(
        plain(derivation.latex(written)[written.start : written.end]) + " " + written.left
        for written in derivation.claims
        if (claim := claimed.get(written.key + written.part))
        and NAMES[claim.section] is NAMES[section]
    )


def mutants(derivation: Derivation, count: int, seed: int) -> list[Mutant]:
    """Return some mutants of each true claim, of as many kinds of edits as there are."""
    found: list[Mutant] = []
    known: dict[Section, str] = {}
    for written, claim in true_claims(derivation):
        if claim.section not in known:
            known[claim.section] = letters(derivation, claim.section)
        latex = derivation.latex(written)
        every = edits(latex, written.start, written.end, known[claim.section])
        rng = random.Random(f"{seed} {derivation.name} {written.key}{written.part}")
        found += [Mutant(derivation, written, claim, e) for e in draw(every, count, rng)]
    return found


@dataclass(frozen=True)
class Judged:
    """A mutant, what the product says of it, and why it should not hold if it says so."""

    mutant: Mutant
    record: Record | None
    undeserved: str = ""

    @property
    def verdict(self) -> str:
        return verdict_of(self.record)

    def __str__(self) -> str:
        return f"{self.mutant} [{self.verdict}; {self.undeserved}]"


def judged(mutant: Mutant) -> Judged:
    """Return the product's verdict on a mutant, questioned where it says that the mutant holds."""
    record = mutant.derivation.record(mutant.written, mutant.latex)
    if record is None or record.verdict != HOLDS:
        return Judged(mutant, record)
    return Judged(mutant, record, undeserved(mutant, record))


def undeserved(mutant: Mutant, record: Record) -> str:
    """Return why a mutant should not hold; "" where it does by the tests' own derivatives.

    It is evaluated under the reading and under the assumption that the product reports. A mutant
    that the tests cannot evaluate is no equivalence.
    """
    section, assumption = mutant.claim.section, assumption_of(record)
    if assumption not in section.assumptions:
        return f"the text does not say: {assumption}"
    try:
        changed = equation(mutant.written, mutant.right, section)
        is_true = holds(changed, section, reading_of(record), assumption)
    except (Unreadable, Unclear) as error:
        return f"the tests cannot evaluate it: {error}"
    return "" if is_true else "it is not true"
