"""What ``gradproof verify`` says of each equation of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from checks.verdict import Certificate, Counterexample
from symbolic.source import Span

#: The verdicts, in the order of a summary.
HOLDS, HOLDS_WHEN, FAILS = "holds", "holds-when", "fails"
UNDECIDED, NOT_A_CLAIM = "undecided", "not-a-claim"
VERDICTS = (HOLDS, HOLDS_WHEN, FAILS, UNDECIDED, NOT_A_CLAIM)


@dataclass(frozen=True, slots=True)
class Record:
    """The verdict on one equation, or on one of several under a number.

    ``id`` is the printed number, or ``#n`` for the n-th equation; ``63/2`` is a part. ``kind`` is
    definition, shape, claim or statement. ``latex`` is the formula as written, ``claim`` the one
    relation of it that is judged.
    """

    id: str
    section: int
    span: Span
    latex: str
    kind: str
    verdict: str
    claim: str = ""
    parts: tuple[str, ...] = ()
    evidence: str | None = None
    certificate: Certificate | None = None
    reading: str | None = None
    note: str | None = None
    when: tuple[str, ...] = ()
    equals_head: bool | None = None
    follows: bool | None = None
    counterexample: Counterexample | None = None
    where: str | None = None
    reason: str | None = None
    #: Plain derivatives of states by parameters in it, and whether each was read as per-step.
    atoms: tuple[tuple[str, str, bool], ...] = field(default=(), repr=False, compare=False)
    #: Those (state, parameter) of them that are total, and with which it fails as per-step.
    totals: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)

    def with_note(self, *texts: str) -> Record:
        """Return the record with more of a note."""
        return replace(self, note="; ".join(filter(None, (self.note, *texts))))

    def __str__(self) -> str:
        from checks.report import verify_terminal

        return "\n".join(verify_terminal.record_lines(self))

    def _repr_html_(self) -> str:
        from checks.report import verify_html

        return verify_html.render_record(self)


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """How a section was understood: its lines, its model, its conventions; or why not."""

    first_line: int
    last_line: int
    model: dict[str, object]
    conventions: dict[str, str] = field(default_factory=dict)
    problem: str | None = None
    #: What else the reader should know: files that could not be included.
    notes: tuple[str, ...] = ()
    #: The cells in which the first and the last line stand, in a notebook.
    cells: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """The records of one document, and the sections that they stand in."""

    document: str
    seed: int
    sections: tuple[SectionSummary, ...]
    records: tuple[Record, ...]
    #: The document, for excerpts in reports.
    text: str = field(default="", repr=False, compare=False)
    #: The texts of the cells of a notebook, by their numbers.
    cells: Mapping[int, str] = field(default_factory=dict, repr=False, compare=False)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __str__(self) -> str:
        from checks.report import verify_terminal

        return verify_terminal.render(self)

    def _repr_html_(self) -> str:
        from checks.report import verify_html

        return verify_html.render(self)

    def source(self, span: Span) -> list[str]:
        """Return the lines in which a place is counted; none for a place in another file."""
        if span.file != self.document:
            return []
        text = self.text if span.cell is None else self.cells.get(span.cell, "")
        return text.split("\n")

    @property
    def claims(self) -> tuple[Record, ...]:
        """The records that are judged."""
        return tuple(r for r in self.records if r.verdict != NOT_A_CLAIM)

    @property
    def decided(self) -> tuple[Record, ...]:
        """The claims that hold or fail."""
        return tuple(r for r in self.claims if r.verdict != UNDECIDED)

    @property
    def errata(self) -> tuple[Record, ...]:
        """The claims that fail."""
        return tuple(r for r in self.records if r.verdict == FAILS)

    @property
    def summary(self) -> dict[str, int]:
        """How many records have each verdict."""
        return {v: sum(r.verdict == v for r in self.records) for v in VERDICTS}
