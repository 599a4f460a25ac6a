"""Short derivations in many notations, right lines among wrong ones, each with its own truth.

The last table of a document says what is true of its numbered equations. It was worked out by the
complex step through networks written as NumPy functions; nothing of the product took part.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from checks.pipeline import verify
from checks.records import FAILS, HOLDS, UNDECIDED

HERE = Path(__file__).parent / "unseen"
DOCUMENTS = sorted(path.name for path in HERE.glob("*.*"))

#: A row of the table; in LaTeX it is a comment. What is marked need not be decided.
ROW = re.compile(
    r"^(?:% )?\| (?P<id>\S+) \| (?P<truth>holds|fails)(?P<is_open> \(undecided\))? \|$", re.M
)


@cache
def table_of(name: str) -> dict[str, tuple[str, bool]]:
    """Return the truth of each numbered equation, and whether it may stay undecided."""
    text = (HERE / name).read_text(encoding="utf-8")
    return {row["id"]: (row["truth"], row["is_open"] is not None) for row in ROW.finditer(text)}


def test_each_document_has_right_and_wrong_lines_and_few_open_ones():
    assert len(DOCUMENTS) >= 10
    for name in DOCUMENTS:
        rows = table_of(name).values()
        truths = [truth for truth, _ in rows]
        assert truths.count(HOLDS) >= 5, name
        assert truths.count(FAILS) >= 3, name
        assert sum(is_open for _, is_open in rows) <= len(truths) / 3, name


@pytest.mark.parametrize(
    "name",
    [pytest.param(d, marks=pytest.mark.slow if n % 2 else ()) for n, d in enumerate(DOCUMENTS)],
)
def test_no_verdict_contradicts_the_truth(name):
    records = verify(name, text=(HERE / name).read_text(encoding="utf-8")).records
    found = {record.id: record.verdict for record in records}
    numbered = {id_ for id_ in found if not id_.startswith("#") and "/" not in id_}
    table = table_of(name)
    assert numbered == set(table)
    for id_, (truth, is_open) in table.items():
        allowed = {truth, UNDECIDED} if is_open else {truth}
        assert found[id_] in allowed, (name, id_)
