"""The forward pass of every model against one that is written out by hand in NumPy."""

import sys
from pathlib import Path

import numpy as np
import pytest
from support.timed import has_time

from numeric.derivative import values
from numeric.rings.float64 import Float64Ring
from symbolic import models
from symbolic.errors import ModelError, UnsupportedNotation
from symbolic.forward import NodeKey, leaves, longest_lag, run
from symbolic.functions import GENERIC_INSTANCES
from symbolic.model import Instance, Role
from symbolic.model_parser import read_model, read_model_file

FOLDER = Path(__file__).parents[1] / "models"
RING = Float64Ring()

LAG_TWO = """\
model lag-two
steps 1..tau
dimensions n
input x[t]: (n)
parameter A: (n, n)
parameter b
h[t]: (n) = tanh(A @ h[t-1] + b * h[t-2] + x[t])
q[t] = h[t] @ h[t-2]
L = sum[t](q[t]) + sum(h[tau])
loss L
"""


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


CONCRETE = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "identity": lambda z: z,
    "sin": np.sin,
    "softplus": lambda z: np.log(1 + np.exp(z)),
}


# Each reference takes the leaves p, the steps and the generic activation f, and fills in v, the
# value of every node. The state before the first step is a leaf.


def batch_softmax(p, steps, f):
    v, s = {}, p["S", steps[0] - 1]
    for t in steps:
        v["Z", t] = p["X", t] @ p["U"] + s @ p["W"]
        v["S", t] = s = np.tanh(v["Z", t])
        v["G", t] = s @ p["V"]
        v["Yhat", t] = softmax(v["G", t])
        v["E", t] = -np.sum(p["Y", t] * np.log(v["Yhat", t]))
    v["L", None] = sum(v["E", t] for t in steps)
    return v


def elman_softmax(p, steps, f):
    v, h = {}, p["h", steps[0] - 1]
    for t in steps:
        v["a", t] = p["b"] + p["W"] @ h + p["U"] @ p["x", t]
        v["h", t] = h = np.tanh(v["a", t])
        v["o", t] = p["c0"] + p["V"] @ h
        v["yhat", t] = softmax(v["o", t])
        v["E", t] = -sum(y * np.log(q) for y, q in zip(p["y", t], v["yhat", t], strict=True))
    v["L", None] = sum(v["E", t] for t in steps)
    return v


def linear_lemma(p, steps, f):
    v = {("y", None): p["W"] @ p["x"]}
    v["L", None] = f(np.dot(p["u"], v["y", None]))
    return v


def linear_mse(p, steps, f, activation=lambda z: z):
    v, alpha = {}, p["alpha", steps[0] - 1]
    for t in steps:
        v["z", t] = p["W_a"] * alpha + p["W_x"] * p["x", t]
        v["alpha", t] = alpha = activation(v["z", t])
    v["L", None] = np.mean((alpha - p["y"]) ** 2)
    return v


def linear_mse_tanh(p, steps, f):
    return linear_mse(p, steps, f, np.tanh)


def many_to_one(p, steps, f):
    v, s = {}, p["s", steps[0] - 1]
    for t in steps:
        v["a", t], v["b", t] = p["x", t] * p["u"], s * p["w"]
        v["z", t] = v["a", t] + v["b", t] + p["k"]
        v["s", t] = s = f(v["z", t])
    v["q", None] = p["v"] * s + p["c0"]
    v["o", None] = softmax(v["q", None])
    v["E", None] = -np.dot(p["y"], np.log(v["o", None]))
    return v


def many_to_one_product(p, steps, f):
    v, s = {}, p["s", steps[0] - 1]
    for t in steps:
        v["a", t], v["b", t] = p["x", t] * p["u"], s * p["w"]
        v["z", t] = v["a", t] * v["b", t]
        v["s", t] = s = f(v["z", t])
    v["q", None] = p["v"] * s
    v["o", None] = softmax(v["q", None])
    v["E", None] = -np.dot(p["y"], np.log(v["o", None]))
    return v


def matrix_generic(p, steps, f):
    v, s = {}, p["s", steps[0] - 1]
    for t in steps:
        v["a", t] = p["U"] @ p["x", t] + p["W"] @ s
        v["s", t] = s = f(v["a", t])
        v["g", t] = p["V"] @ s
        v["o", t] = softmax(v["g", t])
        v["E", t] = -np.dot(p["y", t], np.log(v["o", t]))
    v["L", None] = sum(v["E", t] for t in steps)
    return v


