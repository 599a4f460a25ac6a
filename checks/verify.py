"""The pipeline of ``gradproof verify``: document, sections, statements, claims, verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from checks.chains import Claim, braces, claims_of, conflict
from checks.documents.open import read_document
from checks.documents.record import Document
from checks.judge import Judge, judge_claim
from checks.records import (
    FAILS,
    HOLDS,
    NOT_A_CLAIM,
    UNDECIDED,
    Record,
    SectionSummary,
    Verification,
)
from checks.statements import Block, Statement, blocks_of
from symbolic.arrays import show
from symbolic.errors import ConfigError, GradproofError, ReadError
from symbolic.latex.section import read_section
from symbolic.latex.syntax import Node

#: The phrase by which a text declares all shapes at once.
ALL_SCALARS = r"all (?:quantities|variables) are (?:scalars?|one-?\s?dimensional)|\bscalars\b"


def verify(
    source: str | Path, *, text: str | None = None, seed: int = 0, only: tuple[str, ...] = ()
) -> Verification:
    """Return the verdicts on a document: a file, or a text with a name for it.

    Raises ConfigError where there is no such file. One equation that cannot be read or judged is
    undecided, with its reason, and the rest goes on.
    """
    document = read_document(source, text)
    sections: list[SectionSummary] = []
    records: list[Record] = []
    counter = iter(range(1, 1_000_000))
    for number, block in enumerate(blocks_of(document)):
        if not block.statements:
            continue
        summary, found = _judge_block(block, document, number, seed, counter, only)
        sections.append(summary)
        records += found
    return Verification(document.name, seed, tuple(sections), tuple(records))


def _judge_block(
    block: Block,
    document: Document,
    number: int,
    seed: int,
    counter: Iterator[int],
    only: tuple[str, ...],
) -> tuple[SectionSummary, list[Record]]:
    rows = [statement.chains for statement in block.statements]
    try:
        section = read_section(rows, name=f"section {number}", all_scalars=block.says(ALL_SCALARS))
    except GradproofError as error:
        summary = SectionSummary(block.first_line, block.last_line, {}, {}, error.message)
        return summary, list(_unjudged(block, number, counter, error.message))
    judge = Judge(section, block, seed)
    records = list(_records(judge, number, counter, only))
    return _summary(judge), records


def _summary(judge: Judge) -> SectionSummary:
    model = judge.section.model
    shapes = {
        str(declared).split(":")[0]: f"{show(declared.shape)} {declared.role.value}"
        for declared in model.declarations
    }
    return SectionSummary(
        judge.block.first_line,
        judge.block.last_line,
        {"variables": shapes, "loss": model.loss, "functions": list(model.functions)},
        {"layout": "columns" if judge.columns else "rows"},
    )


def _unjudged(block: Block, number: int, counter: Iterator[int], reason: str) -> Iterator[Record]:
    for statement in block.statements:
        id_ = statement.tag or f"#{next(counter)}"
        has_relation = any("=" in chain.relations for chain in statement.chains)
        is_claim = isinstance(statement.row, ReadError) or has_relation
        yield Record(
            id_,
            number,
            statement.span,
            statement.latex,
            "claim" if is_claim else "statement",
            UNDECIDED if is_claim else NOT_A_CLAIM,
            reason=reason if is_claim else None,
        )


def _records(
    judge: Judge, number: int, counter: Iterator[int], only: tuple[str, ...]
) -> Iterator[Record]:
    head: Node | None = None
    last: Node | None = None
    for place, statement in enumerate(judge.block.statements):
        id_ = statement.tag or f"#{next(counter)}"
        if isinstance(statement.row, ReadError):
            message = f"cannot read: {statement.row.message}"
            span = statement.row.span or statement.span
            yield Record(id_, number, span, statement.latex, "claim", UNDECIDED, reason=message)
            head = last = None
            continue
        claims: list[Claim] = []
        kinds: set[str] = set()
        for chain in statement.chains:
            kind, found, head, last = claims_of(chain, judge.section, head, last, statement, place)
            kinds.add(kind)
            claims += found
        if not claims and "unknown" in kinds:
            reason = "the line that it continues could not be read"
            latex = statement.latex
            yield Record(id_, number, statement.span, latex, "claim", UNDECIDED, reason=reason)
            continue
        if not claims and (bare := conflict(statement, judge.section)) is not None:
            latex = statement.latex
            yield Record(id_, number, statement.span, latex, "claim", FAILS, reason=bare)
            continue
        if not claims:
            kind = "definition" if "definition" in kinds else min(kinds, default="statement")
            yield Record(id_, number, statement.span, statement.latex, kind, NOT_A_CLAIM)
            continue
        yield from _judged(id_, claims, judge, number, statement, only)


def _judged(
    id_: str,
    claims: list[Claim],
    judge: Judge,
    number: int,
    statement: Statement,
    only: tuple[str, ...],
) -> Iterator[Record]:
    named = claims
    if len(claims) > 1:
        named = [replace(c, id=f"{id_}/{k}") for k, c in enumerate(claims, start=1)]
    else:
        named = [replace(claims[0], id=id_)]
    labels = [
        replace(claims[0], id=f"{id_}/label-{k}", left=b.body, right=b.label, before=None)
        for k, b in enumerate(braces(claims), start=1)
        if b.label is not None
    ]
    if only and id_ not in only:
        return
    records = []
    for claim in named:
        records.append(judge_claim(claim, judge, number))
        judge.remember(claim, records[-1])
    if len(records) > 1:
        yield _combined(id_, records, statement, number)
    yield from records
    for label in labels:
        yield judge_claim(label, judge, number)


def _combined(id_: str, records: list[Record], statement: Statement, number: int) -> Record:
    """Return the record of a number from those of its parts: it fails if one of them fails."""
    order = (FAILS, UNDECIDED, "holds-when", HOLDS)
    verdict = next(v for v in order if any(r.verdict == v for r in records))
    reason = next((r.reason for r in records if r.verdict == verdict and r.reason), None)
    return Record(
        id_,
        number,
        statement.span,
        statement.latex,
        "claim",
        verdict,
        parts=tuple(r.id for r in records),
        reason=reason,
    )


__all__ = ["ConfigError", "verify"]
