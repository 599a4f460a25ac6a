"""``gradproof verify`` judges what ``gradproof latex`` derives: every claim holds."""

from __future__ import annotations

from collections import Counter

import pytest

from checks.pages import markdown
from checks.pipeline import verify
from symbolic.expand import gradient
from symbolic.expand.reading import leading_to
from symbolic.model import Model, Role
from symbolic.model_parser import read_model
from symbolic.models import load, names

PARAMETERS = [(m, p.name) for m in names() for p in load(m).named(Role.PARAMETER)]
NOTATIONS = ("plain", "huang2019", "rnn-notes")


#: Every node as it depends on every parameter that leads to it.
HEADS = [
    (m, f"{node.name}[tau]" if node.timed else node.name, p)
    for m, p in PARAMETERS
    for node in load(m).named(Role.NODE)
    if p in leading_to(load(m), node.name)
]
#: Copies of parameters, states and inputs, at a step.
AT_A_STEP = [
    ("elman-softmax", "L", "W[2]"),
    ("elman-softmax", "L", "h[0]"),
    ("elman-softmax", "E[3]", "x[2]"),
    ("scalar-sigmoid-full", "L", "s[1]"),
    ("batch-softmax", "L", "U[2]"),
    ("many-to-one", "o", "s[1]"),
]


#: Losses that read one of the last steps by itself.
LONE = """model lone
steps 1..tau
dimensions n, c >= 2
input x[t]: (n)
target y[t]: (c)
parameter W: (n, n)
parameter V: (c, n)
parameter k
h[t]: (n) = tanh(W @ h[t-1] + x[t])
{output}
L = {loss}
loss L
"""
E_T, SOFTMAX = "E[t] = h[t] @ h[t]", "yhat[t]: (c) = softmax(V @ h[t])"


def judge(model: str | Model, by: str, notation: str, of: str | None = None) -> None:
    derived = gradient(model, wrt=by, of=of, form="derivation", notation=notation)
    text = markdown.render(derived)
    found = verify("derivation.md", text=text)
    counts = Counter(record.verdict for record in found.records)
    bad = [r.latex for r in found.records if r.verdict not in ("holds", "not-a-claim")]
    assert not bad, "\n".join(bad)
    assert counts["holds"] >= 1


@pytest.mark.parametrize(
    ("model", "by", "notation"),
    [
        ("scalar-sigmoid-full", "V", "huang2019"),
        ("linear-lemma", "W", "rnn-notes"),
        ("linear-mse", "W_x", "plain"),
    ],
)
def test_every_claim_of_a_derivation_holds(model, by, notation):
    judge(model, by, notation)


@pytest.mark.parametrize(
    ("model", "of", "by", "notation"),
    [
        ("elman-softmax", "yhat[3]", "W", "huang2019"),
        ("linear-mse", "alpha[tau]", "W_x", "plain"),
    ],
)
def test_every_claim_about_another_node_or_copy_holds(model, of, by, notation):
    judge(model, by, notation, of)


@pytest.mark.parametrize(("model", "by"), [p for p in PARAMETERS if load(p[0]).first_step == 1])
def test_the_lines_of_the_closed_form_are_among_those_that_are_judged(model, by):
    closed = gradient(model, wrt=by, form="closed")
    judged = gradient(model, wrt=by, form="derivation").lines
    assert closed.lines
    assert set(closed.lines) <= set(judged)


@pytest.mark.parametrize(
    ("output", "loss", "by"),
    [
        (SOFTMAX, "-sum(y[tau] * log(yhat[tau]))", "W"),
        pytest.param(SOFTMAX, "-sum(y[tau] * log(yhat[tau]))", "V", marks=pytest.mark.slow),
        pytest.param(SOFTMAX, "-sum(y[tau] * log(yhat[tau]))", "x", marks=pytest.mark.slow),
        pytest.param(E_T, "sum[t](E[t]) + k * E[tau]", "W", marks=pytest.mark.slow),
        pytest.param(E_T, "sum[t](E[t]) + k * E[tau]", "x", marks=pytest.mark.slow),
        pytest.param("", "x[tau] @ h[tau-1]", "W", marks=pytest.mark.slow),
        pytest.param("", "x[tau] @ h[tau-1]", "x", marks=pytest.mark.slow),
    ],
)
def test_every_claim_holds_where_a_loss_reads_a_step_by_itself(output, loss, by):
    judge(read_model(LONE.format(output=output, loss=loss), "lone.model"), by, "plain")


@pytest.mark.slow
@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("model", "by"), PARAMETERS)
def test_every_claim_of_every_derivation_holds(model, by, notation):
    judge(model, by, notation)


@pytest.mark.slow
@pytest.mark.parametrize("notation", NOTATIONS[:2])
@pytest.mark.parametrize(("model", "of", "by"), [*HEADS, *AT_A_STEP])
def test_every_claim_about_every_node_holds(model, of, by, notation):
    judge(model, by, notation, of)
