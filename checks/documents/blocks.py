"""From the lines of Markdown or plain text to blocks: paragraphs, headings, cells, fences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from checks.documents.comments import hide_markdown
from checks.documents.delimiters import lines_to_close, open_after
from checks.documents.placed import Line

#: Languages of fenced blocks that are read; the first holds formulas only.
_MATH_LANGUAGES = ("math", "latex", "tex")
_MANY = 1_000_000_000
_MAX_HEADING_WORDS = 10

_QUOTE = re.compile(r" {0,3}> ?")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<mark>`{3,}|~{3,})(?P<info>.*)")
_ATX = re.compile(r" {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<text>.*)|$)")
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{3,})")
_LIST_OR_TABLE = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s|.*\|")
_NUMBERED = re.compile(
    r"[ \t]*(?P<number>[1-9]\d{0,2}(?:\.[1-9]\d{0,2}){0,4})(?P<dot>\.?)[ \t]+(?P<text>\S.*)"
)


class BlockKind(Enum):
    """The kinds of block."""

    TEXT = "a paragraph, or the cell of a table"
    HEADING = "a heading"
    FENCE = "a fenced block of LaTeX"
    CODE = "a fenced block of anything else"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are read together; ``level`` is that of a heading."""

    kind: BlockKind
    lines: list[Line]
    level: int = 0


class Blocks:
    """The blocks of a text, one after the other; each line is looked at a bounded number of times.

    A display that is open lets no heading or quotation begin inside it, and may hold blank lines.
    """

    def __init__(self, text: str, file: str, cell: int | None = None) -> None:
        self.texts = text.split("\n")
        self.file = file
        self.cell = cell
        self.at = 0
        self._no_comment_ends = False
        self._longest_fence: dict[str, int] = {}

    def __iter__(self) -> Iterator[Block]:
        while self.at < len(self.texts):
            if not self.texts[self.at]:
                self.at += 1
                continue
            line = self._unquoted(self.at)
            if not line.text.strip():
                self.at += 1
            elif fence := _fence(line.text):
                yield from self._fenced(fence)
            elif heading := _heading(line):
                self.at += 1
                yield heading
            else:
                yield from self._paragraph(line)

    def _unquoted(self, index: int, most: int = _MANY) -> Line:
        """Return a line without the marks of at most so many quotations."""
        line = Line(self.texts[index], self.file, index + 1, cell=self.cell)
        if ">" not in line.text:
            return line
        position = 0
        while most and (mark := _QUOTE.match(line.text, position)):
            position = mark.end()
            most -= 1
        return line.cut(position) if position else line

    def _depth(self, index: int) -> int:
        """Return in how many quotations a line stands."""
        text = self.texts[index]
        if ">" not in text:
            return 0
        return text[: len(text) - len(self._unquoted(index).text)].count(">")

    def _paragraph(self, first: Line) -> Iterator[Block]:
        """Return the paragraph that begins here, or what its second line makes of it."""
        found: list[Line] = []
        depth = self._depth(self.at)
        name = self._take(found, first, None)
        while self.at < len(self.texts):
            line = self._unquoted(self.at, depth if name else _MANY)
            if not line.text.strip():
                more = self._interrupted(found, depth, name) if name else None
                if more is None:
                    break
                until = self.at + more
                while self.at < until:
                    name = self._take(found, self._unquoted(self.at, depth), name)
                continue
            if _heading(line) or (name is None and _fence(line.text)):
                break
            if name is None:
                if self._depth(self.at) > depth:
                    break
                if _is_delimiter_row(line.text) and "|" in found[-1].text:
                    header = found.pop()
                    yield from _text(found)
                    yield from self._table(header)
                    return
                if len(found) == 1 and _is_underlined(found[0].text, line.text):
                    self.at += 1
                    yield Block(BlockKind.HEADING, [_stripped(found[0])], 1 + ("-" in line.text))
                    return
                depth = self._depth(self.at)
            name = self._take(found, line, name)
        yield from _text(found)

    def _take(self, found: list[Line], line: Line, name: str | None) -> str | None:
        """Move the next line into a paragraph, with all of a comment that it begins.

        Return which display is open after it.
        """
        self.at += 1
        found.append(line)
        text = line.text
        while (end := self._end_of_comment(text)) is not None:
            found += [self._unquoted(i) for i in range(self.at, end + 1)]
            self.at = end + 1
            text = found[-1].text.partition("-->")[2]
        if "$$" not in line.text and "\\" not in line.text:
            return name
        return open_after(hide_markdown(line.text).text, name)

    def _end_of_comment(self, text: str) -> int | None:
        """Return the line on which the comment ends that a text leaves open, if it does."""
        if "<!--" not in text or self._no_comment_ends or not hide_markdown(text).is_open:
            return None
        for index in range(self.at, len(self.texts)):
            if "-->" in self.texts[index]:
                return index
        self._no_comment_ends = True
        return None

    def _interrupted(self, found: list[Line], depth: int, name: str) -> int | None:
        """Return how many lines from the blank one on belong to a display that is open."""
        following = self._before_heading(depth)
        return lines_to_close((line.text for line in reversed(found)), following, name)

    def _before_heading(self, depth: int) -> Iterator[str]:
        for index in range(self.at, len(self.texts)):
            line = self._unquoted(index, depth)
            if _heading(line) or _fence(line.text):
                return
            yield line.text

    def _fenced(self, fence: re.Match[str]) -> Iterator[Block]:
        """Return a fenced block: of LaTeX if its language is that, else of code."""
        depth = self._depth(self.at)
        info = fence["info"].strip().strip("{}. \t").lower().split()
        is_math = bool(info) and info[0] in _MATH_LANGUAGES
        begin = self.at + 1
        end = self._end_of_fence(fence["mark"], begin)
        if end is None and is_math:
            end = next((i for i in range(begin, len(self.texts)) if self._is_blank(i)), None)
        end = len(self.texts) if end is None else end
        self.at = end + 1
        if end > begin:
            kind = BlockKind.FENCE if is_math else BlockKind.CODE
            yield Block(kind, [self._unquoted(i, depth) for i in range(begin, end)])

    def _is_blank(self, index: int) -> bool:
        return not self._unquoted(index).text.strip()

    def _end_of_fence(self, mark: str, begin: int) -> int | None:
        """Return the line that closes a fence; a search that failed is not made again."""
        sign = mark[0]
        if len(mark) >= self._longest_fence.get(sign, _MANY):
            return None
        for index in range(begin, len(self.texts)):
            text = self._unquoted(index).text.strip()
            if len(text) >= len(mark) and text == sign * len(text):
                return index
        self._longest_fence[sign] = len(mark)
        return None

    def _table(self, header: Line) -> Iterator[Block]:
        """Return the cells of the table whose second line comes next."""
        yield from _cells(header)
        self.at += 1
        while self.at < len(self.texts):
            line = self._unquoted(self.at)
            if not line.text.strip() or _heading(line) or _fence(line.text):
                return
            self.at += 1
            yield from _cells(line)


