"""What stands in a document and is not read as text: comments, code, verbatim environments."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from checks.documents.placed import blank

#: Environments of LaTeX whose content is not mathematics.
VERBATIM = (
    "verbatim",
    "Verbatim",
    "lstlisting",
    "minted",
    "comment",
    "filecontents",
    "tikzpicture",
)

#: Those of them that hold programs.
_CODE = ("verbatim", "Verbatim", "lstlisting", "minted")

#: How far the end of a \\verb is looked for: a longer one is no verbatim text.
MAX_VERB = 400

_LATEX = re.compile(
    r"\\[\\%]"
    r"|%(?P<comment>[^\n]*)"
    rf"|\\begin\{{(?P<name>(?:{'|'.join(VERBATIM)})\*?)\}}"
    r"|\\verb\*?(?P<mark>[^\sA-Za-z*])"
)
_MARKDOWN = re.compile(r"\\[\\`$<]|\$`[^`\n]+`\$|(?P<ticks>`+)|(?P<comment><!--)")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text with everything blanked that is not read; the offsets are those of the original.

    ``comments`` are the contents of comments with their offsets, ``code`` those of environments
    for programs; ``is_open`` tells that a comment begins and does not end in this text.
    """

    text: str
    comments: tuple[tuple[int, str], ...] = ()
    is_open: bool = False
    code: tuple[tuple[int, str], ...] = ()


def hide_latex(text: str) -> Hidden:
    r"""Return LaTeX without comments and verbatim text.

    >>> hidden = hide_latex(r"a\% % note")
    >>> hidden.text.rstrip("\ufdd0"), hidden.comments
    ('a\\% ', ((5, ' note'),))
    """
    if "%" not in text and "\\verb" not in text and "\\begin" not in text:
        return Hidden(text)
    stretches: list[tuple[int, int]] = []
    comments: list[tuple[int, str]] = []
    code: list[tuple[int, str]] = []
    endless: set[str] = set()
    position = 0
    while match := _LATEX.search(text, position):
        position = match.end()
        if match["comment"] is not None:
            content = match["comment"].lstrip("%")
            comments.append((position - len(content), content))
            stretches.append((match.start(), position))
        elif name := match["name"]:
            end = -1 if name in endless else text.find(f"\\end{{{name}}}", position)
            if end < 0:
                endless.add(name)
            else:
                if name.rstrip("*") in _CODE:
                    code.append((position, text[position:end]))
                position = end + len(name) + len("\\end{}")
                stretches.append((match.start(), position))
        elif mark := match["mark"]:
            end = text.find(mark, position, position + MAX_VERB)
            if end >= 0 and "\n" not in text[position:end]:
                position = end + 1
                stretches.append((match.start(), position))
    return Hidden(_without(text, stretches), tuple(comments), code=tuple(code))


def hide_markdown(text: str) -> Hidden:
    r"""Return Markdown without code spans and HTML comments.

    >>> hidden = hide_markdown("x <!-- note --> `$y$`")
    >>> hidden.text.replace("\ufdd0", "."), hidden.comments
    ('x ............. .....', ((6, ' note '),))
    """
    if "`" not in text and "<!--" not in text:
        return Hidden(text)
    runs = _runs_of_ticks(text)
    stretches: list[tuple[int, int]] = []
    comments: list[tuple[int, str]] = []
    position = 0
    is_open = False
    while match := _MARKDOWN.search(text, position):
        position = match.end()
        if ticks := match["ticks"]:
            end = _end_of_code(text, position, runs.get(len(ticks), []))
            if end is not None:
                position = end + len(ticks)
                stretches.append((match.start(), position))
        elif match["comment"] and not is_open:
            end = text.find("-->", position)
            is_open = end < 0
            if not is_open:
                comments.append((position, text[position:end]))
                position = end + len("-->")
                stretches.append((match.start(), position))
    return Hidden(_without(text, stretches), tuple(comments), is_open)


def _runs_of_ticks(text: str) -> dict[int, list[int]]:
    """Return where the runs of backticks of each length begin."""
    runs = sorted((m.end() - m.start(), m.start()) for m in re.finditer("`+", text))
    return {length: [r[1] for r in found] for length, found in groupby(runs, lambda r: r[0])}


def _end_of_code(text: str, start: int, runs: list[int]) -> int | None:
    """Return where the run begins that ends a code span; backticks may be quotation marks."""
    index = bisect_right(runs, start)
    if index == len(runs):
        return None
    content = text[start : runs[index]]
    is_quoted = "''" in content or ("$" in content and content.count("'") % 2 == 1)
    return None if is_quoted else runs[index]


def _without(text: str, stretches: list[tuple[int, int]]) -> str:
    return "".join(_parts(text, stretches)) if stretches else text


def _parts(text: str, stretches: list[tuple[int, int]]) -> Iterator[str]:
    position = 0
    for start, end in stretches:
        yield text[position:start]
        yield blank(text[start:end])
        position = end
    yield text[position:]
