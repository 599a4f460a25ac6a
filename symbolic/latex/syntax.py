"""What stands on the page: the nodes of a formula as it is written, with their places.

The tree knows only writing: scripts, fractions, juxtaposition, brackets, environments. What a
letter means, whether a bracket is an argument or a factor, whether a superscript is a power, a
time or a transpose, is decided later (``symbolic.latex`` elaborates, with a model at hand).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from symbolic.source import Span


@dataclass(frozen=True, slots=True)
class Symbol:
    """One letter or named letter: W, alpha, tau, ell, partial, nabla, top, infty.

    ``style`` is "" or what the letter is set in: "bold", "roman", "cal", "bb", "sans", "frak";
    ``accents`` are hats, tildes, bars, arrows, innermost first; ``primes`` counts apostrophes. A
    digit set in a style is a Symbol too, and so are "*", "+", "-", "prime", ":" where they stand
    alone in a script.
    """

    name: str
    style: str = ""
    accents: tuple[str, ...] = ()
    primes: int = 0
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A name of several letters: tanh, softmax, diag, or any text set upright."""

    text: str
    primes: int = 0
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it is printed: "2", "0.76"."""

    text: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Dots:
    """Dots that stand for what is left out: cdots, ldots, dots, ..."""

    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Blank:
    """A dot or dash where an argument would stand: the dot of F(.)."""

    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Scripted:
    """A base with a subscript, a superscript, or both."""

    base: Node
    below: Node | None = None
    above: Node | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Fraction:
    """One expression over another; written with frac, dfrac, tfrac, pdv or dv."""

    above: Node
    below: Node
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """A sum as it is written: terms with their signs, "+" or "-"; one term only after a sign."""

    terms: tuple[Node, ...]
    signs: tuple[str, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Factors:
    """A product as it is written; ``operators`` stand between the factors.

    "" is juxtaposition, others are "cdot", "*", "times", "circ", "odot", "otimes", "/". A factor
    behind an operator may have a minus of its own: Terms with one term.
    """

    factors: tuple[Node, ...]
    operators: tuple[str, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Big:
    """A sum or a product over something: ``kind`` is "sum" or "prod".

    The body goes to the next + or - of its own level, or to the end; braces under it do not end it.
    """

    kind: str
    below: Node | None
    above: Node | None
    body: Node
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Bracket:
    """Something in brackets: ``kind`` is "(", "[", "{", "|", "||" (a norm) or "<".

    ``separators`` stand between the items: ",", ";", "&" or "space" (a quad or wider).
    """

    kind: str
    items: tuple[Node, ...]
    separators: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """Several items without brackets, as in the subscript of y_{t,i}; commas between them."""

    items: tuple[Node, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of entries: pmatrix, bmatrix, matrix, array; ``kind`` is the bracket, or ""."""

    kind: str
    rows: tuple[tuple[Node, ...], ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Cases:
    """Values with their conditions; a condition is a chain (i = j), text, or None (otherwise)."""

    rows: tuple[tuple[Node, Node | None], ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Braced:
    """An expression with a brace under or over it, and the label at the brace."""

    body: Node
    label: Node | None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An expression with a bar after it and a point below the bar: evaluated there."""

    body: Node
    point: Node
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """Expressions with relations between them: "=", "<", "le", "in", "colon", "to", "neq", ...

    The first item is None where the line begins with a relation. "mid" is a single bar.
    """

    items: tuple[Node | None, ...]
    relations: tuple[str, ...]
    span: Span | None = field(default=None, compare=False)


Node: TypeAlias = (
    Symbol
    | Word
    | Numeral
    | Dots
    | Blank
    | Scripted
    | Fraction
    | Terms
    | Factors
    | Big
    | Bracket
    | Listed
    | Matrix
    | Cases
    | Braced
    | Evaluated
    | Chain
)


_Part = TypeVar("_Part", bound=Node | None)


def unscripted(node: _Part) -> Node | _Part:
    """Return what scripts stand at, or the node itself where there are none; None for None."""
    return node.base if isinstance(node, Scripted) else node


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a display: the chains on it, separated by commas or spaces, and its number.

    A chain without relations is a bare expression. ``tag`` is what tag, label-free numbering in
    brackets or a trailing (63) says; None if there is none. ``continues`` is what the row begins
    with that ties it to the row before: "+", "-" (only without a relation in its first chain), or
    an operator of Factors, which is not part of the first chain.
    """

    chains: tuple[Chain, ...]
    tag: str | None = None
    span: Span | None = field(default=None, compare=False)
    continues: str = ""
