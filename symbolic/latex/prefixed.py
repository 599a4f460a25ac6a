r"""Gradients that are named by a sign before the variable: \delta h_t = \nabla_{h_t} L, dW.

One line of a section says what the sign means; before every other variable it means the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from symbolic.latex.derivatives import is_derivative, nabla_parts, under_signs
from symbolic.latex.scripts import is_transpose
from symbolic.latex.syntax import Bracket, Chain, Factors, Fraction, Node, Row, Scripted, Symbol
from symbolic.latex.walk import map_children, map_row, nodes_of

#: The letters that stand before a variable for the gradient by it.
SIGNS = ("delta", "d", "Delta")

_Gradient = Callable[[Node], Node]


def with_prefixed(rows: list[Row]) -> list[Row]:
    """Return the rows with the derivatives themselves in place of such names."""
    chains = [chain for row in rows for chain in row.chains]
    found = {sign: gradient for chain in chains for sign, gradient in _said(chain)}
    found = {sign: g for sign, g in found.items() if not _stands_alone(sign, chains)}
    if not found:
        return rows

    def change(node: Node) -> Node:
        if isinstance(node, Fraction) and is_derivative(node):
            return node
        inner = map_children(node, change)
        return _without_signs(inner, found) if isinstance(inner, Factors) else inner

    return [map_row(row, change) for row in rows]


def _said(chain: Chain) -> Iterable[tuple[Symbol, _Gradient]]:
    """Yield the sign of a chain such as d h = dL/dh, and the gradient that it stands for."""
    left, right = chain.items[0], chain.items[1] if len(chain.items) > 1 else None
    if chain.relations[:1] not in (("=",), (":=",)) or right is None:
        return
    match left:
        case Factors(factors=(Symbol(name=letter) as sign, name), operators=("",)):
            if letter in SIGNS and _by(right) == name:
                yield sign, lambda other: _with(right, name, other)


def _by(node: Node) -> Node | None:
    """Return the variable that a derivative is by; None for anything else."""
    if isinstance(node, Fraction) and is_derivative(node):
        parts = under_signs(node.below)
        return parts[0] if len(parts) == 1 else None
    if isinstance(node, Factors):
        below = nabla_parts(node.factors[0])
        return below[0] if below is not None and len(below) == 1 else None
    return None


def _with(node: Node, old: Node, new: Node) -> Node:
    return new if node == old else map_children(node, lambda child: _with(child, old, new))


def _stands_alone(sign: Symbol, chains: Iterable[Chain]) -> bool:
    """Whether a sign has scripts somewhere, so that it is a name of its own."""
    return any(isinstance(n, Scripted) and n.base == sign for n in nodes_of(chains))


def _without_signs(node: Factors, gradients: dict[Symbol, _Gradient]) -> Node:
    """Return a product with gradients in place of pairs of a sign and a variable."""
    factors, operators = list(node.factors), list(node.operators)
    place = 0
    while place + 1 < len(factors):
        sign, name = factors[place], factors[place + 1]
        gradient = gradients.get(sign) if isinstance(sign, Symbol) else None
        if gradient is not None and not operators[place] and isinstance(name, Symbol | Scripted):
            factors[place : place + 2] = [_gradient(gradient, name)]
            del operators[place]
        place += 1
    return (
        factors[0]
        if len(factors) == 1
        else replace(node, factors=tuple(factors), operators=tuple(operators))
    )


def _gradient(gradient: _Gradient, name: Symbol | Scripted) -> Node:
    if isinstance(name, Scripted) and name.above is not None and is_transpose(name.above):
        whole = name.base if name.below is None else replace(name, above=None)
        return Scripted(
            Bracket("(", (gradient(whole),), (), name.span), None, name.above, name.span
        )
    return Bracket("(", (gradient(name),), (), name.span)


def is_naming(left: Node | None, right: Node | None) -> bool:
    """Whether a relation only says what such a name stands for."""
    return isinstance(left, Bracket) and left.items == (right,)
