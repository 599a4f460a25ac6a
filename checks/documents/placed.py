"""Text together with the place of each of its lines in the files that it was put together from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from checks.documents.record import Formula
from symbolic.source import Span

#: Stands for each character that is not read (comments, code, definitions), so that all others
#: keep their places. It is not white space: a line that is only a comment ends no paragraph.
#: Unicode promises never to assign this code point.
FILLER = "\ufdd0"


class Line(NamedTuple):
    """One line, or the rest of one, and where its first character stands."""

    text: str
    file: str
    number: int
    column: int = 1
    cell: int | None = None

    def cut(self, start: int, stop: int | None = None) -> Line:
        """Return the part from ``start`` to ``stop``, at its own place."""
        text, column = self.text[start:stop], self.column + start
        return Line(text, self.file, self.number, column, self.cell)

    def span(self) -> Span:
        """Return the place of the whole line."""
        return Span(self.file, self.number, self.column, max(1, len(self.text)), self.cell)


@dataclass(frozen=True, slots=True)
class Placed:
    """A text of several lines; ``origins`` are the lines that it was made of, for their places."""

    text: str
    origins: tuple[Line, ...]
    starts: tuple[int, ...]

    def place(self, offset: int, length: int = 1) -> Span:
        """Return where the character at ``offset`` of the text stands."""
        index = max(0, bisect_right(self.starts, offset) - 1)
        line = self.origins[index]
        column = line.column + offset - self.starts[index]
        return Span(line.file, line.number, column, length, line.cell)

    def after(self, start: int) -> Callable[[int, int], Span]:
        """Return the function from an offset after ``start``, and a length, to the place."""
        return lambda offset, length: self.place(start + offset, length)

    def with_text(self, text: str) -> Placed:
        """Return another text of the same length at the same places."""
        return Placed(text, self.origins, self.starts)


def lines_of(text: str, file: str) -> list[Line]:
    r"""Return the lines of a file; only ``\n`` ends one.

    >>> lines_of("a\nb", "x.md")[1]
    Line(text='b', file='x.md', number=2, column=1, cell=None)
    """
    return [Line(line, file, number) for number, line in enumerate(text.split("\n"), start=1)]


def placed(lines: Iterable[Line]) -> Placed:
    r"""Return one text of these lines, which may come from different places.

    >>> text = placed([Line("a +", "x.md", 4, 3), Line("b", "x.md", 5, 3)])
    >>> text.text, str(text.place(text.text.index("b")))
    ('a +\nb', 'x.md:5:3')
    """
    origins = tuple(lines)
    if len(origins) == 1:
        return Placed(origins[0].text, origins, (0,))
    starts = tuple(accumulate((len(line.text) + 1 for line in origins[:-1]), initial=0))
    return Placed("\n".join(line.text for line in origins), origins, starts)


def blank(text: str) -> str:
    """Return a text of the same lines and lengths in which nothing is left to read."""
    return "\n".join(FILLER * len(line) for line in text.split("\n"))


def place_of(formula: Formula, offset: int) -> Span:
    r"""Return where the character at ``offset`` of the formula's LaTeX stands in the file.

    >>> lines = (Span("x.md", 3, 5), Span("x.md", 4, 3))
    >>> formula = Formula("a\n= b", is_inline=False, span=lines[0], lines=lines)
    >>> str(place_of(formula, 4))
    'x.md:4:5'
    """
    index = formula.latex.count("\n", 0, offset)
    column = offset - (formula.latex.rfind("\n", 0, offset) + 1)
    if index < len(formula.lines):
        line = formula.lines[index]
        return replace(line, column=line.column + column, length=1)
    start = formula.span.column if index == 0 else 1
    return replace(formula.span, line=formula.span.line + index, column=start + column, length=1)
