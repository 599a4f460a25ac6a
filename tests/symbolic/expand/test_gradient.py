"""Gradients as objects: their expressions, their functions, what a notebook renders."""

from __future__ import annotations

import numpy as np
import pytest
from support.printed import agree

import numeric
from checks.pages import html
from numeric.derivative import reverse
from numeric.points import in_ring, rational_point
from numeric.rings import float64
from numeric.rings.base import Comparison
from numeric.rings.float64 import Float64Ring
from symbolic.errors import ConfigError, ModelError, UnsupportedNotation
from symbolic.expand import gradient
from symbolic.expand.result import NAMES
from symbolic.forward import NodeKey, leaves
from symbolic.latex.write import write
from symbolic.model import Instance, Role
from symbolic.model_parser import read_model
from symbolic.models import load, names

RING = Float64Ring()


def oracle(instance: Instance, of: str, by: NodeKey, functions: dict[str, str]):
    """Return a point, and the derivative there, carried backward through the graph."""
    point = in_ring(rational_point(instance, 0), RING)
    return point, reverse(instance, RING, point, functions).derivatives(NodeKey(of)).by(by)


def given(instance: Instance, point) -> dict[str, object]:
    """Return a point as one who calls a compiled gradient writes it."""
    found: dict[str, object] = {}
    for key in leaves(instance):
        declared = instance.model.declaration(key.name)
        if declared.role is Role.NODE or key.step is None:
            found[str(key)] = point[key]
        else:
            found.setdefault(key.name, []).append(point[key])
    return found


@pytest.mark.parametrize("model", names())
def test_a_compiled_gradient_is_what_the_oracle_carries(model):
    loaded = load(model)
    sizes = {d.name: 3 for d in loaded.dimensions}
    functions = dict.fromkeys(loaded.functions, "sin")
    for tau in (1, 3):
        instance = Instance(loaded, sizes, tau)
        for declared in loaded.named(Role.PARAMETER):
            by = NodeKey(declared.name)
            point, expected = oracle(instance, loaded.loss, by, functions)
            call = numeric.compile(gradient(model, wrt=declared.name, tau=tau), functions)
            found = call(given(instance, point))
            assert float64.compare(found, expected) is Comparison.AGREE
            assert np.any(found)


def test_a_compiled_gradient_says_what_is_missing_or_does_not_fit():
    call = numeric.compile(gradient("linear-mse", wrt="W_a", tau=2))
    point = {"W_a": 1.0, "W_x": 1.0, "x": np.ones((2, 3)), "y": np.ones(3), "alpha[0]": np.ones(3)}
    assert call(point).shape == ()
    with pytest.raises(ConfigError, match=r"no value is given for alpha\[0\]"):
        call({k: v for k, v in point.items() if k != "alpha[0]"})
    with pytest.raises(ConfigError, match="linear-mse reads no 'W_y'; did you mean"):
        call({**point, "W_y": 1.0})
    with pytest.raises(ModelError, match=r"x has shape \(5, 3\); expected \(2, 3\)"):
        call({**point, "x": np.ones((5, 3))})


def test_the_expressions_of_sympy_are_the_derivative():
    found = gradient("scalar-sigmoid-full", wrt="W", tau=2, form="full").sympy()
    instance = Instance(load("scalar-sigmoid-full"), {}, 2)
    point, expected = oracle(instance, "L", NodeKey("W"), {})
    numbers = {str(key): float(value) for key, value in point.items()}
    (expression,) = found.flat
    free = {symbol: numbers[str(symbol)] for symbol in expression.free_symbols}
    assert agree(np.array(float(expression.evalf(subs=free))), expected)


def test_a_derivative_without_a_path_is_zero():
    found = gradient("elman-softmax", wrt="x[3]", of="E[1]", tau=3)
    assert found.latex().endswith("= 0")
    assert [str(e) for e in found.sympy().flat] == ["0", "0"]


@pytest.mark.parametrize("form", NAMES)
def test_no_steps_are_an_error_in_every_form(form):
    with pytest.raises(ConfigError, match="tau is 0; expected 1 or more"):
        gradient("elman-softmax", wrt="W", tau=0, form=form)


def test_a_notebook_renders_a_gradient():
    found = gradient("elman-softmax", wrt="W", tau=2, form="matrix")
    assert found._repr_latex_().startswith("$\\displaystyle \\begin{aligned}")
    html = found._repr_html_()
    assert html.count("<math>") == html.count("</math>") > 3
    assert "<script" not in html


UNTOLD = """model untold
steps 1..tau
dimensions n
input x[t]: (n)
parameter W: (n, n)
h[t]: (n) = tanh(W @ h[t-1] + x[t])
L = {loss}
loss L
"""


@pytest.mark.parametrize(
    "loss", ["h[tau] @ h[tau] + h[1] @ x[1]", "sum[t](h[t] @ h[t]) + h[3] @ x[3]"]
)
@pytest.mark.parametrize("form", ["closed", "derivation"])
def test_a_formula_in_t_is_refused_where_it_would_leave_out_a_step(loss, form):
    model = read_model(UNTOLD.format(loss=loss), "untold.model")
    with pytest.raises(UnsupportedNotation, match=r"L reads h\[.*\], for which a formula in t has"):
        gradient(model, wrt="W", form=form)
    assert gradient(model, wrt="W", tau=3).latex()


