"""From one paragraph to its formulas: the same for Markdown and LaTeX, once it is put together."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import NamedTuple

from checks.documents.comments import hide_latex
from checks.documents.delimiters import (
    ENVIRONMENTS,
    HEADINGS,
    Kind,
    Token,
    has_blank_line,
    is_between_dollars,
    is_prose,
    looks_like_math,
    number_beside,
    tokens,
)
from checks.documents.directives import directives_in
from checks.documents.macros import matching_braces
from checks.documents.placed import FILLER, Placed
from checks.documents.record import Directive, Formula, Heading, Item
from symbolic.source import Span

#: Displays that have no environment to speak of.
_PLAIN = ("[", "$$", "displaymath")
_INLINE = ("(", "$", "math")
_WRAPPED = re.compile(
    rf"\s*\\begin\{{(?P<name>{'|'.join(ENVIRONMENTS)})\*?\}}(?P<body>.*)\\end\{{(?P=name)\*?\}}\s*",
    re.DOTALL,
)
_COLUMNS = re.compile(r"\s*\{\d+\}")
_OPEN_TEXT = re.compile(r"\\(?:text[a-z]*|mbox)\s*\{[^{}]*$")
_SHORT_TITLE = re.compile(r"\[[^\]]{0,300}\]\s*")
#: How many formulas inside the text of a formula are skipped over.
_MAX_NESTED = 8


class Piece(NamedTuple):
    """A stretch of a paragraph that is not prose; ``item`` is None where nothing stands in it."""

    start: int
    stop: int
    item: Item | None
    directives: tuple[Directive, ...] = ()


class _Found(NamedTuple):
    """Where the content of a formula is, and where the text goes on after it."""

    start: int
    end: int
    stop: int
    name: str
    is_blank: bool = False


class _Marks:
    """The delimiters of a paragraph, with a way to the next one of a kind."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.tokens = tokens(text)
        self._starts = [token.start for token in self.tokens]
        self._indices: dict[tuple[Kind, str], list[int]] = {}
        for index, token in enumerate(self.tokens):
            self._indices.setdefault((token.kind, token.name), []).append(index)

    @cached_property
    def braces(self) -> dict[int, int]:
        """Where each brace that is opened is closed."""
        return matching_braces(self._text)

    def split_dollars(self, index: int) -> None:
        """Make the second of two dollars, which closed one formula, begin another."""
        start = self.tokens[index].start + 1
        self.tokens[index] = Token(Kind.DOLLAR, "$", start, start + 1)
        self._starts[index] = start

    def at_or_after(self, offset: int) -> int:
        """Return the index of the first delimiter that begins at an offset or later."""
        return bisect_left(self._starts, offset)

    def following(self, kind: Kind, name: str, index: int) -> Token | None:
        """Return the next delimiter of a kind and a name after the one with that index."""
        indices = self._indices.get((kind, name), [])
        place = bisect_right(indices, index)
        return self.tokens[indices[place]] if place < len(indices) else None

    def next_dollar(self, index: int) -> int | None:
        """Return the index of the next ``$`` or ``$$``."""
        for later in range(index + 1, len(self.tokens)):
            if self.tokens[later].kind in (Kind.DOLLAR, Kind.DOLLARS):
                return later
        return None


def pieces(block: Placed, *, is_latex: bool) -> list[Piece]:
    r"""Return the formulas of a paragraph, and the headings of LaTeX, in order.

    What is found between brackets and dollars in Markdown must look like math; LaTeX is believed.
    """
    text = block.text
    if "$" not in text and "\\" not in text:
        return []
    marks = _Marks(text)
    found: list[Piece] = []
    index = 0
    while index < len(marks.tokens):
        token = marks.tokens[index]
        formula = _find(text, marks, index, is_latex=is_latex)
        if formula is not None:
            found.append(_piece(block, token.start, formula))
            index = max(index + 1, marks.at_or_after(found[-1].stop))
            continue
        if is_latex and token.kind is Kind.HEADING:
            heading = _heading(block, token, marks)
            found += [heading] if heading else []
        index += 1
    return found


def _find(text: str, marks: _Marks, index: int, *, is_latex: bool) -> _Found | None:
    """Return the formula that the delimiter with that index begins, if it begins one."""
    match marks.tokens[index].kind:
        case Kind.DOLLAR:
            return _between_dollars(text, marks, index, is_latex=is_latex)
        case Kind.DOLLARS | Kind.OPEN:
            return _display(text, marks, index, is_latex=is_latex)
        case Kind.CLOSE | Kind.HEADING:
            return None


