"""Small syntax trees put together: products without brackets inside, signs, transposes."""

from __future__ import annotations

from collections.abc import Iterable

from symbolic.latex.syntax import (
    Big,
    Bracket,
    Factors,
    Fraction,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    Word,
)

TOP = Symbol("top")


def product(nodes: Iterable[Node], operator: str = "") -> Node:
    """Return a product; products by juxtaposition are taken in, sums are bracketed."""
    flat: list[Node] = []
    operators: list[str] = []
    items = list(nodes)
    if len(items) == 1:
        return items[0]
    for place, node in enumerate(items):
        is_last = place == len(items) - 1
        inner = _taken_in(node, is_last=is_last)
        operators += ([operator] if flat else []) + [""] * (len(inner) - 1)
        flat += inner
    if not flat:
        return Numeral("1")
    return flat[0] if len(flat) == 1 else Factors(tuple(flat), tuple(operators))


def _taken_in(node: Node, *, is_last: bool) -> list[Node]:
    match node:
        case Factors(factors=factors, operators=operators) if not any(operators):
            if is_last or not isinstance(factors[-1], Big):
                return list(factors)
            return [bracketed(node)]
        case Terms() | Factors():
            return [bracketed(node)]
        case Big() if not is_last:
            return [bracketed(node)]
        case _:
            return [node]


def by_entries(nodes: list[Node], operator: str) -> Node:
    """Return the product entry by entry; products and sums in it are bracketed."""
    if len(nodes) == 1:
        return nodes[0]
    flat: list[Node] = []
    operators: list[str] = []
    for node in nodes:
        part = node if is_atom(node) else bracketed(node)
        inner = part.factors if isinstance(part, Factors) else (part,)
        operators += ([operator] if flat else []) + [""] * (len(inner) - 1)
        flat += inner
    return Factors(tuple(flat), tuple(operators))


def bracketed(node: Node) -> Node:
    """Return a node in round brackets; square ones around round ones."""
    if isinstance(node, Bracket):
        return node
    return Bracket("(", (node,))


def is_atom(node: Node) -> bool:
    """Whether a node stands in a product without brackets: a symbol, a call, a name with S(t)."""
    if isinstance(node, Factors) and len(node.factors) == 2 and node.operators == ("",):
        return isinstance(node.factors[1], Bracket)
    return not isinstance(node, Terms | Factors | Big)


def call(function: Node, argument: Node) -> Node:
    """Return a function with its argument in brackets."""
    inner = argument if isinstance(argument, Bracket) and argument.kind == "(" else None
    return Factors((function, inner or Bracket("(", (argument,))), ("",))


def negative(node: Node) -> Node:
    """Return -node."""
    return Terms((node,), ("-",))


def total(terms: Iterable[tuple[str, Node]]) -> Node:
    """Return a sum of signed terms; sums in it are taken in, with their signs. None at all is 0."""
    found: list[tuple[str, Node]] = []
    for sign, node in terms:
        if isinstance(node, Terms):
            found += [
                (s if sign == "+" else _other(s), term)
                for term, s in zip(node.terms, node.signs, strict=True)
            ]
        else:
            found.append((sign, node))
    if not found:
        return Numeral("0")
    if len(found) == 1 and found[0][0] == "+":
        return found[0][1]
    return Terms(tuple(node for _, node in found), tuple(sign for sign, _ in found))


def _other(sign: str) -> str:
    return "-" if sign == "+" else "+"


def fraction(above: Node, below: Node) -> Node:
    """Return a quotient without brackets around the whole of either side."""
    return Fraction(_bare(above), _bare(below))


def _bare(node: Node) -> Node:
    is_round = isinstance(node, Bracket) and node.kind == "(" and len(node.items) == 1
    return node.items[0] if isinstance(node, Bracket) and is_round else node


def raised(node: Node, exponent: Node) -> Node:
    """Return a power; what has a superscript already gets brackets."""
    if isinstance(node, Factors) and _is_call(node):
        function, argument = node.factors
        assert isinstance(argument, Bracket)
        return Factors((Scripted(function, above=exponent), argument), ("",))
    if isinstance(node, Scripted) and node.above is None:
        return Scripted(node.base, node.below, exponent)
    if isinstance(node, Symbol | Word | Numeral):
        return Scripted(node, above=exponent)
    if isinstance(node, Bracket) and node.kind in "([":
        return Scripted(node, above=exponent)
    return Scripted(bracketed(node), above=exponent)


def _is_call(node: Factors) -> bool:
    first, *others = node.factors
    is_function = isinstance(first, Word) and not first.primes and first.text != "diag"
    return is_function and len(others) == 1 and isinstance(others[0], Bracket)
