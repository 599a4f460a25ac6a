"""Documents as they are found, each with a side file of a few shapes or assumptions.

The verdicts are compared with those on the clean version of the derivation, which the tests work
out by themselves; see ``documents.truth``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from documents.truth import written
from support.seeds import as_it_stands, document

from checks.documents.directives import read_directives
from checks.pipeline import verify
from checks.records import FAILS, HOLDS, NOT_A_CLAIM, UNDECIDED, Record

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
#: The derivation, the first characters of the document's name, and the least share of a hundred.
DOCUMENTS = {"rnn-notes": ("001", 85), "rnn-by-hand": ("003", 60)}
#: The long one takes its time.
NAMES = [pytest.param("rnn-notes", marks=pytest.mark.slow), "rnn-by-hand"]
#: What a side file may say: no equation, and nothing about one equation.
WORDS = {"shape", "model", "assume", "per-step"}
MOST = 10

BY_THETA = r"\frac{\partial}{\partial \theta_0} L(\theta_0, \theta_1)"
#: Equations of the document without a number, and the same ones in the clean version.
SAME = {
    "#3": r"\tanh(x) #1",
    "#16/2": "L #1/2",
    "#17": r"L(\theta) #1",
    "#23/1": r"\frac{\partial \alpha^{<2>}}{\partial W_x} #1/1",
    "#23/2": r"\frac{\partial \alpha^{<2>}}{\partial W_x} #1/2",
    "#24/1": r"\frac{\partial \alpha^{<3>}}{\partial \alpha^{<2>}} #1/1",
    "#24/2": r"\frac{\partial \alpha^{<3>}}{\partial \alpha^{<2>}} #1/2",
    "#25": r"\frac{\partial L}{\partial \alpha^{<3>}} #1",
    "#27": r"\frac{\partial \alpha^{<2>}}{\partial \alpha^{<1>}} #1",
    "#28/1": r"\frac{\partial \alpha^{<1>}}{\partial W_x} #1/1",
    "#28/2": r"\frac{\partial \alpha^{<1>}}{\partial W_x} #1/2",
    "#30": r"\frac{2}{3} [(0.57-1)(0) + (0.94-2)(1) + (0.96-3)(1)] #1",
}
# Three examples of three steps, and one line for each step of a derivative.
SAME |= {f"#{7 + n}/2": rf"\alpha^{{<{n % 3 + 1}>}} #{n // 3 + 1}/2" for n in range(9)}
SAME |= {f"#{18 + n}": f"{BY_THETA} #{n + 1}" for n in range(4)}


@cache
def claims(name: str) -> tuple[Record, ...]:
    """Return the claims of a document with its side file, those of several parts part by part."""
    judged = verify(
        document(DOCUMENTS[name][0]), jobs=2, directives=read_directives(EXAMPLES / f"{name}.txt")
    )
    return tuple(
        record
        for record in judged.records
        if record.verdict != NOT_A_CLAIM and not record.parts and "label" not in record.id
    )


def truths(name: str) -> Iterator[tuple[Record, str]]:
    """Yield the decided claims, each with what is true."""
    known = json.loads(written.file_of(name).read_text(encoding="utf-8"))
    for record in claims(name):
        key = SAME[record.id] if record.verdict != UNDECIDED and "#" in record.id else record.id
        if record.verdict != UNDECIDED:
            yield record, known[key]["verdict"]


def test_side_files_are_short_and_about_no_equation() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.txt")} == set(DOCUMENTS)
    for path in EXAMPLES.glob("*.txt"):
        directives = read_directives(path)
        assert 0 < len(directives) <= MOST
        assert {directive.word for directive in directives} <= WORDS
        assert not any(set("=#") & set(directive.text) for directive in directives)


@pytest.mark.parametrize("name", NAMES)
def test_most_claims_are_decided(name: str) -> None:
    found = claims(name)
    decided = sum(record.verdict != UNDECIDED for record in found)
    assert len(found) > 40
    assert decided * 100 >= DOCUMENTS[name][1] * len(found), f"{decided} of {len(found)}"


@pytest.mark.parametrize("name", NAMES)
def test_no_verdict_is_wrong(name: str) -> None:
    found = list(truths(name))
    assert {HOLDS, FAILS} <= {true for _, true in found}
    for record, true in found:
        assert as_it_stands(record.verdict) == as_it_stands(true), (record.id, record.reason)
