r"""Arrays that are made of blocks: stacked vectors [h; x], matrices side by side [W, U].

A block is placed by a shifted delta: for a vector h of size n over a vector x the entry i is
``sum_j [i = j] h_j + sum_k [i = k + n] x_k``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symbolic.affine import Affine, integer
from symbolic.errors import UnsupportedNotation
from symbolic.expr import Add, Delta, Expr, Index, Number, Sum
from symbolic.latex.context import Context
from symbolic.latex.lexicon import written_name
from symbolic.latex.syntax import Bracket, unscripted
from symbolic.latex.tensor import Fresh, ShapeConflict, Tensor, as_matrix, multiply
from symbolic.traverse import is_part, reindex, walk


def bracketed(node: Bracket, values: Sequence[Tensor], context: Context) -> Tensor:
    """Return the entries of a bracket as one array.

    A semicolon puts what follows below; anything else puts it beside, except that columns and
    numbers are stacked, as the field writes W [h, x].
    """
    if all(value.is_scalar for value in values) and (node.kind != "[" or _is_row(node)):
        return joined([values], context.fresh)
    if node.kind != "[":
        raise UnsupportedNotation("a row with entries that are no scalars", node.span)
    if not _is_row(node):
        rows: list[list[Tensor]] = [[values[0]]]
        for separator, value in zip(node.separators, values[1:], strict=True):
            if separator == ";":
                rows.append([])
            rows[-1].append(value)
        return joined(rows, context.fresh)
    is_column = not any(as_matrix(value).lower for value in values)
    found = joined([[v] for v in values] if is_column else [values], context.fresh)
    if not _is_clear(node, values, found, context):
        raise UnsupportedNotation("arrays of one shape in a bracket: a list of them?", node.span)
    return found


def _is_row(node: Bracket) -> bool:
    return ";" not in node.separators


def _is_clear(node: Bracket, values: Sequence[Tensor], found: Tensor, context: Context) -> bool:
    """Whether entries between commas are one array: their shapes differ, or a variable fits it.

    [x_1, x_2] may be the matrix with these columns, and [A, B] a commutator.
    """
    if len({value.shape for value in values}) > 1:
        return True
    total = (found.lower or found.upper)[-1].size
    if context.is_strict:
        return len({written_name(unscripted(item)) for item in node.items}) > 1
    return any(total in variable.shape for variable in context.lexicon.variables.values())


def joined(rows: Sequence[Sequence[Tensor]], fresh: Fresh) -> Tensor:
    """Return the array with the given blocks; ShapeConflict where they do not fit together.

    A single row without an array of rows is a row, a single column is a column. A zero stands for
    a block of zeros.
    """
    if any(len(row) != len(rows[0]) for row in rows):
        raise UnsupportedNotation("rows of unequal length")
    blocks = [[as_matrix(value) for value in row] for row in rows]
    if any(b.open or len(b.upper) > 1 or len(b.lower) > 1 for row in blocks for b in row):
        raise UnsupportedNotation("a matrix with entries that are neither numbers nor matrices")
    columns = list(zip(*blocks, strict=True))
    heights = [_common(row, [b.upper for b in row], "rows") for row in blocks]
    widths = [_common(column, [b.lower for b in column], "columns") for column in columns]
    upper = _axis(heights, [b.upper for row in blocks for b in row], fresh)
    lower = _axis(widths, [b.lower for row in blocks for b in row], fresh)
    terms: list[Expr] = []
    for i, row in enumerate(blocks):
        for j, block in enumerate(row):
            if not _is_zero(block):
                entry = _placed(block.entry, block.upper, upper, heights, i)
                terms.append(_placed(entry, block.lower, lower, widths, j))
    return Tensor(upper, lower, Add(tuple(terms)))


def _is_zero(block: Tensor) -> bool:
    return isinstance(block.entry, Number) and block.entry.value == 0


def _common(blocks: Sequence[Tensor], axes: Iterable[tuple[Index, ...]], what: str) -> Affine:
    """Return the number of rows or of columns that blocks beside each other have."""
    pairs = zip(blocks, axes, strict=True)
    sizes = [a[0].size if a else integer(1) for block, a in pairs if not _is_zero(block)]
    for size in sizes[1:]:
        if size != sizes[0]:
            message = f"blocks of {sizes[0]} and of {size} {what} in one matrix"
            raise ShapeConflict(message, ((sizes[0],), (size,)))
    return sizes[0] if sizes else integer(1)


def _axis(
    sizes: Sequence[Affine], axes: Iterable[tuple[Index, ...]], fresh: Fresh
) -> tuple[Index, ...]:
    """Return the axis of the whole array; none where there is one block and it has none."""
    if len(sizes) == 1 and not any(axes):
        return ()
    return (fresh.index(sum(sizes, integer(0))),)


def _placed(
    entry: Expr,
    own: tuple[Index, ...],
    whole: tuple[Index, ...],
    sizes: Sequence[Affine],
    place: int,
) -> Expr:
    """Return the entry of a block as one of the whole array, zero outside of the block."""
    if not whole:
        return entry
    (axis,) = whole
    if len(sizes) == 1:
        return reindex(entry, {own[0]: axis}) if own else entry
    before = sum(sizes[:place], integer(0))
    if not own:
        return multiply(entry, Delta(axis, integer(1), before))
    return Sum(own[0], multiply(entry, Delta(axis, own[0], before)))


def is_along_blocks(axis: Index, entry: Expr) -> bool:
    """Whether an axis runs over blocks of which each is a part of it."""
    deltas = (node for node in walk(entry) if isinstance(node, Delta) and is_part(node))
    return any(axis in (node.left, node.right) for node in deltas)
