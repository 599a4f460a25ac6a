"""A printed number against the value that it stands for, to half a unit of its last digit."""

from __future__ import annotations

from dataclasses import replace

from checks.bench import Bench
from checks.decide import PRECISIONS, Decision
from checks.oracle import At, given_leaves
from checks.shrink import written
from checks.verdict import Certificate, Counterexample, Evidence, Verdict
from numeric.closed_forms.form import Decimal, Form
from numeric.closed_forms.reading import Reading
from numeric.points import Targets
from numeric.rings import balls
from numeric.rings.base import Comparison
from symbolic.ring import ObjectArray


def decide_number(form: Form, bench: Bench) -> Decision:
    """Return whether a number is right from the exact values, or else from the rounded ones.

    Both outcomes are theorems about the given data. ``worst_error`` counts in units of the last
    digit.
    """
    found = [_decide(form, reading, bench) for reading in form.readings]
    right = [one for one in found if one.verdict is Verdict.HOLDS]
    undecided = [one for one in found if one.verdict is Verdict.UNDECIDED]
    return (right + undecided + found)[0]


def _claim(form: Form) -> Decimal:
    if not isinstance(form.claim, Decimal):
        raise TypeError(f"{form.id} is no printed number")
    return form.claim


def _value(form: Form, reading: Reading, at: At) -> ObjectArray:
    network = replace(at.network, reading=reading)
    return at.ring.wrap(form.compute(network, **dict(form.arguments)))


def _decide(form: Form, reading: Reading, bench: Bench) -> Decision:
    claim, case = _claim(form), bench.cases[0]
    value = float(_value(form, reading, bench.floats(case, Targets.FREE)))
    error = abs(value - float(claim.value)) / (2 * float(claim.half_unit))
    found = Decision(Verdict.UNDECIDED, None, 1, error, reading)
    for bits in PRECISIONS:
        with balls.precision(bits) as ring:
            ball = _value(form, reading, bench.ball(case, Targets.FREE, ring, bits))
            outcome = balls.within(ball, claim.value, claim.half_unit)
        if outcome is not Comparison.UNKNOWN:
            break
    else:
        return replace(found, reason="the value lies at the very end of what the digits allow")
    if outcome is Comparison.DIFFER:
        refuted = (case, Targets.FREE, bits)
        return replace(found, verdict=Verdict.FAILS, evidence=Evidence.CERTIFIED, refuted=refuted)
    certificate = Certificate(
        rings=("balls",),
        points=1,
        dims=(dict(case.dimensions),),
        taus=(case.tau,),
        precision=bits,
        radius=f"1/{1 / claim.half_unit}",
        error_bound=None,
    )
    return replace(
        found, verdict=Verdict.HOLDS, evidence=Evidence.CERTIFIED, certificate=certificate
    )


def wrong_number(form: Form, bench: Bench, bits: int) -> Counterexample:
    """Return the value from the exact data, and how far it is from what the digits allow."""
    claim, case = _claim(form), bench.cases[0]
    with balls.precision(bits) as ring:
        at = bench.ball(case, Targets.FREE, ring, bits)
        value = _value(form, form.readings[0], at)
        text, gap = balls.shown(value), balls.beyond(value, claim.value, claim.half_unit)
    return Counterexample(
        shapes=dict(case.dimensions),
        tau=case.tau,
        t=None,
        letters={},
        entry=(),
        left=text,
        right=claim.text,
        gap_at_least=gap,
        functions={},
        values=written(given_leaves(case.instance(bench.model), form.setting)),
    )
