"""Steps as texts count them: the last one under any letter, from 0, ahead, under conditions.

Each case is a text and the verdicts on its numbered equations; wrong ones stand beside right ones.
"""

from __future__ import annotations

import pytest
from support.stated import Stated, check, judged, parameters

SCALARS = "All quantities are scalars. "
SQUARE = r"$W \in \mathbb{R}^{m \times m}$"
PLAIN = r"$h_t = \tanh(w h_{t-1} + u x_t)$"
AHEAD = r"$h_{t+1} = \tanh(w h_t + u x_t)$"

CASES: dict[str, Stated] = {
    "N is the last step": (
        SCALARS + rf"{PLAIN}, $L = \sum_{{t=1}}^N L_t$, $L_t = \frac12 (h_t - y_t)^2$",
        {
            r"\frac{\partial L}{\partial h_N} = h_N - y_N": "holds",
            r"\frac{\partial L}{\partial h_{N-1}} = h_{N-1} - y_{N-1}": "fails",
            r"\frac{\partial h_N}{\partial h_1} = w^{N-1} \prod_{t=2}^N (1 - h_t^2)": "holds",
            r"\frac{\partial h_N}{\partial h_1} = w^N \prod_{t=2}^N (1 - h_t^2)": "fails",
        },
    ),
    "a length of its own for the inputs, and a mean": (
        SCALARS + rf"{PLAIN}, $L = \frac{{1}}{{T_x}} \sum_{{t=1}}^{{T_x}} \frac12 (h_t - y_t)^2$",
        {
            r"\frac{\partial L}{\partial h_{T_x}} = \frac{1}{T_x} (h_{T_x} - y_{T_x})": "holds",
            r"\frac{\partial L}{\partial h_{T_x}} = h_{T_x} - y_{T_x}": "fails",
        },
    ),
    "steps n as arguments up to N": (
        SCALARS + r"$x(n) = \tanh(w x(n-1) + u v(n))$, $E = \sum_{n=1}^N \frac12 (x(n) - y(n))^2$",
        {
            r"\frac{\partial E}{\partial x(N)} = x(N) - y(N)": "holds",
            r"\frac{dE}{dw} = \sum_{n=1}^N \frac{dE}{dx(n)} (1 - x(n)^2) x(n-1)": "holds",
            r"\frac{dE}{dw} = \sum_{n=1}^N \frac{dE}{dx(n)} (1 - x(n)^2) x(n)": "fails",
        },
    ),
    "a small letter that ends the range of steps": (
        SCALARS + rf"For $t = 1, \dots, n$, {PLAIN}, and $L = \frac12 (h_n - y)^2$",
        {
            r"\frac{\partial L}{\partial h_n} = h_n - y": "holds",
            r"\frac{\partial L}{\partial h_{n-1}} = h_n - y": "fails",
        },
    ),
    "a letter that is a size is no last step": (
        r"$h_t = \tanh(W h_{t-1})$, $W \in \mathbb{R}^{N \times N}$,"
        r" $L = \sum_{t=1}^N \frac12 \|h_t - y_t\|^2$",
        {r"\nabla_{h_N} L = h_N - y_N": "undecided"},
    ),
    "steps from 0 to T - 1": (
        rf"$h_t = \tanh(W h_{{t-1}} + x_t)$, $t = 0, \dots, T-1$, {SQUARE},"
        r" $L = \sum_{t=0}^{T-1} \frac12 \|h_t - y_t\|^2$",
        {
            r"\nabla_{h_{T-1}} L = h_{T-1} - y_{T-1}": "holds",
            r"\nabla_{h_{T-2}} L = h_{T-2} - y_{T-2}": "fails",
            r"\nabla_{h_T} L = h_T - y_T": "undecided",
            r"\nabla_W L = \sum_{t=0}^{T-1} (\nabla_{W_t} L)": "holds",
            r"\nabla_W L = \sum_{t=1}^{T-1} (\nabla_{W_t} L)": "fails",
        },
    ),
    "steps from 0 to T": (
        SCALARS + rf"{PLAIN}, $L = \sum_{{t=0}}^T \frac12 (h_t - y_t)^2$",
        {
            r"\frac{\partial L}{\partial h_T} = h_T - y_T": "holds",
            r"\frac{\partial L}{\partial u} = \sum_{t=0}^T \frac{\partial L}{\partial h_t}"
            r" (1 - h_t^2) x_t": "holds",
            # True if the state at step 0 is the initial one, of which the text says nothing.
            r"\frac{\partial L}{\partial u} = \sum_{t=1}^T \frac{\partial L}{\partial h_t}"
            r" (1 - h_t^2) x_t": "undecided",
            r"\frac{\partial L}{\partial u} = \sum_{t=2}^T \frac{\partial L}{\partial h_t}"
            r" (1 - h_t^2) x_t": "fails",
        },
    ),
    "a sum from 0 where the state there is given": (
        SCALARS + rf"{PLAIN}, $h_0 = 0$, $L = \sum_{{t=0}}^T \frac12 (h_t - y_t)^2$",
        {
            r"\frac{\partial L}{\partial u} = \sum_{t=1}^T \frac{\partial L}{\partial h_t}"
            r" (1 - h_t^2) x_t": "holds",
            r"\frac{\partial L}{\partial u} = \sum_{t=2}^T \frac{\partial L}{\partial h_t}"
            r" (1 - h_t^2) x_t": "fails",
        },
    ),
    "a recurrence for the next state": (
        SCALARS + rf"{AHEAD} for $t = 0, \dots, T-1$, $L = \frac12 (h_T - y)^2$",
        {
            r"\frac{\partial h_{t+1}}{\partial x_t} = u (1 - h_{t+1}^2)": "holds",
            r"\frac{\partial h_{t+1}}{\partial x_t} = u (1 - h_t^2)": "fails",
            r"\frac{\partial L}{\partial u} = \sum_{t=0}^{T-1} \frac{\partial L}{\partial h_{t+1}}"
            r" (1 - h_{t+1}^2) x_t": "holds",
            r"\frac{\partial L}{\partial u} = \sum_{t=1}^{T-1} \frac{\partial L}{\partial h_{t+1}}"
            r" (1 - h_{t+1}^2) x_t": "fails",
            r"\frac{\partial L}{\partial u_t} = \frac{\partial L}{\partial h_{t+1}}"
            r" (1 - h_{t+1}^2) x_t": "undecided",
        },
    ),
    "a recurrence for the next state, from the state of step 1": (
        SCALARS + rf"For $t = 1, \dots, T$, {AHEAD}, and $L = \frac12 (h_{{T+1}} - y)^2$",
        {
            r"\frac{\partial L}{\partial u} = \sum_{t=1}^T \frac{\partial L}{\partial h_{t+1}}"
            r" (1 - h_{t+1}^2) x_t": "holds",
            r"\frac{\partial L}{\partial u} = \sum_{t=1}^{T-1} \frac{\partial L}{\partial h_{t+1}}"
            r" (1 - h_{t+1}^2) x_t": "fails",
        },
    ),
    "a recurrence for the next state that begins nowhere": (
        SCALARS + rf"{AHEAD}, $L = \frac12 (h_T - y)^2$",
        {
            r"\frac{\partial h_{t+1}}{\partial x_t} = u (1 - h_{t+1}^2)": "holds",
            r"\frac{\partial h_{t+1}}{\partial x_t} = w (1 - h_{t+1}^2)": "fails",
            r"\frac{\partial L}{\partial u} = \sum_{t=1}^{T-1} \frac{\partial L}{\partial h_{t+1}}"
            r" (1 - h_{t+1}^2) x_t": "undecided",
        },
    ),
    "the target before is an input": (
        SCALARS + r"$h_t = \tanh(w h_{t-1} + u y_{t-1})$, $L = \sum_{t=1}^T \frac12 (h_t - y_t)^2$",
        {
            r"\frac{\partial L}{\partial u} = \sum_{t=1}^T \frac{\partial L}{\partial h_t}"
            r" (1 - h_t^2) y_{t-1}": "holds",
            r"\frac{\partial L}{\partial u} = \sum_{t=1}^T \frac{\partial L}{\partial h_t}"
            r" (1 - h_t^2) y_t": "fails",
        },
    ),
    "the next input is the target": (
        rf"$h_t = \tanh(W h_{{t-1}} + U x_t)$, {SQUARE}, $p_t = \mathrm{{softmax}}(V h_t)$,"
        r" $L = -\sum_{t=1}^T \sum_i x_{t+1,i} \log p_{t,i}$",
        {
            r"\nabla_V L = \sum_{t=1}^T (p_t - x_{t+1}) h_t^\top": "holds",
            r"\nabla_V L = \sum_{t=1}^T (p_t - x_t) h_t^\top": "fails",
            r"\nabla_V L = \sum_{t=1}^{T-1} (p_t - x_{t+1}) h_t^\top": "fails",
        },
    ),
    "conditions under sums and products": (
        rf"$h_t = \tanh(W h_{{t-1}} + x_t)$, {SQUARE}, $L_t = \frac12 \|h_t - y_t\|^2$,"
        r" $L = \sum_{t \le T} L_t$",
        {
            r"L = \sum_{1 \le t < T} L_t + L_T": "holds",
            r"L = \sum_{t < T} L_t": "fails",
            r"L = \sum_{t \in \{1, \dots, T\}} L_t": "holds",
            r"\frac{\partial L}{\partial h_t} = \sum_{s \ge t} \frac{\partial L_s}{\partial h_t}": (
                "holds"
            ),
            r"\frac{\partial L}{\partial h_t} = \sum_{t \le s} \frac{\partial L_s}{\partial h_t}": (
                "holds"
            ),
            r"\frac{\partial L}{\partial h_t} = \sum_{s > t} \frac{\partial L_s}{\partial h_t}": (
                "fails"
            ),
            r"\frac{\partial h_t}{\partial h_k} = \prod_{t \ge i > k}"
            r" \operatorname{diag}(1 - h_i^2) W": "holds",
            r"\frac{\partial h_t}{\partial h_k} = \prod_{t \ge i \ge k}"
            r" \operatorname{diag}(1 - h_i^2) W": "fails",
            r"\nabla_{h_k} L_t = \left(\prod_{k < i \le t} W^\top \operatorname{diag}(1 - h_i^2)"
            r"\right) (h_t - y_t)": "holds",
            r"\nabla_{h_k} L_t = \left(\prod_{t \ge i > k} W^\top \operatorname{diag}(1 - h_i^2)"
            r"\right) (h_t - y_t)": "fails",
            r"\frac{\partial h_t}{\partial W} = \sum_{k \le t} \frac{\partial h_t}{\partial W_k}": (
                "holds"
            ),
            r"\frac{\partial h_t}{\partial W} = \sum_{k < t} \frac{\partial h_t}{\partial W_k}": (
                "fails"
            ),
            # The sum may run over both.
            r"\nabla_W L = \sum_{k \le t} \nabla_{W_k} L_t": "undecided",
        },
    ),
}


