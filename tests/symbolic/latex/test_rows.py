"""Rows of a display: where they part, what goes on, what numbers they have."""

import pytest
from support.outline import row_outline

from symbolic.errors import ReadError
from symbolic.latex.reader import read
from symbolic.latex.syntax import Row


def rows(latex: str) -> list[str]:
    """Return the outlines of the rows of a display; of an error its message."""
    return [
        row_outline(found) if isinstance(found, Row) else found.message for found in read(latex)
    ]


TWO = ["c(a = b)", "c(~ = c)"]

ROWS = [
    # Where rows part
    (r"a &= b \\ &= c", TWO),
    (r"a &= b \\[4pt] &= c \\*", TWO),
    (r"a &= b \\ \\ &= c", TWO),
    (r"a = b \cr = c", TWO),
    (r"\begin{align} a &= b \\ &= c \end{align}", TWO),
    (r"\begin{align*} a &= b \\ &= c \end{align*}", TWO),
    (r"\begin{equation} \begin{split} a &= b \\ &= c \end{split} \end{equation}", TWO),
    (r"\begin{gather} a = b \\ = c \end{gather}.", TWO),
    (r"\begin{eqnarray} a & = & b \\ & = & c \end{eqnarray}", TWO),
    (r"\begin{array}{rcl} a & = & b \\ & = & c \end{array}", TWO),
    (r"\begin{alignat}{2} a &= b \\ &= c \end{alignat}", TWO),
    (r"\begin{aligned}[t] a &= b \\ &= c \end{aligned}", TWO),
    (r"\boxed{\begin{aligned} a &= b \\ &= c \end{aligned}}", TWO),
    (r"\left\{ \begin{aligned} a &= b \\ &= c \end{aligned} \right.", TWO),
    (
        r"\begin{multline} a = b \\ + c \\ - d \end{multline}",
        ["c(a = b)", "t(+c) after +", "t(-d) after -"],
    ),
    (r"\begin{cases} a = b \\ c = d \end{cases}", ["c(a = b)", "c(c = d)"]),
    (r"\begin{cases} a \\ c = d \end{cases}", ["cases(a if ~; c(c = d) if ~)"]),
    (r"x = \begin{bmatrix} a \\ b \end{bmatrix} \\ y", ["c(x = m[[a; b])", "y"]),
    (r"\begin{array}{cc} a & b \\ c & d \end{array}", ["m[a, b; c, d]"]),
    (r"a = b \\ \intertext{and} c = d", ["c(a = b)", "c(c = d)"]),
    (
        r"\begin{align} a &= b & c &= d \\ &= e && = f \end{align}",
        ["c(a = b); c(c = d)", "c(~ = e = f)"],
    ),
    # What goes on in the next row
    (r"a = b \\ + c", ["c(a = b)", "t(+c) after +"]),
    (r"a = b \\ + c - d = e", ["c(a = b)", "c(t(+c -d) = e) after +"]),
    (r"a = b \\ - c", ["c(a = b)", "t(-c) after -"]),
    (r"a = b \\ - c = d", ["c(a = b)", "c(t(-c) = d)"]),
    (r"a = b \\ \cdot c = d", ["c(a = b)", "c(c = d) after cdot"]),
    (r"a = b \\ \times \frac{c}{d}", ["c(a = b)", "f(c, d) after times"]),
    (r"a = b + \\ c", ["c(a = t(+b +c))"]),
    (r"a = \\ & b", ["c(a = b)"]),
    (r"a = b + \\ c = d", ["the row ends after '+'; expected a term", "c(c = d)"]),
    (r"a = (b \\ &\quad + c)", ["c(a = (t(+b +c)))"]),
    (r"a = (b \\ &\quad - c)", ["c(a = (t(+b -c)))"]),
    (r"a = (b \quad - c)", ["c(a = (b space t(-c)))"]),
    (r"a = (b + \\ c)", ["c(a = (t(+b +c)))"]),
    (r"f(a, \\ b) = c", ["c(p(f . (a , b)) = c)"]),
    (r"a = \left( b \right. \\ & \left. + c \right)", ["c(a = (t(+b +c)))"]),
    (r"a = \left[ \begin{aligned} b \\ + c \end{aligned} \right]", ["c(a = [t(+b +c)])"]),
    # Numbers
    (r"a = b \tag{63}", ["c(a = b) #63"]),
    (r"a = b \tag*{(63)}", ["c(a = b) #63"]),
    (r"a = b \tag*{}", ["c(a = b)"]),
    (r"\tag{A.1} a = b,", ["c(a = b) #A.1"]),
    (r"a = b. \quad (63)", ["c(a = b) #63"]),
    (r"a = b \qquad \text{(63)}.", ["c(a = b) #63"]),
    (r"a = b \quad - (a)", ["c(a = b) #a"]),
    (r"a = b \hspace{2cm} (12a)", ["c(a = b) #12a"]),
    (r"a = b \hfill (2.13)", ["c(a = b) #2.13"]),
    (r"a = b \;\; (3)", ["c(a = b) #3"]),
    (r"a = b \quad (*)", ["c(a = b) #*"]),
    (r"a = b \eqno(3)", ["c(a = b) #3"]),
    (r"(47)", [" #47"]),
    (r"(a)", ["(a)"]),
    (r"a = b (12)", ["c(a = p(b . (12)))"]),
    (r"a = f \, (t)", ["c(a = p(f . (t)))"]),
    (r"a = b - (c)", ["c(a = t(+b -(c)))"]),
    (r"a = b \quad (c + d)", ["c(a = b); (t(+c +d))"]),
    (r"W = W - (a) + (c)", ["c(W = t(+W -(a) +(c)))"]),
    (r"\begin{aligned} a &= b \\ &= c \end{aligned} \quad (6)", ["c(a = b) #6", "c(~ = c) #6"]),
    (r"\begin{aligned} a &= b \\ &= c \end{aligned} (6)", ["c(a = b) #6", "c(~ = c) #6"]),
    (
        r"\begin{align} a &= b \tag{1} \\ &= c \\ d &= e \quad (3) \end{align}",
        ["c(a = b) #1", "c(~ = c)", "c(d = e) #3"],
    ),
    (r"\begin{align} a &= b \label{eq:a} \\ &= c \nonumber \end{align}", TWO),
    # Nothing at all
    ("", []),
    (r" \\ % only a comment", []),
    (r"\begin{aligned} \end{aligned}", []),
    (r"\quad", []),
]


