"""Tokens as the reader needs them: what is for the eye only is gone, each has its meaning."""

from __future__ import annotations

from collections.abc import Callable

from symbolic.errors import nearest
from symbolic.latex import rewriting, texts
from symbolic.latex import vocabulary as v
from symbolic.latex.cleaner import Cleaner
from symbolic.latex.messages import Message
from symbolic.latex.places import Places
from symbolic.latex.tokens import Kind, Token
from symbolic.latex.words import bare_words

#: So many unknown commands of one formula are compared with the known ones.
MAX_SUGGESTIONS = 20
_MAX_NAME = 30

#: What each command or character is, where it stands for itself.
SIMPLE: dict[str, tuple[Kind, str]] = {
    **{rf"\{name}": (Kind.SYMBOL, name) for name in v.SYMBOLS},
    r"\varnothing": (Kind.SYMBOL, "emptyset"),
    **{rf"\{name}": (Kind.WORD, name) for name in v.LATEX_FUNCTIONS | v.DECLARED_FUNCTIONS},
    **{text: (Kind.OPERATOR, name) for text, name in v.OPERATORS.items()},
    **{text: (Kind.RELATION, name) for text, name in v.RELATIONS.items()},
    **{text: (Kind.OPEN, kind) for text, kind in v.OPENING.items()},
    **{text: (Kind.CLOSE, kind) for text, kind in v.CLOSING.items()},
    **{text: (Kind.BAR, kind) for text, kind in v.BARS.items()},
    **dict.fromkeys(v.DOTS, (Kind.DOTS, "...")),
    **{text: (Kind.SEPARATOR, text) for text in (",", ";", ".")},
    **{text: (Kind.SIGN, text) for text in ("+", "-")},
    r"\And": (Kind.TAB, "&"),
    "&": (Kind.TAB, "&"),
    "'": (Kind.PRIME, "'"),
    "==": (Kind.RELATION, "="),
}

#: What is done about commands that act on what follows them.
RULES: dict[str, Callable[[Cleaner, Token, int], None]] = {
    "{": Cleaner.open_brace,
    "}": Cleaner.close_brace,
    "_": Cleaner.script,
    "^": Cleaner.script,
    **dict.fromkeys((*v.ARGUMENTS, *v.BIG), Cleaner.command),
    **dict.fromkeys((r"\overset", r"\underset", r"\stackrel"), rewriting.annotated),
    **dict.fromkeys((r"\xrightarrow", r"\xleftarrow"), rewriting.long_arrow),
    **dict.fromkeys(v.DROPPED, Cleaner.drop),
    **dict.fromkeys(v.DROPPED_WITH_ARGUMENT, rewriting.drop_with_argument),
    **dict.fromkeys(v.TEXTS, texts.text),
    r"\operatorname": texts.operator_name,
    **dict.fromkeys(v.STYLES, texts.style),
    **dict.fromkeys(v.SWITCHES, texts.switch),
    **dict.fromkeys(v.SIZES_LEFT | v.SIZES_RIGHT | v.SIZES, rewriting.sized),
    **dict.fromkeys(v.DERIVATIVES, rewriting.derivative),
    r"\sqrt": rewriting.square_root,
    r"\not": rewriting.negated,
    r"\tag": texts.tag,
    r"\eqno": texts.number_at_end,
    r"\leqno": texts.number_at_end,
    r"\begin": rewriting.environment,
    r"\end": rewriting.environment,
}
KNOWN = sorted({t for t in (*SIMPLE, *RULES) if t.startswith("\\") and t[1:].isalpha()})


def clean(fresh: list[Token], places: Places) -> list[Token]:
    r"""Return the clean tokens of a formula.

    >>> from symbolic.latex.tokens import tokens
    >>> places = Places(r"\left( {\color{red} \mathbf{W}_t} \right) \displaystyle", None)
    >>> [f"{t.kind.name} {t.style}{t.text}" for t in clean(tokens(places.text, places), places)]
    ['OPEN (', 'SYMBOL boldW', 'SCRIPT _', 'SYMBOL t', 'CLOSE (']
    """
    cleaner = Cleaner(fresh, places)
    suggestions = 0
    while cleaner.at < len(fresh):
        index = cleaner.at
        token = fresh[index]
        cleaner.at += 1
        cleaner.done += cleaner.before.get(index, ())
        if index in cleaner.left_out:
            continue
        if index in cleaner.texts:
            texts.rest_of_text(cleaner, token, index)
        elif (rule := RULES.get(token.text)) is not None:
            rule(cleaner, token, index)
        elif not _is_simple(cleaner, token):
            suggestions += 1
            _unknown(cleaner, token, with_nearest=suggestions <= MAX_SUGGESTIONS)
    return bare_words([token for token in cleaner.done if token is not None])


def _is_simple(cleaner: Cleaner, token: Token) -> bool:
    """Append a token that stands for itself and return True, or return False."""
    kind, text = SIMPLE.get(token.text, (token.kind, token.text))
    match kind:
        case Kind.LETTER | Kind.SYMBOL:
            cleaner.letter(Kind.SYMBOL, text, token)
        case Kind.NUMBER:
            cleaner.letter(Kind.NUMBER, text, token)
        case Kind.CHARACTER if text.startswith(".."):
            cleaner.emit(Kind.DOTS, "...", token)
        case Kind.CHARACTER | Kind.COMMAND | Kind.PARAMETER:
            return False
        case _:
            cleaner.emit(kind, text, token)
    return True


def _unknown(cleaner: Cleaner, token: Token, *, with_nearest: bool) -> None:
    """Say that a command or character is unknown, for commands with the nearest known ones."""
    if token.kind is not Kind.COMMAND or not token.text[1:].isalpha():
        cleaner.fault(Message.UNKNOWN_CHARACTER, token, found=cleaner.shown(token))
        return
    is_short = len(token.text) <= _MAX_NAME
    name = token.text if is_short else token.text[:_MAX_NAME] + "..."
    similar = nearest(token.text, KNOWN) if is_short and with_nearest else ""
    cleaner.fault(Message.UNKNOWN_COMMAND, token, name=name, nearest=similar)
