"""One row on one line: marks of alignment and breaks of lines inside it are left out."""

from __future__ import annotations

from symbolic.latex.tokens import Kind, Space, Token
from symbolic.latex.vocabulary import ALIGNMENTS

#: A row that begins or ends with one of these goes on from, or into, another row.
JOINTS = (Kind.SIGN, Kind.OPERATOR, Kind.RELATION)


class Flattening:
    """Leaves out marks of alignment, also of alignments inside a row that only break its lines."""

    def __init__(self, tokens: list[Token], partner: list[int]) -> None:
        self.tokens = tokens
        self.partner = partner
        self.done: list[Token] = []
        #: For each environment or braces around the place: the brackets open in it if it is
        #: flattened, None if it stays.
        self.open: list[int | None] = [0]
        self.broken: set[int] = set()

    def run(self, start: int, end: int) -> list[Token]:
        """Return the tokens that stay; space and marks behind a break are indentation only."""
        space = Space.NONE
        at_break = False
        for index in range(start, end):
            token = self.tokens[index]
            if at_break and token.kind is Kind.TAB:
                continue
            if self.is_kept(token, index, is_outer=len(self.open) == 1):
                space = Space.PLAIN if at_break else max(space, token.space)
                self.done.append(token._replace(space=space) if space else token)
                space, at_break = Space.NONE, False
            else:
                at_break = token.kind is Kind.ROW
                wide = Space.WIDE if token.kind is Kind.TAB else token.space
                space = max(space, wide)
        return self.done

    def is_kept(self, token: Token, index: int, *, is_outer: bool) -> bool:
        """Follow one token and return whether it stays."""
        match token.kind:
            case Kind.BEGIN | Kind.BRACE_OPEN if self.partner[index] > index:
                is_flat = token.kind is Kind.BEGIN and self.only_breaks_lines(token, index)
                self.open.append(0 if is_flat else None)
                if is_flat:
                    self.broken.add(self.partner[index])
                return not is_flat
            case Kind.FINISH | Kind.BRACE_CLOSE if self.partner[index] >= 0 and len(self.open) > 1:
                self.open.pop()
                return index not in self.broken
            case Kind.OPEN | Kind.CLOSE if (count := self.open[-1]) is not None:
                self.open[-1] = max(0, count + (1 if token.kind is Kind.OPEN else -1))
            case Kind.TAB:
                return self.open[-1] != 0
            case Kind.ROW:
                return not is_outer and (self.open[-1] is None or not self.is_joint(index))
            case Kind.TAG:
                return self.open[-1] is None
        return True

    def only_breaks_lines(self, token: Token, index: int) -> bool:
        """Whether an environment is an alignment, and not one of cases behind a brace."""
        after = self.tokens[self.partner[index] + 1 : self.partner[index] + 2]
        is_cases = bool(after) and (after[0].kind, after[0].text) == (Kind.CLOSE, ".")
        before = self.tokens[index - 1] if index else None
        opened = before is not None and (before.kind, before.text) == (Kind.OPEN, "{")
        return is_alignment(token) and not (is_cases and opened)

    def is_joint(self, index: int) -> bool:
        """Whether an operator stands on one side of a row end, or nothing does."""
        after = index + 1
        while after < len(self.tokens) and self.tokens[after].kind is Kind.TAB:
            after += 1
        if not self.done or after >= len(self.tokens):
            return True
        ends = (*JOINTS, Kind.ROW, Kind.FINISH)
        return self.done[-1].kind in JOINTS or self.tokens[after].kind in ends


def is_alignment(token: Token) -> bool:
    """Whether a token begins or ends rows of equations."""
    is_environment = token.kind in (Kind.BEGIN, Kind.FINISH)
    return is_environment and token.text.rstrip("*") in ALIGNMENTS
