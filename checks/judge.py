"""The verdict on one claim: understood, decided under the weakest assumption, shown where wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from checks.agreement import Oracles
from checks.bench import Bench
from checks.cases import Limits
from checks.chains import Claim
from checks.claims import Meaning, form_of, understand
from checks.decide import Decision, decide
from checks.records import FAILS, HOLDS, UNDECIDED, Record
from checks.shrink import counterexample
from checks.statements import Block
from checks.verdict import Verdict
from numeric.points import Targets
from symbolic.errors import GradproofError
from symbolic.latex.scripts import atom
from symbolic.latex.section import Section, is_worked
from symbolic.latex.write import write

#: Instances of a claim; few, because each is exact.
LIMITS = Limits(cases=8, max_tau=5, max_dim=4)

#: Errors of ours: they leave one equation undecided, and the others go on.
INTERNAL = (ArithmeticError, AssertionError, LookupError, TypeError, ValueError, RecursionError)

#: Phrases by which a text says what its targets are.
ONE_HOT = r"one-?\s?hot"
FIRST_CLASS = r"\bclass\b[^.;]{0,30}?(?:\b(?:be|is)|=) ?1\b|\bclass 1\b"


@dataclass(slots=True)
class Judge:
    """Everything that the claims of one section share."""

    section: Section
    block: Block
    seed: int
    columns: bool = False
    _bench: Bench | None = None
    _oracles: Oracles | None = None
    held: set[int] = field(default_factory=set)

    def remember(self, claim: Claim, record: Record) -> None:
        """Note that a right side equals the head of its chain, for what follows from it."""
        if record.verdict == HOLDS and record.reading is None:
            self.held.add(id(claim.right))

    @property
    def bench(self) -> Bench:
        """The instances of the section's model."""
        if self._bench is None:
            self._oracles = Oracles(self.section.model)
            self._bench = Bench(self.section.model, LIMITS, self.seed, oracles=self._oracles)
        return self._bench

    def assumptions(self, number: int) -> list[Targets]:
        """Return what may be assumed of targets at a statement, weakest first."""
        found = [Targets.FREE, Targets.NORMALISED]
        if self.block.says(ONE_HOT, number):
            found.append(Targets.ONE_HOT)
        if self.block.says(FIRST_CLASS, number):
            found += [Targets.ONE_HOT, Targets.FIRST_CLASS]
        return list(dict.fromkeys(found))


def judge_claim(claim: Claim, judge: Judge, number: int) -> Record:
    """Return the verdict on one claim."""
    place, latex = claim.statement.span, claim.statement.latex
    written = f"{write(claim.left)} = {write(claim.right)}"
    base = Record(claim.id, number, place, latex, "claim", UNDECIDED, claim=written)
    is_number = atom(claim.left, judge.section.lexicon) is not None or is_worked(claim.left)
    if is_number and is_worked(claim.right):
        return replace(base, reason="worked numbers are not judged yet")
    try:
        meaning = understand(claim.left, claim.right, judge.section, columns=judge.columns)
        if all(isinstance(sides, str) for sides in meaning.by_reading.values()):
            reason = next(s for s in meaning.by_reading.values() if isinstance(s, str))
            reason = f"shape: {reason}"
            follows = _follows(claim, judge)
            return replace(base, verdict=FAILS, reason=reason, equals_head=False, follows=follows)
        decision, targets = _decide(claim, meaning, judge)
        return _with_decision(base, claim, meaning, decision, targets, judge)
    except GradproofError as error:
        return replace(base, reason=error.message, span=error.span or base.span)
    except INTERNAL as error:
        reason = f"an internal error, please report it: {type(error).__name__}: {error}"
        return replace(base, reason=reason)


def _decide(claim: Claim, meaning: Meaning, judge: Judge) -> tuple[Decision, Targets]:
    decision, targets = None, Targets.FREE
    for targets in judge.assumptions(claim.number):
        form = form_of(claim.id, meaning, judge.section, targets)
        decision = decide(form, judge.bench)
        if decision.verdict is not Verdict.FAILS:
            break
    assert decision is not None
    return decision, targets


def _with_decision(
    base: Record,
    claim: Claim,
    meaning: Meaning,
    decision: Decision,
    targets: Targets,
    judge: Judge,
) -> Record:
    notes = list(meaning.notes)
    if decision.verdict is Verdict.HOLDS and targets is not Targets.FREE:
        notes.append(f"holds for {targets.value}")
    smallest = None
    if decision.refuted is not None:
        form = form_of(claim.id, meaning, judge.section, Targets.FREE)
        form = replace(form, targets=decision.refuted[1])
        smallest = counterexample(form, judge.section.model, *decision.refuted)
    return replace(
        base,
        verdict=decision.verdict.value,
        evidence=decision.evidence.value if decision.evidence else None,
        certificate=decision.certificate,
        reading=decision.reading.text or None,
        note="; ".join(notes) or None,
        equals_head=decision.verdict is Verdict.HOLDS,
        follows=_follows(claim, judge, decision),
        counterexample=smallest,
        reason=decision.reason or ("value" if decision.verdict is Verdict.FAILS else None),
    )


def _follows(claim: Claim, judge: Judge, decision: Decision | None = None) -> bool | None:
    """Return whether a right side equals the line before it; None at the head of a chain."""
    if claim.before is None:
        return None
    holds = decision is not None and decision.verdict is Verdict.HOLDS
    # Both equal the head, so they equal each other.
    is_literal = holds and decision is not None and not decision.reading.text
    if is_literal and id(claim.before) in judge.held:
        return True
    try:
        meaning = understand(claim.before, claim.right, judge.section, columns=judge.columns)
        if all(isinstance(sides, str) for sides in meaning.by_reading.values()):
            return False
        found, _ = _decide(claim, meaning, judge)
    except GradproofError:
        return None
    return None if found.verdict is Verdict.UNDECIDED else found.verdict is Verdict.HOLDS
