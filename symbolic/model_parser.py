"""Model files: a recurrent network as text, read into ``symbolic.model.Model``.

``docs/model-files.md`` describes the format for users. Declarations are read first, so that
equations may stand in any order; then ``symbolic.model_expressions`` reads each right side.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from symbolic.affine import Affine, integer, letter
from symbolic.arrays import Shape, show
from symbolic.errors import ModelError, ReadError, nearest
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
from symbolic.model_expressions import ARRAY_FUNCTIONS, ExpressionReader
from symbolic.model_lexer import Kind, Token
from symbolic.source import Span

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


class _Reader(ExpressionReader):
    """Reads the statements of one model file."""

    def __init__(self, text: str, file: str) -> None:
        super().__init__(text, file)
        self.prose: dict[str, str] = {}
        self.seen: set[str] = set()
        self.bodies: list[tuple[Declaration, int]] = []
        self.loss: Token | None = None

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
            "a function of the language": (*FUNCTIONS, *ARRAY_FUNCTIONS, "sum"),
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
        start = self.next
        body = self.right_side(timed=declared.timed)
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
