"""Matrix notation on top of the core: arrays as expressions with named axes.

An ``Array`` is an entry together with the order of its free indices: ``Array((i, j), e)`` is the
matrix whose entry (i, j) is ``e``. The functions here are the notations (products, transposes,
``diag``, softmax); each checks shapes and returns an Array in index notation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from symbolic.affine import Affine, integer
from symbolic.errors import ModelError
from symbolic.expr import (
    Add,
    Apply,
    Delta,
    Entry,
    Expr,
    Index,
    Multiply,
    Number,
    Power,
    Sum,
    TimeSum,
)
from symbolic.traverse import index_names, reindex

Shape = tuple[Affine, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """The tensor whose entry at ``indices`` is ``entry``; a scalar has no indices."""

    indices: tuple[Index, ...]
    entry: Expr

    @property
    def shape(self) -> Shape:
        """The sizes of the axes, symbolic."""
        return tuple(index.size for index in self.indices)


def show(shape: Shape) -> str:
    """Return a shape as it is written in messages: ``(n, m)``; a scalar is ``()``."""
    return "(" + ", ".join(str(size) for size in shape) + ")"


def fresh_names(*used: Expr) -> Iterator[str]:
    """Yield index names that occur in none of the expressions: i, j, k, l, i1, j1, ..."""
    taken = frozenset[str]().union(*(index_names(e) for e in used))
    for round_ in count():
        for letter in "ijkl":
            name = letter + (str(round_) if round_ else "")
            if name not in taken:
                yield name


def renamed(array: Array, indices: tuple[Index, ...]) -> Array:
    """Return ``array`` with its axes named ``indices``, which must not occur in it."""
    change = dict(zip(array.indices, indices, strict=True))
    return Array(indices, reindex(array.entry, change))


def apart(*arrays: Array) -> list[Array]:
    """Return the arrays with axes renamed so that no two share a name."""
    names = fresh_names(*(a.entry for a in arrays))
    fresh = (tuple(Index(next(names), s) for s in a.shape) for a in arrays)
    return [renamed(a, indices) for a, indices in zip(arrays, fresh, strict=True)]


def aligned(*arrays: Array) -> list[Array]:
    """Return arrays of one shape with the same axis names; raises ModelError if shapes differ."""
    shape = arrays[0].shape
    for other in arrays[1:]:
        if other.shape != shape:
            raise ModelError(f"shapes {show(shape)} and {show(other.shape)} differ")
    names = fresh_names(*(a.entry for a in arrays))
    indices = tuple(Index(next(names), size) for size in shape)
    return [renamed(a, indices) for a in arrays]


def variable(name: str, shape: Shape, step: Affine | None = None) -> Array:
    """Return the whole variable ``name`` as an array of the given shape."""
    names = fresh_names()
    indices = tuple(Index(next(names), size) for size in shape)
    return Array(indices, Entry(name, indices, step))


def number(value: Fraction | int) -> Array:
    """Return a scalar constant."""
    return Array((), Number(Fraction(value)))


def identity(size: Affine) -> Array:
    """Return the identity matrix, shape (size, size)."""
    i, j = Index("i", size), Index("j", size)
    return Array((i, j), Delta(i, j))


def add(*terms: Array) -> Array:
    """Return the sum; a scalar is added to every entry, other shapes must be equal."""
    return _spread(Add, terms)


def hadamard(*factors: Array) -> Array:
    """Return the product entry by entry; a scalar multiplies every entry."""
    return _spread(Multiply, factors)


def _spread(node: type[Add] | type[Multiply], operands: tuple[Array, ...]) -> Array:
    full = [a for a in operands if a.indices]
    same = iter(aligned(*full)) if full else iter(())
    parts = [next(same) if a.indices else a for a in operands]
    indices = next((p.indices for p in parts if p.indices), ())
    flat: list[Expr] = []
    for part in parts:
        inner = part.entry
        if isinstance(inner, Add) and node is Add:
            flat.extend(inner.terms)
        elif isinstance(inner, Multiply) and node is Multiply:
            flat.extend(inner.factors)
        else:
            flat.append(inner)
    return Array(indices, node(tuple(flat)))


def negative(array: Array) -> Array:
    """Return ``-array``."""
    return hadamard(number(-1), array)


def power(array: Array, exponent: Affine | int) -> Array:
    """Return the power entry by entry, with an integer exponent."""
    exponent = exponent if isinstance(exponent, Affine) else integer(exponent)
    return Array(array.indices, Power(array.entry, exponent))


def divide(left: Array, right: Array) -> Array:
    """Return the quotient entry by entry; scalars spread."""
    return hadamard(left, power(right, -1))


def apply(function: str, array: Array, order: int = 0) -> Array:
    """Return the ``order``-th derivative of ``function`` at every entry."""
    return Array(array.indices, Apply(function, array.entry, order))


def transpose(array: Array) -> Array:
    """Return the array with its axes in reverse order; a vector is its own transpose here."""
    return Array(tuple(reversed(array.indices)), array.entry)


def matmul(left: Array, right: Array) -> Array:
    """Return sum_k left[..., k] right[k, ...], each operand a vector or a matrix.

    Raises ModelError if an operand has no axis, more than two, or the inner sizes differ.
    """
    for side, array in (("left", left), ("right", right)):
        if not 1 <= len(array.indices) <= 2:
            raise ModelError(
                f"the {side} operand of @ has shape {show(array.shape)};"
                " expected a vector or a matrix"
            )
    inner, outer = left.shape[-1], right.shape[0]
    if inner != outer:
        raise ModelError(
            f"cannot multiply {show(left.shape)} by {show(right.shape)}:"
            f" inner sizes {inner} and {outer} differ"
        )
    left, right = apart(left, right)
    bound = left.indices[-1]
    entry = reindex(right.entry, {right.indices[0]: bound})
    product = Multiply((left.entry, entry))
    return Array(left.indices[:-1] + right.indices[1:], Sum(bound, product))


def outer(left: Array, right: Array) -> Array:
    """Return the product of every entry by every entry; axes of ``left`` first."""
    left, right = apart(left, right)
    return Array(left.indices + right.indices, Multiply((left.entry, right.entry)))


def diag(vector: Array) -> Array:
    """Return the square matrix with the vector on its diagonal; raises ModelError if no vector."""
    if len(vector.indices) != 1:
        raise ModelError(f"diag of shape {show(vector.shape)}; expected a vector")
    other = Index(next(fresh_names(vector.entry)), vector.indices[0].size)
    entry = Multiply((vector.entry, Delta(vector.indices[0], other)))
    return Array((vector.indices[0], other), entry)


def total(array: Array) -> Array:
    """Return the sum of all entries, a scalar."""
    entry = array.entry
    for index in reversed(array.indices):
        entry = Sum(index, entry)
    return Array((), entry)


def time_sum(letter: str, first: Affine, last: Affine, array: Array) -> Array:
    """Return the sum of the array over steps."""
    return Array(array.indices, TimeSum(letter, first, last, array.entry))


def softmax(array: Array) -> Array:
    """Return exp(x_i) / sum_j exp(x_j) along the last axis; raises ModelError for a scalar."""
    if not array.indices:
        raise ModelError("softmax of a scalar is constantly 1; expected a vector or a matrix")
    last = array.indices[-1]
    other = Index(next(fresh_names(array.entry)), last.size)
    exponential = Apply("exp", array.entry)
    normaliser = Sum(other, reindex(exponential, {last: other}))
    return Array(array.indices, Multiply((exponential, Power(normaliser, integer(-1)))))
