"""Matrix notation as a small tree that knows its own transpose: (A B)^T = B^T A^T.

A ``Leaf`` holds both of its writings. A vector is a matrix with one column; a scalar is a vector of
length one, and its own transpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from symbolic.latex.syntax import Factors, Fraction, Node, Terms, Word, unscripted
from symbolic.notation.build import bracketed, by_entries, call, is_atom, product, total
from symbolic.notation.writer import NABLA, Writer


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something written as it is, and the writing of its transpose."""

    node: Node
    flipped: Node


@dataclass(frozen=True, slots=True)
class Diagonal:
    """The diagonal matrix of a vector."""

    vector: Matrix


@dataclass(frozen=True, slots=True)
class Chain:
    """A product of matrices in order."""

    factors: tuple[Matrix, ...]


@dataclass(frozen=True, slots=True)
class Entrywise:
    """A product entry by entry."""

    factors: tuple[Matrix, ...]


@dataclass(frozen=True, slots=True)
class Scaled:
    """A matrix with scalars before it."""

    scalars: tuple[Node, ...]
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Total:
    """A signed sum."""

    terms: tuple[tuple[str, Matrix], ...]


Matrix: TypeAlias = Leaf | Diagonal | Chain | Entrywise | Scaled | Total


def flipped(matrix: Matrix) -> Matrix:
    """Return the transpose."""
    match matrix:
        case Leaf(node=node, flipped=other):
            return Leaf(other, node)
        case Diagonal():
            return matrix
        case Chain(factors=factors):
            return Chain(tuple(flipped(f) for f in reversed(factors)))
        case Entrywise(factors=factors):
            return Entrywise(tuple(flipped(f) for f in factors))
        case Scaled():
            return replace(matrix, matrix=flipped(matrix.matrix))
        case Total(terms=terms):
            return Total(tuple((sign, flipped(term)) for sign, term in terms))


def node_of(matrix: Matrix, writer: Writer) -> Node:
    """Return the syntax tree of a matrix."""
    match matrix:
        case Leaf(node=node):
            return node
        case Diagonal(vector=vector):
            return call(Word("diag"), node_of(vector, writer))
        case Chain(factors=factors):
            *before, last = (node_of(f, writer) for f in _flat(factors))
            return product((*(_gradient_in_brackets(node) for node in before), last))
        case Entrywise(factors=factors):
            nodes = [node_of(f, writer) for f in factors]
            return by_entries(nodes, writer.notation.elementwise)
        case Scaled(scalars=scalars, matrix=inner):
            return product((*scalars, node_of(inner, writer)))
        case Total(terms=terms):
            return total((sign, node_of(term, writer)) for sign, term in terms)


def _flat(factors: tuple[Matrix, ...]) -> Iterator[Matrix]:
    for factor in factors:
        if isinstance(factor, Chain):
            yield from _flat(factor.factors)
        else:
            yield factor


def _gradient_in_brackets(node: Node) -> Node:
    """Return a gradient with a nabla in brackets: it would take in what stands behind it."""
    first = node.factors[0] if isinstance(node, Factors) else node
    return bracketed(node) if unscripted(first) == NABLA else node


def as_row(matrix: Matrix, writer: Writer) -> Matrix:
    """Return the transpose of a column; a sum of symbols is transposed as a whole: (u - v)^T."""
    if isinstance(matrix, Total) and all(isinstance(term, Leaf) for _, term in matrix.terms):
        is_one = len(matrix.terms) == 1
        return flipped(matrix if is_one else closed(matrix, writer))
    return flipped(matrix)


def _is_quotient(leaf: Leaf) -> bool:
    """Whether a vector is written as a quotient of derivatives, or as its transpose."""
    return any(isinstance(node, Fraction) for node in (leaf.node, leaf.flipped))


def closed(matrix: Matrix, writer: Writer) -> Matrix:
    """Return a sum or a product by entries as one leaf, with the bracket transposed: (u - v)^T."""
    if not isinstance(matrix, Total | Entrywise):
        return matrix
    node = node_of(matrix, writer)
    return Leaf(node, writer.transposed(node))


def is_simple(matrix: Matrix) -> bool:
    """Whether a vector is written without a product, and is no gradient, which stands last."""
    if isinstance(matrix, Leaf):
        is_sum = isinstance(matrix.node, Terms)
        return is_sum or (is_atom(matrix.node) and not _is_quotient(matrix))
    return isinstance(matrix, Diagonal | Total)
