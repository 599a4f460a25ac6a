"""Scripts and primes behind an expression, and the arguments of scripts and commands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symbolic.latex.cursor import Context
from symbolic.latex.messages import Message
from symbolic.latex.syntax import (
    Big,
    Blank,
    Bracket,
    Chain,
    Factors,
    Listed,
    Node,
    Numeral,
    Scripted,
    Symbol,
    Terms,
    Word,
)
from symbolic.latex.tokens import Kind, Space, Token

if TYPE_CHECKING:
    from symbolic.latex.expressions import Reader

PRIME = "prime"


def attach(reader: Reader, base: Node, start: Token) -> Node:
    """Return the base with the scripts and primes that follow it."""
    below: Node | None = None
    above: Node | None = None
    primes = 0
    seen: set[str] = set()
    if reader.next.kind in (Kind.SCRIPT, Kind.PRIME) and not _can_have_scripts(base, start):
        found = reader.found(reader.next)
        raise reader.error(Message.INVISIBLE_BASE, reader.next, found=found)
    while reader.next.kind in (Kind.SCRIPT, Kind.PRIME):
        token = reader.take()
        if token.kind is Kind.PRIME:
            primes += 1
            continue
        if token.text in seen:
            raise reader.error(Message.DOUBLE_SCRIPT, token, script=token.text)
        seen.add(token.text)
        node = script(reader, token)
        if token.text == "_":
            below = node
        elif (count := _count_primes(node)) and isinstance(base, Symbol | Word):
            primes += count
        else:
            above = node
    node = _scripted(reader, base, below, above, primes, start)
    if not _skips_empty_braces(reader):
        return node
    reader.enter()
    node = attach(reader, node, start)
    reader.depth -= 1
    return node


def _skips_empty_braces(reader: Reader) -> bool:
    """Go over empty braces with a script behind them: it stands beside the scripts so far."""
    are_empty = reader.after_next.kind is Kind.BRACE_CLOSE
    if reader.next.kind is not Kind.BRACE_OPEN or not are_empty:
        return False
    reader.place += 2
    return True


def _can_have_scripts(base: Node, start: Token) -> bool:
    """Whether a base shows as one thing; braces around several things do not."""
    in_braces = start.kind is Kind.BRACE_OPEN
    return not (in_braces and isinstance(base, Big | Factors | Terms | Listed | Chain))


def _scripted(
    reader: Reader, base: Node, below: Node | None, above: Node | None, primes: int, start: Token
) -> Node:
    if primes:
        if isinstance(base, Symbol | Word):
            base = replace(base, primes=base.primes + primes)
        else:
            marks: list[Node] = [Symbol(PRIME, span=reader.span(start)) for _ in range(primes)]
            above = _product(marks if above is None else [*marks, above])
    if below is None and above is None:
        return base if not primes else replace(base, span=reader.span(start))
    if isinstance(base, Scripted) and not (
        (below and base.below is not None) or (above and base.above is not None)
    ):
        below, above = below or base.below, above or base.above
        return Scripted(base.base, below, above, reader.span(start))
    return Scripted(base, below, above, reader.span(start))


def _product(nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    return Factors(tuple(nodes), ("",) * (len(nodes) - 1), nodes[0].span)


def _count_primes(node: Node) -> int:
    """Return the number of primes that a script consists of; 0 if it has anything else."""
    marks = node.factors if isinstance(node, Factors) else (node,)
    are_primes = all(isinstance(m, Symbol) and m.name == PRIME and not m.primes for m in marks)
    return len(marks) if are_primes else 0


def script(reader: Reader, token: Token) -> Node:
    """Return the argument of a script; brackets side by side are a list."""
    if (by_entries := _power_by_entries(reader)) is not None:
        return by_entries
    outer, reader.in_script = reader.in_script, True
    node = argument(reader, token)
    reader.in_script = outer
    if isinstance(node, Factors) and not any(node.operators):
        factors = node.factors
        if all(isinstance(factor, Bracket) for factor in factors):
            return Listed(factors, node.span)
    return node


def _power_by_entries(reader: Reader) -> Node | None:
    r"""Take ``{\odot 2}``: a blank, the sign and the number; None for any other script."""
    ahead = reader.tokens[reader.place : reader.place + 4]
    kinds = [token.kind for token in ahead]
    if kinds != [Kind.BRACE_OPEN, Kind.OPERATOR, Kind.NUMBER, Kind.BRACE_CLOSE]:
        return None
    sign, number = ahead[1], ahead[2]
    if sign.text not in ("odot", "circ"):
        return None
    reader.place += 4
    span = reader.span(sign)
    factors = (Blank(span), Numeral(number.text, reader.span(number)))
    return Factors(factors, (sign.text,), span)


def argument(reader: Reader, command: Token) -> Node:
    """Return the argument of a script or command: braces, or a single token without its scripts."""
    token = reader.next
    is_script = command.kind is Kind.SCRIPT
    match token.kind:
        case Kind.BRACE_OPEN:
            node = braces(reader)
            if node is not None:
                return node
        case Kind.NUMBER if token.text[0] != ".":
            return _digit(reader)
        case Kind.SIGN | Kind.OPERATOR if is_script and not _goes_on(reader, token):
            reader.take()
            span = reader.span(token)
            return Blank(span) if token.text == "cdot" else Symbol(token.text, span=span)
        case Kind.SYMBOL | Kind.WORD | Kind.TEXT | Kind.COMMAND | Kind.FAULT | Kind.DOTS:
            return _inner(reader)
        case Kind.OPEN if is_script and token.text in "([":
            return _inner(reader)
    shown = f"'{command.text}'" if is_script else command.text
    found = reader.found(token)
    raise reader.error(
        Message.MISSING_ARGUMENT, _blamed(command, token), command=shown, found=found
    )


def _blamed(command: Token, token: Token) -> Token:
    return token if token.kind is Kind.FAULT else command


def _goes_on(reader: Reader, sign: Token) -> bool:
    """Whether a sign without braces is the beginning of a number: W^-1."""
    following = reader.after_next
    return sign.kind is Kind.SIGN and following.kind is Kind.NUMBER and not following.space


def _inner(reader: Reader) -> Node:
    """Return a single token; an argument in an argument goes deeper."""
    reader.enter()
    node = reader.bare()
    reader.depth -= 1
    return node


def _digit(reader: Reader) -> Node:
    """Return one digit, as TeX does: x^12 is x^1 2."""
    token = reader.next
    rest = token.text[1:]
    if rest:
        first = token._replace(text=token.text[0], end=max(token.start + 1, token.end - len(rest)))
        reader.tokens[reader.place] = token._replace(text=rest, start=first.end, space=Space.NONE)
        return Numeral(first.text, reader.places.span(first.start, first.end))
    return reader.bare()


def braces(reader: Reader, *, rows: bool = False) -> Node | None:
    """Return what stands in braces, a list if there are commas; None if nothing does."""
    start = reader.take()
    context, reader.context = reader.context, Context.BRACES
    reader.open.append("")
    items: list[Node] = []
    if reader.next.kind is not Kind.BRACE_CLOSE:
        items.append(reader.expression())
        while _parts_list(reader.next, rows=rows):
            reader.take()
            items.append(reader.expression())
    if reader.next.kind is not Kind.BRACE_CLOSE:
        raise reader.unexpected()
    reader.take()
    reader.open.pop()
    reader.context = context
    if len(items) > 1:
        return Listed(tuple(items), reader.span(start))
    return items[0] if items else None


def _parts_list(token: Token, *, rows: bool) -> bool:
    """Whether a token stands between the items of a list in braces."""
    return (rows and token.kind is Kind.ROW) or (token.kind is Kind.SEPARATOR and token.text != ".")
