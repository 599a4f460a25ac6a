"""Losses that a text leaves open: L = L(h_T), E_t = ell(y_t, o_t).

Whatever such a function is, a claim sees its first derivatives alone, and these may be anything:
the function is a linear one of its arguments with free weights, its slopes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symbolic.latex.definitions import left_name
from symbolic.latex.lexicon import (
    ARGUMENT,
    BELOW,
    DIAG_WORDS,
    FUNCTION_WORDS,
    LOSS_NAMES,
    SOFTMAX_WORDS,
    written_name,
)
from symbolic.latex.names import uses
from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Scripted, Symbol, Terms, Word
from symbolic.latex.walk import map_children

#: What tells ell_t(h_t) from ell(h).
_OF_A_STEP = " of a step"

_KNOWN = FUNCTION_WORDS.keys() | SOFTMAX_WORDS | DIAG_WORDS


def with_slopes(
    chains: list[Chain], slot: str, steps: frozenset[str]
) -> tuple[list[Chain], dict[str, str]]:
    """Return the chains with open losses made linear, and losses by the name of their function."""
    defined = set(_function_names(chains, slot, steps))
    names: dict[str, str] = {}
    found: list[Chain] = []
    for chain in chains:
        left, right = chain.items[:2] if chain.relations[:1] == ("=",) else (None, None)
        use = left_name(left, slot, steps) if left is not None else None
        if use is None or use.name not in LOSS_NAMES or right is None:
            found.append(chain)
            continue
        called: set[str] = set()
        given = (defined - {use.name}) | {f"{name}{_OF_A_STEP}" for name in defined}
        body = _linear(right, given, called, slot, steps, is_whole=True)
        # The function of one step is no other name of the whole.
        whole = (name for name in called if not name.endswith(_OF_A_STEP))
        names |= {name: use.name for name in whole if name != use.name}
        items = (left, body, *chain.items[2:])
        found.append(replace(chain, items=items) if called else chain)
    return found, names


def _function_names(chains: Iterable[Chain], slot: str, steps: frozenset[str]) -> Iterable[str]:
    """Yield the names on the left sides of equations, alone or before a bracket."""
    for chain in chains:
        left = chain.items[0]
        if chain.relations[:1] == ("=",) and left is not None:
            first = left.factors[0] if isinstance(left, Factors) else left
            use = left_name(left, slot, steps) or left_name(first, slot, steps)
            if use is not None:
                yield use.name


def _linear(
    node: Node,
    defined: set[str],
    called: set[str],
    slot: str,
    steps: frozenset[str],
    *,
    is_whole: bool = False,
) -> Node:
    """Return an expression with the calls of open functions replaced; ``called`` collects them."""
    match node:
        case Factors(factors=(first, Bracket(kind="(", items=items)), operators=("",)):
            plain = _without_step(first, slot)
            name = written_name(plain) if isinstance(plain, Symbol | Word) else None
            is_open = name in LOSS_NAMES or (is_whole and _is_function(name, first))
            arguments = [left_name(item, slot, steps) for item in items]
            label = name if plain is first else f"{name}{_OF_A_STEP}"
            if name is not None and label and is_open and label not in defined and all(arguments):
                called.add(label)
                terms = tuple(_weighted(name, n, item, slot, steps) for n, item in enumerate(items))
                return Terms(terms, ("+",) * len(terms)) if len(terms) > 1 else terms[0]
            return node
        case _:
            return map_children(node, lambda child: _linear(child, defined, called, slot, steps))


def _without_step(node: Node, slot: str) -> Node:
    """Return the name of a function of each step, ell_t; what is no such function as it is."""
    match node:
        case Scripted(base=Symbol() as base, below=Symbol(), above=None) if slot == BELOW:
            return base
        case _:
            return node


def _is_function(name: str | None, node: Node) -> bool:
    return isinstance(node, Word) and name is not None and name not in _KNOWN


def _weighted(name: str, number: int, argument: Node, slot: str, steps: frozenset[str]) -> Node:
    """Return a free weight, at the step of an argument, times the argument."""
    step = uses(argument, slot, steps)[0].step
    weight: Node = Symbol(f"slope {number + 1} of {name}")
    top = Symbol("top")
    if step is None:
        return Factors((Scripted(weight, above=top), argument), ("",))
    if slot == BELOW:
        return Factors((Scripted(weight, below=step, above=top), argument), ("",))
    if slot == ARGUMENT:
        inner = Bracket("(", (Factors((weight, step), ("",)),))
        return Factors((Scripted(inner, above=top), argument), ("",))
    inner = Bracket("(", (Scripted(weight, above=step),))
    return Factors((Scripted(inner, above=top), argument), ("",))
