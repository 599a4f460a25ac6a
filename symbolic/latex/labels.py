"""Labels: scripts that belong to a name, as in W_{hh} or b_f, and are neither steps nor positions.

A word is always a label. Letters are one on the right of a forward equation where nothing there
binds them: no sum runs over them, the left side has no such position, and no step is written so.
Numbers are one where the equation of a running step reads a name that never stands without a
number, as W_1 and W_2 of two layers; else they are steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symbolic.latex.definitions import has_derivative
from symbolic.latex.lexicon import ARGUMENT, BELOW, written_name
from symbolic.latex.names import EMPTY, find_slot, script_letters, uses
from symbolic.latex.scripts import affine, sort_scripts
from symbolic.latex.sums import summed_letters
from symbolic.latex.syntax import (
    Bracket,
    Chain,
    Factors,
    Listed,
    Node,
    Numeral,
    Row,
    Scripted,
    Symbol,
    Word,
    unscripted,
)
from symbolic.latex.walk import children, map_children, map_row, walk

#: Letters that are indices, counts or steps where nothing says that they are labels.
_NO_LABELS = frozenset("ijklmnpqrstuvKMNT") | {"tau"}

#: A name and the label below it, as they are spelled.
Label = tuple[str, str]


def labels_in(rows: Iterable[Row]) -> frozenset[Label]:
    """Return the names that stand with labels in the forward equations of a section."""
    chains = [chain for row in rows for chain in row.chains]
    equations = [chain for chain in chains if _is_forward(chain)]
    slot, steps = find_slot(chains)
    plain = _plain_names(equations) | _declared(chains)
    whole = [chain for chain in equations if not _is_labelled(chain.items[0], slot)]
    found = frozenset(_on_left(chains, _plain_names(whole) | _declared(chains)))
    if slot == BELOW:
        found |= _numbered(chains, equations, steps)
    return found | frozenset(
        (name, label)
        for chain in equations
        for node, bound in _scripted(chain)
        if (name := written_name(node.base)) is not None
        and (label := spelled(node)) is not None
        and (_is_word(node) or (name not in plain and not _is_bound(node, bound, steps)))
    )


def _numbered(
    chains: list[Chain], equations: list[Chain], steps: frozenset[str]
) -> frozenset[Label]:
    """Return the names with a number below that the equations of running steps read."""
    running = [c for c in equations if c.items[0] is not None and _runs(c.items[0], steps)]
    read = {name for chain in running for name, number in _below(chain.items[1:]) if number}
    every = [found for chain in chains for found in _below(chain.items)]
    read -= {name for name, number in every if number is None}
    return frozenset((name, number) for name, number in every if number and name in read)


def _runs(left: Node, steps: frozenset[str]) -> bool:
    found = uses(left, BELOW, steps)
    value = affine(found[0].step, EMPTY) if found and found[0].step is not None else None
    return value is not None and bool(value.letters)


def _below(items: Iterable[Node | None]) -> Iterator[tuple[str, str | None]]:
    """Yield the name of every letter and the number below it; None where that is no number."""
    pending = [item for item in items if item is not None]
    while pending:
        node = pending.pop()
        base = node.base if isinstance(node, Scripted) else node
        if isinstance(base, Symbol) and (name := written_name(base)) is not None:
            yield name, _number(node)
            pending += [node.below] if isinstance(node, Scripted) and node.below else []
            continue
        pending.extend(children(node))


def _number(node: Node) -> str | None:
    """Return the number that alone stands below a letter."""
    below = sort_scripts(node).below if isinstance(node, Scripted) else ()
    return below[0].text if len(below) == 1 and isinstance(below[0], Numeral) else None


def _on_left(chains: list[Chain], plain: frozenset[str]) -> Iterator[Label]:
    r"""Yield the names with a label below and a step elsewhere, \delta_{o,t} or \delta_o^{(t)}.

    They stand on the left of an equation, and the letter of the label is no index.
    """
    slot, steps = find_slot(chains)
    items = [item for chain in chains for item in chain.items if item is not None]
    summed = frozenset(x for item in items for x in summed_letters(item))
    beside = [s for item in items for s in _below_with(item, summed - steps - _NO_LABELS)]
    bound = steps | summed | _NO_LABELS | {x for _, letters in beside for x in letters}
    plain |= {name for name, _ in beside}
    for chain in chains:
        left = chain.items[0] if chain.relations[:1] == ("=",) else None
        base = _called(left, slot)
        split = _split(base, slot) if isinstance(base, Scripted) else None
        if split is None or left is None:
            continue
        label, step = split
        if step is None:
            step = next((use.step for use in uses(left, slot, steps)), None)
        name = written_name(unscripted(base)) if base is not None else None
        if name is None or step is None or name in plain or label in bound:
            continue
        value = affine(_inside(step), EMPTY)
        if value is not None and value.letters and value.letters <= steps | _NO_LABELS:
            yield name, label


def _below_with(item: Node, summed: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the names with a letter below that a sum runs over, and all letters there."""
    for node in walk(item):
        name = written_name(node.base) if isinstance(node, Scripted) else None
        if name is not None and isinstance(node, Scripted) and node.below is not None:
            letters = frozenset(n.name for n in walk(node.below) if isinstance(n, Symbol))
            if letters & summed:
                yield name, letters


