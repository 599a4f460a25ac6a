"""Places in a source text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line of a named text; line and column are counted from 1."""

    file: str
    line: int
    column: int = 1
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


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