def _text(lines: list[Line]) -> Iterator[Block]:
    """Return a paragraph as what it is; a numbered title on a line of its own is a heading."""
    level = _level_of_title(lines[0].text) if len(lines) == 1 else 0
    if level:
        yield Block(BlockKind.HEADING, [_stripped(lines[0])], level)
    elif lines:
        yield Block(BlockKind.TEXT, lines)


def _level_of_title(text: str) -> int:
    """Return the level of a title such as ``1.2 Scalars``, or 0 for any other line."""
    match = _NUMBERED.fullmatch(text)
    if match is None or any(sign in text for sign in "$\\=`|<") or text.rstrip()[-1] in ".,;:?!":
        return 0
    level, first = match["number"].count(".") + 1, match["text"][0]
    is_list_or_number = level == 1 and (match["dot"] or first.islower())
    if is_list_or_number or not first.isalpha():
        return 0
    return level if len(match["text"].split()) <= _MAX_HEADING_WORDS else 0


def _fence(text: str) -> re.Match[str] | None:
    """Return the match of a line that opens a fenced block."""
    match = _FENCE.fullmatch(text) if "```" in text or "~~~" in text else None
    if match is None or (match["mark"][0] == "`" and "`" in match["info"]):
        return None
    return match


def _heading(line: Line) -> Block | None:
    """Return a heading with its marks before it."""
    match = _ATX.fullmatch(line.text) if "#" in line.text else None
    if match is None:
        return None
    title = (match["text"] or "").rstrip()
    open_end = title.rstrip("#")
    if not open_end or open_end[-1] in " \t":
        title = open_end.rstrip()
    start = match.start("text") if match["text"] else len(line.text)
    return Block(BlockKind.HEADING, [line.cut(start, start + len(title))], len(match["marks"]))


def _stripped(line: Line) -> Line:
    text = line.text
    return line.cut(len(text) - len(text.lstrip()), len(text.rstrip()))


def _is_underlined(title: str, text: str) -> bool:
    """Return whether a line makes a heading of the one before it."""
    is_line = _UNDERLINE.fullmatch(text.rstrip()) is not None
    return is_line and "$$" not in title and not _LIST_OR_TABLE.match(title)


def _is_delimiter_row(text: str) -> bool:
    """Return whether a line is the second one of a table."""
    if "|" not in text or "-" not in text or not set(text) <= set("|:- \t"):
        return False
    cells = text.strip().removeprefix("|").removesuffix("|").split("|")
    return all(re.fullmatch(":?-+:?", cell.strip()) for cell in cells)


def _cells(row: Line) -> Iterator[Block]:
    r"""Return the cells of a row; ``\|`` in them is ``|``, with a space to keep the places."""
    bars = [m.start() for m in re.finditer(r"\\.|\|", row.text) if m.group() == "|"]
    for start, stop in zip([-1, *bars], [*bars, len(row.text)], strict=True):
        cell = row.cut(start + 1, stop)
        text = re.sub(r"\\.", lambda m: " |" if m.group() == "\\|" else m.group(), cell.text)
        if text.strip():
            yield Block(BlockKind.TEXT, [cell._replace(text=text)])
