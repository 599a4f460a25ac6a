"""Stacked vectors: every way to write them, their order, sizes that are sums, blocks of matrices.

Each case is a text and the verdicts on its numbered equations; wrong ones stand beside right ones.
"""

from __future__ import annotations

import pytest
from support.stated import Stated, check, judged, parameters

from checks.pipeline import verify

GRADIENT = r"\nabla_W L = \sum_t ((1 - h_t^2) \odot \nabla_{h_t} L) "
STACKS = [
    r"[h_{t-1}, x_t]",
    r"[h_{t-1} \quad x_t]",
    r"[h_{t-1} \; x_t]",
    r"[h_{t-1} x_t]",
    r"\begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix}",
    r"\cdot [h_{t-1}, x_t]",
]
LOSS = r", $L = \sum_t \frac12 \|h_t - y_t\|^2$"
PLAIN = r"$z_t = W [h_{t-1}; x_t] + b$, $h_t = \tanh(z_t)$" + LOSS
DECLARED = r"$W \in \mathbb{R}^{n \times (n+m)}$, $b, h_t \in \mathbb{R}^n$. " + PLAIN
BATCH = r"$H_t = \tanh([H_{t-1}, X_t] W)$, $L = \sum_t \frac12 \|H_t - Y_t\|_F^2$"
BY_BATCH = r"((1 - H_t^{\odot 2}) \odot \nabla_{H_t} L)"
GRU = (
    r"With $\sigma$ the sigmoid $r_t = \sigma(V [h_{t-1}, x_t])$,"
    r" $h_t = \tanh(U [r_t \odot h_{t-1}, x_t])$" + LOSS
)

