"""Paragraphs with formulas between dollars, taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FORMULA = re.compile(r"\$([^$]+)\$")


def parts(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the stretches of a text with whether they are formulas.

    >>> list(parts("the gradient of $L$"))
    [(False, 'the gradient of '), (True, 'L')]
    """
    end = 0
    for match in _FORMULA.finditer(text):
        if match.start() > end:
            yield False, text[end : match.start()]
        yield True, match[1]
        end = match.end()
    if end < len(text):
        yield False, text[end:]
