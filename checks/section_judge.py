"""What the claims of one section share: its model and instances, its layout, what is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from checks.agreement import Oracles
from checks.bench import Bench
from checks.cases import Limits
from checks.chains import Claim
from checks.claims import Meaning, form_of, understand
from checks.counts import MOST, STEPS, is_open, is_refuted, with_count
from checks.decide import Decision, decide
from checks.per_step import all_per_step
from checks.records import FAILS, HOLDS, Record
from checks.statements import Block, Statement
from checks.verdict import Verdict
from numeric.closed_forms.form import Form
from numeric.closed_forms.setting import Leaves, Setting, leaves_are_zero
from numeric.points import Targets
from symbolic.affine import integer
from symbolic.errors import GradproofError, UnsupportedNotation
from symbolic.expr import Apply
from symbolic.forward import longest_lag
from symbolic.latex.context import Layout
from symbolic.latex.definitions import left_name
from symbolic.latex.scripts import affine
from symbolic.latex.section import Section
from symbolic.latex.shapes import ALTERNATIVES
from symbolic.latex.syntax import Bracket, Matrix, Node, Numeral, Symbol, unscripted
from symbolic.model import Role, entries_of
from symbolic.traverse import walk

#: Instances of a claim: up to five steps of different sizes. What further ones of the standard
#: cases add, least sizes over as many steps, costs as much and can only show less.
LIMITS = Limits(cases=6, max_tau=5, max_dim=4)

#: Uniform points of the prime field at each of the three certified cases.
POINTS = 1

#: SymPy substitutes a quantity of at most so many leaves as a whole, which takes long.
WHOLE_LEAVES = 24

#: Phrases by which a text says what its targets are.
ONE_HOT = r"one-?\s?hot"
#: How a text says that the states are zero before the first step.
FROM_ZERO = (
    r"\binitial (?:hidden )?states? (?:is|are|be|being|set to|to be) (?:set to )?(?:the )?zero"
)
FIRST_CLASS = r"\bclass\b[^.;]{0,30}?(?:\b(?:be|is)|=) ?1\b|\bclass 1\b"


@dataclass(slots=True)
class Judge:
    """Everything that the claims of one section share."""

    section: Section
    block: Block
    seed: int
    layout: Layout = Layout.ROWS
    timeout: float | None = None
    #: The section where sigma, which its text does not define, is the sigmoid.
    otherwise: Judge | None = None
    #: Whether nothing says if letters are numbers or arrays; the section here is that of numbers,
    #: and this is the one of arrays.
    is_undeclared: bool = False
    arrays: Judge | None = None
    #: Where words alone say that letters are arrays: the section of numbers.
    numbers: Judge | None = None
    #: The section with the latest equation of each name, for claims that stand after ``since``
    #: statements; that without what is said of a function only later, for those before ``until``.
    later: Judge | None = None
    since: int = 0
    early: Judge | None = None
    until: int = 0
    #: So many steps more than usual, for equations that print a late step.
    more: int = 0
    #: The instances for those, by their steps, their model and its initial states.
    _longer: dict[tuple[int, int, Leaves | None], Bench] = field(default_factory=dict)
    #: Initial states with given values.
    start: Leaves | None = None
    _bench: Bench | None = None
    _oracles: Oracles | None = None
    #: Leaves with equations that are not read; None as long as nobody has looked.
    unread: frozenset[str] | None = None
    #: Right sides of chains that equal the head of theirs, and those that do not, by identity.
    held: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    #: (number of statements before it, what a directive says of targets); FREE is none at all.
    assumed: tuple[tuple[int, Targets], ...] = ()
    #: Losses whose equations fit nothing, and why; what is said of them is not decided.
    left_out: Mapping[str, str] = field(default_factory=dict)
    #: The right sides of these equations that fit no shapes, by identity, and why.
    misfits: Mapping[int, str] = field(default_factory=dict)
    #: Equations whose plain derivatives of states are per-step, as a directive says.
    per_step_in: frozenset[str] = frozenset()

    def understand(self, claim: Claim, layout: Layout | None = None) -> Meaning:
        """Return what a claim means in the section, in its layout or in another one.

        Raises UnsupportedNotation where it cannot be read, or does not say how many factors a
        product has and may be true for some number; where it is not, the number printed stands.
        """
        found = understand(claim.left, claim.right, self.section, layout or self.layout)
        found = replace(found, ordered=found.ordered + claim.conditions.ordered)
        if not is_open(found) or found.is_conflict:
            return found
        counted = [with_count(found, count) for count in range(MOST + 1)]
        if not is_refuted((self.form(claim, one, Targets.FREE) for one in counted), self.bench):
            raise UnsupportedNotation("dots that do not say how many factors there are")
        return counted[STEPS]

    def form(self, claim: Claim, meaning: Meaning, targets: Targets) -> Form:
        """Return a claim as a form under an assumption on targets."""
        return form_of(claim.id, meaning, self.section, targets, self.setting)

    def remember(self, claim: Claim, record: Record) -> None:
        """Note whether a right side equals the head of its chain, for what follows from it."""
        if record.verdict == HOLDS and record.reading is None:
            self.held.add(id(claim.right))
        if record.verdict == FAILS:
            self.failed.add(id(claim.right))

    @property
    def bench(self) -> Bench:
        """The instances of the section's model."""
        if self._bench is None:
            self._oracles = Oracles(self.section.model, WHOLE_LEAVES)
            self._bench = Bench(
                self.section.model,
                LIMITS,
                self.seed,
                self.setting,
                oracles=self._oracles,
                points=POINTS,
            )
        return self._bench

    def of_equation(self, id_: str) -> Judge:
        """Return what judges the claims under a number; they share the instances of all others."""
        if id_ not in self.per_step_in:
            return self
        return replace(self, section=all_per_step(self.section), _bench=self.bench)

    def with_steps(self, more: int) -> Judge:
        """Return what judges equations that need so many steps more than usual."""
        key = more, id(self.section.model), self.start
        found = replace(self, more=more, _bench=self._longer.get(key))
        # A model that is kept keeps its identity.
        self._longer[key] = found.bench
        return found

    @property
    def zero_states(self) -> tuple[str, ...]:
        """The states that the text says to be zero before the first step."""
        lexicon, found = self.section.lexicon, set()
        if self.block.says(FROM_ZERO):
            model = self.section.model
            found |= {e.name for e in model.equations if longest_lag(model, e.name)}
        for chain in self.block.chains:
            left, right = chain.items[0], chain.items[-1]
            if chain.relations != ("=",) or left is None or not _is_zero(right):
                continue
            use = left_name(left, lexicon.slot, lexicon.steps)
            step = affine(use.step, lexicon) if use is not None and use.step else None
            variable = lexicon.variable(use.name, timed=True) if use is not None else None
            if variable is not None and step == integer(self.section.model.first_step - 1):
                found.add(variable.name)
        return tuple(sorted(found))

    def from_zero(self) -> Judge | None:
        """Return what judges claims for the states that the text says to be zero at first."""
        names = self.zero_states
        if not names or self.start is not None:
            return None
        start = leaves_are_zero(", ".join(names), *names).setting.given
        return replace(self, start=start, _bench=None)

    @property
    def setting(self) -> Setting:
        """What narrows the instances: their length, initial states that are zero."""
        return Setting(tau=self.section.tau, given=self.start, more=self.more)

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
        is_printed = any(_prints_first_class(s) for s in self.block.statements[: number + 1])
        is_said = self.block.says(FIRST_CLASS, number) or is_printed
        if Targets.FIRST_CLASS in stated or is_said:
            found += [Targets.ONE_HOT, Targets.FIRST_CLASS]
        return list(dict.fromkeys(found))


