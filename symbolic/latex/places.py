"""Offsets in the text of a formula as places in the document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from symbolic.source import Span


class Places:
    """Maps stretches of a text to spans; without ``place`` the text is a file with no name."""

    def __init__(self, text: str, place: Callable[[int], Span] | None) -> None:
        self.text = text
        self.place = place or self._own_place
        self.line_starts = [0]
        while (at := text.find("\n", self.line_starts[-1]) + 1) > 0:
            self.line_starts.append(at)

    def _own_place(self, offset: int) -> Span:
        line = bisect_right(self.line_starts, offset)
        return Span("", line, offset - self.line_starts[line - 1] + 1)

    def span(self, start: int, end: int) -> Span:
        r"""Return the span of a stretch, as far as it stands on its first line.

        >>> Places("a\nb + c", None).span(4, 7)
        Span(file='', line=2, column=3, length=3, cell=None)
        """
        start = max(0, min(start, len(self.text) - 1))
        line = bisect_right(self.line_starts, start)
        if line < len(self.line_starts):
            end = min(end, self.line_starts[line] - 1)
        place = self.place(start)
        length = max(1, min(end, len(self.text)) - start)
        return Span(place.file, place.line, place.column, length, place.cell)

    def shown(self, start: int, end: int) -> str:
        """Return a stretch of the text between quotes, cut where it is long."""
        text = self.text[start:end]
        text = text if len(text) <= 24 else text[:20] + "..."
        return f"'{text}'" if text.isprintable() else repr(text)
