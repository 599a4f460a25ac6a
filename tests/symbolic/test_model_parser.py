import signal
import string
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numeric.derivative import values
from numeric.rings.field import FieldRing
from numeric.rings.float64 import Float64Ring
from symbolic import models
from symbolic.errors import GradproofError, ModelError, ReadError
from symbolic.forward import NodeKey, leaves
from symbolic.model import Dimension, Instance, Role, lag
from symbolic.model_expressions import MAX_DEPTH
from symbolic.model_lexer import MAX_CHARACTERS, Kind, tokens
from symbolic.model_parser import read_model, read_model_file
from symbolic.source import caret

#: Seven lines before the first line of a malformed example, so that line is number 8.
HEAD = """\
model m
dimensions n, m
function f
input x[t]: (n)
parameter W: (n, m)
parameter w
parameter v: (n)
"""
DEEP = MAX_DEPTH + 1
NINES = "9" * 41

# A list, because the table of all of Unicode takes Hypothesis seconds to build.
CHARACTERS = [*string.printable, *"é²٣½\u0305\u2028\ufeff\x00\x85\u00a0\U0001d400"]

#: Text behind HEAD, the message, and its line and column.
MALFORMED = [
    # Characters and numbers
    ("a = w ? 1", "found '?', which begins nothing here", 8, 7),
    ("a = w ^ 2", "found '^'; a power is written '**'", 8, 7),
    ("a = 2w", "found '2w'; expected a number of at most 40 digits, with no letter behind", 8, 5),
    ("a = 1e5", "found '1e5'; expected a number", 8, 5),
    (f"a = {NINES}", "expected a number of at most 40 digits", 8, 5),
    ("a = w\u00a0+ 1", "found '\\xa0', which begins nothing here", 8, 6),
    ("x\u0305 = 1", "found '\u0305', which begins nothing here", 8, 2),
    # Statements
    ("= 3", "found '='; expected a name or a keyword", 8, 1),
    ("inptu q", "found 'inptu'; expected a keyword or an equation; did you mean 'input'?", 8, 1),
    ("nothing like it", "found 'nothing'; expected a keyword or an equation", 8, 1),
    ("model other", "a second line 'model'; expected one", 8, 1),
    ("title", "found the end of the line; expected the title", 8, 6),
    ("loss", "found the end of the line; expected the name of the loss", 8, 5),
    ("loss = w", "found '='; expected the name of the loss", 8, 6),
    ("a = 1\nloss a\nloss a", "a second line 'loss'; expected one", 10, 1),
    ("steps 0..tau\nsteps 0..tau", "a second line 'steps'; expected one", 9, 1),
    ("title x\ntitle x", "a second line 'title'; expected one", 9, 1),
    ("loss L M", "found 'M'; expected the end of the line", 8, 8),
    ("input", "found the end of the line; expected a name", 8, 6),
    ("input 3", "found '3'; expected a name", 8, 7),
    ("dimensions", "found the end of the line; expected the name of a dimension", 8, 11),
    ("dimensions p q", "found 'q'; expected the end of the line", 8, 14),
    ("dimensions p,", "found the end of the line; expected the name of a dimension", 8, 14),
    ("dimensions p >= 0", "found '0'; expected an integer from 1", 8, 17),
    ("dimensions p >= 1.5", "found '1.5'; expected an integer from 1", 8, 17),
    ("dimensions p >= q", "found 'q'; expected an integer", 8, 17),
    ("function", "found the end of the line; expected the name of a function", 8, 9),
    ("steps tau", "found 'tau'; expected the number of the first step", 8, 7),
    ("steps 1 tau", "found 'tau'; expected '..'", 8, 9),
    ("steps 1.5..tau", "found '1.5'; expected an integer", 8, 7),
    ("steps 1..T", "found 'T'; expected 'tau'", 8, 10),
    ("steps 1..9", "found '9'; expected 'tau'", 8, 10),
    ("steps 1..tau - 1", "found '-'; expected the end of the line", 8, 14),
    # Names
    ("input w", "'w' is a variable already", 8, 7),
    ("a = 1\na = 2", "'a' is a variable already", 9, 1),
    ("input n", "'n' is a dimension already", 8, 7),
    ("dimensions f", "'f' is a function already", 8, 12),
    ("function n", "'n' is a dimension already", 8, 10),
    ("parameter loss", "'loss' is a keyword already", 8, 11),
    ("parameter t", "'t' is a letter of time already", 8, 11),
    ("dimensions tau", "'tau' is a letter of time already", 8, 12),
    ("sum = 3", "'sum' is a function of the language already", 8, 1),
    ("softmax[t] = 3", "'softmax' is a function of the language already", 8, 1),
    ("tanh: (n) = v", "'tanh' is a function of the language already", 8, 1),
    # Declarations
    ("parameter u[t]", "the parameter u has no time", 8, 11),
    ("input u[s]", "found 's'; expected 't'", 8, 9),
    ("input u[t-1]", "found '-'; expected ']'", 8, 10),
    ("input u[1]", "found '1'; expected 't'", 8, 9),
    ("input u: n", "found 'n'; expected '('", 8, 10),
    ("input u: (n", "found the end of the file; expected ')'", 8, 12),
    ("input u: (n m)", "found 'm'; expected ')'", 8, 13),
    ("input u: (N)", "expected a dimension or an integer from 1; did you mean 'n'?", 8, 11),
    ("input u: (0)", "found '0'; expected a dimension or an integer from 1", 8, 11),
    ("input u: (-1)", "found '-'; expected a dimension or an integer from 1", 8, 11),
    ("input u: (1.5)", "found '1.5'; expected a dimension or an integer from 1", 8, 11),
    ("input u: (n,,m)", "found ','; expected a dimension", 8, 13),
    ("input u = 3", "found '='; expected the end of the line", 8, 9),
    # Equations
    ("a: (n)", "found the end of the line; expected '='", 8, 7),
    ("a[t]", "found the end of the line; expected '='", 8, 5),
    ("a =", "found the end of the line; expected a number, a name or '('", 8, 4),
    ("a == 3", "found '='; expected a number, a name or '('", 8, 4),
    ("a = 3 = 4", "found '='; expected the end of the line", 8, 7),
    ("a = 3 4", "found '4'; expected the end of the line", 8, 7),
    ("a = w w", "found 'w'; expected the end of the line", 8, 7),
    ("a = 1 +", "found the end of the line; expected a number, a name or '('", 8, 8),
    ("a = * 1", "found '*'; expected a number, a name or '('", 8, 5),
    ("a = (1 + 2", "found the end of the file; expected ')'", 8, 11),
    ("a = (1 + 2\nb = 3", "found 'b'; expected ')'", 9, 1),
    ("a = 1)", "found ')'; expected the end of the line", 8, 6),
    ("a = (1]", "found ']'; expected ')'", 8, 7),
    ("a = ()", "found ')'; expected a number, a name or '('", 8, 6),
    ("a = " + "(" * DEEP + "1" + ")" * DEEP, "more than 60 brackets inside each other", 8, 65),
    ("a = " + "tanh(" * DEEP + "1" + ")" * DEEP, "more than 60 brackets", 8, 305),
    ("a: (n) = " + "softmax(" * 5 + "v" + ")" * 5, "more than 4 softmax inside each other", 8, 42),
    ("a = w" + " * w" * 61, "more than 60 products; give a part of them a name", 8, 247),
    ("a = tanh", "found the end of the line; expected '('", 8, 9),
    ("a = tanh(1, 2)", "found ','; expected ')'", 8, 11),
    ("a = outer(v)", "found ')'; expected ','", 8, 12),
    ("a = sum()", "found ')'; expected a number, a name or '('", 8, 9),
    ("a = w ** 0.5", "found '0.5'; expected an integer exponent up to 64", 8, 10),
    ("a = w ** 65", "found '65'; expected an integer exponent up to 64", 8, 10),
    ("a = w ** w", "found 'w'; expected an integer exponent", 8, 10),
    ("a = w ** (2)", "found '('; expected an integer exponent", 8, 10),
    ("a = w ** 2 ** 3", "found '**'; expected the end of the line", 8, 12),
    ("a = W.t", "found 't'; expected 'T'", 8, 7),
    ("a = W.T2", "found 'T2'; expected 'T'", 8, 7),
    ("a = 1.", "found the end of the line; expected 'T'", 8, 7),
    ("a = .5", "found '.'; expected a number, a name or '('", 8, 5),
    # Names on the right
    ("a = weight", "'weight' is not declared", 8, 5),
    ("parameter yhat\na = yhta", "'yhta' is not declared; did you mean 'yhat'?", 9, 5),
    ("a = sofmax(v)", "'sofmax' is not declared; did you mean 'softmax'?", 8, 5),
    ("a[t] = tau * w", "'tau' is not declared", 8, 8),
    # Steps on the right
    ("a[t]: (n) = x[s]", "found 's'; expected a step: 't' or 'tau'", 8, 15),
    ("a: (n) = x[t]", "found 't'; expected a step: 'tau'", 8, 12),
    ("a[t]: (n) = x[t", "found the end of the file; expected ']'", 8, 16),
    ("a[t]: (n) = x[t-1.5]", "found '1.5'; expected an integer", 8, 17),
    ("a[t]: (n) = x[t-n]", "found 'n'; expected an integer", 8, 17),
    ("a[t]: (n) = x[]", "found ']'; expected a step", 8, 15),
    ("a[t]: (n) = x", "x has a value at every step; write x[t]", 8, 13),
    ("a[t] = w[t]", "w has no time; found a step at it", 8, 8),
    ("a[t] = a[t+1]", "a[t] reads a[t + 1]; expected step t", 8, 8),
    ("a[t]: (n) = x[t+1]", "a[t] reads x[t + 1]; expected step t", 8, 13),
    ("a[t]: (n) = x[t-1]", "a[t] reads x[t - 1]: the input has no value before the first", 8, 13),
    ("a[t] = w\nb = a[tau+1]", "b reads a[tau + 1]; expected step tau or an earlier one", 9, 5),
    ("a[t] = w\nb = sum[t](a[t+1])", "b reads a[t + 1]; expected step t or an earlier", 9, 12),
    ("a[t] = a[tau]", "a[t] reads a[tau]; expected step t, or t-k with a number k", 8, 8),
    ("a[t] = a[0]", "a[t] reads a[0]; expected step t, or t-k with a number k", 8, 8),
    ("a[t] = b\nb = 1", "a[t] reads b, which is computed after the last step", 8, 8),
    ("a[t]: (n) = sum[t](x[t])", "found sum[t] where t has a value already", 8, 17),
    ("a: (n) = sum[t](sum[t](x[t]))", "found sum[t] where t has a value already", 8, 21),
    ("a: (n) = sum[t](x[t]) + x[t]", "found 't'; expected a step: 'tau'", 8, 27),
    ("a: (n) = sum[s](x[s])", "found 's'; expected 't'", 8, 14),
    ("a = sum[t](w) + t", "'t' is not declared", 8, 17),
    # Shapes on the right
    ("a = v", "a is declared with shape (); its right side has shape (n)", 8, 1),
    ("a: (n, m) = W.T", "declared with shape (n, m); its right side has shape (m, n)", 8, 1),
    ("a: (n) = v + W", "shapes (n) and (n, m) differ", 8, 12),
    ("a: (n) = 1 + v - W", "shapes (n) and (n, m) differ", 8, 16),
    ("a: (n) = v * W", "shapes (n) and (n, m) differ", 8, 12),
    ("a: (n) = v / W", "shapes (n) and (n, m) differ", 8, 12),
    ("a: (m) = W @ v", "cannot multiply (n, m) by (n): inner sizes m and n differ", 8, 12),
    ("a = w @ v", "the left operand of @ has shape (); expected a vector or a matrix", 8, 7),
    ("a = v @ 2", "the right operand of @ has shape ()", 8, 7),
    ("a = softmax(w)", "softmax of a scalar is constantly 1; expected a vector or a matrix", 8, 5),
    ("a = diag(W)", "diag of shape (n, m); expected a vector", 8, 5),
    # The whole
    ("", "a model needs at least one equation; found none", 1, 1),
    ("a[t] = b[t]\nb[t] = a[t]", "a cycle within a step: a reads b reads a", 8, 1),
    ("a[t] = a[t] * w", "a cycle within a step: a reads a", 8, 1),
    ("a = 1\nloss L", "the loss 'L' has no equation", 9, 6),
    ("loss_ = 1\nloss los_", "the loss 'los_' has no equation; did you mean 'loss_'?", 9, 6),
    ("a[t] = 1\nloss a", "the loss must be a scalar without time that has an equation", 8, 1),
    ("a: (n) = v\nloss a", "found a: (n)", 8, 1),
    ("a = 1\nloss w", "the loss must be a scalar without time that has an equation", 6, 11),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message", "line", "column"), MALFORMED, ids=[row[0][:30] for row in MALFORMED]
)
def test_malformed_text_is_refused_with_message_and_place(text, message, line, column):
    with pytest.raises((ReadError, ModelError)) as caught:
        read_model(HEAD + text, "notes/bad.model")
    assert message in caught.value.message
    assert str(caught.value) == f"notes/bad.model:{line}:{column}: {caught.value.message}"
    # The carets of a report stand under the text, or right behind its end.
    shown = caret(HEAD + text, caught.value.span)
    assert column <= len((HEAD + text).split("\n")[line - 1]) + 1
    assert shown.split("\n")[0] == (HEAD + text).split("\n")[line - 1]
    assert shown.endswith("\n" + " " * (column - 1) + "^" * caught.value.span.length)


