r"""What depends on the neighbours in a product: W (a + b) where S(t) is a step, gets a \cdot."""

from __future__ import annotations

from dataclasses import replace

from symbolic.latex.syntax import (
    Bracket,
    Factors,
    Node,
    Numeral,
    Symbol,
    Terms,
    unscripted,
)
from symbolic.latex.walk import map_children
from symbolic.notation.writer import Writer


def finished(node: Node, writer: Writer) -> Node:
    """Return a formula in which no bracket can be taken for the step of the name before it."""
    if writer.notation.steps != "argument":
        return node
    inner = map_children(node, lambda child: finished(child, writer))
    if not isinstance(inner, Factors):
        return inner
    pairs = zip(inner.factors, inner.factors[1:], inner.operators, strict=False)
    operators = tuple(
        "cdot" if not operator and _is_name(one, writer) and _is_group(two) else operator
        for one, two, operator in pairs
    )
    return replace(inner, operators=operators)


def _is_name(node: Node, writer: Writer) -> bool:
    base = unscripted(node)
    if not isinstance(base, Symbol) or base.primes:
        return False
    return base.name not in ("partial", "nabla", *writer.model.functions)


def _is_group(node: Node) -> bool:
    base = unscripted(node)
    return isinstance(base, Bracket) and not all(_is_step(item) for item in base.items)


def _is_step(node: Node) -> bool:
    match node:
        case Numeral():
            return True
        case Symbol(accents=(), style=""):
            return True
        case Terms(terms=terms):
            return all(_is_step(term) for term in terms)
        case _:
            return False
