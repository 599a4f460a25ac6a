"""From what the number systems say about a form to a verdict.

float64 screens: a case on which it differs is decided in balls. A form that no ball refutes is then
certified: in balls, against SymPy, and in the prime field. A line with several readings fails only
if it fails under each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import cast

import numpy as np

from checks.bench import Bench, compare_in_balls, joined
from checks.cases import Case, certificate_cases
from checks.oracle import NonConforming
from checks.verdict import Certificate, Evidence, Verdict
from numeric.closed_forms.form import Form
from numeric.closed_forms.reading import LITERAL, Reading
from numeric.points import Targets, uniform
from numeric.rings import balls, float64
from numeric.rings import field as prime_field
from numeric.rings.balls import RADIUS_BITS, BallComparison
from numeric.rings.base import Comparison
from numeric.rings.degree import DegreeRing, error_bound

#: The precisions tried in balls, in bits.
PRECISIONS = (192, 384, 768, 1536, 3072)
#: What agreement in balls alone takes: points, bits of relative radius, and precisions.
BALL_POINTS, BALL_BITS = 8, 400
SHARP_PRECISIONS = (768, 1536, 3072, 6144)
#: Why agreement in balls alone does not do for a model with an undefined function.
UNCONFIRMED = "it holds for some concrete functions; the field cannot confirm it for all of them"


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one form and what it rests on.

    ``reading`` is the one that makes it hold; ``refuted`` is the case of a failure, what its
    targets obey, and the bits that decided it.
    """

    verdict: Verdict
    evidence: Evidence | None
    cases: int
    worst_error: float
    reading: Reading = LITERAL[0]
    certificate: Certificate | None = None
    refuted: tuple[Case, Targets, int] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class InBalls:
    """What balls say about a form on several cases, and the case that it was said of.

    ``radius`` is log2 of the largest relative radius over all of them; ``is_zero``: both sides are
    zero on each.
    """

    outcome: Comparison
    case: Case
    bits: int
    radius: float
    is_zero: bool = False


#: The reason where no case claims anything.
NO_INSTANCE = "no instance within the limits is long enough to claim it"


def decide(form: Form, bench: Bench) -> Decision:
    """Return the verdict on a form: that of the first reading that holds, else of the first one.

    A reading that cannot be decided keeps the others from refuting.
    """
    found = [decide_reading(form, reading, bench) for reading in form.readings[:1]]
    for reading in form.readings[1:]:
        if found[-1].verdict is Verdict.HOLDS:
            break
        found.append(decide_reading(form, reading, bench))
    if found[-1].verdict is Verdict.HOLDS:
        return found[-1]
    undecided = [one for one in found if one.verdict is Verdict.UNDECIDED]
    return undecided[0] if undecided else found[0]


def decide_reading(form: Form, reading: Reading, bench: Bench) -> Decision:
    """Return the verdict on one reading: screen, refute or certify."""
    claimed = bench.claimed(form)
    found = Decision(Verdict.UNDECIDED, None, len(claimed) + len(bench.small), 0.0, reading)
    if not claimed:
        return replace(found, reason=NO_INSTANCE)
    unknown = None
    for case in claimed:
        error, is_suspect = screen(form, reading, bench, case)
        found = replace(found, worst_error=max(found.worst_error, error))
        stopped = stop(found, form, in_balls(form, reading, bench, [case])) if is_suspect else None
        if stopped is not None and stopped.verdict is Verdict.FAILS:
            return stopped
        unknown = unknown or stopped
    if unknown is not None:
        return replace(unknown, worst_error=found.worst_error)
    return certify(form, bench, found, claimed)


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


def screen(form: Form, reading: Reading, bench: Bench, case: Case) -> tuple[float, bool]:
    """Return the worst float64 error on a case, and whether balls have to decide it.

    Each claim is measured against its own size. Shapes that do not fit are a suspicion too.
    """
    try:
        sides = bench.floats(case, case.targets(form.targets)).sides(form, reading)
    except NonConforming:
        return float("inf"), True
    errors = [float64.relative_error(side.left, side.right) for side in sides]
    known = [error for error in errors if not np.isnan(error)]
    is_suspect = any(float64.screened(error) is not Comparison.AGREE for error in errors)
    return max(known, default=0.0), is_suspect


