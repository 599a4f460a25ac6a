"""The statements of a document: equations with their numbers and chains, section by section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from checks.continued import continued, goes_on, joined
from checks.documents.directive_messages import NOTHING_FOLLOWS
from checks.documents.directives import MALFORMED
from checks.documents.placed import place_of
from checks.documents.record import Code, Directive, Document, Formula, Heading, Item, Prose
from checks.partly import readable_part
from symbolic.errors import ReadError
from symbolic.latex.bare_steps import with_bare_steps
from symbolic.latex.called import with_numbered_functions, with_numbers_below
from symbolic.latex.immediate import with_immediate
from symbolic.latex.labels import labels_in, with_labels
from symbolic.latex.labels_above import with_labels_above
from symbolic.latex.last_step import with_last_step
from symbolic.latex.losses import with_plain_losses
from symbolic.latex.names import find_slot
from symbolic.latex.prefixed import with_prefixed
from symbolic.latex.reader import read
from symbolic.latex.references import without_references
from symbolic.latex.relations import parted
from symbolic.latex.section import closes_recurrence
from symbolic.latex.spelled import with_spelled_names
from symbolic.latex.styles import with_told_apart
from symbolic.latex.synonyms import with_synonyms
from symbolic.latex.syntax import Chain, Row
from symbolic.latex.system import gives_anew
from symbolic.latex.under import with_limits
from symbolic.source import Span

_BOLD = re.compile(r"\\(?:mathbf|bm|boldsymbol)\b")
#: A heading below which what is said of numbers does not hold.
_OF_ARRAYS = re.compile(r"vector|matri|batch|tensor", re.IGNORECASE)
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
    #: Whether it is the part that cannot be read of the chain before it, under the same number.
    is_rest: bool = False

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
    #: Programs in it, which are not read.
    code: list[str] = field(default_factory=list)
    #: Prose of the sections that it is a subsection of.
    above: tuple[str, ...] = ()
    #: Whether letters are bold there.
    is_bold_above: bool = False
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
        read = [s for s in self.statements if isinstance(s.row, Row) and not s.is_ignored]
        rows = with_prefixed([s.row for s in read if isinstance(s.row, Row)])
        rows = with_bare_steps(rows)
        rows = with_last_step(with_limits(without_references(rows, [s.tag for s in read])))
        rows = with_plain_losses(with_numbers_below(with_spelled_names(with_told_apart(rows))))
        plain_rows = with_synonyms(rows)
        plain = iter(plain_rows if self.has_model else with_labels_above(plain_rows))
        self.statements = [
            replace(s, row=next(plain)) if isinstance(s.row, Row) and not s.is_ignored else s
            for s in self.statements
        ]
        rows = [s.row for s in self.statements if isinstance(s.row, Row) and not s.is_ignored]
        labels = frozenset() if self.has_model else labels_in(rows)
        self.statements = [
            replace(s, row=with_immediate(with_labels(s.row, labels) if labels else s.row))
            if isinstance(s.row, Row)
            else s
            for s in self.statements
        ]

    @property
    def has_recurrence(self) -> bool:
        """Whether the forward equations close a recurrence."""
        chains = self.chains
        return bool(chains) and closes_recurrence(chains, *find_slot(chains))

    def inherits(self, pattern: str) -> bool:
        """Whether the sections above have a phrase, and it declares no shape and no other style."""
        if not any(re.search(pattern, " ".join(t.split()), re.IGNORECASE) for t in self.above):
            return False
        is_bold = any(_BOLD.search(statement.latex) for statement in self.statements)
        declares = any(set(chain.relations) & {"in", "colon"} for chain in self.chains)
        return not declares and (self.is_bold_above or not is_bold)

    def says(self, pattern: str, before: int | None = None) -> bool:
        """Whether the prose has a phrase, before the statement of a number if one is given."""
        return any(
            re.search(pattern, " ".join(text.split()), re.IGNORECASE)
            for count, text in self.prose
            if before is None or count <= before
        )


def statements_of(formula: Formula, document: Document) -> Iterator[Statement]:
    """Yield the rows of a formula; a number beside the display belongs to its last row."""
    rows = joined(read(formula.latex, lambda offset: place_of(formula, offset), document.macros))
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
        part = readable_part(formula, row, document) if isinstance(row, ReadError) else None
        if part is not None and len(rows) == 1:
            yield Statement(part, tag, part.span or span, formula.latex, formula.is_inline)
        is_rest = part is not None
        yield Statement(whole, tag, span, formula.latex, formula.is_inline, is_rest=is_rest)


def blocks_of(document: Document) -> list[Block]:
    """Return the sections: a heading opens one where equations follow that close a recurrence.

    The directives ``scope`` and ``model`` open one too; ``ignore`` is for the formula after it.
    """
    pieces: list[Block] = [Block(first_cell=min(document.cells, default=None))]
    ignoring: Directive | None = None
    before: Item | None = None
    #: The headings that the next section stands below: their levels and sections.
    over: list[tuple[int, Block]] = []
    for item in document.items:
        match item:
            case Heading():
                pieces.append(_block_from(item, document))
                over = [(level, block) for level, block in over if level < item.level]
                if _OF_ARRAYS.search(item.text):
                    over = []
                pieces[-1].above = tuple(text for _, block in over for _, text in block.prose)
                texts = (s.latex for _, block in over for s in block.statements)
                pieces[-1].is_bold_above = any(map(_BOLD.search, texts))
                over.append((item.level, pieces[-1]))
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
            case Code():
                pieces[-1].code.append(item.text)
                continue
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
    if first.is_inline or last.is_inline or not goes_on(first.row):
        return found
    row = continued(last.row, first.row)
    statements[-1] = replace(last, row=row, tag=last.tag or first.tag)
    return found[1:]


def ids_of(blocks: Sequence[Block]) -> list[tuple[str, ...]]:
    """Return the numbers of the statements of each section: as printed, or #n, the n-th one."""
    numbers, found = counted(), []
    for block in blocks:
        found.append(tuple(numbers(statement) for statement in block.statements))
    return found


def counted() -> Callable[[Statement], str]:
    """Return what gives statement after statement its number; the rest of a chain has its one."""
    counter, last = count(1), ""

    def number(statement: Statement) -> str:
        nonlocal last
        if not statement.is_rest:
            last = statement.tag or f"#{next(counter)}"
        return last

    return number


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
    """Whether a piece begins a section: it has a recurrence or a model, as the one before has.

    One before that has no recurrence goes on, unless the piece gives its states anew.
    """
    if not before.statements:
        return False
    if piece.is_scope:
        return True
    if piece.has_model:
        return before.has_model or before.has_recurrence
    # With a model beside the text, forward equations are claims and open nothing.
    if before.has_model or not piece.has_recurrence:
        return False
    return before.has_recurrence or gives_anew(piece.chains, before.chains)


def _append(block: Block, piece: Block) -> None:
    offset = len(block.statements)
    block.statements += piece.statements
    block.directives += [(count + offset, directive) for count, directive in piece.directives]
    block.prose += [(count + offset, text) for count, text in piece.prose]
    block.code += piece.code
    block.last_line, block.last_cell = piece.last_line, piece.last_cell


__all__ = ["Block", "Statement", "blocks_of", "ids_of", "statements_of"]
