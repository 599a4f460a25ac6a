"""The right sides of equations in model files, read by precedence into the core.

Each operator checks the shapes that it joins; the limits bound time and recursion on any text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from symbolic import arrays
from symbolic.affine import Affine, integer, letter
from symbolic.arrays import Array
from symbolic.errors import ModelError, ReadError, nearest
from symbolic.expr import Expr, Size
from symbolic.functions import FUNCTIONS
from symbolic.model import HORIZON, STEP, Declaration, Dimension
from symbolic.model_lexer import Kind, Token, TokenStream
from symbolic.source import Span
from symbolic.traverse import map_children

MAX_DEPTH = 60
#: Products of one equation may nest in each other, and a softmax holds its argument twice.
MAX_PRODUCTS = 60
MAX_SOFTMAX = 4
MAX_TERMS = 200

#: Notation that is a function of whole arrays.
ARRAY_FUNCTIONS: dict[str, tuple[int, Callable[..., Array]]] = {
    "softmax": (1, arrays.softmax),
    "diag": (1, arrays.diag),
    "outer": (2, arrays.outer),
    "transpose": (1, arrays.transpose),
}

_JOINS: dict[str, Callable[..., Array]] = {
    "*": arrays.hadamard,
    "/": arrays.divide,
    "@": arrays.matmul,
}


class ExpressionReader(TokenStream):
    """Reads one right side at the place of the stream, with what is declared so far."""

    def __init__(self, text: str, file: str) -> None:
        super().__init__(text, file)
        self.first_step = 1
        self.dimensions: dict[str, Dimension] = {}
        self.functions: list[str] = []
        self.declared: dict[str, Declaration] = {}
        self.letters: list[str] = []
        self.depth = self.softmaxes = self.products = self.terms = 0

    def right_side(self, *, timed: bool) -> Array:
        """Return the expression at the place; in a timed equation the letter t is its step."""
        self.letters = [STEP] if timed else []
        self.depth = self.softmaxes = self.products = self.terms = 0
        return self.sum_of_terms()

    def within(self, count: int, most: int, what: str, span: Span) -> None:
        """Raise ReadError where a limit is passed."""
        if count > most:
            raise ReadError(f"more than {most} {what}", span)

    def joined(self, operator: Token, join: Callable[..., Array], *operands: Array) -> Array:
        try:
            return join(*operands)
        except ModelError as error:
            raise ModelError(error.message, operator.span) from None

    def sum_of_terms(self) -> Array:
        self.depth += 1
        self.within(self.depth, MAX_DEPTH, "brackets inside each other", self.next.span)
        terms = [self.product()]
        while (operator := self.accept("+") or self.accept("-")) is not None:
            self.terms += 1
            self.within(self.terms, MAX_TERMS, "terms; give a part of them a name", operator.span)
            term = self.product()
            term = term if operator.text == "+" else arrays.negative(term)
            terms = [self.joined(operator, arrays.add, *terms, term)]
        self.depth -= 1
        return terms[0]

    def product(self) -> Array:
        result = self.signed()
        while self.next.kind is Kind.OPERATOR and self.next.text in _JOINS:
            operator = self.take()
            self.products += 1
            what = "products; give a part of them a name"
            self.within(self.products, MAX_PRODUCTS, what, operator.span)
            result = self.joined(operator, _JOINS[operator.text], result, self.signed())
        return result

    def signed(self) -> Array:
        negative = False
        while self.next.text in ("-", "+") and self.next.kind is Kind.OPERATOR:
            negative ^= self.take().text == "-"
        result = self.raised()
        return arrays.negative(result) if negative else result

    def raised(self) -> Array:
        base = self.postfix()
        if not self.accept("**"):
            return base
        sign = -1 if self.accept("-") else 1
        exponent = self.expect_kind(Kind.NUMBER, "an integer exponent")
        if "." in exponent.text or int(exponent.text) > 64:
            raise ReadError(
                f"found {exponent}; expected an integer exponent up to 64", exponent.span
            )
        return arrays.power(base, sign * int(exponent.text))

    def postfix(self) -> Array:
        result = self.atom()
        while self.accept("."):
            word = self.expect_kind(Kind.NAME, "'T'")
            if word.text != "T":
                raise ReadError(f"found {word}; expected 'T'", word.span)
            result = arrays.transpose(result)
        return result

    def atom(self) -> Array:
        token = self.take()
        if token.kind is Kind.NUMBER:
            return arrays.number(Fraction(token.text))
        if token.kind is Kind.OPERATOR and token.text == "(":
            result = self.sum_of_terms()
            self.close(token)
            return result
        if token.kind is Kind.NAME:
            return self.named(token)
        raise ReadError(f"found {token}; expected a number, a name or '('", token.span)

    def named(self, name: Token) -> Array:
        if name.text == "sum":
            return self.sum(name)
        if name.text in FUNCTIONS or name.text in self.functions:
            (argument,) = self.arguments(1)
            return arrays.apply(name.text, argument)
        if name.text in ARRAY_FUNCTIONS:
            return self.array_function(name)
        if name.text in self.dimensions:
            return Array((), Size(letter(name.text)))
        if name.text in self.declared:
            return self.variable(name)
        known = (*self.declared, *self.dimensions, *FUNCTIONS, *ARRAY_FUNCTIONS, *self.functions)
        message = f"{name.text!r} is not declared{nearest(name.text, known)}"
        raise ModelError(message, name.span)

    def array_function(self, name: Token) -> Array:
        arity, build = ARRAY_FUNCTIONS[name.text]
        self.softmaxes += name.text == "softmax"
        what = "softmax inside each other; give one a name"
        self.within(self.softmaxes, MAX_SOFTMAX, what, name.span)
        result = self.joined(name, build, *self.arguments(arity))
        self.softmaxes -= name.text == "softmax"
        return result

    def arguments(self, count: int) -> list[Array]:
        bracket = self.expect("(")
        found = [self.sum_of_terms()]
        for _ in range(count - 1):
            self.expect(",")
            found.append(self.sum_of_terms())
        self.close(bracket)
        return found

    def close(self, bracket: Token) -> None:
        if not self.accept(")"):
            line, column = bracket.span.line, bracket.span.column
            message = f"found {self.next}; expected ')' for the '(' at {line}:{column}"
            raise ReadError(message, self.next.span)

    def variable(self, name: Token) -> Array:
        step = self.step() if self.accept("[") else None
        array = arrays.variable(name.text, self.declared[name.text].shape, step)
        return Array(array.indices, _placed(array.entry, name.span))

    def step(self) -> Affine:
        token = self.take()
        if token.kind is Kind.NAME and token.text in (*self.letters, HORIZON):
            step = letter(token.text)
        elif token.kind is Kind.NUMBER and "." not in token.text:
            step = integer(int(token.text))
        else:
            expected = " or ".join(f"'{known}'" for known in (*self.letters, HORIZON))
            raise ReadError(f"found {token}; expected a step: {expected}", token.span)
        while (operator := self.accept("+") or self.accept("-")) is not None:
            shift = self.expect_kind(Kind.NUMBER, "an integer")
            if "." in shift.text:
                raise ReadError(f"found {shift}; expected an integer", shift.span)
            step += int(shift.text) if operator.text == "+" else -int(shift.text)
        self.expect("]")
        return step

    def sum(self, name: Token) -> Array:
        """``sum(x)``: over all entries; ``sum[t](x)``: over all steps."""
        if not self.accept("["):
            return arrays.total(*self.arguments(1))
        over = self.expect_kind(Kind.NAME, f"'{STEP}'")
        if over.text != STEP:
            raise ReadError(f"found {over}; expected '{STEP}'", over.span)
        if STEP in self.letters:
            raise ReadError(
                f"found sum[{STEP}] where {STEP} has a value already;"
                f" expected it once, in an equation without [{STEP}]",
                over.span,
            )
        self.expect("]")
        self.letters.append(STEP)
        (body,) = self.arguments(1)
        self.letters.remove(STEP)
        return arrays.time_sum(STEP, integer(self.first_step), letter(HORIZON), body)


def _placed(e: Expr, span: Span) -> Expr:
    return replace(map_children(e, lambda child: _placed(child, span)), span=span)
