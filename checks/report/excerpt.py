"""What stands in the document: a formula, or a line with carets under a place in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symbolic.source import Span

#: What is shown of a longer line before the place.
BEFORE = 30
#: How many lines of a formula are shown.
MOST_LINES = 6

#: Where a formula, or a row of it, ends in the text.
_END = re.compile(r"\\\\\s*$|\$\$|\\\]|\\end\{|^\s*$")


def passage(lines: Sequence[str], span: Span, width: int) -> list[str]:
    r"""Return the lines of a formula, or of a row of it, as they are written; at most a few.

    >>> print("\n".join(passage(["$$", "a = b", r"+ c \tag{1}", "$$"], Span("n.md", 2), 40)))
    2 | a = b
    3 | + c \tag{1}
    """
    found: list[str] = []
    for number, line in enumerate(lines[span.line - 1 :][:MOST_LINES], start=span.line):
        start = span.column - 1 if number == span.line else 0
        end = _END.search(line, start)
        if found and end is not None and not line[: end.start()].strip():
            break
        shown, _, _ = _cut(line.rstrip("\r").expandtabs(1), start, 1, _room(number, width))
        found.append(f"{number} | {shown}")
        if end is not None:
            break
    return found


def excerpt(lines: Sequence[str], span: Span, width: int) -> list[str]:
    r"""Return the line that a span names and carets under it; none where there is no such line.

    A line that is longer than ``width`` is cut on both sides of the place.

    >>> print("\n".join(excerpt(["one", "$a = b ++ c$"], Span("n.md", 2, 8, 2), 40)))
    2 | $a = b ++ c$
      |        ^^
    """
    if not 1 <= span.line <= len(lines):
        return []
    line = lines[span.line - 1].rstrip("\r").expandtabs(1)
    start = min(span.column - 1, len(line))
    length = max(1, min(span.length, len(line) - start))
    number = str(span.line)
    shown, start, length = _cut(line, start, length, _room(span.line, width))
    return [f"{number} | {shown}", f"{' ' * len(number)} | {' ' * start}{'^' * length}"]


def _room(number: int, width: int) -> int:
    """Return how much of a line fits beside its number."""
    return max(20, width - len(str(number)) - 3)


def _cut(line: str, start: int, length: int, room: int) -> tuple[str, int, int]:
    """Return a part of the line around a place, with dots where something is left out."""
    if len(line) <= room:
        return line, start, length
    first = max(0, min(start - BEFORE, len(line) - room))
    last = first + room
    shown = line[first:last]
    if first:
        shown = "..." + shown[3:]
    if last < len(line):
        shown = shown[:-3] + "..."
    return shown, start - first, max(1, min(length, last - start))
