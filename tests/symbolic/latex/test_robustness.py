"""Damaged formulas, nonsense and very long texts: rows or errors come out, in good time."""

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.errors import ReadError
from symbolic.latex.messages import Message
from symbolic.latex.reader import read
from symbolic.latex.syntax import Row
from symbolic.latex.write import write

FORMULAS = [
    r"s_t = tanh(Ux_t + Ws_{t-1}) \tag{1}",
    r"\nabla_{\mathbf{o}^{(t)}} L"
    r" = - \left( \left(1 - \hat{y}_1 \right) \quad - \hat{y}_2 \right)^T",
    r"\begin{aligned} a_1^{(t)} &= b_1 + \sum_{i=1}^5 w_{1i} h_i^{(t-1)}"
    r" \\ &= c \end{aligned} \quad (6)",
    r"\underbrace{\begin{pmatrix} v_{11} & 0 \\ v_{12} & 1 \end{pmatrix}}_{\mathbf{V}^T}"
    r" \operatorname{diag}(h)",
    r"\frac{\partial s_t}{\partial s_k} = \prod_{i=k+1}^{t} \frac{\partial s_i}{\partial z_i} W,"
    r" \quad (i = 1, \dots, C)",
    r"y = \begin{cases} a(1 - b), & \text{if } i=j \\ -ab & \text{otherwise} \end{cases}",
    r"\left\{ \begin{array}{ll} 1 & \text{if $i=j$} \\ 0 & \text{else} \end{array} \right.",
    r"\alpha^{<3>(i)} - y^{(i)} \quad - (a)",
    r"\left. \frac{d}{dx} f \right|_{x=0} + f(x)|_{x=0} + p(y \mid |x|, \|z\|_2)",
    r"\pdv[2]{f}{x} + \dv{z}{x} + \sqrt{x_t} \overset{!}{=}"
    r" \boxed{\textcolor{red}{a}} \\ + F(\cdot)",
    r"{\bf W} \mathbf{h}_t^{(i)} \mathrm{d}x \mathbb{1}_{i=j}"
    r" \in \mathbb{R}^{5 \times 4} \text{ and } a",
    "ŷ_t = σ(W·h) + hᵀ h² + xₜ₋₁ − ∂L/∂W % so",
]
PIECES = sorted(
    {piece for latex in FORMULAS for piece in re.findall(r"\\[a-zA-Z]+|\\.|.", latex)}
    | {r"\begin{aligned}", r"\end{cases}", r"\not", r"\foo", r"\text{", "#1", "$", "\n", "\x00"}
    | {r"\left", r"\right", r"\middle", "|", r"\|", "{}", "'", r"\tag{", r"\substack{", "é"}
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return a formula with some pieces left out, put in, or replaced."""
    pieces = re.findall(r"\\[a-zA-Z]+|\\.|.", draw(st.sampled_from(FORMULAS)))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(pieces)))
        new = draw(st.lists(st.sampled_from(PIECES), max_size=3))
        pieces[place : place + draw(st.integers(0, 3))] = new
    return "".join(pieces)


def check(latex: str) -> None:
    """Read a text: all places lie in it, messages are known, rows are read back as written."""
    lines = latex.split("\n")
    for found in read(latex):
        assert found.span is not None
        assert 1 <= found.span.line <= len(lines)
        length = len(lines[found.span.line - 1])
        assert 1 <= found.span.column <= max(1, length)
        assert found.span.column - 1 + found.span.length <= max(1, length)
        if isinstance(found, Row):
            assert read(write(found)) == (found,)
        else:
            assert any(found.message.startswith(beginning) for beginning in BEGINNINGS)


BEGINNINGS = {re.split(r"(?<!\{)\{(?!\{)", m.text)[0].replace("{{", "{") for m in Message} - {""}
BEGINNINGS |= {"'", "\\", "the bar"}


@given(damaged())
@settings(max_examples=150, deadline=None)
def test_damaged_formulas_are_rows_or_errors(latex: str) -> None:
    check(latex)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@settings(max_examples=80, deadline=None)
def test_pieces_in_any_order_are_rows_or_errors(latex: str) -> None:
    check(latex)


@given(st.text(max_size=60))
@settings(max_examples=80, deadline=None)
def test_any_text_is_rows_or_errors(latex: str) -> None:
    check(latex)


macro_tables = st.dictionaries(
    st.sampled_from(["a", "frac", "left"]), st.tuples(st.integers(0, 2), damaged()), max_size=2
)


@given(damaged(), macro_tables)
@settings(max_examples=40, deadline=None)
def test_any_macros_give_rows_or_errors(latex: str, macros: dict[str, tuple[int, str]]) -> None:
    for found in read(latex + r" \a{x} \left( \right)", macros=macros):
        assert isinstance(found, Row | ReadError)


# Time ---------------------------------------------------------------------------------------------


def seconds(latex: str) -> float:
    start = time.process_time()
    read(latex)
    return time.process_time() - start


TERM = r"\frac{\partial L^{(t)}}{\partial W} \left( \hat{y}_1^{(t)} - 1 \right) + "


def test_a_long_formula_is_read_in_half_a_second() -> None:
    latex = TERM * (10_000 // len(TERM)) + "a"
    assert isinstance(read(latex)[0], Row)
    assert min(seconds(latex) for _ in range(3)) < 0.5


def test_time_grows_with_the_length_and_no_faster() -> None:
    short, long = (TERM * count + "a" for count in (30, 240))
    once = min(seconds(short) for _ in range(3))
    assert min(seconds(long) for _ in range(3)) < 20 * once


REPEATED = [
    *"{}()<>|^_&'$-%",
    r"\\", r"\left(", r"\left\{\begin{array}{c}", r"\begin{aligned}", r"\begin{x}", "a_{", "x{}^1",
    r"\foo", r"\foo\\", r"\text{", r"\text{$a$", r"\pdv{", r"\sqrt{", r"\hat", r"\frac", r"\sum",
    r"{\bf ", r"a+\\", r"\tag{", r"\begin{aligned}\\", r"(a\\+", r"\overset{", "tanh(", "1 ",
    r"\right.\\\left.", "^{<", r"\eqno", "a,", r"\dots,", r"\boxed{", r"\left. ", "|_", "a&", "ŷ",
    r"\begin{cases}a&", "()", "a=b,", r"\quad a",
]  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_nothing_takes_long_when_it_is_repeated(piece: str) -> None:
    assert seconds(piece * 1_000) < 1


@pytest.mark.slow
@pytest.mark.parametrize("piece", REPEATED)
def test_time_grows_with_the_number_of_pieces(piece: str) -> None:
    """Twenty thousand of a piece: a reader whose time grows with the square takes minutes."""
    assert seconds(piece * 20_000) < 10


def test_a_megabyte_of_any_bytes_takes_less_than_twenty_seconds() -> None:
    assert seconds(random.Random(0).randbytes(10**6).decode("latin-1")) < 20


@pytest.mark.slow
def test_a_megabyte_of_nonsense_takes_less_than_twenty_seconds() -> None:
    draw = random.Random(0)
    nonsense = "".join(draw.choice(PIECES) for _ in range(400_000)).replace("%", "")
    assert len(nonsense) > 1_000_000
    characters = "".join(draw.choice(r"\{}()[]^_&|<>abcxyz0123+-*=.,; '#$") for _ in range(10**6))
    assert seconds(nonsense) < 20
    assert seconds(characters) < 20


def test_many_rows_below_the_bound_are_all_read() -> None:
    rows = read(r"a &= b \\ c &= ( \\ " * 1500)
    assert len(rows) == 3000
    assert sum(isinstance(row, Row) for row in rows) == 1500
