"""Steps that are printed as numbers: where sums end, late steps, long sequences of fixed sizes.

Each case is a text and the verdicts on its numbered equations; wrong ones stand beside right ones.
"""

from __future__ import annotations

import pytest
from support.stated import Stated, check, judged, parameters

from checks.pipeline import verify

SCALARS = r"All quantities are scalars. $h_t = \tanh(w h_{t-1} + u x_t)$"
BACK = (
    r"\frac{\partial L}{\partial h_t} = h_t - y_t"
    r" + w (1 - h_{t+1}^2) \frac{\partial L}{\partial h_{t+1}}"
)
LONG = (
    r"$X_t, H_t \in \mathbb{R}^{2 \times 8}$, $W, U \in \mathbb{R}^{8 \times 8}$."
    r" $Z_t = H_{t-1} W + X_t U$, $H_t = \tanh(Z_t)$, "
)

CASES: dict[str, Stated] = {
    "the sum of the loss ends with a number": (
        rf"{SCALARS}, $L = \frac12 \sum_{{t=1}}^3 (h_t - y_t)^2$",
        {
            BACK: "holds",
            r"\frac{\partial L}{\partial h_T} = h_T - y_T": "holds",
            r"\frac{\partial L}{\partial h_3} = h_3 - y_3": "holds",
            r"\frac{\partial L}{\partial h_2} = h_2 - y_2": "fails",
            r"\frac{\partial L}{\partial w} = \sum_{t=1}^3 \frac{\partial L}{\partial h_t}"
            r" (1 - h_t^2) h_{t-1}": "holds",
            r"\frac{\partial L}{\partial w} = \sum_{t=1}^2 \frac{\partial L}{\partial h_t}"
            r" (1 - h_t^2) h_{t-1}": "fails",
        },
    ),
    "one sum ends with a number, and another one does not": (
        rf"{SCALARS}, $L = \frac12 \sum_{{t=1}}^T h_t^2 + \frac12 \sum_{{t=1}}^2 (h_t - y_t)^2$",
        {
            r"\frac{\partial L}{\partial h_T} = h_T": "fails",
            r"\frac{\partial L}{\partial h_t} = h_t + w (1 - h_{t+1}^2)"
            r" \frac{\partial L}{\partial h_{t+1}}": "fails",
        },
    ),
    "a late step": (
        rf"{SCALARS}, $L = \frac12 \sum_t (h_t - y_t)^2$",
        {
            r"\frac{\partial h_{20}}{\partial h_{19}} = w (1 - h_{20}^2)": "holds",
            r"\frac{\partial h_{20}}{\partial h_{19}} = w (1 - h_{19}^2)": "fails",
            r"\frac{\partial L}{\partial h_7} = h_7 - y_7 + w (1 - h_8^2)"
            r" \frac{\partial L}{\partial h_8}": "holds",
            r"\frac{\partial h_{30}}{\partial w} = \sum_{k=1}^{30}"
            r" \frac{\partial h_{30}}{\partial h_k} (1 - h_k^2) h_{k-1}": "holds",
            r"\frac{\partial h_{30}}{\partial w} = \sum_{k=1}^{29}"
            r" \frac{\partial h_{30}}{\partial h_k} (1 - h_k^2) h_{k-1}": "fails",
            # True of five steps, and of no other number of them.
            r"\frac{\partial L}{\partial h_5} = h_5 - y_5": "fails",
            r"\frac{\partial L}{\partial h_4} = h_4 - y_4 + w (1 - h_5^2) (h_5 - y_5)": "fails",
            r"\frac{\partial h_{2000}}{\partial h_{1999}} = w (1 - h_{2000}^2)": "undecided",
        },
    ),
    "a hundred steps of two examples and eight states": (
        LONG + r"$L = \frac12 \sum_{t=1}^{100} \|H_t - Y_t\|_F^2$",
        {
            r"\frac{\partial L}{\partial W} = \sum_{t=1}^{100}"
            r" H_{t-1}^\top \frac{\partial L}{\partial Z_t}": "holds",
            r"\frac{\partial L}{\partial H_t} = H_t - Y_t + \frac{\partial L}{\partial Z_{t+1}}"
            r" W^\top": "holds",
            r"\frac{\partial L}{\partial H_t} = H_t - Y_t + \frac{\partial L}{\partial Z_{t+1}}"
            r" W": "fails",
        },
    ),
    "a step of three digits at the loss": (
        LONG + r"$L = \frac12 \|H_{100} - Y\|_F^2$",
        {r"\frac{\partial L}{\partial H_{100}} = H_{100} - Y": "holds"},
    ),
}


@parameters(CASES)
def test_equation(text: str, equations: tuple[str, ...], equation: str, verdict: str) -> None:
    check(judged(text, equations)[equation], verdict)


def test_a_certificate_for_one_size_rests_on_three_points() -> None:
    text = rf"{SCALARS}, $L = \frac12 (h_3 - y)^2$. $$\frac{{\partial L}}{{\partial y}} = y - h_3$$"
    (record,) = (r for r in verify("own.md", text=text).records if r.kind == "claim")
    assert record.certificate is not None
    assert (record.certificate.taus, record.certificate.points) == ((3,), 3)


def test_the_number_of_steps_is_that_of_the_sum() -> None:
    text = rf"{SCALARS}, $L = \frac12 \sum_{{t=1}}^4 (h_t - y_t)^2$. $${BACK}$$"
    (record,) = (r for r in verify("own.md", text=text).records if r.kind == "claim")
    assert record.certificate is not None
    assert set(record.certificate.taus) == {4}


@pytest.mark.parametrize("first", ["0", "1"])
def test_steps_are_counted_from_the_first_one(first: str) -> None:
    text = (
        rf"All are scalars. $h_t = \tanh(w h_{{t-1}} + u x_t)$ for $t = {first}, \ldots, 3$,"
        rf" $L = \frac12 \sum_{{t={first}}}^3 (h_t - y_t)^2$. $${BACK}$$"
    )
    (record,) = (r for r in verify("own.md", text=text).records if r.kind == "claim")
    assert record.verdict == "holds"
    assert record.certificate is not None
    assert set(record.certificate.taus) == {4 - int(first)}
