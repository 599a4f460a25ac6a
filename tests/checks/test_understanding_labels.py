"""Labels above and below, words as names, biases of a batch, and other ways to write the known.

All equations of a text stand in one document, wrong ones beside right ones.
"""

from __future__ import annotations

import pytest
from support.stated import Stated, check, judged, parameters

DELTAS = r"""$W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(a_t)$, $a_t = W h_{t-1} + x_t$,
$o_t = V h_t$, $L = \frac12 \sum_t \|o_t - y^*_t\|^2$, """
BRACKETS = DELTAS + r"$\delta^{(o)}_t = \nabla_{o_t} L$, $\delta^{(h)}_t = \nabla_{a_t} L$"
LETTERS = DELTAS + r"$\delta^o_t = \nabla_{o_t} L$, $\delta_t^h = \nabla_{a_t} L$"
COMMAS = DELTAS + r"$\delta_{o,t} = \nabla_{o_t} L$, $\delta_{h,t} = \nabla_{a_t} L$"
ABOVE = r"""$h^{(t)} = \tanh(a^{(t)})$, $a^{(t)} = W h^{(t-1)} + U^{(x)} x^{(t)}$,
$o^{(t)} = V h^{(t)}$, $L = \frac12 \sum_t \|o^{(t)} - y^{(t)}\|^2$,
$W \in \mathbb{R}^{n \times n}$,
$\delta_o^{(t)} = \nabla_{o^{(t)}} L$, $\delta_h^{(t)} = \nabla_{a^{(t)}} L$"""
GATES = r"""$z_t = \sigma(W^{(z)} x_t + U^{z} h_{t-1})$, $i_t = \tanh(W^{(i)} x_t + U^{i} h_{t-1})$,
$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot i_t$, $L = \frac12 \|h_T - y^{\text{end}}\|^2$,
$\sigma$ is the logistic sigmoid."""
LAYERS = r"""$h^{(1)}_t = \tanh(W^{(1)} h^{(1)}_{t-1} + U^{(1)} x_t)$,
$h_t^{(2)} = \tanh(W^{[2]} h_{t-1}^{(2)} + U^{(2)} h^{(1)}_t)$,
$L = \frac12 \sum_t \|V h^{(2)}_t - y_t\|^2$"""
ENTRIES = r"""$W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(W h_{t-1} + x_t)$,
$L = \frac12 \sum_t \|h_t - y_t\|^2$"""
WORDS_BELOW = r"""$h_t = \tanh(a_t)$, $a_t = W_{rec} h_{t-1} + W_{in} x_t$, $y_t = W_{out} h_t$,
$E_t = \frac12 \sum_i (y_{t,i} - d_{t,i})^2$, $\nabla_{h_i} L$ from $\nabla_{h_{i+1}} L$"""
NETS = r"""$W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(\mathrm{net}_t)$,
$\text{net}_t = W h_{t-1} + x_t$, $\mathcal{L}_{\text{total}} = \sum_t \mathcal{L}_t$,
$\mathcal{L}_t = \frac12 \|h_t - y_t\|^2$"""
SOFTMAX = r"""$h_t = \tanh(W h_{t-1} + U x_t)$, $y_t = V h_t$,
$p_t = \frac{e^{y_t}}{\sum_j e^{y_{t,j}}}$, $L = -\sum_t \sum_i d_{t,i} \log p_{t,i}$"""
COMMANDS = r"""\newcommand{\pder}[2][L]{\frac{\partial #1}{\partial #2}}
\NewDocumentCommand{\grad}{O{L} m}{\nabla_{#2} #1}
""" + (
    r"""$W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(a_t)$, $a_t = W h_{t-1} + x_t$,
$L = \frac12 \sum_t \|h_t - y_t\|^2$"""
)
BATCH = r"""$X_t \in \mathbb{R}^{B \times d}$, $W \in \mathbb{R}^{d \times h}$,
$b \in \mathbb{R}^{1 \times h}$, $c \in \mathbb{R}^{q}$, $V \in \mathbb{R}^{h \times q}$,
$A_t = X_t W + H_{t-1} U + b$, $H_t = \tanh(A_t)$, $O_t = H_t V + c$,
$L = \frac12 \sum_t \|O_t - Y_t\|_F^2$"""

