"""Verdicts, and everything that anyone needs to repeat them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What is known about a claim."""

    HOLDS = "holds"
    HOLDS_WHEN = "holds-when"
    FAILS = "fails"
    UNDECIDED = "undecided"


class Evidence(Enum):
    """How a verdict is known, strongest first.

    CERTIFIED, holds: at three or more uniform points of the prime field both sides agree, and balls
    overlap. CERTIFIED, fails: disjoint balls, a theorem about that point. BALLS: the field differs
    or cannot compute, but balls overlap to 2**-400. SAMPLED: float64 alone, which decides nothing.
    """

    CERTIFIED = "certified"
    BALLS = "balls"
    SAMPLED = "sampled"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was computed: the number systems, points, shapes, lengths, precision and bounds."""

    rings: tuple[str, ...]
    points: int
    dims: tuple[dict[str, int], ...]
    taus: tuple[int, ...]
    precision: int
    radius: str
    error_bound: str | None


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point at which two sides differ, with rigorous bounds; ``entry`` is counted from 0.

    ``values`` gives every leaf exactly, as fractions; ``t`` is the step of the claim that differs,
    ``letters`` are its other free steps.
    """

    shapes: dict[str, int]
    tau: int
    t: int | None
    letters: dict[str, int]
    entry: tuple[int, ...]
    left: str
    right: str
    gap_at_least: str
    functions: dict[str, str]
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one form.

    ``error`` says why a printed form is wrong and ``when`` under which condition it would hold;
    ``corrected`` is the formula that should stand there. ``reason`` says why nothing is decided.
    """

    id: str
    document: str
    citation: str
    formula: str
    model: str
    quantity: str
    variant: str
    targets: str
    expected: str
    verdict: Verdict
    evidence: Evidence | None
    cases: int
    worst_error: float
    seconds: float
    reading: str = ""
    note: str = ""
    error: str = ""
    when: str = ""
    corrected: str = ""
    certificate: Certificate | None = None
    counterexample: Counterexample | None = None
    reason: str | None = None

    @property
    def is_as_expected(self) -> bool:
        """Whether the verdict is the one that the form declares."""
        return self.verdict.value == self.expected

    @property
    def is_erratum(self) -> bool:
        """Whether a document prints it and it is wrong."""
        return self.variant == "printed" and self.verdict is Verdict.FAILS