@pytest.mark.parametrize(
    ("loss", "lines"),
    [
        (
            "h[tau] @ h[tau-1]",
            (
                r"\nabla_{h^{(\tau)}} L &= h^{(\tau - 1)} \\",
                r"\nabla_{h^{(\tau - 1)}} L &= h^{(\tau)} + W^\top \operatorname{diag}(1",
                r"\nabla_{h^{(t + 1)}} L \qquad (t \le \tau - 2) \\",
            ),
        ),
        (
            "x[tau] @ h[tau-1]",
            (
                r"\nabla_{h^{(\tau)}} L &= 0 \\",
                r"\nabla_{h^{(\tau - 1)}} L &= x^{(\tau)} \\",
                r"\nabla_{h^{(t + 1)}} L \qquad (t \le \tau - 2) \\",
            ),
        ),
        (
            "sum[t](h[t] @ h[t]) + x[tau] @ h[tau]",
            (
                r"\nabla_{h^{(\tau)}} L &= 2 h^{(\tau)} + x^{(\tau)} \\",
                r"\nabla_{h^{(t)}} L &= 2 h^{(t)} + W^\top",
            ),
        ),
    ],
)
def test_what_reads_one_of_the_last_steps_by_itself_has_a_line_of_its_own(loss, lines):
    model = read_model(UNTOLD.format(loss=loss), "untold.model")
    found = gradient(model, wrt="W", form="closed").latex()
    assert [line for line in lines if line not in found] == []


def test_a_line_says_where_it_ends_if_no_step_after_says_so():
    model = read_model(UNTOLD.format(loss="sum[t](h[t] @ h[t]) + x[tau] @ h[tau]"), "untold.model")
    *_, last, before = gradient(model, wrt="x", form="closed").latex().splitlines()[:-1]
    assert last.endswith(r"\nabla_{h^{(\tau)}} L + h^{(\tau)} \\")
    assert before.endswith(r"\nabla_{h^{(t)}} L \qquad (t \le \tau - 1)")


def test_an_output_without_a_name_for_its_argument_is_simplified_as_well():
    """The factor V stands outside of the bracket, which no bracket is multiplied into."""
    output = "parameter V: (c, n)\ntarget y[t]: (c)\nyhat[t]: (c) = softmax(V @ h[t])\nL ="
    text = UNTOLD.replace("dimensions n", "dimensions n, c >= 2").replace("L =", output)
    each = read_model(text.format(loss="sum[t](-sum(y[t] * log(yhat[t])))"), "each.model")
    last, before, _ = gradient(each, wrt="W", form="closed").lines
    assert write(last.right) == r"V^\top(\hat{y}^{(\tau)} - y^{(\tau)})"
    assert write(before.right).startswith(r"V^\top(\hat{y}^{(t)} - y^{(t)}) + W^\top")
    once = read_model(text.format(loss="-sum(y[tau] * log(yhat[tau]))"), "once.model")
    (line,) = gradient(once, wrt="V", form="closed").lines
    assert write(line.right) == r"(\hat{y}^{(\tau)} - y^{(\tau)}) h^{(\tau) \top}"
    (line,) = gradient(once, wrt="W", form="matrix", tau=1).lines
    assert write(line.right) == (
        r"\operatorname{diag}(1 - (h^{(1)})^2) V^\top(\hat{y}^{(1)} - y^{(1)}) h^{(0) \top}"
    )


def test_the_closed_form_has_the_lines_that_its_steps_need():
    wide = read_model(UNTOLD.format(loss="sum[t](h[t] @ h[t-1])"), "untold.model")
    lines = gradient(wide, wrt="h[0]", form="closed").latex()
    assert r"\nabla_{h^{(\tau)}} L &= h^{(\tau - 1)} \\" in lines
    assert r"\nabla_{h^{(t)}} L &= h^{(t - 1)} + h^{(t + 1)} + W^\top" in lines
    assert r"\nabla_{h^{(0)}} L &= h^{(1)} + W^\top" in lines
    assert gradient("elman-softmax", wrt="L", form="closed").latex() == r"\nabla_L L = 1"
    with pytest.raises(ModelError, match=r"has no h\[-4\]"):
        gradient("elman-softmax", wrt="h[-4]", form="closed")


def test_the_chain_rule_at_a_state_is_left_out_where_the_loss_reads_it_by_itself():
    """The loss of a step, and the next state, are then not all ways to the state."""
    direct = read_model(UNTOLD.format(loss="sum[t](h[t] @ h[t-1])"), "untold.model")
    chain = r"\frac{\partial L}{\partial h^{(t + 1)}} \frac{\partial h^{(t + 1)}}{\partial h^{(t)}}"
    assert chain not in gradient(direct, wrt="W", form="derivation").latex()
    assert chain in gradient("elman-softmax", wrt="W", form="derivation").latex()
    scaled = read_model(
        UNTOLD.replace("L =", "E[t] = h[t] @ h[t]\nL =").format(loss="sum[t](E[t]) / 3"), "scaled"
    )
    assert chain not in gradient(scaled, wrt="W", form="derivation").latex()


def test_a_recurrence_over_two_steps_says_what_it_needs_and_what_it_leaves_out():
    text = UNTOLD.format(loss="sum[t](h[t] @ h[t])").replace("h[t-1] +", "h[t-1] + W @ h[t-2] +")
    model = read_model(text, "two.model")
    assert gradient(model, wrt="W", form="closed").assumptions == (r"$\tau \ge 2$",)
    derived = gradient(model, wrt="W", form="derivation")
    assert r"\frac{\partial^{+} h^{(t)}}{\partial h^{(t - 2)}} &= " in derived.latex()
    assert any(r"$\tau \ge 2$" in item.text for item in derived.items)
    assert "≥" in html.render(derived)
