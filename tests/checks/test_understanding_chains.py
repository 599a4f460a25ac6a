"""Other ways to write an equation: in a set, reversed, by an arrow, with a bound, by a count.

All equations of a text stand in one document, wrong ones beside right ones.
"""

from __future__ import annotations

import pytest
from support.stated import Stated, check, judged, parameters

IN_SETS = r"""$W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(W h_{t-1} + x_t) \in \mathbb{R}^n$,
$o_t = V h_t \in \mathbb{R}^m$, $L = \frac12 \sum_t \|o_t - y_t\|^2 \in \mathbb{R}$"""
NAMED = r"""We write $\lambda_t = \frac{\partial L}{\partial a_t} \in \mathbb{R}^n$, and
$P_t = \frac{\partial h_t}{\partial h_{t-1}}$ and $\bar h_t = \nabla_{h_t} L$. The network is
$h_t = \tanh(a_t)$, $a_t = W h_{t-1} + x_t$ with $W \in \mathbb{R}^{n \times n}$; its loss is
$L = \frac12 \sum_t \|h_t - y_t\|^2$."""
REVERSED = r"""$W \in \mathbb{R}^{n \times n}$, $W h_{t-1} + x_t = a_t$, $\tanh(a_t) = h_t$,
$L = \frac12 \sum_t \|h_t - y_t\|^2$"""
ARROWS = r"""At each step do $a_t \leftarrow W h_{t-1} + x_t$, then $h_t \gets \tanh(a_t)$, with
$W \in \mathbb{R}^{n \times n}$. The loss is $L = \frac12 \sum_t \|h_t - y_t\|^2$."""
BACKWARD = {
    r"\nabla_{h_t} L = h_t - y_t + W^\top \nabla_{a_{t+1}} L": "holds",
    r"\nabla_{h_t} L = h_t - y_t + W \nabla_{a_{t+1}} L": "fails",
    r"\nabla_{h_t} L = h_t - y_t": "fails",
    r"\nabla_{h_T} L = h_T - y_T": "holds",
}
SCALARS = r"All quantities are scalars. "
TANH = rf"{SCALARS}$s_t = \tanh(w s_{{t-1}} + u x_t)$, $L = \frac12 (s_T - y)^2$"
BETWEEN = r"\frac{\partial s_T}{\partial s_k} ="
LINEAR = rf"{SCALARS}$s_t = w s_{{t-1}} + u x_t$, $L = \frac12 (s_T - y)^2$"
POWERS = r"""$A \in \mathbb{R}^{n \times n}$, $h_t = A h_{t-1} + x_t$,
$L = \frac12 \|h_T - y\|^2$"""
LAYOUT = r""" $W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(a_t)$, $a_t = W h_{t-1} + x_t$,
$L = \frac12 \|h_T - y\|^2$."""
COLUMN = r"\frac{\partial L}{\partial h_T} = h_T - y"
ROW = r"\frac{\partial L}{\partial h_T} = (h_T - y)^\top"
JACOBIAN = r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W"
TRANSPOSED = r"\frac{\partial h_t}{\partial h_{t-1}} = W^\top \operatorname{diag}(1 - h_t^2)"
OF_A_STEP = r"""$W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(W h_{t-1} + x_t)$. For sequences $x$
and $y$ the loss is $L(x, y) = \sum_t L(t)$, and its part at one step is
$L(t) = \frac12 \|h_t - y_t\|^2$."""
OF_OUTPUTS = r"""$W \in \mathbb{R}^{n \times n}$, $V \in \mathbb{R}^{m \times n}$,
$h_t = \tanh(W h_{t-1} + x_t)$, $\hat y_t = V h_t$. The losses are
$E_t(y_t, \hat y_t) = \frac12 \|\hat y_t - y_t\|^2$ and
$E(y, \hat y) = \sum_t E_t(y_t, \hat y_t)$."""

