r"""Other names of variables, as in \theta_0 = W_a and h_\theta(x^{(i)}) = \alpha^{<3>(i)}."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbolic.latex.definitions import has_derivative
from symbolic.latex.lexicon import LOSS_NAMES, written_name
from symbolic.latex.names import SIGNS, find_slot, uses
from symbolic.latex.scripts import sort_scripts
from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Scripted, Symbol, unscripted
from symbolic.latex.walk import children, map_children, walk

#: What stands for what, as it is written.
Alias = tuple[Node, Node]


def aliases_in(chains: Sequence[Chain]) -> list[tuple[Alias, Chain]]:
    """Return the equations that give a variable another name.

    The right side is a variable of a forward equation, whole or an entry; the left one is a name or
    an applied function, which occurs as it is written there and in no other way.
    """
    forward = names_of_forward_equations(chains)
    slot, steps = find_slot(list(chains))
    found: list[tuple[Alias, Chain]] = []
    for chain in chains:
        if chain.relations != ("=",):
            continue
        left, right = chain.items
        if left is None or right is None or base_name(right) not in forward or _is_power(right):
            continue
        name = _head(left)
        if name is None or name in forward or name in SIGNS | LOSS_NAMES:
            continue
        if not isinstance(left, Factors) and any(
            u.step is not None for u in uses(right, slot, steps)
        ):
            # A name for a state is a forward equation.
            continue
        found.append(((left, right), chain))
    lefts = [left for (left, _), _ in found]
    names = {_head(left) for left in lefts}
    strangers = {
        name for chain in chains for item in chain.items if item for name in _other(item, lefts)
    }
    return [(alias, chain) for alias, chain in found if _head(alias[0]) in names - strangers]


def names_of_forward_equations(chains: Sequence[Chain]) -> set[str]:
    """Return the names of equations whose sides both are more than names, or name a state."""
    found: set[str] = set()
    for chain in chains:
        sides = chain.items[:2]
        if chain.relations[:1] != ("=",) or any(s is None or has_derivative(s) for s in sides):
            continue
        left, right = sides
        assert left is not None
        assert right is not None
        if base_name(left) is None or base_name(right) is not None:
            continue
        for node in (n for side in (left, right) for n in walk(side)):
            name = base_name(node)
            if name is not None:
                found.add(name)
    return found


def base_name(node: Node) -> str | None:
    """Return the name of a symbol, whatever its scripts."""
    base = unscripted(node)
    return written_name(base) if isinstance(base, Symbol) else None


def _head(node: Node) -> str | None:
    """Return the name of a symbol, or of a function with its arguments."""
    if isinstance(node, Factors):
        is_call = len(node.factors) == 2 and isinstance(node.factors[1], Bracket)
        return base_name(node.factors[0]) if is_call and node.operators == ("",) else None
    return base_name(node)


def _is_power(node: Node) -> bool:
    return isinstance(node, Scripted) and sort_scripts(node).power is not None


def _other(node: Node, lefts: list[Node]) -> set[str]:
    """Return the names that stand in an expression otherwise than in the given left sides.

    A name alone in a bracket behind another one is what that depends on: L(theta).
    """
    if node in lefts:
        return set()
    if isinstance(node, Factors) and len(node.factors) >= 2:
        inner = [f for f in node.factors if not _is_names(f)]
        return {name for factor in inner for name in _other(factor, lefts)}
    found = {name} if (name := base_name(node)) is not None else set()
    below = [
        child
        for child in children(node)
        if not isinstance(node, Scripted) or child is not node.base
    ]
    return found | {name for child in below for name in _other(child, lefts)}


def _is_names(node: Node) -> bool:
    return isinstance(node, Bracket) and all(isinstance(item, Symbol) for item in node.items)


def resolved(node: Node, aliases: Sequence[Alias]) -> Node:
    """Return an expression with variables in place of their other names."""
    for left, right in aliases:
        if node == left:
            return right
    if isinstance(node, Factors):
        node = _resolved_call(node, aliases)
        if len(node.factors) == 1:
            return resolved(node.factors[0], aliases)
    return map_children(node, lambda child: resolved(child, aliases))


def _resolved_call(node: Factors, aliases: Sequence[Alias]) -> Factors:
    """Return a product in which an applied function that is another name is resolved."""
    for left, right in aliases:
        if not isinstance(left, Factors):
            continue
        for k in range(len(node.factors) - 1):
            if node.factors[k : k + 2] == left.factors and node.operators[k] == "":
                factors = (*node.factors[:k], right, *node.factors[k + 2 :])
                operators = (*node.operators[:k], *node.operators[k + 1 :])
                return _resolved_call(replace(node, factors=factors, operators=operators), aliases)
    return node


def resolved_chain(chain: Chain, aliases: Sequence[Alias]) -> Chain:
    """Return a chain with variables in place of their other names."""
    items = tuple(None if item is None else resolved(item, aliases) for item in chain.items)
    return replace(chain, items=items)
