"""What the product says of a bundled derivation in which one formula is changed.

Each change is judged by the whole pipeline of ``gradproof verify``, in the whole document. What no
change touches is computed once: the rows of the other formulas, the instances of a network, and the
records of the other claims, which are asked for where a section chooses its layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from support.derivation_claims import Written, claims, relations
from support.judging import CLASS_1, FREE, NORMALISED, ONE_HOT
from support.notation import ALL_ONES, COPY, DERIVATIVES, DESCENDING, Reading

from checks import derivations, equations, judges, pipeline, section_judge, statements
from checks.documents.open import read_document
from checks.documents.record import Formula
from checks.records import NOT_A_CLAIM, Record
from checks.statements import blocks_of, ids_of

#: A printed number.
WORKED = re.compile(r"-?\d+(\.\d+)?")


@contextmanager
def without_vote() -> Iterator[None]:
    """Leave out the vote of all equations on the layout, for which whole sections are judged."""
    with patch.object(pipeline, "depends_on_layout", lambda task: False):
        yield


class Memory:
    """What has been computed, by the identity of what it was computed from, which is kept too."""

    def __init__(self) -> None:
        self.found: dict[Any, tuple[Any, Any]] = {}
        self.models: list[Any] = []

    def of(self, key: Any, parts: Any, make: Callable[[], Any]) -> Any:
        """Return what ``make`` returned for the same parts, the same objects, and an equal key."""
        place = (key, *map(id, parts))
        if place not in self.found:
            self.found[place] = parts, make()
        return self.found[place][1]

    def network(self, model: Any) -> int:
        """Return a number for each network."""
        known = self.of("network", (model,), lambda: self._network(model))
        assert isinstance(known, int)
        return known

    def _network(self, model: Any) -> int:
        if model not in self.models:
            self.models.append(model)
        return self.models.index(model)


@contextmanager
def remembering() -> Iterator[None]:
    """Keep instances, sections, rows of formulas and records of claims as long as this runs.

    A claim is the same where its sides and the network of its section are the same; a section is
    the same where all of its rows are.
    """
    memory = Memory()
    judge_anew, make_bench = equations.judge_claim, section_judge.Bench
    read_rows, read_anew = statements.statements_of, judges.read_section
    closes_anew, find_anew = statements.closes_recurrence, statements.find_slot

    def judge_claim(claim: Any, judge: Any, section: int) -> Record:
        others = [other.section.model for other in (judge.later, judge.early) if other]
        networks = [memory.network(model) for model in (judge.section.model, *others)]
        key = (claim.number, judge.layout, section, *networks)
        parts = (claim.left, claim.right, claim.before, claim.statement)
        record = memory.of(key, parts, lambda: judge_anew(claim, judge, section))
        return replace(record, id=claim.id)

    def bench(model: Any, *arguments: Any, oracles: Any, **options: Any) -> Any:
        key = ("bench", memory.network(model), repr(arguments), repr(options))
        return memory.of(key, (), lambda: make_bench(model, *arguments, oracles=oracles, **options))

    def statements_of(formula: Formula, document: Any) -> list[Any]:
        return memory.of(formula, (), lambda: list(read_rows(formula, document)))

    def read_section(rows: Any, **options: Any) -> Any:
        chains = [chain for row in rows for chain in row]
        return memory.of(repr(options), chains, lambda: read_anew(rows, **options))

    def find_slot(chains: Any) -> Any:
        return memory.of("slot", chains, lambda: find_anew(chains))

    def closes_recurrence(chains: Any, *found: Any) -> Any:
        return memory.of("closes", chains, lambda: closes_anew(chains, *found))

    with (
        patch.object(equations, "judge_claim", judge_claim),
        patch.object(section_judge, "Bench", bench),
        patch.object(judges, "read_section", read_section),
        patch.multiple(
            statements,
            statements_of=statements_of,
            find_slot=find_slot,
            closes_recurrence=closes_recurrence,
        ),
    ):
        yield


class Derivation:
    """A bundled derivation, its formulas, and the right sides in them."""

    def __init__(self, name: str):
        self.name = name
        self.document = read_document(f"{name}.md", derivations.text(name))
        self.places = [
            place for place, item in enumerate(self.document.items) if isinstance(item, Formula)
        ]
        self.formulas = [self.document.items[place] for place in self.places]
        self.claims = list(claims((f.latex, f.is_inline) for f in self.formulas))
        self.ids = list(self._ids())

    def _ids(self) -> Iterator[str]:
        """Yield the number that the product gives to each formula: that of its first row."""
        blocks = [block for block in blocks_of(self.document) if block.statements]
        ids = [id_ for names in ids_of(blocks) for id_ in names]
        first = 0
        for formula in self.formulas:
            yield ids[first]
            first += len(list(statements.statements_of(formula, self.document)))

    def latex(self, written: Written) -> str:
        return self.formulas[written.formula].latex

    def record(self, written: Written, latex: str | None = None) -> Record | None:
        """Return the record of one right side, in the formula as it is or changed to ``latex``.

        None says that it is no claim.
        """
        formula = self.formulas[written.formula]
        document = self.document
        if latex is not None:
            items = list(document.items)
            items[self.places[written.formula]] = replace(formula, latex=latex)
            document = replace(document, items=tuple(items))
        found = pipeline.verify(document, only=(self.ids[written.formula],))
        leaves = [record for record in found if not record.parts]
        unread = [record for record in leaves if (record.reason or "").startswith("cannot read")]
        chosen = [record for record in leaves if ("/label" in record.id) == written.is_label]
        if unread:
            return unread[0]
        # A first definition has no record of its own; a worked number keeps its place.
        lost = 0 if written.is_label else len(list(relations(formula.latex))) - len(chosen)
        place = written.number - lost
        if 0 <= place < len(chosen) and not is_worked(chosen):
            return chosen[place]
        return next((record for record in chosen if record.id.endswith(written.part)), None)


def is_worked(records: list[Record]) -> bool:
    """Whether the records are those of printed numbers."""
    return any(WORKED.fullmatch(record.claim.rpartition("=")[2].strip()) for record in records)


def verdict_of(record: Record | None) -> str:
    return NOT_A_CLAIM if record is None else record.verdict


#: What the product says that it has read, and what that is called here.
READINGS = {
    "the derivatives of states by the parameter on the right are per-step": "per-step on the right",
    "on the right, the derivative that is also on the left is per-step": (
        "per-step on the right where it is that of the left"
    ),
    "every derivative of a state by the parameter is per-step": "per-step",
    "the product over time has its latest factor first": DESCENDING,
    "the step at the loss belongs to the parameter": COPY,
    "I has a 1 in every entry": ALL_ONES,
}
CLASS_READ = "read as its one-hot target"
ASSUMPTIONS = {
    "holds for targets that sum to 1": NORMALISED,
    "holds for one-hot targets": ONE_HOT,
    "holds for one-hot targets of class 1": CLASS_1,
}


def reading_of(record: Record) -> Reading:
    """Return the reading in which the product says that a line holds."""
    said = [READINGS[text] for text in (record.reading or "").split("; ") if text]
    (derivatives,) = [text for text in said if text in DERIVATIVES] or [""]
    return Reading(derivatives, frozenset(said) - {derivatives})


def assumption_of(record: Record) -> str:
    """Return what the product assumes of targets where it says that a line holds."""
    found = [ASSUMPTIONS[note] for note in (record.note or "").split("; ") if note in ASSUMPTIONS]
    assumed = found[0] if found else FREE
    # An indicator of the class means something for one-hot targets only.
    has_class = CLASS_READ in (record.note or "")
    return ONE_HOT if has_class and assumed in (FREE, NORMALISED) else assumed
