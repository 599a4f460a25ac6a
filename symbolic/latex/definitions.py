"""The forward equations of a section, and the shapes that it writes down."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.affine import Affine
from symbolic.arrays import Shape
from symbolic.latex.lexicon import ARGUMENT, BELOW, FUNCTION_WORDS, written_name
from symbolic.latex.names import EMPTY, Use, shape_of, uses
from symbolic.latex.scripts import affine, sort_scripts
from symbolic.latex.syntax import Big, Chain, Factors, Node, Scripted, Symbol, Word
from symbolic.latex.walk import walk

#: What may stand among numbers: functions, and the sign of a transpose.
_IN_NUMBERS = frozenset(FUNCTION_WORDS) | {"top", "T"}


@dataclass(frozen=True, slots=True)
class Definition:
    """A forward equation: the name on its left, the letter at its step, its right side."""

    name: str
    step: Affine | None
    body: Node
    chain: Chain


def left_name(node: Node, slot: str, steps: frozenset[str]) -> Use | None:
    """Return the whole variable that a left side is; None for entries and anything larger."""
    found = uses(node, slot, steps)
    if not found or found[0].node is not node:
        parts = node.factors if isinstance(node, Factors) else ()
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
    """Return the first equation of each name; one whose right side is a derivative is none."""
    found: dict[tuple[str, bool], Definition] = {}
    for chain in chains:
        if not chain.relations or chain.relations[0] != "=" or chain.items[0] is None:
            continue
        left, right = chain.items[0], chain.items[1]
        use = left_name(left, slot, steps)
        if use is None or right is None or is_worked(right) or _has_derivative(right):
            continue
        step = affine(use.step, EMPTY) if use.step is not None else None
        key = (use.name, step is not None)
        if key not in found and (step is None or not step.is_constant):
            found[key] = Definition(use.name, step, right, chain)
    return list(found.values())


def without_lemmas(
    definitions: list[Definition], slot: str, steps: frozenset[str]
) -> list[Definition]:
    """Return the definitions that belong to the network of a section with steps.

    A name without a step that is made of names without steps is a lemma of its own.
    """
    if not any(d.step is not None for d in definitions):
        return definitions
    kept = [d for d in definitions if d.step is not None]
    timed = {d.name for d in kept}
    for d in definitions:
        if d.step is None and any(
            use.step is not None or use.name in timed for use in uses(d.body, slot, steps)
        ):
            kept.append(d)
    return kept


def closes_recurrence(chains: list[Chain], slot: str, steps: frozenset[str]) -> bool:
    """Whether forward equations read a name of theirs at an earlier step."""
    definitions = definitions_in(chains, slot, steps)
    names = {d.name for d in definitions if d.step is not None}
    for d in definitions:
        if d.step is None:
            continue
        for use in uses(d.body, slot, steps):
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


def _has_derivative(node: Node) -> bool:
    return any(isinstance(n, Symbol) and n.name in ("partial", "nabla") for n in walk(node))


def declared_shapes(rows: list[tuple[Chain, ...]], slot: str) -> dict[str, Shape]:
    """Return the shapes that are written as W: D x M or W in R^{D x M}, several names together."""
    found: dict[str, Shape] = {}
    for row in rows:
        waiting: list[Node] = []
        for chain in row:
            if not chain.relations:
                waiting += [item for item in chain.items if item is not None]
                continue
            if chain.relations[0] in ("colon", "in") and len(chain.items) == 2:
                left, right = chain.items
                shape = shape_of(right) if right is not None else None
                if left is not None and shape is not None:
                    names = [*waiting, left]
                    found |= {n: shape for node in names if (n := _declared(node, slot))}
            waiting = []
    return found


def _declared(node: Node, slot: str) -> str | None:
    found = uses(node, slot, frozenset({"t", "tau", "k"}))
    return found[0].name if len(found) == 1 else None


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
