"""From what the number systems say about a closed form to a verdict.

float64 screens: a case on which it differs is decided in balls. A form that no ball refutes is then
certified: in balls, against SymPy, and in the prime field.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import cast

import numpy as np

from checks.bench import Bench, compare_in_balls, sides
from checks.cases import Case, certificate_cases
from checks.oracle import NonConforming
from checks.verdict import Certificate, Evidence, Verdict
from numeric.closed_forms.form import Form
from numeric.points import Targets, uniform
from numeric.rings import balls, float64
from numeric.rings import field as prime_field
from numeric.rings.balls import RADIUS_BITS, BallComparison
from numeric.rings.base import Comparison
from numeric.rings.degree import DegreeRing, error_bound
from symbolic.errors import UnsupportedNotation

#: Points of the field at each certified case, and the precisions tried in balls, in bits.
FIELD_POINTS = 3
PRECISIONS = (192, 384, 768, 1536, 3072)
#: What agreement in balls alone takes: points, bits of relative radius, and precisions.
BALL_POINTS, BALL_BITS = 8, 400
SHARP_PRECISIONS = (768, 1536, 3072, 6144)


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one form and what it rests on.

    ``refuted`` is the case of a failure, what its targets obey, and the bits that decided it.
    """

    verdict: Verdict
    evidence: Evidence | None
    cases: int
    worst_error: float
    certificate: Certificate | None = None
    refuted: tuple[Case, Targets, int] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class InBalls:
    """What balls say about a form on several cases, and the case that it was said of.

    ``radius`` is log2 of the largest relative radius over all of them.
    """

    outcome: Comparison
    case: Case
    bits: int
    radius: float


def decide(form: Form, bench: Bench) -> Decision:
    """Return the verdict on a form: screen, refute or certify."""
    worst, suspects, vacuous = screen(form, bench)
    found = Decision(Verdict.UNDECIDED, None, len(bench.cases) + len(bench.small), worst)
    if suspects:
        stopped = stop(found, form, in_balls(form, bench, suspects))
        if stopped is not None:
            return stopped
    if vacuous:
        return replace(found, reason="vacuous: both sides are zero on every instance")
    return certify(form, bench, found)


def stop(found: Decision, form: Form, said: InBalls) -> Decision | None:
    """Return the decision where balls refute or cannot decide; None where they agree."""
    match said.outcome:
        case Comparison.AGREE:
            return None
        case Comparison.DIFFER:
            refuted = (said.case, said.case.targets(form.targets), said.bits)
            return replace(
                found, verdict=Verdict.FAILS, evidence=Evidence.CERTIFIED, refuted=refuted
            )
        case Comparison.UNKNOWN:
            return replace(
                found, reason=f"balls of {said.bits} bits overlap, but are too wide to agree"
            )


def screen(form: Form, bench: Bench) -> tuple[float, list[Case], bool]:
    """Return the worst float64 error, the cases to decide in balls, and whether all is zero."""
    worst, suspects, vacuous = 0.0, [], True
    for case in bench.cases:
        both = bench.floats(case, case.targets(form.targets))
        try:
            left, right = sides(both, form)
        except NonConforming:
            return float("inf"), [case], False
        vacuous &= not np.any(left) and not np.any(right)
        error = float64.relative_error(left, right)
        worst = max(worst, error) if not np.isnan(error) else worst
        if float64.compare(left, right) is not Comparison.AGREE:
            suspects.append(case)
    return worst, suspects, vacuous


def in_balls(
    form: Form,
    bench: Bench,
    cases: Sequence[Case],
    precisions: Sequence[int] = PRECISIONS,
    radius_bits: int = RADIUS_BITS,
) -> InBalls:
    """Return what balls say on the cases, each at the least precision that decides it.

    One case that differs decides, wherever it stands; else one that is unknown; else all agree.
    """
    radius, most, unknown = -np.inf, precisions[0], None
    for one in cases:
        outcome, bits = _at_least_precision(form, bench, one, precisions, radius_bits)
        match outcome.outcome:
            case Comparison.DIFFER:
                return InBalls(Comparison.DIFFER, one, bits, outcome.radius)
            case Comparison.UNKNOWN:
                unknown = unknown or InBalls(Comparison.UNKNOWN, one, bits, outcome.radius)
            case Comparison.AGREE:
                radius, most = max(radius, outcome.radius), max(most, bits)
    return unknown or InBalls(Comparison.AGREE, cases[-1], most, radius)