@parameters(CASES)
def test_an_equation_is_judged_right(
    text: str, equations: tuple[str, ...], equation: str, verdict: str
) -> None:
    check(judged(text, equations)[equation], verdict)


@pytest.mark.parametrize(
    ("equation", "missing"),
    [
        (r"E = \sum_{t=1}^T x_{t-2}", "x has no value at step -1, where steps begin with 1"),
        (r"E = \sum_{t=1}^T h_{t+1}", "h has no value one step after the last one"),
        (r"h_{T+2} = h_{t-3} - h_0", "h has no value 2 steps after the last one"),
    ],
)
def test_what_has_no_value_at_which_step_is_said(equation: str, missing: str) -> None:
    text = SCALARS + rf"{PLAIN}, $E = \sum_{{t=1}}^T h_t$"
    assert (judged(text, (equation,))[equation].reason or "").endswith(missing)


def test_a_loss_at_a_step_that_its_network_has_not_is_named() -> None:
    text = SCALARS + rf"{AHEAD}, $o_t = v h_t$, $L = \sum_{{t=0}}^T \frac12 (o_t - y_t)^2$"
    claim = r"\frac{\partial L}{\partial o_t} = o_t - y_t"
    reason = judged(text, (claim,))[claim].reason or ""
    assert "L reads o[0]; steps begin with 1 here, and o has no value at that one" in reason
