"""Places in a source text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line of a named text; line and column are counted from 1.

    ``cell`` is the cell of a notebook, in which the line is counted.
    """

    file: str
    line: int
    column: int = 1
    length: int = 1
    cell: int | None = None

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}"

    @property
    def source(self) -> str:
        """The name of the text in which the line is counted: a file, or a cell of it."""
        return self.file if self.cell is None else f"{self.file}:cell {self.cell}"

    @property
    def line_in_words(self) -> str:
        """``line 5``, or ``cell 3, line 5``."""
        line = f"line {self.line}"
        return line if self.cell is None else f"cell {self.cell}, {line}"


def caret(text: str, span: Span) -> str:
    """Return the line of ``text`` that ``span`` names with carets under the stretch.

    >>> print(caret("a = b +* c", Span("x.model", 1, 7, 2)))
    a = b +* c
          ^^
    """
    # Not splitlines: a form feed or U+2028 ends no line where the places were counted.
    lines = text.split("\n")
    if not 1 <= span.line <= len(lines):
        return ""
    line = lines[span.line - 1].rstrip("\r").expandtabs(1)
    return f"{line}\n{' ' * (span.column - 1)}{'^' * max(1, span.length)}"
