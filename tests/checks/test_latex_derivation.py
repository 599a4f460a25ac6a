"""``gradproof verify`` judges what ``gradproof latex`` derives: every claim holds."""

from __future__ import annotations

from collections import Counter

import pytest

from checks.pages import markdown
from checks.pipeline import verify
from symbolic.expand import gradient
from symbolic.model import Role
from symbolic.models import load, names

PARAMETERS = [(m, p.name) for m in names() for p in load(m).named(Role.PARAMETER)]
NOTATIONS = ("plain", "huang2019", "rnn-notes")


def judge(model: str, by: str, notation: str) -> None:
    text = markdown.render(gradient(model, wrt=by, form="derivation", notation=notation))
    found = verify("derivation.md", text=text)
    counts = Counter(record.verdict for record in found.records)
    bad = [r.latex for r in found.records if r.verdict not in ("holds", "not-a-claim")]
    assert not bad, "\n".join(bad)
    assert counts["holds"] >= 1


@pytest.mark.parametrize(
    ("model", "by", "notation"),
    [
        ("scalar-sigmoid-full", "V", "huang2019"),
        ("linear-lemma", "W", "rnn-notes"),
        ("linear-mse", "W_x", "plain"),
    ],
)
def test_every_claim_of_a_derivation_holds(model, by, notation):
    judge(model, by, notation)


@pytest.mark.parametrize(("model", "by"), [p for p in PARAMETERS if load(p[0]).first_step == 1])
def test_the_lines_of_the_closed_form_are_among_those_that_are_judged(model, by):
    closed = gradient(model, wrt=by, form="closed")
    judged = gradient(model, wrt=by, form="derivation").lines
    assert closed.lines
    assert set(closed.lines) <= set(judged)


@pytest.mark.slow
@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("model", "by"), PARAMETERS)
def test_every_claim_of_every_derivation_holds(model, by, notation):
    judge(model, by, notation)
