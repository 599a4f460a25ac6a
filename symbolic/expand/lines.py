r"""Equations as displays: lines no wider than a text block, broken where one would break them.

A line breaks before a sign, rather outside of brackets than inside; where a product alone is too
wide, after a \cdot that is put there. Brackets that are broken get a fixed size. The same breaks
serve LaTeX and MathML; a ``Dialect`` has the words of one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from symbolic.expand.question import Line
from symbolic.expand.unbroken import is_call, is_derivative, is_tall, is_whole, quotient
from symbolic.expand.width import TEXT_BLOCK, Measure, width
from symbolic.latex.syntax import (
    Big,
    Bracket,
    Factors,
    Fraction,
    Node,
    Scripted,
    Symbol,
    Terms,
)
from symbolic.latex.write import write
from symbolic.notation import mathml as ml
from symbolic.notation.build import bracketed

#: What the indentation of a line that goes on takes, in em.
INDENT = 2.0
_X = Symbol("x")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How stretches are written: whole nodes, signs, brackets that may be broken, heads of sums."""

    write: Callable[[Node], str]
    sign: Callable[[str], str]
    brackets: Callable[[bool], tuple[str, str]]
    #: A closing bracket with the scripts of a node.
    closing: Callable[[str, Scripted], str]
    head: Callable[[Big], str]
    #: What stands between two factors.
    space: str
    #: What stands before a first term that is negative.
    minus: str
    #: Whether a line may break between factors without a sign, where others of them have one.
    is_loose: bool


def _latex_sign(sign: str) -> str:
    return f" {write(Factors((_X, _X), (sign,))).strip('x').strip()} "


def _latex_brackets(tall: bool) -> tuple[str, str]:
    return (r"\Bigl(", r"\Bigr)") if tall else (r"\bigl(", r"\bigr)")


