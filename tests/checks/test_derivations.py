"""The bundled derivations: no verdict is wrong, and most claims are decided.

What each equation is worth stands in ``tests/documents/truth``, one file for each derivation: by
number, or by the left side and how many times it has stood there before.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.derivation_claims import keyed

from checks import derivations
from checks.pipeline import verify
from checks.records import NOT_A_CLAIM, UNDECIDED
from checks.report import verify_markdown
from symbolic.errors import ConfigError

TRUTH = Path(__file__).parents[1] / "documents" / "truth"
DOCS = Path(__file__).parents[2] / "docs"
#: How many of the records that the truth knows by their number are judged, at least.
DECIDED = {"huang2019": 85, "rnn-notes": 94}


def truth_of(name: str) -> dict[str, str]:
    table = json.loads((TRUTH / f"{name}.json").read_text(encoding="utf-8"))
    return {key: entry["verdict"] for key, entry in table.items()}


@pytest.fixture(scope="module")
def verified():
    found = {}

    def get(name: str):
        if name not in found:
            found[name] = verify(f"{name}.md", text=derivations.text(name))
        return found[name]

    return get


#: Judging one of these takes half a minute.
LONG = ("huang2019", "rnn-notes")
NAMES = [
    pytest.param(name, marks=pytest.mark.slow) if name in LONG else name
    for name in derivations.names()
]


@pytest.mark.parametrize("name", NAMES)
def test_no_verdict_is_wrong(verified, name):
    truth, records = truth_of(name), keyed(verified(name).records)
    common = [key for key in records if key in truth]
    assert len(common) >= len(truth) // 4
    wrong = {
        key: (records[key].verdict, truth[key])
        for key in common
        if records[key].verdict not in (truth[key], UNDECIDED)
    }
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), DECIDED.items())
def test_most_claims_are_decided(verified, name, least):
    truth, records = truth_of(name), keyed(verified(name).records)
    decided = [
        key
        for key, record in records.items()
        if key in truth and record.verdict not in (UNDECIDED, NOT_A_CLAIM)
    ]
    assert len(decided) >= least


def test_slides_are_judged_whole(verified):
    found = verified("simple-rnn-slides")
    assert found.summary["undecided"] == found.summary["fails"] == 0
    assert found.summary["holds"] == list(truth_of("simple-rnn-slides").values()).count("holds")


def test_the_page_with_a_report_is_current(verified):
    page = (DOCS / "report.md").read_text(encoding="utf-8")
    assert page == verify_markdown.render(verified("rnn-by-hand")), "make docs writes it anew"


def test_an_unknown_derivation_is_named_with_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'huang2019'"):
        derivations.text("huang2018")