def _is_labelled(left: Node | None, slot: str) -> bool:
    """Whether a letter or word stands below a left side where its step does not stand."""
    base = _called(left, slot)
    return isinstance(base, Scripted) and _split(base, slot) is not None


def _called(left: Node | None, slot: str) -> Node | None:
    """Return a left side without the step in a bracket behind it."""
    return left.factors[0] if isinstance(left, Factors) and slot == ARGUMENT else left


def _split(node: Scripted, slot: str) -> tuple[str, Node | None] | None:
    """Return the label below a name and the step behind it, if that stands below too."""
    below = sort_scripts(node).below
    wanted = 2 if slot == BELOW else 1
    label = written_name(below[0]) if len(below) == wanted else None
    if label is None or not isinstance(below[0], Symbol | Word):
        return None
    return label, below[1] if slot == BELOW else None


def _first_below(node: Scripted) -> tuple[str | None, Node | None]:
    """Return what stands before the first comma below a name, as it is spelled, and the rest."""
    if not isinstance(node.below, Listed):
        return None, None
    first, *rest = node.below.items
    return spelled(replace(node, below=first)), (
        rest[0] if len(rest) == 1 else replace(node.below, items=tuple(rest))
    )


def _inside(node: Node) -> Node:
    return node.items[0] if isinstance(node, Bracket) and len(node.items) == 1 else node


def _is_forward(chain: Chain) -> bool:
    """Whether a chain may be a forward equation: nothing in it is a derivative."""
    if chain.relations[:1] != ("=",) or len(chain.items) < 2:
        return False
    sides = chain.items[:2]
    return all(side is not None and not has_derivative(side) for side in sides)


def _plain_names(equations: Iterable[Chain]) -> frozenset[str]:
    """Return the names that are defined; what is below them is a step or a position.

    A number is a value of a name, and ``W = W - ...`` is an update: neither defines it.
    """
    found: set[str] = set()
    for chain in equations:
        left, right = chain.items[:2]
        parts = list(walk(right)) if right is not None else []
        if left in parts or not any(isinstance(n, Symbol | Word) for n in parts):
            continue
        base = unscripted(left)
        if base is not None and (name := written_name(base)) is not None:
            found.add(name)
    return frozenset(found)


def _declared(chains: Iterable[Chain]) -> frozenset[str]:
    """Return the names whose shape is declared without a script below them."""
    lefts = (c.items[0] for c in chains if c.relations[:1] in (("in",), ("colon",)))
    return frozenset(name for left in lefts if left and (name := written_name(left)) is not None)


def _scripted(chain: Chain) -> Iterator[tuple[Scripted, frozenset[str] | None]]:
    """Yield what has a script below, with the letters that are bound around it.

    On the left all letters are, since they say where the equation defines: None stands for that.
    """
    left, right = chain.items[0], chain.items[1]
    assert left is not None
    assert right is not None
    bound = summed_letters(right) | script_letters([replace(chain, items=(left,), relations=())])
    for side in (left, right):
        for node in walk(side):
            if isinstance(node, Scripted) and isinstance(node.base, Symbol) and node.below:
                yield node, bound if side is right else None


def spelled(node: Scripted) -> str | None:
    """Return the script below as it is spelled, where it is made of letters or is a word."""
    parts = sort_scripts(node).below
    letters = [written_name(part) if isinstance(part, Symbol | Word) else None for part in parts]
    return None if not letters or None in letters else "".join(x for x in letters if x)


def _is_word(node: Scripted) -> bool:
    below = sort_scripts(node).below
    return len(below) == 1 and isinstance(below[0], Word)


def _is_bound(node: Scripted, bound: frozenset[str] | None, steps: frozenset[str]) -> bool:
    """Whether letters below a name are positions or steps."""
    if bound is None:
        return True
    names = {written_name(part) for part in sort_scripts(node).below}
    here = bound | {"k", "tau", "T"}
    if isinstance(node.below, Factors) and len(node.below.factors) > 1:
        # Of two letters each can be a position here; three are a word if one of them cannot.
        return names <= here if len(names) > 2 else not names.isdisjoint(here)
    return not names.isdisjoint(here | steps)


def with_labels(row: Row, labels: frozenset[Label]) -> Row:
    """Return a row in which a name and its label are one symbol."""

    def change(node: Node) -> Node:
        inner = map_children(node, change)
        if isinstance(inner, Scripted) and isinstance(inner.base, Symbol) and inner.below:
            label = spelled(inner) or _number(inner)
            name = written_name(inner.base)
            if label is not None and (name, label) in labels:
                symbol = replace(inner.base, name=f"{inner.base.name}_{label}")
                return symbol if inner.above is None else replace(inner, base=symbol, below=None)
            first, rest = _first_below(inner)
            if first is not None and (name, first) in labels:
                symbol = replace(inner.base, name=f"{inner.base.name}_{first}")
                return replace(inner, base=symbol, below=rest)
        return inner

    return map_row(row, change)
