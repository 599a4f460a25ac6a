"""The statements of a document: equations with their numbers and chains, section by section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from checks.documents.directive_messages import NOTHING_FOLLOWS
from checks.documents.directives import MALFORMED
from checks.documents.placed import place_of
from checks.documents.record import Directive, Document, Formula, Heading, Item, Prose
from symbolic.errors import ReadError
from symbolic.latex.called import with_numbered_functions, with_numbers_below
from symbolic.latex.labels import labels_in, with_labels
from symbolic.latex.labels_above import with_labels_above
from symbolic.latex.last_step import with_last_step
from symbolic.latex.losses import with_plain_losses
from symbolic.latex.names import find_slot
from symbolic.latex.reader import read
from symbolic.latex.relations import parted
from symbolic.latex.section import closes_recurrence
from symbolic.latex.synonyms import with_synonyms
from symbolic.latex.syntax import Big, Chain, Factors, Node, Row, Terms
from symbolic.latex.under import with_limits
from symbolic.source import Span

#: A number behind the rows of a display: it is that of all of them.
_TAG_BEHIND = re.compile(r"\\end\s*\{[^{}]*\}[\s.,;]*\\tag")


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of a formula: its chains, or the error that kept it from being read."""

    row: Row | ReadError
    tag: str | None
    span: Span
    latex: str
    is_inline: bool
    is_ignored: bool = False

    @property
    def chains(self) -> tuple[Chain, ...]:
        """The chains of the row; none where it could not be read."""
        return self.row.chains if isinstance(self.row, Row) else ()


@dataclass(slots=True)
class Block:
    """The statements of one section, what is said beside them, and the lines that it covers."""

    statements: list[Statement] = field(default_factory=list)
    #: (number of statements before it, directive).
    directives: list[tuple[int, Directive]] = field(default_factory=list)
    #: (number of statements before it, text): prose in which phrases are looked for.
    prose: list[tuple[int, str]] = field(default_factory=list)
    first_line: int = 1
    last_line: int = 1
    #: The cells of these lines, in a notebook.
    first_cell: int | None = None
    last_cell: int | None = None
    #: Why nothing in it can be judged, where an error of ours keeps it from being read.
    fault: str | None = None
    #: Whether a directive says that a section begins here.
    is_scope: bool = False

    @property
    def has_model(self) -> bool:
        """Whether a directive gives the model, so that forward equations are claims."""
        return any(directive.word == "model" for _, directive in self.directives)

    @property
    def has_problem(self) -> bool:
        """Whether a directive of it cannot be read, or a file cannot be included."""
        return any(directive.word in (MALFORMED, "error") for _, directive in self.directives)

    @property
    def chains(self) -> list[Chain]:
        """The chains of all statements that are not ignored."""
        return [c for s in self.statements if not s.is_ignored for c in s.chains]

    def join_labels(self) -> None:
        """Make a name and a label below it one symbol, in all statements: W_{hh}, b_f."""
        rows = [s.row for s in self.statements if isinstance(s.row, Row) and not s.is_ignored]
        rows = with_last_step(with_limits(rows))
        plain_rows = with_synonyms(with_plain_losses(with_numbers_below(rows)))
        plain = iter(plain_rows if self.has_model else with_labels_above(plain_rows))
        self.statements = [
            replace(s, row=next(plain)) if isinstance(s.row, Row) and not s.is_ignored else s
            for s in self.statements
        ]
        rows = [s.row for s in self.statements if isinstance(s.row, Row) and not s.is_ignored]
        labels = frozenset() if self.has_model else labels_in(rows)
        if labels:
            self.statements = [
                replace(s, row=with_labels(s.row, labels)) if isinstance(s.row, Row) else s
                for s in self.statements
            ]

    @property
    def has_recurrence(self) -> bool:
        """Whether the forward equations close a recurrence."""
        chains = self.chains
        return bool(chains) and closes_recurrence(chains, *find_slot(chains))

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
    is_of_all = len(tags) == 1 and _TAG_BEHIND.search(formula.latex) is not None
    for number, row in enumerate(rows):
        is_last = number == len(rows) - 1
        own = row.tag if isinstance(row, Row) else None
        if isinstance(row, ReadError) and (len(tags) == len(rows) or is_of_all):
            own = tags[0 if is_of_all else number]
        tag = own or (formula.tag if is_last else None)
        span = (row.span or formula.span) if isinstance(row, ReadError | Row) else formula.span
        whole = with_numbered_functions(parted(row)) if isinstance(row, Row) else row
        yield Statement(whole, tag, span, formula.latex, formula.is_inline)


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
    if not row.chains or row.chains[0].items[0] is None:
        return False
    is_bare = not row.chains[0].relations and isinstance(row.chains[0].items[0], Terms)
    return is_bare or row.continues not in ("", "+", "-")


def _continued(before: Row, row: Row) -> Row:
    chain, following = before.chains[-1], row.chains[0]
    last, more = chain.items[-1], following.items[0]
    if last is None or more is None:
        return before
    operator = "" if row.continues in ("", "+", "-") else row.continues
    joined = _multiplied(last, operator, more) if operator else _added(last, more)
    longer = replace(
        chain,
        items=(*chain.items[:-1], joined, *following.items[1:]),
        relations=chain.relations + following.relations,
    )
    chains = (*before.chains[:-1], longer, *row.chains[1:])
    return replace(before, chains=chains, tag=row.tag or before.tag)


