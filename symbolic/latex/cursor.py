"""A place among the clean tokens of one row, and the limits on what is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symbolic.errors import ReadError
from symbolic.latex.messages import MAX_DEPTH, MAX_NODES, Message
from symbolic.latex.places import Places
from symbolic.latex.tokens import Kind, Token
from symbolic.latex.vocabulary import DELIMITERS
from symbolic.source import Span


class Context(Enum):
    """What wide white space and words do: part statements, part entries, or nothing."""

    ROW = "row"
    BRACKET = "bracket"
    BRACES = "braces"


@dataclass(slots=True)
class Budget:
    """How many nodes the formula may still have."""

    nodes: int = MAX_NODES


class Cursor:
    """The tokens of a row, ended by a token of kind END, and a place among them."""

    def __init__(self, tokens: list[Token], places: Places, budget: Budget) -> None:
        last = tokens[-1].end if tokens else len(places.text)
        self.tokens = [*tokens, Token(Kind.END, "", max(0, last - 1), last)]
        self.places = places
        self.budget = budget
        self.place = 0
        self.depth = 0
        self.context = Context.ROW
        self.in_script = False
        #: The kinds of the brackets around the place, "" for braces.
        self.open: list[str] = [""]

    @property
    def next(self) -> Token:
        """The token at the place."""
        return self.tokens[self.place]

    @property
    def after_next(self) -> Token:
        """The token behind the next one, or the end."""
        return self.tokens[min(self.place + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        """Return the token at the place and go on; the end is never passed."""
        token = self.tokens[self.place]
        self.place += token.kind is not Kind.END
        return token

    def environment_end(self) -> int | None:
        """Return the index of the end of the environment that comes next; None if it has none."""
        depth = 0
        for index in range(self.place, len(self.tokens)):
            kind = self.tokens[index].kind
            depth += (kind is Kind.BEGIN) - (kind is Kind.FINISH)
            if not depth:
                return index
        return None

    def span(self, start: Token) -> Span:
        """Return the span of a node from a token to the place; counts the node."""
        self.budget.nodes -= 1
        end = self.tokens[self.place - 1].end if self.place else start.end
        span = self.places.span(start.start, max(start.end, end))
        if self.budget.nodes < 0:
            raise Message.TOO_LARGE.at(span)
        return span

    def enter(self) -> None:
        """Go one level deeper; ReadError beyond the bound."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(Message.TOO_DEEP, self.next)

    def error(self, message: Message, token: Token, **values: object) -> ReadError:
        """Return the error with a message at a token; a faulty token has its own."""
        span = self.places.span(token.start, token.end)
        if token.kind is Kind.FAULT:
            return ReadError(token.text, span)
        return message.at(span, **values)

    def found(self, token: Token) -> str:
        """Return a token as it is shown in messages."""
        if token.kind is Kind.END:
            return "the end of the row"
        return self.places.shown(token.start, token.end)

    def unclosed(self, opened: Token, closing: str) -> ReadError:
        """Return the error for a bracket that is not closed where the place is."""
        if opened.kind is Kind.BEGIN:
            return self.error(
                Message.UNCLOSED_ENVIRONMENT,
                self.next,
                name=opened.text,
                found=self.found(self.next),
                **self._line_and_column(opened),
            )
        shown = opened.text if opened.text in ("{", "<") else DELIMITERS[opened.text][0]
        return self.error(
            Message.UNCLOSED,
            self.next,
            opened=shown,
            found=self.found(self.next),
            closing=closing,
            **self._line_and_column(opened),
        )

    def _line_and_column(self, token: Token) -> dict[str, object]:
        span = self.places.span(token.start, token.end)
        return {"line": span.line, "column": span.column}

    def unexpected(self) -> ReadError:
        """Return the error for a token that can stand nowhere behind a complete expression."""
        token = self.next
        found = self.found(token)
        match token.kind:
            case Kind.CLOSE | Kind.BRACE_CLOSE:
                return self.error(Message.STRAY_CLOSING, token, found=found)
            case Kind.FINISH:
                return self.error(Message.STRAY_END, token, name=token.text)
            case Kind.TAB | Kind.ROW:
                return self.error(Message.STRAY, token, found=found)
            case Kind.SCRIPT | Kind.PRIME:
                return self.error(Message.NO_BASE, token, found=found)
            case _:
                return self.error(Message.LEFT_OVER, token, found=found)

    def no_operand(self) -> ReadError:
        """Return the error for a token where a term should begin."""
        token = self.next
        found = self.found(token)
        before = self.tokens[self.place - 1] if self.place else None
        joints = (Kind.RELATION, Kind.OPERATOR, Kind.SIGN)
        if before is not None and before.kind in joints:
            if token.kind in joints:
                shown = self.found(before)
                return self.error(Message.TWO_OPERATORS, token, found=found, before=shown)
            if token.kind is Kind.END:
                return self.error(Message.UNEXPECTED_END, before, before=self.found(before))
        if token.kind in (Kind.TAB, Kind.ROW, Kind.FINISH, Kind.SCRIPT, Kind.PRIME):
            return self.unexpected()
        if token.kind is Kind.CLOSE and token.text not in self.open:
            return self.unexpected()
        return self.error(Message.NO_OPERAND, token, found=found)
