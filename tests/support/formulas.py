"""A small reader of the notation of the bundled derivations, which shares no code with the product.

It reads one side of an equation into nested tuples, the first entry of which names the node. What a
letter means is left to ``support.formula_values``, but for the letters that are functions.
"""

from __future__ import annotations

import re
from typing import Any

Node = tuple[Any, ...]

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\S")
#: What is for the eye only.
NO_MEANING = re.compile(r"\\(left|right)(?![a-zA-Z])|\\[,;!]|\\tag\{[^}]*\}")
FUNCTIONS = {r"\tanh", r"\exp", r"\ln", r"\log", r"\sinh", r"\cosh", "diag", "func", "f", "sigm"}
OPERATORS = {"*": "", r"\cdot": "", r"\times": "", r"\circ": "o", r"\odot": "o", "/": "/"}
DOTS = {r"\cdots", r"\dots", r"\ldots"}
CLOSING = {"(": ")", "[": "]", "{": "}"}
ACCENTS = {r"\hat", r"\mathbf", r"\vec", r"\mathbb"}
ENDS = {None, "+", "-", ")", "]", "}", "&", ",", r"\quad", r"\\", "=", r"\end", r"\le", r"\neq"}


class Unreadable(Exception):
    """The notation is not one that this reader knows."""


def tokens_of(latex: str) -> list[str]:
    """Return the tokens of a formula.

    >>> tokens_of(r"\\mathbf{W}_{11} h^{(t-1)}")
    ['\\\\mathbf', '{', 'W', '}', '_', '{', '11', '}', 'h', '^', '{', '(', 't', '-', '1', ')', '}']
    """
    return TOKEN.findall(NO_MEANING.sub(" ", latex).replace(r"\dfrac", r"\frac"))


def group(tokens: list[str], start: int) -> int:
    """Return the place after the bracket that closes the one at ``start``."""
    opening, depth = tokens[start], 0
    for place in range(start, len(tokens)):
        depth += (tokens[place] == opening) - (tokens[place] == CLOSING[opening])
        if depth == 0:
            return place + 1
    raise Unreadable(f"{opening} is not closed")


def integer(tokens: list[str]) -> Node:
    """Return an index or a step: letters and numbers with signs between them."""
    parts, sign = [], 1
    for place, token in enumerate(tokens):
        if token in "+-" and place != len(tokens) - 1:
            sign = 1 if token == "+" else -1
        elif place and tokens[place - 1] not in "+-":
            raise Unreadable(f"an index {''.join(tokens)}")
        elif re.fullmatch(r"\d+|[a-zA-Z]|\\[a-z]+", token):
            parts.append((sign, token))
        else:
            raise Unreadable(f"an index {''.join(tokens)}")
    if not parts:
        raise Unreadable("an empty index")
    return ("int", *parts)


def comma_list(tokens: list[str]) -> list[list[str]]:
    """Return the parts between commas of one level."""
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in CLOSING) - (token in CLOSING.values())
        if token == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def subscript(tokens: list[str]) -> tuple[Node, ...]:
    """Return the indices below: 1i is two of them, t-1 is one."""
    if tokens == ["*"]:
        return (("star",),)
    found: list[Node] = []
    for part in comma_list(tokens):
        if part[:1] == ["y"]:
            found.append(("class", superscript(part[2:])))
        elif set(part) & set("+-"):
            found.append(integer(part))
        else:
            letters = [c for token in part for c in (token if token.isdigit() else [token])]
            found += [integer([letter]) for letter in letters]
    return tuple(found)


def superscript(tokens: list[str]) -> tuple[Node, ...]:
    """Return what stands above: a step in brackets, a transposition, a power."""
    if tokens[:1] == ["{"] and group(tokens, 0) == len(tokens):
        tokens = tokens[1:-1]
    if tokens in (["T"], [r"\top"]):
        return (("T",),)
    if tokens[:1] == ["<"]:
        end = tokens.index(">")
        rest = superscript(tokens[end + 1 :]) if tokens[end + 1 :] else ()
        return (("step", integer(tokens[1:end])), *rest)
    if tokens[:1] == ["("] and group(tokens, 0) == len(tokens):
        return (("bracketed", integer(tokens[1:-1])),)
    return (("power", integer(tokens)),)