def in_balls(
    form: Form,
    reading: Reading,
    bench: Bench,
    cases: Sequence[Case],
    precisions: Sequence[int] = PRECISIONS,
    radius_bits: int = RADIUS_BITS,
) -> InBalls:
    """Return what balls say on the cases, each at the least precision that decides it.

    One case that differs decides, wherever it stands; else one that is unknown; else all agree.
    """
    radius, most, unknown, is_zero = -np.inf, precisions[0], None, True
    for one in cases:
        outcome, bits = _at_least_precision(form, reading, bench, one, precisions, radius_bits)
        match outcome.outcome:
            case Comparison.DIFFER:
                return InBalls(Comparison.DIFFER, one, bits, outcome.radius)
            case Comparison.UNKNOWN:
                unknown = unknown or InBalls(Comparison.UNKNOWN, one, bits, outcome.radius)
            case Comparison.AGREE:
                radius, most = max(radius, outcome.radius), max(most, bits)
                is_zero = is_zero and outcome.is_zero
    return unknown or InBalls(Comparison.AGREE, cases[-1], most, radius, is_zero)


def _at_least_precision(
    form: Form,
    reading: Reading,
    bench: Bench,
    case: Case,
    precisions: Sequence[int],
    radius_bits: int,
) -> tuple[BallComparison, int]:
    outcome = BallComparison(Comparison.UNKNOWN)
    for bits in precisions:
        with balls.precision(bits) as ring:
            at = bench.ball(case, case.targets(form.targets), ring, bits)
            outcome, _ = compare_in_balls(at, form, reading, radius_bits)
        if outcome.outcome is not Comparison.UNKNOWN:
            return outcome, bits
    return outcome, precisions[-1]


def certify(form: Form, bench: Bench, found: Decision, claimed: tuple[Case, ...]) -> Decision:
    """Return what stands after the screen found nothing: balls, SymPy, then the prime field.

    Where the field cannot confirm, balls at eight points and 400 bits do, and say so.
    """
    reading = found.reading
    chosen = tuple(dict.fromkeys((*certificate_cases(claimed), *bench.small)))
    said = in_balls(form, reading, bench, chosen)
    stopped = stop(found, form, said)
    if stopped is not None:
        return stopped
    if said.is_zero and not form.may_vanish:
        return replace(found, reason="vacuous: both sides are zero on every instance")
    is_asked, reason = bench.confirmed(form, reading)
    if reason is not None:
        return replace(found, reason=reason)
    chosen = certificate_cases(claimed)
    bound = in_field(form, reading, bench, chosen)
    # A line about values alone reads no derivative for SymPy to confirm.
    sympy = ("SymPy",) if is_asked else ()
    rings: tuple[str, ...] = ("prime field", "balls", *sympy)
    points, evidence = bench.points * len(chosen), Evidence.CERTIFIED
    if bound is None and bench.model.functions:
        # Balls know no arbitrary function: they have seen a few concrete ones.
        return replace(found, reason=UNCONFIRMED)
    if bound is None:
        chosen = tuple(sharp_cases(claimed))
        said = in_balls(form, reading, bench, chosen, SHARP_PRECISIONS, BALL_BITS)
        stopped = stop(found, form, said)
        if stopped is not None:
            return stopped
        rings, points, evidence = ("balls", *sympy), BALL_POINTS, Evidence.BALLS
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


def sharp_cases(claimed: Sequence[Case]) -> Iterator[Case]:
    """Yield eight cases with points of their own, the sizes of the model's cases in turn."""
    for number, case in enumerate(islice(cycle(claimed), BALL_POINTS)):
        yield replace(case, seed=uniform(2**31, case.seed, "balls alone", number))


def in_field(form: Form, reading: Reading, bench: Bench, chosen: tuple[Case, ...]) -> float | None:
    """Return log2 of the error bound where all points agree in the prime field, else None."""
    bound = -np.inf
    for case in chosen:
        targets = case.targets(form.targets)
        outcomes = list(islice(_field_outcomes(form, reading, bench, case, targets), bench.points))
        if len(outcomes) < bench.points or Comparison.DIFFER in outcomes:
            return None
        degrees = bench.degrees(case, targets)
        ring = cast("DegreeRing", degrees.ring)
        # The bound is that of this form, whatever was compared before in the same process.
        ring.restart()
        degrees.network.known.clear()
        left, right = joined(degrees.sides(form, reading))
        bound = max(bound, error_bound(left, right, ring, bench.points).log2)
    return bound


def _field_outcomes(
    form: Form, reading: Reading, bench: Bench, case: Case, targets: Targets
) -> Iterator[Comparison]:
    """Yield the comparison at point after point, leaving out the poles."""
    for number in range(2 * bench.points):
        try:
            left, right = joined(bench.field(case, targets, number).sides(form, reading))
        except ZeroDivisionError:
            continue
        yield prime_field.compare(left, right)
