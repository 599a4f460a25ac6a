r"""Names and labels of several letters that are typed as letters side by side: net_t, L_{reg}."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from symbolic.latex.lexicon import LOSS_NAMES
from symbolic.latex.names import find_slot, uses
from symbolic.latex.syntax import (
    Chain,
    Factors,
    Listed,
    Node,
    Row,
    Scripted,
    Symbol,
    Word,
    unscripted,
)
from symbolic.latex.walk import map_children, map_row, walk

#: Of fewer letters each one may be a factor, or a position.
_FEWEST = 3


def with_spelled_names(rows: list[Row]) -> list[Row]:
    """Return the rows of a section with such names and labels as one symbol.

    A name is what an equation gives and what stands in the section at least twice, letter beside
    letter, where not all of its letters have a meaning of their own. Three letters below a loss,
    which is a number and has no positions, are a label.
    """
    chains = [chain for row in rows for chain in row.chains]
    names = frozenset(_names(chains))

    def change(node: Node) -> Node:
        inner = map_children(node, change)
        if isinstance(inner, Factors) and names:
            return _joined(inner, names)
        return _with_label(inner) if isinstance(inner, Scripted) else inner

    return [map_row(row, change) for row in rows]


def _names(chains: list[Chain]) -> Iterator[str]:
    """Yield the names of several letters that an equation gives."""
    nodes = [n for chain in chains for item in chain.items if item is not None for n in walk(item)]
    counts = Counter(run for n in nodes if isinstance(n, Factors) for run, _, _ in _runs(n))
    alone = _alone(chains, frozenset(counts)) if counts else frozenset()
    for chain in chains:
        left = chain.items[0]
        if chain.relations[:1] != ("=",) or not isinstance(left, Factors):
            continue
        whole = [run for run, start, end in _runs(left) if end - start == len(left.factors)]
        yield from (run for run in whole if counts[run] > 1 and not set(run) <= alone)


def _alone(chains: list[Chain], runs: frozenset[str]) -> frozenset[str]:
    """Return the names that stand in the section outside of such runs."""
    slot, steps = find_slot(chains)

    def change(node: Node) -> Node:
        inner = map_children(node, change)
        return _joined(inner, runs) if isinstance(inner, Factors) else inner

    items = [change(item) for chain in chains for item in chain.items if item is not None]
    return frozenset(use.name for item in items for use in uses(item, slot, steps))


def _runs(node: Factors) -> Iterator[tuple[str, int, int]]:
    """Yield the longest runs of plain letters that end in one with scripts, and their places."""
    start = 0
    for place, factor in enumerate(node.factors):
        is_next = place > start and node.operators[place - 1] == "" and _touch(node, place)
        if not _is_letter(unscripted(factor)) or not (is_next or place == start):
            start = place if _is_letter(factor) else place + 1
            continue
        if isinstance(factor, Scripted):
            if place + 1 - start >= _FEWEST:
                letters = (unscripted(f) for f in node.factors[start : place + 1])
                run = "".join(f.name for f in letters if isinstance(f, Symbol))
                yield run, start, place + 1
            start = place + 1


def _is_letter(node: Node | None) -> bool:
    is_plain = isinstance(node, Symbol) and not (node.style or node.accents or node.primes)
    return is_plain and isinstance(node, Symbol) and len(node.name) == 1 and node.name.isalpha()


def _touch(node: Factors, place: int) -> bool:
    """Whether a factor stands right behind the one before it, without a space."""
    one, two = unscripted(node.factors[place - 1]).span, unscripted(node.factors[place]).span
    if one is None or two is None:
        return False
    return one.line == two.line and one.column + 1 == two.column


def _joined(node: Factors, names: frozenset[str]) -> Node:
    factors, operators = list(node.factors), list(node.operators)
    for run, start, end in reversed(list(_runs(node))):
        last = factors[end - 1]
        # A d of a derivative may stand right before it.
        name = max((n for n in names if run.endswith(n)), key=len, default=None)
        if name is not None and isinstance(last, Scripted):
            start = end - len(name)
            symbol = Symbol(name, "roman", span=unscripted(factors[start]).span)
            factors[start:end] = [replace(last, base=symbol)]
            del operators[start : end - 1]
    if len(factors) == 1:
        return factors[0]
    return replace(node, factors=tuple(factors), operators=tuple(operators))


def _with_label(node: Scripted) -> Node:
    """Return a loss with the letters below it as one word."""
    if not isinstance(node.base, Symbol) or node.base.name not in LOSS_NAMES:
        return node
    match node.below:
        case Factors() as label:
            word = _word(label)
            return replace(node, below=word) if word is not None else node
        case Listed(items=items):
            words = [_word(item) if isinstance(item, Factors) else None for item in items]
            pairs = zip(words, items, strict=True)
            return replace(node, below=replace(node.below, items=tuple(w or i for w, i in pairs)))
        case _:
            return node


def _word(node: Factors) -> Word | None:
    letters = [f.name for f in node.factors if isinstance(f, Symbol) and _is_letter(f)]
    is_word = len(letters) == len(node.factors) >= _FEWEST and not any(node.operators)
    return Word("".join(letters), span=node.span) if is_word else None
