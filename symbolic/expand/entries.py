"""Expressions written entry by entry: letters or numbers at the positions, sums with a sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import singledispatchmethod

from symbolic.affine import Affine, integer
from symbolic.errors import UnsupportedNotation
from symbolic.expr import (
    Add,
    Apply,
    Delta,
    Derivative,
    Entry,
    Expr,
    Index,
    Multiply,
    Number,
    Position,
    Power,
    Size,
    Sum,
    TimeSum,
)
from symbolic.latex.syntax import (
    Big,
    Chain,
    Listed,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
)
from symbolic.notation.build import bracketed, call, fraction, product, total
from symbolic.notation.writer import Letters, Writer

#: How a derivative that stands for itself is written, the letters of its indices given.
WriteEntryDerivative = Callable[[Derivative, Letters], Node]


@dataclass(slots=True)
class Scribe:
    """Writes core expressions entry by entry; ``letters`` has those of the free indices."""

    writer: Writer
    letters: Letters = field(default_factory=dict)
    derivative: WriteEntryDerivative | None = None

    def name(self, index: Index) -> Node:
        """Return the letter of an index, a new one where it has none yet."""
        if index not in self.letters:
            used = {n.name for n in self.letters.values() if isinstance(n, Symbol)}
            free = (x for x in self.writer.symbols.index_letters if x not in used)
            name = next(free, None)
            self.letters[index] = Symbol(f"i_{len(used)}") if name is None else Symbol(name)
        return self.letters[index]

    def position(self, position: Position) -> Node:
        """Return a position as a letter or a number."""
        if isinstance(position, Index):
            return self.name(position)
        return self.writer.affine(position)

    def write(self, e: Expr) -> Node:
        """Return the syntax tree of an expression."""
        return self._write(e)

    @singledispatchmethod
    def _write(self, e: Expr) -> Node:
        raise UnsupportedNotation(f"{type(e).__name__} written out entry by entry")

    @_write.register
    def _write_number(self, e: Number) -> Node:
        sign, nodes = _coefficient(e.value)
        node = product(nodes) if nodes else Numeral("1")
        return node if sign == "+" else Terms((node,), ("-",))

    @_write.register
    def _write_size(self, e: Size) -> Node:
        return self.writer.affine(e.of)

    @_write.register
    def _write_entry(self, e: Entry) -> Node:
        places = tuple(self.position(p) for p in e.positions)
        return self.writer.variable(e.name, e.step, places)

    @_write.register
    def _write_delta(self, e: Delta) -> Node:
        below = Listed((self.position(e.left), self.position(e.right)))
        return Scripted(Symbol("1", "bold"), below=below)

    @_write.register
    def _write_add(self, e: Add) -> Node:
        return total(self.signed(term) for term in e.terms)

    @_write.register
    def _write_multiply(self, e: Multiply) -> Node:
        sign, node = self.signed(e)
        return node if sign == "+" else Terms((node,), ("-",))

    def signed(self, e: Expr) -> tuple[str, Node]:
        """Return a term with its sign in front."""
        factors = e.factors if isinstance(e, Multiply) else (e,)
        coefficient = Fraction(1)
        above: list[Node] = []
        below: list[Node] = []
        sizes: list[Node] = []
        for factor in factors:
            base, exponent = _raised(factor)
            if isinstance(base, Number) and exponent == 1:
                coefficient *= base.value
            elif exponent is not None and exponent < 0:
                is_size = isinstance(base, Size)
                (sizes if is_size else below).append(self._power(base, -exponent))
            else:
                above.append(self._power(base, 1 if exponent is None else exponent))
        sign, numbers = _coefficient(coefficient, sizes)
        if below:
            node = fraction(product((*numbers, *above)), product(below))
        else:
            node = product((*numbers, *above))
        return sign, node

    def _power(self, base: Expr, exponent: int) -> Node:
        node = self._write(base)
        if exponent == 1:
            return bracketed(node) if isinstance(node, Terms) else node
        return self.writer.power(node, Numeral(str(exponent)))

    @_write.register
    def _write_power(self, e: Power) -> Node:
        sign, node = self.signed(e)
        return node if sign == "+" else Terms((node,), ("-",))

    @_write.register
    def _write_apply(self, e: Apply) -> Node:
        argument = self._write(e.argument)
        if e.function == "identity":
            return argument
        return call(self.writer.function(e.function, e.order), argument)

    @_write.register
    def _write_sum(self, e: Sum) -> Node:
        letter = self.name(e.index)
        body = self._write(e.body)
        del self.letters[e.index]
        return self.big(letter, integer(1), e.index.size, body)

    @_write.register
    def _write_time_sum(self, e: TimeSum) -> Node:
        body = self._write(e.body)
        return self.big(self.writer.letter(e.letter), e.first, e.last, body)

    def big(self, letter: Node, first: Affine, last: Affine, body: Node) -> Node:
        """Return a sum with its limits; a sum or a sign in its body is bracketed."""
        below = Chain((letter, self.writer.affine(first)), ("=",))
        inner = bracketed(body) if isinstance(body, Terms) else body
        return Big("sum", below, self.writer.affine(last), inner)

    @_write.register
    def _write_derivative(self, e: Derivative) -> Node:
        if self.derivative is None:
            raise UnsupportedNotation("a derivative within an expression that is written out")
        return self.derivative(e, self.letters)


def _raised(e: Expr) -> tuple[Expr, int | None]:
    if isinstance(e, Power) and e.exponent.is_constant:
        return e.base, e.exponent.constant
    return e, 1


def _coefficient(value: Fraction, sizes: list[Node] | None = None) -> tuple[str, list[Node]]:
    """Return the sign of a number, and the number where it is not 1; sizes divide."""
    sign = "-" if value < 0 else "+"
    value = abs(value)
    below: list[Node] = [] if value.denominator == 1 else [Numeral(str(value.denominator))]
    below += sizes or []
    above: Node = Numeral(str(value.numerator))
    if below:
        return sign, [fraction(above, product(below))]
    return sign, [] if value == 1 else [above]
