"""Gradients that are named by a sign before the variable, and letters for a size with a step."""

from __future__ import annotations

import pytest
from support.stated import Stated, check, judged, parameters

from checks.pipeline import verify

TEXT = (
    r"$W \in \mathbb{R}^{n \times n}$, $z_t = W h_{t-1} + x_t$, $h_t = \tanh(z_t)$,"
    r" $L = \frac12 \sum_t \|h_t - y_t\|^2$. "
)
RIGHT = r"\sum_t ({0} h_t \odot (1 - h_t^2)) h_{{t-1}}^\top"
WRONG = r"\sum_t ({0} h_t \odot (1 - h_t^2)) h_t^\top"


def of(sign: str) -> dict[str, str]:
    """Return the verdicts on equations with gradients that a sign names."""
    return {
        rf"{sign} W = {RIGHT.format(sign)}": "holds",
        rf"{sign} W = {WRONG.format(sign)}": "fails",
        rf"{sign} h_t = h_t - y_t + W^\top {sign} z_{{t+1}}": "holds",
        rf"{sign} h_t = h_t - y_t + W {sign} z_{{t+1}}": "fails",
        rf"{sign} h_t^\top = h_t^\top - y_t^\top + {sign} z_{{t+1}}^\top W": "holds",
        rf"\nabla_{{z_t}} L = (1 - h_t^2) \odot {sign} h_t": "holds",
    }


CASES: dict[str, Stated] = {
    "delta": (TEXT + r"Let $\delta h_t = \nabla_{h_t} L$.", of(r"\delta")),
    "d": (TEXT + r"Let $dh_t = \nabla_{h_t} L$.", of("d")),
    "another variable": (TEXT + r"We write $\Delta W := \nabla_W L$.", of(r"\Delta")),
    "nothing says what the sign means": (
        TEXT,
        {r"\delta h_t = h_t - y_t + W^\top \delta z_{t+1}": "undecided"},
    ),
    "the sign has another meaning too": (
        TEXT + r"Let $\delta h_t = \nabla_{h_t} L$ and $\delta_t = \nabla_{z_t} L$.",
        {
            r"\delta_t = (1 - h_t^2) \odot \nabla_{h_t} L": "holds",
            r"\delta h_t = h_t - y_t + W^\top \delta_{t+1}": "undecided",
        },
    ),
    "a differential is no gradient": (
        TEXT + r"Let $dh_t = \nabla_{h_t} L$.",
        {r"\frac{dL}{dW} = \sum_t (dh_t \odot (1 - h_t^2)) h_{t-1}^\top": "holds"},
    ),
    "a size with a step": (
        r"$x_t, d_t \in \mathbb{R}^d$, $W \in \mathbb{R}^{d \times d}$,"
        r" $h_t = \tanh(W h_{t-1} + x_t)$, $L = \frac{1}{2 d} \sum_t \|h_t - d_t\|^2$",
        {
            r"\nabla_{h_T} L = \frac{1}{d} (h_T - d_T)": "holds",
            r"\nabla_{h_T} L = h_T - d_T": "fails",
        },
    ),
}


@parameters(CASES)
def test_equation(text: str, equations: tuple[str, ...], equation: str, verdict: str) -> None:
    check(judged(text, equations)[equation], verdict)


@pytest.mark.parametrize("sign", [r"\delta", "d"])
def test_the_line_that_names_them_is_no_claim(sign: str) -> None:
    text = rf"{TEXT} $${sign} h_t = \frac{{\partial L}}{{\partial h_t}} \tag{{1}}$$"
    (record,) = (r for r in verify("own.md", text=text).records if r.id == "1")
    assert (record.kind, record.verdict) == ("definition", "not-a-claim")
