"""The reference page of the notation, executed: every verdict, reading, note and reason on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from checks.documents.directives import WORDS
from checks.pipeline import verify
from checks.records import FAILS, HOLDS, NOT_A_CLAIM, UNDECIDED, VERDICTS, Record, Verification

PAGE = (Path(__file__).parents[2] / "docs" / "notation.md").read_text(encoding="utf-8")
NAME = "notes.md"

_BOX = re.compile(
    r"^(?P<fence>`{3,})markdown\n(?P<text>.*?)^(?P=fence)\n", re.MULTILINE | re.DOTALL
)
_TABLE = re.compile(
    r"^\| (?P<header>written|equation) \| verdict \| remark \|\n\| --- \| --- \| --- \|\n"
    r"(?P<rows>(?:\|.*\|\n)+)",
    re.MULTILINE,
)
_ROW = re.compile(r"\| (.*?) \| ([a-z-]+) \|(.*)\|")
_QUOTED = re.compile(r"(reading|note|reason|follows): `([^`]*)`")


@dataclass(frozen=True)
class Example:
    """One row of a table: the number of an equation, its verdict, what is quoted of the record."""

    id: str
    written: str
    verdict: str
    quoted: dict[str, str]
    line: int


@dataclass
class Box:
    """A document of the page: its text, the equations of the tables added, and their rows."""

    text: str
    line: int
    examples: list[Example] = field(default_factory=list)

    def add(self, header: str, row: str, line: int) -> None:
        """Add a row of a table; an equation that it writes is put at the end of the document."""
        cells = _ROW.fullmatch(row)
        assert cells is not None, row
        first, verdict, remark = cells.groups()
        id_, written = first, ""
        if header == "written":
            id_, written = f"row {line}", first.strip("`")
            self.text += f"\n$${written} \\tag{{{id_}}}$$\n"
        self.examples.append(Example(id_, written, verdict, dict(_QUOTED.findall(remark)), line))


def boxes() -> list[Box]:
    """Return the documents of the page with the tables that follow each."""
    found: list[Box] = []
    for match in sorted([*_BOX.finditer(PAGE), *_TABLE.finditer(PAGE)], key=lambda m: m.start()):
        line = PAGE.count("\n", 0, match.start()) + 1
        if match.re is _BOX:
            found.append(Box(match["text"], line))
            continue
        for place, row in enumerate(match["rows"].splitlines(), start=line + 2):
            found[-1].add(match["header"], row, place)
    return found


BOXES = boxes()
EXAMPLES = [(box, example) for box in BOXES for example in box.examples]


@cache
def judged(text: str) -> Verification:
    """Return what the tool says of a document."""
    return verify(NAME, text=text)


def record_of(box: Box, id_: str) -> Record:
    (found,) = [record for record in judged(box.text).records if record.id == id_]
    return found


@pytest.mark.parametrize(
    ("box", "example"), EXAMPLES, ids=[f"{e.line}-{e.written[:40] or e.id}" for _, e in EXAMPLES]
)
def test_an_example_has_its_verdict(box: Box, example: Example) -> None:
    record = record_of(box, example.id)
    assert record.verdict == example.verdict, record
    assert record.reading == example.quoted.get("reading")
    if "note" in example.quoted:
        assert record.note == example.quoted["note"]
    if "reason" in example.quoted:
        assert example.quoted["reason"] in (record.reason or "")
    if "follows" in example.quoted:
        assert record.follows is (example.quoted["follows"] == "yes")
    if record.verdict == FAILS and not record.parts:
        assert record.counterexample is not None or (record.reason or "").startswith(
            ("shape", "layout")
        )


@pytest.mark.parametrize("box", BOXES, ids=[str(box.line) for box in BOXES])
def test_every_section_of_a_document_is_understood(box: Box) -> None:
    assert [section.problem for section in judged(box.text).sections if section.problem] == []
    assert box.examples


def test_every_claim_of_the_page_stands_in_a_table() -> None:
    """No verdict of a document is passed over: what is not listed is no claim, or not undecided."""
    for box in BOXES:
        listed = {example.id.split("/")[0] for example in box.examples}
        for record in judged(box.text).records:
            is_listed = record.id.split("/")[0] in listed
            assert is_listed or record.verdict in (NOT_A_CLAIM, HOLDS), (box.line, record)


def test_the_page_shows_every_verdict_often_enough() -> None:
    verdicts = [example.verdict for _, example in EXAMPLES]
    assert set(verdicts) <= set(VERDICTS)
    assert verdicts.count(HOLDS) >= 100
    assert verdicts.count(FAILS) >= 30
    assert verdicts.count(UNDECIDED) >= 5
    assert verdicts.count(NOT_A_CLAIM) >= 10


def test_every_table_of_the_page_is_read() -> None:
    """No row is lost to a slip in the page: rows and headings are counted another way."""
    rows = re.findall(r"^\| .*\| (?:holds|fails|undecided|not-a-claim) \|", PAGE, re.MULTILINE)
    assert len(rows) == len(EXAMPLES)


def test_the_page_lists_the_directives() -> None:
    table = PAGE.partition("| directive | what it states |")[2].partition("\n\n")[0]
    found = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", table, re.MULTILINE))
    assert found == WORDS
