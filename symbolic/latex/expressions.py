"""Chains, sums and products of one row, by recursive descent over its clean tokens.

Every level of brackets or braces goes through ``Reader.parts``, which bounds the depth.
"""

from __future__ import annotations

from symbolic.latex.atoms import CLOSERS, OPERANDS, atom, ends_behind
from symbolic.latex.brackets import evaluated, is_evaluation
from symbolic.latex.cursor import Budget, Context, Cursor
from symbolic.latex.lists import merged
from symbolic.latex.messages import Message
from symbolic.latex.places import Places
from symbolic.latex.prose import JOINING, is_prose, plain_word
from symbolic.latex.scripting import attach
from symbolic.latex.syntax import Big, Chain, Factors, Node, Numeral, Terms, unscripted
from symbolic.latex.tokens import Kind, Space, Token
from symbolic.latex.vocabulary import CONNECTIVES

_ENDS = (Kind.END, Kind.TAB, Kind.ROW, Kind.FINISH)


class Reader(Cursor):
    """Reads one row at a place that moves to its end."""

    def __init__(self, tokens: list[Token], places: Places, budget: Budget) -> None:
        super().__init__(tokens, places, budget)
        self.later_bars = later_bars(self.tokens)
        self.angles = angle_brackets(self.tokens)

    # Rows and chains ----------------------------------------------------------------------------

    def chains(self) -> tuple[Chain, ...]:
        """Return the chains up to the end of the row or cell."""
        outer, self.context = self.context, Context.ROW
        found: list[Chain] = []
        commas: list[bool] = []
        while True:
            is_comma = self.skip_separators()
            if self.next.kind in _ENDS:
                break
            found.append(self.chain())
            commas.append(is_comma)
            if not self.at_boundary():
                raise self.unexpected()
        self.context = outer
        return merged(found, commas)

    def skip_separators(self) -> bool:
        """Go over what stands between chains; return whether it is one comma without wide space."""
        skipped = []
        while self.is_separator():
            skipped.append(self.take().text)
        return skipped == [","] and self.next.space is not Space.WIDE

    def is_separator(self) -> bool:
        """Whether what comes next only parts chains."""
        token = self.next
        match token.kind:
            case Kind.SEPARATOR:
                return True
            case Kind.RELATION:
                return token.text in CONNECTIVES
            case Kind.TEXT:
                return plain_word(token.text) in JOINING
            case _:
                return False

    def at_boundary(self) -> bool:
        """Whether a chain can end here."""
        if self.next.kind in _ENDS or self.is_separator():
            return True
        return self.is_remark() or (self.is_apart() and self.starts_factor())

    def chain(self) -> Chain:
        """Return the chain at the place, also where it is a bare expression."""
        start = self.next
        items, relations = self.parts()
        return Chain(tuple(items), tuple(relations), self.span(start))

    def expression(self) -> Node:
        """Return what is at the place: a chain if it has relations, else its only item."""
        start = self.next
        items, relations = self.parts()
        if not relations and items[0] is not None:
            return items[0]
        return Chain(tuple(items), tuple(relations), self.span(start))

    def parts(self) -> tuple[list[Node | None], list[str]]:
        """Return the items and relations at the place; a chain in a box is part of its chain."""
        self.enter()
        items: list[Node | None] = []
        relations: list[str] = []
        if self.is_relation(behind_operand=False):
            items.append(None)
        else:
            _append_item(items, relations, self.terms())
        while self.is_relation(behind_operand=True):
            token = self.take()
            relations.append("mid" if token.kind is Kind.BAR else token.text)
            _append_item(items, relations, self.terms())
        self.depth -= 1
        return items, relations

    def is_relation(self, *, behind_operand: bool) -> bool:
        """Whether a relation comes next; a bar is one if it can be no bracket."""
        token = self.next
        if token.kind is Kind.BAR:
            return behind_operand and token.text == "|" and not self.closes_bar()
        if token.kind is not Kind.RELATION or self.is_slice():
            return False
        match token.text:
            case "<":
                return not self.opens_angle()
            case ">":
                return self.open[-1] != "<"
            case text:
                return self.context is not Context.ROW or text not in CONNECTIVES

    # Sums and products --------------------------------------------------------------------------

    def terms(self) -> Node:
        """Return the sum at the place, or its term if there is only one without a sign."""
        start = self.next
        if start.kind is Kind.SIGN and self.is_lone(start):
            return self.factor()
        signs = [self.take().text if start.kind is Kind.SIGN else "+"]
        terms = [self.product()]
        while self.next.kind is Kind.SIGN and not self.is_apart():
            signs.append(self.take().text)
            terms.append(self.product())
        if len(terms) == 1 and start.kind is not Kind.SIGN:
            return terms[0]
        return Terms(tuple(terms), tuple(signs), self.span(start))

    def product(self) -> Node:
        """Return the product at the place, or its factor if there is only one."""
        start = self.next
        factors = [self.factor()]
        operators: list[str] = []
        while True:
            token = self.next
            if is_evaluation(self):
                evaluated(self, factors, operators, start)
            elif token.kind is Kind.OPERATOR and not self.is_mark(token):
                operators.append(self.take().text)
                factors.append(self.signed_factor())
            elif self.starts_factor() and not self.is_apart():
                operators.append("")
                factors.append(self.factor())
                if isinstance(factors[-2], Numeral) and _is_number(factors[-1]):
                    raise self.error(Message.TWO_NUMBERS, token, found=self.found(token))
            else:
                break
        if not operators:
            return factors[0]
        return Factors(tuple(factors), tuple(operators), self.span(start))

    def signed_factor(self) -> Node:
        """Return the factor behind an operator; it may have a minus of its own."""
        start = self.next
        if start.kind is not Kind.SIGN or start.text != "-":
            return self.factor()
        self.take()
        return Terms((self.factor(),), ("-",), self.span(start))

    def factor(self) -> Node:
        """Return a factor with its scripts."""
        start = self.next
        node = atom(self)
        has_limits = isinstance(node, Big) and start.kind is Kind.COMMAND
        return node if has_limits else attach(self, node, start)

    def bare(self) -> Node:
        """Return a factor without its scripts."""
        return atom(self)

    # What comes next ----------------------------------------------------------------------------

    def starts_factor(self) -> bool:
        """Whether a factor can begin here, behind another one."""
        token = self.next
        match token.kind:
            case Kind.BAR:
                return not self.closes_bar() and self.place in self.later_bars
            case Kind.OPERATOR:
                return self.is_mark(token)
            case Kind.RELATION:
                return self.opens_angle() or self.is_slice()
            case kind:
                return kind in OPERANDS and not self.is_remark()

    def is_remark(self) -> bool:
        """Whether a text comes next that begins a remark behind a formula."""
        is_text = self.next.kind is Kind.TEXT and self.context is Context.ROW
        return is_text and is_prose(self.next.text)

    def is_apart(self) -> bool:
        """Whether the white space before the next token makes it begin another entry."""
        token = self.next
        if self.context is Context.BRACES or token.space < Space.THIN:
            return False
        is_minus = token.kind is Kind.SIGN
        if is_minus and (token.text == "+" or self.context is Context.ROW):
            return False
        if token.space is Space.WIDE:
            return True
        number = self.after_next if is_minus else token
        stands_close = not is_minus or number.space is Space.NONE
        before = self.tokens[self.place - 1].kind if self.place else Kind.END
        is_entry = self.context is Context.BRACKET and before is Kind.NUMBER
        return is_entry and number.kind is Kind.NUMBER and stands_close

    def is_lone(self, token: Token) -> bool:
        """Whether a sign or operator stands for itself: a script of its own, a blank."""
        is_last = self.after_next.kind in CLOSERS
        if token.kind is Kind.OPERATOR:
            return self.in_script and is_last and token.text != "cdot"
        is_blank = self.context is Context.BRACKET and token.text == "-"
        return is_last and (self.in_script or is_blank)

    def is_mark(self, token: Token) -> bool:
        """Whether an operator behind a factor begins another one: alone, or a blank entry."""
        is_blank = self.context is Context.BRACKET and token.text == "cdot"
        is_entry = is_blank and token.space is Space.WIDE and ends_behind(self)
        return self.is_lone(token) or is_entry

    def is_slice(self) -> bool:
        """Whether a colon comes next that stands for a whole row or column."""
        is_colon = self.next.kind is Kind.RELATION and self.next.text == "colon"
        return is_colon and self.in_script and self.after_next.kind in CLOSERS

    def closes_bar(self) -> bool:
        """Whether the bar that comes next closes the bracket around the place."""
        token, kind = self.next, self.open[-1]
        is_double = kind == "||" and self.after_next.kind is Kind.BAR
        return kind == token.text or (is_double and token.text == self.after_next.text)

    def opens_angle(self) -> bool:
        """Whether a sign < comes next that is a bracket in a script."""
        return self.in_script and self.place in self.angles


