"""The smallest expressions: letters, numbers, words, and commands with their arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from symbolic.latex.brackets import bracket
from symbolic.latex.cursor import Context
from symbolic.latex.environments import environment
from symbolic.latex.messages import Message
from symbolic.latex.scripting import PRIME, argument, braces, script
from symbolic.latex.syntax import (
    Big,
    Blank,
    Braced,
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
)
from symbolic.latex.tokens import Kind, Space, Token
from symbolic.latex.vocabulary import ACCENTS, BIG

if TYPE_CHECKING:
    from symbolic.latex.expressions import Reader

#: Kinds of token that begin a factor wherever they stand.
OPERANDS = frozenset(
    {
        Kind.SYMBOL,
        Kind.NUMBER,
        Kind.WORD,
        Kind.TEXT,
        Kind.DOTS,
        Kind.OPEN,
        Kind.BRACE_OPEN,
        Kind.COMMAND,
        Kind.BEGIN,
        Kind.FAULT,
    }
)
#: Kinds of token behind which nothing of a bracket, script or entry is left.
CLOSERS = frozenset({Kind.CLOSE, Kind.BRACE_CLOSE, Kind.SEPARATOR, Kind.TAB, Kind.ROW, Kind.FINISH})


def atom(reader: Reader) -> Node:
    """Return what is at the place, without its scripts; ReadError if nothing can begin here."""
    token = reader.next
    match token.kind:
        case Kind.SYMBOL:
            reader.take()
            return Symbol(token.text, token.style, span=reader.span(token))
        case Kind.NUMBER:
            return _number(reader)
        case Kind.WORD | Kind.TEXT:
            reader.take()
            return Word(token.text, span=reader.span(token))
        case Kind.DOTS:
            reader.take()
            return Dots(reader.span(token))
        case Kind.OPEN | Kind.BAR:
            return bracket(reader)
        case Kind.BRACE_OPEN if (node := braces(reader)) is not None:
            return node
        case Kind.COMMAND:
            return COMMANDS[token.text](reader, reader.take())
        case Kind.BEGIN:
            return environment(reader)
        case Kind.RELATION if reader.opens_angle():
            return bracket(reader)
        case _:
            return _mark(reader)


def _mark(reader: Reader) -> Node:
    """Return a mark that stands for itself: a blank, a sign or a prime in a script."""
    token = reader.next
    match token.kind:
        case Kind.OPERATOR if token.text == "cdot" and ends_behind(reader):
            reader.take()
            return Blank(reader.span(token))
        case Kind.OPERATOR if _is_mentioned(reader) or (
            reader.in_script and (token.text == "*" or reader.is_lone(token))
        ):
            reader.take()
            return Symbol(token.text, span=reader.span(token))
        case Kind.SIGN if reader.is_lone(token):
            reader.take()
            span = reader.span(token)
            return Symbol(token.text, span=span) if reader.in_script else Blank(span)
        case Kind.RELATION if reader.is_slice():
            reader.take()
            return Symbol(":", span=reader.span(token))
        case Kind.PRIME if reader.in_script:
            reader.take()
            return Symbol(PRIME, span=reader.span(token))
        case _:
            raise reader.no_operand()


def ends_behind(reader: Reader) -> bool:
    """Whether no factor can follow the token that comes next."""
    following = reader.after_next
    if following.space is Space.WIDE and reader.context is Context.BRACKET:
        return True
    if following.kind is Kind.BAR:
        return reader.open[-1] in ("|", "||")
    is_angle = reader.in_script and reader.place + 1 in reader.angles
    return following.kind not in OPERANDS and not is_angle


def _is_mentioned(reader: Reader) -> bool:
    """Whether an operator is all that stands in the row: only a word about its sign."""
    return reader.place == 0 and reader.after_next.kind is Kind.END


def _number(reader: Reader) -> Node:
    """Return a number; a digit set in a style is a symbol, such as a bold 1."""
    token = reader.take()
    if token.style and len(token.text) == 1:
        return Symbol(token.text, token.style, span=reader.span(token))
    return Numeral(token.text, reader.span(token))


def _fraction(reader: Reader, command: Token) -> Node:
    above = _part(reader, command, "above")
    below = _part(reader, command, "below")
    return Fraction(above, below, reader.span(command))


def _part(reader: Reader, command: Token, part: str) -> Node:
    """Return what stands on one side of the line of a fraction."""
    if reader.next.kind is Kind.BRACE_OPEN and reader.after_next.kind is Kind.BRACE_CLOSE:
        raise reader.error(Message.EMPTY_FRACTION, command, command=command.text, part=part)
    return argument(reader, command)


def _accent(reader: Reader, command: Token) -> Node:
    r"""``\hat{y}``, ``\hat{y_t}``: the accent belongs to the letter."""
    name = ACCENTS[command.text]
    match argument(reader, command):
        case Symbol() as symbol:
            return _accented(symbol, name, reader, command)
        case Numeral(text=text) if len(text) == 1:
            return Symbol(text, accents=(name,), span=reader.span(command))
        case Scripted(base=Symbol() as symbol) as scripted:
            return replace(scripted, base=_accented(symbol, name, reader, command))
        case _:
            raise reader.error(Message.ACCENT, command, command=command.text)


def _accented(symbol: Symbol, name: str, reader: Reader, command: Token) -> Symbol:
    return replace(symbol, accents=(*symbol.accents, name), span=reader.span(command))


def _big(reader: Reader, command: Token) -> Node:
    """A sum or product with its limits in any order and its body up to the next + or -."""
    limits: dict[str, Node] = {}
    while reader.next.kind is Kind.SCRIPT:
        token = reader.take()
        if token.text in limits:
            raise reader.error(Message.DOUBLE_SCRIPT, token, script=token.text)
        limits[token.text] = script(reader, token)
    following = reader.next
    is_negative = following.kind is Kind.SIGN and following.text == "-"
    is_bar = following.kind is Kind.BAR and reader.open[-1] != following.text
    if not (following.kind in OPERANDS or is_negative or is_bar):
        found = reader.found(following)
        raise reader.error(Message.NO_BODY, command, command=command.text, found=found)
    reader.enter()
    if is_negative:
        reader.take()
        body: Node = Terms((reader.product(),), ("-",), reader.span(following))
    else:
        body = reader.product()
    reader.depth -= 1
    span = reader.span(command)
    return Big(BIG[command.text], limits.get("_"), limits.get("^"), body, span)


def _braced(reader: Reader, command: Token) -> Node:
    r"""``\underbrace{...}_{label}``."""
    body = argument(reader, command)
    mark = "_" if command.text == r"\underbrace" else "^"
    label = None
    if reader.next.kind is Kind.SCRIPT and reader.next.text == mark:
        label = argument(reader, reader.take())
        if reader.next.kind is Kind.SCRIPT and reader.next.text == mark:
            raise reader.error(Message.DOUBLE_SCRIPT, reader.next, script=mark)
    return Braced(body, label, reader.span(command))


def _boxed(reader: Reader, command: Token) -> Node:
    """What stands in a box; among other factors and terms the box is a bracket around it.

    A box with nothing in it behind a relation is for a value that is left open, as dots are.
    """
    before = _before(reader)
    if reader.next.kind is Kind.BRACE_OPEN and reader.after_next.kind is Kind.BRACE_CLOSE:
        reader.take()
        if before is not Kind.RELATION:
            raise reader.no_operand()
        reader.take()
        return Dots(reader.span(command))
    return _shown(reader, command, before, argument(reader, command))


_APART = (Kind.RELATION, Kind.SEPARATOR, Kind.TAB, Kind.ROW, Kind.END, Kind.FINISH)


def _before(reader: Reader) -> Kind:
    """Return the kind of the token before the command that was just taken."""
    return reader.tokens[reader.place - 2].kind if reader.place > 1 else Kind.END


def _shown(reader: Reader, command: Token, before: Kind, node: Node) -> Node:
    """Return several things in a frame as they are if they stand alone, else in a bracket."""
    begins = (Kind.BRACE_OPEN,) if isinstance(node, Listed) else (*_APART, Kind.BRACE_OPEN)
    is_alone = before in begins
    is_alone = is_alone and reader.next.kind in (*_APART, Kind.BRACE_CLOSE)
    is_loose = isinstance(node, Terms | Factors | Chain | Listed | Big)
    if is_alone or before is Kind.SCRIPT or not is_loose:
        return node
    items = node.items if isinstance(node, Listed) else (node,)
    return Bracket("(", items, (",",) * (len(items) - 1), reader.span(command))


def _annotated(reader: Reader, command: Token) -> Node:
    r"""``\underset{x}{\max}``: a script of a word, a label of anything else."""
    label = argument(reader, command)
    body = argument(reader, command)
    span = reader.span(command)
    if not isinstance(body, Word):
        return Braced(body, label, span)
    if command.text == r"\underset":
        return Scripted(body, label, None, span)
    return Scripted(body, None, label, span)


def _stacked(reader: Reader, command: Token) -> Node:
    r"""``\substack{i < j \\ j < n}``: a list."""
    before = _before(reader)
    node = braces(reader, rows=True) if reader.next.kind is Kind.BRACE_OPEN else None
    if node is None:
        found = reader.found(reader.next)
        message = Message.MISSING_ARGUMENT
        raise reader.error(message, command, command=command.text, found=found)
    return _shown(reader, command, before, node)


COMMANDS: dict[str, Callable[[Reader, Token], Node]] = {
    **dict.fromkeys((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"), _fraction),
    **dict.fromkeys(ACCENTS, _accent),
    **dict.fromkeys(BIG, _big),
    **dict.fromkeys((r"\underbrace", r"\overbrace"), _braced),
    **dict.fromkeys((r"\boxed", r"\fbox"), _boxed),
    **dict.fromkeys((r"\underset", r"\overset", r"\stackrel"), _annotated),
    r"\substack": _stacked,
}