class Parser:
    """Reads one side; ``stepped`` are the letters whose step stands in brackets behind them."""

    def __init__(self, tokens: list[str], stepped: frozenset[str] = frozenset()):
        self.tokens, self.stepped, self.place = tokens, stepped, 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.next
        if token is None or (expected is not None and token != expected):
            raise Unreadable(f"{token} where {expected or 'something'} is expected")
        self.place += 1
        return token

    def inner(self) -> list[str]:
        """Take a script or an argument: one token, or what stands in braces."""
        if self.next != "{":
            return [self.take()]
        start, self.place = self.place, group(self.tokens, self.place)
        return self.tokens[start + 1 : self.place - 1]

    def read(self, tokens: list[str]) -> Node:
        """Return what some tokens mean that stand by themselves."""
        parser = Parser(tokens, self.stepped)
        return parser.whole()

    def whole(self) -> Node:
        found = self.expression()
        if self.next is not None:
            raise Unreadable(f"{self.next} is left over")
        return found

    def expression(self) -> Node:
        """Return a sum of terms with their signs."""
        terms: list[tuple[int, Node]] = []
        while True:
            sign = 1
            if self.next in ("+", "-"):
                sign = 1 if self.take() == "+" else -1
            elif terms:
                break
            terms.append((sign, self.term()))
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else ("sum", *indexed(terms))

    def term(self) -> Node:
        """Return a product of factors, with the operators between them."""
        found, operators = [self.factor()], []
        while self.next not in ENDS:
            operators.append(OPERATORS[self.take()] if self.next in OPERATORS else "")
            found.append(self.factor())
        return found[0] if len(found) == 1 else ("product", tuple(found), tuple(operators))

    def factor(self) -> Node:
        token = self.next
        if token in DOTS:
            return (self.take(), "dots")[1:]
        if token in (r"\sum", r"\prod"):
            return self.big(self.take())
        if token == r"\frac":
            return self.scripted(self.fraction())
        if token == r"\partial":
            return self.quotient()
        if token == r"\nabla":
            return self.gradient()
        if token == r"\underbrace":
            self.take()
            body = self.inner()
            # The label under the brace is a claim of its own.
            self.limits()
            if body[:1] == [r"\sum"]:
                # A brace does not end a sum: what stands behind it belongs to its terms.
                self.tokens = body + self.tokens[self.place :]
                self.place = 0
                return self.factor()
            return self.read(body)
        if token == r"\begin":
            return self.environment()
        if token in ("(", "[", "{"):
            return self.bracket()
        if token is not None and token[0].isdigit():
            return self.scripted(("number", float(self.take())))
        return self.named()

    def limits(self) -> tuple[list[str], list[str]]:
        below: list[str] = []
        above: list[str] = []
        while self.next in ("_", "^"):
            if self.take() == "_":
                below = self.inner()
            else:
                above = self.inner()
        return below, above

    def big(self, kind: str) -> Node:
        """Return a sum or product over a letter; its body goes to the next sign."""
        below, above = self.limits()
        first: Node | None = None
        last = integer(above) if above else None
        letter = below[0] if below else ""
        if below.count(r"\le") == 2:
            one, two = (i for i, token in enumerate(below) if token == r"\le")
            letter = "".join(below[one + 1 : two])
            first, last = integer(below[:one]), integer(below[two + 1 :])
        elif "=" in below:
            first = integer(below[2:])
            letter = below[0]
        elif len(below) != 1:
            raise Unreadable(f"limits {''.join(below)}")
        return ("big", kind, letter, first, last, self.term())

    def fraction(self) -> Node:
        """Return a quotient, a derivative, or the operator d/dx applied to the rest of the term."""
        self.take()
        above, below = self.inner(), self.inner()
        is_total = above[:1] == ["d"] and below[:1] == ["d"]
        if r"\partial" not in (*above[:1], *below[:1]) and not is_total:
            return ("quotient", self.read(above), self.read(below))
        of, by = undecorated(above), undecorated(below)
        variable = self.read(by)
        if not of:
            return ("operator", variable, self.term())
        return ("derivative", self.read(of), variable)

    def quotient(self) -> Node:
        """Return a derivative in one line: the sign, a name, a stroke, the sign, a name."""
        self.take()
        of = self.named()
        self.take("/")
        if self.take() not in (r"\partial", "d"):
            raise Unreadable("a derivative without its variable")
        return ("derivative", of, self.named())

    def gradient(self) -> Node:
        self.take()
        below, above = self.limits()
        by = self.read(below)
        if by[0] != "name":
            raise Unreadable("a gradient by an expression")
        if above:
            by = ("name", by[1], by[2], by[3] + superscript(above))
        if self.next in ENDS:
            return ("gradient", ("name", "L", (), ()), by)
        return ("gradient", self.named(), by)

    def environment(self) -> Node:
        self.take()
        kind = "".join(self.inner())
        rows: list[list[Node]] = [[]]
        while True:
            if kind == "cases" and len(rows[-1]) == 1:
                rows[-1].append(self.condition())
            else:
                rows[-1].append(self.expression())
            token = self.take()
            if token == r"\\":
                rows.append([])
            elif token == r"\end":
                self.inner()
                break
        node: Node = ("cases" if kind == "cases" else "matrix", tuple(map(tuple, rows)))
        return self.scripted(node)

    def condition(self) -> Node:
        """Return a condition behind a value: words, then a relation of two indices."""
        if self.next == r"\text":
            self.take()
            self.inner()
        found = []
        while self.next not in (r"\\", r"\end", None):
            found.append(self.take())
        return relation(found)

    def bracket(self) -> Node:
        """Return what stands in brackets: one expression, or a row of several."""
        closing = CLOSING[self.take()]
        items = [self.expression()]
        while self.next in (",", r"\quad", "&"):
            self.take()
            items.append(self.expression())
        self.take(closing)
        return self.scripted(items[0] if len(items) == 1 else ("row", tuple(items)))

    def named(self) -> Node:
        """Return a letter with its scripts, a function with its argument, or an indicator."""
        base = self.base()
        if base in (r"\mathbf{1}", r"\mathbb{1}"):
            return self.indicator()
        if base in FUNCTIONS and self.next != "/" and self.next is not None:
            return self.application(base)
        if base in ("F", "G") and self.next == "(" and base not in self.stepped:
            start, self.place = self.place, group(self.tokens, self.place)
            arguments = comma_list(self.tokens[start + 1 : self.place - 1])
            return ("abbreviated", tuple(self.read(part) for part in arguments))
        above: tuple[Node, ...] = ()
        if base in self.stepped and self.next == "(":
            start, self.place = self.place, group(self.tokens, self.place)
            above = (("step", integer(self.tokens[start + 1 : self.place - 1])),)
        elif base in ("L", "E") and self.next == "(":
            raise Unreadable("arguments of a loss")
        below, more = self.scripts()
        return ("name", base, below, above + more)

    def base(self) -> str:
        token = self.take()
        if token == r"\operatorname":
            return "".join(self.inner())
        if token in ACCENTS:
            return f"{token}{{{''.join(self.inner())}}}"
        if re.fullmatch(r"[a-zA-Z]|\\[a-z]+", token):
            return token
        raise Unreadable(f"{token} where a name is expected")

    def indicator(self) -> Node:
        below, _ = self.scripts()
        if below:
            return ("indicator", (("=", *below),))
        if self.next != "(":
            raise Unreadable("an indicator without its condition")
        start, self.place = self.place, group(self.tokens, self.place)
        parts = comma_list(self.tokens[start + 1 : self.place - 1])
        return ("indicator", tuple(relation(part) for part in parts))

    def application(self, base: str) -> Node:
        below, above = self.scripts()
        if below or any(script[0] != "power" for script in above):
            raise Unreadable(f"scripts of {base}")
        argument = self.bracket() if self.next in ("(", "[") else self.factor()
        applied: Node = ("apply", base.removeprefix("\\"), argument)
        return ("scripted", applied, (), above) if above else applied

    def scripts(self) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        below, above = self.limits()
        return (
            subscript(below) if below else (),
            superscript(above) if above else (),
        )

    def scripted(self, body: Node) -> Node:
        below, above = self.scripts()
        return ("scripted", body, below, above) if below or above else body


