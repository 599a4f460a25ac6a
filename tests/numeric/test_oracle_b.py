"""Derivatives through the unrolled graph: two directions, finite differences, hand-made products.

Reverse and forward are compared exactly, in the prime field, for every node by every node. They
share the table of first derivatives, so differences in balls, which know no rule, are asked too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric.derivative import (
    Derivatives,
    SeededPass,
    TracedPass,
    forward,
    reverse,
    tangent,
    values,
)
from numeric.dual import Dual, DualRing
from numeric.functions import FIRST_DERIVATIVE, shifted
from numeric.points import Targets, in_ring, rational_point
from numeric.rings.balls import Ball, precision
from numeric.rings.field import FieldRing, uniform_point
from numeric.rings.float64 import Float64Ring
from numeric.tape import Tape
from symbolic.errors import ModelError
from symbolic.forward import NodeKey, run
from symbolic.model import Instance, Role
from symbolic.models import load, names

MODELS = names()


def instance_of(name: str, size: int = 2, tau: int = 2) -> Instance:
    model = load(name)
    return Instance(model, {d.name: max(size, d.minimum) for d in model.dimensions}, tau)


def drawn_instance(data: st.DataObject, name: str, *, most: int = 3) -> Instance:
    model = load(name)
    sizes = {d.name: st.integers(d.minimum, d.minimum + 1) for d in model.dimensions}
    dimensions = data.draw(st.fixed_dictionaries(sizes), label="dimensions")
    return Instance(model, dimensions, data.draw(st.integers(1, most), label="tau"))


def field_point(instance: Instance, seed: int) -> tuple[FieldRing, dict[NodeKey, Any]]:
    ring = FieldRing(seed)
    return ring, uniform_point(instance, ring, Targets.FREE)


def parameters(instance: Instance) -> list[str]:
    return [declared.name for declared in instance.model.named(Role.PARAMETER)]


def loss(instance: Instance) -> NodeKey:
    assert instance.model.loss is not None
    return NodeKey(instance.model.loss)


def variables(instance: Instance, computed: Mapping[NodeKey, Any]) -> list[NodeKey]:
    """Return nodes, leaves, copies of parameters, and the parameters themselves."""
    return [*computed, *(NodeKey(name) for name in parameters(instance))]


def same(left: Any, right: Any) -> bool:
    return left.shape == right.shape and bool(np.all(left == right))


# Reverse against forward --------------------------------------------------------------------------


def disagreements(instance: Instance, seed: int) -> Iterator[tuple[NodeKey, NodeKey]]:
    """Yield every (of, by) whose derivatives differ between the two directions."""
    ring, point = field_point(instance, seed)
    passed = reverse(instance, ring, point)
    nodes = list(passed.trajectory.values)
    backward = {of: passed.derivatives(of) for of in nodes}
    compared = 0
    for by in variables(instance, passed.trajectory.values):
        carried = forward(instance, ring, point, by)
        for of in nodes:
            compared += 1
            if not same(backward[of].by(by), tangent(carried, of)):
                yield of, by
    assert compared > 20


@pytest.mark.parametrize("name", MODELS)
def test_reverse_is_forward_for_every_node_by_every_node(name: str) -> None:
    assert list(disagreements(instance_of(name), 0)) == []


@pytest.mark.parametrize("name", MODELS)
@settings(deadline=None, max_examples=4)
@given(data=st.data(), seed=st.integers(0, 2**30))
def test_reverse_is_forward_for_the_loss_at_random_shapes(
    name: str, data: st.DataObject, seed: int
) -> None:
    instance = drawn_instance(data, name)
    ring, point = field_point(instance, seed)
    passed = reverse(instance, ring, point)
    backward = passed.derivatives(loss(instance))
    everything = variables(instance, passed.trajectory.values)
    some = data.draw(st.lists(st.sampled_from(everything), min_size=4, max_size=4))
    for by in [*(NodeKey(p) for p in parameters(instance)), *some]:
        found = backward.by(by)
        assert found.shape == instance.shape(by.name)
        assert same(found, tangent(forward(instance, ring, point, by), loss(instance))), by
        assert np.any(found != 0) or by not in point, by


@pytest.mark.parametrize("name", MODELS)
@settings(deadline=None, max_examples=4)
@given(data=st.data(), seed=st.integers(0, 2**30))
def test_the_copies_of_a_parameter_sum_to_the_whole(
    name: str, data: st.DataObject, seed: int
) -> None:
    instance = drawn_instance(data, name)
    ring, point = field_point(instance, seed)
    passed = reverse(instance, ring, point)
    backward = passed.derivatives(loss(instance))
    for name_ in parameters(instance):
        steps = [k.step for k in passed.trajectory.values if k.name == name_]
        assert steps
        assert None not in steps
        total = sum(backward.by(NodeKey(name_, step)) for step in steps)
        assert same(backward.by(NodeKey(name_)), np.asarray(total, dtype=object))


@pytest.mark.parametrize("name", MODELS)
def test_the_derivative_of_a_node_by_itself_is_the_identity(name: str) -> None:
    instance = instance_of(name)
    ring, point = field_point(instance, 1)
    passed = reverse(instance, ring, point)
    for key in passed.trajectory.values:
        shape = instance.shape(key.name)
        eye = np.eye(int(np.prod(shape)), dtype=object).reshape(shape * 2)
        assert same(passed.derivatives(key).by(key), eye), key
        assert same(tangent(forward(instance, ring, point, key), key), eye), key


@pytest.mark.parametrize("name", MODELS)
def test_values_are_the_same_in_every_pass(name: str) -> None:
    instance = instance_of(name)
    ring, point = field_point(instance, 1)
    plain = values(instance, ring, point).values
    traced = reverse(instance, ring, point).trajectory.values
    carried = forward(instance, ring, point, NodeKey(parameters(instance)[0])).values
    assert set(plain) == set(traced) == set(carried)
    for key, value in plain.items():
        assert same(value, traced[key].value), key
        assert same(value, carried[key].value), key


# Derivatives by hand ------------------------------------------------------------------------------


def product(matrices: list[Any], size: int) -> Any:
    result = np.eye(size, dtype=object)
    for matrix in matrices:
        result = result @ matrix
    return result


@pytest.mark.parametrize("tau", [1, 4, 60])
def test_a_linear_recurrence_multiplies_by_powers_of_its_weight(tau: int) -> None:
    """d alpha[t] / d alpha[k] = W_a^(t-k) I, the derivative by a node being cut there."""
    instance = instance_of("linear-mse", 3, tau)
    ring, point = field_point(instance, 2)
    passed = reverse(instance, ring, point)
    weight = point[NodeKey("W_a")][()]
    for k in {0, 1, tau // 2, tau}:
        carried = forward(instance, ring, point, NodeKey("alpha", k))
        for t in {k, (k + tau) // 2, tau}:
            expected = np.eye(3, dtype=object) * weight ** (t - k)
            of = NodeKey("alpha", t)
            assert same(passed.derivatives(of).by(NodeKey("alpha", k)), expected)
            assert same(tangent(carried, of), expected)


@pytest.mark.parametrize(("name", "state"), [("elman-softmax", "h"), ("vector-softmax", "s")])
def test_a_state_by_an_earlier_state_is_a_product_of_jacobians(name: str, state: str) -> None:
    """d h[t] / d h[k] = J[t] ... J[k+1], J[t] = diag(1 - h[t]^2) W, descending."""
    instance = instance_of(name, 3, 5)
    ring, point = field_point(instance, 3)
    passed = reverse(instance, ring, point)
    found = passed.trajectory.values
    W = point[NodeKey("W")]
    jacobian = {t: np.diag(1 - found[NodeKey(state, t)].value ** 2) @ W for t in instance.steps}
    for t in range(1, 6):
        backward = passed.derivatives(NodeKey(state, t))
        for k in range(t + 1):
            expected = product([jacobian[s] for s in range(t, k, -1)], 3)
            assert same(backward.by(NodeKey(state, k)), expected)
    ascending = product([jacobian[s] for s in range(3, 6)], 3)
    assert not same(passed.derivatives(NodeKey(state, 5)).by(NodeKey(state, 2)), ascending)


def test_a_vector_by_a_matrix_has_three_axes() -> None:
    """dS[t][i,a,b] = (1 - s_i^2) (delta_ia s[t-1]_b + sum_j W_ij dS[t-1][j,a,b]); S = s[3]."""
    instance = Instance(load("vector-softmax"), {"M": 2, "D": 3, "C": 2}, 4)
    ring, point = field_point(instance, 4)
    passed = reverse(instance, ring, point)
    found = passed.trajectory.values
    W, eye = point[NodeKey("W")], np.eye(3, dtype=object)
    total = np.zeros((3, 3, 3), dtype=object)
    for t in (1, 2, 3):
        slope = 1 - found[NodeKey("s", t)].value ** 2
        before = found[NodeKey("s", t - 1)].value
        immediate = np.einsum("ia,b->iab", eye, before)
        copy = passed.derivatives(NodeKey("s", t)).by(NodeKey("W", t))
        assert same(copy, np.einsum("i,iab->iab", slope, immediate))
        through = np.einsum("ij,jab->iab", W, total)
        total = np.einsum("i,iab->iab", slope, immediate + through)
    by_W = passed.derivatives(NodeKey("s", 3)).by(NodeKey("W"))
    assert by_W.shape == (3, 3, 3)
    assert same(by_W, total)
    assert passed.derivatives(NodeKey("s", 3)).by(NodeKey("U")).shape == (3, 3, 2)
    assert passed.derivatives(NodeKey("g", 2)).by(NodeKey("V")).shape == (2, 2, 3)
    batch = instance_of("batch-softmax", 2, 2)
    ring, point = field_point(batch, 4)
    derivative = reverse(batch, ring, point).derivatives(NodeKey("S", 2)).by(NodeKey("U"))
    assert derivative.shape == (2, 2, 2, 2)


def test_there_is_no_derivative_where_no_path_leads() -> None:
    instance = instance_of("elman-softmax", 2, 3)
    ring, point = field_point(instance, 5)
    passed = reverse(instance, ring, point)
    absent = [
        ("E", 2, "x", 3),
        ("E", 2, "y", 1),
        ("E", 2, "h", 3),
        ("E", 2, "W", 3),
        ("E", 1, "E", 2),
        ("h", 2, "V", None),
        ("h", 2, "y", 2),
        ("h", 2, "o", 1),
        ("h", 1, "h", 2),
        ("a", 2, "h", 2),
        ("x", 1, "W", None),
    ]
    for of_name, of_step, by_name, by_step in absent:
        of, by = NodeKey(of_name, of_step), NodeKey(by_name, by_step)
        shape = instance.shape(of_name) + instance.shape(by_name)
        zero = np.zeros(shape, dtype=object)
        assert same(passed.derivatives(of).by(by), zero)
        assert same(tangent(forward(instance, ring, point, by), of), zero)
    present = [("E", 2, "x", 2), ("E", 2, "h", 0), ("E", 2, "W", 1), ("h", 2, "U", None)]
    for of_name, of_step, by_name, by_step in present:
        found = passed.derivatives(NodeKey(of_name, of_step)).by(NodeKey(by_name, by_step))
        assert np.any(found != 0)


def test_a_name_for_another_node_is_a_node_of_its_own() -> None:
    """In linear-mse alpha[t] = z[t]: alpha depends on z as the identity, z not on alpha."""
    instance = instance_of("linear-mse", 2, 3)
    ring, point = field_point(instance, 6)
    passed = reverse(instance, ring, point)
    zero, eye = np.zeros((2, 2), dtype=object), np.eye(2, dtype=object)
    for t in instance.steps:
        z, alpha = NodeKey("z", t), NodeKey("alpha", t)
        assert same(passed.derivatives(z).by(alpha), zero)
        assert same(passed.derivatives(alpha).by(z), eye)
        assert same(tangent(forward(instance, ring, point, alpha), z), zero)
        assert same(tangent(forward(instance, ring, point, z), alpha), eye)
        through = passed.derivatives(loss(instance))
        assert same(through.by(z), through.by(alpha))


@settings(deadline=None, max_examples=4)
@given(data=st.data(), seed=st.integers(0, 2**30))
def test_the_second_derivative_is_symmetric(data: st.DataObject, seed: int) -> None:
    """A tape over dual numbers: reverse over forward, with an undefined activation."""
    instance = drawn_instance(data, "matrix-generic", most=2)
    ring, point = field_point(instance, seed)
    W = NodeKey("W")
    dual: DualRing[Any] = DualRing(ring, instance.shape("W"))
    lifted = {k: dual.seed(v) if k == W else Dual(v) for k, v in point.items()}
    gradient = reverse(instance, dual, lifted).derivatives(loss(instance)).by(W)
    assert same(gradient.value, reverse(instance, ring, point).derivatives(loss(instance)).by(W))
    assert gradient.tangent is not None
    assert same(gradient.tangent, np.transpose(gradient.tangent, (2, 3, 0, 1)))
    assert np.any(gradient.tangent != 0)


# Finite differences -------------------------------------------------------------------------------

GENERIC = ["tanh", "sin", "softplus", "sigmoid", "identity"]
STEP = Fraction(1, 2**70)


@dataclass(frozen=True)
class ShiftedPass:
    """Plain values, with one entry of one variable moved; a parameter moves at all steps."""

    ring: Any
    point: Mapping[NodeKey, Any]
    key: NodeKey
    shift: Any

    def moved(self, value: Any) -> Any:
        axes = tuple(range(value.ndim))
        return self.ring.add([(value, axes), (self.shift, axes)], axes)

    def leaf(self, key: NodeKey, shape: tuple[int, ...]) -> Any:
        whole = NodeKey(key.name)
        value = self.point[whole if whole in self.point else key]
        return self.moved(value) if self.key in (key, whole) else value

    def node(self, key: NodeKey, value: Any) -> Any:
        return self.moved(value) if key == self.key else value


def difference(
    instance: Instance, ring: Any, point: Any, by: NodeKey, functions: Mapping[str, str]
) -> Any:
    """Return d loss / d by from the loss at two places for each entry; no rule, no chain."""
    result = np.empty(instance.shape(by.name), dtype=object)
    for place in np.ndindex(result.shape):
        ends = []
        for sign in (1, -1):
            shift = np.zeros(result.shape, dtype=object)
            shift[place] = sign * STEP
            moved = ShiftedPass(ring, point, by, ring.constant(shift))
            ends.append(run(instance, moved, functions).values[loss(instance)][()].ball)
        result[place] = (ends[0] - ends[1]) * 2**69
    return result


def wrong_by_differences(
    instance: Instance, seed: int, function: str = "tanh", among: list[NodeKey] | None = None
) -> list[NodeKey]:
    """Return the variables whose derivative is not the difference to 90 of 256 bits."""
    functions = dict.fromkeys(instance.model.functions, function)
    wrong = []
    with precision(256) as ring:
        point = in_ring(rational_point(instance, seed, spread=False), ring)
        passed = reverse(instance, ring, point, functions)
        backward = passed.derivatives(loss(instance))
        everything = among or variables(instance, passed.trajectory.values)
        for by in everything:
            expected = difference(instance, ring, point, by, functions)
            found = backward.by(by)
            assert found.shape == expected.shape
            for place in np.ndindex(found.shape):
                size = abs(expected[place]).abs_upper() / 2**90 + flint.arb(2) ** -110
                if not abs(Ball.of(found[place]).ball - expected[place]) < size:
                    wrong.append(by)
                    break
    return wrong


@pytest.mark.parametrize("name", MODELS)
def test_the_loss_by_every_variable_is_a_difference_quotient(name: str) -> None:
    assert wrong_by_differences(instance_of(name), 0) == []


@pytest.mark.parametrize("function", GENERIC)
@pytest.mark.parametrize("name", [name for name in MODELS if load(name).functions])
def test_undefined_functions_stand_for_any_function(name: str, function: str) -> None:
    instance = instance_of(name, 2, 3)
    whole = [NodeKey(parameter) for parameter in parameters(instance)]
    assert wrong_by_differences(instance, 1, function, whole) == []


# Sabotage -----------------------------------------------------------------------------------------


def _one_way(right: Any) -> Any:
    """Only the first operand has a derivative."""
    return lambda self, operands, output: right(
        self, [operands[0], *((_constant(x), labels) for x, labels in operands[1:])], output
    )


def _constant(x: Any) -> Any:
    return Dual(x.value) if isinstance(x, Dual) else type(x)(x.value)


def _wrong_slope(right: Any) -> Any:
    """The derivative of the order after the right one."""
    return lambda self, function, order, argument, known=None: _replace(
        right(self, function, order, argument, known),
        right(self, function, order + 1, argument),
    )


def _replace(value: Any, derivative: Any) -> Any:
    if isinstance(value, Dual):
        return Dual(value.value, derivative.tangent)
    return type(value)(value.value, derivative.place)


def _slope_of_a_square(right: Any) -> Any:
    return lambda self, function, order, argument, known=None: _replace(
        right(self, function, order, argument, known), self.power(argument, 2)
    )


def _next_exponent(right: Any) -> Any:
    return lambda self, base, n: _replace(right(self, base, n), right(self, base, n + 1))


def _first_copy(right: Any) -> Any:
    def by(self: Derivatives[Any], key: NodeKey) -> Any:
        known = [k for k in self.reverse.trajectory.values if k.name == key.name]
        return right(self, known[0] if key.step is None and known else key)

    return by


SABOTAGE: dict[str, tuple[type, str, Callable[[Any], Any], str]] = {
    "tape: one factor": (Tape, "contract", _one_way, "elman-softmax"),
    "tape: one term": (Tape, "add", _one_way, "elman-softmax"),
    "tape: slope": (Tape, "apply", _wrong_slope, "elman-softmax"),
    "tape: power": (Tape, "power", _next_exponent, "linear-mse"),
    "tape: a name is no place": (
        TracedPass,
        "node",
        lambda right: lambda self, key, value: value,
        "linear-mse",
    ),
    "dual: one factor": (DualRing, "contract", _one_way, "elman-softmax"),
    "dual: one term": (DualRing, "add", _one_way, "elman-softmax"),
    "dual: slope": (DualRing, "apply", _slope_of_a_square, "elman-softmax"),
    "dual: power": (DualRing, "power", _next_exponent, "linear-mse"),
    "forward: a node is not cut": (
        SeededPass,
        "node",
        lambda right: lambda self, key, value: value,
        "elman-softmax",
    ),
    "reverse: the first copy for the whole": (Derivatives, "by", _first_copy, "elman-softmax"),
}


@pytest.mark.parametrize("what", SABOTAGE)
def test_sabotage_of_one_direction_is_noticed_by_the_other(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, broken, model = SABOTAGE[what]
    instance = instance_of(model)
    monkeypatch.setattr(owner, name, broken(getattr(owner, name)))
    assert next(disagreements(instance, 0), None) is not None


def test_sabotage_of_the_shared_table_is_noticed_by_differences_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reverse and forward take tanh' from one table, so their agreement says nothing about it."""
    instance = instance_of("vector-softmax")
    assert wrong_by_differences(instance, 0) == []
    monkeypatch.setitem(
        FIRST_DERIVATIVE,
        "tanh",
        lambda ring, x: shifted(ring, 1, 1, ring.power(ring.apply("tanh", 0, x), 2)),
    )
    assert list(disagreements(instance, 0)) == []
    wrong = wrong_by_differences(instance, 0)
    assert {NodeKey("W"), NodeKey("U"), NodeKey("z", 1)} <= set(wrong)
    assert NodeKey("V") not in wrong


