"""Losses that are written with what they depend on: L(x, y) is L, and L(t) the loss of step t."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symbolic.latex.definitions import has_derivative, is_called
from symbolic.latex.lexicon import (
    ABOVE,
    ANGLE,
    ARGUMENT,
    HORIZON_LETTERS,
    LOSS_NAMES,
    is_loss_name,
    written_name,
)
from symbolic.latex.names import EMPTY, find_slot
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import (
    Bracket,
    Chain,
    Dots,
    Factors,
    Node,
    Row,
    Scripted,
    Symbol,
    unscripted,
)
from symbolic.latex.walk import map_children, map_row


def with_plain_losses(rows: list[Row]) -> list[Row]:
    """Return the rows of a section in which losses that an equation defines so stand alone."""
    chains = [chain for row in rows for chain in row.chains]
    slot, steps = find_slot(chains)
    names = frozenset(_called(chains, slot, steps))
    if not names:
        return rows

    def change(node: Node) -> Node:
        inner = map_children(node, change)
        return _without_calls(inner, names, slot, steps) if isinstance(inner, Factors) else inner

    return [map_row(row, change) for row in rows]


def _called(chains: Iterable[Chain], slot: str, steps: frozenset[str]) -> Iterable[str]:
    """Yield the names of losses that an equation defines with something in brackets behind.

    L(o) alone, with a whole name in the bracket, is a function at it and is left as it is.
    """
    for chain in chains:
        match chain.items[0]:
            case Factors(factors=(name, Bracket(kind="(") as bracket), operators=("",)):
                spelled = _loss(name)
                is_call = is_called(chain.items[0], slot, steps)
                is_step = is_call and _is_step(bracket, steps)
                if spelled is not None and (not is_call or is_step):
                    yield spelled


def _loss(node: Node) -> str | None:
    base = unscripted(node)
    name = written_name(base) if base is not None else None
    return name if name in LOSS_NAMES else None


def _without_calls(node: Factors, names: frozenset[str], slot: str, steps: frozenset[str]) -> Node:
    factors: list[Node] = []
    operators: list[str] = []
    for operator, factor in zip(("", *node.operators), node.factors, strict=True):
        base = factors[-1] if factors and operator == "" else None
        if base is not None and _loss(base) in names:
            called = _applied(base, factor, slot, steps)
            if called is not None:
                factors[-1] = called
                continue
        operators += [operator] if factors else []
        factors.append(factor)
    if len(factors) == 1:
        return factors[0]
    return replace(node, factors=tuple(factors), operators=tuple(operators))


def _applied(name: Node, bracket: Node, slot: str, steps: frozenset[str]) -> Node | None:
    """Return a loss with the step in a bracket, or without the names in it; None for a factor."""
    if not isinstance(bracket, Bracket) or bracket.kind != "(":
        return None
    if _is_step(bracket, steps):
        if slot == ARGUMENT or not isinstance(name, Symbol):
            return None
        above = slot in (ABOVE, ANGLE)
        return Scripted(name, None, bracket) if above else Scripted(name, bracket.items[0])
    return name if all(_is_name(item) for item in bracket.items) else None


def _is_step(bracket: Bracket, steps: frozenset[str]) -> bool:
    step = affine(bracket.items[0], EMPTY) if len(bracket.items) == 1 else None
    return step is not None and step.letters <= steps.union(HORIZON_LETTERS)


def _is_name(node: Node) -> bool:
    match node:
        case Symbol() | Dots():
            return True
        case Scripted(base=base):
            return _is_name(base)
        case Bracket(items=items):
            return all(_is_name(item) for item in items)
        case _:
            return False


def loss_given(chain: Chain) -> str | None:
    """Return the loss, of all or of a step, for which a chain gives an equation; None for none."""
    left, right = chain.items[0], chain.items[1] if len(chain.items) > 1 else None
    if chain.relations[:1] != ("=",) or left is None or right is None or has_derivative(right):
        return None
    match left:
        case Factors(factors=(first, Bracket(kind="(")), operators=("",)):
            base = unscripted(first)
        case _:
            base = unscripted(left)
    name = written_name(base) if base is not None else None
    return name if name is not None and is_loss_name(name) else None
