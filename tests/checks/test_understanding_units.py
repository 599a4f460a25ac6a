"""Units: identities with a factor, vectors of ones, deltas of two indices, a diagonal of a row.

All equations of a text stand in one document, wrong ones beside right ones.
"""

from __future__ import annotations

import pytest
from support.stated import Stated, check, judged, parameters

LEAKY = r"""A leaky cell, with $A \in \mathbb{R}^{n \times n}$ and a rate $\lambda \in \mathbb{R}$:
$a_t = A s_{t-1} + u_t$, $s_t = (1 - \lambda) s_{t-1} + \lambda \tanh(a_t)$,
$J = \frac12 \sum_t \|s_t - r_t\|^2$."""
SLOPE = r"\operatorname{diag}(1 - \tanh^2(a_t))"
BY_STATE = r"\frac{\partial s_t}{\partial s_{t-1}} ="
PLAIN = r"""$W \in \mathbb{R}^{n \times n}$, $U \in \mathbb{R}^{n \times m}$, $h_t = \tanh(a_t)$,
$a_t = W h_{t-1} + U x_t + b$, $L = \frac12 \sum_t \|h_t - y_t\|^2$"""
GATED = r"""$W, U \in \mathbb{R}^{n \times n}$, and $\sigma$ is the logistic sigmoid:
$p_t = W x_t + U h_{t-1}$, $z_t = \sigma(p_t)$, $g_t = \tanh(W x_t)$,
$h_t = (\mathbf{1} - z_t) \odot h_{t-1} + z_t \odot g_t$, $L = \frac12 \|h_T - y\|^2$."""
DELTA = r"""$W \in \mathbb{R}^{n \times n}$, $V \in \mathbb{R}^{m \times n}$, $h_t = \tanh(a_t)$,
$a_t = W h_{t-1} + x_t$, $o_t = V h_t$, $q_t = \mathrm{softmax}(o_t)$,
$L = -\sum_t \sum_k y_{t,k} \log q_{t,k}$. Let $\delta_t = \nabla_{a_t} L$, while $\delta_{ij}$ is
Kronecker's delta."""
BY_SUM = r"\frac{\partial h_{t,i}}{\partial a_{t,j}} ="
BY_SCORE = r"\frac{\partial q_{t,k}}{\partial o_{t,l}} = q_{t,k}"
ROWS = r"""Each quantity is a row, $x_t, y_t, h_t \in \mathbb{R}^{1 \times n}$:
$h_t = \tanh(x_t + h_{t-1} W)$, $L = \frac12 \sum_t \|h_t - y_t\|^2$."""