CASES: dict[str, Stated] = {
    "labels above in brackets": (
        BRACKETS,
        {
            r"\delta^{(h)}_t = (1 - h_t^2) \odot (V^\top \delta^{(o)}_t"
            r" + W^\top \delta^{(h)}_{t+1})": "holds",
            r"\delta^{(h)}_t = (1 - h_t^2) \odot (V^\top \delta^{(o)}_t"
            r" + W \delta^{(h)}_{t+1})": "fails",
            r"\delta^{(o)}_t = o_t - y^*_t": "holds",
            r"\delta^{(o)}_t = o_t": "fails",
            r"\nabla_W L = \sum_t \delta^{(h)}_t h_{t-1}^\top": "holds",
            r"\nabla_W L = \sum_t \delta^{(h)}_t h_t^\top": "fails",
            r"\nabla_{W^{(t)}} L = \delta^{(h)}_t h_{t-1}^\top": "holds",
        },
    ),
    "letters above": (
        LETTERS,
        {
            r"\delta^h_t = (1 - h_t^2) \odot (V^\top \delta^o_t + W^\top \delta^h_{t+1})": "holds",
            r"\delta^h_t = (1 - h_t^2) \odot (V^\top \delta^h_t + W^\top \delta^h_{t+1})": "fails",
        },
    ),
    "labels before a step": (
        COMMAS,
        {
            r"\delta_{h,t} = (1 - h_t^2) \odot (V^\top \delta_{o,t} + W^\top \delta_{h,t+1})": (
                "holds"
            ),
            r"\delta_{h,t} = (1 - h_t^2) \odot (V^\top \delta_{o,t} + W \delta_{h,t+1})": "fails",
        },
    ),
    "labels below where steps stand above": (
        ABOVE,
        {
            r"\delta_h^{(t)} = (1 - (h^{(t)})^2) \odot (V^\top \delta_o^{(t)}"
            r" + W^\top \delta_h^{(t+1)})": "holds",
            r"\delta_h^{(t)} = (1 - (h^{(t)})^2) \odot (V^\top \delta_o^{(t)}"
            r" + W \delta_h^{(t+1)})": "fails",
            r"\nabla_{U^{(x)}} L = \sum_t \delta_h^{(t)} (x^{(t)})^\top": "holds",
            r"\nabla_{U^{(x)}} L = \sum_t \delta_h^{(t)} (h^{(t)})^\top": "fails",
        },
    ),
    "labels of gates": (
        GATES,
        {
            r"\nabla_{W^{(i)}} L = \sum_t ((1 - i_t^2) \odot \nabla_{i_t} L) x_t^\top": "holds",
            r"\nabla_{W^{(z)}} L = \sum_t ((1 - i_t^2) \odot \nabla_{i_t} L) x_t^\top": "fails",
            r"\nabla_{x_t} L = W^{(z)\top} (z_t \odot (1 - z_t) \odot \nabla_{z_t} L)"
            r" + (W^{(i)})^\top ((1 - i_t^2) \odot \nabla_{i_t} L)": "holds",
            r"\frac{\partial i_t}{\partial h_{t-1}} = \operatorname{diag}(1 - i_t^2) U^i": "holds",
            r"\frac{\partial i_t}{\partial h_{t-1}} = \operatorname{diag}(1 - i_t^2) U^z": "fails",
            r"\nabla_{h_T} L = h_T - y^{\text{end}}": "holds",
            r"\frac{\partial h_T}{\partial h_k}"
            r" = \prod_{i=k+1}^T \frac{\partial h_i}{\partial h_{i-1}}": "holds",
        },
    ),
    "layers": (
        LAYERS,
        {
            r"\frac{\partial h_t^{(2)}}{\partial h_t^{(1)}}"
            r" = \operatorname{diag}(1 - (h_t^{(2)})^2) U^{(2)}": "holds",
            r"\frac{\partial h_t^{(2)}}{\partial h_t^{(1)}}"
            r" = \operatorname{diag}(1 + (h_t^{(2)})^2) U^{(2)}": "fails",
            r"\nabla_{W^{(1)}} L = \sum_t ((1 - (h^{(1)}_t)^2) \odot \nabla_{h^{(1)}_t} L)"
            r" (h_{t-1}^{(1)})^\top": "holds",
            r"\nabla_{W^{[2]}} L = \sum_t ((1 - (h^{(2)}_t)^2) \odot \nabla_{h^{(2)}_t} L)"
            r" (h_t^{(2)})^\top": "fails",
        },
    ),
    "positions, powers and copies are no labels": (
        ENTRIES,
        {
            r"\frac{\partial L}{\partial h^{(i)}_T} = h_T^{(i)} - y^{(i)}_T": "holds",
            r"\frac{\partial L}{\partial h^{(i)}_T} = h_T^{(i)} + y^{(i)}_T": "fails",
            r"\nabla_{W^{(s)}} L = ((1 - h_s^2) \odot \nabla_{h_s} L) h_{s-1}^\top": "holds",
            r"\nabla_{W^{(1)}} L = ((1 - h_1^2) \odot \nabla_{h_1} L) h_0^\top": "holds",
            r"\nabla_{W^{(1)}} L = ((1 - h_1^2) \odot \nabla_{h_1} L) h_1^\top": "fails",
            r"W^2 h_t = W W h_t": "holds",
        },
    ),
    "words below that are not set as words": (
        WORDS_BELOW,
        {
            r"\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W_{rec}": (
                "holds"
            ),
            r"\frac{\partial h_t}{\partial x_t} = \operatorname{diag}(1 - h_t^2) W_{rec}": "fails",
            r"\nabla_{W_{out}} E = \sum_t (y_t - d_t) h_t^\top": "holds",
            r"\nabla_{W_{out}} E = \sum_t (y_t + d_t) h_t^\top": "fails",
            r"a_{t,i} = \sum_j W_{rec,ij} h_{t-1,j} + \sum_k W_{in,ik} x_{t,k}": "holds",
            r"a_{t,i} = \sum_j W_{rec,ji} h_{t-1,j} + \sum_k W_{in,ik} x_{t,k}": "fails",
        },
    ),
    "words that are names": (
        NETS,
        {
            r"\frac{\partial \mathcal{L}_{\text{total}}}{\partial \operatorname{net}_t} ="
            r" \frac{\partial \mathcal{L}_{\text{total}}}{\partial h_t}"
            r" \operatorname{diag}(1 - h_t^2)": "holds",
            r"\frac{\partial \mathcal{L}_{\text{total}}}{\partial \operatorname{net}_t} ="
            r" \frac{\partial \mathcal{L}_{\text{total}}}{\partial h_t}": "fails",
            r"\nabla_{h_T} \mathcal{L}_{\text{total}} = h_T - y_T": "holds",
            r"\nabla_{h_t} \mathcal{L}_{\text{total}} = h_t - y_t": "fails",
        },
    ),
    "powers of e": (
        SOFTMAX,
        {
            r"\frac{\partial p_t}{\partial y_t} = \operatorname{diag}(p_t) - p_t p_t^\top": "holds",
            r"\frac{\partial p_t}{\partial y_t} = \operatorname{diag}(p_t) + p_t p_t^\top": "fails",
            r"p_t = e^{y_t} / (\mathbf{1}^\top e^{y_t})": "holds",
            r"p_t = e^{-y_t} / (\mathbf{1}^\top e^{-y_t})": "fails",
        },
    ),
    "commands": (
        COMMANDS,
        {
            r"\pder{a_t} = \pder{h_t} \pder[h_t]{a_t}": "holds",
            r"\pder[h_t]{a_t} = \operatorname{diag}(1 + h_t^2)": "fails",
            r"\grad[\left. L \right.]{h_T} = \grad{h_T}": "holds",
            r"\grad{h_T} = {2 h_T - 2 y_T \over 2}": "holds",
            r"\grad{h_T} = {2 h_T - 2 y_T \over 3}": "fails",
            r"\left. \pder{h_t} \right|_{t=T} = (h_T - y_T)^\top": "holds",
            r"\pder{h_t}\big|_{t=T} = (h_T + y_T)^\top": "fails",
            r"\pder[h_t]{a_t} = \operatorname{diag}(\mathrm{sech}^2(a_t))": "holds",
            r"\pder[h_t]{a_t} = \operatorname{diag}(\mathrm{sech}(a_t))": "fails",
            r"\grad{a_t} = (1 - h_t^{\odot 2}) \odot \grad{h_t}": "holds",
            r"\grad{a_t} = (1 + h_t^{\circ 2}) \odot \grad{h_t}": "fails",
            r"W^{\odot 2} h_t = W W h_t": "fails",
        },
    ),
    "a bias for every row of a batch": (
        BATCH,
        {
            r"\nabla_b L = \sum_t \mathbf{1}^\top \nabla_{A_t} L": "holds",
            r"\nabla_b L = \sum_t \mathbf{1}^\top \nabla_{H_t} L": "fails",
            r"\nabla_b L = \sum_t \nabla_{A_t} L": "fails",
            r"\nabla_c L = \sum_t (O_t - Y_t)^\top \mathbf{1}": "holds",
            r"\nabla_c L = \sum_t (O_t + Y_t)^\top \mathbf{1}": "fails",
            r"\frac{\partial L}{\partial b_j} = \sum_t \sum_{i=1}^B"
            r" \frac{\partial L}{\partial A_{t,ij}}": "holds",
            r"O_t = H_t V - c": "fails",
            r"W + X_t = W": "fails",
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
