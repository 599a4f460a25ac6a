"""Networks that are written by entries: the state, the scores, the softmax and the loss.

All equations of a text stand in one document, wrong ones beside right ones.
"""

from __future__ import annotations

import pytest
from support.stated import Stated, check, judged, parameters

ELMAN = r"""The state of the cell is
$h_{t,i} = \tanh\big(\sum_j W_{ij} h_{t-1,j} + \sum_j U_{ij} x_{t,j} + b_i\big)$, the scores are
$s_{t,k} = \sum_i V_{ki} h_{t,i} + c_k$, and with
$q_{t,k} = \frac{\exp(s_{t,k})}{\sum_l \exp(s_{t,l})}$ the cost is
$E = -\sum_t \sum_k d_{t,k} \log q_{t,k}$."""
ABOVE = r"""With $W, A \in \mathbb{R}^{n \times n}$ let
$a_i^{(t)} = \sum_{j=1}^n W_{ij} h_j^{(t-1)} + \sum_{j=1}^n A_{ij} x_j^{(t)} + b_i$ and
$h_i^{(t)} = \tanh(a_i^{(t)})$;
$L = \frac12 \sum_t \sum_i (h_i^{(t)} - y_i^{(t)})^2$ is the loss."""
ANGLES = r"""The cell is $s_i^{\langle t \rangle} = \tanh(\sum_j R_{ij} s_j^{\langle t-1 \rangle}
+ u_i^{\langle t \rangle})$, and
$J = \frac12 \sum_t \sum_i (s_i^{\langle t \rangle} - r_i^{\langle t \rangle})^2$."""
SWAPPED = r"""Here the first index is the source:
$h_{t,i} = \tanh\big(\sum_j M_{ji} h_{t-1,j} + \sum_l N_{li} x_{t,l}\big)$,
$L = \frac12 \sum_t \sum_i (h_{t,i} - y_{t,i})^2$."""
STEPWISE = r"""$W \in \mathbb{R}^{n \times n}$, $a_{t,i} = \sum_{k=1}^n W_{ik} h_{t-1,k} + x_{t,i}$,
$h_t = \tanh(a_t)$, $L_t = \frac12 \sum_{i=1}^n (h_{t,i} - y_{t,i})^2$, $L = \sum_{t=1}^T L_t$"""