def _display(text: str, marks: _Marks, index: int, *, is_latex: bool) -> _Found | None:
    """Find the other end of a bracket, an environment or ``$$``; else it ends with the text."""
    token = marks.tokens[index]
    is_dollars = token.kind is Kind.DOLLARS
    closer = marks.following(Kind.DOLLARS if is_dollars else Kind.CLOSE, token.name, index)
    rival = None if is_dollars else marks.following(Kind.OPEN, token.name, index)
    if closer is None or (rival is not None and rival.start < closer.start):
        end = rival.start if rival else len(text)
        is_display = token.name not in _INLINE and _is_unclosed(token, text[token.end : end])
        return _Found(token.end, end, end, token.name) if is_display else None
    content = text[token.end : closer.start]
    found = _Found(token.end, closer.start, closer.end, token.name, is_blank=_is_blank(content))
    if found.is_blank:
        return found
    if token.name in _INLINE and has_blank_line(content):
        return None
    if is_latex or token.name in ENVIRONMENTS:
        return found
    is_math = looks_like_math(content) or (is_dollars and not is_prose(content))
    return found if is_math else None


def _is_unclosed(token: Token, content: str) -> bool:
    """Return whether a display without an end is one, rather than a bracket or a price in prose."""
    if not looks_like_math(content):
        return False
    return not is_prose(content) or (token.name != "[" and "$" not in content)


def _between_dollars(text: str, marks: _Marks, index: int, *, is_latex: bool) -> _Found | None:
    """Find the other end of a ``$``; ``$a$$b$`` are two formulas."""
    start = marks.tokens[index].end
    other = marks.next_dollar(index)
    for _ in range(_MAX_NESTED):
        if other is None or not _OPEN_TEXT.search(text[start : marks.tokens[other].start]):
            break
        inner = marks.next_dollar(other)
        other = None if inner is None else marks.next_dollar(inner)
    if other is None:
        return None
    end = marks.tokens[other].start
    content = text[start:end]
    found = _Found(start, end, end + 1, "$", is_blank=_is_blank(content))
    is_code = len(content) > 2 and content[0] == content[-1] == "`"
    if is_code:
        found = found._replace(start=start + 1, end=end - 1)
    elif found.is_blank:
        return found if is_latex or FILLER in content else None
    elif has_blank_line(content) or not (
        is_latex or is_between_dollars(content, text[end + 1 : end + 2])
    ):
        return None
    if marks.tokens[other].kind is Kind.DOLLARS:
        if content != content.strip():
            return None
        marks.split_dollars(other)
    return found


def _is_blank(content: str) -> bool:
    return not content.replace(FILLER, " ").strip()


def _piece(block: Placed, opened: int, found: _Found) -> Piece:
    """Return the formula with its environment, its number, and the directives inside it."""
    if found.is_blank:
        return Piece(opened, found.stop, None)
    name, start, end = found.name, found.start, found.end
    if name in _INLINE:
        formula = formula_at(block, start, block.text[start:end], is_inline=True)
        return Piece(opened, found.stop, formula)
    inner = _WRAPPED.fullmatch(block.text, start, end)
    if inner and f"\\begin{{{inner['name']}" not in inner["body"]:
        name, start, end = inner["name"], *inner.span("body")
    if name == "alignat" and (columns := _COLUMNS.match(block.text, start, end)):
        start = columns.end()
    text, directives = _without_comments(block, start, end)
    tag, stop = None, found.stop
    if "\\tag" not in text:
        tag, stop = number_beside(block.text, found.stop)
    environment = "" if name in _PLAIN else name
    formula = formula_at(block, start, text, environment=environment, tag=tag)
    return Piece(opened, stop, formula, tuple(directives))


def _without_comments(block: Placed, start: int, end: int) -> tuple[str, list[Directive]]:
    """Return the content of a display without its comments, and the directives in them."""
    text = block.text[start:end]
    if "%" not in text:
        return text, []
    hidden = hide_latex(text)
    directives: list[Directive] = []
    for offset, comment in hidden.comments:
        directives += directives_in(comment, block.after(start + offset))
    return hidden.text, directives


def formula_at(
    block: Placed,
    offset: int,
    text: str,
    *,
    is_inline: bool = False,
    environment: str = "",
    tag: str | None = None,
) -> Formula | None:
    """Return what stands at an offset of a paragraph as a formula with its places, or None."""
    text = text.replace(FILLER, " ")
    latex = text.strip()
    if not latex:
        return None
    offset += len(text) - len(text.lstrip())
    if "\n" not in latex:
        span = block.place(offset, len(latex))
        return Formula(latex, is_inline, span, (span,), tag, environment)
    lines: list[Span] = []
    for line in latex.split("\n"):
        lines.append(block.place(offset, max(1, len(line))))
        offset += len(line) + 1
    return Formula(latex, is_inline, lines[0], tuple(lines), tag, environment)


def _heading(block: Placed, token: Token, marks: _Marks) -> Piece | None:
    r"""Return a heading of LaTeX: ``\section*[short]{long}``; its formulas follow it."""
    text = block.text
    start = token.end
    if short := _SHORT_TITLE.match(text, start):
        start = short.end()
    end = marks.braces.get(start)
    if end is None:
        return None
    title = " ".join(text[start + 1 : end].replace(FILLER, " ").split())
    span = block.place(token.start, len(text[token.start : end + 1].partition("\n")[0]))
    return Piece(token.start, end + 1, Heading(title, HEADINGS[token.name], span))
