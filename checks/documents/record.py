"""What is found in a document: formulas in reading order, headings, directives, phrases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symbolic.source import Span


@dataclass(frozen=True, slots=True)
class Formula:
    """One display, or one inline formula: its LaTeX without the delimiters.

    ``span`` is the place of the first character of ``latex`` in the file; ``lines`` are the places
    of the beginnings of the lines of ``latex``, because a display may be indented, quoted or put
    together from an included file. ``tag`` is a number found beside the display, outside of it.
    ``environment`` is "align", "equation", ... or "" for a plain display or an inline formula.
    """

    latex: str
    is_inline: bool
    span: Span
    lines: tuple[Span, ...] = field(default=(), compare=False)
    tag: str | None = None
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its text and level (1 is the highest)."""

    text: str
    level: int
    span: Span


@dataclass(frozen=True, slots=True)
class Directive:
    """What an author says to the tool in a comment: ``gradproof: word argument ...``.

    ``text`` is what follows the word, as written.
    """

    word: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Prose:
    """A run of text between formulas; only a closed table of phrases is looked for in it."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Code:
    """A program in a document, which is not read: only the names that it gives are looked for."""

    text: str
    span: Span


#: What a document consists of, in reading order.
Item = Formula | Heading | Directive | Prose | Code


@dataclass(frozen=True, slots=True)
class Document:
    """A file, read: its name, its items, and the macros that its formulas may use.

    ``macros``: the name without backslash -> (number of arguments, replacement). ``cells`` are the
    texts of a notebook by the number of the cell, in which places are counted; {} in other files.
    """

    name: str
    text: str
    items: tuple[Item, ...]
    macros: dict[str, tuple[int, str]] = field(default_factory=dict)
    cells: Mapping[int, str] = field(default_factory=dict)
