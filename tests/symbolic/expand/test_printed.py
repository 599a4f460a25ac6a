"""What is printed is read back by the reader of ``gradproof verify``, and is the derivative.

Both sides are evaluated in float64: the left one, a derivative, is carried through the unrolled
graph by the oracle, which knows no formula of what was printed.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from support.printed import agree, read_back, sizes_of

from symbolic.expand import gradient, local
from symbolic.expand.lines import INDENT, LATEX, Breaker, display
from symbolic.expand.width import TEXT_BLOCK, width
from symbolic.model import Role
from symbolic.models import load, names
from symbolic.notation import names as notations

FORMS = ("paths", "matrix", "entries", "full")
PARAMETERS = [(m, p.name) for m in names() for p in load(m).named(Role.PARAMETER)]
#: Every parameter once, forms, notations and lengths in turn.
SAMPLE = [
    (model, by, ("paths", "matrix", "entries")[k % 3], notations()[k % len(notations())], 1 + k % 3)
    for k, (model, by) in enumerate(PARAMETERS)
]


def check(
    model: str,
    by: str,
    form: str,
    notation: str,
    tau: int,
    of: str | None = None,
    dims: dict[str, int] | None = None,
) -> None:
    found = gradient(model, wrt=by, of=of, form=form, tau=tau, notation=notation, dims=dims)
    printed = read_back(load(model), notation, *(display([line]) for line in found.lines))
    sides = printed.at(tau, sizes_of(found, printed))
    assert len(sides) == len(found.lines) > 0
    for line, (left, right) in zip(found.lines, sides, strict=True):
        assert agree(left, right), f"{display([line])}\nleft {left}\nright {right}"


@pytest.mark.parametrize(("model", "by", "form", "notation", "tau"), SAMPLE)
def test_what_is_printed_is_the_derivative(model, by, form, notation, tau):
    check(model, by, form, notation, tau)


@pytest.mark.parametrize(
    ("of", "by"),
    [
        ("L", "h[1]"),
        ("L", "a[2]"),
        ("L", "W[2]"),
        ("h[2]", "h[2]"),
        ("h[2]", "W"),
        ("h[2]", "h[0]"),
        ("yhat[2]", "o[2]"),
        ("yhat[2]", "h[1]"),
        ("E[2]", "U[1]"),
    ],
)
@pytest.mark.parametrize("form", ["paths", "matrix", "entries"])
def test_every_node_and_copy_can_be_asked_for(of, by, form):
    check("elman-softmax", by, form, "plain", 2, of)


def test_where_no_path_leads_every_entry_is_zero():
    check("elman-softmax", "x[2]", "entries", "plain", 2, of="E[1]")
    for form in ("paths", "matrix"):
        found = gradient("elman-softmax", wrt="x[2]", of="E[1]", form=form, tau=2)
        assert found.latex().endswith(" = 0")


@pytest.mark.slow
@pytest.mark.parametrize("tau", [1, 2, 3, 4])
@pytest.mark.parametrize("notation", notations())
@pytest.mark.parametrize("model", names())
def test_every_parameter_form_and_length_in_every_notation(model, notation, tau):
    least = {d.name: d.minimum for d in load(model).dimensions}
    for (known, by), form in itertools.product(PARAMETERS, FORMS):
        if known == model:
            # Over many steps the last form is long: hundreds of thousands of signs at size 2.
            dims = least if form == "full" and tau > 2 else None
            check(model, by, form, notation, tau, dims=dims)


def test_a_wrong_sign_is_noticed():
    found = gradient("elman-softmax", wrt="W", form="matrix", tau=2)
    latex = found.latex().replace(r"\hat{y}^{(2)} - y", r"\hat{y}^{(2)} + y")
    assert latex != found.latex()
    printed = read_back(load("elman-softmax"), "plain", latex)
    ((left, right),) = printed.at(2, sizes_of(found, printed))
    assert not agree(left, right)
    assert np.any(left)


@pytest.mark.parametrize("model", names())
def test_no_stretch_without_a_break_is_wider_than_the_text_block(model):
    by = load(model).named(Role.PARAMETER)[0].name
    for form in ("paths", "matrix", "entries"):
        for line in gradient(model, wrt=by, form=form, tau=2, notation="rnn-notes").lines:
            widths = [width(line.left)]
            for piece in Breaker(LATEX, TEXT_BLOCK).pieces(line.right):
                if piece.level is None:
                    widths[-1] += piece.width
                else:
                    widths.append(piece.width)
            assert max(widths) < TEXT_BLOCK - 2 * INDENT


@pytest.mark.parametrize("form", ["matrix", "entries"])
def test_a_wrong_rule_is_noticed(form, monkeypatch):
    check("elman-softmax", "W", form, "plain", 2)
    monkeypatch.setitem(local.BY_VALUE, "tanh", lambda value: value)
    with pytest.raises(AssertionError, match="left"):
        check("elman-softmax", "W", form, "plain", 2)
