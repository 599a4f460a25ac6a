"""Claims about what the section does not name: theta for any parameter, a derivative by nothing.

What may stand there is put in, one after the other. Such a claim is decided where all that may be
meant comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from checks.chains import Claim
from checks.records import FAILS, HOLDS, UNDECIDED, Record
from checks.section_judge import Judge
from symbolic.errors import GradproofError
from symbolic.latex.derivatives import is_derivative, joined, nabla_parts, under_signs
from symbolic.latex.scripts import atom
from symbolic.latex.syntax import Bracket, Factors, Fraction, Node, Numeral, Scripted, Symbol, Word
from symbolic.latex.walk import map_children, walk
from symbolic.latex.write import write
from symbolic.model import Role

#: The letters for a parameter that is not named, or for all of them.
_ANY = frozenset({"theta", "Theta", "vartheta"})
_CURLY = Symbol("partial")
#: More candidates than this are not tried.
_MOST = 12

Judging = Callable[[Claim], Record]


def judged_instead(claim: Claim, base: Record, judge: Judge, judging: Judging) -> Record | None:
    """Return the record of a claim that cannot be read as it stands; None if nothing is put in."""
    if (letter := _unnamed(claim, judge)) is not None:
        return _of_any_parameter(letter, claim, base, judge, judging)
    if any(_is_open(node) for side in (claim.left, claim.right) for node in walk(side)):
        return _of_open_derivative(claim, base, judge, judging)
    return None


def _with(claim: Claim, change: Callable[[Node], Node]) -> Claim:
    def changed(node: Node) -> Node:
        found = change(node)
        return map_children(node, changed) if found is node else found

    return claim.mapped(changed)


def _attempt(claim: Claim, judging: Judging) -> Record | None:
    try:
        return judging(claim)
    except GradproofError:
        return None


def _by(node: Node) -> tuple[Node, ...] | None:
    """Return what a derivative is by."""
    if isinstance(node, Fraction) and is_derivative(node):
        return under_signs(node.below)
    return nabla_parts(node)


def _unnamed(claim: Claim, judge: Judge) -> Node | None:
    """Return theta, alone or with a number or a word, where a derivative is by it alone."""
    lexicon = judge.section.lexicon
    found: set[Node] = set()
    for node in (n for side in (claim.left, claim.right) for n in walk(side)):
        parts = _by(node)
        if parts is None or len(parts) != 1:
            continue
        match parts[0]:
            case Symbol(name=name) | Scripted(Symbol(name=name), Numeral() | Word(), None):
                is_unknown = name in _ANY and atom(parts[0], lexicon) is None
                if is_unknown and not _is_given(parts[0], judge):
                    found.add(parts[0])
            case Scripted(Symbol(name=name) as letter, Symbol(name="*"), None) if name in _ANY:
                # The copy of theta at one step.
                if atom(letter, lexicon) is None and not _is_given(letter, judge):
                    found.add(letter)
    return found.pop() if len(found) == 1 else None


def _is_given(letter: Node, judge: Judge) -> bool:
    """Whether an equation says what a letter is, other than a list of what it stands for."""
    for chain in judge.block.chains:
        sides = chain.items if "=" in chain.relations else ()
        if letter in sides and not any(isinstance(side, Bracket) for side in sides):
            return True
    return False


def _parameters(judge: Judge) -> dict[str, Node]:
    """Return the parameters of a section, each as it can be written."""
    known = {declared.name for declared in judge.section.model.named(Role.PARAMETER)}
    variables = judge.section.lexicon.variables.items()
    return {v.name: Symbol(key.strip()) for key, v in variables if v.name in known}


def _of_any_parameter(
    letter: Node, claim: Claim, base: Record, judge: Judge, judging: Judging
) -> Record | None:
    """Return the record of a claim about any parameter: it holds for each one, or for none."""
    found: dict[str, Record] = {}
    for name, parameter in list(_parameters(judge).items())[:_MOST]:
        put_in = _with(claim, lambda node, by=parameter: by if node == letter else node)  # type: ignore[misc]
        record = _attempt(put_in, judging)
        if record is None:
            return None
        found[name] = record
    verdicts = {record.verdict for record in found.values()}
    if not found or UNDECIDED in verdicts:
        return None
    names, first = ", ".join(found), next(iter(found.values()))
    if verdicts == {HOLDS}:
        read = next((record for record in found.values() if record.reading), first)
        note = f"{write(letter)} is read as each of {names}"
        return replace(read, claim=base.claim, note="; ".join(filter(None, (first.note, note))))
    if verdicts == {FAILS} and all(record.reason == "value" for record in found.values()):
        return replace(first, note=f"{write(letter)} is read as each of {names}")
    if verdicts == {HOLDS, FAILS}:
        right = ", ".join(name for name, record in found.items() if record.verdict == HOLDS)
        reason = f"{write(letter)} is not said to be one parameter; it holds for {right} alone"
        return replace(base, reason=reason)
    return None


def _is_open(node: Node) -> bool:
    r"""Whether a derivative lacks its variable: \frac{\partial L}{\partial}."""
    if not isinstance(node, Fraction) or node.below != _CURLY:
        return False
    first = node.above.factors[0] if isinstance(node.above, Factors) else node.above
    return first == _CURLY


def _candidates(claim: Claim, judge: Judge) -> Iterator[Node]:
    """Yield the variables of an equation, and all parameters."""
    for side in (claim.left, claim.right):
        for node in walk(side):
            if not isinstance(node, Symbol | Scripted):
                continue
            try:
                found = atom(node, judge.section.lexicon)
            except GradproofError:
                continue
            if found is None or found.power is not None or found.transpose:
                continue
            # A letter inside a name with a step is no name.
            if not found.occurrence.variable.timed or found.occurrence.step is not None:
                yield node
    yield from _parameters(judge).values()


def _of_open_derivative(
    claim: Claim, base: Record, judge: Judge, judging: Judging
) -> Record | None:
    """Return the record of a claim whose right side has a derivative by nothing.

    By the variable of its left side it may hold: a slip with one repair. It fails where it fails by
    every variable of the equation and by every parameter.
    """
    said = "a derivative without its variable"
    head = _by(claim.left)
    own = joined(head) if head else None
    tried: list[Record | None] = []
    for by in list(dict.fromkeys((*([own] if own else []), *_candidates(claim, judge))))[:_MOST]:

        def closed(node: Node, by: Node = by) -> Node:
            below = Factors((_CURLY, by), ("",))
            return replace(node, below=below) if _is_open(node) else node  # type: ignore[arg-type]

        record = _attempt(_with(claim, closed), judging)
        if record is not None and record.verdict == HOLDS:
            if by == own:
                note = f"a slip: {said} is read as by {write(by)}"
                return record.with_note(note)
            return replace(base, reason=f"{said}; by {write(by)} it holds")
        tried.append(record)
    first = tried[0] if own and tried else None
    if first is not None and all(r is not None and r.verdict == FAILS for r in tried):
        reason = f"typographical: {said}, and by no variable of the equation does it hold"
        return replace(first, claim=base.claim, reason=reason, note=None)
    return replace(base, reason=said)
