"""The items of a document, put together paragraph by paragraph."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from checks.documents.formulas import Piece
from checks.documents.placed import FILLER, Placed
from checks.documents.record import Item, Prose
from symbolic.source import Span


class Items:
    """The items of a document, as they are found; neighbouring stretches of prose are joined."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._prose: list[str] = []
        self._span: Span | None = None

    def add(self, item: Item) -> None:
        """Add an item that is not prose."""
        if self._span is not None:
            self._items.append(Prose("\n\n".join(self._prose), self._span))
            self._prose, self._span = [], None
        self._items.append(item)

    def add_prose(self, block: Placed, start: int, stop: int) -> None:
        """Add a stretch of a paragraph, unless it is blank."""
        text = block.text[start:stop].replace(FILLER, " ")
        stripped = text.strip()
        if stripped:
            self._span = self._span or block.place(
                start + len(text) - len(text.lstrip()), len(stripped.partition("\n")[0])
            )
            self._prose.append(stripped)

    def add_block(
        self,
        block: Placed,
        found: Sequence[Piece],
        comments: Sequence[tuple[int, tuple[Item, ...]]] = (),
    ) -> None:
        """Add a paragraph: its pieces, the directives of its comments, and prose between them.

        A directive that stands inside a formula comes before it.
        """
        position = 0
        waiting = deque(comments)
        end = len(block.text)
        for start, stop, item, directives in [*found, Piece(end, end + 1, None)]:
            while waiting and waiting[0][0] < stop:
                offset, spoken = waiting.popleft()
                before = max(position, min(offset, start))
                self.add_prose(block, position, before)
                position = before
                for directive in spoken:
                    self.add(directive)
            self.add_prose(block, position, start)
            for directive in directives:
                self.add(directive)
            if item is not None:
                self.add(item)
            position = max(position, stop)

    def close(self) -> tuple[Item, ...]:
        """Return all items in reading order."""
        if self._span is not None:
            self._items.append(Prose("\n\n".join(self._prose), self._span))
            self._prose, self._span = [], None
        return tuple(self._items)
