"""Labels: scripts that belong to a name, as in W_{hh} or b_f, and are neither steps nor positions.

A word is always a label. Letters are one on the right of a forward equation where nothing there
binds them: no sum runs over them, the left side has no such position, and no step is written so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symbolic.latex.definitions import has_derivative
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import find_slot, script_letters
from symbolic.latex.scripts import sort_scripts
from symbolic.latex.sums import summed_letters
from symbolic.latex.syntax import Chain, Node, Row, Scripted, Symbol, Word, unscripted
from symbolic.latex.walk import map_children, walk

#: A name and the label below it, as they are spelled.
Label = tuple[str, str]


def labels_in(rows: Iterable[Row]) -> frozenset[Label]:
    """Return the names that stand with labels in the forward equations of a section."""
    chains = [chain for row in rows for chain in row.chains]
    equations = [chain for chain in chains if _is_forward(chain)]
    _, steps = find_slot(chains)
    plain = _plain_names(equations) | _declared(chains)
    return frozenset(
        (name, label)
        for chain in equations
        for node, bound in _scripted(chain)
        if (name := written_name(node.base)) is not None
        and (label := spelled(node)) is not None
        and (_is_word(node) or (name not in plain and not _is_bound(node, bound, steps)))
    )


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
    return not names.isdisjoint(bound | steps | {"k", "tau", "T"})


def with_labels(row: Row, labels: frozenset[Label]) -> Row:
    """Return a row in which a name and its label are one symbol."""

    def change(node: Node) -> Node:
        inner = map_children(node, change)
        if isinstance(inner, Scripted) and isinstance(inner.base, Symbol) and inner.below:
            label = spelled(inner)
            name = written_name(inner.base)
            if label is not None and (name, label) in labels:
                symbol = replace(inner.base, name=f"{inner.base.name}_{label}")
                return symbol if inner.above is None else replace(inner, base=symbol, below=None)
        return inner

    def changed(chain: Chain) -> Chain:
        items = tuple(None if item is None else change(item) for item in chain.items)
        return chain if items == chain.items else replace(chain, items=items)

    return replace(row, chains=tuple(changed(chain) for chain in row.chains))
