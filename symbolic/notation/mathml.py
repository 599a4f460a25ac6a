"""Syntax trees as presentation MathML, for pages that need neither a script nor a font."""

from __future__ import annotations

from functools import singledispatch
from html import escape

from symbolic.errors import UnsupportedNotation
from symbolic.latex.syntax import (
    Big,
    Bracket,
    Chain,
    Dots,
    Factors,
    Fraction,
    Listed,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    Word,
    unscripted,
)

_LETTERS = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi"
    " omicron pi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega"
    " Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_GREEK = "αβγδϵεζηθϑικλμνξοπρϱσςτυϕφχψωΓΔΘΛΞΠΣΥΦΨΩ"

#: Named letters and signs that are no letter of the Latin alphabet.
CHARACTERS = {
    **dict(zip(_LETTERS.split(), _GREEK, strict=True)),
    "partial": "∂",
    "nabla": "∇",
    "top": "⊤",
    "ell": "ℓ",
    "infty": "∞",
}
_ACCENTS = {"hat": "^", "tilde": "~", "bar": "¯", "check": "ˇ", "breve": "˘", "dot": "˙"}
_OPERATORS = {
    "": "",
    "cdot": "⋅",
    "*": "*",
    "times": "×",
    "circ": "∘",
    "odot": "⊙",
    "otimes": "⊗",
    "/": "/",
    "+": "+",
    "-": "−",
}
_RELATIONS = {
    "=": "=",
    "in": "∈",
    "colon": ":",
    "le": "≤",
    "ge": "≥",
    "<": "<",
    ">": ">",
    "neq": "≠",
}
_BRACKETS = {"(": ("(", ")"), "[": ("[", "]"), "{": ("{", "}"), "|": ("|", "|"), "<": ("⟨", "⟩")}
_APPLY = "<mo>&#x2061;</mo>"
#: The space beside the name of a function, and the sign of a negative number.
THIN = '<mspace width="0.17em"/>'
NEGATIVE = '<mo form="prefix">−</mo>'


@singledispatch
def mathml(node: Node) -> str:
    """Return a tree as MathML; raises UnsupportedNotation for what is never printed.

    >>> from symbolic.latex.syntax import Symbol
    >>> mathml(Scripted(Symbol("h"), below=Numeral("1")))
    '<msub><mi>h</mi><mn>1</mn></msub>'
    """
    raise UnsupportedNotation(f"{type(node).__name__} on a page")


def row(parts: list[str]) -> str:
    """Return several parts as one."""
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def operator(sign: str) -> str:
    """Return a sign of addition or multiplication; nothing for juxtaposition."""
    if not sign:
        return ""
    text = _OPERATORS[sign]
    return f'<mo form="infix">{text}</mo>'


def relation(name: str) -> str:
    """Return a relation."""
    return f"<mo>{escape(_RELATIONS[name])}</mo>"


@mathml.register
def _symbol(node: Symbol) -> str:
    text = CHARACTERS.get(node.name, node.name)
    if node.name in ("*", "+", "-", "partial", "nabla", "top"):
        inner = f'<mo form="prefix" lspace="0" rspace="0">{escape(text)}</mo>'
    elif node.style == "bold":
        inner = f'<mi mathvariant="normal" style="font-weight: bold">{escape(text)}</mi>'
    else:
        inner = f"<mi>{escape(text)}</mi>"
    for accent in node.accents:
        inner = f'<mover accent="true">{inner}<mo>{_ACCENTS[accent]}</mo></mover>'
    return _primed(inner, node.primes)


def _primed(inner: str, primes: int) -> str:
    return f"<msup>{inner}<mo>{'′' * primes}</mo></msup>" if primes else inner


@mathml.register
def _word(node: Word) -> str:
    return _primed(f'<mi mathvariant="normal">{escape(node.text)}</mi>', node.primes)


@mathml.register
def _numeral(node: Numeral) -> str:
    return f"<mn>{escape(node.text)}</mn>"


@mathml.register
def _scripted(node: Scripted) -> str:
    return scripts(mathml(node.base), node)


