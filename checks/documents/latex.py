r"""From LaTeX to its items: comments, ``\input`` of files beside it, macros, the body."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from checks.documents import messages
from checks.documents.comments import hide_latex
from checks.documents.delimiters import HEADINGS, lines_to_close, open_after
from checks.documents.directives import directives_in
from checks.documents.files import MAX_BYTES, text_of
from checks.documents.formulas import pieces
from checks.documents.items import Items
from checks.documents.macros import Macros, take_definitions
from checks.documents.placed import Line, lines_of, placed
from checks.documents.record import Code, Directive, Item
from symbolic.source import Span

#: What stands between the lines of a text and is no part of it.
Spoken = Directive | Code

MAX_DEPTH = 8
MAX_FILES = 50
_MAX_NAME = 200

_INCLUDE = re.compile(rf"\\(?:input|include)[ \t]*\{{(?P<name>[^{{}}\n]{{1,{_MAX_NAME}}})\}}")
_BEGIN = re.compile(r"\\begin\s*\{document\}")
_END = re.compile(r"\\end\s*\{document\}")
_HEADING = re.compile(rf"\s*\\(?:{'|'.join(HEADINGS)})\*?\s*[\[{{]")


def read_latex(text: str, file: str, directory: Path | None) -> tuple[tuple[Item, ...], Macros]:
    r"""Return the items of a text in LaTeX, and the macros that it defines.

    Before ``\begin{document}``, where there is one, only macros and directives are read. Files
    are included from ``directory`` and below; where one cannot be, a directive "error" says so.

    >>> read_latex(r"\def\d{\partial} \section{A}", "x.tex", None)[1]
    {'d': (0, '\\partial')}
    """
    assembly = _Assembly(directory, len(text))
    assembly.add(text, file, 0)
    without, macros = take_definitions("\n".join(line.text for line in assembly.lines), {})
    lines = _body(without).split("\n")
    items = Items()
    waiting = deque(assembly.notes)
    for first, stop in _paragraphs(lines):
        block = placed(assembly.lines[first:stop]).with_text("\n".join(lines[first:stop]))
        comments: list[tuple[int, tuple[Spoken, ...]]] = []
        while waiting and waiting[0][0] < stop:
            line, column, directives = waiting.popleft()
            at = block.starts[line - first] + column if line >= first else 0
            comments.append((at, directives))
        items.add_block(block, pieces(block, is_latex=True), comments)
    for _, _, directives in waiting:
        for directive in directives:
            items.add(directive)
    return items.close(), macros


def _body(text: str) -> str:
    r"""Return the text with everything blank that is not between begin and end of the document."""
    if begin := _BEGIN.search(text):
        text = _spaces(text[: begin.end()]) + text[begin.end() :]
    if end := _END.search(text):
        text = text[: end.start()] + _spaces(text[end.start() :])
    return text


def _spaces(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Return the first line of each paragraph and the one after its last.

    A heading begins one; a display that is open may hold blank lines.
    """
    begin = at = 0
    name: str | None = None
    while at < len(lines):
        count = 1
        if not lines[at].strip():
            before = (lines[i] for i in range(at - 1, begin - 1, -1))
            more = lines_to_close(before, _before_heading(lines, at), name) if name else None
            if more is None:
                if begin < at:
                    yield begin, at
                begin, name = at + 1, None
            count = more or 1
        elif _HEADING.match(lines[at]):
            yield begin, at
            begin, name = at, None
        for text in lines[at : at + count]:
            name = open_after(text, name)
        at += count
    yield begin, at


def _before_heading(lines: list[str], start: int) -> Iterator[str]:
    for index in range(start, len(lines)):
        if _HEADING.match(lines[index]):
            return
        yield lines[index]


