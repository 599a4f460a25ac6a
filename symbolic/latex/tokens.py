r"""Tokens of LaTeX mathematics with their places, and the expansion of macros.

White space is no token: each token says how much of it stands before. What a token means is
decided in ``symbolic.latex.clean``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, IntEnum
from functools import lru_cache
from typing import NamedTuple

from symbolic.latex.characters import LOWERED, MARKS, RAISED, as_latex, raised_or_lowered
from symbolic.latex.messages import MAX_EXPANSION, MAX_TOKENS, Message
from symbolic.latex.places import Places
from symbolic.latex.vocabulary import SPACES, WIDE_MU


class Kind(Enum):
    """The kinds of token; those of the first line come from the text, the others are cleaned."""

    LETTER, NUMBER, COMMAND, CHARACTER, PARAMETER, ROW = range(6)
    SYMBOL, WORD, TEXT, DOTS, SIGN, OPERATOR, RELATION, SEPARATOR, TAB = range(6, 15)
    OPEN, CLOSE, BAR, BRACE_OPEN, BRACE_CLOSE, SCRIPT, PRIME = range(15, 22)
    BEGIN, FINISH, TAG, FAULT, END = range(22, 27)


class Space(IntEnum):
    """The white space before a token: in the text only, a thin one, a quad or about as much."""

    NONE, PLAIN, THIN, WIDE = range(4)


class Token(NamedTuple):
    """One token; ``start`` and ``end`` are offsets in the text, of the call inside a macro.

    ``text`` is the source of a fresh token and the name of a cleaned one; ``style`` is what a
    letter is set in.
    """

    kind: Kind
    text: str
    start: int
    end: int
    space: Space = Space.NONE
    style: str = ""


_TOKEN = re.compile(
    r"(?P<comment>%[^\n]*\n?)"
    r"|(?P<space>\s+)"
    r"|(?P<row>\\\\\*?(?:\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu|\\baselineskip)\s*\])?"
    r"|\\(?:cr|newline|tabularnewline)(?![a-zA-Z]))"
    r"|(?P<command>\\(?:[a-zA-Z]+|.))"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    rf"|(?P<accented>\w[{MARKS}]+)"
    r"|(?P<letter>[a-zA-Z])"
    r"|(?P<parameter>\#[1-9])"
    r"|(?P<character>:=|<=|>=|!=|->|=>|\.{2,}|[\x21-\x7e])"
    rf"|(?P<small>[{RAISED}]+|[{LOWERED}]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_KINDS = {
    "row": Kind.ROW,
    "command": Kind.COMMAND,
    "number": Kind.NUMBER,
    "letter": Kind.LETTER,
    "character": Kind.CHARACTER,
    "parameter": Kind.PARAMETER,
}


def tokens(latex: str, places: Places) -> list[Token]:
    r"""Return the tokens of a text; ReadError if there are too many.

    >>> [t.text for t in tokens(r"W\,h_{t-1} % so far", Places("", None))]
    ['W', 'h', '_', '{', 't', '-', '1', '}']
    """
    found: list[Token] = []
    for token in _scanned(latex):
        found.append(token)
        if len(found) > MAX_TOKENS:
            raise Message.TOO_LONG.at(places.span(token.start, token.end))
    return found


def _scanned(latex: str) -> Iterator[Token]:
    """Yield the tokens of a text."""
    width, gap = 0, Space.NONE
    for match in _TOKEN.finditer(latex):
        group, text = match.lastgroup or "", match.group()
        if group in ("space", "comment") or text in SPACES:
            width += SPACES.get(text, 0)
            gap = _space(width)
            continue
        start, end = match.span()
        if (kind := _KINDS.get(group)) is not None:
            yield Token(kind, text, start, end, gap)
        else:
            written = raised_or_lowered(text) if group == "small" else as_latex(text)
            if written is None:
                yield Token(Kind.CHARACTER, text, start, end, gap)
            else:
                yield from _moved(_fragment(written), start, end, gap)
        width, gap = 0, Space.NONE


def _space(width: int) -> Space:
    if width >= WIDE_MU:
        return Space.WIDE
    return Space.THIN if width > 0 else Space.PLAIN


@lru_cache(maxsize=1024)
def _fragment(written: str) -> tuple[Token, ...]:
    """Return the tokens of a short text: what a character means, what replaces a macro."""
    return tuple(_scanned(written))


def _moved(fragment: Sequence[Token], start: int, end: int, gap: Space) -> Iterator[Token]:
    """Yield the tokens of a fragment at a place in the text; the first has a gap before it."""
    for index, token in enumerate(fragment):
        yield token._replace(start=start, end=end, space=token.space if index else gap)


class _Expansion:
    """The tokens of a formula, last first, while the macros at their head are replaced."""

    def __init__(
        self, source: list[Token], macros: Mapping[str, tuple[int, str]], places: Places
    ) -> None:
        self.waiting = source[::-1]
        self.macros = macros
        self.places = places
        self.expanded = 0

    def run(self) -> list[Token]:
        done: list[Token] = []
        while self.waiting:
            token = self.waiting.pop()
            name = token.text[1:] if token.kind is Kind.COMMAND else ""
            macro = self.macros.get(name)
            longer = self.macros.get(f"{name}[") if self.text_ahead() == "[" else None
            first = self.optional() if longer is not None else None
            if longer is not None and first is not None:
                self.waiting.extend(reversed(self.replacement(token, *longer, first)))
            elif macro is None:
                done.append(token)
            else:
                self.waiting.extend(reversed(self.replacement(token, *macro)))
        return done

    def text_ahead(self) -> str:
        """Return what stands next."""
        return self.waiting[-1].text if self.waiting else ""

    def optional(self) -> list[Token] | None:
        """Take an argument in square brackets; None if it is not closed."""
        depth = 0
        for length, token in enumerate(reversed(self.waiting)):
            depth += (token.text == "{") - (token.text == "}")
            if depth < 0:
                return None
            if token.text == "]" and not depth:
                taken = self.waiting[-length - 1 :][::-1]
                del self.waiting[-length - 1 :]
                return taken[1:-1]
        return None

    def replacement(
        self, call: Token, count: int, body: str, first: list[Token] | None = None
    ) -> list[Token]:
        """Return what a call of a macro stands for, its arguments filled in."""
        arguments: list[list[Token]] = [] if first is None else [first]
        while len(arguments) < count:
            argument = self.argument(call)
            if argument is None:
                found = len(arguments)
                raise Message.MACRO_ARGUMENT.at(
                    self.places.span(call.start, call.end),
                    command=call.text,
                    count=count,
                    found=found,
                )
            arguments.append(argument)
        self.grow(1, call)
        result: list[Token] = []
        for token in _moved(_fragment(body), call.start, call.end, call.space):
            number = int(token.text[1]) if token.kind is Kind.PARAMETER else 0
            if 0 < number <= count:
                argument = arguments[number - 1]
                self.grow(len(argument), call)
                result += [
                    t if i else t._replace(space=token.space) for i, t in enumerate(argument)
                ]
            else:
                self.grow(1, call)
                result.append(token)
        return result

    def argument(self, call: Token) -> list[Token] | None:
        """Take a token or the inside of braces; None if there is none."""
        if not self.waiting or self.waiting[-1].text == "}":
            return None
        first = self.waiting.pop()
        if first.text != "{":
            return [first]
        taken: list[Token] = []
        depth = 1
        while self.waiting:
            token = self.waiting.pop()
            depth += (token.text == "{") - (token.text == "}")
            if not depth:
                return taken
            taken.append(token)
        return None

    def grow(self, count: int, call: Token) -> None:
        """Count what expansion adds; ReadError beyond the bound."""
        self.expanded += count
        if self.expanded > MAX_EXPANSION:
            span = self.places.span(call.start, call.end)
            raise Message.TOO_MUCH_EXPANSION.at(span, command=call.text)


def expanded(
    source: list[Token], macros: Mapping[str, tuple[int, str]], places: Places
) -> list[Token]:
    r"""Return the tokens with every macro replaced: name -> (number of arguments, replacement).

    >>> places = Places(r"\at{h}", None)
    >>> [t.text for t in expanded(tokens(r"\at{h}", places), {"at": (1, "#1_t")}, places)]
    ['h', '_', 't']
    """
    if macros and any(t.kind is Kind.COMMAND and t.text[1:] in macros for t in source):
        source = _Expansion(source, macros, places).run()
    return with_fractions(source)


def with_fractions(source: list[Token]) -> list[Token]:
    r"""Return the tokens with ``{\frac{a}{b}}`` for ``{a \over b}``.

    Of a second one in the same braces TeX says that it is ambiguous: it stays.
    """
    if not any(token.text == r"\over" for token in source):
        return source
    #: Where each group that is open begins, and whether it is a fraction.
    groups: list[tuple[int, bool]] = []
    done: list[Token] = []
    for token in source:
        brace = token._replace(kind=Kind.CHARACTER, space=Space.NONE)
        is_over = token.kind is Kind.COMMAND and token.text == r"\over"
        if is_over and groups and not groups[-1][1]:
            start = groups.pop()[0]
            groups.append((start, True))
            command = token._replace(text=r"\frac", space=Space.NONE)
            done[start:start] = [command, brace._replace(text="{")]
            done += [brace._replace(text="}"), brace._replace(text="{")]
            continue
        if token.text == "}" and groups and groups.pop()[1]:
            done.append(brace._replace(text="}"))
        done.append(token)
        if token.text == "{":
            groups.append((len(done), False))
    return done
