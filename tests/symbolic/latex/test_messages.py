"""Every message of the table is what its malformed examples give."""

import re

import pytest

from symbolic.errors import ReadError, Unbalanced
from symbolic.latex.messages import EXAMPLE_MACROS, MAX_NODES, Message
from symbolic.latex.reader import read
from symbolic.latex.syntax import Row
from symbolic.source import caret


def pattern(message: Message) -> re.Pattern[str]:
    """Return what a message looks like with its places filled in."""
    parts = re.split(r"(\{\{|\}\}|\{\w+\})", message.text)
    found = (p[0] if p in ("{{", "}}") else p for p in parts)
    escaped = (".*" if re.fullmatch(r"\{\w+\}", p) else re.escape(p) for p in found)
    return re.compile("".join(escaped), re.DOTALL)


def errors(latex: str) -> list[ReadError]:
    return [r for r in read(latex, macros=EXAMPLE_MACROS) if isinstance(r, ReadError)]


EXAMPLES = [(message, example) for message in Message for example in message.examples]


@pytest.mark.parametrize(
    ("message", "example"), EXAMPLES, ids=[f"{m.name}-{e[:30]}" for m, e in EXAMPLES]
)
def test_an_example_gives_its_message(message: Message, example: str) -> None:
    (error,) = errors(example)
    assert pattern(message).fullmatch(error.message), error.message
    assert error.span is not None
    line = example.split("\n")[error.span.line - 1]
    assert 1 <= error.span.column <= len(line)
    assert error.span.column - 1 + error.span.length <= len(line)


@pytest.mark.parametrize("message", list(Message))
def test_a_message_has_examples_and_says_what_was_expected(message: Message) -> None:
    assert message.examples
    assert re.search(r"expected|nearest|inside each other|recursive|nowhere", message.text)


#: LaTeX, message, column of the caret.
MESSAGES = [
    ("a = (b + c", "'(' opened at 1:5 is not closed: found the end of the row; expected ')'", 10),
    (
        r"\left[ a \right)",
        r"'[' opened at 1:1 is not closed: found '\right)'; expected ']'",
        10,
    ),
    ("x_1_2", "a second '_' on one base; expected a single one, or braces around the base", 4),
    (r"a + \frc{b}{c}", r"unknown command \frc; did you mean '\frac'", 5),
    (r"a = \tahn x", r"unknown command \tahn; did you mean '\tan", 5),
    (
        r"\begin{pmatrx} a \end{pmatrx}",
        "unknown environment 'pmatrx'; did you mean 'pmatrix'",
        1,
    ),
    ("a = = b", "found '=' right after '='; expected a term between them", 5),
    ("a +", "the row ends after '+'; expected a term", 3),
    (r"\frac{a}{}", r"\frac with nothing below its line; expected an expression", 1),
    (r"\sum_{i=1}^n = b", r"\sum has nothing to run over: found '='; expected an expression", 1),
    (r"\frac{a & b}{c}", "found '&' where no row or column can end", 9),
    ("a + b)", "found ')', which closes nothing", 6),
    (
        r"\begin{pmatrix} a & b",
        r"\begin{pmatrix} at 1:1 is not closed: found the end of the row; expected \end{pmatrix}",
        21,
    ),
]


@pytest.mark.parametrize(("latex", "message", "column"), MESSAGES)
def test_messages_name_what_was_found_and_where(latex: str, message: str, column: int) -> None:
    (error,) = errors(latex)
    assert error.message.startswith(message)
    assert error.span is not None
    assert error.span.column == column
    assert caret(latex, error.span).endswith("^")


def test_the_other_rows_are_read() -> None:
    rows = read("a &= b \\\\ c &= (d \\\\ e &= f )\n\\\\ g &= h")
    assert [isinstance(row, Row) for row in rows] == [True, False, False, True]
    assert isinstance(rows[1], ReadError)
    assert isinstance(rows[2], Unbalanced)
    spans = [row.span for row in rows]
    assert [(s.line, s.column) for s in spans if s is not None] == [
        (1, 1),
        (1, 17),
        (1, 29),
        (2, 4),
    ]


def test_suggestions_are_bounded_for_much_nonsense() -> None:
    found = errors(r"\aplha \\ " * 40)
    assert len(found) == 40
    assert sum("did you mean" in error.message for error in found) == 20


def test_the_size_is_that_of_the_whole_display() -> None:
    half = "+".join("a" * (MAX_NODES * 2 // 3))
    rows = read(rf"{half} \\ {half} \\ b")
    assert [type(row) for row in rows] == [Row, ReadError, ReadError]
