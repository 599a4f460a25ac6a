"""The forward equations of a section, and the shapes that it writes down."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symbolic.affine import Affine
from symbolic.latex.derivatives import is_derivative
from symbolic.latex.lexicon import (
    ARGUMENT,
    BELOW,
    FUNCTION_WORDS,
    written_name,
)
from symbolic.latex.names import EMPTY, Use, uses
from symbolic.latex.scripts import affine, sort_scripts
from symbolic.latex.sums import summed_letters
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
        indices = summed_letters(self.body) if self.positions else frozenset()
        return uses(self.body, slot, steps, indices | frozenset(self.positions))


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


def left_use(node: Node, slot: str, steps: frozenset[str]) -> Use | None:
    """Return the variable that a left side is, or is an entry of; None for anything larger."""
    entries = left_entries(node, slot, steps)
    return left_name(node, slot, steps) or (entries[0] if entries else None)


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
    if name.primes:
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
    them belongs to the network, or it is a part of the loss.
    """
    if not any(d.step is not None for d in definitions):
        return definitions
    kept = [d for d in definitions if d.step is not None]
    others = [d for d in definitions if d.step is None]
    while found := [d for d in others if _reads(d, {k.name for k in kept}, slot, steps)]:
        kept += found
        others = [d for d in others if d not in found]
    read = {name for d in kept if d.step is None for name in _added(d.body)}
    return [*kept, *(d for d in others if d.name in read)]


def _added(body: Node) -> set[str]:
    """Return the names that a sum adds, perhaps with a factor before them."""
    terms = body.terms if isinstance(body, Terms) else ()
    lasts = (term.factors[-1] if isinstance(term, Factors) else term for term in terms)
    return {name for last in lasts if (name := written_name(last)) is not None}


def _reads(d: Definition, names: set[str], slot: str, steps: frozenset[str]) -> bool:
    """Whether a right side has a name with a step, or one of the given names."""
    found = d.uses(slot, steps)
    return any(use.step is not None or use.name in names for use in found)


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
