r"""Syntax trees as LaTeX text: for a tree from the reader, reading the text gives the same tree.

A tree that cannot be written as it is, because braces do not show, is written with brackets.

>>> from symbolic.latex.syntax import Numeral
>>> print(write(Scripted(Symbol("h", "bold"), Numeral("1"), Bracket("(", (Symbol("t"),)))))
\mathbf{h}_1^{(t)}
"""

from __future__ import annotations

import re

from symbolic.latex import vocabulary as v
from symbolic.latex.syntax import (
    Big,
    Braced,
    Bracket,
    Cases,
    Chain,
    Dots,
    Evaluated,
    Factors,
    Fraction,
    Listed,
    Matrix,
    Node,
    Numeral,
    Row,
    Scripted,
    Symbol,
    Terms,
    Word,
    unscripted,
)
from symbolic.latex.write_atoms import OPERATORS, escaped, first_commands, write

__all__ = ["write"]

_RELATIONS = first_commands(v.RELATIONS)
_MATRICES = {**first_commands(v.MATRICES), "": "matrix"}
_SEPARATORS = {",": ", ", ";": "; ", "&": " & ", "space": r" \quad "}
_TALL = re.compile(r"\\(frac|sum|prod|begin|underbrace|left)(?![a-zA-Z])")
_SHORT_SCRIPT = re.compile(r"[a-zA-Z0-9*]|\\[a-zA-Z]+")
#: What brackets do not show around would be read as something else in a product or a script.
_LOOSE = (Terms, Chain, Listed)


@write.register(Scripted)
def write_scripted(node: Scripted) -> str:
    """``x_t^{(i)}``; braces around a base that has scripts of its own."""
    base = _grouped(node.base)
    if isinstance(node.base, Scripted | Fraction | Braced | Evaluated | Cases):
        base = f"{{{base}}}"
    return base + _scripts(node.below, node.above)


def _scripts(below: Node | None, above: Node | None) -> str:
    lower = "" if below is None else "_" + _script(below)
    upper = "" if above is None else "^" + _script(above)
    return lower + upper


def _script(node: Node) -> str:
    """Return an argument of a script; brackets stand side by side in it."""
    if isinstance(node, Listed) and all(isinstance(item, Bracket) for item in node.items):
        return "{" + "".join(_angle(item) for item in node.items) + "}"
    text = _angle(node)
    return text if _SHORT_SCRIPT.fullmatch(text) else f"{{{text}}}"


def _angle(node: Node) -> str:
    """Return a node, in a script: an angle bracket around a step with plain signs."""
    if isinstance(node, Bracket) and node.kind == "<":
        items = node.items
        if items and not any(isinstance(item, Chain) for item in items):
            return f"<{_entries(node)}>"
    return write(node)


@write.register(Fraction)
def write_fraction(node: Fraction) -> str:
    r"""``\frac{a}{b}``."""
    return rf"\frac{{{write(node.above)}}}{{{write(node.below)}}}"


@write.register(Terms)
def write_terms(node: Terms) -> str:
    """``a - b``, ``-a``; a first plus only before a single term."""
    pieces = []
    for place, (term, sign) in enumerate(zip(node.terms, node.signs, strict=True)):
        if place:
            pieces.append(f" {sign} ")
        elif sign == "-" or len(node.terms) == 1:
            pieces.append(sign)
        pieces.append(
            r"\cdots" if isinstance(term, Dots) and len(node.terms) > 1 else _grouped(term)
        )
    return "".join(pieces)


@write.register(Factors)
def write_factors(node: Factors) -> str:
    r"""``W^\top \operatorname{diag}(v) \cdot x``."""
    last = len(node.factors) - 1
    text = _factor(node.factors[0], "", is_last=not last)
    for place, operator in enumerate(node.operators, start=1):
        before, factor = node.factors[place - 1], node.factors[place]
        if text.endswith(r"\operatorname{sqrt}") and _is_argument(factor, operator):
            text = text.removesuffix(r"\operatorname{sqrt}") + _root(factor)
            continue
        written = _factor(factor, operator, is_last=place == last)
        text += _between(before, factor, operator, written) + written
    return text


def _factor(node: Node, operator: str, *, is_last: bool) -> str:
    """Return a factor; a minus of its own may stand behind an operator."""
    if isinstance(node, Dots):
        return r"\cdots"
    if isinstance(node, Terms) and node.signs == ("-",) and operator:
        return write(node)
    if isinstance(node, Factors) or (isinstance(node, Big) and not is_last):
        return f"({write(node)})"
    return _grouped(node)


def _between(before: Node, node: Node, operator: str, written: str) -> str:
    """Return what stands between two factors."""
    if operator:
        return f" {OPERATORS[operator]} "
    if isinstance(before, Numeral) and written[:1].isdigit():
        return r" \cdot "
    is_call = isinstance(node, Bracket) or (
        isinstance(node, Scripted) and isinstance(node.base, Bracket)
    )
    return "" if is_call and isinstance(before, Symbol | Word | Scripted) else " "


