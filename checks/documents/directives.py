"""What an author says to the tool: directives in comments and in side files.

Only the word of a directive is checked here; what its text means is read elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from checks.documents.files import read_text
from checks.documents.messages import EMPTY_DIRECTIVE, UNKNOWN_DIRECTIVE
from checks.documents.record import Directive
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

_MARK = re.compile(r"\s*gradproof[ \t]*:")
_WORD = re.compile(r"[ \t]*(?P<word>\S+)[ \t]*(?P<text>.*)")

#: From an offset and a length in the text of a comment to the place in the file.
Place = Callable[[int, int], Span]


def directives_in(comment: str, place: Place) -> tuple[Directive, ...]:
    r"""Return the directives of a comment, one a line; none where it does not begin with our mark.

    The span of a directive runs from its word to the end of its text, so that the text stands
    ``len(text)`` before the end of the span.

    Raises ReadError at a word that is not known.

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
            found.append(_directive(body, start, place))
        offset += len(line) + 1
    if not found:
        at = mark.end() - len(mark.group().lstrip())
        raise ReadError(EMPTY_DIRECTIVE.format(known=_known()), place(at, mark.end() - at))
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
    """Return the directives of a side file: one a line; ``#`` at its beginning or after a space
    begins a comment.

    Raises ReadError at a word that is not known, ConfigError where the file cannot be read.
    """
    found: list[Directive] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        body = re.split(r"(?<!\S)#", line, maxsplit=1)[0].rstrip()
        mark = _MARK.match(body)
        start = mark.end() if mark else 0
        if body[start:].strip():
            place = _in_line(str(path), number)
            found.append(_directive(body[start:], start, place))
    return tuple(found)


def _in_line(file: str, number: int) -> Place:
    return lambda offset, length: Span(file, number, offset + 1, length)
