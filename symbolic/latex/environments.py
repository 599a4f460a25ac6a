"""Matrices and distinctions of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symbolic.errors import nearest
from symbolic.latex.cursor import Context
from symbolic.latex.messages import Message
from symbolic.latex.prose import CONDITION_WORDS, JOINING, OTHERWISE, is_prose, plain_word
from symbolic.latex.syntax import Cases, Chain, Listed, Matrix, Node
from symbolic.latex.tokens import Kind, Space, Token
from symbolic.latex.vocabulary import ALIGNMENTS, CASES, MATRICES

if TYPE_CHECKING:
    from symbolic.latex.expressions import Reader

_CELL_ENDS = (Kind.TAB, Kind.ROW, Kind.FINISH)


def environment(reader: Reader) -> Node:
    """Return the matrix or the cases at the place; ReadError for any other environment."""
    opened = reader.next
    name = opened.text.rstrip("*")
    if name in CASES:
        return cases(reader)
    if name not in MATRICES and name not in ALIGNMENTS:
        known = sorted(ALIGNMENTS | CASES | set(MATRICES))
        similar = nearest(opened.text, known)
        message = Message.UNKNOWN_ENVIRONMENT
        raise reader.error(message, opened, name=opened.text, nearest=similar)
    reader.take()
    rows: list[tuple[Node, ...]] = []
    while not (rows and _is_end(reader, opened)):
        row = [_cell(reader, opened)]
        while reader.next.kind is Kind.TAB:
            reader.take()
            row.append(_cell(reader, opened))
        rows.append(tuple(row))
        _end_row(reader, opened)
    reader.take()
    return Matrix(MATRICES.get(name, ""), tuple(rows), reader.span(opened))


def _is_end(reader: Reader, opened: Token) -> bool:
    """Whether the end of the environment comes next; ReadError for that of another one."""
    if reader.next.kind is not Kind.FINISH:
        return False
    if reader.next.text != opened.text:
        raise reader.unclosed(opened, "")
    return True


def _end_row(reader: Reader, opened: Token) -> None:
    """Take the end of a row, unless the environment ends; ReadError for anything else."""
    if reader.next.kind is Kind.ROW:
        reader.take()
    elif not _is_end(reader, opened):
        token = reader.next
        is_stray = token.kind is Kind.CLOSE and token.text not in reader.open
        is_end = token.kind in (Kind.END, Kind.CLOSE, Kind.BRACE_CLOSE)
        raise reader.unexpected() if is_stray or not is_end else reader.unclosed(opened, "")


def _cell(reader: Reader, opened: Token) -> Node:
    """Return an entry; with commas it is a list, but for one at its end."""
    start = reader.next
    if start.kind in _CELL_ENDS:
        if start.kind is Kind.FINISH and start.text != opened.text:
            raise reader.unclosed(opened, "")
        raise reader.error(Message.EMPTY_CELL, start)
    context, reader.context = reader.context, Context.BRACES
    reader.open.append("")
    if start.kind is Kind.END:
        raise reader.unclosed(opened, "")
    items = [reader.expression()]
    while _skips_separator(reader) and reader.next.kind not in _CELL_ENDS:
        items.append(reader.expression())
    reader.open.pop()
    reader.context = context
    return items[0] if len(items) == 1 else Listed(tuple(items), reader.span(start))


def _skips_separator(reader: Reader) -> bool:
    is_separator = reader.next.kind is Kind.SEPARATOR
    if is_separator:
        reader.take()
    return is_separator


def cases(reader: Reader) -> Node:
    """Return the cases at the place: values, each with its condition."""
    opened = reader.take()
    context, in_script = reader.context, reader.in_script
    reader.context, reader.in_script = Context.ROW, False
    reader.open.append("")
    rows: list[tuple[Node, Node | None]] = []
    while not (rows and _is_end(reader, opened)):
        if reader.next.kind in _CELL_ENDS:
            raise reader.error(Message.EMPTY_CELL, reader.next)
        value = _value(reader, opened)
        rows.append((value, _condition(reader)))
        _end_row(reader, opened)
    reader.take()
    reader.open.pop()
    reader.context, reader.in_script = context, in_script
    return Cases(tuple(rows), reader.span(opened))


def _value(reader: Reader, opened: Token) -> Node:
    """Return a value; a comma before its condition is dropped."""
    start = reader.next
    if start.kind is Kind.END:
        raise reader.unclosed(opened, "")
    items = [reader.expression()]
    while _skips_separator(reader):
        is_condition = reader.next.kind is Kind.TEXT and is_prose(reader.next.text)
        if reader.next.kind in _CELL_ENDS or is_condition or reader.next.space is Space.WIDE:
            break
        items.append(reader.expression())
    return items[0] if len(items) == 1 else Listed(tuple(items), reader.span(start))


def _condition(reader: Reader) -> Node | None:
    """Return the condition of a value; None for otherwise, and where there is none."""
    if reader.next.kind is Kind.TAB:
        reader.take()
    while reader.next.kind is Kind.SEPARATOR:
        reader.take()
    start = reader.next
    is_otherwise = False
    while reader.next.kind is Kind.TEXT:
        word = plain_word(reader.next.text)
        is_otherwise = is_otherwise or word in OTHERWISE
        if word not in CONDITION_WORDS | OTHERWISE | JOINING:
            break
        reader.take()
    if reader.next.kind in (Kind.ROW, Kind.FINISH) and (is_otherwise or start is reader.next):
        return None
    found = [_collapsed(chain) for chain in reader.chains()]
    if not found:
        raise reader.no_operand()
    return found[0] if len(found) == 1 else Listed(tuple(found), reader.span(start))


def _collapsed(chain: Chain) -> Node:
    """Return a chain without relations as its only item."""
    item = chain.items[0]
    return item if not chain.relations and item is not None else chain
