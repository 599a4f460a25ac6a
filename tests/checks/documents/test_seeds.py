"""The displays of documents that people bring: all are found, each with its number.

The documents are not ours to copy; where they are absent, these tests say so and are skipped.
The counts were taken by eye from the documents themselves.
"""

from __future__ import annotations

import re

import pytest
from support.seeds import document

from checks.documents.open import place_of, read_document
from checks.documents.record import Document, Formula, Heading

_TAG = re.compile(r"\\tag\{(\w+)\}|(?:^|\\quad (?:- )?)\((\w+)\)$")


def numbered(first: int, last: int, but: tuple[int, ...] = ()) -> list[str]:
    return [str(n) for n in range(first, last + 1) if n not in but]


#: The first characters of the name: displays, inline formulas, numbers, headings.
EXPECTED: dict[str, tuple[int, int, list[str], int]] = {
    "000": (0, 43, [], 0),
    "001": (93, 66, numbered(1, 88), 2),
    "002": (19, 6, [], 5),
    "003": (26, 18, list("abcdef"), 0),
    "004": (113, 51, numbered(1, 114, but=(61,)), 3),
}


@pytest.fixture(params=EXPECTED)
def seed(request: pytest.FixtureRequest) -> tuple[str, Document]:
    return request.param, read_document(document(request.param))


def number(formula: Formula) -> str | None:
    """Return the number beside a display or, as the parser will, the one inside."""
    inside = _TAG.search(formula.latex)
    return formula.tag or (inside and (inside[1] or inside[2]))


def test_all_formulas_are_found_with_their_numbers(seed: tuple[str, Document]) -> None:
    key, document = seed
    displays, inline, numbers, headings = EXPECTED[key]
    formulas = [item for item in document.items if isinstance(item, Formula)]
    shown = [formula for formula in formulas if not formula.is_inline]
    assert len(shown) == displays
    assert len(formulas) - len(shown) == inline
    assert [n for n in map(number, shown) if n] == numbers
    assert sum(isinstance(item, Heading) for item in document.items) == headings


def test_all_characters_stand_where_they_are_said_to(seed: tuple[str, Document]) -> None:
    _, document = seed
    lines = document.text.split("\n")
    for formula in document.items:
        if isinstance(formula, Formula):
            for offset, character in enumerate(formula.latex):
                place = place_of(formula, offset)
                assert character == "\n" or lines[place.line - 1][place.column - 1] == character
