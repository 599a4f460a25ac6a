"""The oracle against code that shares nothing with it: hand-written NumPy, and torch autograd."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.timed import has_time

from numeric.derivative import forward, reverse, tangent
from numeric.functions import FIRST_DERIVATIVE
from numeric.points import Targets, in_ring, rational_point
from numeric.rings.float64 import Float64Ring
from numeric.tape import Tape, Traced
from symbolic.forward import NodeKey, leaves
from symbolic.functions import GENERIC_INSTANCES
from symbolic.model import Instance, Role
from symbolic.models import load, names

MODELS = names()


def _handwritten() -> ModuleType:
    path = Path(__file__).with_name("handwritten.py")
    spec = importlib.util.spec_from_file_location("handwritten", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


handwritten = _handwritten()


def drawn_instance(data: st.DataObject, name: str) -> Instance:
    model = load(name)
    sizes = {d.name: st.integers(d.minimum, d.minimum + 3) for d in model.dimensions}
    dimensions = data.draw(st.fixed_dictionaries(sizes), label="dimensions")
    return Instance(model, dimensions, data.draw(st.integers(1, 8), label="tau"))


def oracle(
    instance: Instance, point: dict[NodeKey, Any], function: str
) -> tuple[float, dict[str, Any]]:
    """Return the loss and its derivative by every leaf, in reverse, in float64."""
    functions = dict.fromkeys(instance.model.functions, function)
    assert instance.model.loss is not None
    loss = NodeKey(instance.model.loss)
    passed = reverse(instance, Float64Ring(), point, functions)
    backward = passed.derivatives(loss)
    found = {str(key): backward.by(key) for key in leaves(instance)}
    return float(passed.trajectory.values[loss].value), found


def relative_gaps(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, float]:
    """Return, by variable, the largest difference over the largest entry of any derivative."""
    assert set(found) == set(expected)
    for name, derivative in expected.items():
        assert np.shape(found[name]) == np.shape(derivative), name
    scale = max(float(np.max(np.abs(derivative))) for derivative in expected.values())
    assert scale > 0
    return {name: float(np.max(np.abs(found[name] - expected[name]))) / scale for name in expected}


def point_of(
    instance: Instance, seed: int, targets: Targets, *, spread: bool
) -> dict[NodeKey, Any]:
    # The scales are those of vanishing and exploding gradients through time. Without time a
    # saturated f is a factor of every derivative, and 1 - tanh^2 has no 1e-10 to compare against.
    spread = spread and has_time(instance.model)
    return in_ring(rational_point(instance, seed, targets, spread=spread), Float64Ring())


def by_name(point: dict[NodeKey, Any]) -> dict[str, Any]:
    return {str(key): value if np.ndim(value) else float(value) for key, value in point.items()}


def test_every_model_has_a_hand_written_network() -> None:
    assert set(handwritten.NETWORKS) == set(MODELS)
    assert set(handwritten.ACTIVATIONS) == set(GENERIC_INSTANCES)


@pytest.mark.parametrize("name", MODELS)
@settings(deadline=None, max_examples=12)
@given(
    data=st.data(),
    seed=st.integers(0, 2**30),
    function=st.sampled_from(GENERIC_INSTANCES),
    targets=st.sampled_from(Targets),
    spread=st.booleans(),
)
def test_reverse_is_what_a_person_would_write(
    name: str, data: st.DataObject, seed: int, function: str, targets: Targets, spread: bool
) -> None:
    instance = drawn_instance(data, name)
    # Exploding gradients of an unbounded activation lose more digits than 1e-10 has room for.
    spread = spread and function in ("tanh", "sigmoid", "sin")
    point = point_of(instance, seed, targets, spread=spread)
    loss, found = oracle(instance, point, function)
    first = instance.steps.start
    expected_loss, expected = handwritten.NETWORKS[name](
        by_name(point), first, instance.tau, function
    )
    assert loss == pytest.approx(expected_loss, rel=1e-10, abs=1e-12)
    gaps = relative_gaps(found, expected)
    assert max(gaps.values()) < 1e-10, gaps


@pytest.mark.parametrize("name", MODELS)
def test_forward_is_what_a_person_would_write(name: str) -> None:
    model = load(name)
    instance = Instance(model, {d.name: d.minimum + 1 for d in model.dimensions}, 8)
    point = point_of(instance, 1, Targets.FREE, spread=False)
    _, expected = handwritten.NETWORKS[name](by_name(point), instance.steps.start, 8, "tanh")
    functions = dict.fromkeys(model.functions, "tanh")
    assert model.loss is not None
    found = {}
    for key in leaves(instance):
        carried = forward(instance, Float64Ring(), point, key, functions)
        found[str(key)] = tangent(carried, NodeKey(model.loss))
    assert max(relative_gaps(found, expected).values()) < 1e-10


def test_a_long_sequence() -> None:
    instance = Instance(load("elman-softmax"), {"n": 4, "m": 3, "c": 3}, 150)
    point = point_of(instance, 2, Targets.ONE_HOT, spread=False)
    loss, found = oracle(instance, point, "tanh")
    expected_loss, expected = handwritten.NETWORKS["elman-softmax"](by_name(point), 1, 150, "tanh")
    assert loss == pytest.approx(expected_loss, rel=1e-10)
    assert max(relative_gaps(found, expected).values()) < 1e-10


# Sabotage -----------------------------------------------------------------------------------------


def _broken_slope(ring: Any, x: Any) -> Any:
    return ring.apply("sigmoid", 0, x)


def _transposed(right: Any) -> Any:
    """A product whose cotangent forgets a transpose, where the shapes allow it."""

    def contract(self: Any, operands: Any, output: Any) -> Any:
        result = right(self, operands, output)
        if len(operands) == 2 and len(operands[0][1]) == 2 and result.place is not None:
            matrix, (row, column) = operands[0]
            size = self.shape(matrix)
            if size[0] == size[1]:
                flipped = right(self, [(matrix, (column, row)), operands[1]], output)
                return Traced(result.value, flipped.place)
        return result

    return contract


@pytest.mark.parametrize("what", ["slope", "transpose"])
def test_sabotage_is_noticed(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = Instance(load("vector-softmax"), {"M": 2, "D": 2, "C": 2}, 4)
    point = point_of(instance, 3, Targets.FREE, spread=False)
    _, expected = handwritten.NETWORKS["vector-softmax"](by_name(point), 1, 4, "tanh")
    assert max(relative_gaps(oracle(instance, point, "tanh")[1], expected).values()) < 1e-10
    if what == "slope":
        monkeypatch.setitem(FIRST_DERIVATIVE, "tanh", _broken_slope)
    else:
        monkeypatch.setattr(Tape, "contract", _transposed(Tape.contract))
    gaps = relative_gaps(oracle(instance, point, "tanh")[1], expected)
    assert gaps["W"] > 1e-3


# torch --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch")


Forward = Callable[[Any, dict[str, Any], range, Callable[[Any], Any]], Any]


def _cross_entropy(torch: Any, y: Any, logits: Any) -> Any:
    return -(y * torch.log_softmax(logits, dim=-1)).sum()


def _columns(state: str, *, biases: bool) -> Forward:
    def loss(torch: Any, p: dict[str, Any], steps: range, f: Any) -> Any:
        h, total = p[f"{state}[{steps.start - 1}]"], 0
        for t in steps:
            h = f(p["W"] @ h + p["U"] @ p[f"x[{t}]"] + (p["b"] if biases else 0))
            logits = p["V"] @ h + (p["c0"] if biases else 0)
            total = total + _cross_entropy(torch, p[f"y[{t}]"], logits)
        return total

    return loss


def _rows(torch: Any, p: dict[str, Any], steps: range, f: Any) -> Any:
    S, total = p[f"S[{steps.start - 1}]"], 0
    for t in steps:
        S = torch.tanh(p[f"X[{t}]"] @ p["U"] + S @ p["W"])
        total = total + _cross_entropy(torch, p[f"Y[{t}]"], S @ p["V"])
    return total


def _squared_error(*, linear: bool) -> Forward:
    def loss(torch: Any, p: dict[str, Any], steps: range, f: Any) -> Any:
        alpha = p[f"alpha[{steps.start - 1}]"]
        for t in steps:
            z = p["W_a"] * alpha + p["W_x"] * p[f"x[{t}]"]
            alpha = z if linear else torch.tanh(z)
        return torch.nn.functional.mse_loss(alpha, p["y"])

    return loss


def _one_output(*, product: bool) -> Forward:
    def loss(torch: Any, p: dict[str, Any], steps: range, f: Any) -> Any:
        s = p[f"s[{steps.start - 1}]"]
        for t in steps:
            a, b = p["u"] * p[f"x[{t}]"], p["w"] * s
            s = f(a * b) if product else f(a + b + p["k"])
        return _cross_entropy(torch, p["y"], p["v"] * s + (0 if product else p["c0"]))

    return loss


def _linear_lemma(torch: Any, p: dict[str, Any], steps: range, f: Any) -> Any:
    return f(p["u"] @ (p["W"] @ p["x"]))


def _scalar(output: str) -> Forward:
    def loss(torch: Any, p: dict[str, Any], steps: range, f: Any) -> Any:
        s, total = p[f"s[{steps.start - 1}]"], 0
        for t in steps:
            z, y = p["U"] * p[f"x[{t}]"] + p["W"] * s, p[f"y[{t}]"]
            s = f(z) if output == "softmax" else torch.tanh(z)
            logits = p["V"] * s
            if output == "softmax":
                total = total + _cross_entropy(torch, y, logits)
            elif output == "both classes":
                total = total + torch.nn.functional.binary_cross_entropy_with_logits(
                    logits, y, reduction="sum"
                )
            else:
                total = total - y * torch.nn.functional.logsigmoid(logits)
        return total

    return loss


TORCH: dict[str, Forward] = {
    "batch-softmax": _rows,
    "elman-softmax": _columns("h", biases=True),
    "linear-lemma": _linear_lemma,
    "linear-mse": _squared_error(linear=True),
    "linear-mse-tanh": _squared_error(linear=False),
    "many-to-one": _one_output(product=False),
    "many-to-one-product": _one_output(product=True),
    "matrix-generic": _columns("s", biases=False),
    "scalar-generic": _scalar("softmax"),
    "scalar-sigmoid": _scalar("one class"),
    "scalar-sigmoid-full": _scalar("both classes"),
    "vector-softmax": _columns("s", biases=False),
}


def test_every_model_has_a_torch_network() -> None:
    assert set(TORCH) == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
@settings(deadline=None, max_examples=6)
@given(
    data=st.data(), seed=st.integers(0, 2**30), function=st.sampled_from(["tanh", "sigmoid", "sin"])
)
def test_reverse_is_what_torch_computes(
    torch: Any, name: str, data: st.DataObject, seed: int, function: str
) -> None:
    instance = drawn_instance(data, name)
    point = point_of(instance, seed, Targets.FREE, spread=True)
    loss, found = oracle(instance, point, function)
    tensors = {
        str(key): torch.tensor(np.asarray(value), dtype=torch.float64, requires_grad=True)
        for key, value in point.items()
    }
    # Models with a fixed activation use tanh.
    used = getattr(torch, function if instance.model.functions else "tanh")
    result = TORCH[name](torch, tensors, instance.steps, used)
    result.backward()
    assert loss == pytest.approx(float(result.detach()), rel=1e-10, abs=1e-12)
    expected = {key: tensor.grad.numpy() for key, tensor in tensors.items()}
    gaps = relative_gaps(found, expected)
    assert max(gaps.values()) < 1e-10, gaps
    parameters = {declared.name for declared in instance.model.named(Role.PARAMETER)}
    assert parameters <= set(expected)