def _added(last: Node, more: Node) -> Terms:
    """Return a sum that goes on in the next row."""
    one = last if isinstance(last, Terms) else Terms((last,), ("+",), last.span)
    two = more if isinstance(more, Terms) else Terms((more,), ("+",), more.span)
    return Terms(one.terms + two.terms, one.signs + two.signs, one.span)


def _multiplied(last: Node, operator: str, more: Node) -> Node:
    """Return a product that goes on in the next row: the last term of one, the first of both."""
    if isinstance(more, Terms):
        product = _multiplied(last, operator, more.terms[0])
        rest = Terms(more.terms[1:], more.signs[1:], more.span)
        return _added(product, rest) if more.terms[1:] else product
    if isinstance(last, Terms):
        product = _multiplied(last.terms[-1], operator, more)
        return replace(last, terms=(*last.terms[:-1], product))
    if isinstance(last, Big):
        return replace(last, body=_multiplied(last.body, operator, more))
    one = last if isinstance(last, Factors) else Factors((last,), (), last.span)
    two = more if isinstance(more, Factors) else Factors((more,), (), more.span)
    return replace(
        one, factors=one.factors + two.factors, operators=(*one.operators, operator, *two.operators)
    )


def blocks_of(document: Document) -> list[Block]:
    """Return the sections: a heading opens one where equations follow that close a recurrence.

    The directives ``scope`` and ``model`` open one too; ``ignore`` is for the formula after it.
    """
    pieces: list[Block] = [Block(first_cell=min(document.cells, default=None))]
    ignoring: Directive | None = None
    before: Item | None = None
    for item in document.items:
        match item:
            case Heading():
                pieces.append(_block_from(item, document))
            case Directive(word="scope"):
                pieces.append(_block_from(item, document, is_scope=True))
            case Directive(word="ignore", text=""):
                ignoring = item
            case Directive():
                if item.word == "model" and pieces[-1].statements and not pieces[-1].has_model:
                    pieces.append(_block_from(item, document))
                pieces[-1].directives.append((len(pieces[-1].statements), item))
            case Prose():
                pieces[-1].prose.append((len(pieces[-1].statements), item.text))
            case Formula():
                found = [
                    replace(s, is_ignored=bool(ignoring)) for s in statements_of(item, document)
                ]
                pieces[-1].statements += _going_on(pieces[-1].statements, found, before)
                ignoring = None
        _extend(pieces[-1], item, document)
        if not isinstance(item, Prose) or item.text.strip():
            before = item
    if ignoring is not None:
        dangling = Directive(MALFORMED, NOTHING_FOLLOWS.format(), ignoring.span)
        pieces[-1].directives.append((len(pieces[-1].statements), dangling))
    return _merged(pieces)


def _block_from(item: Item, document: Document, *, is_scope: bool = False) -> Block:
    """Return a section that begins here; behind a directive of a side file, at the next item."""
    is_own = item.span.file == document.name or not isinstance(item, Directive)
    first_line, cell = (item.span.line, item.span.cell) if is_own else (0, None)
    return Block(first_line=first_line, first_cell=cell, is_scope=is_scope)


def _extend(block: Block, item: Item, document: Document) -> None:
    """Let a section go on to an item, unless that is a directive of a side file."""
    if isinstance(item, Directive) and item.span.file != document.name:
        return
    if not block.first_line:
        block.first_line, block.first_cell = item.span.line, item.span.cell
    block.last_line, block.last_cell = item.span.line, item.span.cell


def _going_on(
    statements: list[Statement], found: list[Statement], before: Item | None
) -> list[Statement]:
    """Return the rows of a display without the first, if that goes on from the display before."""
    last = statements[-1] if statements else None
    first = found[0] if found else None
    if last is None or first is None or not isinstance(before, Formula):
        return found
    if not isinstance(last.row, Row) or not isinstance(first.row, Row) or not last.row.chains:
        return found
    if first.is_inline or last.is_inline or not _goes_on(first.row):
        return found
    row = _continued(last.row, first.row)
    statements[-1] = replace(last, row=row, tag=last.tag or first.tag)
    return found[1:]


def ids_of(blocks: Sequence[Block]) -> list[tuple[str, ...]]:
    """Return the numbers of the statements of each section: as printed, or #n, the n-th one."""
    counter = count(1)
    return [tuple(s.tag or f"#{next(counter)}" for s in b.statements) for b in blocks]


def _merged(pieces: list[Block]) -> list[Block]:
    """Join each piece to the section before it, unless it begins one of its own."""
    blocks: list[Block] = []
    for piece in pieces:
        if blocks and not _begins(piece, blocks[-1]):
            _append(blocks[-1], piece)
        else:
            blocks.append(piece)
    return blocks


def _begins(piece: Block, before: Block) -> bool:
    """Whether a piece begins a section: it has a recurrence or a model, as the one before has."""
    if not before.statements:
        return False
    if piece.is_scope:
        return True
    if piece.has_model:
        return before.has_model or before.has_recurrence
    # With a model beside the text, forward equations are claims and open nothing.
    return not before.has_model and piece.has_recurrence and before.has_recurrence


def _append(block: Block, piece: Block) -> None:
    offset = len(block.statements)
    block.statements += piece.statements
    block.directives += [(count + offset, directive) for count, directive in piece.directives]
    block.prose += [(count + offset, text) for count, text in piece.prose]
    block.last_line, block.last_cell = piece.last_line, piece.last_cell


__all__ = ["Block", "Statement", "blocks_of", "ids_of", "statements_of"]