CASES: dict[str, Stated] = {
    "an identity with a factor": (
        LEAKY,
        {
            rf"{BY_STATE} (1 - \lambda) I + \lambda {SLOPE} A": "holds",
            rf"{BY_STATE} \mathbf{{I}} - I \lambda + \lambda {SLOPE} A": "holds",
            rf"{BY_STATE} (1 - \lambda) I_n + \lambda {SLOPE} A": "holds",
            rf"{BY_STATE} (1 - \lambda) + \lambda {SLOPE} A": "fails",
            rf"{BY_STATE} \lambda I + \lambda {SLOPE} A": "fails",
            r"\frac{\partial (\lambda u_t)}{\partial u_t} = \lambda I": "holds",
            r"\frac{\partial (\lambda u_t)}{\partial u_t} = I": "fails",
            r"\frac{\partial a_t}{\partial u_t} = I_n": "holds",
            r"\frac{\partial a_t}{\partial u_t} = \lambda I_n": "fails",
            r"\nabla_{s_T} J = I (s_T - r_T)": "holds",
            r"\nabla_{s_T} J = 2 I (s_T - r_T)": "fails",
            r"\frac{\partial s_{t,i}}{\partial s_{t-1,j}} = (1 - \lambda) \delta_{ij}"
            r" + \lambda (1 - \tanh^2(a_{t,i})) A_{ij}": "holds",
            r"\frac{\partial s_{t,i}}{\partial s_{t-1,j}} = 1 - \lambda"
            r" + \lambda (1 - \tanh^2(a_{t,i})) A_{ij}": "fails",
        },
    ),
    "an identity in products and powers": (
        PLAIN,
        {
            r"(I - W)(I + W) = I - W^2": "holds",
            r"(I - W)(I + W) = I + W^2": "fails",
            r"(W - 2 I) h_t = W h_t - 2 h_t": "holds",
            r"(W + I) h_t = W h_t + 1": "fails",
            r"\frac{\partial h_t}{\partial a_t} = I - \operatorname{diag}(h_t \odot h_t)": "holds",
            r"\frac{\partial h_t}{\partial a_t} = I - h_t h_t^\top": "fails",
        },
    ),
    "a vector of ones": (
        PLAIN,
        {
            r"\nabla_{a_t} L = (\mathbf{1} - h_t \odot h_t) \odot \nabla_{h_t} L": "holds",
            r"\nabla_{a_t} L = (\mathbf 1 + h_t \odot h_t) \odot \nabla_{h_t} L": "fails",
            r"\nabla_{a_t} L = (\mathbf{1} - \operatorname{diag}(h_t^2)) \nabla_{h_t} L": "fails",
            r"\mathbf{1}^\top W h_t = \sum_i \sum_j W_{ij} h_{t,j}": "holds",
            r"\mathbf{1}^\top W h_t = \sum_i \sum_j W_{ji} h_{t,j}": "fails",
            r"(W \mathbf{1})_i = \sum_j W_{ij}": "holds",
            r"(W \mathbf{1})_i = \sum_j W_{ji}": "fails",
        },
    ),
    "a gate and what it leaves": (
        GATED,
        {
            r"\frac{\partial h_t}{\partial z_t} = \operatorname{diag}(g_t - h_{t-1})": "holds",
            r"\frac{\partial h_t}{\partial z_t} = \operatorname{diag}(h_{t-1} - g_t)": "fails",
            r"\frac{\partial z_t}{\partial p_t} = \operatorname{diag}(z_t \odot"
            r" (\mathbf{1} - z_t))": "holds",
            r"\frac{\partial z_t}{\partial p_t} = \operatorname{diag}(z_t \odot"
            r" (\mathbf{1} + z_t))": "fails",
            r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(\mathbf{1} - z_t)"
            r" + \operatorname{diag}((g_t - h_{t-1}) \odot z_t \odot (\mathbf{1} - z_t)) U": (
                "holds"
            ),
            r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(\mathbf{1} - z_t)": (
                "fails"
            ),
        },
    ),
    "Kronecker's delta beside another delta": (
        DELTA,
        {
            rf"{BY_SUM} \delta_{{ij}} (1 - h_{{t,i}}^2)": "holds",
            rf"{BY_SUM} \delta_{{ij}} (1 - h_{{t,i}})": "fails",
            rf"{BY_SCORE} (\delta_{{kl}} - q_{{t,l}})": "holds",
            rf"{BY_SCORE} (\delta_{{kl}} + q_{{t,l}})": "fails",
            r"\frac{\partial o_{t,k}}{\partial V_{lj}} = \delta_{kl} h_{t,j}": "holds",
            r"\frac{\partial o_{t,k}}{\partial V_{lj}} = \delta_{lj} h_{t,k}": "fails",
            r"\delta_{t,i} = (1 - h_{t,i}^2) \Big(\sum_k V_{ki} (q_{t,k} - y_{t,k})"
            r" + \sum_j W_{ji} \delta_{t+1,j}\Big)": "holds",
            r"\delta_{t,i} = (1 - h_{t,i}^2) \Big(\sum_k V_{ki} (q_{t,k} - y_{t,k})"
            r" + \sum_j W_{ij} \delta_{t+1,j}\Big)": "fails",
            r"\frac{\partial L}{\partial W_{ij}} = \sum_s \delta_{s,i} h_{s-1,j}": "holds",
            r"\frac{\partial L}{\partial W_{ij}} = \sum_s \delta_{s,j} h_{s-1,i}": "fails",
        },
    ),
    "a condition in square brackets": (
        DELTA,
        {
            rf"{BY_SUM} [i = j] (1 - h_{{t,i}}^2)": "holds",
            rf"{BY_SUM} [i \neq j] (1 - h_{{t,i}}^2)": "fails",
            rf"{BY_SUM} 1 - h_{{t,i}}^2": "fails",
            rf"{BY_SCORE} ([k = l] - q_{{t,l}})": "holds",
            rf"{BY_SCORE} ([k = l] - q_{{t,k}})": "fails",
        },
    ),
    "a diagonal of a row": (
        ROWS,
        {
            r"\frac{\partial L}{\partial h_{T-1}} = h_{T-1} - y_{T-1}"
            r" + (h_T - y_T) \operatorname{diag}(1 - h_T^2) W^\top": "holds",
            r"\frac{\partial L}{\partial h_{T-1}} = h_{T-1} - y_{T-1}"
            r" + (h_T - y_T) \operatorname{diag}(1 - h_T^2) W": "fails",
            r"\frac{\partial L}{\partial W} = \sum_t h_{t-1}^\top \frac{\partial L}{\partial h_t}"
            r" \operatorname{diag}(1 - h_t^2)": "holds",
            r"\frac{\partial L}{\partial x_t} = \operatorname{diag}(1 - h_t^2)"
            r" \frac{\partial L}{\partial h_t}": "fails",
        },
    ),
}


@parameters(CASES)
def test_an_equation_is_judged_right(
    text: str, equations: tuple[str, ...], equation: str, verdict: str
) -> None:
    check(judged(text, equations)[equation], verdict)


@pytest.mark.parametrize("name", CASES)
def test_wrong_equations_stand_beside_right_ones(name: str) -> None:
    _, verdicts = CASES[name]
    assert {"holds", "fails"} <= set(verdicts.values())