def _is_number(node: Node) -> bool:
    return isinstance(unscripted(node), Numeral)


def _append_item(items: list[Node | None], relations: list[str], item: Node) -> None:
    if isinstance(item, Chain) and item.items[0] is not None:
        items.extend(item.items)
        relations.extend(item.relations)
    else:
        items.append(item)


_OPENERS = (Kind.OPEN, Kind.BRACE_OPEN, Kind.BEGIN)
_CLOSERS = (Kind.CLOSE, Kind.BRACE_CLOSE, Kind.FINISH)


def later_bars(tokens: list[Token]) -> set[int]:
    """Return the indices of bars behind which the same bar stands again between the same brackets.

    Where one of these stands behind a factor it opens a bracket; any other is a relation.
    """
    found: set[int] = set()
    levels: list[set[str]] = [set()]
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.kind in _CLOSERS:
            levels.append(set())
        elif token.kind in _OPENERS and len(levels) > 1:
            levels.pop()
        elif token.kind is Kind.BAR:
            if token.text in levels[-1]:
                found.add(index)
            levels[-1].add(token.text)
    return found


def angle_brackets(tokens: list[Token]) -> set[int]:
    """Return the indices of the signs < that have a sign > between the same brackets."""
    found: set[int] = set()
    opened: list[tuple[Kind, int]] = []
    for index, token in enumerate(tokens):
        if token.kind in _OPENERS or (token.kind, token.text) == (Kind.RELATION, "<"):
            opened.append((token.kind, index))
        elif token.kind in _CLOSERS:
            while opened and opened.pop()[0] is Kind.RELATION:
                continue
        elif (token.kind, token.text) == (Kind.RELATION, ">") and opened:
            kind, place = opened[-1]
            if kind is Kind.RELATION:
                found.add(place)
                opened.pop()
    return found