def scalar_generic(p, steps, f):
    v, s = {}, p["s", steps[0] - 1]
    for t in steps:
        v["a", t] = p["U"] * p["x", t] + p["W"] * s
        v["s", t] = s = f(v["a", t])
        v["g", t] = p["V"] * s
        v["o", t] = softmax(v["g", t])
        v["E", t] = -np.dot(p["y", t], np.log(v["o", t]))
    v["L", None] = sum(v["E", t] for t in steps)
    return v


def scalar_sigmoid(p, steps, f, *, full=False):
    v, s = {}, p["s", steps[0] - 1]
    for t in steps:
        v["z", t] = p["U"] * p["x", t] + p["W"] * s
        v["s", t] = s = np.tanh(v["z", t])
        v["g", t] = p["V"] * s
        v["yhat", t] = q = sigmoid(v["g", t])
        v["E", t] = -p["y", t] * np.log(q)
        if full:
            v["E", t] -= (1 - p["y", t]) * np.log(1 - q)
    v["L", None] = sum(v["E", t] for t in steps)
    return v


def scalar_sigmoid_full(p, steps, f):
    return scalar_sigmoid(p, steps, f, full=True)


def vector_softmax(p, steps, f):
    v, s = {}, p["s", steps[0] - 1]
    for t in steps:
        v["z", t] = p["U"] @ p["x", t] + p["W"] @ s
        v["s", t] = s = np.tanh(v["z", t])
        v["g", t] = p["V"] @ s
        v["yhat", t] = softmax(v["g", t])
        v["E", t] = -np.dot(p["y", t], np.log(v["yhat", t]))
    v["L", None] = sum(v["E", t] for t in steps)
    return v


def lstm(p, steps, f):
    v, h, cell = {}, p["h", steps[0] - 1], p["cell", steps[0] - 1]
    for t in steps:
        gate = {g: p["W" + g] @ h + p["U" + g] @ p["x", t] + p["b" + g] for g in "ifog"}
        v["enter", t], v["keep", t] = sigmoid(gate["i"]), sigmoid(gate["f"])
        v["show", t], v["new", t] = sigmoid(gate["o"]), np.tanh(gate["g"])
        v["cell", t] = cell = v["keep", t] * cell + v["enter", t] * v["new", t]
        v["h", t] = h = v["show", t] * np.tanh(cell)
        v["o", t] = p["V"] @ h
        v["yhat", t] = softmax(v["o", t])
        v["E", t] = -np.dot(p["y", t], np.log(v["yhat", t]))
    v["L", None] = sum(v["E", t] for t in steps)
    return v


def two_layer(p, steps, f):
    v, h, g = {}, p["h", steps[0] - 1], p["g", steps[0] - 1]
    for t in steps:
        v["h", t] = h = np.tanh(p["U"] @ p["x", t] + p["W"] @ h)
        v["g", t] = g = np.tanh(p["Q"] @ h + p["R"] @ g)
        v["yhat", t] = p["V"] @ g + p["b"]
        v["E", t] = np.mean((v["yhat", t] - p["y", t]) ** 2) / 2
    v["L", None] = sum(v["E", t] for t in steps)
    return v


def lag_two(p, steps, f):
    v = {}
    state = {t: p["h", t] for t in (steps[0] - 2, steps[0] - 1)}
    for t in steps:
        state[t] = np.tanh(p["A"] @ state[t - 1] + p["b"] * state[t - 2] + p["x", t])
        v["h", t], v["q", t] = state[t], np.dot(state[t], state[t - 2])
    v["L", None] = sum(v["q", t] for t in steps) + state[steps[-1]].sum()
    return v


