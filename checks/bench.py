"""The cases of one model, with everything that is computed on them kept for the next form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from checks.cases import Case, Limits, cases, sympy_cases
from checks.oracle import At, NonConforming, SympyOracle, at_degrees, at_rational, at_uniform
from numeric.closed_forms.form import Form
from numeric.points import Targets
from numeric.rings import balls, float64
from numeric.rings.balls import BallComparison
from numeric.rings.base import Comparison
from symbolic.model import Model
from symbolic.ring import ObjectArray


@dataclass(slots=True)
class Bench:
    """The cases of one model, with everything computed on them kept for the next form."""

    model: Model
    limits: Limits
    seed: int
    cases: tuple[Case, ...] = ()
    small: tuple[Case, ...] = ()
    _kept: dict[object, At] = field(default_factory=dict)
    _sympy: dict[Case, SympyOracle] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cases = cases(self.model, self.limits, self.seed)
        self.small = sympy_cases(self.model, self.limits, self.seed)

    def floats(self, case: Case, targets: Targets) -> At:
        """Return both sides in float64."""
        ring = float64.Float64Ring()
        key = ("float64", case, targets)
        return self._keep(key, lambda: at_rational(self.model, case, ring, targets))

    def ball(self, case: Case, targets: Targets, ring: balls.BallRing, bits: int) -> At:
        """Return both sides in balls; to be used inside the precision block of ``ring``."""
        key = ("balls", case, targets, bits)
        return self._keep(key, lambda: at_rational(self.model, case, ring, targets))

    def field(self, case: Case, targets: Targets, number: int) -> At:
        """Return both sides at a uniform point; raises ZeroDivisionError at a pole."""
        key = ("field", case, targets, number)
        return self._keep(key, lambda: at_uniform(self.model, case, number, targets))

    def degrees(self, case: Case, targets: Targets) -> At:
        """Return bounds of degree of both sides."""
        key = ("degrees", case, targets)
        return self._keep(key, lambda: at_degrees(self.model, case, targets))

    def _keep(self, key: object, make: Callable[[], At]) -> At:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def sympy(self, case: Case) -> SympyOracle:
        """Return oracle A for a small case."""
        if case not in self._sympy:
            self._sympy[case] = SympyOracle(case.instance(self.model), case.functions(self.model))
        return self._sympy[case]


def sides(both: At, form: Form) -> tuple[ObjectArray, ObjectArray]:
    """Return the closed form and the derivative of oracle B at a point.

    Raises NonConforming also where the shapes differ: a broadcast must not hide a wrong one.
    """
    left, right = both.closed_form(form), both.oracle(form.of, form.by)
    if left.shape != right.shape:
        raise NonConforming(f"the result has shape {left.shape}; expected {right.shape}")
    return left, right


def compare_in_balls(both: At, form: Form, radius_bits: int = balls.RADIUS_BITS) -> BallComparison:
    """Return the comparison of a form with oracle B; a wrong shape differs everywhere."""
    try:
        left, right = sides(both, form)
    except NonConforming as error:
        return BallComparison(Comparison.DIFFER, (), left=error.message)
    return balls.compare(left, right, radius_bits=radius_bits)
