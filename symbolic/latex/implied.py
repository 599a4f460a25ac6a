r"""Names that a chain says by the way: L = \sum_i f(x_i) = \sum_i h_i has h_i for f(x_i)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from symbolic.latex.aliases import Alias, base_name, names_of_forward_equations
from symbolic.latex.lexicon import DIAG_WORDS, FUNCTION_WORDS, LOSS_NAMES, SOFTMAX_WORDS
from symbolic.latex.syntax import Bracket, Chain, Factors, Node, Symbol, unscripted
from symbolic.latex.walk import children, map_children, walk

_KNOWN = FUNCTION_WORDS.keys() | SOFTMAX_WORDS | DIAG_WORDS | LOSS_NAMES


def implied_in(chains: Sequence[Chain]) -> list[Alias]:
    """Return the applied functions that two sides of a chain set equal to a variable.

    The sides are alike but for these two; the function has no equation of its own and is written
    in no other way, unless without its argument. The variable is one of the forward equations.
    """
    found: dict[Node, Node] = {}
    for chain in chains:
        if len(chain.items) < 3 or set(chain.relations) != {"="}:
            continue
        for one, two in pairwise(chain.items[1:]):
            if one is None or two is None or (pair := _pair(one, two)) is None:
                continue
            forward = names_of_forward_equations([c for c in chains if c is not chain])
            if base_name(pair[1]) in forward and not _is_elsewhere(pair[0], chains, forward):
                found.setdefault(*pair)
    return list(found.items())


def _pair(one: Node, two: Node) -> Alias | None:
    """Return the applied function and the variable in which alone two sides differ."""
    pairs = set(_differences(one, two))
    if len(pairs) != 1:
        return None
    (pair,) = pairs
    for left, right in (pair, pair[::-1]):
        if _is_call(left) and base_name(right) is not None:
            return left, right
    return None


def _differences(one: Node, two: Node) -> Iterator[Alias]:
    if one == two:
        return
    below, beside = children(one), children(two)
    if type(one) is type(two) and len(below) == len(beside) and not isinstance(one, Symbol):
        fresh = iter(beside)
        if map_children(one, lambda _: next(fresh)) == two:
            for a, b in zip(below, beside, strict=True):
                yield from _differences(a, b)
            return
    yield one, two


def _is_call(node: Node) -> bool:
    match node:
        case Factors(factors=(name, Bracket(kind="(")), operators=("",)):
            return isinstance(unscripted(name), Symbol) and base_name(name) not in _KNOWN
        case _:
            return False


def _is_elsewhere(call: Node, chains: Sequence[Chain], forward: set[str]) -> bool:
    """Whether the name of a function is also that of something else."""
    assert isinstance(call, Factors)
    name = call.factors[0]
    nodes = (n for c in chains for item in c.items if item is not None for n in walk(item))
    others = (n for n in nodes if base_name(n) == base_name(name) and n != name)
    is_bare = all(n == unscripted(name) for n in others)
    return base_name(name) in forward or not is_bare or _is_called_otherwise(call, chains)


def _is_called_otherwise(call: Factors, chains: Sequence[Chain]) -> bool:
    """Whether the function stands before other arguments too."""
    for chain in chains:
        for node in (n for item in chain.items if item is not None for n in walk(item)):
            if not isinstance(node, Factors):
                continue
            for name, argument in pairwise(node.factors):
                is_other = isinstance(argument, Bracket) and argument != call.factors[1]
                if name == call.factors[0] and is_other:
                    return True
    return False
