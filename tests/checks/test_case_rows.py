"""Distinctions of cases: each row is a claim of its own, and the number combines them."""

from __future__ import annotations

from checks.pipeline import verify
from checks.records import Record

NETWORK = (
    r"$h_t = \tanh(W h_{t-1} + U x_t)$, $g_t = V h_t$, $p_t = \operatorname{softmax}(g_t)$,"
    r" $L = -\sum_t \sum_i y_{t,i} \log p_{t,i}$."
)
BY_SCORE = r"\frac{\partial p_{t,i}}{\partial g_{t,j}}"


def records(*rows: str, left: str = BY_SCORE) -> dict[str, Record]:
    cases = r" \\ ".join(rows)
    equation = rf"$${left} = \begin{{cases}} {cases} \end{{cases}} \tag{{1}}$$"
    found = verify("own.md", text=f"{NETWORK}\n\n{equation}\n").records
    return {r.id: r for r in found if r.id.startswith("1")}


def verdicts(*rows: str, left: str = BY_SCORE) -> dict[str, str]:
    return {id_: r.verdict for id_, r in records(*rows, left=left).items()}


def test_rows_that_are_right() -> None:
    equal, other = r"p_{t,i} (1 - p_{t,i})", r"-p_{t,i} p_{t,j}"
    right = {"1": "holds", "1/1": "holds", "1/2": "holds"}
    assert verdicts(rf"{equal} & i = j", rf"{other} & i \neq j") == right
    assert verdicts(rf"{equal} & \text{{if }} i = j", rf"{other} & \text{{if }} i \neq j") == right
    assert verdicts(rf"{equal} & i = j", rf"{other} & \text{{otherwise}}") == right
    assert verdicts(rf"{other} & \text{{for }} i \neq j", rf"{equal} & \text{{otherwise}}") == right


def test_the_row_that_is_wrong_is_named() -> None:
    found = records(
        r"p_{t,i} (1 - p_{t,i}) & \text{if } i = j", r"p_{t,i} p_{t,j} & \text{if } i \neq j"
    )
    assert {id_: r.verdict for id_, r in found.items()} == {
        "1": "fails",
        "1/1": "holds",
        "1/2": "fails",
    }
    assert found["1/2"].claim.endswith(r"= p_{t, i} p_{t, j} \quad \text{if } i \neq j")
    assert found["1/2"].counterexample is not None
    i, j = found["1/2"].counterexample.entry
    assert i != j
    assert verdicts(r"p_{t,i} & i = j", r"-p_{t,i} p_{t,j} & \text{otherwise}") == {
        "1": "fails",
        "1/1": "fails",
        "1/2": "holds",
    }


def test_conditions_in_the_wrong_rows() -> None:
    found = verdicts(r"-p_{t,i} p_{t,j} & i = j", r"p_{t,i} (1 - p_{t,i}) & i \neq j")
    assert found == {"1": "fails", "1/1": "fails", "1/2": "fails"}


def test_a_row_of_zeros_is_not_vacuous() -> None:
    left = r"\frac{\partial g_{t,k}}{\partial V_{i,j}}"
    assert verdicts(r"h_{t,j} & i = k", r"0 & i \neq k", left=left) == {
        "1": "holds",
        "1/1": "holds",
        "1/2": "holds",
    }
    assert verdicts(r"h_{t,i} & i = k", r"0 & i \neq k", left=left)["1/1"] == "fails"


def test_conditions_of_another_kind_are_not_read() -> None:
    found = verdicts(r"p_{t,i} (1 - p_{t,i}) & i < j", r"-p_{t,i} p_{t,j} & i > j")
    assert found == {"1": "undecided"}
