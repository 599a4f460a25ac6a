"""Model files: a recurrent network as text, read into ``symbolic.model.Model``.

``docs/model-files.md`` describes the format for users. Declarations are read first, so that
equations may stand in any order; then each right side is read by precedence and elaborated into
the core at once, with shapes checked at the operator that joins them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from symbolic import arrays
from symbolic.affine import Affine, integer, letter
from symbolic.arrays import Array, Shape, show
from symbolic.errors import ModelError, ReadError, nearest
from symbolic.expr import Expr, Size
from symbolic.functions import FUNCTIONS
from symbolic.model import (
    HORIZON,
    STEP,
    Declaration,
    Dimension,
    Equation,
    Model,
    Role,
    build_model,
)
from symbolic.model_lexer import Kind, Token, tokens
from symbolic.source import Span
from symbolic.traverse import map_children

MAX_DEPTH = 60
#: Products of one equation may nest in each other, and a softmax holds its argument twice.
MAX_PRODUCTS = 60
MAX_SOFTMAX = 4

_KEYWORDS = (
    "model",
    "title",
    "source",
    "steps",
    "dimensions",
    "function",
    "input",
    "target",
    "parameter",
    "loss",
)
_ROLES = {"input": Role.INPUT, "target": Role.TARGET, "parameter": Role.PARAMETER}
#: Notation that is a function of whole arrays.
_ARRAY_FUNCTIONS: dict[str, tuple[int, Callable[..., Array]]] = {
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


def read_model_file(path: Path) -> Model:
    """Return the model that a file describes; ReadError also where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ReadError(f"{path}: not UTF-8 at byte {error.start}; expected a text file") from None
    return read_model(text, str(path))


def read_model(text: str, file: str = "model") -> Model:
    """Return the model that a text describes.

    Raises ReadError where it does not parse and ModelError where it contradicts itself, both with
    file, line and column.
    """
    return _Reader(text, file).model()


