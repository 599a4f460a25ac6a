"""Letters, words and marks as LaTeX text; ``symbolic.latex.write`` has the rules for all else."""

from __future__ import annotations

import re
from functools import singledispatch

from symbolic.latex import vocabulary as v
from symbolic.latex.prose import is_prose
from symbolic.latex.syntax import (
    Blank,
    Dots,
    Node,
    Numeral,
    Row,
    Symbol,
    Word,
)


def first_commands(table: dict[str, str]) -> dict[str, str]:
    """Return name -> command, the first command where a name has several."""
    return {name: command for command, name in reversed(table.items())}


OPERATORS = first_commands(v.OPERATORS)
_ACCENTS = first_commands(v.ACCENTS)
_STYLES = first_commands(v.STYLES)
_MARKS = {"*": "*", "+": "+", "-": "-", ":": ":"}


@singledispatch
def write(node: Node | Row) -> str:
    """Return a tree as LaTeX."""
    raise TypeError(f"write has no rule for {type(node).__name__}")


@write.register(Symbol)
def write_symbol(node: Symbol) -> str:
    r"""``\hat{\mathbf{y}}'``."""
    name, _, above = node.name.partition("^")
    letter, _, label = name.partition("_")
    # A name that is spelled in upright letters is no command.
    is_plain = len(letter) < 2 or (node.style == "roman" and letter not in v.SYMBOLS)
    text = _MARKS.get(letter, letter if is_plain else "\\" + letter)
    if node.name in OPERATORS:
        text = OPERATORS[node.name]
    if node.style:
        text = f"{_STYLES[node.style]}{{{text}}}"
    for accent in node.accents:
        # A bold letter that is another name than the light one shows no more than that.
        text = f"{_ACCENTS[accent]}{{{text}}}" if accent in _ACCENTS else text
    text += "'" * node.primes
    # A label below or above a name, which ``symbolic.latex.labels`` made part of it.
    if label:
        text += f"_{{{chr(92) + label if label in v.SYMBOLS else label}}}"
    return f"{{{text}^{{{above}}}}}" if above else text


@write.register(Word)
def write_word(node: Word) -> str:
    r"""``\tanh``, ``\operatorname{diag}``, ``\text{for all}``."""
    text = node.text
    if text in v.LATEX_FUNCTIONS:
        written = "\\" + text
    elif text.isascii() and text.isalnum() and not is_prose(text):
        written = rf"\operatorname{{{text}}}"
    else:
        written = rf"\text{{{escaped(text)}}}"
    return written + "'" * node.primes


def escaped(text: str) -> str:
    """Return a text with a backslash before the characters that mean something in one."""
    return re.sub(r"[%&_#${}]", lambda match: "\\" + match.group(), text)


@write.register(Numeral)
def write_numeral(node: Numeral) -> str:
    """``0.76``."""
    return node.text


@write.register(Dots)
def write_dots(node: Dots) -> str:
    r"""``\dots``."""
    return r"\dots"


@write.register(Blank)
def write_blank(node: Blank) -> str:
    r"""``\cdot``."""
    return r"\cdot"