REFERENCES = {
    "batch-softmax": batch_softmax,
    "elman-softmax": elman_softmax,
    "linear-lemma": linear_lemma,
    "linear-mse": linear_mse,
    "linear-mse-tanh": linear_mse_tanh,
    "many-to-one": many_to_one,
    "many-to-one-product": many_to_one_product,
    "matrix-generic": matrix_generic,
    "scalar-generic": scalar_generic,
    "scalar-sigmoid": scalar_sigmoid,
    "scalar-sigmoid-full": scalar_sigmoid_full,
    "vector-softmax": vector_softmax,
    "lstm": lstm,
    "two_layer": two_layer,
    "lag-two": lag_two,
}
MODELS = {
    **{name: models.load(name) for name in models.names()},
    "lstm": read_model_file(FOLDER / "lstm.model"),
    "two_layer": read_model_file(FOLDER / "two_layer.model"),
    "lag-two": read_model(LAG_TWO),
}
every_model = pytest.mark.parametrize("name", MODELS)
TIMED = [name for name in MODELS if has_time(MODELS[name])]
UNTIMED = [name for name in MODELS if not has_time(MODELS[name])]
every_model_with_time = pytest.mark.parametrize("name", TIMED)
every_model_without_time = pytest.mark.parametrize("name", UNTIMED)


def instance_of(name, tau=3, *, descending=False):
    """Sizes that all differ, so that no axis can stand for another."""
    dimensions = [d.name for d in MODELS[name].dimensions]
    sizes = range(2, 2 + len(dimensions))
    sizes = reversed(sizes) if descending else sizes
    return Instance(MODELS[name], dict(zip(dimensions, sizes, strict=True)), tau)


def point_of(instance, seed=0):
    generator = np.random.default_rng(seed)
    return {
        key: generator.uniform(0.2, 0.9, instance.shape(key.name)) * generator.choice((-1, 1))
        for key in leaves(instance)
    }


def plain(point):
    return {(k.name if k.step is None else (k.name, k.step)): value for k, value in point.items()}


def forward(instance, point, function="tanh"):
    functions = dict.fromkeys(instance.model.functions, function)
    return values(instance, RING, point, functions)


def test_there_is_a_reference_for_every_model():
    assert set(REFERENCES) == set(MODELS) > set(models.names())
    assert len(TIMED) >= 14
    assert len(UNTIMED) >= 1


@every_model
@pytest.mark.parametrize(("tau", "descending"), [(1, False), (2, True), (5, False)])
def test_every_node_at_every_step_has_the_value_of_the_network_by_hand(name, tau, descending):
    instance = instance_of(name, tau, descending=descending)
    point = point_of(instance, seed=tau)
    computed = forward(instance, point).values
    expected = REFERENCES[name](plain(point), instance.steps, np.tanh)
    nodes = {d.name for d in instance.model.named(Role.NODE)}
    assert {(k.name, k.step) for k in computed if k.name in nodes} - set(expected) == {
        (k.name, k.step) for k in point if k.name in nodes
    }
    for (node, step), wanted in expected.items():
        got = computed[NodeKey(node, step)]
        assert got.shape == instance.shape(node)
        np.testing.assert_allclose(got, wanted, rtol=1e-11, atol=1e-13, err_msg=f"{node}[{step}]")


@pytest.mark.parametrize("function", GENERIC_INSTANCES)
@pytest.mark.parametrize("name", [name for name in MODELS if MODELS[name].functions])
def test_an_undefined_activation_is_the_one_that_is_named(name, function):
    instance = instance_of(name)
    point = point_of(instance)
    computed = forward(instance, point, function).values
    expected = REFERENCES[name](plain(point), instance.steps, CONCRETE[function])
    loss = NodeKey(instance.model.loss)
    np.testing.assert_allclose(computed[loss], expected[loss.name, None], rtol=1e-11)


def test_an_undefined_activation_has_no_value_of_its_own():
    instance = instance_of("scalar-generic")
    with pytest.raises(UnsupportedNotation, match="f is undefined"):
        values(instance, RING, point_of(instance))


@every_model_with_time
@pytest.mark.parametrize("tau", [1, 3])
def test_the_initial_state_matters(name, tau):
    instance = instance_of(name, tau)
    loss = NodeKey(instance.model.loss)
    point = point_of(instance)
    nodes = {d.name for d in instance.model.named(Role.NODE)}
    initial = [key for key in point if key.name in nodes]
    assert initial
    assert all(key.step < instance.steps.start for key in initial)
    for key in initial:
        changed = {**point, key: point[key] + 0.3}
        assert forward(instance, changed).values[loss] != forward(instance, point).values[loss]


