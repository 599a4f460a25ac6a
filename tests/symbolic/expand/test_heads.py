"""The form for any number of steps of other heads than a loss: states, outputs, pre-activations."""

from __future__ import annotations

import pytest

from symbolic.errors import ModelError
from symbolic.expand import gradient
from symbolic.model_parser import read_model

#: An output that reads the state before, and an input without steps that every step reads.
LATE = """model late
steps 1..tau
dimensions n
input x[t]: (n)
input u: (n)
parameter W: (n, n)
parameter V: (n, n)
h[t]: (n) = tanh(W @ h[t-1] + x[t] + u)
g[t]: (n) = V @ h[t-1]
E[t] = g[t] @ g[t]
L = sum[t](E[t])
loss L
"""


def rows(model, of: str | None, by: str) -> list[str]:
    text = gradient(model, of=of, wrt=by, form="closed").latex()
    body = text.removeprefix("\\begin{aligned}\n").removesuffix("\n\\end{aligned}")
    return [row.replace("&", "") for row in body.split(" \\\\\n")]


def test_a_vector_at_the_last_step_has_a_recurrence_of_jacobians():
    after = r"\frac{\partial \hat{y}^{(\tau)}}{\partial h^{(t + 1)}}"
    softmax = r"(\operatorname{diag}(\hat{y}^{(\tau)}) - \hat{y}^{(\tau)} \hat{y}^{(\tau) \top})"
    last, before, whole = rows("elman-softmax", "yhat[3]", "W")
    assert last.endswith(f"h^{{(\\tau)}}}} = {softmax} V")
    assert before.endswith(f" = {after} \\operatorname{{diag}}(1 - (h^{{(t + 1)}})^2) W")
    assert whole.endswith(
        r"\sum_{t = 1}^\tau \frac{\partial \hat{y}_i^{(\tau)}}{\partial h_j^{(t)}}"
        r" (1 - (h_j^{(t)})^2) h_k^{(t - 1)}"
    )


def test_a_state_by_itself_is_the_identity():
    first, *_ = rows("elman-softmax", "h[tau]", "h")
    assert first == r"\frac{\partial h^{(\tau)}}{\partial h^{(\tau)}} = I"
    (only,) = rows("elman-softmax", "o", "c0")
    assert only == r"\frac{\partial o^{(\tau)}}{\partial c} = I"


def test_what_only_the_last_step_reads_is_no_sum():
    (only,) = rows("elman-softmax", "E[2]", "V")
    assert only.endswith(r" = (\hat{y}^{(\tau)} - y^{(\tau)}) h^{(\tau) \top}")
    assert rows("elman-softmax", "h[2]", "W[3]") == [
        r"\frac{\partial h^{(2)}}{\partial W^{(3)}} = 0"
    ]


def test_a_line_says_where_it_ends_if_it_is_not_before_the_last_step():
    model = read_model(LATE, "late.model")
    last, before, whole = rows(model, "g", "W")
    assert last.endswith(r"\partial h^{(\tau - 1)}} = V")
    assert before.endswith(r"W \qquad (t \le \tau - 2)")
    assert r"= \sum_{t = 1}^{\tau - 1} " in whole
    assert rows(model, "g", "V") == [
        r"\frac{\partial g_i^{(\tau)}}{\partial V_{j k}} = \mathbf{1}_{i, j} h_k^{(\tau - 1)}"
    ]


def test_an_input_without_steps_that_every_step_reads_is_summed_over():
    *_, whole = rows(read_model(LATE, "late.model"), None, "u")
    assert whole == (
        r"\nabla_u L = \sum_{t = 1}^\tau \operatorname{diag}(1 - (h^{(t)})^2) \nabla_{h^{(t)}} L"
    )


def test_a_step_need_not_be_named():
    assert rows("elman-softmax", "h", "h") == rows("elman-softmax", "h[tau]", "h[1]")
    found = gradient("elman-softmax", of="h", wrt="h", form="closed")
    assert found.items[0].text == r"The derivative of $h^{(\tau)}$ by $h^{(t)}$"
    with pytest.raises(ModelError, match="h has a value at every step"):
        gradient("elman-softmax", wrt="h", tau=2)


def test_a_page_says_how_it_is_of_a_node_at_a_step():
    texts = [i.text for i in gradient("elman-softmax", of="h[3]", wrt="W", form="closed").items]
    assert any("$h^{(3)}$: its derivative is this one with 3 as the last step" in t for t in texts)
    derived = gradient("elman-softmax", wrt="W[2]", form="derivation")
    assert derived.items[-1].text == "The derivative by $W^{(2)}$ is the one at step 2."
