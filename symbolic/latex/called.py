"""Functions with a number: func_0(z) is a function of its own, not one at step 0."""

from __future__ import annotations

from dataclasses import replace

from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Numeral, Row, Scripted, Word
from symbolic.latex.walk import map_children


def with_numbered_functions(row: Row) -> Row:
    """Return a row in which a word with a number before a bracket is one name."""

    def change(node: Node) -> Node:
        inner = map_children(node, change)
        if not isinstance(inner, Factors):
            return inner
        following = (*inner.factors[1:], None)
        factors = tuple(_named(a, b) for a, b in zip(inner.factors, following, strict=True))
        return inner if factors == inner.factors else replace(inner, factors=factors)

    def changed(chain: Chain) -> Chain:
        items = tuple(None if item is None else change(item) for item in chain.items)
        return chain if items == chain.items else replace(chain, items=items)

    return replace(row, chains=tuple(changed(chain) for chain in row.chains))


def _named(node: Node, following: Node | None) -> Node:
    match node, following:
        case Scripted(Word(text=text) as word, Numeral(text=number), None), Bracket(kind="("):
            return replace(word, text=f"{text}_{number}")
        case _:
            return node
