"""Names of variables as text in pictures: letters, and what stands above or below them."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.arrays import Shape
from symbolic.errors import UnsupportedNotation
from symbolic.expand.network import Path
from symbolic.expand.picture import Box, Picture
from symbolic.latex.syntax import (
    Bracket,
    Factors,
    Listed,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    Word,
)
from symbolic.notation.mathml import CHARACTERS
from symbolic.notation.writer import Writer

#: A stretch of text, and where it stands: 1 above, -1 below, 0 on the line.
Stretch = tuple[str, int]

_ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "check": "\u030c"}
_BRACKETS = {"(": "()", "[": "[]", "<": "⟨⟩"}
_OPERATORS = {"": "", "times": "×", "cdot": "⋅"}


def stretches(node: Node, level: int = 0) -> Iterator[Stretch]:
    """Yield a name as stretches of text; raises UnsupportedNotation for what no name has.

    >>> list(stretches(Scripted(Symbol("h"), above=Numeral("2"))))
    [('h', 0), ('2', 1)]
    """
    match node:
        case Symbol(name=name, accents=accents, primes=primes):
            marks = "".join(_ACCENTS.get(accent, "\u0306") for accent in accents)
            yield CHARACTERS.get(name, name) + marks + "′" * primes, level
        case Word(text=text) | Numeral(text=text):
            yield text, level
        case Scripted(base=base, below=below, above=above):
            yield from stretches(base, level)
            if below is not None:
                yield from stretches(below, -1)
            if above is not None:
                yield from stretches(above, 1)
        case Bracket(kind=kind, items=(inner,)) if kind in _BRACKETS:
            yield _BRACKETS[kind][0], level
            yield from stretches(inner, level)
            yield _BRACKETS[kind][1], level
        case Terms(terms=terms, signs=signs):
            for place, (term, sign) in enumerate(zip(terms, signs, strict=True)):
                if place or sign == "-":
                    yield "−" if sign == "-" else "+", level
                yield from stretches(term, level)
        case Factors(factors=factors, operators=operators):
            for factor, operator in zip(factors, ("", *operators), strict=True):
                yield _OPERATORS[operator], level
                yield from stretches(factor, level)
        case Listed(items=items):
            for place, item in enumerate(items):
                yield "," if place else "", level
                yield from stretches(item, level)
        case _:
            raise UnsupportedNotation(f"{type(node).__name__} in the name of a variable")


def name(picture: Picture, box: Box) -> list[Stretch]:
    """Return the name of a box."""
    return list(stretches(picture.writer.key(box.key)))


def shape(writer: Writer, of: Shape) -> list[Stretch]:
    """Return a shape as n × m; nothing for a scalar."""
    found: list[Stretch] = []
    for place, size in enumerate(of):
        found += [("×", 0)] if place else []
        found += stretches(writer.affine(size))
    return found


def route(writer: Writer, path: Path) -> list[Stretch]:
    """Return a path as its nodes with arrows between."""
    found: list[Stretch] = []
    for place, key in enumerate(path):
        found += [(" ← ", 0)] if place else []
        found += stretches(writer.key(key))
    return found


def plain(found: list[Stretch]) -> str:
    """Return a label as text with _ and ^ for what stands below and above.

    >>> plain([("h", 0), ("2", 1)])
    'h^2'
    """
    marks = {0: "", 1: "^", -1: "_"}
    before = 0
    parts = []
    for text, level in found:
        parts.append((marks[level] if level != before else "") + text)
        before = level
    return "".join(parts)


def html(found: list[Stretch], *, tags: tuple[str, str] = ("sub", "sup")) -> str:
    """Return a label with tags around what stands below and above."""
    parts = []
    for text, level in found:
        safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        tag = {-1: tags[0], 1: tags[1]}.get(level)
        parts.append(f"<{tag}>{safe}</{tag}>" if tag and safe else safe)
    return "".join(parts)
