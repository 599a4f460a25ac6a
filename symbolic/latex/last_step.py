"""The last step under another letter than T or tau: N in sum_{t=1}^N, T_x, K.

A letter is the last step of its section where it stands as the upper limit of a sum over the
running step, ends a range of it, or is the step at which something without steps reads a state, and
is no size and no variable. It is then written tau.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbolic.latex.definitions import has_derivative, left_name
from symbolic.latex.lexicon import HORIZON_LETTERS, written_name
from symbolic.latex.names import EMPTY, Use, find_slot, is_lagged, steps_of, uses
from symbolic.latex.ranges import with_ranges
from symbolic.latex.scripts import affine
from symbolic.latex.sums import bound_by
from symbolic.latex.syntax import (
    Big,
    Bracket,
    Chain,
    Dots,
    Fraction,
    Listed,
    Node,
    Numeral,
    Row,
    Scripted,
    Symbol,
    Terms,
    Word,
    unscripted,
)
from symbolic.latex.walk import map_children, map_row, walk


def with_last_step(rows: list[Row]) -> list[Row]:
    """Return the rows of a section with tau for the letter that is its last step.

    Ranges of steps have one writing afterwards, see ``symbolic.latex.ranges``.
    """
    slot, letters = find_slot([chain for row in rows for chain in row.chains])
    rows = with_ranges(rows, letters)
    chains = [chain for row in rows for chain in row.chains]
    written = {name for chain in chains for name in _names(chain)}
    if {"T", "tau"} & _ends(chains, letters) or "tau" in written:
        return rows
    found = _last_steps(chains, slot, letters)
    if len(found) != 1:
        return rows
    (last,) = found

    def change(node: Node) -> Node:
        return replace(_TAU, span=node.span) if node == last else map_children(node, change)

    return [map_row(row, change) for row in rows]


_TAU = Symbol("tau")


def _names(chain: Chain) -> set[str]:
    """Return the names of all letters of a chain."""
    nodes = (node for item in chain.items if item is not None for node in walk(item))
    return {name for node in nodes if (name := written_name(node)) is not None}


def _ends(chains: list[Chain], letters: frozenset[str]) -> set[str]:
    """Return the names of what ends a sum or a range of steps, T_x as T_x."""
    found = {_spelled(end) for chain in chains for end in _range_ends(chain, letters)}
    return found | {_spelled(end) for _, end, _ in _sums(chains) if end is not None}


def _last_steps(chains: list[Chain], slot: str, letters: frozenset[str]) -> set[Node]:
    """Return the letters that are the last step by what they end."""
    ranges = {end for chain in chains for end in _range_ends(chain, letters)}
    sums = [(big, end, chain) for big, end, chain in _sums(chains) if end is not None]
    over = {end for big, end, _ in sums if _is_over_steps(big, slot, letters)}
    others = {end for big, end, _ in sums if end not in over or not _may_be(big, slot, letters)}
    whole = {
        end
        for big, end, chain in sums
        if _is_over_steps(big, slot, letters) and _is_of_whole(chain, slot, letters)
    }
    ranges |= _read_by_whole(chains, slot, letters)
    bound = {name for chain in chains for name in _bound(chain)}
    busy = bound | _declared(chains) | _read(chains, slot, letters)
    return {
        end
        for end in ranges | over
        if (end in ranges | whole or _is_capital(end))
        and end not in others
        and _spelled(end) not in busy | {"infty"}
    }


def _sums(chains: list[Chain]) -> Iterator[tuple[Big, Node | None, Chain]]:
    """Yield the sums and products, each with the letter of its upper limit and its chain."""
    for chain in chains:
        for item in (i for i in chain.items if i is not None):
            for node in walk(item):
                if isinstance(node, Big) and node.above is not None:
                    yield node, _letter_of(node.above), chain


def _letter_of(node: Node) -> Node | None:
    """Return the letter of a limit such as N, N - 1 or T_x; None where it is anything else."""
    match node:
        case Terms(terms=(first, Numeral())):
            return _letter_of(first)
        case Scripted(base=Symbol(name="T"), below=Symbol() | Word(), above=None):
            return node
        case Symbol(accents=(), primes=0) if node.name.isalpha():
            return node
        case _:
            return None


def _range_ends(chain: Chain, letters: frozenset[str]) -> Iterator[Node]:
    """Yield the letter that a range of steps ends with."""
    for name, _, last in step_ranges(chain, letters):
        end = _letter_of(last)
        if end is not None and _spelled(end) != name:
            yield end


def step_ranges(chain: Chain, letters: frozenset[str]) -> Iterator[tuple[str, Node, Node]]:
    """Yield the letter, the first and the last of a range of steps from a number: t = 1, ..., N."""
    match chain:
        case Chain(items=(Symbol(name=name), Listed(items=items)), relations=("=",)):
            pass
        case Chain(items=(Symbol(name=name), Bracket(kind="{", items=items)), relations=("in",)):
            pass
        case Chain(items=(Numeral() as low, Symbol(name=name), high), relations=("le", "le")):
            items = (low, Dots(), high) if high is not None else ()
        case _:
            return
    if name not in letters or not any(isinstance(item, Dots) for item in items):
        return
    if isinstance(items[0], Numeral):
        yield name, items[0], items[-1]


def _is_over_steps(big: Big, slot: str, letters: frozenset[str]) -> bool:
    """Whether a sum runs over a letter of the steps that stands at a step in its body."""
    return any(name in letters and _is_at_step(name, big, slot, letters) for name in bound_by(big))


def _may_be(big: Big, slot: str, letters: frozenset[str]) -> bool:
    """Whether a sum does not run over positions: its letter stands at a step."""
    return any(_is_at_step(name, big, slot, letters | {name}) for name in bound_by(big))


def _is_at_step(name: str, big: Big, slot: str, letters: frozenset[str]) -> bool:
    steps = (use.step for use in uses(big.body, slot, letters) if use.step is not None)
    values = (affine(step, EMPTY) for step in steps)
    return any(value is not None and name in value.letters for value in values)


def _is_of_whole(chain: Chain, slot: str, letters: frozenset[str]) -> bool:
    """Whether a chain gives a quantity without steps, as a loss is."""
    left = chain.items[0]
    if chain.relations[:1] != ("=",) or left is None or has_derivative(left):
        return False
    use = left_name(left, slot, letters)
    return use is not None and use.step is None


def _read_by_whole(chains: list[Chain], slot: str, letters: frozenset[str]) -> set[Node]:
    """Return the letters at which something without steps reads a state: n of y = w s_n.

    A state is what some equation reads one step earlier. The letter is none that runs.
    """
    found: set[Node] = set()
    states = {use.name for chain in chains for use in _uses(chain, slot, letters) if _is_lag(use)}
    for chain in (c for c in chains if _is_of_whole(c, slot, letters)):
        bound = _bound(chain)
        for use in _uses(chain, slot, letters):
            # Below, a letter that does not run is no step of the use, but a position.
            end = use.step or steps_of(use.node, slot)
            is_state = written_name(unscripted(use.node)) in states
            is_letter = isinstance(end, Symbol) and _letter_of(end) == end
            if end is not None and is_state and is_letter and _spelled(end) not in letters | bound:
                found.add(end)
    return found


def _uses(chain: Chain, slot: str, letters: frozenset[str]) -> Iterator[Use]:
    for item in (i for i in chain.items if i is not None):
        yield from uses(item, slot, letters)


def _is_lag(use: Use) -> bool:
    return use.step is not None and is_lagged(use.step)


def _is_capital(node: Node) -> bool:
    return isinstance(node, Scripted) or (isinstance(node, Symbol) and node.name.isupper())


def _spelled(node: Node | None) -> str:
    if isinstance(node, Scripted) and node.below is not None:
        return f"{_spelled(node.base)}_{_spelled(node.below)}"
    return (written_name(node) or "") if node is not None else ""


def _bound(chain: Chain) -> set[str]:
    """Return the letters that sums and ranges of a chain run over."""
    nodes = (node for item in chain.items if item is not None for node in walk(item))
    found = {name for node in nodes if isinstance(node, Big) for name in bound_by(node)}
    first = chain.items[0]
    is_range = len(chain.items) == 2 and isinstance(chain.items[1], Listed | Bracket)
    return found | ({first.name} if is_range and isinstance(first, Symbol) else set())


def _declared(chains: list[Chain]) -> set[str]:
    """Return the letters of declared shapes, of the last step the letter excepted in a range."""
    found: set[str] = set()
    for chain in chains:
        if chain.relations[:1] in (("in",), ("colon",)) and chain.items[1] is not None:
            shape = chain.items[1]
            if not (isinstance(shape, Bracket) and shape.kind in "{["):
                found |= {name for n in walk(shape) if (name := written_name(n)) is not None}
    return found


def _read(chains: list[Chain], slot: str, letters: frozenset[str]) -> set[str]:
    """Return the names that equations read as quantities, at no step, in no limit, as no count."""
    found: set[str] = set()
    for chain in chains:
        if "=" not in chain.relations or any(i and has_derivative(i) for i in chain.items):
            continue
        for item in (i for i in chain.items if i is not None):
            if not isinstance(item, Listed):
                found |= {use.name for use in uses(_without_counts(item), slot, letters)}
    return found - set(HORIZON_LETTERS)


def _without_counts(node: Node) -> Node:
    """Return an expression without limits, and without a letter that it is divided by."""
    match node:
        case Big():
            node = replace(node, below=None, above=None)
        case Fraction(below=Symbol() | Scripted()):
            node = replace(node, below=Numeral("1"))
        case _:
            pass
    return map_children(node, _without_counts)
