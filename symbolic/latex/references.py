"""Numbers of equations that are written before what is said of them: (a) 2 + 2 = 4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from symbolic.latex.syntax import Bracket, Factors, Node, Numeral, Row, Scripted, Symbol
from symbolic.latex.walk import children


def without_references(rows: Sequence[Row], numbers: Sequence[str | None]) -> list[Row]:
    """Return rows without a bracket at their beginning that holds the number of an equation.

    ``numbers`` are those beside the rows; one that is printed before its bracket is meant. A letter
    that the rows have elsewhere is a factor.
    """
    found: list[Row] = []
    known: set[str] = set()
    for row, number in zip(rows, numbers, strict=True):
        meant = [name for name in known if _begins(row, name) and not _is_factor(name, rows)]
        found.append(_without(row) if meant else row)
        known |= {number} if number is not None else set()
    return found


def _begins(row: Row, name: str) -> bool:
    """Whether a row begins with a name or a number in brackets, and goes on."""
    match row.chains[0].items[0] if row.chains else None:
        case Factors(factors=(Bracket(kind="(", items=(item,)), *_), operators=("", *_)):
            return _spelled(item) == name
        case _:
            return False


def _spelled(node: Node) -> str | None:
    match node:
        case Symbol(name=name) | Numeral(text=name):
            return name
        case _:
            return None


def _without(row: Row) -> Row:
    first, *others = row.chains
    product = first.items[0]
    assert isinstance(product, Factors)
    factors, operators = product.factors[1:], product.operators[1:]
    rest = replace(product, factors=factors, operators=operators) if operators else factors[0]
    return replace(row, chains=(replace(first, items=(rest, *first.items[1:])), *others))


def _is_factor(name: str, rows: Iterable[Row]) -> bool:
    """Whether a letter stands alone somewhere, without scripts and brackets around it."""
    sides = (item for row in rows for chain in row.chains for item in chain.items if item)
    return any(node == Symbol(name) for side in sides for node in _plain(side))


def _plain(node: Node) -> Iterator[Node]:
    """Yield the parts of an expression that are no scripts, and not alone in brackets."""
    match node:
        case Scripted(base=base):
            if not isinstance(base, Symbol):
                yield from _plain(base)
        case Bracket(items=(Symbol() | Numeral(),)):
            return
        case _:
            yield node
            for child in children(node):
                yield from _plain(child)
