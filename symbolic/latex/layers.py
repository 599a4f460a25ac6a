r"""Layers that are a letter, h_t^{(l)}: where two indices of a name run, no network is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symbolic.latex.definitions import has_derivative
from symbolic.latex.lexicon import written_name
from symbolic.latex.names import EMPTY, is_lagged
from symbolic.latex.scripts import affine
from symbolic.latex.syntax import Bracket, Chain, Factors, Listed, Node, Scripted
from symbolic.latex.walk import walk


def layered_name(chains: Iterable[Chain]) -> str | None:
    """Return a name of which two indices run, as in h_{t-1}^{(l)} and h_t^{(l-1)}; None without.

    Only what may be forward equations is looked at: a claim may go from one layer to the other.
    """
    found: dict[str, dict[tuple[str, int], set[str]]] = {}
    forward = (c for c in chains if c.relations[:1] == ("=",))
    sides = ([item for item in chain.items if item is not None] for chain in forward)
    for item in (i for items in sides if not any(map(has_derivative, items)) for i in items):
        for node in walk(item):
            name = written_name(node.base) if isinstance(node, Scripted) else None
            if name is None or not isinstance(node, Scripted):
                continue
            places = found.setdefault(name, {})
            for place, script in _scripts(node):
                value = affine(_inside(script), EMPTY) if is_lagged(_inside(script)) else None
                if value is not None and value.constant < 0:
                    places.setdefault(place, set()).update(value.letters)
    for name, places in sorted(found.items()):
        kinds = [frozenset(letters) for letters in places.values()]
        if any(not one & other for one in kinds for other in kinds):
            return name
    return None


def _scripts(node: Scripted) -> Iterator[tuple[tuple[str, int], Node]]:
    """Yield what stands below and above a name, with its place."""
    for where, script in (("below", node.below), ("above", node.above)):
        match script:
            case None:
                continue
            case Listed(items=items):
                yield from (((where, k), item) for k, item in enumerate(items))
            case Factors(factors=factors):
                yield from (((where, k), factor) for k, factor in enumerate(factors))
            case _:
                yield (where, 0), script


def _inside(node: Node) -> Node:
    return node.items[0] if isinstance(node, Bracket) and len(node.items) == 1 else node
