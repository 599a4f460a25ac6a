"""Vectors, matrices and derivatives that know which of their axes stand above the line.

A column has one axis above, a row one below, a matrix one of each; the derivative of a column by a
matrix has one above and two below. A product contracts all axes below of its left factor with all
axes above of its right one. Nothing is broadcast: what does not conform raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


class ShapeError(Exception):
    """The parts of an expression do not conform."""


@dataclass(frozen=True)
class Tensor:
    """An array whose first ``upper`` axes stand above the line, and the other ones below.

    >>> column(1, 2) * row(3, 4)
    Tensor([[3. 4.], [6. 8.]], 1|1)
    >>> row(1, 2) * column(3, 4)
    Tensor(11.0, 0|0)
    """

    array: Any
    upper: int = 0
    # A sum over an array of tensors would go through their entries.
    __array_ufunc__ = None

    @property
    def lower(self) -> int:
        return self.array.ndim - self.upper

    @property
    def kind(self) -> str:
        """How many axes stand above and below, as in 1|0 for a column."""
        return f"{self.upper}|{self.lower}"

    @property
    def T(self) -> Tensor:
        """The transpose of a column, a row or a matrix."""
        if max(self.upper, self.lower) > 1:
            raise ShapeError(f"{self.kind} transposed")
        return Tensor(self.array.T, self.lower)

    def __repr__(self) -> str:
        return f"Tensor({' '.join(str(self.array).split()).replace('] [', '], [')}, {self.kind})"

    def __getitem__(self, place: Any) -> Tensor:
        """Return one entry, or the derivatives of one entry."""
        places = place if isinstance(place, tuple) else (place,)
        return Tensor(self.array[places], max(self.upper - len(places), 0))

    def __mul__(self, other: Any) -> Tensor:
        right = tensor(other)
        if self.array.ndim == 0 or right.array.ndim == 0:
            return Tensor(self.array * right.array, self.upper + right.upper)
        left = self
        if left.lower != right.upper:
            left, right = as_variable(left), as_variable(right)
        inner = left.array.shape[left.upper :], right.array.shape[: right.upper]
        if inner[0] != inner[1]:
            raise ShapeError(f"{left.kind} times {right.kind}")
        return Tensor(np.tensordot(left.array, right.array, left.lower), left.upper)

    def __rmul__(self, other: Any) -> Tensor:
        return tensor(other) * self

    def __add__(self, other: Any) -> Tensor:
        """A number is added to every entry."""
        left, right = as_variable(self), as_variable(tensor(other))
        if isinstance(other, Tensor) and not same_shape(left, right):
            raise ShapeError(f"{left.array.shape} plus {right.array.shape}")
        return Tensor(left.array + right.array, left.upper)

    def __radd__(self, other: Any) -> Tensor:
        return self + other

    def __neg__(self) -> Tensor:
        return Tensor(-self.array, self.upper)

    def __sub__(self, other: Any) -> Tensor:
        return self + -other

    def __rsub__(self, other: Any) -> Tensor:
        return -self + other

    def __truediv__(self, other: Any) -> Tensor:
        return self * Tensor(1 / tensor(other).array)

    def __rtruediv__(self, other: Any) -> Tensor:
        return tensor(other) / self

    def __pow__(self, n: int) -> Tensor:
        """The power of a square matrix, or of each entry of anything else."""
        if self.kind == "1|1":
            return Tensor(np.linalg.matrix_power(self.array, n), 1)
        return Tensor(self.array**n, self.upper)


def tensor(value: Any) -> Tensor:
    """Return a number, a column or a matrix as it stands in a formula."""
    if isinstance(value, Tensor):
        return value
    array = np.asarray(value, dtype=float)
    return Tensor(array, min(array.ndim, 1))


def column(*entries: Any) -> Tensor:
    """Return a column of numbers."""
    return Tensor(np.array([number(entry) for entry in entries]), 1)


def row(*entries: Any) -> Tensor:
    """Return a row of numbers."""
    return Tensor(np.array([number(entry) for entry in entries]), 0)


def matrix(*rows: tuple[Any, ...]) -> Tensor:
    """Return a matrix from its rows of numbers."""
    return Tensor(np.array([[number(entry) for entry in entries] for entries in rows]), 1)


def number(value: Any) -> float:
    """Return what has to be a number."""
    array = tensor(value).array
    if array.ndim:
        raise ShapeError(f"an array of shape {array.shape} where a number is needed")
    return float(array)


def as_variable(value: Tensor) -> Tensor:
    """Return the derivative of a number by a matrix as the matrix of its entries."""
    return Tensor(value.array, 1) if value.kind == "0|2" else value


def total(value: Tensor) -> Tensor:
    """Return the sum of all entries."""
    return Tensor(value.array.sum())


def same_shape(left: Tensor, right: Tensor) -> bool:
    """Return whether two tensors have the same axes, above and below."""
    return left.kind == right.kind and left.array.shape == right.array.shape


def diag(value: Tensor) -> Tensor:
    """Return the square matrix with the entries of a column or row on its diagonal."""
    if value.array.ndim != 1:
        raise ShapeError(f"diag of {value.kind}")
    return Tensor(np.diag(value.array), 1)


def entrywise(first: Tensor, *others: Tensor) -> Tensor:
    """Return the product of entries, where all shapes are the same."""
    product = as_variable(first)
    for other in map(as_variable, others):
        if not same_shape(product, other):
            raise ShapeError(f"{product.kind} by entries with {other.kind}")
        product = Tensor(product.array * other.array, product.upper)
    return product


def tanh(value: Tensor) -> Tensor:
    """Return tanh of each entry."""
    return Tensor(np.tanh(value.array), value.upper)


def exp(value: Tensor) -> Tensor:
    """Return exp of each entry."""
    return Tensor(np.exp(value.array), value.upper)


def ln(value: Tensor) -> Tensor:
    """Return the natural logarithm of each entry."""
    return Tensor(np.log(value.array), value.upper)
