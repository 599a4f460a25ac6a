"""Forward equations that are written the other way round: tanh(W h_{t-1} + x_t) = h_t."""

from __future__ import annotations

from dataclasses import replace

from symbolic.latex.definitions import has_derivative, is_worked, left_name, left_use
from symbolic.latex.syntax import Chain


def oriented(chains: list[Chain], slot: str, steps: frozenset[str]) -> list[Chain]:
    """Return the chains, those turned round that end in a name which stands on no left side."""
    lefts: set[str] = set()
    for chain in chains:
        left = chain.items[0]
        use = left_name(left, slot, steps) if left is not None else None
        lefts |= {use.name} if use is not None else set()
    return [_turned(chain, lefts, slot, steps) for chain in chains]


def _turned(chain: Chain, lefts: set[str], slot: str, steps: frozenset[str]) -> Chain:
    if chain.relations != ("=",):
        return chain
    left, right = chain.items
    if left is None or right is None or is_worked(left):
        return chain
    if has_derivative(left) or has_derivative(right):
        return chain
    use = left_name(right, slot, steps)
    if left_use(left, slot, steps) or use is None or use.step is None or use.name in lefts:
        return chain
    return replace(chain, items=(right, left))
