"""What words and other equations do to a verdict: assumptions, variants, states that are not read.

Whole documents, since places matter here; each has a wrong equation beside a right one, or the
same equation beside words that change it.
"""

from __future__ import annotations

import pytest

from checks.pipeline import verify
from checks.statements import Block

SQUARE = r"$W \in \mathbb{R}^{n \times n}$, $L = \frac12 \sum_t \|h_t - y_t\|^2$. "
TANH = SQUARE + r"$h_t = \tanh(a_t)$, $a_t = W h_{t-1} + x_t$. "
PLAIN = r"All quantities are scalars. $h_t = \tanh(w h_{t-1} + x_t)$, $L = \frac12 (h_T - y)^2$. "
GENERIC = SQUARE + r"$h_t = f(a_t)$, $a_t = W h_{t-1} + x_t$. "
WITHOUT_CARRY = r"\nabla_{h_t} L = h_t - y_t"
CARRIED = r"\nabla_{h_t} L = h_t - y_t + W^\top \nabla_{a_{t+1}} L"

#: A document, in which (1), (2) ... are judged, and their verdicts.
DOCUMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "the state has an equation": (
        rf"{TANH}$${WITHOUT_CARRY} \tag{{1}}$$ $${CARRIED} \tag{{2}}$$",
        ("fails", "holds"),
    ),
    "the equation of the state cannot be read": (
        rf"{SQUARE}$h_t = \unknown(W h_{{t-1}} + x_t)$. $${WITHOUT_CARRY} \tag{{1}}$$",
        ("undecided",),
    ),
    "the state is tied to the one before and not defined": (
        rf"{SQUARE}$h_t^\top = \tanh(h_{{t-1}}^\top W + x_t^\top)$. $${WITHOUT_CARRY} \tag{{1}}$$",
        ("undecided",),
    ),
    "a softmax in words": (
        SQUARE.replace(r"\frac12 \sum_t \|h_t - y_t\|^2", r"-\sum_t \sum_i y_{t,i} \log p_{t,i}")
        + r"$h_t = \tanh(W h_{t-1} + x_t)$, $z_t = V h_t$, where $p_t$ is the softmax of $z_t$."
        r"$$\nabla_{z_t} L = p_t - y_t \tag{1}$$",
        ("undecided",),
    ),
    "a value that is assumed": (
        PLAIN + r"For $w = 1$ we have $$\frac{\partial h_t}{\partial h_{t-1}} = 1 - h_t^2 \tag{1}$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = w (1 - h_t^2) \tag{2}$$",
        ("undecided", "holds"),
    ),
    "the same without the assumption": (
        PLAIN + r"We have $$\frac{\partial h_t}{\partial h_{t-1}} = 1 - h_t^2 \tag{1}$$",
        ("fails",),
    ),
    "a matrix of which more is said": (
        r"$A, Q \in \mathbb{R}^{n \times n}$, $s_t = \tanh(A s_{t-1} + b)$,"
        r" $J = \frac12 s_T^\top Q s_T$ with $Q$ symmetric."
        r"$$\nabla_{s_T} J = Q s_T \tag{1}$$ $$\nabla_{s_T} J = \frac12 (Q + Q^\top) s_T \tag{2}$$",
        ("undecided", "holds"),
    ),
    "the same matrix of which nothing is said": (
        r"$A, Q \in \mathbb{R}^{n \times n}$, $s_t = \tanh(A s_{t-1} + b)$,"
        r" $J = \frac12 s_T^\top Q s_T$. $$\nabla_{s_T} J = Q s_T \tag{1}$$",
        ("fails",),
    ),
    "rounded numbers for given values": (
        r"All quantities are scalars. $h_t = \tanh(w h_{t-1} + x_t)$, $L = \frac12 (h_2 - y)^2$."
        r" Given: $w = 0.5$, $h_0 = 0$, $x_1 = 1$, $x_2 = 0.5$, $y = 1$."
        r"$$\frac{\partial L}{\partial h_2} = h_2 - y = -0.293 \tag{1}$$"
        r"$$\frac{\partial L}{\partial h_2} = y - h_2 \tag{2}$$",
        ("undecided", "fails"),
    ),
    "total and immediate derivatives": (
        GENERIC + r"$$\frac{d h_t}{d W} = \frac{\partial h_t}{\partial W}"
        r" + \frac{\partial h_t}{\partial h_{t-1}} \frac{d h_{t-1}}{d W} \tag{1}$$"
        r"$$\frac{d h_t}{d W} = \frac{\partial h_t}{\partial W} \tag{2}$$",
        ("holds", "fails"),
    ),
    "a function of which more is said further down": (
        GENERIC + r"$$\frac{\partial h_t}{\partial h_k} = W^{t-k} \prod_{j=k+1}^t"
        r" \operatorname{diag}(f'(a_j)) \tag{1}$$ In the linear case, $f(z) = z$, this becomes"
        r"$$\frac{\partial h_t}{\partial h_k} = W^{t-k} \tag{2}$$",
        ("undecided", "holds"),
    ),
    "another network instead": (
        TANH
        + r"With a skip connection instead, $$h_t = h_{t-1} + \tanh(W h_{t-1} + x_t) \tag{1}$$ and"
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = I"
        r" + \operatorname{diag}(1 - \tanh^2(W h_{t-1} + x_t)) W \tag{2}$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(h_t) W \tag{3}$$",
        ("not-a-claim", "holds", "fails"),
    ),
    "a forward equation that is wrong the second time": (
        TANH + r"Recall that $$a_t = W^\top h_{t-1} + x_t \tag{1}$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}}"
        r" = \operatorname{diag}(1 - h_t^2) W^\top \tag{2}$$",
        ("fails", "fails"),
    ),
    "a loss that is left open": (
        r"$W \in \mathbb{R}^{n \times n}$, $h_t = \tanh(a_t)$, $a_t = W h_{t-1} + x_t$,"
        r" $E = \mathcal{L}(h_T)$."
        r"$$\nabla_{a_T} E = (1 - h_T^2) \odot \nabla_{h_T} E \tag{1}$$"
        r"$$\nabla_{a_T} E = (1 - h_T^2) \odot \nabla_{h_T} \mathcal{L} \tag{2}$$"
        r"$$\nabla_{a_T} E = \nabla_{h_T} E \tag{3}$$",
        ("holds", "holds", "fails"),
    ),
    "functions of functions": (
        TANH + r"Let $z = g(u, v)$ with $u = u(x)$ and $v = v(x)$."
        r"$$\frac{dz}{dx} = \frac{\partial z}{\partial u} \frac{du}{dx}"
        r" + \frac{\partial z}{\partial v} \frac{dv}{dx} \tag{1}$$"
        r"$$\frac{dz}{dx} = \frac{\partial z}{\partial u} \frac{du}{dx} \tag{2}$$",
        ("holds", "fails"),
    ),
    "a sum over all but one": (
        r"$V \in \mathbb{R}^{c \times n}$, $W \in \mathbb{R}^{n \times n}$,"
        r" $h_t = \tanh(W h_{t-1} + x_t)$, $o_t = V h_t$, $p_t = \operatorname{softmax}(o_t)$."
        r"$$1 - p_{t,i} = \sum_{j \ne i} p_{t,j} \tag{1}$$"
        r"$$p_{t,i} = \sum_{j \ne i} p_{t,j} \tag{2}$$"
        r"$$p_{t,i} = \frac{\exp(o_{t,i})}{\sum_{i=j} \exp(o_{t,j})} \tag{3}$$",
        ("holds", "fails", "fails"),
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_judged_right(name: str) -> None:
    text, verdicts = DOCUMENTS[name]
    records = {record.id: record for record in verify("own.md", text=text).records}
    found = tuple(records[str(number)].verdict for number in range(1, 1 + len(verdicts)))
    assert found == verdicts, [(r.id, r.verdict, r.reason) for r in records.values()]


def test_a_variant_says_so_and_a_claim_names_the_equations_it_needs() -> None:
    text, _ = DOCUMENTS["another network instead"]
    records = {record.id: record for record in verify("own.md", text=text).records}
    assert records["1"].note is not None
    assert records["1"].note.startswith("variant")
    assert records["2"].note == "with the latest equation of each name"


def test_an_indicator_on_a_left_side_has_no_label() -> None:
    text = r"""$h^{(t)} = \tanh(w h^{(t-1)} + x^{(t)})$. All quantities are scalars. Here
    $\mathbb{1}_{\text{condition}} = 1$ where the condition is true.
    $$\frac{\partial h^{(t)}}{\partial h^{(t-1)}} = w (1 - (h^{(t)})^2) \tag{1}$$
    $$\frac{\partial h^{(t)}}{\partial h^{(t-1)}} = 1 - (h^{(t)})^2 \tag{2}$$"""
    records = {record.id: record for record in verify("own.md", text=text).records}
    assert (records["1"].verdict, records["2"].verdict) == ("holds", "fails")


def test_an_error_of_ours_leaves_a_section_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Block) -> None:
        raise IndexError("too far")

    monkeypatch.setattr(Block, "join_labels", broken)
    text, _ = DOCUMENTS["the state has an equation"]
    records = {record.id: record for record in verify("own.md", text=text).records}
    assert records["1"].verdict == "undecided"
    assert records["1"].reason == "an internal error, please report it: IndexError: too far"