class _Reader:
    """The state of reading one model file: the tokens, a place, and what is declared so far."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.tokens = tokens(text, file)
        self.place = 0
        self.depth = 0
        self.softmaxes = 0
        self.products = 0
        self.prose: dict[str, str] = {}
        self.seen: set[str] = set()
        self.first_step = 1
        self.dimensions: dict[str, Dimension] = {}
        self.functions: list[str] = []
        self.declared: dict[str, Declaration] = {}
        self.bodies: list[tuple[Declaration, int]] = []
        self.loss: Token | None = None
        self.letters: list[str] = []

    # Tokens ------------------------------------------------------------------------------------

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        self.place += token.kind is not Kind.END
        return token

    def accept(self, text: str) -> Token | None:
        return self.take() if self.next.text == text and self.next.kind is Kind.OPERATOR else None

    def expect(self, text: str) -> Token:
        if self.next.kind is Kind.OPERATOR and self.next.text == text:
            return self.take()
        raise ReadError(f"found {self.next}; expected '{text}'", self.next.span)

    def expect_kind(self, kind: Kind, what: str) -> Token:
        if self.next.kind is kind:
            return self.take()
        raise ReadError(f"found {self.next}; expected {what}", self.next.span)

    def end_of_line(self) -> None:
        if self.next.kind is not Kind.END:
            self.expect_kind(Kind.NEWLINE, "the end of the line")

    # Statements --------------------------------------------------------------------------------

    def model(self) -> Model:
        while self.next.kind is not Kind.END:
            if self.next.kind is Kind.NEWLINE:
                self.take()
            else:
                self.statement()
        if "model" not in self.prose:
            raise ReadError("no line 'model NAME'; expected one", Span(self.file, 1))
        if not self.bodies:
            raise ModelError("a model needs at least one equation; found none", Span(self.file, 1))
        equations = tuple(self.equation(*item) for item in self.bodies)
        loss = self.loss.text if self.loss else None
        if self.loss and loss not in self.declared:
            found = nearest(self.loss.text, self.declared)
            raise ModelError(f"the loss {loss!r} has no equation{found}", self.loss.span)
        return build_model(
            name=self.prose["model"],
            title=self.prose.get("title", ""),
            source=self.prose.get("source", ""),
            first_step=self.first_step,
            dimensions=tuple(self.dimensions.values()),
            functions=tuple(self.functions),
            declarations=tuple(self.declared.values()),
            equations=equations,
            loss=loss,
        )

    def statement(self) -> None:
        word = self.expect_kind(Kind.NAME, "a name or a keyword")
        match word.text:
            case "model" | "title" | "source":
                self.prose_line(word)
            case "steps":
                self.once(word)
                self.steps_line()
            case "dimensions":
                self.list_of(self.dimension)
            case "function":
                self.list_of(self.function)
            case "input" | "target" | "parameter":
                role = _ROLES[word.text]
                self.declaration(self.expect_kind(Kind.NAME, "a name"), role)
            case "loss":
                self.once(word)
                self.loss = self.expect_kind(Kind.NAME, "the name of the loss")
            case _:
                self.equation_line(word)
                return
        self.end_of_line()

    def once(self, word: Token) -> None:
        if word.text in self.seen:
            raise ReadError(f"a second line '{word.text}'; expected one", word.span)
        self.seen.add(word.text)

    def prose_line(self, word: Token) -> None:
        text = self.expect_kind(Kind.TEXT, "text")
        if not text.text:
            raise ReadError(f"found the end of the line; expected the {word.text}", text.span)
        self.once(word)
        self.prose[word.text] = text.text

    def steps_line(self) -> None:
        sign = -1 if self.accept("-") else 1
        first = self.expect_kind(Kind.NUMBER, "the number of the first step")
        if "." in first.text:
            raise ReadError(f"found {first}; expected an integer", first.span)
        self.first_step = sign * int(first.text)
        self.expect("..")
        last = self.expect_kind(Kind.NAME, f"'{HORIZON}'")
        if last.text != HORIZON:
            raise ReadError(f"found {last}; expected '{HORIZON}'", last.span)

    def list_of(self, item: Callable[[], None]) -> None:
        item()
        while self.accept(","):
            item()

    def dimension(self) -> None:
        name = self.new_name("a dimension")
        minimum = 1
        if self.accept(">="):
            number = self.expect_kind(Kind.NUMBER, "an integer")
            if "." in number.text or int(number.text) < 1:
                raise ReadError(f"found {number}; expected an integer from 1", number.span)
            minimum = int(number.text)
        self.dimensions[name.text] = Dimension(name.text, minimum)

    def function(self) -> None:
        self.functions.append(self.new_name("a function").text)

    def new_name(self, what: str) -> Token:
        name = self.expect_kind(Kind.NAME, f"the name of {what}")
        self.check_new(name)
        return name

    def check_new(self, name: Token) -> None:
        taken = {
            "a keyword": _KEYWORDS,
            "a letter of time": (STEP, HORIZON),
            "a function of the language": (*FUNCTIONS, *_ARRAY_FUNCTIONS, "sum"),
            "a dimension": self.dimensions,
            "a function": self.functions,
            "a variable": self.declared,
        }
        for what, names in taken.items():
            if name.text in names:
                raise ModelError(f"{name.text!r} is {what} already", name.span)

    def declaration(self, name: Token, role: Role) -> Declaration:
        self.check_new(name)
        timed = False
        if self.accept("["):
            at = self.expect_kind(Kind.NAME, f"'{STEP}'")
            if at.text != STEP:
                raise ReadError(f"found {at}; expected '{STEP}'", at.span)
            self.expect("]")
            timed = True
        shape = self.shape() if self.accept(":") else ()
        if role is Role.PARAMETER and timed:
            raise ModelError(f"the parameter {name.text} has no time", name.span)
        declared = Declaration(name.text, shape, role, timed, name.span)
        self.declared[name.text] = declared
        return declared

    def shape(self) -> Shape:
        self.expect("(")
        sizes: list[Affine] = []
        while not self.accept(")"):
            sizes.append(self.size())
            if not self.accept(","):
                self.expect(")")
                break
        return tuple(sizes)

    def size(self) -> Affine:
        token = self.take()
        if token.kind is Kind.NUMBER and "." not in token.text and int(token.text) >= 1:
            return integer(int(token.text))
        if token.kind is Kind.NAME and token.text in self.dimensions:
            return letter(token.text)
        suggestion = nearest(token.text, self.dimensions) if token.kind is Kind.NAME else ""
        message = f"found {token}; expected a dimension or an integer from 1{suggestion}"
        raise ReadError(message, token.span)

    def equation_line(self, name: Token) -> None:
        if not any(self.next.text == text for text in ("[", ":", "=")):
            keyword = nearest(name.text, _KEYWORDS)
            raise ReadError(f"found {name}; expected a keyword or an equation{keyword}", name.span)
        declared = self.declaration(name, Role.NODE)
        self.expect("=")
        self.bodies.append((declared, self.place))
        while self.next.kind not in (Kind.NEWLINE, Kind.END):
            self.take()

    # Right sides -------------------------------------------------------------------------------

    def equation(self, declared: Declaration, place: int) -> Equation:
        self.place = place
        self.letters = [STEP] if declared.timed else []
        self.products = 0
        start = self.next
        body = self.sum_of_terms()
        end = self.next
        self.end_of_line()
        if body.shape != declared.shape:
            raise ModelError(
                f"{declared.name} is declared with shape {show(declared.shape)}; its right side"
                f" has shape {show(body.shape)}",
                declared.span,
            )
        return Equation(
            declared.name, body.indices, body.entry, self.text(start, end), declared.span
        )

    def text(self, start: Token, end: Token) -> str:
        """Return the source of a right side on one line, comments left out."""
        first, last = start.span.line, end.span.line
        lines = self.lines[first - 1 : last]
        lines[0] = lines[0][start.span.column - 1 :]
        return " ".join(" ".join(line.split("#")[0] for line in lines).split())

    def joined(self, operator: Token, join: Callable[..., Array], *operands: Array) -> Array:
        try:
            return join(*operands)
        except ModelError as error:
            raise ModelError(error.message, operator.span) from None

    def sum_of_terms(self) -> Array:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ReadError(f"more than {MAX_DEPTH} brackets inside each other", self.next.span)
        terms = [self.product()]
        while (operator := self.accept("+") or self.accept("-")) is not None:
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
            if self.products > MAX_PRODUCTS:
                message = f"more than {MAX_PRODUCTS} products; give a part of them a name"
                raise ReadError(message, operator.span)
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
            self.expect(")")
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
        if name.text in _ARRAY_FUNCTIONS:
            return self.array_function(name)
        if name.text in self.dimensions:
            return Array((), Size(letter(name.text)))
        if name.text in self.declared:
            return self.variable(name)
        known = (*self.declared, *self.dimensions, *FUNCTIONS, *_ARRAY_FUNCTIONS, *self.functions)
        message = f"{name.text!r} is not declared{nearest(name.text, known)}"
        raise ModelError(message, name.span)

    def array_function(self, name: Token) -> Array:
        arity, build = _ARRAY_FUNCTIONS[name.text]
        self.softmaxes += name.text == "softmax"
        if self.softmaxes > MAX_SOFTMAX:
            message = f"more than {MAX_SOFTMAX} softmax inside each other; give one a name"
            raise ReadError(message, name.span)
        result = self.joined(name, build, *self.arguments(arity))
        self.softmaxes -= name.text == "softmax"
        return result

    def arguments(self, count: int) -> list[Array]:
        self.expect("(")
        found = [self.sum_of_terms()]
        for _ in range(count - 1):
            self.expect(",")
            found.append(self.sum_of_terms())
        self.expect(")")
        return found

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