CASES: dict[str, Stated] = {
    "a value and the set it is in": (
        IN_SETS,
        {
            r"\nabla_{o_t} L = o_t - y_t \in \mathbb{R}^m": "holds",
            r"\nabla_{o_t} L = o_t + y_t \in \mathbb{R}^m": "fails",
            r"\nabla_V L = \sum_t (o_t - y_t) h_t^\top \in \mathbb{R}^{m \times n}": "holds",
            r"\nabla_V L = \sum_t (o_t - y_t) h_{t-1}^\top \in \mathbb{R}^{m \times n}": "fails",
            r"\nabla_{h_T} L = V^\top (o_T - y_T)": "holds",
            r"\nabla_{h_t} L = V^\top (o_t - y_t)": "fails",
        },
    ),
    "names of derivatives before the network": (
        NAMED,
        {
            r"P_t = \operatorname{diag}(1 - h_t^2) W": "holds",
            r"P_t = W \operatorname{diag}(1 - h_t^2)": "fails",
            r"\lambda_T = (1 - h_T^2) \odot (h_T - y_T)": "holds",
            r"\lambda_T = h_T - y_T": "fails",
            r"\lambda_t = (1 - h_t^2) \odot \bar h_t": "holds",
            r"\lambda_t = (1 - h_t) \odot \bar h_t": "fails",
            r"\bar h_t = h_t - y_t + W^\top \lambda_{t+1}": "holds",
            r"\bar h_t = h_t - y_t + W \lambda_{t+1}": "fails",
            r"\bar h_t = h_t - y_t + P_{t+1}^\top \bar h_{t+1}": "holds",
            r"\bar h_t = h_t - y_t + P_t^\top \bar h_{t+1}": "fails",
        },
    ),
    "forward equations the other way round": (REVERSED, BACKWARD),
    "forward equations with arrows": (ARROWS, BACKWARD),
    "an equation before a bound": (
        TANH,
        {
            rf"{BETWEEN} w^{{T-k}} \prod_{{t=k+1}}^T (1 - s_t^2) \le |w|^{{T-k}}": "holds",
            rf"{BETWEEN} w^{{T-k-1}} \prod_{{t=k+1}}^T (1 - s_t^2) \le |w|^{{T-k}}": "fails",
            r"\frac{\partial s_t}{\partial s_{t-1}} = w (1 - s_t^2) < w": "holds",
            r"\frac{\partial s_t}{\partial s_{t-1}} = w (1 + s_t^2) < w": "fails",
            r"w \ge \frac{\partial s_t}{\partial s_{t-1}} = w (1 + s_t^2)": "fails",
        },
    ),
    "a count at a brace": (
        LINEAR,
        {
            rf"{BETWEEN} \underbrace{{w \cdots w}}_{{T-k}}": "holds",
            rf"{BETWEEN} \underbrace{{w \cdots w}}_{{T-k+1}}": "fails",
            rf"{BETWEEN} \underbrace{{w \cdot w \cdots w}}_{{T-k \text{{ times}}}}": "holds",
            rf"{BETWEEN} \underbrace{{w \cdot w \cdots w}}_{{T-k-1 \text{{ times}}}}": "fails",
            rf"{BETWEEN} \underbrace{{u \cdots u}}_{{(T-k) \text{{ factors}}}}": "fails",
            rf"{BETWEEN} w \cdots w": "undecided",
            rf"{BETWEEN} w \cdot u \cdots u": "fails",
        },
    ),
    "a count of matrices": (
        POWERS,
        {
            r"\frac{\partial h_t}{\partial h_k} = \underbrace{A A \cdots A}_{t-k \text{ times}}": (
                "holds"
            ),
            r"\frac{\partial h_t}{\partial h_k} = \underbrace{A \cdots A}_{t-k+1 \text{ times}}": (
                "fails"
            ),
            r"\frac{\partial h_t}{\partial h_k} = A \cdots A": "undecided",
            r"\nabla_{h_k} L = \underbrace{A^\top \cdots A^\top}_{T-k} (h_T - y)": "holds",
            r"\nabla_{h_k} L = \underbrace{A \cdots A}_{T-k} (h_T - y)": "fails",
        },
    ),
    "columns, said in words": (
        rf"Gradients are column vectors.{LAYOUT}",
        {COLUMN: "holds", ROW: "fails", JACOBIAN: "holds", TRANSPOSED: "fails"},
    ),
    "rows, said in words": (
        rf"Gradients are row vectors.{LAYOUT}",
        {COLUMN: "fails", ROW: "holds", JACOBIAN: "holds", TRANSPOSED: "fails"},
    ),
    "the denominator layout, said in words": (
        rf"Derivatives are in denominator layout.{LAYOUT}",
        {COLUMN: "holds", ROW: "fails", JACOBIAN: "fails", TRANSPOSED: "holds"},
    ),
    "the numerator layout, said in words": (
        rf"Derivatives are in numerator layout.{LAYOUT}",
        {COLUMN: "fails", ROW: "holds", JACOBIAN: "holds", TRANSPOSED: "fails"},
    ),
    "a layout that is denied": (
        rf"We do not use the denominator layout.{LAYOUT}",
        {COLUMN: "fails", ROW: "holds", JACOBIAN: "holds"},
    ),
    "a loss with arguments and its part at a step": (
        OF_A_STEP,
        {
            r"\frac{\partial L}{\partial W} = \sum_t \frac{\partial L(t)}{\partial W}": "holds",
            r"\frac{\partial L}{\partial W} = \sum_{t=1}^{T-1} \frac{\partial L(t)}{\partial W}": (
                "fails"
            ),
            r"\nabla_{h_t} L(t) = h_t - y_t": "holds",
            r"\nabla_{h_t} L = h_t - y_t": "fails",
        },
    ),
    "losses of targets and outputs": (
        OF_OUTPUTS,
        {
            r"\frac{\partial E}{\partial V} = \sum_t (\hat y_t - y_t) h_t^\top": "holds",
            r"\frac{\partial E}{\partial V} = \sum_t (\hat y_t + y_t) h_t^\top": "fails",
            r"\nabla_{\hat y_t} E = \nabla_{\hat y_t} E_t": "holds",
            r"\nabla_{h_t} E = \nabla_{h_t} E_t": "fails",
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
