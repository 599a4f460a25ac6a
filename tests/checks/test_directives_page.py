"""docs/directives.md: its examples are verified, its messages are provoked, its tables complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checks.documents.directives import WORDS, directives_of
from checks.library import verify
from checks.stated import ALL_SCALARS, ASSUMPTIONS
from symbolic.models import load, names

PAGE = (Path(__file__).parents[2] / "docs" / "directives.md").read_text(encoding="utf-8")
_EXAMPLE = re.compile(
    r"```notes\n(?P<text>.*?)```\n\n\| without \| with \|\n\| --- \| --- \|\n"
    r"\| (?P<without>\S+) \| (?P<with>\S+) \|",
    re.DOTALL,
)
PARTS = re.split(r"^## (\S+).*$", PAGE, flags=re.MULTILINE)
EXAMPLES = [
    pytest.param(word, m["text"], m["without"], m["with"], id=f"{word}-{number}")
    for word, part in zip(PARTS[1::2], PARTS[2::2], strict=True)
    for number, m in enumerate(_EXAMPLE.finditer(part))
]


def rows(header: str) -> list[list[str]]:
    """Return the rows of the first table with that header."""
    table = PAGE.partition(header + "\n")[2].partition("\n\n")[0].splitlines()[1:]
    assert table, header
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table]


def without(word: str, text: str) -> str:
    """Return a text without the directives of a word."""
    bare = re.sub(rf"^ *{word}\b.*?(?=-->|$)", "", text, flags=re.MULTILINE)
    return re.sub(rf"<!-- gradproof: {word}\b[^\n]*?-->", "", bare)


def test_every_word_has_an_example() -> None:
    assert {str(param.values[0]) for param in EXAMPLES} == set(WORDS)
    assert PAGE.count("```notes") == len(EXAMPLES) >= 9


@pytest.mark.parametrize(("word", "text", "bare", "verdict"), EXAMPLES)
def test_an_example_is_judged_as_the_page_says(
    word: str, text: str, bare: str, verdict: str
) -> None:
    assert without(word, text) != text
    assert verify(text).records[-1].verdict == verdict
    assert verify(without(word, text)).records[-1].verdict == bare


def test_the_tables_name_all_that_there_is() -> None:
    words = [row[0].strip("`").split()[0] for row in rows("| directive | meaning |")]
    assert sorted(words) == sorted(WORDS)
    assumed = [
        row[0].strip("`").removeprefix("assume ") for row in rows("| assumption | meaning |")
    ]
    assert assumed == [*ASSUMPTIONS, ALL_SCALARS]
    listed = {row[0].strip("`"): row[1] for row in rows("| model | network |")}
    assert listed == {name: load(name).title for name in names()}


def test_the_file_of_directives_is_one() -> None:
    (text,) = re.findall(r"```directives\n(.*?)```", PAGE, re.DOTALL)
    assert {d.word for d in directives_of(text, "x")} <= set(WORDS)


SECTION = r"""$W \in \mathbb{R}^{n \times n}$, $u \in \mathbb{R}^n$, $h_t \in \mathbb{R}^n$
$$h_t = \tanh(W h_{t-1}), \quad L = u^\top h_T$$
"""


@pytest.mark.parametrize(("directive", "message"), rows("| directive | message |"))
def test_errors_are_as_the_page_says(directive: str, message: str) -> None:
    found = verify(f"<!-- gradproof: {directive.strip('`')} -->\n{SECTION}")
    (section,) = found.sections
    assert section.problem is not None
    assert re.match(r"text:1:\d+: ", section.problem)
    assert message in section.problem