def _prints_first_class(statement: Statement) -> bool:
    """Whether a formula is, or ends in, the one-hot target of the first class: (1, 0, 0)."""
    sides = [chain.items[-1] for chain in statement.chains]
    return any(_is_first_unit(unscripted(side)) for side in sides)


def _is_first_unit(node: Node | None) -> bool:
    match node:
        case Bracket(items=items):
            entries = items
        case Matrix(rows=rows) if len(rows) == 1 or all(len(row) == 1 for row in rows):
            entries = tuple(item for row in rows for item in row)
        case _:
            return False
    return len(entries) > 1 and entries == (Numeral("1"), *[Numeral("0")] * (len(entries) - 1))


def _is_zero(node: Node | None) -> bool:
    """Whether a right side is the number 0, or a 0 set in bold."""
    return node == Numeral("0") or (isinstance(node, Symbol) and node.name == "0")


def is_forced(claim: Claim, judge: Judge) -> bool:
    """Whether a conflict of shapes is one in every way to give names without a shape theirs."""
    section = judge.section
    if len(section.alternatives) >= ALTERNATIVES:
        return False
    for lexicon in section.alternatives:
        try:
            there = replace(judge, section=replace(section, lexicon=lexicon))
            if not there.understand(claim).is_conflict:
                return False
        except GradproofError:
            continue
    return True


def decide_meaning(claim: Claim, meaning: Meaning, judge: Judge) -> tuple[Decision, Targets]:
    """Return the decision under the weakest assumption on targets that suffices, and which it is.

    What fails under the strongest one fails under all of them: its points obey them all.
    """
    assumed = judge.assumptions(claim.number)
    if not meaning.reads(judge.targets):
        assumed = assumed[:1]
    decisions: dict[Targets, Decision] = {}

    def decided(targets: Targets) -> Decision:
        if targets not in decisions:
            decisions[targets] = decide(judge.form(claim, meaning, targets), judge.bench)
        return decisions[targets]

    weakest, strongest = assumed[0], assumed[-1]
    for targets in (weakest, strongest):
        if decided(targets).verdict is not Verdict.FAILS:
            break
    else:
        return decided(strongest), strongest
    found = next(t for t in assumed if decided(t).verdict is not Verdict.FAILS)
    return decided(found), found
