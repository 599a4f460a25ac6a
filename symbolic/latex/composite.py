"""Functions of functions without a formula: z = f(u, v) with u = u(x) and v = v(x).

What a chain rule says of them it says of first derivatives, which are free: each is a linear
function of its arguments with weights of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symbolic.latex.lexicon import (
    DIAG_WORDS,
    FUNCTION_WORDS,
    LOSS_NAMES,
    SOFTMAX_WORDS,
    written_name,
)
from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Symbol, Terms

_KNOWN = FUNCTION_WORDS.keys() | SOFTMAX_WORDS | DIAG_WORDS | LOSS_NAMES


def composites_in(chains: Iterable[Chain]) -> list[Chain]:
    """Return the equations that give a letter as an open function of letters, the first of each."""
    found: dict[str, Chain] = {}
    for chain in chains:
        match chain:
            case Chain(
                items=(
                    Symbol(name=name),
                    Factors(factors=(Symbol() as function, Bracket(kind="(", items=arguments))),
                ),
                relations=("=",),
            ) if all(isinstance(a, Symbol) and a.name != name for a in arguments):
                if written_name(function) not in _KNOWN and name not in _KNOWN:
                    found.setdefault(name, chain)
    # One function of one letter is nothing to compose.
    return list(found.values()) if len(found) > 1 else []


def as_linear(chain: Chain) -> Chain:
    """Return the equation with a linear function of the arguments."""
    right = chain.items[1]
    assert isinstance(right, Factors)
    left = chain.items[0]
    name = written_name(left) if left is not None else None
    bracket = right.factors[1]
    assert isinstance(bracket, Bracket)
    terms: tuple[Node, ...] = tuple(
        Factors((Symbol(f"slope {number} of {name}"), argument), ("",))
        for number, argument in enumerate(bracket.items, start=1)
    )
    body = terms[0] if len(terms) == 1 else Terms(terms, ("+",) * len(terms))
    return replace(chain, items=(left, body))


def last_of(chains: Iterable[Chain]) -> Node | None:
    """Return the letter that no other of the equations reads."""
    known = list(chains)
    read = {
        argument
        for chain in known
        if isinstance(chain.items[1], Factors)
        for bracket in chain.items[1].factors[1:]
        if isinstance(bracket, Bracket)
        for argument in bracket.items
    }
    return next((chain.items[0] for chain in known if chain.items[0] not in read), None)
