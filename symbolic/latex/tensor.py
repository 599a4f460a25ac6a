"""Arrays as matrix notation has them: some axes are rows of the result, some are columns.

A column has one upper axis (1|0), a row one lower axis (0|1), a matrix one of each (1|1). A
derivative has the axes of its numerator above and those of its denominator below: d(loss)/d(matrix)
is (0|2), d(vector)/d(matrix) is (1|2). Juxtaposition contracts all lower axes of the left operand
with all upper axes of the right one; outer products, Jacobians and chains of four indices are all
that rule. One coercion is needed: (0|2), where a matrix is asked for, has the variable's shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from itertools import count

from symbolic.affine import Affine, integer
from symbolic.arrays import Shape, show
from symbolic.errors import ModelError, UnsupportedNotation
from symbolic.expr import Add, Apply, Delta, Expr, Index, Multiply, Number, Power, Sum, TimeProduct
from symbolic.traverse import reindex


class ShapeConflict(ModelError):
    """Shapes that do not fit together, which is a way for a formula to be wrong.

    ``sizes`` are the two shapes that would have to be one, where their ranks are alike.
    """

    def __init__(self, message: str, sizes: tuple[Shape, Shape] | None = None) -> None:
        super().__init__(message)
        self.sizes = sizes


class Open(Enum):
    """What has no size of its own and takes that of its neighbours, times the entry."""

    IDENTITY = "an identity matrix"
    ONES = "a column of ones"
    ONES_ROW = "a row of ones"


@dataclass(frozen=True, slots=True)
class Tensor:
    """An entry with its upper and lower axes; its other free indices are letters of the page.

    An ``open`` one has no axes yet.
    """

    upper: tuple[Index, ...]
    lower: tuple[Index, ...]
    entry: Expr
    open: Open | None = None

    @property
    def axes(self) -> tuple[Index, ...]:
        """All axes, upper ones first."""
        return self.upper + self.lower

    @property
    def is_scalar(self) -> bool:
        """Whether there is no axis, and none to come."""
        return not self.axes and self.open is None

    def with_entry(self, entry: Expr) -> Tensor:
        """Return what has the same axes and another entry."""
        return replace(self, entry=entry)

    @property
    def shape(self) -> tuple[Shape, Shape]:
        """The sizes of the upper and of the lower axes."""
        return tuple(i.size for i in self.upper), tuple(i.size for i in self.lower)

    def written(self) -> str:
        """Return the shape as it is written in messages: rows | columns."""
        if self.open is not None:
            return self.open.value
        above, below = self.shape
        if len(above) == len(below) == 1:
            return show((*above, *below))
        if not below:
            return show(above) if len(above) != 1 else show((*above, integer(1)))
        if not above and len(below) == 1:
            return show((integer(1), *below))
        return f"{show(above)} by {show(below)}"


_TRANSPOSED = {
    Open.IDENTITY: Open.IDENTITY,
    Open.ONES: Open.ONES_ROW,
    Open.ONES_ROW: Open.ONES,
}


@dataclass(slots=True)
class Fresh:
    """A source of axis names that no page can write."""

    numbers: Iterator[int] = field(default_factory=count)

    def index(self, size: Affine) -> Index:
        """Return a new index of a size."""
        return Index(f"#{next(self.numbers)}", size)

    def like(self, axes: tuple[Index, ...]) -> tuple[Index, ...]:
        """Return new indices of the same sizes."""
        return tuple(self.index(axis.size) for axis in axes)


def scalar(entry: Expr) -> Tensor:
    """Return an entry without axes."""
    return Tensor((), (), entry)


def number(value: Fraction | int) -> Tensor:
    """Return a constant."""
    return scalar(Number(Fraction(value)))


def renamed(tensor: Tensor, upper: tuple[Index, ...], lower: tuple[Index, ...]) -> Tensor:
    """Return the tensor with other names for its axes."""
    change = dict(zip(tensor.axes, upper + lower, strict=True))
    return Tensor(upper, lower, reindex(tensor.entry, change), tensor.open)


def as_matrix(tensor: Tensor) -> Tensor:
    """Return a derivative of a scalar by a matrix with the shape of the matrix."""
    if len(tensor.axes) == 2 and not (tensor.upper and tensor.lower):
        return Tensor(tensor.axes[:1], tensor.axes[1:], tensor.entry)
    return tensor


def factors_of(e: Expr) -> tuple[Expr, ...]:
    """Return the factors of a product, or the expression as one."""
    return e.factors if isinstance(e, Multiply) else (e,)


def multiply(*entries: Expr) -> Expr:
    """Return the product entry by entry, flat."""
    factors = tuple(f for e in entries for f in factors_of(e))
    return factors[0] if len(factors) == 1 else Multiply(factors)


def times(left: Tensor, right: Tensor, fresh: Fresh) -> Tensor:
    """Return the product as juxtaposition has it; raises ShapeConflict where shapes differ."""
    if left.is_scalar or right.is_scalar:
        other = right if left.is_scalar else left
        return other.with_entry(multiply(left.entry, right.entry))
    if left.open or right.open:
        return _times_open(left, right)
    for one, two in _coerced(left, right):
        if tuple(i.size for i in one.lower) == tuple(i.size for i in two.upper):
            return _contracted(one, two, fresh)
    inner = tuple(i.size for i in left.lower), tuple(i.size for i in right.upper)
    message = f"cannot multiply {left.written()} by {right.written()}"
    raise ShapeConflict(message, inner if len(inner[0]) == len(inner[1]) else None)


def _times_open(left: Tensor, right: Tensor) -> Tensor:
    """Return the product with an identity, or the sum that a vector of ones makes."""
    entry = multiply(left.entry, right.entry)
    if Open.IDENTITY in (left.open, right.open):
        return (right if left.open is Open.IDENTITY else left).with_entry(entry)
    match as_matrix(left), as_matrix(right):
        case Tensor(open=Open.ONES_ROW), Tensor(upper=(axis,), lower=lower):
            return Tensor((), lower, Sum(axis, entry))
        case Tensor(upper=upper, lower=(axis,)), Tensor(open=Open.ONES):
            return Tensor(upper, (), Sum(axis, entry))
    raise UnsupportedNotation(f"{left.written()} times {right.written()}: of which size?")


def _closed(tensor: Tensor, model: Tensor, what: str) -> Tensor:
    """Return something open with the axes of a model; raises ShapeConflict for other ranks."""
    if tensor.open is None or model.open is not None or model.is_scalar:
        return replace(tensor, open=None) if model.is_scalar else tensor
    if tensor.open is not Open.IDENTITY:
        return Tensor(model.upper, model.lower, tensor.entry)
    above, below = model.shape
    if above != below:
        raise ShapeConflict(f"cannot {what} {model.written()} and {tensor.written()}")
    deltas = (Delta(i, j) for i, j in zip(model.upper, model.lower, strict=True))
    return Tensor(model.upper, model.lower, multiply(tensor.entry, *deltas))


def _coerced(left: Tensor, right: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    yield left, right
    for one in dict.fromkeys((left, as_matrix(left))):
        for two in dict.fromkeys((right, as_matrix(right))):
            if (one, two) != (left, right):
                yield one, two


def _contracted(left: Tensor, right: Tensor, fresh: Fresh) -> Tensor:
    """Sum over the lower axes of the left and the upper ones of the right operand."""
    bound = fresh.like(left.lower)
    left = renamed(left, left.upper, bound)
    right = renamed(right, bound, right.lower)
    entry = multiply(left.entry, right.entry)
    for index in reversed(bound):
        entry = Sum(index, entry)
    return Tensor(left.upper, right.lower, entry)


def aligned(left: Tensor, right: Tensor, what: str) -> tuple[Tensor, Tensor]:
    """Return both with the axes of the left one; raises ShapeConflict where the shapes differ."""
    if right.open and not left.open:
        left = as_matrix(left)
        right = _closed(right, left, what)
    elif left.open and not right.open:
        right = as_matrix(right)
        left = _closed(left, right, what)
    elif left.open is not right.open:
        raise ShapeConflict(f"cannot {what} {left.written()} and {right.written()}")
    for one, two in _coerced(left, right):
        if one.shape == two.shape:
            return one, renamed(two, one.upper, one.lower)
    if (rows := _as_rows(left, right)) is not None:
        return rows
    are_alike = (len(left.upper), len(left.lower)) == (len(right.upper), len(right.lower))
    sizes = tuple(i.size for i in left.axes), tuple(i.size for i in right.axes)
    message = f"cannot {what} {left.written()} and {right.written()}"
    raise ShapeConflict(message, sizes if are_alike else None)


def _as_rows(left: Tensor, right: Tensor) -> tuple[Tensor, Tensor] | None:
    """Return a row and a matrix with one row alike, with the axes of the left; else None."""
    match as_matrix(left), as_matrix(right):
        case Tensor(upper=(one,), lower=(axis,)) as matrix, Tensor(upper=(), lower=(own,)) as row:
            if one.size == integer(1) and axis.size == own.size:
                return matrix, Tensor((one,), (axis,), reindex(row.entry, {own: axis}))
        case Tensor(upper=(), lower=(own,)) as row, Tensor(upper=(one,), lower=(axis,)) as matrix:
            if one.size == integer(1) and axis.size == own.size:
                return row, Tensor((), (own,), reindex(matrix.entry, {one: integer(1), axis: own}))
    return None


def plus(terms: list[Tensor], signs: list[str]) -> Tensor:
    """Return a sum; a scalar is added to every entry of the others."""
    model = next((term for term in terms if term.axes), None)
    if model is None:
        model = next((term for term in terms if term.open), terms[0])
        if model.open and any(term.is_scalar for term in terms):
            raise UnsupportedNotation(f"a number added to {model.written()} of unknown size")
    entries: list[Expr] = []
    for term, sign in zip(terms, signs, strict=True):
        if not term.is_scalar:
            model, term = aligned(model, term, "add")
        entries.append(term.entry if sign == "+" else negated(term.entry))
    return model.with_entry(entries[0] if len(entries) == 1 else Add(tuple(entries)))


def negated(e: Expr) -> Expr:
    """Return -e."""
    return multiply(Number(Fraction(-1)), e)


def by_entries(left: Tensor, right: Tensor) -> Tensor:
    """Return the product entry by entry; a scalar multiplies every entry."""
    if not (left.is_scalar or right.is_scalar):
        left, right = aligned(left, right, "multiply by entries")
    model = right if left.is_scalar else left
    return model.with_entry(multiply(left.entry, right.entry))


def divided(left: Tensor, right: Tensor) -> Tensor:
    """Return a quotient; the divisor is a scalar, or has the shape of the other."""
    if right.open:
        raise UnsupportedNotation(f"a quotient by {right.written()}")
    return by_entries(left, right.with_entry(Power(right.entry, integer(-1))))


def transposed(tensor: Tensor) -> Tensor:
    """Return the transpose; raises ShapeConflict for more axes than a matrix has."""
    tensor = as_matrix(tensor)
    if tensor.open is not None:
        return replace(tensor, open=_TRANSPOSED[tensor.open])
    if len(tensor.axes) > 2:
        raise ShapeConflict(f"cannot transpose {tensor.written()}")
    return Tensor(tensor.lower, tensor.upper, tensor.entry)


def applied(function: str, tensor: Tensor, order: int = 0) -> Tensor:
    """Return a scalar function at every entry."""
    if tensor.open is not None:
        raise UnsupportedNotation(f"a function of {tensor.written()} of unknown size")
    return tensor.with_entry(Apply(function, tensor.entry, order))


def diagonal(tensor: Tensor, fresh: Fresh) -> Tensor:
    """Return the matrix with a vector on its diagonal; a matrix with one row is a vector too."""
    if tensor.open is Open.ONES:
        return replace(tensor, open=Open.IDENTITY)
    single = [axis for axis in tensor.axes if axis.size == integer(1)]
    flat = [axis for axis in tensor.axes if axis not in single]
    if len(tensor.axes) == 2 and len(flat) == 1:
        entry = reindex(tensor.entry, {axis: integer(1) for axis in single})
        tensor = Tensor((), tuple(flat), entry)
    if len(tensor.axes) != 1:
        raise ShapeConflict(f"diag of {tensor.written()}; expected a vector")
    (axis,) = tensor.axes
    other = fresh.index(axis.size)
    return Tensor((axis,), (other,), multiply(tensor.entry, Delta(axis, other)))


def identity(size: Affine, fresh: Fresh) -> Tensor:
    """Return the identity matrix."""
    i, j = fresh.index(size), fresh.index(size)
    return Tensor((i,), (j,), Delta(i, j))


def softmax(tensor: Tensor, fresh: Fresh) -> Tensor:
    """Return the softmax along the last axis: of a vector, or of each row of a matrix."""
    if tensor.is_scalar:
        raise ShapeConflict("softmax of a scalar is constantly 1; expected a vector or a matrix")
    last = tensor.axes[-1]
    other = fresh.index(last.size)
    exponential = Apply("exp", tensor.entry)
    normaliser = Sum(other, reindex(exponential, {last: other}))
    entry = Multiply((exponential, Power(normaliser, integer(-1))))
    return Tensor(tensor.upper, tensor.lower, entry)


def power(tensor: Tensor, exponent: Affine, fresh: Fresh) -> Tensor:
    """Return a power: of a square matrix as a product, of anything else entry by entry."""
    tensor = as_matrix(tensor)
    if tensor.open not in (None, Open.IDENTITY):
        raise UnsupportedNotation(f"a power of {tensor.written()}")
    is_matrix = len(tensor.upper) == len(tensor.lower) == 1
    if not is_matrix or tensor.upper[0].size != tensor.lower[0].size:
        return tensor.with_entry(Power(tensor.entry, exponent))
    if exponent.is_constant and exponent.constant < 0:
        raise UnsupportedNotation("an inverse of a matrix")
    letter = fresh.index(integer(1)).name
    entry = TimeProduct(letter, integer(1), exponent, tensor.entry, tensor.upper, tensor.lower)
    return Tensor(tensor.upper, tensor.lower, entry)
