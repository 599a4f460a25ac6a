"""Names with a number: func_0(z) is a function of its own, v1 is v_1 where the text has that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Numeral, Row, Scripted, Word
from symbolic.latex.walk import map_children, map_items, map_row, walk


def with_numbered_functions(row: Row) -> Row:
    """Return a row in which a word with a number before a bracket is one name.

    A number that is the step of the left side is that: s_0 = func_0(z_0) is func at step 0.
    """

    def changed(chain: Chain) -> Chain:
        step = _number_of(chain.items[0])

        def change(node: Node) -> Node:
            inner = map_children(node, change)
            if not isinstance(inner, Factors):
                return inner
            pairs = zip(inner.factors, (*inner.factors[1:], None), strict=True)
            factors = tuple(_named(a, b, step) for a, b in pairs)
            return inner if factors == inner.factors else replace(inner, factors=factors)

        return map_items(chain, change)

    return replace(row, chains=tuple(changed(chain) for chain in row.chains))


def _number_of(left: Node | None) -> str | None:
    match left:
        case Scripted(below=Numeral(text=text), above=None):
            return text
        case _:
            return None


def _named(node: Node, following: Node | None, step: str | None) -> Node:
    match node, following:
        case Scripted(Word(text=text) as word, Numeral(text=number), None), Bracket(kind="("):
            return word if number == step else replace(word, text=f"{text}_{number}")
        case _:
            return node


def with_numbers_below(rows: list[Row]) -> list[Row]:
    """Return the rows of a section in which a letter with a number behind it has it below.

    So it is where the section has the letter with that number below elsewhere.
    """
    known = {
        (node.base, node.below.text)
        for row in rows
        for chain in row.chains
        for item in chain.items
        if item is not None
        for node in walk(item)
        if isinstance(node, Scripted) and isinstance(node.below, Numeral) and node.above is None
    }
    return [_with_numbers(row, known) for row in rows] if known else rows


def _with_numbers(row: Row, known: Iterable[tuple[Node, str]]) -> Row:
    def change(node: Node) -> Node:
        inner = map_children(node, change)
        if not isinstance(inner, Factors):
            return inner
        factors, operators = [inner.factors[0]], []
        for operator, factor in zip(inner.operators, inner.factors[1:], strict=True):
            last = factors[-1]
            if operator == "" and isinstance(factor, Numeral) and (last, factor.text) in known:
                factors[-1] = Scripted(last, factor)
                continue
            factors.append(factor)
            operators.append(operator)
        if len(factors) == len(inner.factors):
            return inner
        return (
            replace(inner, factors=tuple(factors), operators=tuple(operators))
            if operators
            else factors[0]
        )

    return map_row(row, change)
