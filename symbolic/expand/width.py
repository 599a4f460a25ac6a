"""The width of formulas, estimated from the widths of Computer Modern at ten points, in em.

Estimates are a little large, so that a line that fits by them fits on the page.
"""

from __future__ import annotations

from functools import singledispatch

from symbolic.latex.syntax import (
    Big,
    Bracket,
    Chain,
    Factors,
    Fraction,
    Listed,
    Matrix,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    Word,
)

#: A text block of 16 cm at ten points, in em.
TEXT_BLOCK = 16 / 2.54 * 72.27 / 10

_SMALL = 0.72
_LARGE = frozenset("wABCDEFGHJKLNOPQRSTUVXYZ")
_SIGN = 1.25
_RELATION = 1.35
_BRACKET = 0.42
_COMMA = 0.5


class Measure:
    """Measures formulas; what was measured is known when it is met again, in a larger one or alone.

    Keyed by identity, for equality would look at the whole tree; the nodes are held, so that no
    other one gets their place.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, float]] = {}

    def __call__(self, node: Node) -> float:
        """Return about how wide a formula is, in em; too much rather than too little."""
        if id(node) not in self._known:
            self._known[id(node)] = (node, _rule(node, self))
        return self._known[id(node)][1]


def width(node: Node) -> float:
    """Return about how wide a formula is, in em; too much rather than too little."""
    return Measure()(node)


@singledispatch
def _rule(node: Node, of: Measure) -> float:
    """Return the width of one node by those of its parts."""
    return 2.0


@_rule.register
def _symbol(node: Symbol, of: Measure) -> float:
    if len(node.name) > 1:
        base = 0.85 if node.name in ("partial", "nabla", "top") else 0.72
    else:
        base = 1.05 if node.name in "mMW" else 0.86 if node.name in _LARGE else 0.62
    return base * (1.15 if node.style == "bold" else 1.0) + 0.3 * node.primes


@_rule.register
def _word(node: Word, of: Measure) -> float:
    return 0.51 * len(node.text) + 0.17 + 0.3 * node.primes


@_rule.register
def _numeral(node: Numeral, of: Measure) -> float:
    return 0.5 * len(node.text) + 0.02


@_rule.register
def _scripted(node: Scripted, of: Measure) -> float:
    below = 0.0 if node.below is None else of(node.below) * _SMALL
    above = 0.0 if node.above is None else of(node.above) * _SMALL
    return of(node.base) + max(below, above) + 0.08


@_rule.register
def _fraction(node: Fraction, of: Measure) -> float:
    return max(of(node.above), of(node.below)) + 0.3


@_rule.register
def _terms(node: Terms, of: Measure) -> float:
    signs = _SIGN * (len(node.terms) - 1) + (0.8 if node.signs[0] == "-" else 0.0)
    return signs + sum(of(term) for term in node.terms)


@_rule.register
def _factors(node: Factors, of: Measure) -> float:
    between = sum(0.18 if not operator else 1.0 for operator in node.operators)
    return between + sum(of(factor) for factor in node.factors)


@_rule.register
def _bracket(node: Bracket, of: Measure) -> float:
    inside = sum(of(item) for item in node.items) + _COMMA * (len(node.items) - 1)
    return inside + (2 * _BRACKET if node.kind != "<" else 1.6)


@_rule.register
def _listed(node: Listed, of: Measure) -> float:
    return sum(of(item) for item in node.items) + _COMMA * (len(node.items) - 1)


@_rule.register
def _big(node: Big, of: Measure) -> float:
    limits = [of(limit) * _SMALL for limit in (node.below, node.above) if limit is not None]
    return max([1.45, *limits]) + 0.2 + of(node.body)


@_rule.register
def _chain(node: Chain, of: Measure) -> float:
    return _RELATION * len(node.relations) + sum(of(i) for i in node.items if i is not None)


@_rule.register
def _matrix(node: Matrix, of: Measure) -> float:
    columns = zip(*node.rows, strict=False)
    return 1.5 + sum(1.0 + max(of(entry) for entry in column) for column in columns)
