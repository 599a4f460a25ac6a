"""Syntax trees as short lines of text, for tables of expected trees."""

from __future__ import annotations

from symbolic.latex.syntax import (
    Big,
    Blank,
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
)

CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|", "||": "||", "<": ">"}


def outline(node: Node | None) -> str:
    """Return a tree: p(...) products, t(...) sums, s(base, below, above) scripts, f(...) fractions.

    Juxtaposition is written ".", what is left out "~", a blank "_"; brackets stand for themselves.
    """
    match node:
        case None:
            return "~"
        case Symbol(name, style, accents, primes):
            accented = name + "".join("^" + accent for accent in accents) + "'" * primes
            return f"{style}:{accented}" if style else accented
        case Word(text, primes):
            return f'"{text}"' + "'" * primes
        case Numeral(text):
            return text
        case Dots():
            return "..."
        case Blank():
            return "_"
        case Scripted(base, below, above):
            return f"s({outline(base)}, {outline(below)}, {outline(above)})"
        case Fraction(above, below):
            return f"f({outline(above)}, {outline(below)})"
        case Terms(terms, signs):
            pairs = zip(signs, terms, strict=True)
            return "t(" + " ".join(sign + outline(term) for sign, term in pairs) + ")"
        case Factors(factors, operators):
            return "p(" + interleaved(factors, [f" {o or '.'} " for o in operators]) + ")"
        case Big(kind, below, above, body):
            return f"{kind}({outline(below)}, {outline(above)}: {outline(body)})"
        case Bracket(kind, items, separators):
            inside = interleaved(items, [f" {s} " for s in separators]) if items else ""
            return kind + inside + CLOSING[kind]
        case Listed(items):
            return "l(" + ", ".join(outline(item) for item in items) + ")"
        case Matrix(kind, rows):
            inside = "; ".join(", ".join(outline(cell) for cell in row) for row in rows)
            return f"m{kind}[{inside}]"
        case Cases(pairs):
            return "cases(" + "; ".join(f"{outline(v)} if {outline(c)}" for v, c in pairs) + ")"
        case Braced(body, label):
            return f"brace({outline(body)}, {outline(label)})"
        case Evaluated(body, point):
            return f"at({outline(body)}, {outline(point)})"
        case Chain(items, relations):
            return "c(" + interleaved(items, [f" {r} " for r in relations]) + ")"


def interleaved(nodes: tuple[Node | None, ...], between: list[str]) -> str:
    first, *others = (outline(node) for node in nodes)
    return first + "".join(b + other for b, other in zip(between, others, strict=True))


def row_outline(row: Row) -> str:
    """Return the chains of a row, its number, and what ties it to the row before."""
    chains = (outline(chain if chain.relations else chain.items[0]) for chain in row.chains)
    tag = "" if row.tag is None else f" #{row.tag}"
    return "; ".join(chains) + tag + (f" after {row.continues}" if row.continues else "")
