"""Where formulas may begin and end: dollars, brackets, environments; what is math between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

#: Environments that are displays by themselves; a star makes no difference.
ENVIRONMENTS = (
    "equation",
    "align",
    "alignat",
    "gather",
    "multline",
    "eqnarray",
    "flalign",
    "displaymath",
    "math",
)
#: Headings of LaTeX and their levels.
HEADINGS = {
    "part": 1,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
}


class Kind(Enum):
    """The kinds of delimiter."""

    DOLLAR = "$"
    DOLLARS = "$$"
    OPEN = "a bracket or an environment begins"
    CLOSE = "a bracket or an environment ends"
    HEADING = "a heading of LaTeX"


class Token(NamedTuple):
    """A delimiter; ``name`` is what must be the same at both ends: "[", "(", "align", "$$"."""

    kind: Kind
    name: str
    start: int
    end: int


_NAMES = "|".join(sorted(ENVIRONMENTS, key=len, reverse=True))
_TOKEN = re.compile(
    r"\\[\\$]|\${5,}"
    rf"|\\(?:begin|(?P<end>end))\s*\{{(?P<name>{_NAMES})\*?\}}"
    r"|(?P<short>\\[\[\]()]|\$\$?)"
    rf"|\\(?P<heading>{'|'.join(HEADINGS)})\*?\s*(?=[\[{{])"
)
_DISPLAYS = "|".join(name for name in _NAMES.split("|") if name != "math")
_EDGE = re.compile(
    r"\\[\\$]|\${5,}|(?P<dollars>\$\$)|(?P<open>\\\[)|(?P<close>\\\])"
    rf"|\\begin\s*\{{(?P<begin>{_DISPLAYS})\*?\}}|\\end\s*\{{(?P<end>{_DISPLAYS})\*?\}}"
)
_SHORT = {
    "$": (Kind.DOLLAR, "$"),
    "$$": (Kind.DOLLARS, "$$"),
    r"\[": (Kind.OPEN, "["),
    r"\]": (Kind.CLOSE, "["),
    r"\(": (Kind.OPEN, "("),
    r"\)": (Kind.CLOSE, "("),
}


def tokens(text: str) -> list[Token]:
    r"""Return the delimiters of a text in order; ``\$`` and the line break ``\\[2pt]`` are none.

    >>> [token.name for token in tokens(r"\$ $$a \\[2pt] b$$ \begin{align*}")]
    ['$$', '$$', 'align']
    """
    if "$" not in text and "\\" not in text:
        return []
    return [_token(match) for match in _TOKEN.finditer(text) if match.lastgroup]


def _token(match: re.Match[str]) -> Token:
    match match.lastgroup:
        case "short":
            return Token(*_SHORT[match.group()], *match.span())
        case "heading":
            return Token(Kind.HEADING, match["heading"], *match.span())
        case _:
            return Token(Kind.CLOSE if match["end"] else Kind.OPEN, match["name"], *match.span())


# Displays over several lines ----------------------------------------------------------------------


def open_after(text: str, name: str | None) -> str | None:
    r"""Return which display is open after a text, where ``name`` was open before it.

    >>> open_after("$$ a =", None), open_after("b $$", "$$"), open_after(r"\[ a", None)
    ('$$', None, '[')
    """
    for edge in _edges(text):
        if name is None:
            name = edge["begin"] or ("[" if edge["open"] else "$$" if edge["dollars"] else None)
        elif _closes(edge, name):
            name = None
    return name


def _edges(text: str) -> list[re.Match[str]]:
    """Return the delimiters of displays in a text; there may be millions of lines to look at."""
    if "$$" not in text and "\\" not in text:
        return []
    return [match for match in _EDGE.finditer(text) if match.lastgroup]


def _closes(edge: re.Match[str], name: str) -> bool:
    closed = edge["end"] or ("[" if edge["close"] else "$$" if edge["dollars"] else None)
    return closed == name


def lines_to_close(before: Iterable[str], following: Iterable[str], name: str) -> int | None:
    """Return how many of the following lines belong to a display that a blank line interrupts.

    ``before`` are the lines of the display and what precedes it, the last one first. The result is
    None where the display is not closed before another begins. Both ends of ``$$`` look alike:
    there, the first must end its line, the second must end its paragraph or its line, and what
    is between must not be prose.
    """
    if name == "$$" and not _ends_with_dollars(before):
        return None
    found: int | None = None
    for count, text in enumerate(following, start=1):
        if found is not None:
            return found if is_number_or_blank(text) else None
        if edges := _edges(text):
            if not _closes(edges[0], name):
                return None
            if name != "$$":
                return count
            if len(edges) > 1 or not is_number_or_blank(text[edges[0].end() :]):
                return None
            if text[: edges[0].start()].strip():
                return count
            found = count
        elif name == "$$" and is_prose(text):
            return None
    return found


def _ends_with_dollars(before: Iterable[str]) -> bool:
    last = next((line for line in before if "$$" in line), "")
    return last.rstrip().endswith("$$")


# The number beside a display ----------------------------------------------------------------------

_DIGITS = r"\d{1,4}[a-z]?'{0,3}|\d{1,3}(?:[.\-]\d{1,3}){1,3}[a-z]?|[A-Z]\.?\d{1,3}"
_LABEL = rf"{_DIGITS}|[a-z]|[ivx]{{1,5}}|\*{{1,3}}"
_SPACE = r"(?:[ \t~]|\\q?quad\b|\\hfill\b|&nbsp;|&emsp;)*"
_NUMBER = re.compile(rf"{_SPACE}(?:\((?:{_LABEL})\)[.,;:]?)?")
_BESIDE = re.compile(
    rf"{_SPACE}(?:[.,;][ \t]*)?"
    rf"(?:\((?P<same>{_DIGITS})\)(?=[\s.,;:]|$)"
    rf"|(?:\n{_SPACE})?\((?P<alone>{_LABEL})\)[.,;:]?[ \t]*(?=\n|$))"
)


def is_number_or_blank(text: str) -> bool:
    """Return whether a line has nothing on it, or only a number.

    >>> is_number_or_blank(" (5)"), is_number_or_blank(" "), is_number_or_blank("(5) x")
    (True, True, False)
    """
    return _NUMBER.fullmatch(text.strip()) is not None


def number_beside(text: str, offset: int) -> tuple[str | None, int]:
    r"""Return the number beside the display that ends at ``offset``, and where the text goes on.

    It stands on the same line, or alone on the next.

    >>> number_beside("$$a$$ (5)", 5), number_beside("$$a$$\n (6)\n", 5), number_beside("$$a$$", 5)
    (('5', 9), ('6', 10), (None, 5))
    """
    match = _BESIDE.match(text, offset)
    if match is None:
        return None, offset
    return match["same"] or match["alone"], match.end()


# What is math -------------------------------------------------------------------------------------

_SIGN_OF_MATH = re.compile(r"\\[A-Za-z\\]|[_^=<>≤≥≠≈≡∝∈→←⇒∂∇∑∏]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LETTER = re.compile(r"[^\W\d_]")
_UPRIGHT = re.compile(r"\\(?:text[a-z]*|mbox|intertext|operatorname\*?|math[a-z]+)\s*\{[^{}]*\}")
_THREE_WORDS = re.compile(r"(?<![\\A-Za-z])(?:[A-Za-z]{2,}[\s,]+){2}[A-Za-z]{2,}")
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)*[.,]?\s+[A-Za-z]{2,}")
_LOOSE_AMOUNT = re.compile(r"\d+(?:[.,]\d+)*[A-Za-z%]*[\s,;.]+[A-Za-z]{2,}")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def is_prose(text: str) -> bool:
    r"""Return whether three words stand in a row, outside of ``\text{...}``.

    >>> is_prose("where we find x"), is_prose(r"a \text{ where we find } b")
    (True, False)
    """
    return _THREE_WORDS.search(_UPRIGHT.sub("", text)) is not None


def looks_like_math(text: str) -> bool:
    """Return whether a text has a command, a relation or a script, or letters but no word.

    >>> [looks_like_math(text) for text in ("h_t", "x", "a + b", "1", "see above")]
    [True, True, True, False, False]
    """
    if _SIGN_OF_MATH.search(text):
        return True
    return _LETTER.search(text) is not None and _WORD.search(text) is None


def is_between_dollars(content: str, after: str) -> bool:
    """Return whether what stands between two dollars is math rather than prices (Markdown).

    The rule of pandoc (no space inside, no digit after), or spaces inside and a look of math.

    >>> [is_between_dollars(*case) for case in (("x", " "), (" x = 1 ", ""), ("5 and ", "6"))]
    [True, True, False]
    """
    stripped = content.strip()
    if not stripped or "0" <= after <= "9" or _AMOUNT.match(stripped):
        return False
    if content == stripped:
        return True
    price = is_prose(stripped) or _LOOSE_AMOUNT.match(stripped)
    return not price and looks_like_math(stripped)


def has_blank_line(text: str) -> bool:
    """Return whether a paragraph ends in the text."""
    return "\n" in text and _BLANK_LINE.search(text) is not None
