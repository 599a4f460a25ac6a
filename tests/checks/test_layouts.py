"""The layout of a section: rows by default, another one where two equations are true only so."""

from __future__ import annotations

import pytest

from checks.pipeline import verify

NETWORK = r"""
Let $W \in \mathbb{R}^{n \times n}$, $U \in \mathbb{R}^{n \times m}$, $h_t, b, y \in \mathbb{R}^n$
and $x_t \in \mathbb{R}^m$. With $h_t = \tanh(W h_{t-1} + U x_t + b)$ and
$L = \frac{1}{2} \|h_T - y\|^2$,
"""
COLUMN = r"$$\frac{\partial L}{\partial h_T} = h_T - y \tag{1}$$"
ROW = r"$$\frac{\partial L}{\partial h_T} = (h_T - y)^\top \tag{2}$$"
BIAS = r"$$\frac{\partial L}{\partial b} = \sum_t (1 - h_t^2) \circ \frac{\partial L}{\partial h_t}"
SECOND_COLUMN = rf"{BIAS} + 0 (h_T - y) \tag{{3}}$$"
WRONG_COLUMN = (
    r"$$\frac{\partial L}{\partial b} = \sum_t \frac{\partial L}{\partial h_t} + 0 y \tag{4}$$"
)
DENOMINATOR = (
    r"$$\frac{\partial h_t}{\partial h_{t-1}}"
    r" = W^\top \operatorname{diag}(1 - h_t^2) \tag{5}$$"
)
CHAIN = (
    r"$$\frac{\partial L}{\partial h_{t-1}}"
    r" = \frac{\partial h_t}{\partial h_{t-1}} \frac{\partial L}{\partial h_t} \tag{6}$$"
)


def judged(*equations: str, **options: object) -> tuple[str, dict[str, tuple[str, str | None]]]:
    text = "\n\n".join([NETWORK, *equations, ""])
    found = verify("notes.md", text=text, **options)
    records = {r.id: (r.verdict, r.reason) for r in found.records if not r.id.startswith("#")}
    return found.sections[0].conventions["layout"], records


def test_one_equation_does_not_choose_the_layout():
    layout, found = judged(COLUMN)
    assert layout == "rows"
    verdict, reason = found["1"]
    assert verdict == "fails"
    assert reason == (
        "layout: it holds where the derivative of the loss by a vector is a column; its section"
        " has rows, since neither words nor two of its equations ask for another one"
    )


@pytest.mark.parametrize("jobs", [1, 2])
def test_two_equations_do(jobs):
    layout, found = judged(COLUMN, SECOND_COLUMN, WRONG_COLUMN, jobs=jobs)
    assert layout == "columns"
    assert found == {"1": ("holds", None), "3": ("holds", None), "4": ("fails", "value")}


def test_what_fits_the_other_layout_alone_is_an_erratum_of_layout():
    layout, found = judged(COLUMN, SECOND_COLUMN, ROW)
    assert layout == "columns"
    verdict, reason = found["2"]
    assert verdict == "fails"
    assert reason == (
        "layout: it holds where the derivative of the loss by a vector is a row; two or more other"
        " equations of its section hold only with columns"
    )


def test_a_layout_with_which_fewer_equations_hold_is_not_chosen():
    rows = [ROW.replace("tag{2}", f"tag{{{k}}}") for k in (12, 13, 14)]
    layout, found = judged(COLUMN, COLUMN.replace("tag{1}", "tag{11}"), *rows)
    assert layout == "rows"
    assert [found[k][0] for k in ("1", "11", "12", "13", "14")] == ["fails"] * 2 + ["holds"] * 3


def test_denominator_layout():
    layout, found = judged(DENOMINATOR, CHAIN, COLUMN)
    assert layout == "denominator"
    assert {verdict for verdict, _ in found.values()} == {"holds"}
    assert judged(DENOMINATOR)[1]["5"][0] == "fails"


def test_some_equations_alone_are_judged_in_the_layout_of_all():
    layout, found = judged(COLUMN, SECOND_COLUMN, only=("1",))
    assert (layout, found) == ("columns", {"1": ("holds", None)})