CASES: dict[str, Stated] = {
    **{
        stack: (
            rf"$h_t = \tanh(W {stack} + b)${LOSS}",
            {GRADIENT + r"[h_{t-1}; x_t]^\top": "holds"},
        )
        for stack in STACKS
    },
    "the gradient of the weights": (
        PLAIN,
        {
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) [h_{t-1}, x_t]^\top": "holds",
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) [h_{t-1}^\top, x_t^\top]": "holds",
            r"\nabla_W L = \sum_t [(\nabla_{z_t} L) h_{t-1}^\top, (\nabla_{z_t} L) x_t^\top]": (
                "holds"
            ),
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) [h_{t-1} \, x_t]^\top": "holds",
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) [x_t \, h_{t-1}]^\top": "fails",
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) (h_{t-1} \, x_t)^\top": "fails",
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) [h_{t-1} \, x_t \, \xi]^\top": "undecided",
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) [h_t; x_t]^\top": "fails",
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) [h_{t-1}; x_t]": "fails",
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) h_{t-1}^\top": "fails",
            r"\frac{\partial L}{\partial W_{ij}} = \sum_t \frac{\partial L}{\partial z_{t,i}}"
            r" [h_{t-1}; x_t]_j": "holds",
            r"\frac{\partial L}{\partial W_{ij}} = \sum_t \frac{\partial L}{\partial z_{t,i}}"
            r" [x_t; h_{t-1}]_j": "fails",
        },
    ),
    "the gradient by the stack and by its parts": (
        PLAIN,
        {
            r"[\nabla_{h_{t-1}} L - h_{t-1} + y_{t-1}; \nabla_{x_t} L] = W^\top \nabla_{z_t} L": (
                "holds"
            ),
            r"[\nabla_{x_t} L; \nabla_{h_{t-1}} L - h_{t-1} + y_{t-1}] = W^\top \nabla_{z_t} L": (
                "fails"
            ),
            r"[\nabla_{h_{t-1}} L; \nabla_{x_t} L] = W^\top \nabla_{z_t} L": "fails",
            r"\nabla_{h_{t-1}} L = h_{t-1} - y_{t-1} + W^\top \nabla_{z_t} L": "fails",
        },
    ),
    "what is made of a part alone is not decided": (
        DECLARED,
        {
            r"\nabla_{h_{t-1}} L = h_{t-1} - y_{t-1} + W_{1:n}^\top \nabla_{z_t} L": "undecided",
            r"\frac{\partial z_{t,i}}{\partial h_{t-1,j}} = W_{ij}": "undecided",
            r"[h_{t-1}; x_t]_1 = h_{t-1,1}": "undecided",
            r"\frac{\partial L}{\partial [h_{t-1}; x_t]} = W^\top \nabla_{z_t} L": "undecided",
            r"[h_t, z_t] = [z_t, h_t]": "undecided",
        },
    ),
    "blocks": (
        DECLARED,
        {
            r"z_{t,i} = \sum_{j=1}^{n+m} W_{ij} [h_{t-1}; x_t]_j + b_i": "holds",
            r"z_t = [W, b] [h_{t-1}; x_t; 1]": "holds",
            r"z_t = [W, b] [1; h_{t-1}; x_t]": "fails",
            r"\begin{bmatrix} W & 0 \\ 0 & b^\top \end{bmatrix} [h_t; x_t; z_t]"
            r" = [W [h_t; x_t]; b^\top z_t]": "holds",
            r"\begin{bmatrix} W & 0 \\ 0 & b^\top \end{bmatrix} [h_t; x_t; z_t]"
            r" = [b^\top z_t; W [h_t; x_t]]": "fails",
            r"[h_t; x_t]^\top [h_t; x_t] = h_t^\top h_t + x_t^\top x_t": "holds",
            r"[h_t; x_t] = [h_t^\top, x_t^\top]": "fails",
            r"[h_t^\top; x_t^\top] = [h_t; x_t]^\top": "fails",
        },
    ),
    "a name for the stack": (
        r"$u_t = [h_{t-1}; x_t]$, $z_t = W u_t + b$, $h_t = \tanh(z_t)$" + LOSS,
        {
            r"\nabla_{u_t} L = W^\top \nabla_{z_t} L": "holds",
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) u_t^\top": "holds",
            r"\nabla_W L = \sum_t (\nabla_{z_t} L) [x_t; h_{t-1}]^\top": "fails",
        },
    ),
    "one size for both": (
        r"$W \in \mathbb{R}^{n \times 2n}$, $h_t = \tanh(W [h_{t-1}, x_t])$" + LOSS,
        {
            GRADIENT + r"[h_{t-1}, x_t]^\top": "holds",
            GRADIENT + r"[x_t, h_{t-1}]^\top": "fails",
        },
    ),
    "a GRU": (
        GRU,
        {
            r"\nabla_U L = \sum_t ((1 - h_t^2) \odot \nabla_{h_t} L)"
            r" [r_t \odot h_{t-1}, x_t]^\top": "holds",
            r"\nabla_U L = \sum_t ((1 - h_t^2) \odot \nabla_{h_t} L) [h_{t-1}, x_t]^\top": "fails",
        },
    ),
    "a batch of rows": (
        BATCH,
        {
            rf"\nabla_W L = \sum_t [H_{{t-1}}, X_t]^\top {BY_BATCH}": "holds",
            rf"\nabla_W L = \sum_t [X_t, H_{{t-1}}]^\top {BY_BATCH}": "fails",
        },
    ),
    "numbers in brackets": (
        r"All quantities are scalars. $h_t = \tanh(w h_{t-1} + u x_t)$, $L = h_T$",
        {
            r"[w, u] [h_t; x_t] = w h_t + u x_t": "holds",
            r"[u, w] [h_t; x_t] = w h_t + u x_t": "fails",
        },
    ),
}


@parameters(CASES)
def test_the_verdict_is_the_stated_one(text, equations, equation, verdict):
    check(judged(text, equations)[equation], verdict)


@pytest.mark.parametrize("text", [PLAIN, DECLARED], ids=["found", "declared"])
def test_sizes_that_are_sums_are_reported(text):
    (section,) = verify("own.md", text=text + " $b = b$").sections
    variables = section.model["variables"]
    assert isinstance(variables, dict)
    assert variables["W"] == "(n, m + n) parameter"
    assert variables["x[t]"] == "(m) input"


def test_a_shape_that_does_not_fit_is_named_by_the_sizes_of_the_parts():
    equations = tuple(e for text, verdicts in CASES.values() if text == PLAIN for e in verdicts)
    found = judged(PLAIN, equations)[r"\nabla_W L = \sum_t (\nabla_{z_t} L) h_{t-1}^\top"]
    assert found.reason == "shape: cannot compare (n, m + n) and (n, n)"