@pytest.mark.parametrize("off", [Fraction(1, 10**6), Fraction(1, 10**20)])
def test_a_gradient_that_is_wrong_by_little_is_noticed(
    off: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checkers with absolute tolerances pass one that is scaled by 1.0005."""
    instance = instance_of("linear-mse-tanh")
    right = FIRST_DERIVATIVE["tanh"]

    def scaled(ring: Any, x: Any) -> Any:
        factor = ring.constant(np.array(1 + off, dtype=object))
        labels = tuple(range(len(ring.shape(x))))
        return ring.contract([(factor, ()), (right(ring, x), labels)], labels)

    monkeypatch.setitem(FIRST_DERIVATIVE, "tanh", scaled)
    assert NodeKey("W_a") in wrong_by_differences(instance, 0)


# Refusals -----------------------------------------------------------------------------------------


def test_what_is_no_node_is_refused() -> None:
    instance = instance_of("elman-softmax")
    ring, point = field_point(instance, 7)
    passed = reverse(instance, ring, point)
    for unknown in (NodeKey("nope"), NodeKey("h", 99), NodeKey("h"), NodeKey("W")):
        with pytest.raises(ModelError, match="is not a node of elman-softmax"):
            passed.derivatives(unknown)
    backward = passed.derivatives(loss(instance))
    with pytest.raises(ModelError, match=r"no variable 'yhta'.*yhat"):
        backward.by(NodeKey("yhta"))
    with pytest.raises(ModelError, match="no variable 'nope'"):
        forward(instance, ring, point, NodeKey("nope"))
    with pytest.raises(TypeError, match="carries none"):
        tangent(values(instance, ring, point), loss(instance))  # type: ignore[arg-type]


NO_VARIABLE = [("x", None), ("h", None), ("h", 99), ("h", -5), ("W", 99), ("L", 3), ("x", 0)]


@pytest.mark.parametrize(("name", "step"), NO_VARIABLE)
def test_the_derivative_by_what_does_not_exist_is_refused(name: str, step: int | None) -> None:
    instance = instance_of("elman-softmax")
    ring, point = field_point(instance, 7)
    with pytest.raises(ModelError):
        reverse(instance, ring, point).derivatives(loss(instance)).by(NodeKey(name, step))


@pytest.mark.parametrize(("name", "step"), NO_VARIABLE)
def test_forward_by_what_does_not_exist_is_refused(name: str, step: int | None) -> None:
    """A timed name without a step is even seeded at all steps at once, unlike in reverse."""
    instance = instance_of("elman-softmax")
    ring, point = field_point(instance, 7)
    with pytest.raises(ModelError):
        forward(instance, ring, point, NodeKey(name, step))


@pytest.mark.parametrize("carry", [values, reverse])
def test_a_value_of_the_wrong_shape_is_refused(carry: Any) -> None:
    instance = instance_of("elman-softmax")
    ring, point = field_point(instance, 7)
    point[NodeKey("b")] = point[NodeKey("b")][:1]
    with pytest.raises(ModelError):
        carry(instance, ring, point)


def test_copies_of_a_parameter_may_have_values_of_their_own() -> None:
    """The copy at a step is a variable: moving it alone is what its derivative is about."""
    instance = instance_of("linear-mse", 1, 3)
    ring, point = field_point(instance, 8)
    weights = {t: ring.uniform("copy", t) for t in instance.steps}
    for t, weight in weights.items():
        point[NodeKey("W_a", t)] = np.array(weight, dtype=object)
    found = values(instance, ring, point).values
    expected = found[NodeKey("alpha", 0)][0]
    for t in instance.steps:
        x = found[NodeKey("x", t)][0]
        expected = weights[t] * expected + point[NodeKey("W_x")][()] * x
    assert found[NodeKey("alpha", 3)][0] == expected
    by_copy = reverse(instance, ring, point).derivatives(NodeKey("alpha", 3)).by(NodeKey("W_a", 2))
    assert by_copy[0] == weights[3] * found[NodeKey("alpha", 1)][0]


def test_float64_carries_both_directions_too() -> None:
    for name in MODELS:
        instance = instance_of(name, 2, 4)
        functions = dict.fromkeys(instance.model.functions, "tanh")
        ring = Float64Ring()
        point = in_ring(rational_point(instance, 3, spread=False), ring)
        backward = reverse(instance, ring, point, functions).derivatives(loss(instance))
        for parameter in parameters(instance):
            by = NodeKey(parameter)
            found = tangent(forward(instance, ring, point, by, functions), loss(instance))
            np.testing.assert_allclose(backward.by(by), found, rtol=1e-9, atol=1e-12)
            assert np.any(found != 0)
