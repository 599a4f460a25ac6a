"""The immediate derivative of Pascanu, Mikolov and Bengio (2013): a plus above its curly sign.

It is by the copy of a parameter at the step of what is differentiated, all earlier states held
fixed: the per-step derivative, which this package writes with a star at the parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symbolic.latex.syntax import Chain, Factors, Fraction, Node, Row, Scripted, Symbol
from symbolic.latex.walk import map_children, map_row, nodes_of

_CURLY, _PLUS = Symbol("partial"), Symbol("+")
#: A star that shows as any other and tells where it comes from.
_STAR = Symbol("*", accents=("plus",))


def with_immediate(row: Row) -> Row:
    r"""Return a row with a star at the parameter for a plus at the sign of a derivative.

    >>> from symbolic.latex.reader import read
    >>> from symbolic.latex.write import write_row
    >>> (row,) = read(r"\frac{\partial^+ h_k}{\partial W} + \frac{\partial h_k}{\partial h_1}")
    >>> write_row(with_immediate(row))
    '\\frac{\\partial h_k}{\\partial W_*} + \\frac{\\partial h_k}{\\partial h_1}'
    """
    return map_row(row, _changed)


def has_immediate(chains: Iterable[Chain]) -> bool:
    """Whether a section has the sign, so that a derivative without it is total."""
    return any(node == _STAR for node in nodes_of(chains))


def _changed(node: Node) -> Node:
    inner = map_children(node, _changed)
    if not isinstance(inner, Fraction):
        return inner
    above, has_plus = _plain(inner.above)
    below, _ = _plain(inner.below)
    if not has_plus or not isinstance(below, Factors) or len(below.factors) != 2:
        return inner
    sign, by = below.factors
    if sign != _CURLY or not isinstance(by, Symbol):
        return inner
    starred = replace(below, factors=(sign, Scripted(by, _STAR, None, span=by.span)))
    return replace(inner, above=above, below=starred)


def _plain(node: Node) -> tuple[Node, bool]:
    """Return what is above or below the line with a plain curly sign, and whether it had a plus."""
    match node:
        case Factors(factors=(Scripted(base=base, below=None, above=above), *rest)):
            if base == _CURLY and above == _PLUS:
                return replace(node, factors=(base, *rest)), True
        case _:
            pass
    return node, False