@every_model_without_time
def test_without_time_the_number_of_steps_does_not_matter(name):
    short, long = instance_of(name, 1), instance_of(name, 4)
    point = point_of(short)
    assert leaves(short) == leaves(long)
    assert all(key.step is None for key in point)
    loss = NodeKey(short.model.loss)
    assert forward(short, point).values[loss] == forward(long, point).values[loss]


@every_model
def test_every_leaf_matters_to_the_loss(name):
    """With a value nan in one leaf the loss is nan: no leaf is listed that nobody reads."""
    instance = instance_of(name, 3)
    loss = NodeKey(instance.model.loss)
    point = point_of(instance)
    assert np.isfinite(forward(instance, point).values[loss])
    for key in point:
        broken = {**point, key: point[key] * np.nan}
        assert np.isnan(forward(instance, broken).values[loss]), str(key)


# What the pass asks for ---------------------------------------------------------------------------


class Recording:
    """An interpretation that keeps, in order, what it was asked for."""

    ring = RING

    def __init__(self):
        self.leaves, self.nodes = [], []

    def leaf(self, key, shape):
        self.leaves.append((key, shape))
        return np.full(shape, 0.25)

    def node(self, key, value):
        self.nodes.append(key)
        return value


def recorded(instance):
    recording = Recording()
    run(instance, recording, dict.fromkeys(instance.model.functions, "tanh"))
    return recording


def without_copies(instance, keys):
    parameters = {d.name for d in instance.model.named(Role.PARAMETER)}
    return {NodeKey(k.name) if k.name in parameters else k for k in keys}


@every_model
@pytest.mark.parametrize("tau", [1, 2, 4])
def test_leaves_lists_precisely_what_the_pass_reads(name, tau):
    instance = instance_of(name, tau)
    listed = leaves(instance)
    asked = [key for key, _ in recorded(instance).leaves]
    assert len(listed) == len(set(listed))
    assert without_copies(instance, asked) == set(listed)


def test_initial_states_are_listed_as_far_back_as_the_longest_lag():
    model = read_model("model m\nparameter w\nh[t] = w * h[t-3]\nL = h[tau] + h[tau-1]\nloss L")
    for tau in (1, 2, 3, 5):
        instance = Instance(model, {}, tau)
        asked = without_copies(instance, [key for key, _ in recorded(instance).leaves])
        assert set(leaves(instance)) == {NodeKey("w"), *(NodeKey("h", s) for s in (-2, -1, 0))}
        assert asked <= set(leaves(instance))


@pytest.mark.parametrize(
    ("loss", "outside"), [("sum[t](h[t] * h[t-1])", 0), ("h[tau] - h[0]", 0), ("h[tau-3]", -1)]
)
def test_a_state_that_no_recurrence_begins_with_has_no_initial_value(loss, outside):
    model = read_model(f"model m\nparameter w\nh[t] = w\nL = {loss}\nloss L")
    with pytest.raises(ModelError, match=rf"h\[{outside}\] has no value; steps run over 1..2"):
        recorded(Instance(model, {}, 2))


@every_model
def test_each_leaf_is_asked_for_once_with_its_shape(name):
    instance = instance_of(name, 3)
    asked = recorded(instance).leaves
    assert len(asked) == len({key for key, _ in asked})
    assert all(shape == instance.shape(key.name) for key, shape in asked)


@every_model
def test_each_node_is_computed_once_and_in_the_order_of_time(name):
    instance = instance_of(name, 3)
    timed = [d.name for d in instance.model.named(Role.NODE) if d.timed]
    nodes = recorded(instance).nodes
    assert len(nodes) == len(set(nodes))
    with_step = [key.step for key in nodes if key.step is not None]
    assert with_step == sorted(with_step)
    assert with_step.count(instance.last_step) == len(timed)
    # What has no time comes last.
    assert [key.step is None for key in nodes] == sorted(key.step is None for key in nodes)


def test_each_step_uses_its_own_copy_of_a_parameter():
    instance = instance_of("elman-softmax", 3)
    asked = {key for key, _ in recorded(instance).leaves}
    for parameter in instance.model.named(Role.PARAMETER):
        assert {k.step for k in asked if k.name == parameter.name} == {1, 2, 3}


def test_what_has_no_time_uses_the_copy_of_the_last_step():
    instance = instance_of("many-to-one", 4)
    asked = {key for key, _ in recorded(instance).leaves}
    assert {k.step for k in asked if k.name == "v"} == {3}
    assert {k.step for k in asked if k.name == "w"} == {0, 1, 2, 3}


