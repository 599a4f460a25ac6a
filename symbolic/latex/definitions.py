"""The forward equations of a section, and the shapes that it writes down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from symbolic.affine import Affine, letter
from symbolic.latex.derivatives import is_derivative
from symbolic.latex.lexicon import (
    ARGUMENT,
    BELOW,
    FUNCTION_WORDS,
    HORIZON_LETTERS,
    written_name,
)
from symbolic.latex.names import EMPTY, Use, find_slot, uses
from symbolic.latex.scripts import affine, sort_scripts
from symbolic.latex.stepwise import for_every_step
from symbolic.latex.syntax import (
    Big,
    Bracket,
    Chain,
    Factors,
    Fraction,
    Node,
    Scripted,
    Symbol,
    Terms,
    Word,
)
from symbolic.latex.walk import map_children, walk
from symbolic.model import STEP

#: What may stand among numbers: functions, and the sign of a transpose.
_IN_NUMBERS = frozenset(FUNCTION_WORDS) | {"top", "T"}


@dataclass(frozen=True, slots=True)
class Definition:
    """A forward equation: the name on its left, the letter at its step, its right side."""

    name: str
    step: Affine | None
    body: Node
    chain: Chain
    #: Where it is given step by step: the chains of its further steps, and all its steps.
    others: tuple[Chain, ...] = ()
    fixed: tuple[int, ...] = ()
    #: The index letters on the left of an equation by entries.
    positions: tuple[str, ...] = ()

    def uses(self, slot: str, steps: frozenset[str]) -> list[Use]:
        """Return the uses of names on its right side; index letters are no steps there."""
        sums = (n for n in walk(self.body) if isinstance(n, Big)) if self.positions else ()
        indices = frozenset(x for n in sums if n.below for x in _letters_below(n))
        return uses(self.body, slot, steps, indices | frozenset(self.positions))


def _letters_below(node: Big) -> frozenset[str]:
    below = node.below.items[0] if isinstance(node.below, Chain) else node.below
    return frozenset(x for n in walk(below) if (x := written_name(n))) if below else frozenset()


def left_entries(
    node: Node, slot: str, steps: frozenset[str]
) -> tuple[Use, tuple[str, ...]] | None:
    """Return the variable whose entry a left side is, and its index letters; None if it is none."""
    found = uses(node, slot, steps)
    parts = node.factors if isinstance(node, Factors) and slot == ARGUMENT else (node,)
    if not found or found[0].node is not parts[0] or not isinstance(parts[0], Scripted):
        return None
    scripts = sort_scripts(parts[0])
    if scripts.power is not None or scripts.transpose or len(parts) > 2:
        return None
    below = scripts.below[1:] if slot == BELOW and found[0].step is not None else scripts.below
    letters = [item.name for item in below if isinstance(item, Symbol) and len(item.name) == 1]
    are_indices = letters and len(letters) == len(below) == len(set(letters))
    if not are_indices or set(letters) & steps or "_" in found[0].name:
        return None
    return found[0], tuple(letters)


def left_name(node: Node, slot: str, steps: frozenset[str]) -> Use | None:
    """Return the whole variable that a left side is; None for entries and anything larger."""
    found = uses(node, slot, steps)
    if not found or found[0].node is not node:
        parts = node.factors if isinstance(node, Factors) else ()
        if slot != ARGUMENT and found and is_called(node, slot, steps):
            return found[0]
        is_argument = slot == ARGUMENT and len(parts) == 2 and found and found[0].node is parts[0]
        if not is_argument or found[0].step is None or isinstance(parts[1], Scripted):
            return None
        return found[0]
    if isinstance(node, Scripted) and isinstance(node.base, Symbol) and node.base.name == "nabla":
        return None
    use = found[0]
    if isinstance(node, Scripted) and use.step is None and "_" not in use.name:
        return None
    return None if _has_positions(node, use, slot) else use


def is_called(node: Node, slot: str, steps: frozenset[str]) -> bool:
    """Whether a name stands with the names that it depends on in brackets: L(o)."""
    if not isinstance(node, Factors) or len(node.factors) != 2 or node.operators != ("",):
        return False
    name, bracket = node.factors
    if not isinstance(name, Symbol) or not isinstance(bracket, Bracket) or bracket.kind != "(":
        return False
    arguments = [left_name(item, slot, steps) for item in bracket.items]
    # With a step it is a function at a state: phi(z_t).
    return all(use is not None and use.step is None for use in arguments)


def _has_positions(node: Node, use: Use, slot: str) -> bool:
    if not isinstance(node, Scripted):
        return False
    scripts = sort_scripts(node)
    if scripts.power is not None or scripts.transpose:
        return True
    expected = 1 if slot == BELOW and use.step is not None else 0
    expected += 1 if "_" in use.name else 0
    return len(scripts.below) > expected


def definitions_in(chains: list[Chain], slot: str, steps: frozenset[str]) -> list[Definition]:
    """Return the first equation of each name; one whose right side is a derivative is none.

    A name whose first equation sets it equal to a derivative is not defined by any other one.
    Equations at several fixed steps that are alike are one, unless one for every step stands
    before them.
    """
    found: dict[tuple[str, bool], Definition] = {}
    fixed: dict[str, dict[int, tuple[Node, Chain]]] = {}
    equations = list(_equations(chains, slot, steps))
    general = {use.name for use, step, _, _ in equations if step is not None and _is_any(step)}
    elsewhere = general | _by_derivative(chains, slot, steps)
    backward = {use.name for use, step, body, _ in equations if _reads_later(use, step, body, slot)}
    derived = _derivatives_first(chains, slot, steps)
    for use, step, right, chain in equations:
        if use.name in derived:
            continue
        key = (use.name, step is not None)
        at_end = step is not None and bool(step.letters) and not _is_any(step)
        if key in found or use.name in backward or (at_end and use.name in elsewhere):
            continue
        if step is None or not step.is_constant:
            joined = _stepwise(use.name, fixed.get(use.name, {}))
            found[key] = joined or Definition(use.name, step, right, chain)
        else:
            fixed.setdefault(use.name, {}).setdefault(step.constant, (right, chain))
    for name, given in fixed.items():
        if (name, True) not in found and (joined := _stepwise(name, given)) is not None:
            found[name, True] = joined
    whole = {name for name, _ in found} | derived | backward
    return [*found.values(), *_by_entries(chains, whole, slot, steps)]


def _by_entries(
    chains: list[Chain], whole: set[str], slot: str, steps: frozenset[str]
) -> Iterator[Definition]:
    """Yield the first equation by entries of each name that no equation defines as a whole."""
    found: set[str] = set()
    for chain in chains:
        left, right = chain.items[:2] if chain.relations[:1] == ("=",) else (None, None)
        if left is None or right is None or is_worked(right) or has_derivative(right):
            continue
        entries = None if has_derivative(left) else left_entries(left, slot, steps)
        if entries is None or entries[0].name in whole | found:
            continue
        use, positions = entries
        step = affine(use.step, EMPTY) if use.step is not None else None
        d = Definition(use.name, step, right, chain, positions=positions)
        own = [affine(u.step, EMPTY) for u in d.uses(slot, steps) if u.name == use.name and u.step]
        reads_itself = any(u.name == use.name and u.step is None for u in d.uses(slot, steps))
        is_forward = step is None or all(o is not None and is_earlier(o, step) for o in own)
        if not reads_itself and is_forward and (step is None or not step.is_constant):
            found.add(use.name)
            yield d


def _equations(
    chains: list[Chain], slot: str, steps: frozenset[str]
) -> Iterator[tuple[Use, Affine | None, Node, Chain]]:
    """Yield what may define a name: the name, its step, the right side, the chain."""
    for chain in chains:
        if not chain.relations or chain.relations[0] != "=" or chain.items[0] is None:
            continue
        left, right = chain.items[0], chain.items[1]
        use = left_name(left, slot, steps)
        if use is None or right is None or is_worked(right) or has_derivative(right):
            continue
        yield use, affine(use.step, EMPTY) if use.step is not None else None, right, chain


def _by_derivative(chains: list[Chain], slot: str, steps: frozenset[str]) -> set[str]:
    """Return the names that a derivative is set equal to."""
    found: set[str] = set()
    for chain in chains:
        for one, two in pairwise(chain.items[:2]):
            if one is None or two is None or has_derivative(one) is has_derivative(two):
                continue
            use = left_name(two if has_derivative(one) else one, slot, steps)
            found |= {use.name} if use is not None else set()
    return found


def _derivatives_first(chains: list[Chain], slot: str, steps: frozenset[str]) -> set[str]:
    """Return the names with an index for the step that are a derivative before anything else."""
    found: dict[str, bool] = {}
    for chain in chains:
        if chain.relations[:1] != ("=",):
            continue
        left, right = chain.items[:2]
        use = left_name(left, slot, steps) if left is not None else None
        if use is not None and use.step is not None and right is not None:
            found.setdefault(use.name, has_derivative(right))
    return {name for name, is_derivative in found.items() if is_derivative}


def _is_any(step: Affine) -> bool:
    """Whether a step is that of a letter which runs, and not the last one."""
    return bool(step.letters - {*HORIZON_LETTERS})


def _reads_later(use: Use, step: Affine | None, body: Node, slot: str) -> bool:
    """Whether an equation gives a name by its own value at a later step: it runs backward."""
    if step is None:
        return False
    own = (u for u in uses(body, slot, step.letters) if u.name == use.name and u.step is not None)
    there = (affine(u.step, EMPTY) for u in own if u.step is not None)
    return any(other is not None and is_earlier(step, other) for other in there)


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


def with_names(definitions: list[Definition]) -> list[Definition]:
    """Return definitions in which a part that defines a name is that name: they are one node."""
    parts: dict[Node, Node | None] = {
        d.body: d.chain.items[0]
        for d in definitions
        if d.step is not None and isinstance(d.body, Terms) and not d.fixed
    }
    steps = {d.body: d.step for d in definitions}

    def change(node: Node, step: Affine | None) -> Node:
        inner = map_children(node, lambda child: change(child, step))
        name = parts.get(inner)
        return name if name is not None and steps[inner] == step else inner

    return [d if d.body in parts else replace(d, body=change(d.body, d.step)) for d in definitions]


def without_lemmas(
    definitions: list[Definition], slot: str, steps: frozenset[str]
) -> list[Definition]:
    """Return the definitions that belong to the network of a section with steps.

    A name without a step that is made of names without steps is a lemma of its own, unless one of
    them belongs to the network.
    """
    if not any(d.step is not None for d in definitions):
        return definitions
    kept = [d for d in definitions if d.step is not None]
    others = [d for d in definitions if d.step is None]
    while found := [d for d in others if _reads(d, {k.name for k in kept}, slot, steps)]:
        kept += found
        others = [d for d in others if d not in found]
    return kept


def _reads(d: Definition, names: set[str], slot: str, steps: frozenset[str]) -> bool:
    """Whether a right side has a name with a step, or one of the given names."""
    found = d.uses(slot, steps)
    return any(use.step is not None or use.name in names for use in found)


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


def is_earlier(step: Affine, than: Affine) -> bool:
    """Whether a step lies a fixed number of steps before another."""
    return (than - step).is_constant and (than - step).constant > 0


def is_worked(node: Node) -> bool:
    """Whether a right side is made of numbers alone: a worked instance, no part of the network."""
    named = (n for n in walk(node) if isinstance(n, Symbol | Word))
    is_numeric = all(written_name(n) in _IN_NUMBERS for n in named)
    return is_numeric or affine(node, EMPTY) is not None


def has_derivative(node: Node) -> bool:
    """Whether a derivative stands in an expression."""
    return any(
        (isinstance(n, Symbol) and n.name in ("partial", "nabla"))
        or (isinstance(n, Fraction) and is_derivative(n))
        for n in walk(node)
    )


def bound_letters(d: Definition) -> set[str]:
    """Return the letters of a definition that are no variables: its step, those under sums."""
    found = set(d.step.letters) if d.step is not None else set()
    for node in walk(d.body):
        if isinstance(node, Big) and node.below is not None:
            below = node.below.items[0] if isinstance(node.below, Chain) else node.below
            found |= {name for n in walk(below or node.below) if (name := written_name(n))}
        if isinstance(node, Big):
            limits = (node.above, node.below)
            found |= {
                name for limit in limits if limit for n in walk(limit) if (name := written_name(n))
            }
    return found
