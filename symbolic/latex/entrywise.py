"""Forward equations by entries: h_{t,i} = tanh(sum_j W_{ij} h_{t-1,j}) defines the state h_t."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symbolic.errors import ModelError
from symbolic.expr import Index
from symbolic.latex.context import Context
from symbolic.latex.definitions import Definition
from symbolic.latex.lexicon import BELOW, Variable
from symbolic.latex.meaning import meaning
from symbolic.latex.names import Use
from symbolic.latex.scripts import sort_scripts
from symbolic.latex.syntax import Scripted
from symbolic.latex.tensor import Tensor, renamed


def value_of_definition(d: Definition, variable: Variable, context: Context) -> Tensor:
    """Return the right side of a forward equation, with an axis for each position on its left.

    Raises ModelError where the left side has another number of positions than the variable axes,
    and what ``meaning`` raises.
    """
    if not d.positions:
        return meaning(d.body, context)
    if len(d.positions) != len(variable.shape):
        raise ModelError(f"{variable.name} stands with {len(d.positions)} positions", d.chain.span)
    pairs = zip(d.positions, variable.shape, strict=True)
    axes = tuple(Index(position, size) for position, size in pairs)
    context.sizes.update((axis.name, axis.size) for axis in axes)
    value = meaning(d.body, context)
    if not value.is_scalar:
        raise ModelError(f"an entry of {variable.name} is no number", d.chain.span)
    by_entries = Tensor(axes[:1], axes[1:], value.entry)
    fresh = context.fresh.like(axes)
    return renamed(by_entries, fresh[:1], fresh[1:])


def ranks_in(definitions: Iterable[Definition], slot: str, steps: frozenset[str]) -> dict[str, int]:
    """Return how many positions names have in equations by entries, where that is one number."""
    found: dict[str, set[int]] = {}
    for d in definitions:
        if d.positions:
            found.setdefault(d.name, set()).add(len(d.positions))
        for use in d.uses(slot, steps) if d.positions else ():
            found.setdefault(use.name, set()).add(_positions_at(use, slot))
    return {name: next(iter(counts)) for name, counts in found.items() if len(counts) == 1}


def _positions_at(use: Use, slot: str) -> int:
    if not isinstance(use.node, Scripted) or "_" in use.name:
        return 0
    below = len(sort_scripts(use.node).below)
    return below - (1 if slot == BELOW and use.step is not None else 0)


def rank_of(name: str, known: Mapping[str, int]) -> tuple[int, ...] | None:
    """Return the number of axes of a name as the only choice; None where nothing says it."""
    return (known[name],) if known.get(name) else None
