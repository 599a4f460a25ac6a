"""How far steps run: every way to write a range, the step at which a state is read, and beyond.

Each case is a text and the verdicts on its numbered equations; wrong ones stand beside right ones.
"""

from __future__ import annotations

import pytest
from support.stated import Stated, check, judged, parameters

from checks.pipeline import verify

SCALARS = "All quantities are scalars. "
PLAIN = r"$h_t = \tanh(w h_{t-1} + u x_t)$"
LAST = {
    r"\frac{\partial E}{\partial h_n} = h_n - y": "holds",
    r"\frac{\partial E}{\partial w} = \sum_{t=1}^n \frac{\partial E}{\partial h_t}"
    r" (1 - h_t^2) h_{t-1}": "holds",
    r"\frac{\partial E}{\partial w} = \sum_{t=1}^n \frac{\partial E}{\partial h_t}"
    r" (1 - h_t^2) h_t": "fails",
}
RANGES = [
    "for $t = 1..n$",
    r"for $t = 1 \ldots n$",
    "for $t = 1:n$",
    r"for $t \in [1, n]$",
    r"for $n \ge t \ge 1$",
    r"for $t = 1 \text{ to } n$",
    "for a sequence of length $n$",
]
STEPS = (
    r"$h_t = \tanh(W h_{t-1} + U x_t)$, $W \in \mathbb{R}^{m \times m}$,"
    r" $L = \sum_{t=1}^T \frac12 \|h_t - y_t\|^2$, $\delta_t = (1 - h_t^2) \odot \nabla_{h_t} L$"
)

CASES: dict[str, Stated] = {
    **{
        words: (SCALARS + rf"{PLAIN} {words}, and $E = \frac12 (h_n - y)^2$", LAST)
        for words in RANGES
    },
    "an input before the first step, or a target after the last one": (
        STEPS,
        {
            r"\nabla_U L = \sum_{t=1}^T \delta_t x_t^\top": "holds",
            r"\nabla_U L = \sum_{t=1}^T \delta_t x_{t-1}^\top": "fails",
            r"\nabla_U L = \sum_{t=2}^T \delta_t x_{t-1}^\top": "fails",
            r"\nabla_U L = \sum_{t=1}^T \delta_t x_{t+1}^\top": "fails",
            # That of the first step alone is about a step that the text does not have.
            r"\nabla_U L = \delta_1 x_0^\top": "undecided",
            r"\nabla_U L = \sum_{t=1}^T \delta_t x_{t-5}^\top": "undecided",
        },
    ),
    "a loss of the last but one output, which needs two steps": (
        r"$h_t = \tanh(W h_{t-1} + U x_t)$, $W \in \mathbb{R}^{n \times n}$, $\hat{y}_t = V h_t$,"
        r" $L = \frac12 \|\hat{y}_{T-1} - y\|^2$",
        {
            r"\nabla_{h_{T-1}} L = V^\top (\hat{y}_{T-1} - y)": "holds",
            r"\nabla_{h_T} L = 0": "holds",
            r"\nabla_{h_T} L = V^\top (\hat{y}_{T-1} - y)": "fails",
        },
    ),
    "an input that is read one step earlier": (
        STEPS.replace("U x_t", "U x_{t-1}"),
        {
            r"\nabla_U L = \sum_{t=1}^T \delta_t x_{t-1}^\top": "holds",
            r"\nabla_U L = \sum_{t=1}^T \delta_t x_t^\top": "fails",
        },
    ),
}


@parameters(CASES)
def test_the_verdict_is_the_stated_one(text, equations, equation, verdict):
    check(judged(text, equations)[equation], verdict)


def test_what_is_read_beyond_the_steps_is_said():
    text, equations = CASES["an input before the first step, or a target after the last one"]
    found = judged(text, tuple(equations))[r"\nabla_U L = \sum_{t=1}^T \delta_t x_{t-1}^\top"]
    assert found.note == "x has no value at step 0: it fails for any value and for zero"
    assert found.counterexample is not None
    assert "x[0]" in found.counterexample.values


@pytest.mark.parametrize(
    ("loss", "roles"),
    [
        (r"L = \sum_t \frac12 (v h_t - y_t)^2", {"v": "parameter", "y": "target"}),
        (r"L = \frac12 (h_T - y)^2", {"y": "target"}),
    ],
)
def test_a_weight_of_the_loss_is_no_target_and_a_function_no_variable(loss, roles):
    text = SCALARS + rf"$h_t = \sigma(w h_{{t-1}} + u x_t)$, with $\sigma$ the sigmoid, ${loss}$"
    (section,) = verify("own.md", text=rf"{text}, $\frac{{\partial L}}{{\partial w}} = 0$").sections
    variables = section.model["variables"]
    assert isinstance(variables, dict)
    found = {name.split("[")[0]: words.split()[-1] for name, words in variables.items()}
    assert (
        found
        == {"h": "node", "w": "parameter", "u": "parameter", "x": "input", "L": "node"} | roles
    )
