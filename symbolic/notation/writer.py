"""Variables, steps, entries and derivatives of one model as syntax trees, in one notation."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.affine import Affine
from symbolic.expr import Index, Position
from symbolic.forward import NodeKey
from symbolic.functions import FUNCTIONS
from symbolic.latex.syntax import (
    Bracket,
    Factors,
    Fraction,
    Listed,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    Word,
)
from symbolic.model import HORIZON, STEP, Model, Role
from symbolic.notation.build import TOP, bracketed, raised
from symbolic.notation.symbols import Symbols, symbols
from symbolic.notation.table import Notation

#: The letters that stand for positions while an expression is written.
Letters = dict[Index, Node]

PARTIAL, NABLA = Symbol("partial"), Symbol("nabla")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the names of a model; make one with ``symbolic.notation.writer.writer``."""

    model: Model
    notation: Notation
    symbols: Symbols

    def letter(self, name: str) -> Node:
        """Return a time letter or a size as it is written."""
        if name in self.symbols.sizes:
            return self.symbols.sizes[name]
        written = {STEP: self.notation.letter, HORIZON: self.notation.horizon}.get(name, name)
        return Symbol(written)

    def affine(self, of: Affine) -> Node:
        """Return a step, size or position: t - 1, 2n, 3."""
        ordered = sorted(of.coefficients, key=lambda item: item[1] < 0)
        terms: list[tuple[str, Node]] = []
        for name, count in ordered:
            node = self.letter(name)
            if abs(count) != 1:
                node = Factors((Numeral(str(abs(count))), node), ("",))
            terms.append(("-" if count < 0 else "+", node))
        if of.constant or not terms:
            terms.append(("-" if of.constant < 0 else "+", Numeral(str(abs(of.constant)))))
        if len(terms) == 1 and terms[0][0] == "+":
            return terms[0][1]
        return Terms(tuple(n for _, n in terms), tuple(s for s, _ in terms))

    def positions(self, positions: tuple[Position, ...], letters: Letters) -> tuple[Node, ...]:
        """Return positions as letters or numbers."""
        return tuple(letters[p] if isinstance(p, Index) else self.affine(p) for p in positions)

    def variable(
        self, name: str, step: Affine | None = None, positions: tuple[Node, ...] = ()
    ) -> Node:
        """Return a variable at its step and positions; a parameter with a step is its copy."""
        symbol = self.symbols.variables[name]
        if positions and isinstance(symbol, Symbol) and symbol.style == "bold":
            symbol = Symbol(symbol.name, "", symbol.accents, symbol.primes)
        declared = self.model.declaration(name)
        if step is None:
            return _below(symbol, positions)
        style = self.notation.steps
        if declared.role is Role.PARAMETER:
            style = self._copy_style(declared.shape, symbol)
        written = self.affine(step)
        match style:
            case "subscript":
                return _below(symbol, (written, *positions), listed=True)
            case "argument":
                return Factors((_below(symbol, positions), Bracket("(", (written,))), ("",))
            case "angle":
                return _above(_below(symbol, positions), Bracket("<", (written,)))
            case _:
                return _above(_below(symbol, positions), Bracket("(", (written,)))

    def _copy_style(self, shape: tuple[Affine, ...], symbol: Node) -> str:
        """Return where the step of a copy stands; W_1 is not written where it could be an entry."""
        style = self.notation.steps
        if style == "argument" and isinstance(symbol, Scripted):
            return "superscript"
        if style != "subscript":
            return style
        return "subscript" if self.notation.copies == "subscript" and not shape else "superscript"

    def key(self, key: NodeKey) -> Node:
        """Return a node or a copy of the unrolled network."""
        return self.variable(key.name, None if key.step is None else Affine((), key.step))

    def at(self, key: NodeKey, positions: tuple[Node, ...]) -> Node:
        """Return an entry of a node, or of a copy of a parameter."""
        return self.variable(
            key.name, None if key.step is None else Affine((), key.step), positions
        )

    def starred(self, name: str) -> Node:
        """Return the copy of a parameter at the step of what is differentiated: W_*."""
        return _below(self.symbols.variables[name], (Symbol("*"),))

    def transposed(self, node: Node) -> Node:
        """Return the transpose of a symbol, or of something in brackets."""
        sign = TOP if self.notation.transpose == "top" else Symbol("T")
        match node:
            case Factors(factors=(Symbol() | Scripted() as base, Bracket() as at), operators=("",)):
                if self.notation.steps == "argument":
                    return Factors((base, Scripted(at, above=sign)), ("",))
            case Scripted(above=Bracket(kind="(") as at, base=base, below=below):
                return Scripted(base, below, Factors((at, sign), ("",)))
        return raised(node if _takes_script(node) else bracketed(node), sign)

    def power(self, node: Node, exponent: Node) -> Node:
        """Return a power; what has a superscript already gets brackets."""
        is_argument = isinstance(node, Factors) and self.notation.steps == "argument"
        if is_argument and isinstance(node, Factors) and len(node.factors) == 2:
            base, at = node.factors
            if isinstance(at, Bracket) and not isinstance(base, Word):
                return Factors((base, Scripted(at, above=exponent)), ("",))
        return raised(node, exponent)

    def derivative(self, of: Node, by: Node, *, mark: bool = False) -> Node:
        """Return a quotient of derivatives; with a plus at the sign where it is marked."""
        sign: Node = Scripted(PARTIAL, above=Symbol("+")) if mark else PARTIAL
        return Fraction(_after(sign, of), _after(PARTIAL, by))

    def gradient(self, of: Node, by: Node) -> Node:
        """Return a gradient with a nabla."""
        parts = by.factors if isinstance(by, Factors) else (by,)
        below: Node = parts[0] if len(parts) == 1 else Factors(parts, ("",) * (len(parts) - 1))
        return _after(Scripted(NABLA, below=below), of)

    def function(self, name: str, order: int = 0) -> Node:
        """Return a scalar function, or its derivative of an order with as many primes."""
        if name in FUNCTIONS:
            text = {"log": self.notation.log, "sigmoid": self.notation.sigmoid}.get(name, name)
            return Word(text, order)
        return Symbol(name, primes=order) if len(name) == 1 else Word(name, order)

    def shape(self, name: str) -> Node:
        r"""Return the set that a variable is from: \mathbf{R}^{n \times m}."""
        sizes = [self.affine(size) for size in self.model.declaration(name).shape]
        reals = Symbol("R", "bold")
        if not sizes:
            return reals
        inner = sizes[0] if len(sizes) == 1 else Factors(tuple(sizes), ("times",))
        return Scripted(reals, above=inner)


