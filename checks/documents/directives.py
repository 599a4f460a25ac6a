"""What an author says to the tool: directives in comments and in side files.

Only the word of a directive is checked here; what its text means is read in ``checks.stated``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from checks.documents.directive_messages import (
    NO_LINE,
    OTHER_UNIT,
    SCOPE_WITHOUT_PLACE,
    TWO_HEADINGS,
    UNKNOWN_HEADING,
)
from checks.documents.files import read_text
from checks.documents.messages import EMPTY_DIRECTIVE, UNKNOWN_DIRECTIVE
from checks.documents.record import Directive, Document, Heading, Item
from symbolic.errors import ReadError, nearest
from symbolic.source import Span

#: The words, and what each is for.
WORDS = {
    "model": "the model of the section",
    "shape": "the shape of a name",
    "assume": "an assumption, such as one-hot targets",
    "per-step": "a name that stands for its copy at one step",
    "scope": "a new section begins",
    "ignore": "the next formula is not judged",
}

#: The word of a directive in a comment that cannot be read; its text is the message.
MALFORMED = "malformed"

_MARK = re.compile(r"\s*gradproof[ \t]*:")
_WORD = re.compile(r"[ \t]*(?P<word>\S+)[ \t]*(?P<text>.*)")
_LINE = re.compile(r"(?P<unit>line|cell)[ \t]+(?P<number>[0-9]{1,9})")

#: From an offset and a length in the text of a comment to the place in the file.
Place = Callable[[int, int], Span]


def directives_in(comment: str, place: Place) -> tuple[Directive, ...]:
    r"""Return the directives of a comment, one a line; none where it does not begin with our mark.

    The span of a directive runs from its word to the end of its text, so that the text stands
    ``len(text)`` before the end of the span. What cannot be read is a directive of the word
    ``checks.documents.directives.MALFORMED``, so that the rest of the document is read.

    >>> place = lambda offset, length: Span("x.md", 1, offset + 1, length)
    >>> found = directives_in(" gradproof: model elman-softmax\n assume one-hot", place)
    >>> [(directive.word, directive.text) for directive in found]
    [('model', 'elman-softmax'), ('assume', 'one-hot')]
    """
    mark = _MARK.match(comment)
    if mark is None:
        return ()
    found: list[Directive] = []
    offset = mark.end()
    for line in comment[offset:].split("\n"):
        again = _MARK.match(line)
        start = offset + (again.end() if again else 0)
        body = line[start - offset :].rstrip()
        if body.strip():
            try:
                found.append(_directive(body, start, place))
            except ReadError as error:
                where = error.span or place(start, len(body))
                found.append(Directive(MALFORMED, error.message, where))
        offset += len(line) + 1
    if not found:
        at = mark.end() - len(mark.group().lstrip())
        message = EMPTY_DIRECTIVE.format(known=_known())
        found.append(Directive(MALFORMED, message, place(at, mark.end() - at)))
    return tuple(found)


def _directive(body: str, start: int, place: Place) -> Directive:
    """Return the directive of one line, which is not blank and begins at ``start``."""
    match = _WORD.match(body)
    assert match is not None
    word, at = match["word"], match.start("word")
    if word not in WORDS:
        raise ReadError(
            UNKNOWN_DIRECTIVE.format(word=word, known=_known(), nearest=nearest(word, WORDS)),
            place(start + at, len(word)),
        )
    return Directive(word, match["text"], place(start + at, len(body) - at))


def _known() -> str:
    return ", ".join(WORDS)


def read_directives(path: str | Path) -> tuple[Directive, ...]:
    """Return the directives of a side file, as ``checks.documents.directives.directives_of`` does.

    Raises ConfigError where the file cannot be read.
    """
    return directives_of(read_text(path), str(path))


def directives_of(text: str, file: str) -> tuple[Directive, ...]:
    """Return the directives of a text: one a line; ``#`` at its beginning or after a space begins
    a comment, unless a digit follows: ``#3`` is an equation.

    Raises ReadError at a word that is not known.
    """
    found: list[Directive] = []
    for number, line in enumerate(text.split("\n"), start=1):
        body = re.split(r"(?<!\S)#(?!\d)", line, maxsplit=1)[0].rstrip()
        mark = _MARK.match(body)
        start = mark.end() if mark else 0
        if body[start:].strip():
            place = _in_line(file, number)
            found.append(_directive(body[start:], start, place))
    return tuple(found)


def _in_line(file: str, number: int) -> Place:
    return lambda offset, length: Span(file, number, offset + 1, length)


def text_span(directive: Directive, offset: int = 0, length: int | None = None) -> Span:
    """Return the place of the text of a directive, or of a part of it; of the word without one."""
    if not directive.text:
        return directive.span
    start = directive.span.length - len(directive.text) + offset
    length = len(directive.text) - offset if length is None else length
    return replace(directive.span, column=directive.span.column + start, length=max(1, length))


def beside(
    document: Document, directives: Sequence[Directive]
) -> tuple[Document, tuple[Directive, ...]]:
    """Return a document with the directives of a side file, and those that hold everywhere.

    These stand before the first ``scope HEADING`` or ``scope line N``; from there on a directive
    stands in the document, behind that heading or before the first item from that line on. A
    notebook has ``scope cell N``.

    Raises ReadError for a place that the document does not have.
    """
    everywhere: list[Directive] = []
    at: int | None = None
    added: dict[int, list[Directive]] = {}
    for directive in directives:
        if directive.word == "scope":
            at = _place_in(document, directive)
        if at is None:
            everywhere.append(directive)
        else:
            added.setdefault(at, []).append(directive)
    items = tuple(_merged(document.items, added))
    return replace(document, items=items), tuple(everywhere)


def _merged(items: tuple[Item, ...], added: dict[int, list[Directive]]) -> Iterator[Item]:
    for index, item in enumerate(items):
        yield from added.get(index, ())
        yield item
    yield from added.get(len(items), ())


def _place_in(document: Document, scope: Directive) -> int:
    """Return the number of items before the place that a directive names."""
    if not scope.text:
        raise ReadError(SCOPE_WITHOUT_PLACE.format(), text_span(scope))
    unit = "cell" if document.cells else "line"
    if match := _LINE.fullmatch(scope.text):
        if match["unit"] != unit:
            message = OTHER_UNIT.format(name=document.name, unit=unit, found=match["unit"])
            raise ReadError(message, text_span(scope))
        return _from_number(document, unit, int(match["number"]), text_span(scope))
    wanted = _folded(scope.text)
    headings = [(n, item) for n, item in enumerate(document.items) if isinstance(item, Heading)]
    places = [(n, item.span) for n, item in headings if _folded(item.text) == wanted]
    if len(places) > 1:
        lines = " and in ".join(span.line_in_words for _, span in places)
        message = TWO_HEADINGS.format(text=scope.text, lines=lines, unit=unit)
        raise ReadError(message, text_span(scope))
    if not places:
        known = [" ".join(item.text.split()) for _, item in headings]
        message = UNKNOWN_HEADING.format(text=scope.text, nearest=nearest(scope.text, known))
        raise ReadError(message, text_span(scope))
    return places[0][0] + 1


def _from_number(document: Document, unit: str, number: int, place: Span) -> int:
    """Return the number of items before a line, or before a cell of a notebook."""
    for index, item in enumerate(document.items):
        found = item.span.cell if unit == "cell" else item.span.line
        if item.span.file == document.name and found is not None and found >= number:
            return index + isinstance(item, Heading)
    raise ReadError(NO_LINE.format(unit=unit, number=number), place)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
