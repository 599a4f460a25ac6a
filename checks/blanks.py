r"""Claims with blanks for what is written out before them: \ln(\cdot), \exp(c_j + \cdot).

A blank after a function stands for an argument that the function has before, one after a first term
for the rest of a sum with this term, at the steps of the claim. Such a claim is decided where all
that may be meant comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise, product
from math import prod

from checks.chains import Claim
from checks.records import FAILS, HOLDS, Record
from checks.section_judge import Judge
from symbolic.errors import GradproofError
from symbolic.latex.lexicon import FUNCTION_WORDS
from symbolic.latex.names import uses
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import Blank, Bracket, Factors, Node, Scripted, Symbol, Terms, Word
from symbolic.latex.walk import map_children, nodes_of, walk
from symbolic.latex.write import write

#: More ways to fill the blanks are not tried.
_MOST = 12


def has_blanks(claim: Claim) -> bool:
    """Whether something in a claim is left blank."""
    return any(isinstance(n, Blank) for side in (claim.left, claim.right) for n in walk(side))


def judged_filled(
    claim: Claim, base: Record, judge: Judge, judging: Callable[[Claim], Record]
) -> Record | None:
    """Return the record of a claim with its blanks filled; None where nothing fills them."""
    sides = (claim.left, claim.right)
    blanks = list(dict.fromkeys(b for side in sides for n in walk(side) for b in _blanks(n)))
    choices = [list(_fillings(blank, claim, judge)) for blank in blanks]
    found: list[Record] = []
    if prod(map(len, choices)) > _MOST:
        return None
    for chosen in product(*choices):
        filled = _filled(claim, dict(zip(blanks, chosen, strict=True)))
        if has_blanks(filled):
            return None
        try:
            record = judging(filled)
        except GradproofError:
            return None
        # What does not fit there is not what is left out.
        if record.verdict != FAILS or record.reason == "value":
            found.append(record)
    verdicts = {record.verdict for record in found}
    if len(verdicts) != 1 or not verdicts <= {HOLDS, FAILS}:
        return None
    first = " and ".join(write(filling[0]) for filling in choices)
    words = f"with what is left blank read as {first}"
    if len(found) > 1:
        words += f", and in {len(found) - 1} other ways"
    return replace(found[0], claim=base.claim).with_note(words)


def _blanks(node: Node) -> Iterator[Node]:
    """Yield what has a blank: a function with a blank argument, a sum with a blank term."""
    match node:
        case Factors(factors=factors):
            for one, following in pairwise(factors):
                if isinstance(one, Word) and one.text in FUNCTION_WORDS and _is_blank(following):
                    yield Factors((one, following), ("",))
        case Terms(terms=(first, Blank())) if not isinstance(first, Blank):
            yield node


def _is_blank(node: Node) -> bool:
    return isinstance(node, Bracket) and len(node.items) == 1 and isinstance(node.items[0], Blank)


def _fillings(blank: Node, claim: Claim, judge: Judge) -> Iterator[Node]:
    """Yield what may stand for a blank: what was written before, at the steps of the claim."""
    chains = [c for s in judge.block.statements[: claim.number] for c in s.chains]
    steps = _step_letters(claim.left, judge) | _step_letters(claim.right, judge)
    seen: set[Node] = set()
    for node in nodes_of(chains):
        found = _argument(node, blank) if isinstance(blank, Factors) else _rest(node, blank)
        if found is not None and found not in seen and _step_letters(found, judge) <= steps:
            seen.add(found)
            yield found


def _argument(node: Node, blank: Factors) -> Node | None:
    """Return what a function is applied to, in the brackets of the blank."""
    function, bracket = blank.factors
    assert isinstance(function, Word)
    assert isinstance(bracket, Bracket)
    for one, following in pairwise(node.factors if isinstance(node, Factors) else ()):
        is_same = isinstance(one, Word) and _core(one) == _core(function)
        if is_same and isinstance(following, Bracket) and not _is_blank(following):
            return replace(bracket, items=following.items)
    return None


def _core(word: Word) -> str:
    return FUNCTION_WORDS.get(word.text, word.text)


def _rest(node: Node, blank: Node) -> Node | None:
    """Return a sum that begins as the one with the blank does, with its letters."""
    if not isinstance(node, Terms) or not isinstance(blank, Terms) or node.signs[:1] != ("+",):
        return None
    first, own = node.terms[0], blank.terms[0]
    if any(isinstance(n, Blank) for n in walk(node)) or blank.signs != ("+", "+"):
        return None
    if isinstance(first, Scripted) and isinstance(own, Scripted):
        k, j = first.below, own.below
        if isinstance(k, Symbol) and isinstance(j, Symbol) and replace(first, below=j) == own:
            return _renamed(node, k, j)
    return node if first == own else None


def _renamed(node: Node, old: Symbol, new: Symbol) -> Node:
    if node == old:
        return new
    return map_children(node, lambda child: _renamed(child, old, new))


def _step_letters(node: Node, judge: Judge) -> frozenset[str]:
    """Return the letters that stand at steps."""
    lexicon = judge.section.lexicon
    found: set[str] = set()
    for use in uses(node, lexicon.slot, lexicon.steps):
        step = affine(use.step, lexicon) if use.step is not None else None
        found |= step.letters if step is not None else frozenset()
    return frozenset(found)


def _filled(claim: Claim, change: dict[Node, Node]) -> Claim:
    def filled(node: Node) -> Node:
        if isinstance(node, Terms) and node in change:
            return change[node]
        inner = map_children(node, filled)
        if not isinstance(inner, Factors):
            return inner
        factors = list(inner.factors)
        for place, (one, following) in enumerate(pairwise(inner.factors)):
            key = Factors((one, following), ("",))
            if key in change:
                factors[place + 1] = change[key]
        return replace(inner, factors=tuple(factors))

    return claim.mapped(filled)
