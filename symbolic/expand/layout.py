"""From index notation to matrix notation: a product of entries as a chain of matrices.

The indices of a product are the vertices of a graph; a factor with two indices is an edge, one with
one index a label at its vertex. A summed vertex with two edges is a matrix product, with its labels
on a diagonal between; edges side by side are a product by entries; a summed vertex with one edge is
a matrix times a vector. What cannot be reduced so has no matrix notation: ``NoMatrix``, and the
caller writes entries instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symbolic.expand.algebra import Algebra
from symbolic.expand.drawing import Drawing, NoMatrix
from symbolic.expand.matrices import (
    Leaf,
    Matrix,
    Scaled,
    Total,
    as_row,
    closed,
    flipped,
    node_of,
)
from symbolic.expand.products import Product
from symbolic.expr import Add, Apply, Delta, Derivative, Entry, Expr, Index, Multiply, Size
from symbolic.latex.syntax import Node, Numeral, Symbol
from symbolic.notation.build import call, product
from symbolic.notation.writer import Writer
from symbolic.traverse import free_indices

#: How a derivative that stands for itself is written: as a leaf, in the order of its indices.
WriteDerivative = Callable[[Derivative], Leaf]


@dataclass(frozen=True, slots=True)
class Layout:
    """Lays expressions out as matrices, in one notation."""

    writer: Writer
    algebra: Algebra
    derivative: WriteDerivative

    def matrix(self, e: Expr, indices: tuple[Index, ...]) -> Matrix:
        """Return an expression with its free indices as rows and columns; raises NoMatrix."""
        if len(indices) > 2:
            raise NoMatrix
        return self._sum(self.algebra.products(e), indices)

    def _terms(self, e: Expr) -> tuple[Product, ...]:
        """Return the products of a sum as they are, without brackets made again."""
        terms = e.terms if isinstance(e, Add) else (e,)
        return tuple(p for term in terms for p in self.algebra.products(term))

    def _sum(self, products: tuple[Product, ...], indices: tuple[Index, ...]) -> Matrix:
        if not products:
            return Leaf(Numeral("0"), Numeral("0"))
        terms = [self._signed(p, indices) for p in products]
        if len(terms) == 1 and terms[0][0] == "+":
            return terms[0][1]
        return Total(tuple(terms))

    def node(self, e: Expr, indices: tuple[Index, ...], *, row: bool = False) -> Node:
        """Return the syntax tree; with ``row`` that of the transpose."""
        matrix = self.best(e, indices)
        return node_of(as_row(matrix, self.writer) if row else matrix, self.writer)

    def best(self, e: Expr, indices: tuple[Index, ...]) -> Matrix:
        """Return an expression as a matrix, its brackets multiplied out where that is needed."""
        try:
            return self.matrix(e, indices)
        except NoMatrix:
            if len(indices) > 2:
                raise
            return self._sum(self._terms(self.algebra.multiplied_out(e)), indices)

    def _signed(self, p: Product, indices: tuple[Index, ...]) -> tuple[str, Matrix]:
        present = {index for base, _ in p.factors for index in free_indices(base)}
        missing = [i for i in indices if i not in present]
        # A number or scalar is added to every entry; a vector is not added to a matrix.
        if missing and len(missing) != len(indices):
            raise NoMatrix
        kept = tuple(i for i in indices if i in present)
        drawing = Drawing(self, p.bound)
        drawing.take(evened(p))
        matrix = drawing.reduced(kept)
        sign = "-" if p.coefficient < 0 else "+"
        scalars = drawing.prefix(abs(p.coefficient))
        if matrix is None:
            node = product(scalars) if scalars else Numeral("1")
            return sign, Leaf(node, node)
        return sign, Scaled(tuple(scalars), matrix) if scalars else matrix

    def vector(self, base: Expr, index: Index) -> Matrix:
        """Return a factor with one index."""
        match base:
            case Entry(name=name, step=step, positions=(only,)) if only == index:
                node = self.writer.variable(name, step)
                return Leaf(node, self.writer.transposed(node))
            case Add():
                return closed(self.matrix(base, (index,)), self.writer)
            case Apply():
                return self._applied(base, (index,))
            case Derivative():
                return self.derivative(base)
            case _:
                raise NoMatrix

    def edge(self, base: Expr, row: Index, column: Index) -> Matrix:
        """Return a factor with two indices, its rows first."""
        match base:
            case Entry(name=name, step=step, positions=positions):
                node = self.writer.variable(name, step)
                leaf = Leaf(node, self.writer.transposed(node))
                return self._oriented(leaf, positions, row, column)
            case Delta() if Symbol("I") not in self.writer.symbols.variables.values():
                return Leaf(Symbol("I"), Symbol("I"))
            case Add():
                return closed(self.matrix(base, (row, column)), self.writer)
            case Apply():
                return self._applied(base, (row, column))
            case Derivative():
                order = free_indices(base)
                return self._oriented(self.derivative(base), order, row, column)
            case _:
                raise NoMatrix

    def _oriented(
        self, leaf: Leaf, positions: tuple[object, ...], row: Index, column: Index
    ) -> Matrix:
        if positions == (row, column):
            return leaf
        if positions == (column, row):
            return flipped(leaf)
        raise NoMatrix

    def _applied(self, e: Apply, indices: tuple[Index, ...]) -> Matrix:
        inner = node_of(self.matrix(e.argument, indices), self.writer)
        if e.function == "identity":
            node: Node = inner
        else:
            node = call(self.writer.function(e.function, e.order), inner)
        return Leaf(node, self.writer.transposed(node))

    def scalar(self, base: Expr) -> Node:
        """Return a factor without indices."""
        match base:
            case Entry(name=name, step=step, positions=positions):
                if any(isinstance(p, Index) for p in positions):
                    raise NoMatrix
                places = self.writer.positions(positions, {})
                return self.writer.variable(name, step, places)
            case Size(of=of):
                return self.writer.affine(of)
            case Derivative():
                return self.derivative(base).node
            case Apply():
                return node_of(self._applied(base, ()), self.writer)
            case Add():
                return node_of(self.matrix(base, ()), self.writer)
            case _:
                raise NoMatrix


def evened(p: Product) -> Product:
    """Return a product in which each bracket has taken in the vectors that its terms are short of.

    y_i ([i = j] - y_j) W_jk becomes (y_i [i = j] - y_i y_j) W_jk, which is (diag(y) - y y^T) W.
    """
    factors = list(p.factors)
    for base, exponent in p.factors:
        if not isinstance(base, Add) or exponent != 1 or len(free_indices(base)) != 2:
            continue
        for index in _short_of(base):
            vector = next((f for f in factors if free_indices(f[0]) == (index,)), None)
            if vector is None or vector[1] < 1:
                continue
            place = next(k for k, (factor, _) in enumerate(factors) if factor == base)
            base = Add(tuple(Multiply((vector[0], term)) for term in base.terms))
            factors[place] = (base, 1)
            at = factors.index(vector)
            factors[at : at + 1] = [(vector[0], vector[1] - 1)] if vector[1] > 1 else []
    return Product(p.coefficient, tuple(factors), p.bound)


def _short_of(e: Add) -> list[Index]:
    """Return the indices that some terms of a sum lack, where they have others."""
    indices = free_indices(e)
    found = [set(free_indices(term)) for term in e.terms]
    return [i for i in indices if any(term and i not in term for term in found)]
