"""The core language: what a written expression means, as indexed scalars.

A vector or matrix is not a node: an expression is one entry, and its *free indices* say which.
``W h`` is ``Sum(j, W[i, j] * h[j])`` with free index ``i``. Layout, transposes, ``diag`` and every
other matrix notation are gone by the time an expression is in this language, so that two writings
of one quantity meet; ``symbolic.arrays`` builds expressions from matrix notation.

The node types are closed: Number, Size, Entry, Delta, Add, Multiply, Power, Apply, Sum, TimeSum,
TimeProduct, Derivative. Operations on them are functions elsewhere, one file each.

``a == b`` means *same tree*; equality as mathematics is a verdict, not a bool.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from symbolic.affine import Affine
from symbolic.source import Span


@dataclass(frozen=True, slots=True)
class Index:
    """A letter that runs over ``1..size``; ``size`` may be symbolic."""

    name: str
    size: Affine

    def __hash__(self) -> int:
        # Labels of axes are looked up all the time; the name alone tells almost all apart.
        return hash(self.name)


#: A place in a tensor: a letter that runs, or a number as written, counted from 1.
Position = Index | Affine


@dataclass(frozen=True, slots=True, kw_only=True)
class Expr:
    """The base of the closed set of node types."""

    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A rational number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Size(Expr):
    """A dimension or a time step as a number, such as the ``n`` of ``1/n``."""

    of: Affine


@dataclass(frozen=True, slots=True)
class Entry(Expr):
    """One entry of a variable: ``name[positions]`` at ``step``.

    ``step`` is None for variables that have no time. A parameter has no time either; with a step
    it is the per-step copy, the parameter as used at that step alone.
    """

    name: str
    positions: tuple[Position, ...] = ()
    step: Affine | None = None


#: Where a delta has its ones on the diagonal.
NO_SHIFT = Affine()


@dataclass(frozen=True, slots=True)
class Delta(Expr):
    """The Kronecker delta: 1 where ``left`` is ``right + shift``, else 0.

    A shift places a block in a larger array: of two stacked vectors, the first of size n, the
    second one begins at n.
    """

    left: Position
    right: Position
    shift: Affine = NO_SHIFT


@dataclass(frozen=True, slots=True)
class Add(Expr):
    """The sum of the terms; a term without an index that another term has is the same for all."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Multiply(Expr):
    """The product of scalar factors, entry by entry."""

    factors: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Power(Expr):
    """``base ** exponent`` with an integer exponent, which may hold time letters: ``w^(t-k)``."""

    base: Expr
    exponent: Affine


@dataclass(frozen=True, slots=True)
class Apply(Expr):
    """The ``order``-th derivative of a scalar function of the table, at the argument."""

    function: str
    argument: Expr
    order: int = 0


@dataclass(frozen=True, slots=True)
class Sum(Expr):
    """The sum of the body over every value of the index."""

    index: Index
    body: Expr


@dataclass(frozen=True, slots=True)
class TimeSum(Expr):
    """The sum of the body for ``letter = first, ..., last``; zero where ``last < first``."""

    letter: str
    first: Affine
    last: Affine
    body: Expr


@dataclass(frozen=True, slots=True)
class TimeProduct(Expr):
    """The product of the body for ``letter = first, ..., last``, factors from left to right.

    With ``rows`` and ``columns`` the body is a square matrix with these free indices, one of each,
    or a linear map from one array to another, and the product is theirs in order; the empty product
    is the identity. ``descending`` puts ``last`` first.
    """

    letter: str
    first: Affine
    last: Affine
    body: Expr
    rows: tuple[Index, ...] = ()
    columns: tuple[Index, ...] = ()
    descending: bool = False


class DerivativeKind(Enum):
    """Which derivative is meant: along every path, or by the copy used at one step alone."""

    TOTAL = "total"
    PER_STEP = "per-step"


@dataclass(frozen=True, slots=True)
class Derivative(Expr):
    """The derivative of an expression by an entry of a variable.

    TOTAL follows every path from ``by`` to ``of`` in the unrolled graph; ``by`` is cut. PER_STEP is
    by the copy of the parameter at ``by.step``, every other copy held fixed.
    """

    of: Expr
    by: Entry
    kind: DerivativeKind = DerivativeKind.TOTAL


#: The closed set, for the test that crosses node types with operations.
NODE_TYPES: tuple[type[Expr], ...] = (
    Number,
    Size,
    Entry,
    Delta,
    Add,
    Multiply,
    Power,
    Apply,
    Sum,
    TimeSum,
    TimeProduct,
    Derivative,
)
