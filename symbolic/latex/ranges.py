"""Ranges of steps in one writing: t = 1..n, t = 1:n, t in [1, n], n >= t >= 1, t = 1 to n."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbolic.latex.syntax import (
    Bracket,
    Chain,
    Dots,
    Factors,
    Listed,
    Node,
    Numeral,
    Row,
    Symbol,
    Word,
)


def with_ranges(rows: list[Row], letters: frozenset[str]) -> list[Row]:
    r"""Return the rows with every range of a letter for steps as t = 1, ..., n.

    >>> from symbolic.latex.reader import read
    >>> from symbolic.latex.write import write_row
    >>> for text in ("t = 1..n", "t = 1:n", r"t \in [1, n]", r"n \ge t \ge 1"):
    ...     (row,) = with_ranges(list(read(text)), frozenset({"t"}))
    ...     print(write_row(row))
    t = 1, \dots, n
    t = 1, \dots, n
    t = 1, \dots, n
    t = 1, \dots, n
    """
    return [_with_ranges(row, letters) for row in rows]


def _with_ranges(row: Row, letters: frozenset[str]) -> Row:
    chains = tuple(_canonical(chain, letters) for chain in _joined(row.chains, letters))
    return row if chains == row.chains else replace(row, chains=chains)


def _canonical(chain: Chain, letters: frozenset[str]) -> Chain:
    """Return a chain as t = 1, ..., n where it is a range from or to a number."""
    match chain:
        case Chain(
            items=(Symbol() as name, Factors(factors=(low, Dots(), high), operators=("", ""))),
            relations=("=",),
        ):
            pass
        case Chain(items=(Symbol() as name, low, high), relations=("=", "colon")):
            pass
        case Chain(
            items=(Symbol() as name, Bracket(kind="[", items=(low, high))), relations=("in",)
        ):
            pass
        case Chain(items=(high, Symbol() as name, low), relations=("ge", "ge")):
            pass
        case _:
            return chain
    if name.name not in letters or low is None or high is None:
        return chain
    if not isinstance(low, Numeral) and not isinstance(high, Numeral):
        return chain
    return _range(chain, name, low, high)


def _range(chain: Chain, name: Symbol, low: Node, high: Node) -> Chain:
    listed = Listed((low, Dots(span=chain.span), high), span=chain.span)
    return replace(chain, items=(name, listed), relations=("=",))


def _joined(chains: tuple[Chain, ...], letters: frozenset[str]) -> Iterator[Chain]:
    """Yield the chains, t = 1 and "to n" after it as one."""
    pending = list(chains)
    while pending:
        chain = pending.pop(0)
        match chain, pending[:1]:
            case (
                Chain(items=(Symbol() as name, Numeral() as low), relations=("=",)),
                [Chain(items=(Factors(factors=(Word(text="to"), high)),), relations=())],
            ) if name.name in letters:
                pending.pop(0)
                yield _range(chain, name, low, high)
            case _:
                yield chain
