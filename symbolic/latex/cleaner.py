r"""The state of cleaning: fresh tokens, a place among them, the clean tokens so far.

Braces that neither hold an argument nor carry a script do not show on the page; they are left out,
so that ``{a + b} c`` is read as it is printed. A style is a property of the letters that it sets;
letters in scripts keep their own. What cannot be read becomes a token that carries its message.
"""

from __future__ import annotations

from typing import NamedTuple

from symbolic.latex.messages import Message
from symbolic.latex.places import Places
from symbolic.latex.tokens import Kind, Space, Token
from symbolic.latex.vocabulary import ARGUMENTS

#: No argument is sought behind these.
_ENDS = (Kind.ROW, Kind.TAB, Kind.BEGIN, Kind.FINISH, Kind.RELATION)


class _Braces(NamedTuple):
    """Open braces: where they stand among the clean tokens, and what holds again behind them."""

    opened: int
    wants: int
    style: str
    is_argument: bool
    #: What is put in the place of the closing brace, if it is not a brace.
    closing: tuple[Token, ...] = ()


class Cleaner:
    """The fresh tokens, a place among them, and the clean ones so far."""

    def __init__(self, fresh: list[Token], places: Places) -> None:
        self.fresh = fresh
        self.places = places
        self.partner = brace_partners(fresh)
        self.at = 0
        self.done: list[Token | None] = []
        self.braces: list[_Braces] = []
        #: How many arguments of the commands so far are still to come.
        self.wants = 0
        self.style = ""
        #: The style of the next letter or braces alone.
        self.next_style: str | None = None
        self.space = Space.NONE
        #: Clean tokens that stand before a fresh one, and fresh ones that are left out.
        self.before: dict[int, list[Token]] = {}
        self.left_out: set[int] = set()
        #: Formulas inside a text: the dollar that ends one -> the end of the text.
        self.texts: dict[int, int] = {}

    def shown(self, token: Token) -> str:
        """Return the source of a token between quotes."""
        return self.places.shown(token.start, token.end)

    def fresh_at(self, index: int) -> str:
        """Return the text of a fresh token, or nothing behind the end."""
        return self.fresh[index].text if index < len(self.fresh) else ""

    def emit(self, kind: Kind, text: str, token: Token, style: str = "") -> None:
        """Append a clean token at the place of a fresh one."""
        space = max(token.space, self.space)
        self.done.append(Token(kind, text, token.start, token.end, space, style))
        self.space = Space.NONE
        taken = len(text) if kind is Kind.NUMBER else 1
        self.wants = 0 if kind in _ENDS else max(0, self.wants - taken)
        if kind is not Kind.COMMAND:
            self.next_style = None

    def fault(self, message: Message, token: Token, **values: object) -> None:
        """Append a token that says what is wrong here."""
        self.emit(Kind.FAULT, message.filled(**values), token)

    def missing(self, token: Token, index: int) -> None:
        """Say that the command at an index has no argument; ``index`` is where it should begin."""
        following = self.fresh[index] if index < len(self.fresh) else None
        found = "the end of the formula"
        if following is not None:
            found = self.shown(following)
            if following.text == "{":
                self.fault(Message.UNCLOSED_BRACE, following)
                self.at = max(self.at, index + 1)
                return
        self.fault(Message.MISSING_ARGUMENT, token, command=token.text, found=found)

    def group_end(self, index: int) -> int:
        """Return the index of the brace that closes the one at an index; -1 if there is none."""
        if self.fresh_at(index) != "{":
            return -1
        return self.partner[index]

    def letter(self, kind: Kind, text: str, token: Token) -> None:
        """Append a letter or number in the style that holds here."""
        style = self.style if self.next_style is None else self.next_style
        self.emit(kind, text, token, style)

    def open_brace(self, token: Token, index: int) -> None:
        """Enter braces, or say that they are never closed."""
        if self.partner[index] < 0:
            self.fault(Message.UNCLOSED_BRACE, token)
            return
        self.push(self.wants > 0)
        self.space = max(self.space, token.space)
        self.done.append(Token(Kind.BRACE_OPEN, "{", token.start, token.end, self.space))

    def push(self, is_argument: bool, closing: tuple[Token, ...] = ()) -> None:
        """Enter braces."""
        wants = max(0, self.wants - 1)
        self.braces.append(_Braces(len(self.done), wants, self.style, is_argument, closing))
        if self.next_style is not None:
            self.style = self.next_style
        self.wants, self.next_style = 0, None

    def close_brace(self, token: Token, index: int) -> None:
        """Leave braces; they stay only if they hold an argument or carry a script."""
        if self.partner[index] < 0 or not self.braces:
            self.fault(Message.STRAY_CLOSING, token, found=self.shown(token))
            return
        braces = self.braces.pop()
        self.wants, self.style, self.next_style = braces.wants, braces.style, None
        if braces.closing:
            self.done.extend(braces.closing)
            return
        inside = len(self.done) - braces.opened - 1
        has_script = self.fresh_at(index + 1) in ("_", "^", "'")
        if braces.is_argument or (has_script and inside != 1):
            space = max(token.space, self.space)
            self.done.append(Token(Kind.BRACE_CLOSE, "}", token.start, token.end, space))
            self.space = Space.NONE
        else:
            self.done[braces.opened] = None

    def script(self, token: Token, index: int) -> None:
        """Append the mark of a script; what follows is its argument."""
        self.emit(Kind.SCRIPT, token.text, token)
        self.wants, self.next_style = 1, ""

    def command(self, token: Token, index: int) -> None:
        """Leave a command with its arguments to the reader."""
        self.emit(Kind.COMMAND, token.text, token)
        self.wants += ARGUMENTS.get(token.text, 0)

    def drop(self, token: Token, index: int) -> None:
        """Leave a command out, but not the space before it."""
        self.space = max(self.space, token.space)


def brace_partners(tokens: list[Token]) -> list[int]:
    """Return for each brace the index of its partner, -1 where it has none or is no brace."""
    partner = [-1] * len(tokens)
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.text == "{":
            opened.append(index)
        elif token.text == "}" and opened:
            partner[index] = opened.pop()
            partner[partner[index]] = index
    return partner
