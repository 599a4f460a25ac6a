"""Conditions beside an equation: k < t, i != j, "for t = T".

An order of two steps restricts the steps that an equation is claimed for. Any other condition is
not read: what holds without it holds with it, and what fails without it is left undecided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checks.statements import Statement
from symbolic.affine import Affine
from symbolic.latex.lexicon import Lexicon
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import Bracket, Cases, Chain, Dots
from symbolic.latex.walk import nodes_of

#: Words with which a condition begins, as text in a formula.
_WORDS = re.compile(
    r"\\(?:text|textrm|mbox|mathrm|textit|hbox)\s*\{\s*,?\s*"
    r"(?:for(?!\s+(?:all|every|each|any)\b)|if|when|whenever|unless|provided|assuming)\b"
)
#: A distinction of cases, whose conditions are read with it.
_CASES = re.compile(r"\\begin\s*\{[dr]?cases\*?\}.*?\\end\s*\{[dr]?cases\*?\}", re.DOTALL)
_DOTS = re.compile(r"\\[lcv]?dots|\.\.\.|…")
_ORDERS = {"<": (0, 1, 1), "le": (0, 1, 0), ">": (1, 0, 1), "ge": (1, 0, 0)}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is said beside an equation: pairs of a later and an earlier step, and whether more."""

    ordered: tuple[tuple[Affine, Affine], ...] = ()
    has_other: bool = False


def conditions_of(statement: Statement, before: Statement | None, lexicon: Lexicon) -> Conditions:
    """Return the conditions in the row of an equation, and in the formula before it in the text."""
    chains = list(statement.chains)
    if before is not None and before.is_inline and not statement.is_inline:
        distance = statement.span.line - before.span.line
        chains += before.chains if 0 <= distance <= 2 else ()
    ordered: list[tuple[Affine, Affine]] = []
    is_by_cases = any(isinstance(node, Cases) for node in nodes_of(statement.chains))
    beside = _CASES.sub("", statement.latex) if is_by_cases else statement.latex
    has_other = bool(_WORDS.search(beside)) and not _DOTS.search(beside)
    is_range = any(isinstance(item, Dots) for chain in chains for item in chain.items)
    for relation in (inner for chain in chains for inner in _unbracketed(chain)):
        found = _order(relation, lexicon)
        if found is not None:
            ordered.append(found)
        elif _is_condition(relation, lexicon) and not is_range:
            has_other = True
    return Conditions(tuple(ordered), has_other)


def _unbracketed(chain: Chain) -> Iterator[Chain]:
    """Yield a chain, or those that stand in brackets of their own: (i != j)."""
    item = chain.items[0]
    if not chain.relations and isinstance(item, Bracket):
        yield from (inner for inner in item.items if isinstance(inner, Chain))
    else:
        yield chain


def _order(chain: Chain, lexicon: Lexicon) -> tuple[Affine, Affine] | None:
    """Return the later and the earlier step of k < t, the later one first."""
    if len(chain.relations) != 1 or chain.relations[0] not in _ORDERS:
        return None
    low, high, gap = _ORDERS[chain.relations[0]]
    values = [None if item is None else affine(item, lexicon) for item in chain.items]
    early, late = values[low], values[high]
    if early is None or late is None or not (early.letters or late.letters):
        return None
    if not all(lexicon.is_running_step(name) for name in early.letters | late.letters):
        return None
    return late - gap, early


def _is_condition(chain: Chain, lexicon: Lexicon) -> bool:
    """Whether a chain relates letters for steps or positions, and no quantities."""
    if not chain.relations or any(item is None for item in chain.items):
        return False
    if not set(chain.relations) <= {"=", "neq", "<", ">", "le", "ge"}:
        return False
    values = [affine(item, lexicon) for item in chain.items if item is not None]
    if any(value is None for value in values):
        return False
    letters = {name for value in values if value is not None for name in value.letters}
    if any(lexicon.variable(name) is not None for name in letters):
        return False
    first, last = values[0], values[-1]
    is_whole = chain.relations == ("le", "le") and first is not None and first.is_constant
    return not (is_whole and last is not None and bool(last.letters))