def test_the_table_of_malformed_text_is_long_and_has_no_row_twice():
    texts = [row[0] for row in MALFORMED]
    assert len(texts) == len(set(texts)) > 100


def test_long_chains_of_products_inside_brackets_are_read_or_refused():
    chain = "Q"
    for _ in range(8):
        chain = "(" + chain + " @ Q" * 50 + ")"
    text = HEAD + "parameter Q: (n, n)\na: (n, n) = " + chain
    assert refusal_or(lambda: read_model(text)) is None


@pytest.mark.parametrize("factors", [10, 60, 400, 5000])
def test_a_long_chain_of_products_is_read_and_run_or_refused(factors):
    text = "model m\nparameter Q: (2, 2)\na: (2, 2) = " + " @ ".join(["Q"] * factors)
    assert (read_anything(text) is not None) == (factors <= 60)


# Files ------------------------------------------------------------------------------------------


def test_a_model_without_a_name_is_refused():
    with pytest.raises(ReadError, match="notes:1:1: no line 'model NAME'; expected one"):
        read_model("a = 1", "notes")
    with pytest.raises(ReadError, match="no line 'model NAME'"):
        read_model("")


def test_a_text_that_is_too_long_is_refused_before_it_is_read():
    with pytest.raises(ReadError, match=f"model:1:1: {MAX_CHARACTERS + 1} characters; .* at most"):
        read_model("#" * (MAX_CHARACTERS + 1))
    with pytest.raises(ReadError, match="no line 'model NAME'"):
        read_model("#" * MAX_CHARACTERS)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    missing = tmp_path / "nowhere.model"
    with pytest.raises(ReadError, match=r"nowhere\.model: No such file"):
        read_model_file(missing)
    with pytest.raises(ReadError, match="directory"):
        read_model_file(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "latin.model"
    path.write_bytes("model m\n# déjà\na = 1\n".encode("latin-1"))
    with pytest.raises(ReadError, match=r"latin\.model: not UTF-8 at byte 11"):
        read_model_file(path)


@pytest.mark.parametrize(
    ("encoding", "newline"), [("utf-8", "\n"), ("utf-8", "\r\n"), ("utf-8-sig", "\r\n")]
)
def test_files_of_every_editor_read_the_same(tmp_path, encoding, newline):
    lines = [
        "model m",
        "title  déjà vu \t",
        "input x[t]  # comment",
        "a[t] = x[t] +\t1",
        "",
        "# end",
    ]
    path = tmp_path / "m.model"
    path.write_bytes(newline.join(lines).encode(encoding))
    model = read_model_file(path)
    assert (model.name, model.title) == ("m", "déjà vu")
    assert model.equation("a").text == "x[t] + 1"
    assert model.equation("a").span.line == 4
    raw = read_model(newline.join(lines))
    assert raw.equations == model.equations
    assert raw.title == model.title


@pytest.mark.parametrize("name", models.names())
def test_every_model_of_the_box_reads(name):
    path = Path(models.__file__).parent / f"{name}.model"
    model = read_model_file(path)
    assert model.name == name
    assert model == models.load(name)
    text = path.read_text(encoding="utf-8")
    for equation in model.equations:
        assert text.splitlines()[equation.span.line - 1].endswith(f"= {equation.text}")


def test_every_part_of_a_file_arrives_in_the_model():
    model = read_model(
        "# a comment\n  model m-1 \n title a # b\nsource Someone (2001), (3)\nsteps -2..tau\n"
        "dimensions n, m >= 3\nfunction f, g\ninput x[t]: (n, 2)\ntarget y: (m,)\n"
        "parameter W: ()\nh[t]: (n, 2) = f(x[t]) * W + h[t-3]\nL = 1 # one\nloss L\n"
    )
    assert (model.name, model.title, model.source) == ("m-1", "a # b", "Someone (2001), (3)")
    assert model.first_step == -2
    assert model.dimensions == (Dimension("n"), Dimension("m", 3))
    assert model.functions == ("f", "g")
    assert [str(d) for d in model.declarations] == [
        "x[t]: (n, 2)", "y: (m)", "W: ()", "h[t]: (n, 2)", "L: ()",
    ]  # fmt: skip
    roles = [Role.INPUT, Role.TARGET, Role.PARAMETER, Role.NODE, Role.NODE]
    assert [d.role for d in model.declarations] == roles
    assert model.loss == "L"
    assert model.equation("L").text == "1"
    assert {lag(e) for e in model.equation("h").body.terms if hasattr(e, "step")} == {3}


def test_declarations_may_stand_behind_the_equations_that_use_them():
    model = read_model("model m\nloss L\nL = sum(h[tau])\nh[t] = w * x[t]\ninput x[t]\nparameter w")
    assert [e.name for e in model.equations] == ["h", "L"]


def test_a_long_run_of_blanks_does_not_take_quadratic_time():
    blanks = " " * 90_000
    with time_limit(5):
        assert read_model(f"model m\ntitle a{blanks}b{blanks}\na = 1").title == f"a{blanks}b"


# Tokens -----------------------------------------------------------------------------------------


def test_tokens_have_kinds_and_places():
    found = tokens("steps -1..tau\na2 = (W.T**2\n >=.5)", "f")
    assert [(k.text, k.span.line, k.span.column) for k in found if k.text] == [
        ("steps", 1, 1), ("-", 1, 7), ("1", 1, 8), ("..", 1, 9), ("tau", 1, 11),
        ("a2", 2, 1), ("=", 2, 4), ("(", 2, 6), ("W", 2, 7), (".", 2, 8), ("T", 2, 9),
        ("**", 2, 10), ("2", 2, 12), (">=", 3, 2), (".", 3, 4), ("5", 3, 5), (")", 3, 6),
    ]  # fmt: skip
    # A line break inside brackets ends nothing.
    assert [k.span.line for k in found if k.kind is Kind.NEWLINE] == [1, 3]
    # A bracket that closes nothing does not swallow the lines behind it.
    assert [k.span.line for k in tokens(")\n(\na\n)", "") if k.kind is Kind.NEWLINE] == [1, 4]
    assert found[-1].kind is Kind.END
    assert [str(k) for k in found[:2]] == ["'steps'", "'-'"]
    assert str(found[-1]) == "the end of the file"


@given(st.text(CHARACTERS, max_size=60))
@settings(deadline=None, max_examples=100)
def test_tokens_stand_where_they_say(text):
    try:
        found = tokens(text, "f")
    except ReadError as error:
        span = error.span
        assert text.split("\n")[span.line - 1][span.column - 1 :]
        return
    lines = text.split("\n")
    for token in found:
        start = token.span.column - 1
        assert lines[token.span.line - 1][start : start + len(token.text)] == token.text


# Meaning ----------------------------------------------------------------------------------------

GENERATOR = np.random.default_rng(5)
POINT = {
    "a": GENERATOR.uniform(0.5, 2),
    "b": GENERATOR.uniform(0.5, 2),
    "c": GENERATOR.uniform(0.5, 2),
    "u": GENERATOR.uniform(0.5, 2, 2),
    "v": GENERATOR.uniform(0.5, 2, 2),
    "X": GENERATOR.uniform(0.5, 2, (2, 3)),
    "Y": GENERATOR.uniform(0.5, 2, (2, 3)),
    "Q": GENERATOR.uniform(0.5, 2, (2, 2)),
}
DIMENSIONS = {"n": 2, "m": 3}
DECLARED = """\
model meaning
dimensions n, m
parameter a
parameter b
parameter c
parameter u: (n)
parameter v: (n)
parameter X: (n, m)
parameter Y: (n, m)
parameter Q: (n, n)
"""


def softmax(x):
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


PYTHON = {
    **POINT,
    **DIMENSIONS,
    "softmax": softmax,
    "outer": np.outer,
    "diag": np.diag,
    "transpose": np.transpose,
    "sum": np.sum,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "identity": lambda x: x,
}

#: Right sides that mean in Python what they mean here: the text is evaluated by both.
SAME_AS_PYTHON = [
    "-a ** 2", "(-a) ** 2", "2 ** -1", "a ** -2", "-a ** -1 * b", "a ** 2 * b ** 3",
    "a - b - c", "a - (b - c)", "a - b + c", "a / b / c", "a / b * c", "a / (b * c)", "a * b / c",
    "a + b * c", "(a + b) * c", "a * -b", "a - -b", "a - - - b", "+a", "-a + b", "-(a + b)",
    "- a - b", "a ** 0", "1 / 2 / 4", "7 - 2 * 3 ** 2", "0.1 + 0.2 * 3.5", "a / -b ** 2",
    "u @ v * a", "a * u @ v", "u * v @ u", "u @ v * u", "-u @ v", "u @ -v", "u @ v / a",
    "u / v @ u", "u @ Q @ v", "Q @ u * v", "u + Q @ v", "Q @ Q @ u", "Q @ (Q @ u)", "Q @ Q ** 2",
    "Q ** 2 @ u",
    "X.T @ Y", "X @ Y.T", "X.T.T", "-X.T", "X.T ** 2", "(X + Y).T @ u", "X.T @ u", "u @ X",
    "transpose(X) @ Y", "u.T @ v", "X * Y", "X * Y - X / Y", "a * X + b", "1 - X ** 2",
    "outer(u, v)", "outer(u, v) @ u", "outer(u + v, Q @ u)", "diag(u)", "diag(u) @ X", "sum(X)",
    "diag(1 - u ** 2) @ Q", "sum(X * Y) / n", "sum(u) * u", "-sum(u * log(v))", "n * m * a",
    "u / n", "softmax(u)", "softmax(X)", "softmax(Q @ softmax(Q))", "softmax(X.T).T",
    "log(softmax(u))",
    "tanh(Q @ u + a * v)", "exp(-a) * b", "sigmoid(u) * (1 - sigmoid(u))", "identity(X)",
    "tanh(tanh(a)) ** 2", "((((a))))", "(a)", "sum(sum(u) * v)", "2*a", "2 *u",
]  # fmt: skip


def reading(text, shape):
    declared = ", ".join({2: "n", 3: "m"}[size] for size in shape)
    model = read_model(f"{DECLARED}result: ({declared}) = {text}")
    point = {NodeKey(name): np.asarray(value) for name, value in POINT.items()}
    return values(Instance(model, DIMENSIONS, 1), Float64Ring(), point).values[NodeKey("result")]


@pytest.mark.parametrize("text", SAME_AS_PYTHON)
def test_a_right_side_means_what_it_means_in_python(text):
    wanted = np.asarray(eval(text, PYTHON))
    got = reading(text, wanted.shape)
    assert got.shape == wanted.shape
    np.testing.assert_allclose(got, wanted, rtol=1e-11)


def test_the_examples_of_precedence_have_values_that_another_reading_has_not():
    others = {"-a ** 2": "(-a) ** 2", "a - b - c": "a - (b - c)", "u @ v * a": "u @ (v * 3 * a)"}
    for text, other in others.items():
        assert not np.allclose(eval(text, PYTHON), eval(other, PYTHON))


signs = st.sampled_from(("", "", "", "-", "+", "- -"))
operators = st.sampled_from((" + ", " - ", " * ", " / ", " @ ", "*", "-", "@"))
matrices = st.sampled_from(("Q", "R", "S", "Q.T", "R.T"))


def joined_by(inner):
    return st.one_of(
        st.builds(lambda s, e: f"{s}({e})", signs, inner),
        st.builds(lambda s, e: f"{s}{e}", signs, matrices),
        st.builds(lambda e, p: f"({e}) ** {p}", inner, st.integers(0, 2)),
        st.builds(lambda e, p: f"{e} ** {p}", matrices, st.integers(-2, 3)),
        st.builds(lambda e: f"({e}).T", inner),
        st.builds(lambda left, o, right: f"{left}{o}{right}", inner, operators, inner),
    )


@settings(deadline=None, max_examples=100)
@given(st.recursive(matrices, joined_by, max_leaves=7))
def test_random_right_sides_mean_what_they_mean_in_python(text):
    """Exactly: Python computes with fractions, the reading is evaluated in a prime field."""
    point = {
        name: np.array([[Fraction(p, 2), Fraction(-5, p)], [Fraction(p), Fraction(1, p)]])
        for name, p in {"Q": 7, "R": 11, "S": 13}.items()
    }
    try:
        wanted = eval(text, dict(point))
    except ZeroDivisionError:
        assume(False)
    declared = "".join(f"parameter {name}: (2, 2)\n" for name in point)
    model = read_model(f"model m\n{declared}result: (2, 2) = {text}")
    ring = FieldRing(0)
    exact = {NodeKey(name): ring.constant(array) for name, array in point.items()}
    got = values(Instance(model, {}, 1), ring, exact).values[NodeKey("result")]
    assert got.tolist() == ring.constant(wanted).tolist()


def test_decimals_are_exact():
    model = read_model("model m\na = 0.1 * 3 - 0.3")
    assert values(Instance(model, {}, 1), FieldRing(0), {}).values[NodeKey("a")].item() == 0
    assert values(Instance(model, {}, 1), Float64Ring(), {}).values[NodeKey("a")] != 0


def test_a_line_may_be_continued_inside_brackets_with_comments_between():
    model = read_model(
        "model m   \na = (1 +   # one\n\n   # nothing here\n  2\n\t* 3) - 4   # behind\nb = a\n"
    )
    assert model.equation("a").text == "(1 + 2 * 3) - 4"
    got = values(Instance(model, {}, 1), Float64Ring(), {}).values
    assert got[NodeKey("a")] == got[NodeKey("b")] == 3


def test_a_keyword_inside_brackets_does_not_begin_a_statement():
    with pytest.raises(ReadError, match="m:3:1: found 'title'; expected '\\)'"):
        read_model("model m\na = (1\ntitle of a book\n)", "m")


def test_sum_over_steps_runs_from_the_first_step_to_the_last():
    model = read_model(
        "model m\nsteps 0..tau\ninput x[t]\ny[t] = x[t]\nL = sum[t](y[t] * x[t]) / 2"
    )
    point = {NodeKey("x", step): np.array(10.0**step) for step in range(3)}
    got = values(Instance(model, {}, 3), Float64Ring(), point).values[NodeKey("L")]
    assert got == (1 + 100 + 10000) / 2


def test_as_many_brackets_as_are_allowed_are_read_and_evaluated():
    depth = MAX_DEPTH - 1
    assert reading("(" * depth + "a" + ")" * depth, ()) == POINT["a"]
    wanted = POINT["u"]
    for _ in range(depth):
        wanted = np.tanh(wanted)
    np.testing.assert_allclose(reading("tanh(" * depth + "u" + ")" * depth, (2,)), wanted)


def test_brackets_beside_each_other_do_not_count_as_inside_each_other():
    text = "1" + " + (a - a)" * (MAX_DEPTH + 5)
    assert reading(text, ()) == pytest.approx(1)


# Anything at all --------------------------------------------------------------------------------


@contextmanager
def time_limit(seconds):
    """Interrupt a body that hangs: the signal raises inside it."""

    def interrupt(number, frame):
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def read_anything(text):
    """Read; a model that comes out of it must also run, or say why not."""
    with time_limit(10):
        model = refusal_or(lambda: read_model(text, "any.model"))
        if model is not None:
            refusal_or(lambda: run_once(model))
        return model


def refusal_or(action):
    """Return what the action returns, or None where it raises an error with a message."""
    try:
        return action()
    except GradproofError as error:
        assert error.message  # noqa: PT017 - a refusal is one of two good outcomes
        return None


def run_once(model):
    instance = Instance(model, {d.name: d.minimum for d in model.dimensions}, 2)
    point = {key: np.full(instance.shape(key.name), 0.5) for key in leaves(instance)}
    return values(instance, Float64Ring(), point, dict.fromkeys(model.functions, "tanh"))


FILES = {
    path.stem: path.read_text(encoding="utf-8")
    for folder in (Path(models.__file__).parent, Path(__file__).parents[1] / "models")
    for path in sorted(folder.glob("*.model"))
}
WORDS = sorted({token.text for text in FILES.values() for token in tokens(text, "") if token.text})
PUNCTUATION = ["\n", " ", "t", "1", *"()[]=:,@-#.", "..", "**"]


@settings(deadline=None, max_examples=100)
@given(st.text(CHARACTERS, max_size=200))
def test_any_text_is_read_or_refused(text):
    read_anything(text)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(WORDS + 3 * PUNCTUATION), max_size=60).map(" ".join))
def test_any_words_of_the_language_are_read_or_refused(text):
    read_anything("model m\n" + text)


@st.composite
def mutants(draw):
    text = FILES[draw(st.sampled_from(sorted(FILES)))]
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(text) - 2))
        before, here, after = text[:place], text[place], text[place + 1 :]
        match draw(st.sampled_from(("delete", "double", "swap", "insert", "cut", "line"))):
            case "delete":
                text = before + after
            case "double":
                text = before + here + here + after
            case "swap":
                text = before + after[0] + here + after[1:]
            case "insert":
                text = before + draw(st.sampled_from(WORDS + PUNCTUATION)) + here + after
            case "cut":
                text = before if len(before) > 2 else text
            case "line":
                lines = text.split("\n")
                lines.insert(place % len(lines), draw(st.sampled_from(lines)))
                text = "\n".join(lines)
    return text


@settings(deadline=None, max_examples=250)
@given(mutants())
def test_any_mutant_of_a_model_file_is_read_or_refused(text):
    read_anything(text)


def test_the_files_that_are_mutated_are_read_and_run():
    assert {"lstm", "two_layer", *models.names()} <= set(FILES)
    for text in FILES.values():
        assert read_anything(text) is not None
