"""Networks that are not read as a whole, chains read in part, and what a note says of a verdict.

Each document has a wrong equation beside a right one, or the same equation beside other words.
"""

from __future__ import annotations

import json

import pytest

from checks.pipeline import verify
from checks.records import Record

SQUARE = r"$W \in \mathbb{R}^{n \times n}$, $L = \frac12 \sum_t \|h_t - y_t\|^2$. "
STATE = r"$h_t = \tanh(a_t)$, $a_t = W h_{t-1} + x_t$. "
TANH = SQUARE + STATE
GENERIC = SQUARE + r"$h_t = f(W h_{t-1} + x_t)$. "
NUMBERS = r"All quantities are scalars. $h_t = \tanh(w h_{t-1} + x_t)$, $L = \frac12 (h_T - y)^2$. "
WITHOUT_CARRY = r"$$\nabla_{h_t} L = h_t - y_t \tag{1}$$"
CODE = "h[t] = tanh(W @ h[t-1] + x[t])"
LOOP = "for t in steps:\n    a = W @ h_prev + xs[t]\n    h = np.tanh(a)"


def fenced(code: str) -> str:
    return f"\n\n```python\n{code}\n```\n\n"


#: A document, in which (1), (2) ... are judged, and their verdicts.
DOCUMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a recurrence in code alone": (SQUARE + fenced(LOOP) + WITHOUT_CARRY, ("undecided",)),
    "a recurrence in code and in an equation": (TANH + fenced(LOOP) + WITHOUT_CARRY, ("fails",)),
    "code for another state": (
        SQUARE
        + r"$h_t = \tanh(W h_{t-1} + c_t)$."
        + fenced("c[t] = tanh(U @ c[t-1] + h[t-1])")
        + r"$$\nabla_{h_T} L = h_T - y_T \tag{1}$$",
        ("undecided",),
    ),
    "code that loads inputs": (
        TANH + fenced("x[t] = load(t)") + r"$$\nabla_{h_T} L = h_T - y_T \tag{1}$$",
        ("holds",),
    ),
    "a transposed vector in a derivative": (
        TANH
        + r"$$\frac{\partial h_t^\top}{\partial h_{t-1}} = W^\top \operatorname{diag}(1 - h_t^2)"
        r" \tag{1}$$"
        r"$$\frac{\partial h_t^\top}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W \tag{2}$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}^\top} = \operatorname{diag}(1 - h_t^2) W \tag{3}$$"
        r"$$\frac{\partial h_t^\top}{\partial h_{t-1}^\top} = W \tag{4}$$",
        ("holds", "fails", "holds", "undecided"),
    ),
    "powers by a size, and other signs of a transpose": (
        TANH + r"$$W^n W = W W^n \tag{1}$$ $$W^n = W W \tag{2}$$"
        r"$$\nabla_{h_{T-1}} L = h_{T-1} - y_{T-1} + W^H \nabla_{a_T} L \tag{3}$$"
        r"$$W^H W = W W^H \tag{4}$$"
        r"$$\nabla_{h_{T-1}} L = h_{T-1} - y_{T-1} + W^t \nabla_{a_T} L \tag{5}$$",
        ("holds", "fails", "holds", "undecided", "undecided"),
    ),
    "a name defined by the entries of a derivative": (
        TANH + r"$\delta_{t,i} = \frac{\partial L}{\partial a_{t,i}}$."
        r"$$\delta_T = (1 - h_T^2) \odot (h_T - y_T) \tag{1}$$ $$\delta_T = h_T - y_T \tag{2}$$"
        r"$$\frac{\partial L}{\partial W_{ij}} = \sum_t \delta_{t,i} h_{t-1,j} \tag{3}$$"
        r"$$\frac{\partial L}{\partial W_{ij}} = \sum_t \delta_{t,j} h_{t-1,i} \tag{4}$$",
        ("holds", "fails", "holds", "fails"),
    ),
    "entries that are not the same": (
        TANH + r"$\delta_{t,i} = \frac{\partial L}{\partial a_{t,j}}$."
        r"$$\delta_T = (1 - h_T^2) \odot (h_T - y_T) \tag{1}$$",
        ("undecided",),
    ),
    "steps written with other signs of a product": (
        r"All quantities are scalars. $s_1 = \tanh(s_0 w + x_1)$, $s_2 = \tanh(s_1 * w + x_2)$,"
        r" $s_3 = \tanh(s_2 \cdot w + x_3)$."
        r"$$\frac{\partial s_3}{\partial s_1} = w^2 (1 - s_3^2) (1 - s_2^2) \tag{1}$$"
        r"$$\frac{\partial s_3}{\partial s_1} = w (1 - s_3^2) (1 - s_2^2) \tag{2}$$",
        ("holds", "fails"),
    ),
    "parts of a loss": (
        r"$\lambda \in \mathbb{R}$, $W \in \mathbb{R}^{n \times n}$, $L_{reg} = \frac{\lambda}{2}"
        r" \|W\|_F^2$, $L_{fit} = \frac12 \sum_t \|h_t - y_t\|^2$, $L_{total} = L_{fit} + L_{reg}$."
        + STATE
        + r"$$\nabla_W L_{total} = \sum_t (\nabla_{a_t} L_{fit}) h_{t-1}^\top + \lambda W \tag{1}$$"
        r"$$\nabla_W L_{total} = \sum_t (\nabla_{a_t} L_{fit}) h_{t-1}^\top \tag{2}$$",
        ("holds", "fails"),
    ),
    "a penalty beside the loss": (
        TANH + r"$\lambda \in \mathbb{R}$, $R = \frac{\lambda}{2} \|W\|_F^2$."
        r"$$\nabla_W R = \lambda W \tag{1}$$ $$\nabla_W R = 2 \lambda W \tag{2}$$",
        ("holds", "fails"),
    ),
    "a penalty with a factor of which nothing is said": (
        TANH + r"$R = \frac{\lambda}{2} \|W\|_F^2$. $$\nabla_W R = \lambda W \tag{1}$$",
        ("undecided",),
    ),
    "a name of three letters": (
        SQUARE + r"$h_t = \tanh(net_t)$, $net_t = W h_{t-1} + x_t$."
        r"$$\nabla_{net_T} L = (1 - h_T^2) \odot (h_T - y_T) \tag{1}$$"
        r"$$\nabla_{net_T} L = h_T - y_T \tag{2}$$",
        ("holds", "fails"),
    ),
    "a bold name beside a light one": (
        r"$\mathbf{h}_t = \tanh(\mathbf{W} \mathbf{h}_{t-1} + \mathbf{x}_t)$, $\mathbf{v} \in"
        r" \mathbb{R}^n$, $h_t = \mathbf{v}^\top \mathbf{h}_t$, $L = \frac12 (h_T - y)^2$."
        r"$$\nabla_{\mathbf{h}_T} L = (h_T - y) \mathbf{v} \tag{1}$$"
        r"$$\nabla_{\mathbf{h}_T} L = h_T - y \tag{2}$$",
        ("holds", "fails"),
    ),
    "the same name in bold": (
        TANH + r"$$\mathbf{a}_t = \mathbf{W} \mathbf{h}_{t-1} + \mathbf{x}_t \tag{1}$$"
        r"$$\mathbf{a}_t = \mathbf{W}^\top \mathbf{h}_{t-1} + \mathbf{x}_t \tag{2}$$",
        ("holds", "fails"),
    ),
    "a second network below a heading": (
        r"$L = \frac12 \sum_t \|h_t - y_t\|^2$, $W \in \mathbb{R}^{n \times n}$."
        "\n\n# Forced\n\n"
        r"$$h_t = \tanh(W y_{t-1} + x_t)$$ $$\frac{\partial h_t}{\partial h_{t-1}} = 0 \tag{1}$$"
        "\n\n# Free\n\n"
        r"$$h_t = \tanh(W h_{t-1} + x_t)$$ $$\frac{\partial h_t}{\partial h_{t-1}} = 0 \tag{2}$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t^2) W \tag{3}$$",
        ("holds", "fails", "holds"),
    ),
    "layers that are a letter": (
        r"$W^{(l)}, U^{(l)} \in \mathbb{R}^{n \times n}$, $h_t^{(0)} = x_t$,"
        r" $h_t^{(l)} = \tanh(W^{(l)} h_t^{(l-1)} + U^{(l)} h_{t-1}^{(l)})$."
        r"$$\frac{\partial h_t^{(l)}}{\partial h_{t-1}^{(l)}}"
        r" = \operatorname{diag}(1 - (h_t^{(l)})^2) W^{(l)} \tag{1}$$",
        ("undecided",),
    ),
    "an argument without a name": (
        GENERIC
        + r"$$\frac{\partial h_t}{\partial h_{t-1}} = \frac{\partial f}{\partial a_t} W \tag{1}$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = \frac{\partial f}{\partial a_{t-1}} W"
        r" \tag{2}$$",
        ("holds", "fails"),
    ),
    "an argument of one of two": (
        GENERIC + r"$g_t = f(W x_t)$."
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = \frac{\partial f}{\partial a_t} W \tag{1}$$",
        ("undecided",),
    ),
    "the beginning of a chain": (
        NUMBERS
        + r"$$\frac{\partial h_t}{\partial h_{t-1}} = w (1 - h_t^2) = w \left( 1 + \tag{1}$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = 1 - h_t^2 = w \left( 1 + \tag{2}$$"
        r"$$\frac{\partial h_t}{\partial h_{t-1}} = 1 - h_t^2 = w \left( 1 +, \quad w = 1"
        r" \tag{3}$$",
        ("undecided", "fails", "undecided"),
    ),
}


