"""Oracle A against oracle B: whether SymPy confirms a derivative that forms are compared with."""

from __future__ import annotations

from dataclasses import dataclass, field

from checks.cases import Case
from checks.oracle import WHOLE_LEAVES, SympyOracle, at_rational
from numeric.closed_forms.setting import ANY
from numeric.points import Targets
from numeric.rings import balls
from numeric.rings.base import Comparison
from symbolic.errors import UnsupportedNotation
from symbolic.forward import NodeKey
from symbolic.model import Model

#: Working precision at which the two oracles are compared with each other, in bits.
ORACLE_BITS = 384


@dataclass(slots=True)
class Oracles:
    """Oracle A against oracle B on the small cases of one model, derivative by derivative."""

    model: Model
    whole_leaves: int = WHOLE_LEAVES
    _kept: dict[Case, SympyOracle] = field(default_factory=dict)
    _found: dict[tuple[Case, NodeKey, NodeKey], str | None] = field(default_factory=dict)

    def disagreement(self, case: Case, of: NodeKey, by: NodeKey) -> str | None:
        """Return why SymPy's derivative does not confirm oracle B's; None where it does.

        Both are compared directly, so a difference is a fault of gradproof and is reported as one.
        """
        if (case, of, by) not in self._found:
            with balls.precision(ORACLE_BITS) as ring:
                self._found[case, of, by] = self._compare(case, of, by, ring)
        return self._found[case, of, by]

    def _compare(self, case: Case, of: NodeKey, by: NodeKey, ring: balls.BallRing) -> str | None:
        if case not in self._kept:
            at = at_rational(self.model, case, ring, Targets.NORMALISED, ANY)
            self._kept[case] = SympyOracle(at, self.whole_leaves)
        oracle = self._kept[case]
        try:
            differentiated = oracle.derivative(of, by)
        except UnsupportedNotation as error:
            return f"SymPy's derivative cannot be read: {error.message}"
        match balls.compare(oracle.at.derivative(of, by), differentiated).outcome:
            case Comparison.DIFFER:
                where = f"d {of} / d {by}, {dict(case.dimensions)}, tau = {case.tau}"
                return f"the oracles disagree at {where}: a fault of gradproof, please report it"
            case Comparison.UNKNOWN:
                return f"balls of {ORACLE_BITS} bits do not decide SymPy's d {of} / d {by}"
            case Comparison.AGREE:
                return None
