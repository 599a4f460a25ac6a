"""The verdict on one claim: understood, decided under the weakest assumption, shown where wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from checks.agreement import Oracles
from checks.bench import Bench
from checks.cases import Limits
from checks.chains import Claim
from checks.claims import Meaning, form_of, understand
from checks.decide import Decision, decide
from checks.limits import limited
from checks.per_step import all_per_step
from checks.records import FAILS, HOLDS, UNDECIDED, Record
from checks.shrink import counterexample
from checks.statements import Block
from checks.verdict import Verdict
from numeric.closed_forms.setting import Setting
from numeric.points import Targets
from symbolic.errors import GradproofError
from symbolic.expr import Apply
from symbolic.latex.section import Section
from symbolic.latex.write import write
from symbolic.model import Role, entries_of
from symbolic.traverse import walk

#: Instances of a claim; few, because each is exact.
LIMITS = Limits(cases=8, max_tau=5, max_dim=4)

#: Uniform points of the prime field at each of the three certified cases.
POINTS = 1

#: SymPy substitutes a quantity of at most so many leaves as a whole, which takes long.
WHOLE_LEAVES = 24

#: Errors of ours: they leave one equation undecided, and the others go on.
INTERNAL = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)

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
    timeout: float | None = None
    _bench: Bench | None = None
    _oracles: Oracles | None = None
    held: set[int] = field(default_factory=set)
    #: (number of statements before it, what a directive says of targets); FREE is none at all.
    assumed: tuple[tuple[int, Targets], ...] = ()
    #: Equations whose plain derivatives of states are per-step, as a directive says.
    per_step_in: frozenset[str] = frozenset()

    def remember(self, claim: Claim, record: Record) -> None:
        """Note that a right side equals the head of its chain, for what follows from it."""
        if record.verdict == HOLDS and record.reading is None:
            self.held.add(id(claim.right))

    @property
    def bench(self) -> Bench:
        """The instances of the section's model."""
        if self._bench is None:
            self._oracles = Oracles(self.section.model, WHOLE_LEAVES)
            self._bench = Bench(
                self.section.model,
                LIMITS,
                self.seed,
                Setting(tau=self.section.tau),
                oracles=self._oracles,
                points=POINTS,
            )
        return self._bench

    def of_equation(self, id_: str) -> Judge:
        """Return what judges the claims under a number; they share the instances of all others."""
        if id_ not in self.per_step_in:
            return self
        return replace(self, section=all_per_step(self.section), _bench=self.bench)

    @property
    def targets(self) -> frozenset[str]:
        """The targets, and every node whose value depends on one."""
        model = self.section.model
        found = {declared.name for declared in model.named(Role.TARGET)}
        for equation in model.equations:
            if any(entry.name in found for entry in entries_of(equation.body)):
                found.add(equation.name)
        return frozenset(found)

    @property
    def has_cross_entropy(self) -> bool:
        """Whether targets weigh logarithms of what is made with exponentials, as softmax is."""
        model = self.section.model
        targets = {declared.name for declared in model.named(Role.TARGET)}
        applied = [
            (node.function, any(entry.name in targets for entry in entries_of(equation.body)))
            for equation in model.equations
            for node in walk(equation.body)
            if isinstance(node, Apply)
        ]
        return ("log", True) in applied and any(name == "exp" for name, _ in applied)

    def assumptions(self, number: int) -> list[Targets]:
        """Return what may be assumed of targets at a statement, weakest first."""
        stated = [targets for count, targets in self.assumed if count <= number]
        if Targets.FREE in stated:
            return [Targets.FREE]
        found = [Targets.FREE]
        if self.has_cross_entropy:
            found.append(Targets.NORMALISED)
        if Targets.ONE_HOT in stated or self.block.says(ONE_HOT, number):
            found.append(Targets.ONE_HOT)
        if Targets.FIRST_CLASS in stated or self.block.says(FIRST_CLASS, number):
            found += [Targets.ONE_HOT, Targets.FIRST_CLASS]
        return list(dict.fromkeys(found))


def internal(error: BaseException) -> str:
    """Return the reason that an error of ours is for leaving an equation undecided."""
    return f"an internal error, please report it: {type(error).__name__}: {error}"


def judge_claim(claim: Claim, judge: Judge, number: int) -> Record:
    """Return the verdict on one claim."""
    place, latex = claim.statement.span, claim.statement.latex
    written = f"{write(claim.left)} = {write(claim.right)}"
    base = Record(claim.id, number, place, latex, "claim", UNDECIDED, claim=written)
    try:
        with limited(judge.timeout):
            return _judged(base, claim, judge)
    except GradproofError as error:
        return replace(base, reason=error.message, span=error.span or base.span)
    except INTERNAL as error:
        return replace(base, reason=internal(error))


def _judged(base: Record, claim: Claim, judge: Judge) -> Record:
    meaning = understand(claim.left, claim.right, judge.section, columns=judge.columns)
    if all(isinstance(sides, str) for sides in meaning.by_reading.values()):
        reason = next(s for s in meaning.by_reading.values() if isinstance(s, str))
        reason = f"shape: {reason}"
        follows = _follows(claim, judge)
        return replace(base, verdict=FAILS, reason=reason, equals_head=False, follows=follows)
    decision, targets = _decide(claim, meaning, judge)
    return _with_decision(base, claim, meaning, decision, targets, judge)


def _decide(claim: Claim, meaning: Meaning, judge: Judge) -> tuple[Decision, Targets]:
    """Return the decision under the weakest assumption on targets that suffices, and which it is.

    What fails under the strongest one fails under all of them: its points obey them all.
    """
    assumed = judge.assumptions(claim.number)
    if not meaning.reads(judge.targets):
        assumed = assumed[:1]
    decisions: dict[Targets, Decision] = {}

    def decided(targets: Targets) -> Decision:
        if targets not in decisions:
            form = form_of(claim.id, meaning, judge.section, targets)
            decisions[targets] = decide(form, judge.bench)
        return decisions[targets]

    weakest, strongest = assumed[0], assumed[-1]
    for targets in (weakest, strongest):
        if decided(targets).verdict is not Verdict.FAILS:
            break
    else:
        return decided(strongest), strongest
    found = next(t for t in assumed if decided(t).verdict is not Verdict.FAILS)
    return decided(found), found


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
