"""The whole suite, run once: every formula behaves as declared, the pages say what it found."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from checks import suite
from checks.cases import Limits
from checks.oracle import NonConforming, at, given_leaves
from checks.report import errata_terminal, suite_junit, suite_markdown
from checks.verdict import Evidence, Verdict
from numeric.closed_forms import all_forms
from numeric.closed_forms.form import Decimal, Variant
from numeric.closed_forms.setting import size_is
from numeric.points import in_ring, rational_point
from numeric.rings import float64
from numeric.rings.base import Comparison
from symbolic.forward import leaves
from symbolic.model import Instance
from symbolic.models import load

DOCS = Path(__file__).parents[2] / "docs"
FORMS = all_forms()
WRONG = [form for form in FORMS.values() if form.expected == "fails"]


@pytest.fixture(scope="module")
def report():
    return suite.run(suite.tasks([]), Limits(), seed=0, jobs=2)


def test_every_form_behaves_as_it_declares(report):
    assert len(report.judgements) == len(FORMS) >= 150
    assert sorted(j.id for j in report.judgements) == sorted(FORMS)
    assert [j.id for j in report.judgements if not j.is_as_expected] == []


def test_nothing_is_decided_by_floats_alone_and_nothing_is_vacuous(report):
    for judged in report.judgements:
        assert judged.evidence in (Evidence.CERTIFIED, Evidence.BALLS), judged.id
        assert judged.reason is None, judged.id


def test_every_wrong_line_has_a_reason_a_correction_and_a_counterexample(report):
    by_id = {judged.id: judged for judged in report.judgements}
    assert len(report.errata.judgements) == len(WRONG) > 40
    for judged in report.errata.judgements:
        twin = by_id[FORMS[judged.id].twin]
        assert twin.verdict is Verdict.HOLDS
        assert judged.error
        assert judged.corrected == twin.formula
        assert judged.counterexample is not None


def test_only_printed_lines_are_wrong():
    assert {form.variant for form in WRONG} == {Variant.PRINTED}
    assert all(form.reason for form in WRONG)
    assert all(form.when is None for form in FORMS.values() if form.expected == "holds")


def is_refuted(form, model, instance) -> bool:
    """Whether float64 tells the sides apart at a point of its own, under every reading."""
    ring = float64.Float64Ring()
    point = rational_point(instance, 99, form.targets, spread=False)
    point |= given_leaves(instance, form.setting)
    known = at(instance, ring, in_ring(point, ring), dict.fromkeys(model.functions, "sigmoid"))
    for reading in form.readings:
        try:
            sides = known.sides(form, reading)
        except NonConforming:
            continue
        if all(float64.compare(s.left, s.right) is Comparison.AGREE for s in sides):
            return False
    return True


def test_counterexamples_are_the_smallest_that_the_document_allows(report):
    for judged in report.errata.judgements:
        form, found = FORMS[judged.id], judged.counterexample
        if isinstance(form.claim, Decimal):
            continue
        fixed = {**dict(form.document.sizes), **dict(form.setting.sizes)}
        assert all(found.shapes[name] == size for name, size in fixed.items()), judged.id
        model = load(form.model)
        least = {d.name: fixed.get(d.name, d.minimum) for d in model.dimensions}
        smaller = [
            ({**found.shapes, name: size - 1}, found.tau)
            for name, size in found.shapes.items()
            if size > least[name]
        ]
        if found.tau > 1 and form.setting.tau is None:
            smaller.append((found.shapes, found.tau - 1))
        for sizes, tau in smaller:
            assert not is_refuted(form, model, Instance(model, sizes, tau)), (judged.id, sizes, tau)


def test_the_page_of_formulas_is_what_the_suite_prints(report):
    page = (DOCS / "formulas.md").read_text(encoding="utf-8")
    assert page == suite_markdown.render(report), "run: make docs"


def test_the_errata_of_all_documents(report):
    text = errata_terminal.render(report, width=None, colour=False)
    assert text.count("smallest counterexample found") == len(WRONG)
    assert text.count("  printed: ") == text.count("  correct: ") == len(WRONG)
    assert "Not as expected" not in text


def test_junit_counts_every_form(report):
    root = ElementTree.fromstring(suite_junit.render(report))
    assert root.attrib == {"tests": str(len(FORMS)), "failures": "0", "errors": "0"}
    assert len(list(root.iter("testsuite"))) == 5
    assert len(list(root.iter("testcase"))) == len(FORMS)


def test_a_condition_that_does_not_mend_a_line_is_reported():
    form = replace(FORMS["huang2019/63-2/printed"], when=size_is("M", 1))
    benches = suite.Benches(load(form.model), Limits(cases=4), 0)
    judged = suite.judge(form, benches, FORMS)
    assert judged.verdict is Verdict.UNDECIDED
    assert "said to hold when M = 1, and does not" in judged.reason


def test_values_of_a_counterexample_repeat_the_difference(report):
    """The printed fractions alone, in another number system, tell the sides apart."""
    ring = float64.Float64Ring()
    judged = next(j for j in report.judgements if j.id == "huang2019/66/printed")
    form, found = FORMS[judged.id], judged.counterexample
    instance = Instance(load(form.model), found.shapes, found.tau)
    exact = np.vectorize(Fraction, otypes=[object])
    point = {key: exact(np.array(found.values[str(key)])) for key in leaves(instance)}
    known = at(instance, ring, in_ring(point, ring), found.functions)
    (side,) = [
        s
        for s in known.sides(form, form.readings[0])
        if s.letters == {"t": found.t, **found.letters}
    ]
    entry = tuple(found.entry)
    assert float(side.left[entry]) == pytest.approx(float(found.left), rel=1e-12)
    assert float(side.right[entry]) == pytest.approx(float(found.right), rel=1e-12)
    gap = abs(side.left[entry] - side.right[entry])
    assert gap == pytest.approx(float(found.gap_at_least), rel=1e-4)