def undecorated(tokens: list[str]) -> list[str]:
    """Return what stands behind the sign of a derivative, without braces around it."""
    rest = tokens[1:] if tokens[:1] in ([r"\partial"], ["d"]) else tokens
    return rest[1:-1] if rest[:1] == ["{"] and group(rest, 0) == len(rest) else rest


def relation(tokens: list[str]) -> Node:
    for sign in ("=", r"\neq"):
        if sign in tokens:
            at = tokens.index(sign)
            return (sign, integer(tokens[:at]), integer(tokens[at + 1 :]))
    raise Unreadable(f"a condition {''.join(tokens)}")


def indexed(terms: list[tuple[int, Node]]) -> list[tuple[int, Node]]:
    """Give an abbreviated function of the inputs the index of the term beside it."""
    below = next((node[2] for _, node in terms if node[0] == "name" and node[2]), ())
    return [
        (sign, ("scripted", node, below, ()) if node[0] == "abbreviated" else node)
        for sign, node in terms
    ]


def read(latex: str, stepped: frozenset[str] = frozenset()) -> Node:
    """Return one side of an equation as it is written; raises Unreadable."""
    try:
        return Parser(tokens_of(latex), stepped).whole()
    except (IndexError, KeyError, ValueError) as error:
        raise Unreadable(f"{latex}: {error}") from error
