"""Entries of a value in brackets, and of a name that is defined by a derivative."""

from __future__ import annotations

from symbolic.affine import Affine
from symbolic.errors import UnsupportedNotation
from symbolic.expr import Index, Position
from symbolic.latex.context import Context
from symbolic.latex.derived import Mention, body_at
from symbolic.latex.meaning import acted_on, meaning
from symbolic.latex.stacks import is_along_blocks
from symbolic.latex.syntax import Factors, Listed, Node
from symbolic.latex.tensor import Tensor, scalar
from symbolic.traverse import reindex


def entries_of(tensor: Tensor, below: Node, context: Context) -> Tensor:
    """Return the entries of a value in brackets: (grad L)_i."""
    items = below.items if isinstance(below, Listed) else (below,)
    if len(items) == 1 and isinstance(below, Factors) and len(tensor.axes) > 1:
        items = below.factors
    if len(items) != len(tensor.axes):
        raise UnsupportedNotation(
            f"{len(items)} positions at {tensor.written()}", getattr(below, "span", None)
        )
    pairs = zip(tensor.axes, items, strict=True)
    change: dict[Index, Position] = {
        axis: context.position(item, axis.size) for axis, item in pairs
    }
    if any(isinstance(p, Affine) and is_along_blocks(i, tensor.entry) for i, p in change.items()):
        raise UnsupportedNotation("an entry of stacked arrays at a number")
    return scalar(reindex(tensor.entry, change))


def value_of_mention(found: Mention, context: Context) -> Tensor:
    """Return the derivative that a name stands for, at its step, whole or at positions."""
    default = found.derived.step is not None and found.step is None
    if default:
        raise UnsupportedNotation("a name that is defined by a derivative stands without its step")
    value = meaning(body_at(found), context)
    if found.positions is not None:
        value = entries_of(value, found.positions, context)
    return acted_on(value, found.power, context, transpose=found.transpose)