def _is_argument(node: Node, operator: str) -> bool:
    base = unscripted(node)
    return not operator and isinstance(base, Bracket) and base.kind == "(" and len(base.items) == 1


def _root(node: Node) -> str:
    """Return the square root whose bracket is given."""
    match node:
        case Scripted(base=Bracket() as base, below=below, above=above):
            return rf"\sqrt{{{_entries(base)}}}" + _scripts(below, above)
        case Bracket():
            return rf"\sqrt{{{_entries(node)}}}"
        case _:
            raise TypeError(f"a square root of {type(node).__name__}")


def _grouped(node: Node) -> str:
    """Return a node, in brackets if it would fall apart among factors or terms."""
    return f"({write(node)})" if isinstance(node, _LOOSE) else write(node)


@write.register(Big)
def write_big(node: Big) -> str:
    r"""``\sum_{i=1}^n a_i``."""
    command = next(command for command, kind in v.BIG.items() if kind == node.kind)
    is_negative = isinstance(node.body, Terms) and node.body.signs == ("-",)
    body = write(node.body) if is_negative else _grouped(node.body)
    return f"{command}{_scripts(node.below, node.above)} {body}"


@write.register(Bracket)
def write_bracket(node: Bracket) -> str:
    r"""``(a, b)``, ``\left[ \frac{a}{b} \right]``, ``\langle a \rangle``."""
    opening, closing = v.DELIMITERS[node.kind]
    text = _entries(node)
    if node.kind in ("|", "||") or (node.kind != "<" and _TALL.search(text)):
        return rf"\left{opening} {text} \right{closing}"
    if opening.startswith("\\"):
        return f"{opening} {text} {closing}"
    return f"{opening}{text}{closing}"


def _entries(node: Bracket) -> str:
    """Return the entries of a bracket with what stands between them."""
    separators = ["", *(_SEPARATORS[separator] for separator in node.separators)]
    items = (f"({write(i)})" if isinstance(i, Listed) else write(i) for i in node.items)
    return "".join(between + item for between, item in zip(separators, items, strict=False))


@write.register(Listed)
def write_listed(node: Listed) -> str:
    """``t, i``."""
    return ", ".join(write(item) for item in node.items)


@write.register(Matrix)
def write_matrix(node: Matrix) -> str:
    r"""``\begin{pmatrix} a & b \\ c & d \end{pmatrix}``."""
    rows = (" & ".join(write(cell) for cell in row) for row in node.rows)
    name = _MATRICES[node.kind]
    return rf"\begin{{{name}}} " + r" \\ ".join(rows) + rf" \end{{{name}}}"


@write.register(Cases)
def write_cases(node: Cases) -> str:
    r"""``\begin{cases} a & \text{if } i = j \\ b & \text{otherwise} \end{cases}``."""
    rows = (write(value) + _condition(value, condition) for value, condition in node.rows)
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _condition(value: Node, condition: Node | None) -> str:
    match condition:
        case None:
            return "" if isinstance(value, Chain) else r" & \text{otherwise}"
        case Word(text=text):
            return rf" & \text{{{escaped(text)}}}" + "'" * condition.primes
        case _:
            return r" & \text{if } " + write(condition)


@write.register(Braced)
def write_braced(node: Braced) -> str:
    r"""``\underbrace{a}_{b}``."""
    label = "" if node.label is None else f"_{{{write(node.label)}}}"
    return rf"\underbrace{{{write(node.body)}}}{label}"


@write.register(Evaluated)
def write_evaluated(node: Evaluated) -> str:
    r"""``\left. f \right|_{x = 0}``."""
    return rf"\left. {write(node.body)} \right|_{_script(node.point)}"


@write.register(Chain)
def write_chain(node: Chain) -> str:
    """``a = b < c``."""
    first, *others = (
        "" if item is None else f"({write(item)})" if isinstance(item, Chain) else write(item)
        for item in node.items
    )
    text = first
    for relation, item in zip(node.relations, others, strict=True):
        sign = _RELATIONS[relation]
        text += f"{sign} {item}" if relation == "colon" or not text else f" {sign} {item}"
    return text


@write.register(Row)
def write_row(node: Row) -> str:
    r"""``a = b, \quad c = d \tag{63}``; a sign or operator that continues the row before."""
    text = ""
    for place, chain in enumerate(node.chains):
        written = write(chain)
        looks_like_number = place == len(node.chains) - 1 and _NUMBER.fullmatch(written)
        text += (", " if looks_like_number else r", \quad ") * bool(place) + written
    if node.continues in OPERATORS:
        text = f"{OPERATORS[node.continues]} {text}"
    elif node.continues and not text.startswith(node.continues):
        text = f"{node.continues} {text}"
    return text if node.tag is None else rf"{text} \tag{{{escaped(node.tag)}}}".strip()


_NUMBER = re.compile(r"\([^()]{1,12}\)")
