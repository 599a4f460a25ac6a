"""The equations of one section: what is to be judged, in which order, and the records of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from checks.chains import Claim, braces, claims_of, conflict
from checks.judge import Judge, judge_claim
from checks.numbers import Worked, judge_worked, worked_in
from checks.records import FAILS, HOLDS, HOLDS_WHEN, NOT_A_CLAIM, UNDECIDED, Record
from checks.statements import Statement
from symbolic.errors import ReadError
from symbolic.latex.syntax import Node


@dataclass(frozen=True, slots=True)
class Numbered:
    """The claims under one number, and those of the labels of its braces."""

    id: str
    statement: Statement
    claims: tuple[Claim, ...]
    labels: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Equations of one chain, which one process judges in turn; records need no judging."""

    judge: Judge | None
    section: int
    items: tuple[Numbered | Worked | Record, ...]


def plan(
    judge: Judge, section: int, counter: Iterator[int], ledger: dict[str, Node]
) -> Iterator[Task]:
    """Yield the tasks of a section, in the order of the page.

    ``ledger`` are the rounded numbers printed so far, see ``checks.numbers``.
    """
    items: list[Numbered | Worked | Record] = []
    for item in _items(judge, section, counter, ledger):
        goes_on = isinstance(item, Numbered) and item.claims[0].before is not None
        if items and not goes_on:
            yield Task(judge, section, tuple(items))
            items = []
        items.append(item)
    if items:
        yield Task(judge, section, tuple(items))


def _items(
    judge: Judge, section: int, counter: Iterator[int], ledger: dict[str, Node]
) -> Iterator[Numbered | Worked | Record]:
    head: Node | None = None
    last: Node | None = None
    for place, statement in enumerate(judge.block.statements):
        id_ = statement.tag or f"#{next(counter)}"
        if isinstance(statement.row, ReadError) and not statement.is_ignored:
            message = f"cannot read: {statement.row.message}"
            span = statement.row.span or statement.span
            yield Record(id_, section, span, statement.latex, "claim", UNDECIDED, reason=message)
            head = last = None
            continue
        if (numbers := worked_in(statement, ledger)) and not statement.is_ignored:
            yield Worked(id_, statement, numbers)
            head = last = None
            continue
        claims: list[Claim] = []
        kinds: set[str] = set()
        for chain in statement.chains:
            kind, found, head, last = claims_of(chain, judge.section, head, last, statement, place)
            kinds.add(kind)
            claims += found
        if statement.is_ignored:
            yield ignored(id_, section, statement)
        elif claims:
            yield _numbered(id_, claims)
        else:
            yield _unclaimed(id_, kinds, statement, judge, section)


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


def _numbered(id_: str, claims: list[Claim]) -> Numbered:
    named = [replace(c, id=f"{id_}/{k}") for k, c in enumerate(claims, start=1)]
    if len(claims) == 1:
        named = [replace(claims[0], id=id_)]
    labels = [
        replace(claims[0], id=f"{id_}/label-{k}", left=b.body, right=b.label, before=None)
        for k, b in enumerate(braces(claims), start=1)
        if b.label is not None
    ]
    return Numbered(id_, claims[0].statement, tuple(named), tuple(labels))


def carry_out(task: Task) -> list[Record]:
    """Return the records of a task."""
    found: list[Record] = []
    for item in task.items:
        if isinstance(item, Record):
            found.append(item)
        elif isinstance(item, Worked):
            found += judge_worked(item, task.section)
        elif task.judge is not None:
            found += _judged(item, task.judge.of_equation(item.id), task.section)
    return found


def _judged(item: Numbered, judge: Judge, section: int) -> list[Record]:
    parts = []
    for claim in item.claims:
        parts.append(judge_claim(claim, judge, section))
        judge.remember(claim, parts[-1])
    whole = [_combined(item, parts, section)] if len(parts) > 1 else []
    labels = [judge_claim(label, judge, section) for label in item.labels]
    return [*whole, *parts, *labels]


def _combined(item: Numbered, parts: list[Record], section: int) -> Record:
    """Return the record of a number from those of its parts: it fails if one of them fails."""
    verdict, reason = combined_verdict(parts)
    return Record(
        item.id,
        section,
        item.statement.span,
        item.statement.latex,
        "claim",
        verdict,
        parts=tuple(part.id for part in parts),
        reason=reason,
    )


def combined_verdict(parts: Sequence[Record]) -> tuple[str, str | None]:
    """Return the verdict on several claims as one, and the first reason for it."""
    order = (FAILS, UNDECIDED, HOLDS_WHEN, HOLDS, NOT_A_CLAIM)
    verdict = next(v for v in order if any(part.verdict == v for part in parts))
    reason = next((part.reason for part in parts if part.verdict == verdict and part.reason), None)
    return verdict, reason
