r"""The rows of a display: split at ``\\``, freed of marks of alignment, with their numbers."""

from __future__ import annotations

import re
from typing import NamedTuple

from symbolic.latex.flatten import JOINTS, Flattening, is_alignment
from symbolic.latex.messages import MAX_DEPTH, Message
from symbolic.latex.tokens import Kind, Space, Token
from symbolic.latex.vocabulary import ALIGNMENTS, CASES

_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?[a-z]?|[a-z]|\*+|star|dagger|ddagger")
_OUTSIDE = (Kind.SEPARATOR, Kind.TAB, Kind.TAG)


class Line(NamedTuple):
    """The tokens of one row and its number."""

    tokens: list[Token]
    tag: str | None


def lines(tokens: list[Token]) -> list[Line]:
    """Return the rows of a display; rows without anything on them are left out."""
    found: list[Line] = []
    display = _Display(tokens)
    display.collect(0, len(tokens), None, 0, found)
    return found


class _Display:
    """The clean tokens of a display, with the partners of braces and environments."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.partner = partners(tokens)

    def collect(self, start: int, end: int, tag: str | None, level: int, to: list[Line]) -> None:
        """Append the rows between two indices; ``tag`` is the number of the display around them."""
        for first, last in self.split(start, end):
            own = self.tags(first, last)
            first, last = self.trimmed(first, last)
            number, last = self.number_at_end(first, last)
            first, last = self.trimmed(first, last)
            number = own or number or tag
            if first >= last:
                if number and number != tag:
                    to.append(Line([], number))
                continue
            inside = self.inside_alone(first, last)
            if inside is None:
                to.append(Line(self.flat(first, last), number))
            elif level < MAX_DEPTH:
                self.collect(*inside, number, level + 1, to)
            else:
                fault = Message.TOO_DEEP.filled()
                to.append(Line([self.tokens[first]._replace(kind=Kind.FAULT, text=fault)], number))

    def split(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return where the rows between two indices begin and end."""
        found: list[tuple[int, int]] = []
        brackets = 0
        for first, last in self.pieces(start, end):
            if found and self.goes_on(found[-1][1], first, last, brackets):
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
                brackets = 0
            kinds = [token.kind for token in self.tokens[first:last]]
            brackets += kinds.count(Kind.OPEN) - kinds.count(Kind.CLOSE)
        return found

    def pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return what stands between the row ends, outside of braces and environments."""
        found, first, index = [], start, start
        while index < end:
            if self.tokens[index].kind is Kind.ROW:
                found.append((first, index))
                first = index + 1
            index = max(index, self.partner[index]) + 1
        found.append((first, end))
        return found

    def goes_on(self, end: int, first: int, last: int, brackets: int) -> bool:
        """Whether a row runs on over its end: a bracket is open, or an operator has no right side.

        An operator must stand at the break, so that one missing bracket does not join all rows.
        """
        while end and self.tokens[end - 1].kind is Kind.TAB:
            end -= 1
        while first < last and self.tokens[first].kind is Kind.TAB:
            first += 1
        if not end or first >= last:
            return False
        before, after = self.tokens[end - 1].kind, self.tokens[first].kind
        if brackets > 0:
            return after in JOINTS[:2] or before in (*JOINTS[:2], Kind.SEPARATOR)
        return before in JOINTS and after not in JOINTS and not self.has_relation(first, last)

    def has_relation(self, start: int, end: int) -> bool:
        """Whether a relation stands between two indices, outside of braces and environments."""
        index = start
        while index < end:
            if self.tokens[index].kind is Kind.RELATION:
                return True
            index = max(index, self.partner[index]) + 1
        return False

    def tags(self, start: int, end: int) -> str | None:
        r"""Return what ``\tag`` says between two indices, outside of environments."""
        index = start
        while index < end:
            token = self.tokens[index]
            if token.kind is Kind.TAG:
                return token.text or None
            index = max(index, self.partner[index]) + 1
        return None

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Leave out punctuation, numbers and marks of alignment on both sides."""
        while end > start and self.tokens[end - 1].kind in _OUTSIDE:
            end -= 1
        while start < end and self.tokens[start].kind in _OUTSIDE:
            start += 1
        return start, end

    def number_at_end(self, start: int, end: int) -> tuple[str | None, int]:
        """Return the number in brackets at the end, and where the row ends without it.

        It is one where white space or a column stands before it, or a dash with such before.
        """
        if end - start < 3:
            return None, end
        opened = end - 1
        while opened > max(start, end - 4) and self.tokens[opened].kind is not Kind.OPEN:
            opened -= 1
        inside = "".join(token.text for token in self.tokens[opened + 1 : end - 1])
        brackets = [(t.kind, t.text) for t in (self.tokens[opened], self.tokens[end - 1])]
        if brackets != [(Kind.OPEN, "("), (Kind.CLOSE, "(")] or not _NUMBER.fullmatch(inside):
            return None, end
        if opened == start:
            return (inside, start) if inside[0].isdigit() else (None, end)
        place = opened
        while place > start and self.tokens[place - 1].text == "-":
            place -= 1
        before = self.tokens[place - 1] if place > start else None
        if before is None:
            return None, end
        is_apart = self.tokens[place].space is Space.WIDE or before.kind is Kind.TAB
        if is_apart or (place == opened and is_alignment(before)):
            return inside, place
        return None, end

    def inside_alone(self, start: int, end: int) -> tuple[int, int] | None:
        r"""Return the inside of an alignment, or of ``\boxed``, that is all there is in a row."""
        first = self.tokens[start]
        if first.kind is Kind.OPEN and first.text == "{" and end - start > 2:
            last = self.tokens[end - 1]
            is_system = last.kind is Kind.CLOSE and last.text == "."
            alone = self.partner[start + 1] == end - 2 and self.tokens[start + 1].kind is Kind.BEGIN
            if is_system and alone and self.is_alignment(start + 1, in_bracket=True):
                return start + 2, end - 2
        if first.text in (r"\boxed", r"\fbox") and end - start > 3:
            return (start + 2, end - 1) if self.partner[start + 1] == end - 1 else None
        if self.partner[start] == end - 1 and first.kind is Kind.BEGIN:
            return (start + 1, end - 1) if self.is_alignment(start, in_bracket=False) else None
        return None

    def is_alignment(self, begin: int, *, in_bracket: bool) -> bool:
        """Whether an environment holds rows of equations; arrays and cases may do so too."""
        if not in_bracket and is_alignment(self.tokens[begin]):
            return True
        name = self.tokens[begin].text.rstrip("*")
        may_be = name in ALIGNMENTS | CASES or name in ("array", "tabular")
        return may_be and self.relation_in_each_row(begin + 1, self.partner[begin])

    def relation_in_each_row(self, start: int, end: int) -> bool:
        r"""Whether the rows of an array or ``\{`` hold equations, and no values with conditions."""
        pieces = [p for p in self.pieces(start, end) if p[0] < p[1]]
        return bool(pieces) and all(self.relation_by_mark(*piece) for piece in pieces)

    def relation_by_mark(self, start: int, end: int) -> bool:
        """Whether a row begins with a sign, or has a relation in its first column or behind it."""
        index, after_mark = start, False
        while index < end:
            kind = self.tokens[index].kind
            if kind is Kind.TAB:
                after_mark = True
            elif kind is Kind.RELATION or (after_mark and kind is Kind.SIGN):
                return True
            elif after_mark:
                return False
            index = max(index, self.partner[index]) + 1
        return False

    def flat(self, start: int, end: int) -> list[Token]:
        """Return the tokens of a row without marks of alignment and breaks of its lines."""
        return Flattening(self.tokens, self.partner).run(start, end)


def partners(tokens: list[Token]) -> list[int]:
    """Return for each brace and end of an environment its partner; -1 for anything else.

    An end of another name closes the environments inside its own; what stays open has no partner.
    """
    partner = [-1] * len(tokens)
    braces: list[int] = []
    environments: list[int] = []
    count: dict[str, int] = {}
    for index, token in enumerate(tokens):
        match token.kind:
            case Kind.BRACE_OPEN:
                braces.append(index)
            case Kind.BRACE_CLOSE if braces:
                partner[index] = braces.pop()
                partner[partner[index]] = index
            case Kind.BEGIN:
                environments.append(index)
                count[token.text] = count.get(token.text, 0) + 1
            case Kind.FINISH if count.get(token.text, 0):
                while (opened := environments.pop()) >= 0:
                    count[tokens[opened].text] -= 1
                    if tokens[opened].text == token.text:
                        break
                partner[index], partner[opened] = opened, index
    return partner
