"""The forward equations of a section as one system: one equation for each name.

Where a name has several, the first one is taken, or with ``latest`` the last one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from symbolic.affine import Affine, letter
from symbolic.latex.definitions import (
    Definition,
    has_derivative,
    is_earlier,
    is_worked,
    left_entries,
    left_name,
    left_use,
)
from symbolic.latex.lexicon import HORIZON_LETTERS
from symbolic.latex.names import EMPTY, find_slot, uses
from symbolic.latex.scripts import affine
from symbolic.latex.stepwise import for_every_step
from symbolic.latex.syntax import Chain, Listed, Node, Terms
from symbolic.model import STEP


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may define a name; ``place`` counts the equations in the order in which they count."""

    place: int
    definition: Definition


def definitions_in(
    chains: list[Chain], slot: str, steps: frozenset[str], *, latest: bool = False
) -> list[Definition]:
    """Return one equation for each name; one whose right side is a derivative is none.

    A name whose first equation sets it equal to a derivative is not defined by any other one.
    Equations at several fixed steps that are alike are one. An equation by entries counts like one
    of the whole name.
    """
    ordered = chains[::-1] if latest else chains
    left_out = _not_forward(chains, slot, steps)
    found: dict[tuple[str, bool], _Candidate] = {}
    fixed: dict[str, dict[int, tuple[Node, Chain]]] = {}
    places: dict[str, int] = {}
    candidates = (*_whole(ordered, slot, steps), *_by_entries(ordered, slot, steps))
    for candidate in sorted(candidates, key=lambda c: c.place):
        d = candidate.definition
        if d.name in left_out or (d.name, d.step) in left_out:
            continue
        if d.step is not None and d.step.is_constant:
            places.setdefault(d.name, candidate.place)
            fixed.setdefault(d.name, {}).setdefault(d.step.constant, (d.body, d.chain))
        else:
            found.setdefault((d.name, d.step is not None), candidate)
    for name, given in fixed.items():
        joined = _stepwise(name, dict(sorted(given.items())))
        other = found.get((name, True))
        if joined is not None and (other is None or other.place > places[name]):
            found[name, True] = _Candidate(places[name], joined)
    return [candidate.definition for candidate in found.values()]


def has_variants(chains: list[Chain], slot: str, steps: frozenset[str]) -> bool:
    """Whether a name has forward equations that differ, the first ones and the last ones."""
    first = definitions_in(chains, slot, steps)
    last = {
        (d.name, d.step is not None): d.body
        for d in definitions_in(chains, slot, steps, latest=True)
    }
    return any(last.get((d.name, d.step is not None)) != d.body for d in first)


def gives_anew(chains: list[Chain], before: list[Chain]) -> bool:
    """Whether there is another equation for a state than the one that chains before give."""
    one, two = (
        {d.name: d.body for d in definitions_in(found, *find_slot(found)) if d.step is not None}
        for found in (chains, before)
    )
    return any(name in two and two[name] != body for name, body in one.items())


def _not_forward(
    chains: list[Chain], slot: str, steps: frozenset[str]
) -> set[str | tuple[str, Affine | None]]:
    """Return the names that are no part of the network, and those that are not at their last step.

    A recurrence that runs backward defines no state; nor does the value at the last step of a name
    that is defined for all steps, or by a derivative.
    """
    equations = [c.definition for c in _whole(chains, slot, steps)]
    general = {d.name for d in equations if d.step is not None and _is_any(d.step)}
    elsewhere = general | _by_derivative(chains, slot, steps)
    left_out: set[str | tuple[str, Affine | None]] = set()
    left_out |= {d.name for d in equations if _reads_later(d, slot)}
    left_out |= _derivatives_first(chains, slot, steps)
    left_out |= {
        (d.name, d.step)
        for d in equations
        if d.step is not None and d.step.letters and not _is_any(d.step) and d.name in elsewhere
    }
    return left_out


def _whole(chains: list[Chain], slot: str, steps: frozenset[str]) -> Iterator[_Candidate]:
    """Yield the equations of whole names."""
    given: set[str] = set()
    for place, chain in enumerate(chains):
        if not chain.relations or chain.relations[0] != "=" or chain.items[0] is None:
            continue
        left, right = chain.items[0], chain.items[1]
        use = left_name(left, slot, steps)
        # What stands between commas is a range or a list, and no value.
        if use is None or right is None or isinstance(right, Listed) or has_derivative(right):
            continue
        if is_worked(right) and not _adds(right, given):
            continue
        given |= {use.name} if use.step is None else set()
        step = affine(use.step, EMPTY) if use.step is not None else None
        yield _Candidate(place, Definition(use.name, step, right, chain))


