"""Tokens of model files, with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from symbolic.errors import ReadError
from symbolic.source import Span

MAX_CHARACTERS = 200_000
#: Python refuses to convert thousands of digits, and a float64 overflows at 309.
MAX_DIGITS = 40


class Kind(Enum):
    """The kinds of token; END is the end of the text, NEWLINE the end of a statement."""

    NAME = "a name"
    NUMBER = "a number"
    OPERATOR = "an operator"
    TEXT = "text"
    NEWLINE = "the end of the line"
    END = "the end of the file"


@dataclass(frozen=True, slots=True)
class Token:
    """One token and its place."""

    kind: Kind
    text: str
    span: Span

    def __str__(self) -> str:
        return self.kind.value if self.kind in (Kind.NEWLINE, Kind.END) else repr(self.text)


_TOKEN = re.compile(
    r"(?P<SPACE>[ \t\r]+|\#.*)"
    r"|(?P<NAME>[^\W\d]\w*)"
    rf"|(?P<NUMBER>\d{{1,{MAX_DIGITS}}}(?:\.\d{{1,{MAX_DIGITS}}})?(?!\w))"
    r"|(?P<OPERATOR>\*\*|>=|\.\.|[-+*/@()\[\],:=.])"
)
_PROSE = re.compile(r"[ \t]*(model|title|source)\b[ \t]*(.*)$")
_OPEN, _CLOSE = "([", ")]"


def tokens(text: str, file: str) -> list[Token]:
    """Return the tokens of a model file; a line break inside brackets is white space.

    The words after ``model``, ``title`` and ``source`` are one token of text.

    Raises ReadError for a character that begins no token, and for a text that is too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise ReadError(
            f"{len(text)} characters; a model file has at most {MAX_CHARACTERS}", Span(file, 1)
        )
    found: list[Token] = []
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        prose = _PROSE.match(line) if depth == 0 else None
        if prose:
            for kind, group in ((Kind.NAME, 1), (Kind.TEXT, 2)):
                start, word = prose.start(group), prose.group(group).rstrip(" \t\r")
                found.append(Token(kind, word, Span(file, number, start + 1, max(1, len(word)))))
        place = len(line) if prose else 0
        while place < len(line):
            match = _TOKEN.match(line, place)
            if match is None:
                raise _unreadable(line, place, Span(file, number, place + 1))
            if match.lastgroup != "SPACE":
                kind = Kind[match.lastgroup or ""]
                word = match.group()
                found.append(Token(kind, word, Span(file, number, place + 1, len(word))))
                depth = max(0, depth + (word in _OPEN) - (word in _CLOSE))
            place = match.end()
        if depth == 0:
            found.append(Token(Kind.NEWLINE, "", Span(file, number, len(line) + 1)))
    found.append(Token(Kind.END, "", Span(file, number, len(line) + 1)))
    return found


def _unreadable(line: str, place: int, span: Span) -> ReadError:
    """Return the error for a character that begins no token."""
    if line[place] == "^":
        return ReadError("found '^'; a power is written '**'", span)
    if not line[place].isdecimal():
        return ReadError(f"found {line[place]!r}, which begins nothing here", span)
    word = re.match(r"[\w.]{1,20}", line[place:])
    return ReadError(
        f"found {word.group() if word else ''!r}; expected a number of at most {MAX_DIGITS} digits,"
        " with no letter behind it (2*x, not 2x)",
        span,
    )


class TokenStream:
    """The tokens of one file and a place among them."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.tokens = tokens(text, file)
        self.place = 0

    @property
    def next(self) -> Token:
        """The token at the place."""
        return self.tokens[self.place]

    def take(self) -> Token:
        """Return the token at the place and go on; the end is never passed."""
        token = self.next
        self.place += token.kind is not Kind.END
        return token

    def accept(self, text: str) -> Token | None:
        """Take an operator if it stands here, else return None."""
        return self.take() if self.next.text == text and self.next.kind is Kind.OPERATOR else None

    def expect(self, text: str) -> Token:
        """Take an operator; raises ReadError if another token stands here."""
        if self.next.kind is Kind.OPERATOR and self.next.text == text:
            return self.take()
        raise ReadError(f"found {self.next}; expected '{text}'", self.next.span)

    def expect_kind(self, kind: Kind, what: str) -> Token:
        """Take a token of a kind; raises ReadError, which names ``what`` was expected."""
        if self.next.kind is kind:
            return self.take()
        raise ReadError(f"found {self.next}; expected {what}", self.next.span)

    def end_of_line(self) -> None:
        """Take the end of a statement; raises ReadError if anything else stands here."""
        if self.next.kind is not Kind.END:
            self.expect_kind(Kind.NEWLINE, "the end of the line")
