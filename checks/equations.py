"""The equations of one section: what is to be judged, in which order, and the records of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from checks.case_rows import rows_of
from checks.chains import Claim, braces, claims_of, conflict
from checks.conditions import conditions_of
from checks.judge import Judge, judge_claim
from checks.layouts import depends
from checks.numbering import Claims, Entry, Numbers, Row
from checks.numbers import Worked, judge_worked, worked_in
from checks.probabilities import names_probability
from checks.records import FAILS, HOLDS, HOLDS_WHEN, NOT_A_CLAIM, UNDECIDED, Record
from checks.statements import Statement
from symbolic.errors import ReadError, Unbalanced
from symbolic.latex.context import Layout
from symbolic.latex.syntax import Node


@dataclass(frozen=True, slots=True)
class Task:
    """Equations of one chain, which one process judges in turn; records need no judging."""

    judge: Judge | None
    section: int
    items: tuple[Entry, ...]


def with_layout(task: Task, layout: Layout) -> Task:
    """Return a task judged in another layout."""
    if task.judge is None:
        return task
    judge = replace(task.judge, layout=layout, held=set())
    if judge.otherwise is not None:
        judge.otherwise = replace(judge.otherwise, layout=layout)
    return replace(task, judge=judge)


def depends_on_layout(task: Task) -> bool:
    """Whether a claim of a task means something else in another layout."""
    rows = (row for entry in task.items for row in entry.rows if isinstance(row, Claims))
    judge = task.judge
    return judge is not None and any(depends(c, judge) for row in rows for c in row.claims)


def plan(judge: Judge, section: int, numbers: Numbers, ledger: dict[str, Node]) -> Iterator[Task]:
    """Yield the tasks of a section, in the order of the page.

    ``ledger`` are the rounded numbers printed so far, see ``checks.numbers``.
    """
    items: list[Entry] = []
    for entry in numbers.entries(_rows(judge, section, numbers, ledger)):
        first = entry.rows[0]
        goes_on = isinstance(first, Claims) and first.claims[0].before is not None
        if items and not goes_on:
            yield Task(judge, section, tuple(items))
            items = []
        items.append(entry)
    if items:
        yield Task(judge, section, tuple(items))


def _rows(judge: Judge, section: int, numbers: Numbers, ledger: dict[str, Node]) -> Iterator[Row]:
    head: Node | None = None
    last: Node | None = None
    for place, statement in enumerate(judge.block.statements):
        id_ = numbers.of(statement)
        if isinstance(statement.row, ReadError) and not statement.is_ignored:
            yield _unread(id_, section, statement, statement.row)
            head = last = None
            continue
        if (relations := worked_in(statement, ledger)) and not statement.is_ignored:
            yield Worked(id_, statement, relations)
            head = last = None
            continue
        claims: list[Claim] = []
        kinds: set[str] = set()
        for chain in statement.chains:
            kind, found, head, last = claims_of(chain, judge.section, head, last, statement, place)
            named = [claim for claim in found if names_probability(claim, judge)]
            kinds.add("definition" if named else kind)
            claims += [claim for claim in found if claim not in named]
        if statement.is_ignored:
            yield ignored(id_, section, statement)
        elif claims:
            before = judge.block.statements[place - 1] if place else None
            conditions = conditions_of(statement, before, judge.section.lexicon)
            is_apart = before is not None and before.latex != statement.latex
            found = [
                replace(row, conditions=conditions, continues=claim.continues and is_apart)
                for claim in claims
                for row in rows_of(claim)
            ]
            begins = statement.chains[0]
            defined = len(begins.relations) > 1 and judge.section.defines(begins)
            yield replace(_claims(id_, found), defined=int(defined))
        else:
            yield _unclaimed(id_, kinds, statement, judge, section)
            if labels := _labels_of_bare(statement, place):
                yield Claims(id_, statement, (), labels)


def _unread(id_: str, section: int, statement: Statement, error: ReadError) -> Record:
    """Return the record of a row that cannot be read.

    An equation in one row with a bracket too many is wrong as it stands, since it may be mended in
    more than one way; any other row is undecided.
    """
    latex = statement.latex
    is_alone = "\\\\" not in latex and "\\begin" not in latex and "=" in latex
    closes_too_many = any(latex.count(b) > latex.count(a) for a, b in ("()", "[]"))
    place = error.span or statement.span
    if isinstance(error, Unbalanced) and is_alone and closes_too_many:
        reason = f"typographical: {error.message}"
        return Record(id_, section, place, latex, "claim", FAILS, reason=reason)
    reason = f"cannot read: {error.message}"
    return Record(id_, section, place, latex, "claim", UNDECIDED, reason=reason)


def ignored(id_: str, section: int, statement: Statement) -> Record:
    """Return the record of an equation that a directive leaves out."""
    note = "not judged: a directive says so"
    place, latex = statement.span, statement.latex
    return Record(id_, section, place, latex, "statement", NOT_A_CLAIM, note=note)


def _unclaimed(
    id_: str, kinds: set[str], statement: Statement, judge: Judge, section: int
) -> Record:
    """Return the record of a statement that claims nothing, unless its parts cannot fit."""
    place, latex = statement.span, statement.latex
    if "unknown" in kinds:
        reason = "the line that it continues could not be read"
        return Record(id_, section, place, latex, "claim", UNDECIDED, reason=reason)
    if (bare := conflict(statement, judge.section)) is not None:
        return Record(id_, section, place, latex, "claim", FAILS, reason=bare)
    kind = "definition" if "definition" in kinds else min(kinds, default="statement")
    return Record(id_, section, place, latex, kind, NOT_A_CLAIM)


def _claims(number: str, claims: list[Claim]) -> Claims:
    labels = (
        None if b.label is None else replace(claims[0], left=b.body, right=b.label, before=None)
        for b in braces(claim.right for claim in claims)
    )
    return Claims(number, claims[0].statement, tuple(claims), tuple(labels))


def _labels_of_bare(statement: Statement, place: int) -> tuple[Claim | None, ...]:
    """Return the claims of the labels of expressions without a relation."""
    bare = [c.items[0] for c in statement.chains if not c.relations and c.items[0] is not None]
    return tuple(
        None if b.label is None else Claim("", b.body, b.label, None, statement, place)
        for b in braces(bare)
    )


def carry_out(task: Task) -> list[Record]:
    """Return the records of a task."""
    judge = task.judge
    return [
        record
        for entry in task.items
        for record in _records(entry, judge and judge.of_equation(entry.number), task.section)
    ]


def _records(entry: Entry, judge: Judge | None, section: int) -> list[Record]:
    """Return the record of a number, those of its parts if it has several, and of its labels."""
    ids = iter(entry.parts)
    parts = [record for row in entry.rows for record in _parts(row, entry, ids, judge, section)]
    is_whole = len(entry.parts) > 1 and entry.wants(entry.id)
    whole = [_combined(entry, parts, section)] if is_whole else []
    labels = [claim for id_, claim in entry.labels.items() if entry.wants(id_)]
    judged = [judge_claim(label, judge, section) for label in labels] if judge is not None else []
    return [*whole, *parts, *judged]


def _parts(
    row: Row, entry: Entry, ids: Iterator[str], judge: Judge | None, section: int
) -> Iterator[Record]:
    """Yield the records of one row, those that are wanted; ``ids`` are for all of them."""
    match row:
        case Record():
            id_ = next(ids)
            if entry.wants(id_):
                yield replace(row, id=id_)
        case Worked():
            for record in judge_worked(row, section):
                if not record.parts and entry.wants(id_ := next(ids)):
                    yield replace(record, id=id_)
        case Claims(claims=claims):
            assert judge is not None
            for claim in claims:
                id_ = next(ids)
                if entry.wants(id_):
                    record = judge_claim(replace(claim, id=id_), judge, section)
                    judge.remember(claim, record)
                    yield record


def _combined(entry: Entry, parts: list[Record], section: int) -> Record:
    """Return the record of a number from those of its parts: it fails if one of them fails."""
    verdict, reason = combined_verdict(parts)
    first = entry.rows[0]
    place, latex = (
        (first.span, first.latex)
        if isinstance(first, Record)
        else (first.statement.span, first.statement.latex)
    )
    kinds = [part.kind for part in parts]
    return Record(
        entry.id,
        section,
        place,
        latex,
        next((kind for kind in ("claim", "definition") if kind in kinds), kinds[0]),
        verdict,
        parts=entry.parts,
        reason=reason,
    )


def recombined(whole: Record, parts: Sequence[Record]) -> Record:
    """Return the record of a number after its parts have changed."""
    verdict, reason = combined_verdict(parts)
    kinds = [part.kind for part in parts]
    kind = next((kind for kind in ("claim", "definition") if kind in kinds), whole.kind)
    return replace(whole, kind=kind, verdict=verdict, reason=reason)


def combined_verdict(parts: Sequence[Record]) -> tuple[str, str | None]:
    """Return the verdict on several claims as one, and the first reason for it."""
    order = (FAILS, UNDECIDED, HOLDS_WHEN, HOLDS, NOT_A_CLAIM)
    verdict = next(v for v in order if any(part.verdict == v for part in parts))
    reason = next((part.reason for part in parts if part.verdict == verdict and part.reason), None)
    return verdict, reason