def _adds(node: Node, names: set[str]) -> bool:
    """Whether a sum of letters, which might be one of indices, has a quantity among them."""
    value = affine(node, EMPTY) if isinstance(node, Terms) else None
    return value is not None and not value.letters.isdisjoint(names)


def _by_entries(chains: list[Chain], slot: str, steps: frozenset[str]) -> Iterator[_Candidate]:
    """Yield the equations by entries."""
    for place, chain in enumerate(chains):
        left, right = chain.items[:2] if chain.relations[:1] == ("=",) else (None, None)
        if left is None or right is None or is_worked(right) or has_derivative(right):
            continue
        entries = None if has_derivative(left) else left_entries(left, slot, steps)
        if entries is None:
            continue
        use, positions = entries
        step = affine(use.step, EMPTY) if use.step is not None else None
        d = Definition(use.name, step, right, chain, positions=positions)
        own = [affine(u.step, EMPTY) for u in d.uses(slot, steps) if u.name == use.name and u.step]
        reads_itself = any(u.name == use.name and u.step is None for u in d.uses(slot, steps))
        is_forward = step is None or all(o is not None and is_earlier(o, step) for o in own)
        if not reads_itself and is_forward and (step is None or not step.is_constant):
            yield _Candidate(place, d)


def _by_derivative(chains: list[Chain], slot: str, steps: frozenset[str]) -> set[str]:
    """Return the names that a derivative is set equal to."""
    found: set[str] = set()
    for chain in chains:
        for one, two in pairwise(chain.items[:2]):
            if one is None or two is None or has_derivative(one) is has_derivative(two):
                continue
            use = left_use(two if has_derivative(one) else one, slot, steps)
            found |= {use.name} if use is not None else set()
    return found


def _derivatives_first(chains: list[Chain], slot: str, steps: frozenset[str]) -> set[str]:
    """Return the names with an index for the step that are a derivative before anything else.

    What is made of such names is one of them.
    """
    first: dict[str, Node] = {}
    for chain in chains:
        left, right = chain.items[:2] if chain.relations[:1] == ("=",) else (None, None)
        use = left_use(left, slot, steps) if left is not None else None
        if use is not None and use.step is not None and right is not None:
            first.setdefault(use.name, right)
    found = {name for name, right in first.items() if has_derivative(right)}
    reads = {name: {use.name for use in uses(right, slot, steps)} for name, right in first.items()}
    while more := {name for name, read in reads.items() if read & found} - found:
        found |= more
    return found


def _is_any(step: Affine) -> bool:
    """Whether a step is that of a letter which runs, and not the last one."""
    return bool(step.letters - {*HORIZON_LETTERS})


def _reads_later(d: Definition, slot: str) -> bool:
    """Whether an equation gives a name by its own value at a later step: it runs backward."""
    if d.step is None:
        return False
    own = (u for u in uses(d.body, slot, d.step.letters) if u.name == d.name)
    there = (affine(u.step, EMPTY) for u in own if u.step is not None)
    return any(other is not None and is_earlier(d.step, other) for other in there)


def first_equations(chains: list[Chain]) -> list[Chain]:
    """Return the first equation of each name, at each fixed step of it, whatever it may mean."""
    slot, steps = find_slot(chains)
    found: dict[tuple[str, Affine | None], Chain] = {}
    for chain in chains:
        if chain.relations == ("=",) and chain.items[0] is not None and chain.items[1] is not None:
            use = left_name(chain.items[0], slot, steps)
            if use is not None and not has_derivative(chain.items[1]):
                step = affine(use.step, EMPTY) if use.step is not None else None
                fixed = step if step is None or step.is_constant else letter(STEP)
                found.setdefault((use.name, fixed), chain)
    return list(found.values())


def _stepwise(name: str, given: dict[int, tuple[Node, Chain]]) -> Definition | None:
    """Return one definition for equations at consecutive fixed steps that are alike."""
    if len(given) < 2 or max(given) - min(given) != len(given) - 1:
        return None
    body = for_every_step([(step, body) for step, (body, _) in sorted(given.items())], STEP)
    if body is None:
        return None
    first, *others = (chain for _, chain in given.values())
    return Definition(name, letter(STEP), body, first, tuple(others), tuple(sorted(given)))


def closes_recurrence(chains: list[Chain], slot: str, steps: frozenset[str]) -> bool:
    """Whether forward equations read a name of theirs at an earlier step."""
    definitions = definitions_in(chains, slot, steps)
    names = {d.name for d in definitions if d.step is not None}
    for d in definitions:
        if d.step is None:
            continue
        for use in d.uses(slot, steps):
            step = affine(use.step, EMPTY) if use.step is not None else None
            if use.name in names and step is not None and is_earlier(step, d.step):
                return True
    return False