def _at_least_precision(
    form: Form, bench: Bench, case: Case, precisions: Sequence[int], radius_bits: int
) -> tuple[BallComparison, int]:
    outcome = BallComparison(Comparison.UNKNOWN)
    for bits in precisions:
        with balls.precision(bits) as ring:
            both = bench.ball(case, case.targets(form.targets), ring, bits)
            outcome = compare_in_balls(both, form, radius_bits)
        if outcome.outcome is not Comparison.UNKNOWN:
            return outcome, bits
    return outcome, precisions[-1]


def certify(form: Form, bench: Bench, found: Decision) -> Decision:
    """Return what stands after the screen found nothing: balls, SymPy, then the prime field.

    Where the field cannot confirm, balls at eight points and 400 bits do, and say so.
    """
    chosen = (*certificate_cases(bench.cases), *bench.small)
    said = in_balls(form, bench, chosen)
    stopped = stop(found, form, said)
    if stopped is not None:
        return stopped
    reason = against_sympy(form, bench)
    if reason is not None:
        return replace(found, reason=reason)
    bound = in_field(form, bench, chosen)
    rings: tuple[str, ...] = ("prime field", "balls", "SymPy")
    points, evidence = FIELD_POINTS, Evidence.CERTIFIED
    if bound is None:
        chosen = tuple(sharp_cases(bench))
        said = in_balls(form, bench, chosen, SHARP_PRECISIONS, BALL_BITS)
        stopped = stop(found, form, said)
        if stopped is not None:
            return stopped
        rings, points, evidence = ("balls", "SymPy"), BALL_POINTS, Evidence.BALLS
    certificate = Certificate(
        rings=rings,
        points=points,
        dims=tuple(dict(case.dimensions) for case in chosen),
        taus=tuple(case.tau for case in chosen),
        precision=said.bits,
        radius="0" if said.radius == -np.inf else f"2^{said.radius:.0f}",
        error_bound=None if bound is None else f"2^{bound:.0f}",
    )
    return replace(found, verdict=Verdict.HOLDS, evidence=evidence, certificate=certificate)


def sharp_cases(bench: Bench) -> Iterator[Case]:
    """Yield eight cases with points of their own, the sizes of the model's cases in turn."""
    for number, case in enumerate(islice(cycle(bench.cases), BALL_POINTS)):
        yield replace(case, seed=uniform(2**31, case.seed, "balls alone", number))


def in_field(form: Form, bench: Bench, chosen: tuple[Case, ...]) -> float | None:
    """Return log2 of the error bound where all points agree in the prime field, else None."""
    bound = -np.inf
    for case in chosen:
        targets = case.targets(form.targets)
        outcomes = list(islice(_field_outcomes(form, bench, case, targets), FIELD_POINTS))
        if len(outcomes) < FIELD_POINTS or Comparison.DIFFER in outcomes:
            return None
        degrees = bench.degrees(case, targets)
        ring = cast("DegreeRing", degrees.ring)
        bound = max(bound, error_bound(*sides(degrees, form), ring, FIELD_POINTS).log2)
    return bound


def _field_outcomes(form: Form, bench: Bench, case: Case, targets: Targets) -> Iterator[Comparison]:
    """Yield the comparison at point after point, leaving out the poles."""
    for number in range(2 * FIELD_POINTS):
        try:
            both = bench.field(case, targets, number)
            left, right = sides(both, form)
        except ZeroDivisionError:
            continue
        yield prime_field.compare(left, right)


def against_sympy(form: Form, bench: Bench) -> str | None:
    """Return why SymPy's derivative does not confirm oracle B's; None where it does.

    Both are compared directly, so a difference is a fault of gradproof and is reported as one.
    """
    bits = PRECISIONS[1]
    for case in bench.small:
        with balls.precision(bits) as ring:
            both = bench.ball(case, case.targets(form.targets), ring, bits)
            carried = both.oracle(form.of, form.by)
            try:
                differentiated = bench.sympy(case).derivative(both, form.of, form.by)
            except UnsupportedNotation as error:
                return f"SymPy's derivative cannot be read: {error.message}"
            outcome = balls.compare(carried, differentiated).outcome
        if outcome is Comparison.DIFFER:
            at = f"{dict(case.dimensions)}, tau = {case.tau}"
            return f"the oracles disagree at {at}: a fault of gradproof, please report it"
        if outcome is Comparison.UNKNOWN:
            return f"balls of {bits} bits do not decide SymPy's derivative"
    return None