CASES: dict[str, Stated] = {
    "a softmax by entries": (
        ELMAN,
        {
            r"\frac{\partial E}{\partial s_{t,k}} = q_{t,k} - d_{t,k}": "holds",
            r"\frac{\partial E}{\partial s_{t,k}} = q_{t,k} + d_{t,k}": "fails",
            r"\nabla_{s_t} E = q_t - d_t": "holds",
            r"\nabla_{s_t} E = d_t - q_t": "fails",
            r"\frac{\partial E}{\partial V_{ki}} = \sum_t (q_{t,k} - d_{t,k}) h_{t,i}": "holds",
            r"\frac{\partial E}{\partial V_{ki}} = \sum_t (q_{t,k} - d_{t,k}) h_{t-1,i}": "fails",
            r"\frac{\partial E}{\partial c_k} = \sum_t (q_{t,k} - d_{t,k})": "holds",
            r"\frac{\partial E}{\partial c_k} = q_{t,k} - d_{t,k}": "fails",
        },
    ),
    "a state by entries reaches the later steps": (
        ELMAN,
        {
            r"\frac{\partial E}{\partial h_{t,i}} = \sum_k V_{ki} (q_{t,k} - d_{t,k})"
            r" + \sum_j W_{ji} (1 - h_{t+1,j}^2) \frac{\partial E}{\partial h_{t+1,j}}": "holds",
            r"\frac{\partial E}{\partial h_{t,i}} = \sum_k V_{ki} (q_{t,k} - d_{t,k})"
            r" + \sum_j W_{ij} (1 - h_{t+1,j}^2) \frac{\partial E}{\partial h_{t+1,j}}": "fails",
            r"\frac{\partial E}{\partial h_{t,i}} = \sum_k V_{ki} (q_{t,k} - d_{t,k})": "fails",
        },
    ),
    "weights and biases by entries": (
        ELMAN,
        {
            r"\frac{\partial h_{t,i}}{\partial h_{t-1,j}} = (1 - h_{t,i}^2) W_{ij}": "holds",
            r"\frac{\partial h_{t,i}}{\partial h_{t-1,j}} = (1 - h_{t,j}^2) W_{ij}": "fails",
            r"\frac{\partial E}{\partial W_{ij}} = \sum_t (1 - h_{t,i}^2)"
            r" \frac{\partial E}{\partial h_{t,i}} h_{t-1,j}": "holds",
            r"\frac{\partial E}{\partial W_{ij}} = \sum_t (1 - h_{t,i}^2)"
            r" \frac{\partial E}{\partial h_{t,i}} h_{t,j}": "fails",
            r"\frac{\partial E}{\partial b_i} = \sum_t (1 - h_{t,i}^2)"
            r" \frac{\partial E}{\partial h_{t,i}}": "holds",
            r"\frac{\partial E}{\partial b_i} = \sum_t \frac{\partial E}{\partial h_{t,i}}": (
                "fails"
            ),
        },
    ),
    "the step above in round brackets": (
        ABOVE,
        {
            r"\frac{\partial L}{\partial h_i^{(T)}} = h_i^{(T)} - y_i^{(T)}": "holds",
            r"\frac{\partial L}{\partial h_i^{(t)}} = h_i^{(t)} - y_i^{(t)}": "fails",
            r"\frac{\partial L}{\partial h_i^{(t)}} = h_i^{(t)} - y_i^{(t)}"
            r" + \sum_j W_{ji} \frac{\partial L}{\partial a_j^{(t+1)}}": "holds",
            r"\frac{\partial L}{\partial h_i^{(t)}} = h_i^{(t)} - y_i^{(t)}"
            r" + \sum_j W_{ij} \frac{\partial L}{\partial a_j^{(t+1)}}": "fails",
            r"\frac{\partial h_i^{(t)}}{\partial a_i^{(t)}} = 1 - (h_i^{(t)})^2": "holds",
            r"\frac{\partial h_i^{(t)}}{\partial a_i^{(t)}} = 1 - h_i^{(t)}": "fails",
            r"\frac{\partial L}{\partial A_{ij}} = \sum_t"
            r" \frac{\partial L}{\partial a_i^{(t)}} x_j^{(t)}": "holds",
            r"\frac{\partial L}{\partial A_{ij}} = \sum_t"
            r" \frac{\partial L}{\partial a_j^{(t)}} x_i^{(t)}": "fails",
        },
    ),
    "the step above in angle brackets": (
        ANGLES,
        {
            r"\frac{\partial J}{\partial s_i^{\langle T \rangle}}"
            r" = s_i^{\langle T \rangle} - r_i^{\langle T \rangle}": "holds",
            r"\frac{\partial J}{\partial s_i^{\langle t \rangle}}"
            r" = s_i^{\langle t \rangle} - r_i^{\langle t \rangle}": "fails",
        },
    ),
    "positions that are swapped": (
        SWAPPED,
        {
            r"h_t = \tanh(M^\top h_{t-1} + N^\top x_t)": "holds",
            r"h_t = \tanh(M h_{t-1} + N^\top x_t)": "fails",
            r"\frac{\partial h_{t,i}}{\partial h_{t-1,j}} = (1 - h_{t,i}^2) M_{ji}": "holds",
            r"\frac{\partial h_{t,i}}{\partial h_{t-1,j}} = (1 - h_{t,i}^2) M_{ij}": "fails",
            r"\nabla_M L = \sum_t h_{t-1} ((1 - h_t^2) \odot \nabla_{h_t} L)^\top": "holds",
            r"\nabla_M L = \sum_t ((1 - h_t^2) \odot \nabla_{h_t} L) h_{t-1}^\top": "fails",
        },
    ),
    "a part by entries, a part as a whole": (
        STEPWISE,
        {
            r"a_t = W h_{t-1} + x_t": "holds",
            r"a_t = W^\top h_{t-1} + x_t": "fails",
            r"\frac{\partial L_t}{\partial h_{t,i}} = h_{t,i} - y_{t,i}": "holds",
            r"\frac{\partial L}{\partial h_{t,i}} = h_{t,i} - y_{t,i}": "fails",
            r"\frac{\partial L}{\partial h_{t,i}} = \frac{\partial L_t}{\partial h_{t,i}}"
            r" + \sum_k \frac{\partial L}{\partial h_{t+1,k}}"
            r" \frac{\partial h_{t+1,k}}{\partial h_{t,i}}": "holds",
            r"\frac{\partial L}{\partial h_{t,i}} = \frac{\partial L_t}{\partial h_{t,i}}"
            r" + \frac{\partial L}{\partial h_{t+1,i}}"
            r" \frac{\partial h_{t+1,i}}{\partial h_{t,i}}": "fails",
            r"\frac{\partial h_{t,i}}{\partial W_{ij}} = (1 - h_{t,i}^2) \Big(h_{t-1,j}"
            r" + \sum_k W_{ik} \frac{\partial h_{t-1,k}}{\partial W_{ij}}\Big)": "holds",
            r"\frac{\partial h_{t,i}}{\partial W_{ij}} = (1 - h_{t,i}^2) \Big(h_{t-1,j}"
            r" + W_{ij} \frac{\partial h_{t-1,j}}{\partial W_{ij}}\Big)": "fails",
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
