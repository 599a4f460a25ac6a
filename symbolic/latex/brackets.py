"""Brackets with their entries, bars, and expressions that are evaluated at a point."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symbolic.latex.cursor import Context
from symbolic.latex.environments import cases
from symbolic.latex.messages import Message
from symbolic.latex.scripting import script
from symbolic.latex.syntax import Bracket, Evaluated, Factors, Matrix, Node
from symbolic.latex.tokens import Kind, Space, Token
from symbolic.latex.vocabulary import CASES, DELIMITERS

if TYPE_CHECKING:
    from symbolic.latex.expressions import Reader


def bracket(reader: Reader) -> Node:
    r"""Return a bracket with its entries; around a matrix without one it is that of the matrix.

    ``\left. f \right|_{x=0}`` is evaluated; ``\left\{`` around an array without its partner is
    a distinction of cases.
    """
    opened = reader.take()
    if opened.text == ".":
        return _evaluated_bracket(reader, opened)
    if opened.text == "{" and reader.next.kind is Kind.BEGIN:
        before = reader.place
        node = _open_cases(reader)
        if node is not None:
            return node
        reader.place = before
    kind = opened.text
    if _is_double_bar(reader, opened):
        reader.take()
        kind = "||"
    items, separators = _entries(reader, opened, kind)
    span = reader.span(opened)
    match items:
        case [Matrix(kind="") as matrix] if kind in "([{|":
            return replace(matrix, kind=kind, span=span)
        case _:
            return Bracket(kind, tuple(items), tuple(separators), span)


def _is_double_bar(reader: Reader, opened: Token) -> bool:
    """Whether a norm begins here that is written with single bars."""
    following = reader.next
    is_bar = opened.kind is Kind.BAR and following.kind is Kind.BAR
    return is_bar and opened.text == following.text == "|" and not following.space


def _entries(reader: Reader, opened: Token, kind: str) -> tuple[list[Node], list[str]]:
    """Return the entries of a bracket and what stands between them; goes behind the bracket."""
    context, reader.context = reader.context, Context.BRACKET
    reader.open.append(kind)
    items: list[Node] = []
    separators: list[str] = []
    if kind in ("|", "||") or not _closes(reader, kind):
        items.append(reader.expression())
        while not _closes(reader, kind):
            separators.append(_separator(reader, opened))
            items.append(reader.expression())
    reader.place += 2 if reader.next.text == "|" and kind == "||" else 1
    reader.open.pop()
    reader.context = context
    return items, separators


def _closes(reader: Reader, kind: str) -> bool:
    """Whether the bracket of a kind is closed next."""
    token = reader.next
    match token.kind:
        case Kind.CLOSE:
            return token.text == kind
        case Kind.BAR if kind == "||" and token.text == "|":
            return reader.after_next.kind is Kind.BAR and reader.after_next.text == "|"
        case Kind.BAR:
            return token.text == kind
        case Kind.RELATION:
            return kind == "<" and token.text == ">"
        case _:
            return False


def _separator(reader: Reader, opened: Token) -> str:
    """Take what stands between two entries; ReadError if nothing does."""
    token = reader.next
    match token.kind:
        case Kind.SEPARATOR if token.text != ".":
            reader.take()
            if reader.next.kind is Kind.TAB:
                reader.take()
            return token.text
        case Kind.TAB:
            reader.take()
            return "&"
        case Kind.ROW:
            raise reader.unexpected()
        case _ if reader.is_apart() and token.space >= Space.THIN:
            return "space"
        case _:
            raise reader.unclosed(opened, DELIMITERS[opened.text][1])


def _open_cases(reader: Reader) -> Node | None:
    r"""Return the cases of ``\left\{`` and an array without ``\right\}``; None if they are none."""
    environment = reader.next
    closing = reader.environment_end()
    if closing is None:
        return None
    last = reader.tokens[min(closing + 1, len(reader.tokens) - 1)]
    if (last.kind, last.text) != (Kind.CLOSE, ".") or environment.text in CASES:
        return None
    node = cases(reader)
    reader.take()
    return node


def _evaluated_bracket(reader: Reader, opened: Token) -> Node:
    r"""``\left. f \right|_{x=0}``; with ``\right.`` it is a bracket that does not show."""
    context, reader.context = reader.context, Context.BRACES
    reader.open.append(".")
    body = reader.expression()
    if (reader.next.kind, reader.next.text) not in ((Kind.CLOSE, "|"), (Kind.CLOSE, ".")):
        raise reader.unclosed(opened, r"\right|")
    reader.open.pop()
    reader.context = context
    bar = reader.take()
    if bar.text == ".":
        return Bracket("(", (body,), (), reader.span(opened))
    return Evaluated(body, _point(reader, bar), reader.span(opened))


def _point(reader: Reader, bar: Token) -> Node:
    """Return what stands below a bar; a script above it is an error."""
    if reader.next.kind is not Kind.SCRIPT or reader.next.text != "_":
        found = reader.found(reader.next)
        raise reader.error(Message.MISSING_ARGUMENT, bar, command="the bar", found=found)
    point = script(reader, reader.take())
    if reader.next.kind is Kind.SCRIPT:
        raise reader.unexpected()
    return point


def is_evaluation(reader: Reader) -> bool:
    """Whether a bar comes next, behind a factor, that says where the product is evaluated."""
    token, following = reader.next, reader.after_next
    is_bar = token.text == "|" and token.kind in (Kind.BAR, Kind.CLOSE)
    is_bar = is_bar or (token.kind is Kind.RELATION and token.text == "mid")
    has_point = following.kind is Kind.SCRIPT and following.text == "_"
    opened = reader.open[-1]
    is_closing = opened == "|" or (opened == "." and token.kind is Kind.CLOSE)
    return is_bar and has_point and not is_closing


def evaluated(reader: Reader, factors: list[Node], operators: list[str], start: Token) -> None:
    """Evaluate the factors so far, back to what is evaluated already, at the point below a bar."""
    first = len(factors) - 1
    while first > 0 and not isinstance(factors[first - 1], Evaluated):
        first -= 1
    bar = reader.take()
    point = _point(reader, bar)
    span = reader.span(start)
    body = factors[first]
    if first < len(factors) - 1:
        body = Factors(tuple(factors[first:]), tuple(operators[first:]), span)
    factors[first:] = [Evaluated(body, point, span)]
    del operators[first:]
