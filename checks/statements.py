"""The statements of a document: equations with their numbers and chains, section by section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from checks.documents.placed import place_of
from checks.documents.record import Directive, Document, Formula, Heading, Prose
from symbolic.errors import ReadError
from symbolic.latex.names import find_slot
from symbolic.latex.reader import read
from symbolic.latex.section import closes_recurrence
from symbolic.latex.syntax import Chain, Row, Terms
from symbolic.source import Span


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of a formula: its chains, or the error that kept it from being read."""

    row: Row | ReadError
    tag: str | None
    span: Span
    latex: str
    is_inline: bool

    @property
    def chains(self) -> tuple[Chain, ...]:
        """The chains of the row; none where it could not be read."""
        return self.row.chains if isinstance(self.row, Row) else ()


@dataclass(slots=True)
class Block:
    """The statements of one section, what is said beside them, and the lines that it covers."""

    statements: list[Statement] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    #: (number of statements before it, text): prose in which phrases are looked for.
    prose: list[tuple[int, str]] = field(default_factory=list)
    first_line: int = 1
    last_line: int = 1

    def says(self, pattern: str, before: int | None = None) -> bool:
        """Whether the prose has a phrase, before the statement of a number if one is given."""
        return any(
            re.search(pattern, " ".join(text.split()), re.IGNORECASE)
            for count, text in self.prose
            if before is None or count <= before
        )


def statements_of(formula: Formula, document: Document) -> Iterator[Statement]:
    """Yield the rows of a formula; a number beside the display belongs to its last row."""
    rows = _joined(read(formula.latex, lambda offset: place_of(formula, offset), document.macros))
    tags = re.findall(r"\\tag\*?\{([^{}]*)\}", formula.latex)
    for number, row in enumerate(rows):
        is_last = number == len(rows) - 1
        own = row.tag if isinstance(row, Row) else None
        if isinstance(row, ReadError) and len(tags) == len(rows):
            own = tags[number]
        tag = own or (formula.tag if is_last else None)
        span = (row.span or formula.span) if isinstance(row, ReadError | Row) else formula.span
        yield Statement(row, tag, span, formula.latex, formula.is_inline)


def _joined(rows: tuple[Row | ReadError, ...]) -> list[Row | ReadError]:
    """Join a row that begins with a sign to the row before it: the expression goes on."""
    found: list[Row | ReadError] = []
    for row in rows:
        before = found[-1] if found else None
        if isinstance(row, Row) and isinstance(before, Row) and before.chains and _goes_on(row):
            found[-1] = _continued(before, row)
        else:
            found.append(row)
    return found


def _goes_on(row: Row) -> bool:
    if not row.chains or row.chains[0].relations:
        return False
    item = row.chains[0].items[0]
    return isinstance(item, Terms)


def _continued(before: Row, row: Row) -> Row:
    chain, more = before.chains[-1], row.chains[0].items[0]
    last = chain.items[-1]
    assert isinstance(more, Terms)
    if last is None:
        return before
    first = last if isinstance(last, Terms) else Terms((last,), ("+",), last.span)
    joined = Terms(first.terms + more.terms, first.signs + more.signs, first.span)
    longer = replace(chain, items=(*chain.items[:-1], joined))
    return replace(before, chains=(*before.chains[:-1], longer), tag=row.tag or before.tag)


def blocks_of(document: Document) -> list[Block]:
    """Return the sections: a heading opens one where equations follow that close a recurrence."""
    pieces: list[Block] = [Block()]
    for item in document.items:
        match item:
            case Heading():
                pieces.append(Block(first_line=item.span.line))
            case Directive(word="scope"):
                pieces.append(Block(first_line=item.span.line))
            case Directive():
                pieces[-1].directives.append(item)
            case Prose():
                pieces[-1].prose.append((len(pieces[-1].statements), item.text))
            case Formula():
                pieces[-1].statements += statements_of(item, document)
        pieces[-1].last_line = item.span.line
    return _merged(pieces)


def _merged(pieces: list[Block]) -> list[Block]:
    """Join each piece to the section before it, unless it has a recurrence of its own."""
    blocks: list[Block] = []
    for piece in pieces:
        chains = [chain for statement in piece.statements for chain in statement.chains]
        opens = bool(chains) and closes_recurrence(chains, *find_slot(chains))
        if not blocks or (opens and any(b.statements for b in blocks[-1:])):
            if blocks and not _has_recurrence(blocks[-1]):
                _append(blocks[-1], piece)
                continue
            blocks.append(piece)
        else:
            _append(blocks[-1], piece)
    return blocks


def _has_recurrence(block: Block) -> bool:
    chains = [chain for statement in block.statements for chain in statement.chains]
    return bool(chains) and closes_recurrence(chains, *find_slot(chains))


def _append(block: Block, piece: Block) -> None:
    offset = len(block.statements)
    block.statements += piece.statements
    block.directives += piece.directives
    block.prose += [(count + offset, text) for count, text in piece.prose]
    block.last_line = piece.last_line


__all__ = ["Block", "Statement", "blocks_of", "statements_of"]
