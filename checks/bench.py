"""The cases of one model, with everything that is computed on them kept for the next form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle

import numpy as np

from checks.agreement import Oracles
from checks.cases import Case, Limits, cases, sympy_cases
from checks.oracle import At, NonConforming, at_degrees, at_rational, at_uniform
from numeric.closed_forms.domain import Domain
from numeric.closed_forms.form import Form, Side
from numeric.closed_forms.reading import Reading
from numeric.closed_forms.setting import ANY, Setting
from numeric.points import Targets
from numeric.rings import balls, float64
from numeric.rings.balls import BallComparison
from numeric.rings.base import Comparison
from symbolic.forward import NodeKey
from symbolic.model import Model, with_functions
from symbolic.ring import ObjectArray
from symbolic.smaller import Smaller, smaller

#: Uniform points of the prime field at each certified case, and where there is only one case.
FIELD_POINTS = 3


@dataclass(slots=True)
class Bench:
    """The cases of one model in one setting; benches of one model share their oracles."""

    model: Model
    limits: Limits
    seed: int
    setting: Setting = ANY
    oracles: Oracles | None = None
    points: int = FIELD_POINTS
    cases: tuple[Case, ...] = ()
    small: tuple[Case, ...] = ()
    smaller: Smaller = field(init=False)
    _kept: dict[object, At] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.setting.functions:
            self.model = with_functions(self.model, dict(self.setting.functions))
        if self.oracles is None or self.setting.functions:
            self.oracles = Oracles(self.model)
        self.cases = cases(self.model, self.limits, self.seed, self.setting)
        if len(self.cases) == 1:
            self.points = max(self.points, FIELD_POINTS)
        self.small = sympy_cases(self.model, self.limits, self.seed, self.setting)
        self.smaller = smaller(self.model, self.setting.tau, self.setting.more)
        if self.smaller.model is not self.model:
            self.oracles = Oracles(self.smaller.model, self.oracles.whole_leaves)

    def floats(self, case: Case, targets: Targets) -> At:
        """Return the oracles in float64."""
        ring = float64.Float64Ring()
        key = ("float64", case, targets)
        return self._keep(key, lambda: at_rational(self.model, case, ring, targets, self.setting))

    def ball(self, case: Case, targets: Targets, ring: balls.BallRing, bits: int) -> At:
        """Return the oracles in balls; to be used inside the precision block of ``ring``."""
        key = ("balls", case, targets, bits)
        return self._keep(key, lambda: at_rational(self.model, case, ring, targets, self.setting))

    def field(self, case: Case, targets: Targets, number: int) -> At:
        """Return the oracles at a uniform point; raises ZeroDivisionError at a pole."""
        key = ("field", case, targets, number)
        return self._keep(key, lambda: at_uniform(self.model, case, number, targets, self.setting))

    def degrees(self, case: Case, targets: Targets) -> At:
        """Return bounds of degree."""
        key = ("degrees", case, targets)
        return self._keep(key, lambda: at_degrees(self.model, case, targets, self.setting))

    def _keep(self, key: object, make: Callable[[], At]) -> At:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def claimed(self, form: Form) -> tuple[Case, ...]:
        """Return the cases that are long enough for the form to claim something."""
        claim = form.claim
        if not isinstance(claim, Domain):
            return self.cases
        steps = [(case, case.instance(self.model).steps) for case in self.cases]
        return tuple(case for case, known in steps if any(True for _ in claim.assignments(known)))

    def asked(self, form: Form, reading: Reading, case: Case) -> list[tuple[NodeKey, NodeKey]]:
        """Return the derivatives that a form reads at a case, seen where it is computed."""
        at = self.floats(case, case.targets(form.targets))
        found: dict[tuple[NodeKey, NodeKey], None] = {}

        def derivative(of: NodeKey, by: NodeKey) -> ObjectArray:
            found[of, by] = None
            return at.derivative(of, by)

        with np.errstate(all="ignore"):
            # Nothing is known beforehand: what is computed is asked for.
            network = replace(at.network, derivative=derivative, reading=reading, known={})
            for _ in form.sides(network):
                pass
        return list(found)

    def confirmed(self, form: Form, reading: Reading) -> tuple[bool, str | None]:
        """Return whether oracle A was asked for a derivative, and why it does not confirm one.

        The oracles are compared at the model's own small sizes, with as many steps as the form has;
        where these are many, or sizes printed as numbers are large, on a smaller model.
        """
        assert self.oracles is not None
        is_asked = False
        own = self.smaller
        plain = sympy_cases(own.model, self.limits, self.seed, Setting(tau=own.tau))
        for case, small in zip(cycle(self.small), plain):
            asked = [(own.key(of), own.key(by)) for of, by in self.asked(form, reading, case)]
            for of, by in dict.fromkeys(asked):
                is_asked = True
                reason = self.oracles.disagreement(small, of, by)
                if reason is not None:
                    return True, reason
        return is_asked, None


def joined(sides: Sequence[Side]) -> tuple[ObjectArray, ObjectArray]:
    """Return all entries of the left and of the right sides, one after another."""
    if not sides:
        empty = np.empty(0, dtype=object)
        return empty, empty
    return (
        np.concatenate([np.ravel(side.left) for side in sides]),
        np.concatenate([np.ravel(side.right) for side in sides]),
    )


def compare_in_balls(
    at: At, form: Form, reading: Reading, radius_bits: int = balls.RADIUS_BITS
) -> tuple[BallComparison, Side | None]:
    """Return the comparison of both sides, and the claim that it differs in.

    A wrong shape differs everywhere. The entry is that of the claim.
    """
    try:
        sides = at.sides(form, reading)
    except NonConforming as error:
        return BallComparison(Comparison.DIFFER, (), left=error.message), None
    found = balls.compare(*joined(sides), radius_bits=radius_bits)
    if found.outcome is not Comparison.DIFFER or found.entry is None:
        return found, None
    place = found.entry[0]
    for side in sides:
        if place < side.left.size:
            entry = tuple(int(k) for k in np.unravel_index(place, side.left.shape))
            return replace(found, entry=entry), side
        place -= side.left.size
    raise IndexError(place)
