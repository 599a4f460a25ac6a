"""Biases that are added to every row, or to every column, of a batch.

The sizes have to leave one choice: a vector b is added along the axis of a matrix that has its
size where the other axis has another one, and so is a matrix with one row.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbolic.affine import integer
from symbolic.latex.context import Context
from symbolic.latex.scripts import atom
from symbolic.latex.syntax import Node, Symbol
from symbolic.latex.tensor import Tensor
from symbolic.traverse import reindex


def with_broadcast(
    terms: Sequence[Node], values: Sequence[Tensor], context: Context
) -> list[Tensor]:
    """Return the values of the terms of a sum, whole parameters with the shape of a batch."""
    batches = [v for v in values if len(v.upper) == len(v.lower) == 1]
    found = list(values)
    for place, (term, value) in enumerate(zip(terms, values, strict=True)):
        if not _is_parameter(term, context):
            continue
        others = (_added(value, batch, context) for batch in batches if batch is not value)
        found[place] = next((other for other in others if other is not None), value)
    return found


def _is_parameter(node: Node, context: Context) -> bool:
    known = atom(node, context.lexicon) if isinstance(node, Symbol) else None
    return known is not None and known.occurrence.variable.is_parameter


def _added(bias: Tensor, batch: Tensor, context: Context) -> Tensor | None:
    """Return a bias with the axes of a batch; None where it does not fit, or in two ways."""
    (row,), (column,) = batch.upper, batch.lower
    one = integer(1)
    if len(bias.upper) == len(bias.lower) == 1:
        (single,), (axis,) = bias.upper, bias.lower
        if single.size != one or row.size == one or axis.size != column.size:
            return None
        entry = reindex(bias.entry, {single: one})
        return Tensor((context.fresh.index(row.size),), (axis,), entry)
    if len(bias.axes) != 1 or row.size == column.size:
        return None
    (axis,) = bias.axes
    if axis.size == column.size:
        return Tensor((context.fresh.index(row.size),), (axis,), bias.entry)
    if axis.size == row.size:
        return Tensor((axis,), (context.fresh.index(column.size),), bias.entry)
    return None