def records_of(text: str, name: str = "own.md") -> dict[str, Record]:
    return {record.id: record for record in verify(name, text=text).records}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_judged_right(name: str) -> None:
    text, verdicts = DOCUMENTS[name]
    records = records_of(text)
    found = tuple(records[str(number)].verdict for number in range(1, 1 + len(verdicts)))
    assert found == verdicts, [(r.id, r.verdict, r.reason) for r in records.values()]


def test_code_is_named_as_the_reason_in_every_kind_of_document() -> None:
    cells = [("markdown", SQUARE), ("code", CODE), ("markdown", WITHOUT_CARRY)]
    notebook = {
        "nbformat": 4,
        "cells": [{"cell_type": kind, "source": source} for kind, source in cells],
    }
    listing = f"\n\\begin{{lstlisting}}\n{CODE}\n\\end{{lstlisting}}\n"
    latex = rf"\begin{{document}} {SQUARE}{listing}{WITHOUT_CARRY} \end{{document}}"
    documents = {
        "own.md": SQUARE + fenced(CODE) + WITHOUT_CARRY,
        "own.tex": latex,
        "own.ipynb": json.dumps(notebook),
    }
    for name, text in documents.items():
        reason = records_of(text, name)["1"].reason
        assert reason == "h, y are given by code that is not read", name


