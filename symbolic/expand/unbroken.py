"""What a line keeps together where it breaks, and what it takes apart."""

from __future__ import annotations

from symbolic.latex.syntax import (
    Big,
    Bracket,
    Factors,
    Fraction,
    Node,
    Scripted,
    Symbol,
    Terms,
    Word,
    unscripted,
)
from symbolic.notation.build import bracketed


def is_tall(node: Node) -> bool:
    """Whether a formula is higher than a line: it has a fraction, or a sum with limits."""
    if isinstance(node, Factors | Terms):
        parts = node.factors if isinstance(node, Factors) else node.terms
        return any(is_tall(part) for part in parts)
    return isinstance(node, Fraction | Big)


def is_derivative(above: Node) -> bool:
    """Whether a fraction with this above it is a derivative, which does not break."""
    first = above.factors[0] if isinstance(above, Factors) else above
    base = unscripted(first)
    return isinstance(base, Symbol) and base.name == "partial"


def quotient(node: Fraction) -> Node:
    """Return a fraction that may break, with a slash: u(x) / (a + b)."""
    sides = (s if is_whole(s) else bracketed(s) for s in (node.above, node.below))
    return Factors(tuple(sides), ("/",))


def is_whole(node: Node) -> bool:
    """Whether a formula needs no brackets beside a sign: a symbol, a fraction, exp(u)."""
    if isinstance(node, Factors):
        return len(node.factors) == 2 and is_call(*node.factors) and _is_function(node.factors[0])
    return not isinstance(node, Terms | Big)


def _is_function(node: Node) -> bool:
    return isinstance(unscripted(node), Word)


def is_call(before: Node, factor: Node) -> bool:
    """Whether one factor is a function, or a sign, and the next one what it is applied to."""
    base = unscripted(before)
    is_bracket = isinstance(factor, Bracket) or (
        isinstance(factor, Scripted) and isinstance(factor.base, Bracket)
    )
    is_sign = isinstance(base, Symbol) and base.name in ("partial", "nabla")
    is_name = isinstance(base, Word) or (isinstance(base, Symbol) and bool(base.primes))
    is_letter = isinstance(before, Symbol | Scripted) and not isinstance(base, Bracket)
    return is_sign or (is_bracket and (is_name or is_letter))
