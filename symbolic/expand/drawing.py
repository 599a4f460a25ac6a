"""The graph of one product: its indices are vertices, its factors are edges and labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from symbolic.expand.matrices import (
    Chain,
    Diagonal,
    Entrywise,
    Leaf,
    Matrix,
    closed,
    flipped,
    is_simple,
    node_of,
)
from symbolic.expand.products import Product
from symbolic.expr import Derivative, Expr, Index
from symbolic.latex.syntax import Factors, Node, Numeral, Symbol
from symbolic.notation.build import fraction, product
from symbolic.traverse import free_indices

if TYPE_CHECKING:
    from symbolic.expand.layout import Layout

#: Behind every other place.
_LAST = 1_000_000


class NoMatrix(Exception):
    """An expression that has no matrix notation."""


@dataclass(slots=True)
class Drawing:
    """The graph of one product while it is reduced."""

    layout: Layout
    bound: tuple[Index, ...]
    #: Scalars with the place of their last factor, so that they stay in the order of the path.
    above: list[tuple[int, Node]] = field(default_factory=list)
    below: list[Node] = field(default_factory=list)
    labels: dict[Index, list[Matrix]] = field(default_factory=dict)
    places: dict[Index, int] = field(default_factory=dict)
    edges: list[tuple[Index, Index, Matrix]] = field(default_factory=list)

    def take(self, p: Product) -> None:
        """Put every factor of a product into the graph."""
        for place, (base, exponent) in enumerate(p.factors):
            indices = free_indices(base)
            for index in indices:
                self.places[index] = place
            if len(indices) == 0:
                node = self._power(self.layout.scalar(base), abs(exponent))
                if exponent > 0:
                    # A gradient stands last: L(1 - s) would look like a function of 1 - s.
                    is_gradient = isinstance(base, Derivative) and isinstance(node, Factors)
                    self.above.append((_LAST if is_gradient else place, node))
                else:
                    self.below.append(node)
            elif len(indices) == 1:
                self._label(indices[0], base, exponent)
            elif len(indices) == 2:
                if exponent < 0:
                    raise NoMatrix
                row, column = indices
                edge = self.layout.edge(base, row, column)
                self.edges += [(row, column, edge)] * exponent
            else:
                raise NoMatrix

    def _power(self, node: Node, exponent: int) -> Node:
        if exponent == 1:
            return node
        return self.layout.writer.power(node, Numeral(str(exponent)))

    def _label(self, index: Index, base: Expr, exponent: int) -> None:
        vector = self.layout.vector(base, index)
        if abs(exponent) > 1:
            node = self._power(node_of(vector, self.layout.writer), abs(exponent))
            vector = Leaf(node, self.layout.writer.transposed(node))
        known = self.labels.setdefault(index, [])
        if exponent > 0:
            known.append(vector)
            return
        writer = self.layout.writer
        top: Node = Numeral("1") if not known else node_of(known.pop(), writer)
        node = fraction(top, node_of(vector, writer))
        known.append(Leaf(node, writer.transposed(node)))

    def prefix(self, coefficient: Fraction) -> list[Node]:
        """Return the scalars, numbers first; sizes that divide stand below them."""
        numbers = [] if coefficient.numerator == 1 else [Numeral(str(coefficient.numerator))]
        divisor = [] if coefficient.denominator == 1 else [Numeral(str(coefficient.denominator))]
        below = [*divisor, *self.below]
        above = [node for _, node in sorted(self.above, key=lambda item: item[0])]
        if below:
            return [fraction(product(numbers), product(below)), *above]
        return [*numbers, *above]

    def reduced(self, free: tuple[Index, ...]) -> Matrix | None:
        """Return the matrix with these rows and columns; None where there is no index."""
        pending = list(self.bound)
        while pending:
            self._merge_parallel()
            ready = next((i for i in pending if self._is_ready(i)), None)
            if ready is None:
                raise NoMatrix
            pending.remove(ready)
            self._eliminate(ready)
        self._merge_parallel()
        if any(row not in free or column not in free for row, column, _ in self.edges):
            raise NoMatrix
        match free:
            case ():
                return None
            case (only,):
                return self._vector(only)
            case (row, column):
                return self._matrix(row, column)
        raise NoMatrix

    def _merge_parallel(self) -> None:
        merged: dict[frozenset[Index], tuple[Index, Index, list[Matrix]]] = {}
        for row, column, edge in self.edges:
            if row == column:
                raise NoMatrix
            start, end, known = merged.setdefault(frozenset({row, column}), (row, column, []))
            known.append(edge if (start, end) == (row, column) else flipped(edge))
        self.edges = [
            (row, column, known[0] if len(known) == 1 else Entrywise(tuple(known)))
            for row, column, known in merged.values()
        ]

    def _touching(self, index: Index) -> list[tuple[Index, Index, Matrix]]:
        return [edge for edge in self.edges if index in edge[:2]]

    def _is_ready(self, index: Index) -> bool:
        count, labels = len(self._touching(index)), len(self.labels.get(index, []))
        return count == 2 or (count == 1 and labels > 0) or (count == 0 and labels > 1)

    def _eliminate(self, index: Index) -> None:
        touching = self._touching(index)
        self.edges = [edge for edge in self.edges if edge not in touching]
        labels = self.labels.pop(index, [])
        if not touching:
            self.above.append((self.places[index], self._inner(labels)))
        elif len(touching) == 1:
            other, edge = self._towards(touching[0], index)
            self.labels.setdefault(other, []).append(Chain((edge, self._joined(labels))))
        else:
            start, left = self._towards(touching[0], index)
            end, right = self._towards(touching[1], index)
            middle = (Diagonal(self._entries(labels)),) if labels else ()
            self.edges.append((start, end, Chain((left, *middle, flipped(right)))))

    def _towards(self, edge: tuple[Index, Index, Matrix], index: Index) -> tuple[Index, Matrix]:
        """Return the other end of an edge, and the matrix with ``index`` as its columns."""
        row, column, matrix = edge
        return (row, matrix) if column == index else (column, flipped(matrix))

    def _inner(self, labels: list[Matrix]) -> Node:
        """Return u^T v; of more vectors the first ones are multiplied entry by entry."""
        *first, last = labels
        left = flipped(closed(self._entries(first), self.layout.writer))
        return node_of(Chain((left, closed(last, self.layout.writer))), self.layout.writer)

    def _entries(self, labels: list[Matrix]) -> Matrix:
        return labels[0] if len(labels) == 1 else Entrywise(tuple(labels))

    def _joined(self, labels: list[Matrix]) -> Matrix:
        """Return the product of vectors entry by entry, by diag where one is a product."""
        simple = [v for v in labels if is_simple(v)]
        others = [v for v in labels if not is_simple(v)]
        is_diagonal = self.layout.writer.notation.diagonal == "diag"
        if is_diagonal and simple and len(others) == 1:
            return Chain((Diagonal(self._entries(simple)), others[0]))
        return self._entries([*others, *simple] if not is_diagonal else labels)

    def _vector(self, index: Index) -> Matrix:
        return self._joined(self.labels[index])

    def _matrix(self, row: Index, column: Index) -> Matrix:
        left, right = self.labels.get(row, []), self.labels.get(column, [])
        if not self.edges:
            if not left or not right:
                raise NoMatrix
            return Chain((self._joined(left), flipped(self._joined(right))))
        ((start, _, edge),) = self.edges
        matrix = edge if start == row else flipped(edge)
        before = (Diagonal(self._entries(left)),) if left else ()
        after = (Diagonal(self._entries(right)),) if right else ()
        is_unit = isinstance(matrix, Leaf) and matrix.node == Symbol("I")
        middle = () if is_unit and (before or after) else (matrix,)
        return Chain((*before, *middle, *after))