def test_a_derivative_without_a_path_and_two_readings_of_one_are_noted() -> None:
    step = r"\frac{\partial L_t}{\partial h_t} \frac{\partial h_t}{\partial h_k}"
    text = rf"""$h_t = \tanh(w h_{{t-1}} + x_t)$, $L_t = \frac12 (h_t - y_t)^2$, $L = \sum_t L_t$.
    All quantities are scalars.
    $$\frac{{\partial L}}{{\partial w}}
    = \sum_{{t=1}}^T \sum_{{k=1}}^t {step} \frac{{\partial h_k}}{{\partial w}} \tag{{1}}$$
    $$\frac{{\partial L}}{{\partial w}}
    = \sum_{{t=1}}^T \sum_{{k=t}}^T {step} \frac{{\partial h_k}}{{\partial w}} \tag{{2}}$$
    $$\frac{{\partial L}}{{\partial h_t}} = \sum_{{k=t}}^T \frac{{\partial L_k}}{{\partial h_t}}
    \tag{{3}}$$"""
    records = records_of(text)
    equivocal = "equivocal: dh/dw is total in (2), and per-step in (1)"
    without = "the derivative of h by h at a later step is zero, since no path leads there"
    assert {records[id_].verdict for id_ in "123"} == {"holds"}
    assert records["1"].note == equivocal
    assert records["2"].note == f"{without}; {equivocal}"
    assert records["3"].note is None


def test_a_chain_that_is_read_in_part_has_its_parts_judged() -> None:
    text, _ = DOCUMENTS["the beginning of a chain"]
    records = records_of(text)
    assert (records["1/1"].verdict, records["1/2"].verdict) == ("holds", "undecided")
    assert (records["2/1"].verdict, records["2/2"].verdict) == ("fails", "undecided")
    assert records["2"].reason == "value"
    assert "3/1" not in records


def test_a_script_with_its_own_braces_is_noted() -> None:
    text = NUMBERS + r"$$\frac{\partial L}{\partial{h_}T} = h_T - y \tag{1}$$"
    record = records_of(text)["1"]
    assert (record.verdict, (record.note or "")[:5]) == ("holds", "slip:")


@pytest.mark.parametrize(("heading", "verdict"), [("A step", "holds"), ("Matrices", "holds-when")])
def test_what_a_section_says_of_its_quantities_holds_below_it(heading: str, verdict: str) -> None:
    step = r"$$s_t = f(u x_t + w s_{t-1})$$"
    claim = r"$$\frac{\partial s_2}{\partial s_1} = f'(u x_2 + w s_1) w \tag{1}$$"
    commuted = claim.replace("f'(u x_2 + w s_1) w", "w f'(u x_2 + w s_1)").replace("{1}", "{2}")
    text = f"# A network\n\nAll letters are scalars.\n\n{step}\n\n## {heading}\n\n{step}\n\n{claim}"
    records = records_of(f"{text}\n\n{commuted}")
    assert {records["1"].verdict, records["2"].verdict} == {verdict}
