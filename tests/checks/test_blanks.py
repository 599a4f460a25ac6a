"""Blanks for what is written out before, and probabilities that stand nowhere else."""

from __future__ import annotations

import pytest

from checks.pipeline import verify
from checks.records import Record

TEXT = r"""$V \in \mathbb{R}^{m \times n}$, $c \in \mathbb{R}^m$. $h_t = \tanh(W h_{t-1} + U x_t)$,
$o_{t,j} = c_j + \sum_i V_{ji} h_{t,i}$, $p_t = \operatorname{softmax}(o_t)$,
$L = -\sum_t \sum_j y_{t,j} \log p_{t,j}$.
"""
OUT = r"""$$\log p_{t,j} = o_{t,j}
- \ln \left( \sum_k \exp \left( c_k + \sum_i V_{ki} h_{t,i} \right) \right) \tag{0}$$
"""


def record(equation: str, text: str = TEXT + OUT) -> Record:
    found = verify("own.md", text=rf"{text}$${equation} \tag{{1}}$$").records
    return next(r for r in found if r.id == "1")


def test_what_is_blank_is_what_stands_before() -> None:
    right = record(r"\frac{\partial \ln(\cdot)}{\partial c_j} = p_{t,j}")
    assert right.verdict == "undecided"
    other = record(r"p_{t,j} = \frac{\exp(c_j + \cdot)}{\sum_k \exp(o_{t,k})}")
    assert other.verdict == "holds"
    assert other.note is not None
    assert other.note.startswith(r"with what is left blank read as c_j + \sum_i V_{j i} h_{t, i}")
    assert r"\cdot" in other.claim
    wrong = record(r"p_{t,j} = \frac{\exp(c_j - \cdot)}{\sum_k \exp(o_{t,k})}")
    assert wrong.verdict == "undecided"
    swapped = record(r"p_{t,j} = \frac{\sum_k \exp(o_{t,k})}{\exp(c_j + \cdot)}")
    assert swapped.verdict == "fails"


def test_a_blank_that_nothing_fills_stays_one() -> None:
    assert record(r"h_{t,i} = \tanh(\cdot)", TEXT).verdict == "undecided"
    assert record(r"p_{t,j} = \exp(\cdot)", TEXT).verdict == "undecided"
    assert record(r"o_{t,j} = b_j + \cdot", TEXT).verdict == "undecided"


@pytest.mark.parametrize(
    "written",
    [
        r"q_{\text{model}}(y_t \mid x_1, \dots, x_t)",
        r"P(y_t \mid \{x_1, x_2, \dots, x_t\})",
        r"q(y_t | x_{1:t})",
    ],
)
def test_a_probability_that_stands_nowhere_else_is_defined(written: str) -> None:
    one = rf"L = -\sum_t \log {written}"
    assert record(one, TEXT).verdict == "not-a-claim"
    assert record(one, rf"{TEXT}$${written} = 1$$" + "\n").verdict == "undecided"


def test_a_function_of_the_network_is_no_probability() -> None:
    assert record(r"L = -\sum_t \sum_j y_{t,j} \log p_{t,j} + h_1(x | y)", TEXT).verdict != (
        "not-a-claim"
    )
