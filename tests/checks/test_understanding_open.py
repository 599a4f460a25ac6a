"""What a text leaves open or says by the way: systems, arrows, empty boxes, theta, one example.

Whole documents; each has a wrong equation beside a right one.
"""

from __future__ import annotations

from functools import cache

import pytest

from checks.pipeline import verify
from checks.records import Record

SCALAR = (
    r"All quantities are scalars. $h_t = \tanh(w h_{t-1} + u x_t)$, $L = \frac12 (h_T - y)^2$. "
)
ARRAY = (
    r"$W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(W h_{t-1} + x_t)$,"
    r" $L = \frac12 \sum_t \|h_t - y_t\|^2$. "
)
#: Two weights and m examples, whose number is written above.
EXAMPLES = (
    r"$s^{<t>}, x^{<t>}, y \in \mathbb{R}^m$, $p, q \in \mathbb{R}$."
    r" $s^{<t>} = \tanh(p s^{<t-1>} + q x^{<t>})$ and"
    r" $L = \frac{1}{m} \sum_{i=1}^m (s^{<2>(i)} - y^{(i)})^2$. "
)
SLOPE = r"\frac{\partial h_t}{\partial h_{t-1}}"

#: A document, in which (1), (2) ... are judged, and their verdicts.
DOCUMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "an arrow behind numbers": (
        rf"{SCALAR}$$h_1 = \tanh(0.5) = 0.46 \rightarrow y = 1 \tag{{1}}$$"
        r"$$h_1 = \tanh(0.5) = 0.47 \rightarrow y = 1 \tag{2}$$"
        r"$$\frac12 (0.5 + 1) = 0.75 \quad \leftarrow \text{more than } 0.7 \text{ here} \tag{3}$$"
        r"$$\frac12 (0.5 + 1) = 0.57 \quad \leftarrow \text{less than } 0.7 \tag{4}$$",
        ("holds", "fails", "holds", "fails"),
    ),
    "shapes that do not fit, with and without a name that is not known": (
        rf"{ARRAY}$$\nabla_W L = \sum_t h_t h_t \tag{{1}}$$"
        r"$$\nabla_W L = \sum_t h_t h_t \Xi_q^\top \tag{2}$$"
        r"$$\nabla_W L = h_1 x_1 + \Xi_q \tag{3}$$"
        r"$$h_1 x_1 = \Xi_q \tag{4}$$"
        r"$$h_1 x_1 = h_1 \tag{5}$$"
        r"$$\nabla_W L = h_1 x_1 \mathrm{diag}(h_1) \tag{6}$$",
        ("fails", "undecided", "undecided", "undecided", "fails", "fails"),
    ),
    "a sign where a step of a parameter may stand": (
        rf"{ARRAY}$$\nabla_W h_1 = \frac{{\partial h_1}}{{\partial W_*}} \tag{{1}}$$"
        r"$$\frac{\partial h_1}{\partial W} = \frac{\partial h_1}{\partial W_\circ} \tag{2}$$"
        r"$$\frac{\partial h_1}{\partial W} = \frac{\partial h_1}{\partial W_+} \tag{3}$$"
        r"$$h_1 = \tanh(W_\bullet h_0 + x_1) \tag{4}$$"
        r"$$\frac{\partial h_1}{\partial W} = \frac{\partial h_2}{\partial W_*} \tag{5}$$",
        ("holds", "undecided", "undecided", "undecided", "fails"),
    ),
    "a sum over what its term does not have": (
        rf"{ARRAY}$$\nabla_W L = \sum_{{\operatorname{{zzz}}}} h_1 h_2 \tag{{1}}$$"
        r"$$\nabla_W L = \sum_t h_t h_t \tag{2}$$",
        ("undecided", "fails"),
    ),
    "an arrow behind an equation": (
        rf"{SCALAR}$${SLOPE} = w (1 - h_t^2) \to 0 \tag{{1}}$$"
        rf"$${SLOPE} = w (1 + h_t^2) \to 0 \tag{{2}}$$",
        ("holds", "fails"),
    ),
    "a side that is left open": (
        rf"{SCALAR}$${SLOPE} = \dots = w (1 - h_t^2) = \boxed{{\quad}} \tag{{1}}$$"
        rf"$${SLOPE} = \dots = w (1 - h_{{t-1}}^2) \tag{{2}}$$"
        rf"$${SLOPE} = \boxed{{}} \tag{{3}}$$",
        ("holds", "fails", "not-a-claim"),
    ),
    "a state that is left open": (
        ARRAY.replace(r"\tanh(W h_{t-1} + x_t)", r"\dots")
        + r"$$\nabla_{h_t} L = h_t - y_t \tag{1}$$",
        ("undecided",),
    ),
    "a system behind a brace": (
        rf"{SCALAR}$$\begin{{cases}} {SLOPE} = w (1 - h_t^2) & ,"
        r" \frac{\partial h_t}{\partial x_t} = u (1 - h_t^2) \tag{1} \\"
        rf" {SLOPE} = w (1 - h_t^2) & , \frac{{\partial h_t}}{{\partial x_t}} = u \tag{{2}}"
        r" \end{cases}$$",
        ("holds", "fails"),
    ),
    "a number of an equation before numbers": (
        rf"{SCALAR}$${SLOPE} = w (1 - h_t^2) \quad - (a)$$"
        r"$$(a) \frac12 [(0.5 - 1) + 2] = 0.75 \tag{1}$$"
        r"$$(a) \frac12 [(0.5 - 1) + 2] = 0.5 \tag{2}$$",
        ("holds", "fails"),
    ),
    "a factor with the letter of an equation": (
        r"All quantities are scalars. $h_t = a h_{t-1} + x_t$, $L = \frac12 (h_T - y)^2$."
        r"$$\frac{\partial h_t}{\partial x_t} = 1 \tag{a}$$ $$(a) h_{t-1} = h_t - x_t \tag{1}$$"
        r"$$(a) h_{t-1} = x_t - h_t \tag{2}$$",
        ("holds", "fails"),
    ),
    "theta is any parameter": (
        rf"{ARRAY}$$\frac{{\partial L}}{{\partial \theta}} ="
        r" \sum_t \frac{\partial L}{\partial h_t} \frac{\partial h_t}{\partial \theta} \tag{1}$$"
        r"$$\frac{\partial L}{\partial \theta} = \sum_t (h_t - y_t)^\top"
        r" \frac{\partial h_t}{\partial \theta} \tag{2}$$"
        r"$$\frac{\partial L}{\partial \theta} = \sum_t (h_t + y_t)^\top"
        r" \frac{\partial h_t}{\partial \theta} \tag{3}$$",
        ("holds", "holds", "fails"),
    ),
    "theta is one of two parameters": (
        rf"{SCALAR}$$\frac{{\partial h_t}}{{\partial \theta_0}} = (1 - h_t^2)"
        r" (h_{t-1} + w \frac{\partial h_{t-1}}{\partial \theta_0}) \tag{1}$$"
        r"$$\frac{\partial L}{\partial \theta_0} = \frac{\partial L}{\partial h_T}"
        r" \frac{\partial h_T}{\partial \theta_0} \tag{2}$$",
        ("undecided", "holds"),
    ),
    "theta has an equation": (
        rf"{SCALAR}Let $\theta = w + u$. $$\frac{{\partial L}}{{\partial \theta}} ="
        r" \frac{\partial L}{\partial h_T} \frac{\partial h_T}{\partial \theta} \tag{1}$$",
        ("undecided",),
    ),
    "a derivative without its variable": (
        rf"{SCALAR}$${SLOPE} = \frac{{\partial}}{{\partial}} \tanh(w h_{{t-1}} + u x_t) \tag{{1}}$$"
        rf"$${SLOPE} = \frac{{\partial}}{{\partial}} (w h_{{t-1}} + u x_t) \tag{{2}}$$"
        rf"$${SLOPE} = (1 - h_t^2) \frac{{\partial}}{{\partial}} (w u) \tag{{3}}$$"
        r"$$\frac{\partial L}{\partial} = h_T - y \tag{4}$$",
        ("holds", "fails", "undecided", "undecided"),
    ),
    "a name that a chain says by the way": (
        EXAMPLES.replace(
            r"\frac{1}{m} \sum_{i=1}^m (s",
            r"\frac{1}{m} \sum_{i=1}^m (g_\beta(x^{(i)}) - y^{(i)})^2"
            r" = \frac{1}{m} \sum_{i=1}^m (s",
        )
        + r"$$\frac{\partial L}{\partial q} = \frac{2}{m} \sum_{i=1}^m (g_\beta(x^{(i)}) - y^{(i)})"
        r" \frac{\partial g_\beta(x^{(i)})}{\partial q} \tag{1}$$"
        r"$$\frac{\partial L}{\partial q} = \frac{1}{m} \sum_{i=1}^m (g_\beta(x^{(i)}) - y^{(i)})"
        r" \frac{\partial g_\beta(x^{(i)})}{\partial q} \tag{2}$$",
        ("holds", "fails"),
    ),
    "an equation for one example": (
        EXAMPLES + r"$$\frac{\partial s^{<2>}}{\partial s^{<1>}} = p (1 - (s^{<2>})^2) \tag{1}$$"
        r"$$\frac{\partial s^{<2>}}{\partial s^{<1>}} = p (1 - (s^{<1>})^2) \tag{2}$$"
        r"$$\frac{\partial L}{\partial q} = \frac{2}{m} (s^{<2>} - y)"
        r" \frac{\partial s^{<2>}}{\partial q} \tag{3}$$"
        r"$$\frac{\partial L}{\partial s^{<2>}} = \frac{2}{m} \sum_{i=1}^m (s^{<2>(i)} - y^{(i)})"
        r" \tag{4}$$",
        ("holds", "fails", "fails", "fails"),
    ),
    "arrays in words alone": (
        r"A vector implementation. $s^{<t>} = W s^{<t-1>} + U x^{<t>}$."
        r"$$\frac{\partial s^{<2>}}{\partial U} = x^{<2>} \tag{1}$$"
        r"$$\frac{\partial s^{<2>}}{\partial U} = 2 x^{<2>} \tag{2}$$"
        r"$$\frac{\partial s^{<2>}}{\partial s^{<1>}} = W \tag{3}$$",
        ("undecided", "fails", "holds"),
    ),
    "entries that are no examples": (
        ARRAY + rf"$${SLOPE} = (1 - h_t^2) W \tag{{1}}$$"
        rf"$${SLOPE} = \operatorname{{diag}}(1 - h_t^2) W \tag{{2}}$$",
        ("fails", "holds"),
    ),
    "entries that are not counted above": (
        r"$h_t \in \mathbb{R}^n$, $w \in \mathbb{R}$, $h_t = \tanh(w h_{t-1} + x_t)$,"
        rf" $L = \frac12 \|h_T - y\|^2$. $${SLOPE} = w (1 - h_t^2) \tag{{1}}$$"
        rf"$${SLOPE} = w \operatorname{{diag}}(1 - h_t^2) \tag{{2}}$$",
        ("fails", "holds"),
    ),
}


@cache
def judged(name: str) -> dict[str, Record]:
    return {record.id: record for record in verify("own.md", text=DOCUMENTS[name][0]).records}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_judged_right(name: str) -> None:
    verdicts, records = DOCUMENTS[name][1], judged(name)
    found = tuple(records[str(number)].verdict for number in range(1, 1 + len(verdicts)))
    assert found == verdicts, [(r.id, r.verdict, r.reason) for r in records.values()]


def test_what_was_read_in_is_said() -> None:
    slip, wrong = (
        judged("a derivative without its variable")["1"],
        judged("a derivative without its variable")["2"],
    )
    assert slip.note == r"a slip: a derivative without its variable is read as by h_{t - 1}"
    assert wrong.reason is not None
    assert wrong.reason.startswith("typographical: a derivative without its variable")
    assert judged("an equation for one example")["1"].note == "read for one example"
    assert judged("theta is one of two parameters")["2"].note == (
        r"\theta_0 is read as each of w, u"
    )
    assert judged("theta is one of two parameters")["1"].reason == (
        r"\theta_0 is not said to be one parameter; it holds for w alone"
    )