LATEX = Dialect(
    write,
    lambda sign: f" {sign} " if sign in "+-" else _latex_sign(sign),
    _latex_brackets,
    lambda text, node: text + write(replace(node, base=_X)).removeprefix("x"),
    lambda node: write(replace(node, body=_X)).removesuffix("x"),
    " ",
    "-",
    is_loose=False,
)
MATHML = Dialect(
    ml.mathml,
    ml.operator,
    lambda tall: (ml.fence("(", large=tall), ml.fence(")", large=tall)),
    ml.scripts,
    ml.big_head,
    ml.THIN,
    ml.NEGATIVE,
    is_loose=True,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that is not broken; ``level`` is how deep the break before it is, None for none.

    ``dot`` says that a break before it leaves the sign of a product on the line above.
    """

    text: str
    width: float
    level: float | None = None
    dot: bool = False
    is_tall: bool = False


@dataclass(frozen=True, slots=True)
class Breaker:
    """Takes formulas apart into stretches, for lines of a width."""

    dialect: Dialect
    room: float
    measure: Measure = field(default_factory=Measure)

    def pieces(self, node: Node, level: int = 0) -> list[Piece]:
        """Return a formula as stretches between which a line may break."""
        if self.measure(node) <= self.room / 4 and not isinstance(node, Terms):
            return [self._whole(node)]
        match node:
            case Terms(terms=terms, signs=signs):
                return list(self._terms(terms, signs, level))
            case Factors(factors=factors, operators=operators) if not any(operators):
                return list(self._factors(factors, level))
            case Factors(factors=factors, operators=operators):
                return list(self._operated(factors, operators, level))
            case Bracket(kind="(" | "[", items=(inner,)):
                return self._bracket(inner, None, level)
            case Scripted(base=Bracket(kind="(" | "[", items=(inner,))):
                return self._bracket(inner, node, level)
            case Fraction(above=above) if not is_derivative(above):
                return self._bracket(quotient(node), None, level)
            case Big(body=body):
                first, *rest = self.pieces(body, level + 1)
                text = self.dialect.head(node) + first.text
                return [replace(first, text=text, width=first.width + 2.0, is_tall=True), *rest]
            case _:
                return [self._whole(node)]

    def _whole(self, node: Node) -> Piece:
        return Piece(self.dialect.write(node), self.measure(node), is_tall=is_tall(node))

    def _terms(
        self, terms: tuple[Node, ...], signs: tuple[str, ...], level: int
    ) -> Iterator[Piece]:
        for place, (term, sign) in enumerate(zip(terms, signs, strict=True)):
            is_wide = self.measure(term) > self.room / 4
            if is_wide and isinstance(term, Fraction) and not is_derivative(term.above):
                term = quotient(term)
            term = bracketed(term) if isinstance(term, Terms) else term
            first, *rest = self.pieces(term, level + 1)
            if place:
                text = self.dialect.sign(sign) + first.text
                yield replace(first, text=text, width=first.width + 1.25, level=level, dot=False)
            elif sign == "-":
                yield replace(first, text=self.dialect.minus + first.text, width=first.width + 0.8)
            else:
                yield first
            yield from rest

    def _factors(self, factors: tuple[Node, ...], level: int) -> Iterator[Piece]:
        """Yield the factors of a product; nothing breaks between a function and its argument."""
        before: Node | None = None
        for factor in factors:
            written = bracketed(factor) if isinstance(factor, Terms) else factor
            first, *rest = self.pieces(written, level + 1)
            if before is None or is_call(before, factor):
                yield first
            else:
                text = self.dialect.space + first.text
                yield replace(
                    first, text=text, width=first.width + 0.18, level=level + 0.5, dot=True
                )
            yield from rest
            before = factor

    def _operated(
        self, factors: tuple[Node, ...], operators: tuple[str, ...], level: int
    ) -> Iterator[Piece]:
        """Yield factors with operators between; a line may break after an operator.

        In LaTeX a break without one would add a sign that binds otherwise than no sign.
        """
        for place, factor in enumerate(factors):
            before = operators[place - 1] if place else ""
            after = operators[place] if place < len(operators) else ""
            *rest, last = self.pieces(factor if is_whole(factor) else bracketed(factor), level + 1)
            if after:
                text = last.text + self.dialect.sign(after).rstrip()
                last = replace(last, text=text, width=last.width + 1.0)
            first, *rest = [*rest, last]
            if place:
                text = self.dialect.space + first.text
                is_open = self.dialect.is_loose and not is_call(factors[place - 1], factor)
                here = level + 0.5 if before or is_open else None
                first = replace(first, text=text, width=first.width + 0.18, level=here, dot=False)
            yield first
            yield from rest

    def _bracket(self, inner: Node, scripted: Scripted | None, level: int) -> list[Piece]:
        """Return a bracket that may break inside, with its scripts behind it."""
        found = self.pieces(inner, level + 1)
        is_tall = any(piece.is_tall for piece in found) or len(found) > 6
        opening, closing = self.dialect.brackets(is_tall)
        if scripted is not None:
            closing = self.dialect.closing(closing, scripted)
        first = found[0]
        found[0] = replace(first, text=opening + first.text, width=first.width + 0.6)
        last = found[-1]
        found[-1] = replace(last, text=last.text + closing, width=last.width + 1.0)
        return found


def filled(start: float, found: list[Piece], room: float) -> list[str]:
    """Return the lines of a formula; the first one has ``start`` em before it.

    A line breaks at the outermost place in it that leaves it more than a third full; one that
    goes on with a part of a term ends with it.
    """
    result: list[str] = []
    while found:
        end = _fitting(found, room - start)
        if end < len(found):
            end = _best(found, end, room - start)
        text = "".join(piece.text for piece in found[:end])
        found = found[end:]
        if found and found[0].dot:
            text += r" \cdot"
        result.append(text.strip())
        start = INDENT
    return result


def _fitting(found: list[Piece], room: float) -> int:
    """Return how many stretches fit on a line, at least one."""
    used, count = 0.0, 0
    for piece in found:
        used += piece.width
        if used > room and count:
            break
        count += 1
    return count


def _best(found: list[Piece], end: int, room: float) -> int:
    """Return the best place for a break at or before ``end``; after it, where there is none."""
    if found[0].level:
        outside = (place for place in range(1, end + 1) if found[place].level == 0)
        if (place := next(outside, 0)) > 0:
            return place
    used = 0.0
    candidates: list[tuple[float, int]] = []
    for place, piece in enumerate(found[: end + 1]):
        if place and piece.level is not None:
            goes_on = found[0].level is not None and piece.level < found[0].level
            penalty = piece.level + (1.5 if used < room / 3 and not goes_on else 0.0)
            candidates.append((penalty, -place))
        used += piece.width
    if candidates:
        return -min(candidates)[1]
    later = (p for p in range(end + 1, len(found)) if found[p].level is not None)
    return next(later, len(found))


def rows(line: Line, room: float = TEXT_BLOCK) -> list[str]:
    """Return the rows of one equation, with a mark of alignment before its relation."""
    left, end = write(line.left), ""
    start, behind = width(line.left) + 1.35, 0.0
    if line.condition is not None:
        end, behind = rf" \qquad ({write(line.condition)})", 3.0 + width(line.condition)
    if start + width(line.right) + behind <= room:
        return [f"{left} &= {write(line.right)}{end}"]
    first, *others = filled(start, Breaker(LATEX, room).pieces(line.right), room - 1.0)
    others += [end.strip().removeprefix(r"\qquad ")] if end else []
    return [f"{left} &= {first}", *(rf"&\qquad {text}" for text in others)]


def display(lines: Iterable[Line], room: float = TEXT_BLOCK) -> str:
    r"""Return equations as one display: alone on a line, or in ``aligned``."""
    found = [row for line in lines for row in rows(line, room)]
    if len(found) == 1:
        return found[0].replace("&", "", 1)
    return "\\begin{aligned}\n" + " \\\\\n".join(found) + "\n\\end{aligned}"


#: Stretches of a page that a phone shows are at most a quarter of this.
PAGE_ROOM = 56.0


def flowing(line: Line) -> str:
    """Return an equation as stretches of MathML, between which a browser breaks its lines."""
    left = ml.mathml(line.left) + ml.relation("=")
    stretches: list[str] = []
    for piece in Breaker(MATHML, PAGE_ROOM).pieces(line.right):
        if stretches and piece.level is None:
            stretches[-1] += piece.text
        else:
            stretches.append(piece.text)
    if line.condition is not None:
        condition = ml.fence("(") + ml.mathml(line.condition) + ml.fence(")")
        stretches.append(f'<mspace width="1.5em"/>{condition}')
    return "<wbr>".join(f"<math>{text}</math>" for text in (left, *stretches))