@every_model_without_time
def test_without_time_there_is_one_copy_of_each_parameter(name):
    instance = instance_of(name, 3)
    parameters = {d.name for d in instance.model.named(Role.PARAMETER)}
    asked = {key for key, _ in recorded(instance).leaves if key.name in parameters}
    assert asked == {NodeKey(parameter, instance.last_step) for parameter in parameters}


def test_a_copy_may_have_a_value_of_its_own():
    instance = instance_of("scalar-sigmoid", 2)
    point = point_of(instance)
    shared = forward(instance, point).values
    split = forward(instance, {**point, NodeKey("W", 2): point[NodeKey("W")] + 0.5}).values
    assert split[NodeKey("s", 1)] == shared[NodeKey("s", 1)]
    assert split[NodeKey("s", 2)] != shared[NodeKey("s", 2)]


@every_model_with_time
def test_longest_lag_is_that_of_the_states(name):
    model = MODELS[name]
    lags = {d.name: longest_lag(model, d.name) for d in model.named(Role.NODE)}
    states = {"lstm": {"h", "cell"}, "two_layer": {"h", "g"}}.get(name)
    recurrent = {node for node, back in lags.items() if back}
    assert recurrent == states if states else len(recurrent) == 1
    assert max(lags.values()) == (2 if name == "lag-two" else 1)


@every_model_without_time
def test_without_time_nothing_is_read_from_an_earlier_step(name):
    model = MODELS[name]
    nodes = model.named(Role.NODE)
    assert nodes
    assert [longest_lag(model, d.name) for d in nodes] == [0] * len(nodes)


# Length and range ---------------------------------------------------------------------------------


def depth_of_stack():
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


@pytest.mark.parametrize("name", ["elman-softmax", "many-to-one", "lstm", "lag-two"])
def test_a_long_pass_does_not_recurse_over_time(name):
    instance = instance_of(name, 300)
    point = point_of(instance)
    before = sys.getrecursionlimit()
    # Room for the depth of one equation, and for less than one frame per step.
    sys.setrecursionlimit(depth_of_stack() + 150)
    try:
        loss = forward(instance, point).values[NodeKey(instance.model.loss)]
    finally:
        sys.setrecursionlimit(before)
    expected = REFERENCES[name](plain(point), instance.steps, np.tanh)
    np.testing.assert_allclose(loss, expected[instance.model.loss, None], rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "step", "message"),
    [
        ("h", 4, r"h\[4\] has no value; steps run over 1..3"),
        ("h", -1, r"h\[-1\] has no value"),
        ("yhat", 0, r"yhat\[0\] has no value"),
        ("yhat", 9, r"yhat\[9\] has no value"),
        ("h", None, "h has no value"),
        ("x", 0, r"x\[0\] lies outside the steps 1..3"),
        ("x", 4, r"x\[4\] lies outside the steps 1..3"),
        ("y", -1, r"y\[-1\] lies outside"),
        ("hh", 1, "elman-softmax has no variable 'hh'"),
    ],
)
def test_a_lookup_outside_the_steps_is_a_model_error(name, step, message):
    instance = instance_of("elman-softmax", 3)
    trajectory = forward(instance, point_of(instance))
    with pytest.raises(ModelError, match=message):
        trajectory.lookup(name, step, 3)


def test_a_lookup_finds_nodes_leaves_and_copies():
    instance = instance_of("elman-softmax", 3)
    point = point_of(instance)
    trajectory = forward(instance, point)
    assert trajectory.lookup("h", 2, 3) is trajectory.values[NodeKey("h", 2)]
    np.testing.assert_array_equal(trajectory.lookup("h", 0, 3), point[NodeKey("h", 0)])
    np.testing.assert_array_equal(trajectory.lookup("W", None, 2), point[NodeKey("W")])
    np.testing.assert_array_equal(trajectory.lookup("x", 3, 1), point[NodeKey("x", 3)])


def test_steps_before_zero_have_negative_numbers():
    instance = instance_of("many-to-one", 2)
    assert NodeKey("s", -1) in leaves(instance)
    assert str(NodeKey("s", -1)) == "s[-1]"
    assert str(NodeKey("u")) == "u"
