"""What keeps an equation from being decided although both sides were computed.

An equation that fails may be right by something that the text says and that is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from checks.chains import Claim
from checks.claims import Meaning, value_alone
from checks.decide import Decision
from checks.numbers import is_number
from checks.section_judge import Judge, decide_meaning
from checks.verdict import Verdict
from symbolic.affine import integer, letter
from symbolic.errors import GradproofError
from symbolic.expr import Derivative, Entry
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import script_letters
from symbolic.latex.sums import summed_letters
from symbolic.latex.syntax import Chain, Dots, Node, Numeral, Scripted, Symbol
from symbolic.latex.walk import map_children, walk
from symbolic.model import Role, entries_of
from symbolic.traverse import walk as walk_core

#: Words behind which a formula is an assumption, and what a text says of a matrix.
_ASSUMED = re.compile(
    r"\b(?:for|if|when|assum\w+|suppos\w+|consider|set(?:ting)?|let|with|case(?: of| where)?)"
    r"(?: that)?\W*$",
    re.IGNORECASE,
)
_SPECIAL = r"(?:symmetric|orthogonal|diagonal|antisymmetric|skew-symmetric|unitary)"
_IS_SPECIAL = re.compile(
    rf"^\W*(?:(?:is|be|are|being|to be)\s+)?(?:a\s+)?{_SPECIAL}\b", re.IGNORECASE
)
_SPECIAL_ENDS = re.compile(rf"\b{_SPECIAL}(?: matrix| matrices)?\W*$", re.IGNORECASE)


#: How a text speaks of the class that a target names.
CORRECT_CLASS = r"\b(?:correct|true|target|right|actual) (?:class|label|word|token|character)\b"


def doubt(claim: Claim, meaning: Meaning, judge: Judge) -> str | None:
    """Return why a claim that fails as it is read may be right; None where nothing says so."""
    section = judge.section
    if section.opaque:
        names = ", ".join(sorted(section.opaque))
        return f"{names} is given by a formula that is not used, and this needs it"
    if holding(claim, judge.otherwise):
        return "sigma is not defined; as the sigmoid it holds"
    if claim.conditions.has_other:
        return "a condition beside it is not read, and without it the equation fails"
    return (
        of_unlinked(claim, judge)
        or _of_assumptions(claim, judge)
        or _of_values(claim, judge)
        or _of_classes(claim, judge)
        or _of_two_ways(claim, judge)
        or _of_origin(claim, judge)
        or _of_powers(claim, meaning, judge)
        or _of_transposes(claim, judge)
    )


def of_unlinked(claim: Claim, judge: Judge) -> str | None:
    """Return that a loss does not depend on a node, as far as its equations are read."""
    model = judge.section.model
    reads = {e.name: {entry.name for entry in entries_of(e.body)} for e in model.equations}
    for node in _derivatives(claim, judge):
        of, by = node.of, node.by
        if not isinstance(of, Entry) or of.name not in judge.section.losses or by.name not in reads:
            continue
        reached, pending = set(), [of.name]
        while pending:
            name = pending.pop()
            if name not in reached:
                reached.add(name)
                pending += reads.get(name, ())
        if by.name not in reached:
            return f"no equation that is read says how {of.name} depends on {by.name}"
    return None


def _derivatives(claim: Claim, judge: Judge) -> Iterator[Derivative]:
    """Yield the derivatives in each side of a claim that has a meaning by itself."""
    for side in (claim.left, claim.right):
        with suppress(GradproofError):
            value = value_alone(side, judge.section)
            yield from (node for node in walk_core(value) if isinstance(node, Derivative))


def _of_assumptions(claim: Claim, judge: Judge) -> str | None:
    """A value or a property that the text assumes before the equation: for w = 1, Q symmetric."""
    texts: dict[int, str] = {}
    for count, text in judge.block.prose:
        texts[count] = f"{texts.get(count, '')} {text}"
    names = {written_name(node) for side in (claim.left, claim.right) for node in walk(side)}
    statements = judge.block.statements[: claim.number]
    for number, statement in enumerate(statements):
        before, after = texts.get(number, ""), texts.get(number + 1, "")
        if not statement.is_inline or not statement.chains:
            continue
        chain = statement.chains[0]
        left, right = chain.items[0], chain.items[-1]
        name = written_name(left) if left is not None else None
        is_assumed = chain.relations == ("=",) and _ASSUMED.search(before.rstrip())
        if is_assumed and _is_value(name, right, judge):
            return f"the text assumes {statement.latex} before it, which is not used"
        is_special = not chain.relations and (
            _IS_SPECIAL.search(after) or _SPECIAL_ENDS.search(before.rstrip())
        )
        if is_special and name is not None and name in names:
            return f"the text says more of {name} before it, which is not used"
    return None


def _is_value(name: str | None, right: Node | None, judge: Judge) -> bool:
    """Whether a number is given to a quantity, or to the number of steps; a range is none."""
    lexicon = judge.section.lexicon
    if name is None or right is None or not is_number(right):
        return False
    is_quantity = lexicon.variable(name) is not None or name in lexicon.horizon
    return is_quantity and not any(isinstance(node, Dots) for node in walk(right))


def _of_values(claim: Claim, judge: Judge) -> str | None:
    """A rounded number, where the text gives values."""
    decimals = (n for n in walk(claim.right) if isinstance(n, Numeral) and "." in n.text)
    if not is_number(claim.right) or not any(True for _ in decimals):
        return None
    is_given = any(
        chain.relations == ("=",) and chain.items[1] is not None and is_number(chain.items[1])
        for chain in judge.block.chains
    )
    return "a number for the values that the text gives, which are not put in" if is_given else None


def _of_classes(claim: Claim, judge: Judge) -> str | None:
    """An index on the right side alone, where the text speaks of the correct class."""
    if not judge.block.says(CORRECT_CLASS, claim.number):
        return None
    left, right = (script_letters([Chain((s,), ())]) for s in (claim.left, claim.right))
    free = right - left - summed_letters(claim.right)
    lexicon = judge.section.lexicon
    named = sorted(x for x in free if x.isalpha() and not lexicon.is_step_letter(x))
    return f"{named[0]} may be the class that the text speaks of" if named else None


def _of_two_ways(claim: Claim, judge: Judge) -> str | None:
    """A name that is given by an equation and, later, by a derivative."""
    late = {name for name, derived in judge.section.lexicon.derived.items() if derived.is_late}
    nodes = (node for side in (claim.left, claim.right) for node in walk(side))
    for name in sorted(late & {written_name(node) for node in nodes}):
        return f"{name} is given in two ways, and it fails with the derivative that is one of them"
    return None


def _of_origin(claim: Claim, judge: Judge) -> str | None:
    """A recurrence for a later step: which use of a parameter is that of a step, and the first."""
    extent = judge.section.extent
    if judge.section.from_one is not None:
        other = replace(judge, section=judge.section.from_one, otherwise=None, _bench=None)
        if holding(claim, replace(other, arrays=None, unread=None)):
            return "it holds if the state at step 0 is the initial one; the text does not say so"
    if not extent.is_ahead:
        return None
    model = judge.section.model
    parameters = {d.name for d in model.named(Role.PARAMETER)}
    for node in _derivatives(claim, judge):
        if node.by.name not in parameters:
            continue
        if node.by.step is not None:
            return f"which use of {node.by.name} is that of a step can be read in two ways here"
        if extent.is_open:
            return "the text does not say at which step its recurrence begins"
    return None


def _of_powers(claim: Claim, meaning: Meaning, judge: Judge) -> str | None:
    """A transpose ^T where T is the last step."""
    lexicon = judge.section.lexicon
    if not lexicon.counts_to_t or lexicon.t_is_power:
        return None
    powers = replace(judge.section, lexicon=replace(lexicon, t_is_power=True))
    other = replace(judge, section=powers, otherwise=None)
    with suppress(GradproofError):
        if other.understand(claim).by_reading != meaning.by_reading and holding(claim, other):
            return "^T is a transpose or the power of the last step; with the power it holds"
    return None


def _of_transposes(claim: Claim, judge: Judge) -> str | None:
    """A small t above, the power of a step or a transpose."""

    def transposed(node: Node) -> Node:
        if isinstance(node, Scripted) and node.above == Symbol("t"):
            node = replace(node, above=Symbol("top"))
        return map_children(node, transposed)

    left, right = transposed(claim.left), transposed(claim.right)
    is_other = (left, right) != (claim.left, claim.right)
    if is_other and holding(replace(claim, left=left, right=right), judge):
        return "^t is a power or a transpose; with the transpose it holds"
    return None


def later_steps(claim: Claim, meaning: Meaning, judge: Judge) -> tuple[str, ...]:
    """Return the condition that a step is not the first one, where a claim that fails needs it."""
    first = judge.section.model.first_step
    for name in meaning.letters:
        ordered = (*meaning.ordered, (letter(name), integer(first + 1)))
        with suppress(GradproofError):
            decision, _ = decide_meaning(claim, replace(meaning, ordered=ordered), judge)
            if decision.verdict is Verdict.HOLDS:
                return (f"{name} >= {first + 1}",)
    return ()


def holding(claim: Claim, judge: Judge | None) -> Decision | None:
    """Return the decision that a claim holds in another section; None where it does not."""
    if judge is None:
        return None
    with suppress(GradproofError):
        meaning = judge.understand(claim)
        if not meaning.is_conflict:
            decision, _ = decide_meaning(claim, meaning, judge)
            return decision if decision.verdict is Verdict.HOLDS else None
    return None
