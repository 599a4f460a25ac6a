"""The decision: what refutes, what certifies, what is left undecided, and that each step runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from checks import decide as decision
from checks.bench import Bench
from checks.cases import Limits
from checks.decide import decide
from checks.shrink import counterexample
from checks.verdict import Evidence, Verdict
from numeric.closed_forms import all_forms
from numeric.closed_forms.form import Derivative, Quantity
from numeric.points import Targets
from numeric.rings.balls import BallComparison
from numeric.rings.base import Comparison
from symbolic.model_parser import read_model
from symbolic.models import load

FORMS = all_forms()
W = FORMS["rnn-notes/dL-dW/corrected"]


@pytest.fixture
def bench():
    return Bench(load("elman-softmax"), Limits(cases=6), seed=0)


def edited(compute, form=W, **changes):
    return replace(form, compute=compute, **changes)


def test_a_right_form_is_certified_in_all_number_systems(bench):
    found = decide(W, bench)
    assert found.verdict is Verdict.HOLDS
    assert found.evidence is Evidence.CERTIFIED
    assert found.certificate.rings == ("prime field", "balls", "SymPy")
    assert float(found.certificate.error_bound.removeprefix("2^")) < -100
    assert float(found.certificate.radius.removeprefix("2^")) < -120


def test_float64_alone_never_refutes(bench):
    """A form that float64 calls wrong because of rounding, and balls do not."""

    def ill_conditioned(net):
        right = W.compute(net)
        big = 10**30 * (1 + right * 0)
        return (right + big) - big

    found = decide(edited(ill_conditioned), bench)
    assert found.worst_error > 0.1
    assert found.verdict is Verdict.HOLDS


@pytest.mark.parametrize("scale", [10**3, 10**9, 10**20, 10**40, 10**80, 10**200])
def test_a_small_relative_error_is_still_an_error(bench, scale):
    """Below the resolution of float64, and of the first balls: then the field sees it."""

    def slightly_off(net):
        right = W.compute(net)
        return right + right / scale

    found = decide(edited(slightly_off), bench)
    assert found.verdict is Verdict.FAILS


def test_balls_alone_hold_where_the_field_cannot_see_the_identity():
    """exp(a) exp(-b) against exp(a - b): equal, and the field has no relation for it."""
    model = read_model(
        "model m\nparameter a\nparameter b\nu = exp(a) * exp(-b)\nv = exp(a - b)\n"
        "L = u * u\nloss L\n"
    )
    form = edited(
        lambda net: 2 * net["v"] * net["v"],
        model="m",
        claim=Derivative(Quantity("L", None), Quantity("a", None)),
        targets=Targets.FREE,
    )
    found = decide(form, Bench(model, Limits(cases=4), seed=0))
    assert found.verdict is Verdict.HOLDS
    assert found.evidence is Evidence.BALLS
    assert "prime field" not in found.certificate.rings


def test_zero_on_both_sides_is_vacuous_not_true():
    model = read_model("model m\nparameter a\nparameter b\nL = a * a\nloss L\n")
    form = edited(
        lambda net: 0 * net["b"],
        model="m",
        claim=Derivative(Quantity("L", None), Quantity("b", None)),
        targets=Targets.FREE,
    )
    found = decide(form, Bench(model, Limits(cases=4), seed=0))
    assert found.verdict is Verdict.UNDECIDED
    assert "vacuous" in found.reason


def test_balls_that_never_decide_leave_the_form_undecided(bench, monkeypatch):
    unknown = BallComparison(Comparison.UNKNOWN)
    monkeypatch.setattr(decision, "compare_in_balls", lambda *_, **__: (unknown, None))
    found = decide(W, bench)
    assert found.verdict is Verdict.UNDECIDED
    assert "balls" in found.reason


def test_oracles_that_disagree_are_reported_as_our_fault(bench, monkeypatch):
    import sympy

    from symbolic import unroll

    monkeypatch.setitem(unroll._SYMPY, "tanh", lambda x: sympy.tanh(x) ** 3)
    found = decide(W, bench)
    assert found.verdict is Verdict.UNDECIDED
    assert "the oracles disagree" in found.reason


def test_an_oracle_with_a_wrong_rule_is_noticed(bench, monkeypatch):
    from numeric import functions

    monkeypatch.setitem(functions.FIRST_DERIVATIVE, "tanh", functions.FIRST_DERIVATIVE["exp"])
    assert decide(W, bench).verdict is not Verdict.HOLDS


def test_a_form_that_needs_normalised_targets_fails_without_them(bench):
    assert W.targets is Targets.NORMALISED
    assert decide(replace(W, targets=Targets.FREE), bench).verdict is Verdict.FAILS


def test_the_counterexample_is_minimal(bench):
    """The recurrence is dropped: it takes two steps to see it, and one of each size."""

    def no_recurrence(net):
        V, h = net["V"], net["h"]
        delta = (1 - h**2) * ((net["yhat"] - net["y"]) @ V)
        return delta.T @ net.before("h")

    form = edited(no_recurrence)
    found = decide(form, bench)
    assert found.verdict is Verdict.FAILS
    smallest = counterexample(form, bench.model, *found.refuted)
    assert (smallest.tau, smallest.shapes) == (2, {"n": 1, "m": 1, "c": 2})
    assert smallest.entry == (0, 0)
    zeros = [name for name, value in smallest.values.items() if not np.any(_numbers(value))]
    assert len(zeros) >= 4  # most of the point is irrelevant, and says so


def _numbers(value):
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    from fractions import Fraction

    return float(Fraction(value))


def test_a_step_of_a_stacked_quantity_is_named(bench):
    right = FORMS["rnn-notes/dL-dh/corrected"]

    def wrong_at_the_first_step(net):
        result = right.compute(net)
        result[0] = 2 * result[0]
        return result

    form = edited(wrong_at_the_first_step, right)
    found = decide(form, bench)
    smallest = counterexample(form, bench.model, *found.refuted)
    assert smallest.t == 1
    assert len(smallest.entry) == 1


def test_every_ring_is_asked(bench, monkeypatch):
    asked = []
    for owner, name in ((decision, "in_balls"), (decision, "in_field"), (Bench, "confirmed")):
        original = getattr(owner, name)

        def spy(*arguments, _name=name, _original=original):
            asked.append(_name)
            return _original(*arguments)

        monkeypatch.setattr(owner, name, spy)
    decide(W, bench)
    assert {"in_balls", "in_field", "confirmed"} <= set(asked)


def test_oracle_a_knows_the_derivative_of_an_undefined_function_by_itself(monkeypatch):
    """The form and oracle B take f' from one table; SymPy must not, or nobody would notice."""
    from numeric import functions

    wrong = functions.FIRST_DERIVATIVE["exp"]
    for name in ("tanh", "sigmoid", "sin", "softplus", "identity"):
        monkeypatch.setitem(functions.FIRST_DERIVATIVE, name, wrong)
    form = FORMS["simple-rnn-slides/dL-da-scalar/corrected"]
    found = decide(form, Bench(load(form.model), Limits(cases=4), seed=0))
    assert found.verdict is Verdict.UNDECIDED
    assert "the oracles disagree" in found.reason


def test_what_sympy_writes_and_no_ring_can_read_leaves_the_form_undecided():
    model = read_model("model m\nparameter w\nz = w * exp(log(2) / 2)\nL = z\nloss L\n")
    form = edited(
        lambda net: net["z"] / net["w"],
        model="m",
        claim=Derivative(Quantity("L", None), Quantity("w", None)),
        targets=Targets.FREE,
    )
    found = decide(form, Bench(model, Limits(cases=4), seed=0))
    assert found.verdict is Verdict.UNDECIDED
    assert "SymPy's derivative cannot be read" in found.reason


def test_a_case_that_cannot_be_decided_does_not_hide_one_that_refutes(bench, monkeypatch):
    def doubled(net):
        return 2 * W.compute(net)

    original = decision.compare_in_balls
    first = bench.cases[0].instance(bench.model)

    def unknown_at_first(at, form, *rest):
        if at.instance == first:
            return BallComparison(Comparison.UNKNOWN), None
        return original(at, form, *rest)

    monkeypatch.setattr(decision, "compare_in_balls", unknown_at_first)
    found = decide(edited(doubled), bench)
    assert found.verdict is Verdict.FAILS
    assert found.refuted[0] != bench.cases[0]