@pytest.mark.parametrize(("latex", "expected"), ROWS)
def test_the_rows_of_a_display(latex: str, expected: list[str]) -> None:
    assert rows(latex) == expected


def test_a_row_that_cannot_be_read_keeps_no_other_from_being_read() -> None:
    latex = r"\begin{align} a &= b \\ c &= \frac{d \\ e &= x_1_2 \\ f &= g \tag{4} \end{align}"
    found = read(latex)
    assert [type(row) for row in found] == [Row, ReadError, ReadError, Row]


def test_one_missing_bracket_does_not_join_all_rows() -> None:
    found = read(r"a = (b \\ c = d \\ e = f")
    assert [type(row) for row in found] == [ReadError, Row, Row]


MACROS = {
    "R": (0, r"\mathbb{R}"),
    "pd": (2, r"\frac{\partial #1}{\partial #2}"),
    r"\vh": (1, r"\mathbf{h}^{(#1)}"),
    "step": (0, r"\vh{t}"),
    "swap": (2, "#2 #1"),
}


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"x \in \R^n", r"x \in \mathbb{R}^n"),
        (r"\pd{L}{W}", r"\frac{\partial L}{\partial W}"),
        (r"\pd L W", r"\frac{\partial L}{\partial W}"),
        (r"\pd{\pd{L}{W}}{V}", r"\frac{\partial \frac{\partial L}{\partial W}}{\partial V}"),
        (r"\vh{t-1}_i", r"\mathbf{h}^{(t-1)}_i"),
        (r"\step", r"\mathbf{h}^{(t)}"),
        (r"x_\R", r"x_\mathbb{R}"),
        (r"\swap{a}{b}", "b a"),
        (r"a \quad \R", r"a \quad \mathbb{R}"),
    ],
)
def test_macros_are_expanded(latex: str, expected: str) -> None:
    assert read(latex, macros=MACROS) == read(expected)


def test_a_macro_may_name_a_known_command() -> None:
    (found,) = read(r"\phi", macros={"phi": (0, r"\varphi")})
    assert found == read(r"\varphi")[0]
