"""Derivations of two cells with gates, an error planted in each: found, and nothing else blamed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from checks.pipeline import verify
from checks.records import Verification

DOCUMENTS = Path(__file__).parents[1] / "documents"


@dataclass(frozen=True, slots=True)
class Planted:
    """An error in a document: its number, what is printed, what should stand there."""

    document: str
    number: str
    printed: str
    mended: str
    #: The numbers of the equations that are judged.
    claims: range

    @property
    def text(self) -> str:
        return (DOCUMENTS / self.document).read_text(encoding="utf-8")


PLANTED = [
    Planted(
        "lstm.md",
        "16",
        r"f_t \odot \nabla_{c_{t+1}} E \tag{16}",
        r"f_{t+1} \odot \nabla_{c_{t+1}} E \tag{16}",
        range(9, 28),
    ),
    Planted(
        "gru.md",
        "18",
        r"H^\top (r^{(t)} \circ \nabla_{s^{(t)}} L) \tag{18}",
        r"r^{(t)} \circ (H^\top \nabla_{s^{(t)}} L) \tag{18}",
        range(10, 29),
    ),
]
each = pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.document)


@cache
def judged(planted: Planted) -> Verification:
    return verify(planted.document, text=planted.text)


@each
@pytest.mark.parametrize("seed", [0, pytest.param(3, marks=pytest.mark.slow)])
def test_exactly_the_planted_error_is_found(planted: Planted, seed: int) -> None:
    found = judged(planted) if seed == 0 else verify("again.md", text=planted.text, seed=seed)
    assert found.decided == found.claims
    assert {record.id for record in found.errata} == {planted.number}
    assert {record.id.partition("/")[0] for record in found.claims} == set(map(str, planted.claims))


@each
def test_the_erratum_has_its_place_and_a_counterexample(planted: Planted) -> None:
    (erratum,) = judged(planted).errata
    lines = planted.text.split("\n")
    first = next(n for n, line in enumerate(lines) if planted.printed in line)
    while not lines[first].startswith("$$"):
        first -= 1
    assert first + 1 <= erratum.span.line <= first + 2
    assert erratum.reason == "value"
    assert erratum.evidence == "certified"
    assert erratum.counterexample is not None
    assert erratum.counterexample.gap_at_least


@pytest.mark.slow
@each
def test_every_claim_holds_once_the_error_is_mended(planted: Planted) -> None:
    text = planted.text.replace(planted.printed, planted.mended)
    assert text != planted.text
    found = verify(planted.document, text=text)
    assert {(record.id, record.verdict) for record in found.claims} == {
        (record.id, "holds") for record in judged(planted).claims
    }
    assert all(record.follows in (None, True) for record in found.claims)


@each
def test_the_model_has_all_names_of_the_text(planted: Planted) -> None:
    (section,) = judged(planted).sections
    assert section.problem is None
    names = {
        "lstm.md": {f"{letter}_{gate}" for letter in "WRb" for gate in "faog"},
        "gru.md": set("ABCDGHwy"),
    }
    assert names[planted.document] <= set(section.model["variables"])


LABELS = {"lstm.md": {"15/label-1": "holds"}, "gru.md": {}}


@each
def test_labels_are_claims_where_they_are_formulas(planted: Planted) -> None:
    labels = {r.id: r.verdict for r in judged(planted).records if "label" in r.id}
    assert labels == LABELS[planted.document]
