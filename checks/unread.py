"""States whose own equation is not read: what rests on them is not decided.

Where such an equation is left out, a state counts as an input, and a gradient by it has no carry.
"""

from __future__ import annotations

import re

from checks.chains import Claim
from checks.programs import given_by_programs
from checks.section_judge import Judge
from checks.statements import Statement
from symbolic.affine import Affine
from symbolic.latex.definitions import has_derivative, is_worked, left_use
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import uses
from symbolic.latex.reader import read
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import Dots, Node, Row, unscripted
from symbolic.latex.walk import walk
from symbolic.model import Role


def unread_names(judge: Judge) -> frozenset[str]:
    """Return the inputs of a section's model that an equation of it gives, which is not read.

    Where such an equation is left out, what depends on a state looks as if it did not.
    """
    section = judge.section
    leaves = (*section.model.named(Role.INPUT), *section.model.named(Role.TARGET))
    inputs = {d.name for d in leaves if d.timed}
    found: set[str] = set()
    for statement in judge.block.statements:
        if not statement.is_ignored and not statement.is_rest:
            found |= (_given(statement, judge) | _recurring(statement, judge)) & inputs
    if not judge.block.has_model:
        found |= given_by_programs(judge.block.code, section.model)
    return frozenset(found)


def _recurring(statement: Statement, judge: Judge) -> set[str]:
    """Return the names that a relation ties to themselves at another step, and defines nothing."""
    lexicon = judge.section.lexicon
    names: set[str] = set()
    for chain in statement.chains:
        sides = [item for item in chain.items if item is not None]
        is_used = judge.section.defines(chain) or not chain.relations
        # A claim about a name that has an equation gives no other one.
        is_used = is_used or any(_is_defined(side, judge) for side in sides)
        if is_used or any(has_derivative(side) for side in sides):
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
    use = left_use(side, lexicon.slot, lexicon.steps)
    found = lexicon.variable(use.name, timed=use.step is not None) if use is not None else None
    return found is not None and judge.section.model.equation(found.name) is not None


def _given(statement: Statement, judge: Judge) -> set[str]:
    """Return the names that an equation gives which is no definition, or cannot be read."""
    lexicon = judge.section.lexicon
    if isinstance(statement.row, Row):
        lefts = [
            chain.items[0]
            for chain in statement.chains
            if chain.relations[:1] == ("=",) and not judge.section.defines(chain)
            if chain.items[1] is not None and _reads_network(chain.items[1], judge)
            if not any(has_derivative(item) for item in chain.items if item is not None)
        ]
    elif re.search(r"\\(?:partial|nabla)", statement.latex):
        return set()
    else:
        lefts = [_left_of(row) for row in re.split(r"\\\\", statement.latex)]
    names: set[str] = set()
    for left in (left for left in lefts if left is not None):
        use = left_use(left, lexicon.slot, lexicon.steps)
        is_timed = use is not None and use.step is not None
        found = lexicon.variable(use.name, timed=True) if use is not None and is_timed else None
        names |= {found.name} if found is not None else set()
    return names


def _reads_network(node: Node, judge: Judge) -> bool:
    """Whether a right side reads variables of the section, or is left open."""
    if isinstance(node, Dots):
        return True
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
    if not names:
        return None
    by = "code" if judge.block.code and _is_in_code(names, judge) else "an equation"
    return f"{', '.join(names)} {'are' if names[1:] else 'is'} given by {by} that is not read"


def rests_on_left_out(claim: Claim, judge: Judge) -> str | None:
    """Return why a claim about a loss is not decided whose equation does not fit."""
    for node in (n for side in (claim.left, claim.right) for n in walk(side)):
        reason = judge.left_out.get(written_name(unscripted(node)) or "")
        if reason is not None:
            return reason
    return None


def _is_in_code(names: list[str], judge: Judge) -> bool:
    """Whether some names are given by programs alone."""
    return given_by_programs(judge.block.code, judge.section.model) >= {*names}
