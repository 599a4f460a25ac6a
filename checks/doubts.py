"""What keeps an equation from being decided although both sides were computed.

An equation that fails may be right by something that the text says and that is not read; one that
rests on a name whose own equation is not read is not decided at all.
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
from checks.statements import Statement
from checks.verdict import Verdict
from symbolic.affine import Affine
from symbolic.errors import GradproofError
from symbolic.expr import Derivative, Entry
from symbolic.latex.definitions import has_derivative, is_worked, left_entries, left_name
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import uses
from symbolic.latex.reader import read
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import Node, Numeral, Row
from symbolic.latex.walk import walk
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


def unread_names(judge: Judge) -> frozenset[str]:
    """Return the inputs of a section's model that an equation of it gives, which is not read.

    Where such an equation is left out, what depends on a state looks as if it did not.
    """
    section = judge.section
    leaves = (*section.model.named(Role.INPUT), *section.model.named(Role.TARGET))
    inputs = {d.name for d in leaves if d.timed}
    found: set[str] = set()
    for statement in judge.block.statements:
        if not statement.is_ignored:
            found |= (_given(statement, judge) | _recurring(statement, judge)) & inputs
    return frozenset(found)


def _recurring(statement: Statement, judge: Judge) -> set[str]:
    """Return the names that a relation ties to themselves at another step, and defines nothing."""
    lexicon, definitions = judge.section.lexicon, judge.section.definitions
    names: set[str] = set()
    for chain in statement.chains:
        sides = [item for item in chain.items if item is not None]
        is_used = any(chain is d for d in definitions) or not chain.relations
        is_used = is_used or any(_is_defined(side, judge) for side in sides)
        if is_used or any(has_derivative(side) for side in sides):
            continue
        head = left_name(sides[0], lexicon.slot, lexicon.steps)
        known = lexicon.variable(head.name, timed=head.step is not None) if head else None
        if known is not None and judge.section.model.equation(known.name) is not None:
            # A claim about a name that has an equation gives no other one.
            continue
        steps: dict[str, list[Affine]] = {}
        for use in (u for side in sides for u in uses(side, lexicon.slot, lexicon.steps)):
            step = affine(use.step, lexicon) if use.step is not None else None
            found = lexicon.variable(use.name, timed=True)
            if found is not None and step is not None and step.letters:
                steps.setdefault(found.name, []).append(step)
        names |= {
            name
            for name, at in steps.items()
            if any(step != at[0] and (step - at[0]).is_constant for step in at)
        }
    return names


def _is_defined(side: Node, judge: Judge) -> bool:
    """Whether a side is a name, or its entry, that an equation of the model defines."""
    lexicon = judge.section.lexicon
    entries = left_entries(side, lexicon.slot, lexicon.steps)
    use = left_name(side, lexicon.slot, lexicon.steps) or (entries[0] if entries else None)
    found = lexicon.variable(use.name, timed=use.step is not None) if use is not None else None
    return found is not None and judge.section.model.equation(found.name) is not None


def _given(statement: Statement, judge: Judge) -> set[str]:
    """Return the names that an equation gives which is no definition, or cannot be read."""
    lexicon = judge.section.lexicon
    if isinstance(statement.row, Row):
        definitions = judge.section.definitions
        lefts = [
            chain.items[0]
            for chain in statement.chains
            if chain.relations[:1] == ("=",) and not any(chain is d for d in definitions)
            if chain.items[1] is not None and _reads_network(chain.items[1], judge)
            if not any(has_derivative(item) for item in chain.items if item is not None)
        ]
    elif re.search(r"\\(?:partial|nabla)", statement.latex):
        return set()
    else:
        lefts = [_left_of(row) for row in re.split(r"\\\\", statement.latex)]
    names: set[str] = set()
    for left in (left for left in lefts if left is not None):
        use = left_name(left, lexicon.slot, lexicon.steps)
        entries = left_entries(left, lexicon.slot, lexicon.steps)
        use = use or (entries[0] if entries else None)
        is_timed = use is not None and use.step is not None
        found = lexicon.variable(use.name, timed=True) if use is not None and is_timed else None
        names |= {found.name} if found is not None else set()
    return names


def _reads_network(node: Node, judge: Judge) -> bool:
    """Whether a right side reads variables of the section."""
    lexicon = judge.section.lexicon
    found = uses(node, lexicon.slot, lexicon.steps)
    return not is_worked(node) and any(lexicon.variable(use.name) is not None for use in found)


def _left_of(latex: str) -> Node | None:
    """Return what stands before the first sign of equality, if that can be read."""
    before, sign, _ = re.sub(r"\\begin\{[^{}]*\}|&", "", latex).partition("=")
    if not sign:
        return None
    rows = read(before)
    if len(rows) != 1 or not isinstance(rows[0], Row) or len(rows[0].chains) != 1:
        return None
    return rows[0].chains[0].items[0]


def rests_on_unread(claim: Claim, judge: Judge) -> str | None:
    """Return why a claim about derivatives is not decided: a state has an equation not read."""
    sides = (claim.left, claim.right)
    derived = judge.section.lexicon.derived
    is_about = any(has_derivative(s) for s in sides) or any(
        written_name(node) in derived for side in sides for node in walk(side)
    )
    if is_about and judge.unread is None:
        judge.unread = unread_names(judge)
    names = sorted(judge.unread or ()) if is_about else []
    return f"{', '.join(names)} is given by an equation that is not read" if names else None


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
        or _of_two_ways(claim, judge)
        or _of_origin(claim, judge)
        or _of_powers(claim, meaning, judge)
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
        if chain.relations == ("=",) and _ASSUMED.search(before.rstrip()):
            is_value = right is not None and is_number(right)
            if is_value and name is not None and name not in judge.section.lexicon.sizes:
                return f"the text assumes {statement.latex} before it, which is not used"
        is_special = not chain.relations and (
            _IS_SPECIAL.search(after) or _SPECIAL_ENDS.search(before.rstrip())
        )
        if is_special and name is not None and name in names:
            return f"the text says more of {name} before it, which is not used"
    return None


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
