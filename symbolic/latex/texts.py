r"""Rules for commands whose braces hold words: texts, names of functions, styles, numbers of rows.

A rule is given the cleaner, the token of the command and its index; the cleaner already stands
behind it.
"""

from __future__ import annotations

import re

from symbolic.latex import vocabulary as v
from symbolic.latex.cleaner import Cleaner
from symbolic.latex.prose import is_prose
from symbolic.latex.tokens import Kind, Space, Token

_MAX_NAME = 40
_NUMBER = re.compile(r"\( ?[a-z0-9.]{1,9} ?\)")
_ESCAPED = {rf"\{c}": c for c in "%&_#${}"}


def plain_text(tokens: list[Token]) -> str:
    """Return tokens as text: spaces kept, commands and braces dropped."""
    pieces: list[str] = []
    for token in tokens:
        if token.space is not Space.NONE or token.kind is Kind.ROW:
            pieces.append(" ")
        if token.kind is Kind.COMMAND:
            pieces.append(_ESCAPED.get(token.text, ""))
        elif token.kind is not Kind.ROW and token.text not in ("{", "}", "$", "\\"):
            pieces.append(token.text)
    return " ".join("".join(pieces).split())


def text(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\text{...}``: words; without letters, or ``(a)``, a part of the formula."""
    end = cleaner.group_end(index + 1)
    if end < 0:
        if index + 1 >= len(cleaner.fresh) or cleaner.fresh_at(index + 1) in ("{", "}"):
            cleaner.missing(token, index + 1)
        else:
            cleaner.drop(token, index)
            cleaner.next_style = "roman"
        return
    inside = plain_text(cleaner.fresh[index + 2 : end])
    cleaner.drop(token, index)
    if _NUMBER.fullmatch(inside) or not any(character.isalpha() for character in inside):
        return
    _text_until(cleaner, token, index + 2, end)


def _text_until(cleaner: Cleaner, token: Token, start: int, end: int) -> None:
    """Append the text between two indices, up to a formula between dollars inside it."""
    dollars = (i for i in range(start, end) if cleaner.fresh_at(i) == "$")
    first, second = next(dollars, end), next(dollars, end)
    found = plain_text(cleaner.fresh[start:first])
    if len(found) == 1 and found.isascii() and found.isalpha():
        cleaner.emit(Kind.SYMBOL, found, token, "roman")
    elif found in (",", ";", "."):
        cleaner.emit(Kind.SEPARATOR, found, token)
    elif any(character.isalpha() for character in found) and not (
        found in v.SIZE_DEBRIS and cleaner.fresh_at(end + 1) in _OPENINGS
    ):
        cleaner.emit(Kind.TEXT, found, token._replace(end=cleaner.fresh[min(first, end)].end))
    cleaner.at = end + 1 if second >= end else first + 1
    if second < end:
        cleaner.texts[second] = end


_OPENINGS = frozenset({*v.OPENING, *v.SIZES_LEFT, *v.SIZES})


def rest_of_text(cleaner: Cleaner, token: Token, index: int) -> None:
    """The dollar that ends a formula inside a text: the text goes on."""
    _text_until(cleaner, token, index + 1, cleaner.texts[index])


def operator_name(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\operatorname{softmax}``, with or without a star: one word."""
    start = index + 1 + (cleaner.fresh_at(index + 1) == "*")
    end = cleaner.group_end(start)
    name = "".join(plain_text(cleaner.fresh[start + 1 : end]).split()) if end > 0 else ""
    if not name:
        cleaner.missing(token, start)
        return
    is_word = name.isalnum() and any(character.isalpha() for character in name)
    if not is_word or any(map(_says_more, cleaner.fresh[start + 1 : end])):
        cleaner.drop(token, index)
        return
    is_letter = len(name) == 1 and name.isascii() and name.isalpha()
    if is_letter:
        cleaner.emit(Kind.SYMBOL, name, token._replace(end=cleaner.fresh[end].end), "roman")
    else:
        _emit_word(cleaner, name, token, cleaner.fresh[end])
    cleaner.at = end + 1


def _says_more(token: Token) -> bool:
    """Whether a token in a name is a command that does more than set it."""
    is_known = token.text in v.SPACES or token.text in v.STYLES or token.text in v.SWITCHES
    return token.kind is Kind.COMMAND and not is_known


def _emit_word(cleaner: Cleaner, word: str, token: Token, last: Token) -> None:
    """Append a name, or a word of English for which someone took the command for names."""
    kind = Kind.TEXT if is_prose(word) else Kind.WORD
    cleaner.emit(kind, word, token._replace(end=last.end))


def style(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\mathbf{W}``; several upright letters are a word, as is the name of a function."""
    end = cleaner.group_end(index + 1)
    if end > 0:
        word = _word(cleaner.fresh[index + 2 : min(end, index + 2 + _MAX_NAME)])
        is_whole = end <= index + 2 + _MAX_NAME
        upright = v.STYLES[token.text] in v.WORD_STYLES or token.text == r"\mathit"
        if word and is_whole and (upright or word in v.BARE_FUNCTIONS):
            _emit_word(cleaner, word, token, cleaner.fresh[end])
            cleaner.at = end + 1
            return
    elif cleaner.fresh_at(index + 1) in ("", "{", "}", "&"):
        cleaner.missing(token, index + 1)
        return
    cleaner.space = max(cleaner.space, token.space)
    cleaner.next_style = v.STYLES[token.text]


def _word(inside: list[Token]) -> str:
    """Return the letters of a word; nothing where there are fewer than two or anything else."""
    if any(t.kind not in (Kind.LETTER, Kind.NUMBER) for t in inside):
        return ""
    found = "".join(t.text for t in inside)
    return found if sum(c.isalpha() for c in found) > 1 and found[0].isalpha() else ""


def switch(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``{\bf W}``: for the rest of the braces."""
    cleaner.drop(token, index)
    cleaner.style = v.SWITCHES[token.text]


def tag(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\tag{63}``, ``\tag*{(63)}``: the number of the row."""
    start = index + 1 + (cleaner.fresh_at(index + 1) == "*")
    end = cleaner.group_end(start)
    if end < 0:
        cleaner.missing(token, start)
        return
    cleaner.emit(Kind.TAG, _number(cleaner.fresh[start + 1 : end]), token)
    cleaner.at = end + 1


def number_at_end(cleaner: Cleaner, token: Token, index: int) -> None:
    r"""``\eqno(3)``: all that follows in the row is its number."""
    end = index + 1
    while end < len(cleaner.fresh) and cleaner.fresh[end].kind is not Kind.ROW:
        if cleaner.partner[end] > end:
            end = cleaner.partner[end]
        elif cleaner.fresh_at(end) in ("}", r"\end"):
            break
        end += 1
    cleaner.emit(Kind.TAG, _number(cleaner.fresh[index + 1 : end]), token)
    cleaner.at = end


def _number(tokens: list[Token]) -> str:
    """Return a number without brackets around it."""
    found = plain_text(tokens)
    return found[1:-1].strip() if found.startswith("(") and found.endswith(")") else found
