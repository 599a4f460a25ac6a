"""Documents as they are found, without a word beside them: how much is decided, and nothing wrong.

The verdicts are compared with those on the clean version of each derivation, which the tests work
out by themselves: by number, or where a claim without one is written in the same way.
"""

from __future__ import annotations

import json
from functools import cache

import pytest
from documents.test_side_files import claims
from documents.truth import written
from support.derivation_claims import keyed
from support.seeds import as_it_stands, document

from checks import derivations
from checks.pipeline import verify
from checks.records import NOT_A_CLAIM, UNDECIDED, Record

#: The derivation, the first characters of the document's name, and the least share of a hundred.
DOCUMENTS = {"forum282752": ("000", 75), "simple-rnn-slides": ("002", 75), "huang2019": ("004", 95)}
#: The long one takes its time.
NAMES = ["forum282752", "simple-rnn-slides", pytest.param("huang2019", marks=pytest.mark.slow)]
#: So many decided claims of a document stand in its clean version in other words.
OTHERWISE = 2
#: The least share of all claims of the five together.
OF_ALL = 90


@cache
def found_in(name: str) -> tuple[Record, ...]:
    """Return the claims of a document, those of several parts part by part."""
    records = verify(document(DOCUMENTS[name][0]), jobs=2).records
    return tuple(r for r in records if r.verdict != NOT_A_CLAIM and not r.parts)


def truths(name: str) -> dict[str, str]:
    """Return what is true by the numbers and by the claims of the clean version."""
    table = json.loads(written.file_of(name).read_text(encoding="utf-8"))
    known = {key: entry["verdict"] for key, entry in table.items()}
    clean = keyed(verify(f"{name}.md", text=derivations.text(name), jobs=2).records)
    by_claim = {plain(r.claim): known[key] for key, r in clean.items() if key in known and r.claim}
    return {**by_claim, **{key: true for key, true in known.items() if "#" not in key}}


def plain(latex: str) -> str:
    return "".join(latex.split())


@pytest.mark.parametrize("name", NAMES)
def test_most_claims_are_decided(name: str) -> None:
    found = found_in(name)
    decided = sum(record.verdict != UNDECIDED for record in found)
    assert decided * 100 >= DOCUMENTS[name][1] * len(found), f"{decided} of {len(found)}"


@pytest.mark.parametrize("name", NAMES)
def test_no_verdict_is_wrong(name: str) -> None:
    known = truths(name)
    decided = [record for record in found_in(name) if record.verdict != UNDECIDED]
    keys = [plain(r.claim) if "#" in r.id else r.id for r in decided]
    judged = [(r, known[key]) for r, key in zip(decided, keys, strict=True) if key in known]
    assert len(judged) >= len(decided) - OTHERWISE
    wrong = [(r, true) for r, true in judged if as_it_stands(r.verdict) != as_it_stands(true)]
    assert [(r.id, r.verdict, true) for r, true in wrong] == []


@pytest.mark.slow
def test_of_all_claims_nine_of_ten_are_decided() -> None:
    every = [record for name in DOCUMENTS for record in found_in(name)]
    every += [record for name in ("rnn-notes", "rnn-by-hand") for record in claims(name)]
    decided = sum(record.verdict != UNDECIDED for record in every)
    assert decided * 100 >= OF_ALL * len(every), f"{decided} of {len(every)}"
