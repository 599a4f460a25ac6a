"""No letter is special: labels, steps and sizes may be any letter that nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from checks.pipeline import verify
from checks.records import FAILS, HOLDS

LABELLED = r"""# A

$$\alpha^{<t>} = \tanh(W_A \alpha^{<t-1>} + W_B x^{<t>})$$

All quantities are scalars. The steps are $t = 1, 2, 3$, and $\alpha^{<0>}$ is given.

$$W_A = 1, \quad W_B = 1$$

$$\frac{\partial \alpha^{<1>}}{\partial W_A} = (1 - (\alpha^{<1>})^2) \alpha^{<0>} \tag{1}$$

$$\frac{\partial \alpha^{<1>}}{\partial W_A} = (1 - (\alpha^{<1>})^2) x^{<1>} \tag{2}$$

$$W_A = W_A - \frac{\partial \alpha^{<3>}}{\partial W_A}$$
"""

STEPS = r"""# A

$$h_Q = \tanh(W h_{Q-1} + U x_Q)$$

The steps are $Q = 1, \dots, T$. The shapes are $h_Q \in \mathbb{R}^P$, $x_Q \in \mathbb{R}^N$,
$W \in \mathbb{R}^{P \times P}$ and $U \in \mathbb{R}^{P \times N}$.

$$\frac{\partial h_Q}{\partial h_{Q-1}} = \operatorname{diag}(1 - h_Q^2) W \tag{1}$$

$$\frac{\partial h_Q}{\partial h_{Q-1}} = W \operatorname{diag}(1 - h_Q^2) \tag{2}$$
"""

#: The sum runs over a letter with which nothing else is written, nor any shape.
INDICES = r"""# A

$$\mathbf{h}_t = \mathbf{W} \mathbf{h}_{t-1} + \mathbf{U} \mathbf{x}_t$$

The steps are $t = 1, \dots, T$.

$$\frac{\partial \mathbf{h}_t}{\partial \mathbf{W}} =
\sum_{Q=1}^t \left( \prod_{l=Q+1}^t \frac{\partial \mathbf{h}_l}{\partial \mathbf{h}_{l-1}} \right)
\frac{\partial \mathbf{h}_Q}{\partial \mathbf{W}} \tag{1}$$

$$\frac{\partial \mathbf{h}_t}{\partial \mathbf{h}_{t-1}} = \mathbf{U} \tag{2}$$
"""

#: Targets with an index in round brackets, where steps are in angles.
ENTRIES = r"""# A

$$a^{<t>} = w a^{<t-1>} + u x^{<t>}$$

The steps are $t = 1, 2, 3$. The shapes are $a^{<t>} \in \mathbb{R}^N$, $x^{<t>} \in \mathbb{R}^N$
and $y \in \mathbb{R}^N$; $w \in \mathbb{R}$ and $u \in \mathbb{R}$.

$$L = \frac{1}{N} \sum_i^N (a^{<3>(i)} - y^{(i)})^2$$

$$\frac{\partial L}{\partial u} =
\frac{2}{N} \sum_i^N (a^{<3>(i)} - y^{(i)}) \frac{\partial a^{<3>(i)}}{\partial u} \tag{1}$$

$$\sum_i^N x^{<1>(i)} = N x^{<1>(1)} \tag{2}$$
"""


def check(text: str) -> None:
    """Assert that (1) holds and (2) fails."""
    found = {record.id: (record.verdict, record.reason) for record in verify("a.md", text=text)}
    assert found["1"][0] == HOLDS, found
    assert found["2"][0] == FAILS, found


def every_third(letters: str) -> list[Any]:
    """Return the letters, two of three of them for the slow run alone."""
    return [
        pytest.param(letter, marks=pytest.mark.slow if number % 3 else ())
        for number, letter in enumerate(letters)
    ]


@pytest.mark.parametrize("label", every_third("abhopuvwz"))
def test_any_letter_is_a_label(label: str) -> None:
    check(LABELLED.replace("_A", f"_{label}").replace("_B", "_x"))


@pytest.mark.parametrize("step", every_third("ijklmnpqrstuvz"))
def test_any_letter_is_a_step(step: str) -> None:
    check(STEPS.replace("Q", step))


@pytest.mark.parametrize("size", every_third("CDMNPRSn"))
def test_any_letter_is_a_size(size: str) -> None:
    check(STEPS.replace("Q", "t").replace("P", size).replace("N", "K"))


@pytest.mark.parametrize("index", every_third("ijkmnpqr"))
def test_any_letter_is_an_index(index: str) -> None:
    check(INDICES.replace("Q", index))


@pytest.mark.parametrize("size", ["n", "N", "3"])
def test_a_size_is_a_letter_or_a_number(size: str) -> None:
    check(ENTRIES.replace("N", size))


@pytest.mark.parametrize("sign", [r"\top", "T", r"\intercal"])
def test_a_transpose_beside_a_lemma_is_no_step(sign: str) -> None:
    text = STEPS.replace("Q", "t").partition("$$\\frac")[0]
    check(
        rf"""{text}
A linear map with any loss follows.

$$y = Vz$$

$$\frac{{\partial L}}{{\partial V}} = (z \frac{{\partial L}}{{\partial y}})^{{{sign}}} \tag{{1}}$$

$$\frac{{\partial L}}{{\partial V}} = 2 (z \frac{{\partial L}}{{\partial y}})^{{{sign}}} \tag{{2}}$$
"""
    )