class _Assembly:
    """The lines of a file without comments, with those of the files that it includes.

    ``notes`` are directives, with the number of the line and the column that they stand at.
    """

    def __init__(self, directory: Path | None, size: int) -> None:
        self.lines: list[Line] = []
        self.notes: list[tuple[int, int, tuple[Spoken, ...]]] = []
        self._directory = directory
        self._size = size
        self._files = 0

    def add(self, text: str, file: str, depth: int) -> None:
        """Add a file that is included so deep."""
        hidden = hide_latex(text)
        lines = lines_of(hidden.text, file)
        notes: dict[int, list[tuple[int, tuple[Spoken, ...]]]] = {}
        source = placed(lines if hidden.comments or hidden.code else ())
        for offset, comment in hidden.comments:
            place = source.place(offset)
            if found := directives_in(comment, source.after(offset)):
                notes.setdefault(place.line, []).append((place.column - 1, found))
        for offset, program in hidden.code:
            place = source.place(offset)
            notes.setdefault(place.line, []).append((place.column - 1, (Code(program, place),)))
        for line in lines:
            self._add_line(line, notes.get(line.number, ()), depth)

    def _add_line(
        self, line: Line, notes: Sequence[tuple[int, tuple[Spoken, ...]]], depth: int
    ) -> None:
        """Add a line; what it includes stands between its parts, each a line of its own."""
        if not notes and "\\in" not in line.text:
            self.lines.append(line)
            return
        start = 0
        errors: list[tuple[int, tuple[Spoken, ...]]] = []
        for match in _INCLUDE.finditer(line.text):
            span = Span(line.file, line.number, match.start() + 1, len(match.group()))
            found = self._include(match["name"].strip().strip('"'), depth)
            if isinstance(found, str):
                errors.append((match.start(), (Directive("error", found, span),)))
                continue
            self._add_part(line, start, match.start(), errors)
            errors, start = [], match.end()
            self.add(found[1], str(found[0]), depth + 1)
        self._add_part(line, start, len(line.text), [*errors, *notes])

    def _add_part(
        self,
        line: Line,
        start: int,
        stop: int,
        notes: Iterable[tuple[int, tuple[Spoken, ...]]],
    ) -> None:
        """Add a part of a line; one that is blank beside an included file ends no paragraph."""
        part = line.cut(start, stop)
        if part.text.strip() or len(part.text) == len(line.text):
            self.notes += [(len(self.lines), max(0, at - start), found) for at, found in notes]
            self.lines.append(part)

    def _include(self, name: str, depth: int) -> tuple[Path, str] | str:
        """Return the path and the text of an included file, or a message why it is not read."""
        if self._directory is None:
            return messages.NOTHING_BESIDE.format(name=name)
        if name.startswith(("/", "\\", "~")) or Path(name).is_absolute():
            return messages.ABSOLUTE_INCLUDE.format(name=name)
        if ".." in Path(name).parts:
            return messages.OUTSIDE_INCLUDE.format(name=name)
        if depth >= MAX_DEPTH:
            return messages.DEEP_INCLUDE.format(name=name, limit=MAX_DEPTH)
        if self._files >= MAX_FILES:
            return messages.MANY_INCLUDES.format(name=name, limit=MAX_FILES)
        self._files += 1
        return self._read(name, self._directory)

    def _read(self, name: str, directory: Path) -> tuple[Path, str] | str:
        """Read a file with or without ``.tex``; a link may not lead out of the directory."""
        inside = os.path.realpath(directory)
        for path in (directory / f"{name}.tex", directory / name):
            try:
                if not path.is_file():
                    continue
                if os.path.commonpath([inside, os.path.realpath(path)]) != inside:
                    return messages.OUTSIDE_INCLUDE.format(name=name)
                with path.open("rb") as file:
                    content = file.read(MAX_BYTES - self._size + 1)
            except (OSError, ValueError):  # too long a name, a null character, no permission
                continue
            self._size += len(content)
            if self._size > MAX_BYTES:
                self._size = MAX_BYTES
                return messages.LARGE_INCLUDE.format(name=name, limit=MAX_BYTES)
            return path, text_of(content)
        return messages.MISSING_INCLUDE.format(name=name)