def writer(model: Model, notation: Notation) -> Writer:
    """Return the writer of a model in a notation."""
    return Writer(model, notation, symbols(model, notation))


def _after(sign: Node, node: Node) -> Node:
    parts = node.factors if isinstance(node, Factors) else (node,)
    return Factors((sign, *parts), ("",) * len(parts))


def _takes_script(node: Node) -> bool:
    has_room = isinstance(node, Scripted) and node.above is None
    return has_room or isinstance(node, Symbol | Word | Bracket)


def _below(symbol: Node, items: tuple[Node, ...], *, listed: bool = False) -> Node:
    """Return a symbol with items below it: digits side by side, letters too, else a list."""
    known: tuple[Node, ...] = ()
    if isinstance(symbol, Scripted):
        known = () if symbol.below is None else (symbol.below,)
        symbol = symbol.base
    items = (*known, *items)
    if not items:
        return symbol
    if len(items) == 1:
        return Scripted(symbol, below=items[0])
    digits = [n.text for n in items if isinstance(n, Numeral) and len(n.text) == 1]
    if not listed and len(digits) == len(items):
        return Scripted(symbol, below=Numeral("".join(digits)))
    if not listed and not known and all(isinstance(n, Symbol) for n in items):
        return Scripted(symbol, below=Factors(items, ("",) * (len(items) - 1)))
    return Scripted(symbol, below=Listed(items))


def _above(node: Node, step: Node) -> Node:
    if isinstance(node, Scripted):
        return Scripted(node.base, node.below, step)
    return Scripted(node, above=step)
