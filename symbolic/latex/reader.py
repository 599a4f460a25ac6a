r"""LaTeX mathematics as syntax trees: the rows of a display, or the errors that keep them unread.

From text to tree there are four steps, each a module of its own: ``symbolic.latex.tokens`` (tokens
with places, macros), ``symbolic.latex.clean`` (what is for the eye only goes),
``symbolic.latex.rows`` (rows and their numbers), ``symbolic.latex.expressions`` (the trees).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symbolic.errors import ReadError
from symbolic.latex.atoms import OPERANDS
from symbolic.latex.clean import clean
from symbolic.latex.cursor import Budget
from symbolic.latex.expressions import Reader
from symbolic.latex.height import is_higher
from symbolic.latex.messages import MAX_HEIGHT, Message
from symbolic.latex.places import Places
from symbolic.latex.rows import Line, lines
from symbolic.latex.syntax import Row
from symbolic.latex.tokens import Kind, expanded, tokens
from symbolic.source import Span


def read(
    latex: str,
    place: Callable[[int], Span] | None = None,
    macros: Mapping[str, tuple[int, str]] | None = None,
) -> tuple[Row | ReadError, ...]:
    r"""Return the rows of a display or inline formula; for a row that cannot be read its error.

    ``place`` maps an offset in the text to its place in the document; by default places are lines
    and columns of the text. ``macros``: name without backslash -> (number of arguments,
    replacement). Never raises ReadError, whatever the text.

    >>> (row,) = read(r"s_t &= f(U x_t) \tag{1}")
    >>> row.tag, row.chains[0].relations, row.chains[0].items[0].base.name
    ('1', ('=',), 's')
    >>> [str(error) for error in read(r"a = (b \\ a = b +")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [":1:6: '(' opened at 1:5 is not closed: found the end of the row; expected ')'",
     ":1:17: the row ends after '+'; expected a term"]
    """
    places = Places(latex, place)
    known = {name.removeprefix("\\"): macro for name, macro in (macros or {}).items()}
    try:
        cleaned = clean(expanded(tokens(latex, places), known, places), places)
    except ReadError as error:
        return (error.with_traceback(None),)
    budget = Budget()
    return tuple(_row(line, places, budget) for line in lines(cleaned))


def _row(line: Line, places: Places, budget: Budget) -> Row | ReadError:
    """Return one row, or the error that keeps it from being read."""
    reader = Reader(line.tokens, places, budget)
    try:
        return _read_row(reader, line.tag)
    except ReadError as error:
        return error.with_traceback(None)


def _read_row(reader: Reader, tag: str | None) -> Row:
    start = reader.next
    if start.kind is Kind.END:
        return Row((), tag, reader.span(start))
    reader.skip_separators()
    start = reader.next
    continues = ""
    if start.kind is Kind.OPERATOR and reader.after_next.kind in OPERANDS:
        continues = reader.take().text
    chains = reader.chains()
    if not chains:
        raise reader.no_operand()
    if reader.next.kind is not Kind.END:
        raise reader.unexpected()
    if is_higher(chains, MAX_HEIGHT):
        raise reader.error(Message.TOO_DEEP, start)
    is_claim = start.text == "-" and chains[0].relations
    if start.kind is Kind.SIGN and not is_claim:
        continues = start.text
    return Row(chains, tag, reader.span(start), continues)
