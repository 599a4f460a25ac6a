"""Letters and names in core expressions: steps that get a value, indices that get new names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count

from symbolic.affine import Affine
from symbolic.expr import Entry, Expr, Index, Power, Size, TimeProduct, TimeSum
from symbolic.traverse import map_children, reindex


def substituted(of: Affine, values: Mapping[str, Affine]) -> Affine:
    """Return an affine expression with letters replaced.

    >>> from symbolic.affine import integer, letter
    >>> str(substituted(letter("t") - 1, {"t": integer(3)}))
    '2'
    """
    result = Affine((), of.constant)
    for name, coefficient in of.coefficients:
        result = result + values.get(name, Affine(((name, 1),))) * coefficient
    return result


def with_letters(e: Expr, values: Mapping[str, Affine]) -> Expr:
    """Return ``e`` with time letters replaced; a letter bound by a sum over time is left alone."""
    if not values:
        return e
    if isinstance(e, TimeSum | TimeProduct):
        inner = {name: value for name, value in values.items() if name != e.letter}
        first, last = substituted(e.first, values), substituted(e.last, values)
        return replace(e, first=first, last=last, body=with_letters(e.body, inner))
    found = map_children(e, lambda child: with_letters(child, values))
    match found:
        case Entry(step=Affine() as step):
            return replace(found, step=substituted(step, values))
        case Size():
            return replace(found, of=substituted(found.of, values))
        case Power():
            return replace(found, exponent=substituted(found.exponent, values))
        case _:
            return found


class FreshIndices:
    """A source of index names that no model and no page has: ``~0``, ``~1``, ..."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = count()

    def index(self, size: Affine) -> Index:
        """Return a new index of a size."""
        return Index(f"~{next(self._numbers)}", size)

    def like(self, indices: tuple[Index, ...]) -> tuple[Index, ...]:
        """Return new indices of the same sizes."""
        return tuple(self.index(index.size) for index in indices)


def reindexed(e: Expr, old: tuple[Index, ...], new: tuple[Index, ...]) -> Expr:
    """Return ``e`` with free indices renamed in order."""
    return reindex(e, dict(zip(old, new, strict=True)))