def scripts(base: str, node: Scripted) -> str:
    """Return a base, written already, with the scripts of a node."""
    match node.below, node.above:
        case (None, None):
            return base
        case (below, None) if below is not None:
            return f"<msub>{base}{mathml(below)}</msub>"
        case (None, above) if above is not None:
            return f"<msup>{base}{mathml(above)}</msup>"
        case (below, above) if below is not None and above is not None:
            return f"<msubsup>{base}{mathml(below)}{mathml(above)}</msubsup>"
    raise TypeError("scripts of nothing")


@mathml.register
def _fraction(node: Fraction) -> str:
    return f"<mfrac>{mathml(node.above)}{mathml(node.below)}</mfrac>"


@mathml.register
def _terms(node: Terms) -> str:
    parts: list[str] = []
    for place, (term, sign) in enumerate(zip(node.terms, node.signs, strict=True)):
        if place:
            parts.append(operator(sign))
        elif sign == "-":
            parts.append(NEGATIVE)
        parts.append(_grouped(term))
    return row(parts)


def _grouped(node: Node) -> str:
    if not isinstance(node, Terms):
        return mathml(node)
    tall = is_tall(node)
    return f"{fence('(', stretchy=tall)}{mathml(node)}{fence(')', stretchy=tall)}"


def is_tall(node: Node) -> bool:
    """Whether brackets around a formula are higher than its letters: it has a fraction, or a sum.

    Other brackets do not stretch, for browsers leave a gap beside those that may.
    """
    match node:
        case Terms(terms=parts) | Factors(factors=parts) | Listed(items=parts):
            return any(is_tall(part) for part in parts)
        case Bracket(items=parts):
            return any(is_tall(part) for part in parts)
        case Scripted(base=base):
            return is_tall(base)
        case _:
            return isinstance(node, Fraction | Big)


def fence(text: str, *, stretchy: bool = False, large: bool = False) -> str:
    """Return one bracket; a large one is as high as a fraction, whatever stands beside it."""
    size = ' minsize="1.8em" maxsize="1.8em"' if large else ""
    return f'<mo stretchy="{str(stretchy or large).lower()}"{size}>{escape(text)}</mo>'


@mathml.register
def _factors(node: Factors) -> str:
    parts = [_grouped(node.factors[0])]
    for before, factor, sign in zip(node.factors, node.factors[1:], node.operators, strict=False):
        is_call = isinstance(before, Word) and isinstance(factor, Bracket)
        is_name = isinstance(before, Word) or isinstance(unscripted(factor), Word)
        parts.append(operator(sign) or (_APPLY if is_call else THIN if is_name else ""))
        parts.append(_grouped(factor))
    return row([part for part in parts if part])


@mathml.register
def _bracket(node: Bracket) -> str:
    opening, closing = _BRACKETS[node.kind]
    inner = "<mo>,</mo>".join(mathml(item) for item in node.items)
    tall = is_tall(node)
    return f"<mrow>{fence(opening, stretchy=tall)}{inner}{fence(closing, stretchy=tall)}</mrow>"


@mathml.register
def _listed(node: Listed) -> str:
    return f"<mrow>{'<mo>,</mo>'.join(mathml(item) for item in node.items)}</mrow>"


@mathml.register
def _big(node: Big) -> str:
    return row([big_head(node), _grouped(node.body)])


def big_head(node: Big) -> str:
    """Return the sign of a sum or product with its limits."""
    sign = "<mo>∑</mo>" if node.kind == "sum" else "<mo>∏</mo>"
    if node.below is not None and node.above is not None:
        return f"<munderover>{sign}{mathml(node.below)}{mathml(node.above)}</munderover>"
    if node.below is not None:
        return f"<munder>{sign}{mathml(node.below)}</munder>"
    return sign


@mathml.register
def _dots(node: Dots) -> str:
    return '<mo lspace="0" rspace="0">…</mo>'


@mathml.register
def _chain(node: Chain) -> str:
    parts: list[str] = []
    for place, item in enumerate(node.items):
        if place:
            parts.append(relation(node.relations[place - 1]))
        if item is not None:
            parts.append(mathml(item))
    return row(parts)
