"""Oracle A against oracle B: SymPy's derivatives, evaluated in balls, and those of the tape.

The two share the evaluator and the arithmetic of balls. They share no rule of differentiation,
which the sabotages at the end show: a fault in either is a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest
import sympy
from support.timed import has_time
from sympy.core.cache import clear_cache
from sympy.core.function import AppliedUndef

import symbolic.differentiate as differentiate
from numeric.derivative import forward, reverse, tangent
from numeric.functions import FIRST_DERIVATIVE
from numeric.points import in_ring, rational_point
from numeric.rings.balls import compare, precision
from numeric.rings.base import Comparison
from symbolic import unroll as unroll_module
from symbolic.differentiate import derivative, derivative_by_nodes, local_jacobian, substituted
from symbolic.errors import ModelError
from symbolic.forward import NodeKey
from symbolic.functions import GENERIC_INSTANCES
from symbolic.model import Instance, Role
from symbolic.model_parser import read_model
from symbolic.models import load, names
from symbolic.sympy_value import symbol_values, value
from symbolic.unroll import UnrolledGraph, symbols, unroll

MODELS = names()
GENERIC = tuple(name for name in MODELS if load(name).functions)
TIMED = tuple(name for name in MODELS if has_time(load(name)))
UNTIMED = tuple(name for name in MODELS if not has_time(load(name)))
#: The models whose expressions grow most with the sizes.
LARGE = ("batch-softmax", "elman-softmax", "matrix-generic", "vector-softmax")
#: Every size 2, or the least one if that is more, at tau = 2; every size at its least at tau = 3.
SIZES = ((2, 2), (1, 3))
SMALL = [(name, *s) for name in MODELS for s in SIZES if name not in LARGE or s != SIZES[0]]
BITS = 384

Rule = Callable[[UnrolledGraph, NodeKey, NodeKey], Any]


@dataclass(frozen=True)
class Both:
    """A graph for oracle A, and what oracle B is asked at the same point."""

    graph: UnrolledGraph
    functions: dict[str, str] = field(default_factory=dict)
    seed: int = 1

    @property
    def instance(self) -> Instance:
        return self.graph.instance

    @property
    def loss(self) -> NodeKey:
        return NodeKey(self.instance.model.loss or "")

    def compared(
        self, of: NodeKey, by: Sequence[NodeKey], rule: Rule, *, nonzero: bool = False
    ) -> dict[str, Comparison]:
        """Return the outcome for each variable, after shapes are found to be the same."""
        found = {}
        with precision(BITS) as ring:
            point = in_ring(rational_point(self.instance, self.seed), ring)
            passed = reverse(self.instance, ring, point, self.functions)
            computed = {k: traced.value for k, traced in passed.trajectory.values.items()}
            known = symbol_values({**point, **computed})
            backward = passed.derivatives(of)
            for key in by:
                left = value(rule(self.graph, of, key), ring, known, self.functions)
                right = backward.by(key)
                shape = self.instance.shape(of.name) + self.instance.shape(key.name)
                assert left.shape == right.shape == shape
                if nonzero:
                    assert any(not b.ball.contains(0) for b in right.flat), key
                found[str(key)] = compare(left, right).outcome
        assert len(found) == len(by) > 0
        return found

    def agree(self, of: NodeKey, by: Sequence[NodeKey], rule: Rule, **options: bool) -> None:
        outcomes = self.compared(of, by, rule, **options)
        assert {k: o for k, o in outcomes.items() if o is not Comparison.AGREE} == {}

    def parameters(self) -> list[NodeKey]:
        return [NodeKey(declared.name) for declared in self.instance.model.named(Role.PARAMETER)]

    def everything(self) -> list[NodeKey]:
        """Return the nodes, the leaves, among them all copies, and the whole parameters."""
        return [*(n.key for n in self.graph.nodes), *self.graph.leaves, *self.parameters()]


@cache
def both(name: str, size: int = 2, tau: int = 2) -> Both:
    model = load(name)
    sizes = {d.name: max(size, d.minimum) for d in model.dimensions}
    concrete = GENERIC_INSTANCES[(MODELS.index(name) + tau) % len(GENERIC_INSTANCES)]
    functions = dict.fromkeys(model.functions, concrete)
    return Both(unroll(Instance(model, sizes, tau)), functions)


def elman(tau: int = 2) -> Both:
    return both("elman-softmax", 1, tau)


# Oracle A is oracle B -----------------------------------------------------------------------------


def test_the_tests_below_see_models_with_time_and_without() -> None:
    assert len(TIMED) >= 11
    assert len(UNTIMED) >= 1


@pytest.mark.parametrize(("name", "size", "tau"), SMALL)
def test_loss_by_every_parameter(name: str, size: int, tau: int) -> None:
    case = both(name, size, tau)
    case.agree(case.loss, case.parameters(), derivative, nonzero=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_loss_by_the_parameters_of_a_wider_network(name: str) -> None:
    """The whole expression by all parameters at this size: ``test_loss_by_everything``."""
    case = both(name, *SIZES[0])
    case.agree(case.loss, [NodeKey("W")], derivative, nonzero=True)
    case.agree(case.loss, case.parameters(), derivative_by_nodes, nonzero=True)


@pytest.mark.parametrize(("name", "size", "tau"), SMALL[::2])
def test_loss_by_every_node_leaf_and_copy_node_by_node(name: str, size: int, tau: int) -> None:
    case = both(name, size, tau)
    case.agree(case.loss, case.everything(), derivative_by_nodes)


@pytest.mark.parametrize(("size", "tau"), SIZES[1:])
@pytest.mark.parametrize("name", ["linear-mse-tanh", "scalar-sigmoid-full"])
def test_loss_by_every_node_leaf_and_copy(name: str, size: int, tau: int) -> None:
    case = both(name, size, tau)
    case.agree(case.loss, case.everything(), derivative)


@pytest.mark.slow
@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("size", "tau"), SIZES)
def test_loss_by_everything(name: str, size: int, tau: int, rule: Rule) -> None:
    case = both(name, size, tau)
    case.agree(case.loss, case.everything(), rule)


def recurrent(case: Both) -> list[str]:
    """Return the variables with an initial value: the states."""
    first = case.instance.steps.start
    nodes = {declared.name for declared in case.instance.model.named(Role.NODE)}
    return sorted({k.name for k in case.graph.leaves if k.name in nodes and k.step == first - 1})


@pytest.mark.parametrize("name", TIMED)
def test_a_copy_at_each_step(name: str) -> None:
    """The parameter that multiplies the state, whose copies differ most."""
    case = both(name, 1, 2)
    (state,) = recurrent(case)
    first = case.instance.steps.start
    initial = set(case.graph.leaves[NodeKey(state, first - 1)].flat)
    readers = [n for n in case.graph.nodes for e in n.entries.flat if e.free_symbols & initial]
    read = {s for node in readers for e in node.entries.flat for s in e.free_symbols}
    (recurrence, *_) = (
        key
        for key, array in case.graph.leaves.items()
        if NodeKey(key.name) in case.parameters() and read & set(array.flat)
    )
    copies = [NodeKey(recurrence.name, step) for step in case.instance.steps]
    case.agree(case.loss, copies, derivative, nonzero=True)


@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
@pytest.mark.parametrize("name", UNTIMED)
def test_without_time_the_copy_of_the_last_step_is_the_whole(name: str, rule: Rule) -> None:
    """Nothing reads the other copies: they exist, and the derivative by them is zero."""
    case = both(name, 2, 3)
    *earlier, last = case.instance.steps
    for parameter in case.parameters():
        unread = [NodeKey(parameter.name, step) for step in earlier]
        case.agree(case.loss, unread, rule)
        assert all(np.all(rule(case.graph, case.loss, key) == 0) for key in unread)
        copy = NodeKey(parameter.name, last)
        case.agree(case.loss, [copy, parameter], rule, nonzero=True)
        with precision(BITS) as ring:
            by_copy = values_of(case, case.loss, copy, rule, ring)
            whole = values_of(case, case.loss, parameter, rule, ring)
            assert compare(by_copy, whole).outcome is Comparison.AGREE


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize(
    ("size", "tau", "rule"), [(2, 2, derivative), (1, 3, derivative), (1, 3, derivative_by_nodes)]
)
def test_last_state_by_parameters_and_earlier_states(
    name: str, size: int, tau: int, rule: Rule
) -> None:
    case = both(name, size, tau)
    (state,) = recurrent(case)
    steps = case.instance.steps
    last = NodeKey(state, case.instance.last_step)
    earlier = [NodeKey(state, step) for step in range(steps.start - 1, case.instance.last_step)]
    case.agree(last, earlier, rule, nonzero=True)
    case.agree(last, case.parameters(), rule)


@pytest.mark.slow
@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
@pytest.mark.parametrize("name", MODELS)
def test_every_node_by_everything(name: str, rule: Rule) -> None:
    case = both(name, 1, 2)
    for node in case.graph.nodes:
        case.agree(node.key, case.everything(), rule)


@pytest.mark.parametrize("name", GENERIC)
@pytest.mark.parametrize("concrete", GENERIC_INSTANCES)
def test_a_named_function_is_differentiated_by_sympy_too(name: str, concrete: str) -> None:
    """Given to ``unroll``, not to ``value``: then SymPy's rule meets that of the table."""
    instance = both(name, 1, 2).instance
    functions = dict.fromkeys(instance.model.functions, concrete)
    case = Both(unroll(instance, functions), functions)
    case.agree(case.loss, case.parameters(), derivative_by_nodes, nonzero=True)


def test_logarithms_sines_and_hyperbolic_functions() -> None:
    text = (
        "model m\ninput x[t]\nparameter w\nparameter v\n"
        "s[t] = sin(w * s[t-1]) + cosh(v * x[t]) / (2 + exp(w)) - cos(x[t] + v) ** 3\n"
        "r[t] = log(1 + sinh(v) ** 2 + softplus(s[t])) * sigmoid(w) + identity(r[t-1]) * tanh(v)\n"
        "L = sum[t](r[t] / 3 + s[t] ** 2)\nloss L\n"
    )
    case = Both(unroll(Instance(read_model(text), {}, 2)))
    for rule in (derivative, derivative_by_nodes):
        case.agree(case.loss, case.everything(), rule)


# The whole expression and node by node ------------------------------------------------------------


def values_of(case: Both, of: NodeKey, by: NodeKey, rule: Rule, ring: Any) -> Any:
    point = in_ring(rational_point(case.instance, case.seed), ring)
    passed = reverse(case.instance, ring, point, case.functions)
    computed = {k: traced.value for k, traced in passed.trajectory.values.items()}
    known = symbol_values({**point, **computed})
    return value(rule(case.graph, of, by), ring, known, case.functions)


@pytest.mark.parametrize("name", ["linear-mse-tanh", "scalar-generic", "vector-softmax"])
def test_the_two_routes_of_sympy_agree(name: str) -> None:
    case = both(name, 1, 1)
    state = NodeKey(recurrent(case)[0], case.instance.last_step)
    with precision(BITS) as ring:
        for of in (case.loss, state):
            for by in case.parameters():
                whole = values_of(case, of, by, derivative, ring)
                by_nodes = values_of(case, of, by, derivative_by_nodes, ring)
                assert compare(whole, by_nodes).outcome is Comparison.AGREE, (of, by)


def test_a_whole_derivative_holds_leaves_only() -> None:
    case = elman()
    leaves = {s for key, a in case.graph.leaves.items() for s in a.flat}
    shapes = [(key, case.instance.shape(key.name)) for key in case.parameters()]
    wholes = {s for key, shape in shapes for s in symbols(key, shape).flat}
    expressions = derivative(case.graph, case.loss, NodeKey("W"))
    read = {s for e in expressions.flat for s in e.free_symbols}
    copies = {s for key, a in case.graph.leaves.items() if key.name in "UWbVc0" for s in a.flat}
    assert read
    assert read <= (leaves | wholes) - copies


def test_a_derivative_by_a_copy_keeps_that_copy_alone() -> None:
    case = elman()
    expressions = derivative(case.graph, case.loss, NodeKey("W", 2))
    read = {str(s) for e in expressions.flat for s in e.free_symbols}
    assert {name for name in read if name.startswith("W")} == {"W(1,1)", "W[2](1,1)"}


# By hand ------------------------------------------------------------------------------------------


def scalar(name: str, step: int | None = None, entry: str = "") -> Any:
    return sympy.Symbol(f"{NodeKey(name, step)}{entry}", real=True)


def test_a_linear_recurrence_by_hand() -> None:
    """alpha_2 = W_a^2 alpha_0 + W_a W_x x_1 + W_x x_2, L = (alpha_2 - y)^2."""
    graph = unroll(Instance(load("linear-mse"), {"n": 1}, 2))
    w_a, w_x, y = scalar("W_a"), scalar("W_x"), scalar("y", None, "(1)")
    start, one, two = scalar("alpha", 0, "(1)"), scalar("x", 1, "(1)"), scalar("x", 2, "(1)")
    last = w_a**2 * start + w_a * w_x * one + w_x * two
    expected = {
        "W_a": 2 * (last - y) * (2 * w_a * start + w_x * one),
        "W_x": 2 * (last - y) * (w_a * one + two),
    }
    for name, formula in expected.items():
        found = derivative(graph, NodeKey("L"), NodeKey(name)).item()
        assert sympy.expand(found - formula) == 0, name
    assert sympy.expand(substituted(graph, NodeKey("L")).item() - (last - y) ** 2) == 0


def test_copies_add_up_to_the_whole_parameter() -> None:
    """In the linear model, as polynomials; every copy is the parameter once differentiated."""
    graph = unroll(Instance(load("linear-mse"), {"n": 2}, 3))
    for name in ("W_a", "W_x"):
        whole = derivative(graph, NodeKey("L"), NodeKey(name)).item()
        parts = [derivative(graph, NodeKey("L"), NodeKey(name, t)).item() for t in (1, 2, 3)]
        merged = [p.xreplace({scalar(name, t): scalar(name) for t in (1, 2, 3)}) for p in parts]
        assert sympy.expand(sum(merged) - whole) == 0
        assert all(sympy.expand(part - whole) != 0 for part in merged)


def test_local_jacobian_of_a_product_and_of_a_softmax() -> None:
    """d a_2 / d h_1 = W; d softmax = diag(p) - p p^T."""
    graph = unroll(Instance(load("elman-softmax"), {"n": 2, "m": 1, "c": 3}, 2))
    a, h = graph.node(NodeKey("a", 2)), graph.node(NodeKey("h", 1))
    assert np.all(local_jacobian(a, h.symbols) == graph.leaves[NodeKey("W", 2)])
    o, yhat = graph.node(NodeKey("o", 1)), graph.node(NodeKey("yhat", 1))
    jacobian, p = local_jacobian(yhat, o.symbols), yhat.entries
    assert jacobian.shape == (3, 3)
    for i, j in np.ndindex(3, 3):
        expected = p[i] * (int(i == j) - p[j])
        assert sympy.simplify(jacobian[i, j] - expected) == 0


# Cuts, identities and zeros -----------------------------------------------------------------------


@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
def test_a_node_is_cut_where_it_is_the_variable(rule: Rule) -> None:
    """By alpha_1, alpha_2 = W_a alpha_1 + W_x x_2: the way on to alpha_0 is closed."""
    graph = unroll(Instance(load("linear-mse"), {"n": 2}, 2))
    result = rule(graph, NodeKey("alpha", 2), NodeKey("alpha", 1))
    read = {str(s).split("[")[0] for e in result.flat for s in e.free_symbols}
    assert read == {"W_a"}
    assert result[0, 1] == result[1, 0] == 0


def test_a_cut_node_stands_as_its_own_symbols() -> None:
    case = elman()
    h1 = case.graph.node(NodeKey("h", 1))
    entries = substituted(case.graph, NodeKey("h", 2), NodeKey("h", 1))
    read = {s for e in entries.flat for s in e.free_symbols}
    assert set(h1.symbols.flat) <= read
    assert not {s for s in read if str(s).startswith(("x[1]", "h[0]"))}
    through = substituted(case.graph, NodeKey("h", 2))
    assert {str(s) for e in through.flat for s in e.free_symbols} >= {"x[1](1)", "h[0](1)"}


@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
@pytest.mark.parametrize("key", [NodeKey("h", 1), NodeKey("h", 2), NodeKey("yhat", 1)])
def test_a_node_by_itself_is_the_identity(key: NodeKey, rule: Rule) -> None:
    graph = unroll(Instance(load("elman-softmax"), {"n": 3, "m": 1, "c": 2}, 2))
    size = graph.instance.shape(key.name)[0]
    result = rule(graph, key, key)
    assert result.shape == (size, size)
    assert np.all(result == np.eye(size, dtype=int))


@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
@pytest.mark.parametrize(
    ("of", "by"),
    [
        (NodeKey("h", 1), NodeKey("h", 2)),
        (NodeKey("h", 1), NodeKey("x", 2)),
        (NodeKey("h", 2), NodeKey("V")),
        (NodeKey("h", 2), NodeKey("W", 3)),
        (NodeKey("h", 2), NodeKey("y", 3)),
        (NodeKey("h", 1), NodeKey("L")),
        (NodeKey("h", 2), NodeKey("yhat", 1)),
    ],
)
def test_no_path_gives_zeros(of: NodeKey, by: NodeKey, rule: Rule) -> None:
    case = elman(3)
    result = rule(case.graph, of, by)
    assert result.shape == case.instance.shape(of.name) + case.instance.shape(by.name)
    assert all(e == sympy.Integer(0) and isinstance(e, sympy.Integer) for e in result.flat)
    case.agree(of, [by], rule)


@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
@pytest.mark.parametrize(
    ("of", "by", "message"),
    [
        (NodeKey("h", 9), NodeKey("W"), r"h\[9\] is no node of elman-softmax at this length"),
        (NodeKey("W"), NodeKey("W"), "W is no node of elman-softmax"),
        (NodeKey("x", 1), NodeKey("W"), r"x\[1\] is no node"),
        (NodeKey("h"), NodeKey("W"), "h is no node"),
        (NodeKey("nothing"), NodeKey("W"), "nothing is no node"),
        (NodeKey("L"), NodeKey("yhatt"), "no variable 'yhatt'; did you mean 'yhat'"),
        (NodeKey("L"), NodeKey("w"), "no variable 'w'"),
        (NodeKey("L"), NodeKey("x", 3), r"elman-softmax has no x\[3\]; steps run over 1..2"),
        (NodeKey("L"), NodeKey("x"), "elman-softmax has no x;"),
        (NodeKey("L"), NodeKey("h", -1), r"elman-softmax has no h\[-1\]"),
        (NodeKey("L"), NodeKey("yhat", 0), r"elman-softmax has no yhat\[0\]"),
        (NodeKey("L"), NodeKey("W", 0), r"elman-softmax has no W\[0\]"),
    ],
)
def test_unknown_nodes_are_model_errors(of: NodeKey, by: NodeKey, message: str, rule: Rule) -> None:
    with pytest.raises(ModelError, match=message):
        rule(elman().graph, of, by)


@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
def test_a_leaf_that_nothing_reads(rule: Rule) -> None:
    """It exists, so the derivative by it does, and is zero, with its shape."""
    text = "model m\ninput x[t]\ninput u[t]: (2)\nparameter w\nz[t] = w * x[t]\nL = z[tau]\nloss L"
    case = Both(unroll(Instance(read_model(text), {}, 2)))
    by = NodeKey("u", 1)
    assert by not in case.graph.leaves
    assert list(rule(case.graph, case.loss, by)) == [0, 0]
    case.agree(case.loss, [by], rule)


# Undefined functions ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GENERIC)
def test_undefined_functions_get_values_at_the_point(name: str) -> None:
    """f' stands as Derivative or Subs; each concrete function gives it another value."""
    case = both(name, 1, 2)
    (weight, *_) = case.parameters()
    whole = derivative(case.graph, case.loss, weight)
    by_nodes = derivative_by_nodes(case.graph, case.loss, weight)
    assert any(e.atoms(sympy.Subs) for e in whole.flat)
    assert any(e.atoms(sympy.Derivative) for e in by_nodes.flat)
    assert all(e.atoms(AppliedUndef) for e in whole.flat)
    found = []
    for concrete in GENERIC_INSTANCES:
        functions = dict.fromkeys(case.instance.model.functions, concrete)
        again = Both(case.graph, functions)
        for rule in (derivative, derivative_by_nodes):
            again.agree(case.loss, [weight], rule, nonzero=True)
        with precision(BITS) as ring:
            found.append(values_of(again, case.loss, weight, derivative, ring))
    for k, left in enumerate(found):
        for right in found[:k]:
            assert compare(left, right).outcome is Comparison.DIFFER


# Sabotage: no rule is shared ----------------------------------------------------------------------


@pytest.fixture
def fresh_sympy() -> Iterator[None]:
    """SymPy remembers derivatives: a sabotage must neither meet nor leave any."""
    clear_cache()
    yield
    clear_cache()


def tanh_model() -> Both:
    return Both(unroll(Instance(load("scalar-sigmoid"), {}, 2)))


def outcome(case: Both, rule: Rule = derivative) -> Comparison:
    return case.compared(case.loss, [NodeKey("W")], rule)["W"]


@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
def test_a_wrong_rule_of_the_table_is_noticed(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    case = tanh_model()
    assert outcome(case, rule) is Comparison.AGREE
    monkeypatch.setitem(FIRST_DERIVATIVE, "tanh", lambda ring, x: ring.apply("sigmoid", 0, x))
    assert outcome(case, rule) is Comparison.DIFFER
    # The two directions of oracle B share the table: between them nothing is noticed.
    with precision(BITS) as ring:
        point = in_ring(rational_point(case.instance, case.seed), ring)
        backward = reverse(case.instance, ring, point).derivatives(case.loss).by(NodeKey("W"))
        carried = tangent(forward(case.instance, ring, point, NodeKey("W")), case.loss)
        assert compare(backward, carried).outcome is Comparison.AGREE


def test_a_wrong_rule_of_the_table_leaves_oracle_a_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    case = tanh_model()
    with precision(BITS) as ring:
        right = values_of(case, case.loss, NodeKey("W"), derivative, ring)
        for function in FIRST_DERIVATIVE:
            monkeypatch.setitem(FIRST_DERIVATIVE, function, lambda ring, x: x)
        still = values_of(case, case.loss, NodeKey("W"), derivative, ring)
        assert compare(still, right).outcome is Comparison.AGREE


@pytest.mark.parametrize("concrete", GENERIC_INSTANCES)
def test_a_wrong_rule_is_noticed_also_for_an_undefined_function(
    concrete: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where ``unroll`` is given the function, SymPy differentiates it by its own rule."""
    instance = both("scalar-generic", 1, 2).instance
    functions = {"f": concrete}
    case = Both(unroll(instance, functions), functions)
    assert outcome(case, derivative_by_nodes) is Comparison.AGREE
    monkeypatch.setitem(FIRST_DERIVATIVE, concrete, lambda ring, x: ring.apply("exp", 0, x))
    assert outcome(case, derivative_by_nodes) is Comparison.DIFFER


@pytest.mark.parametrize("rule", [derivative, derivative_by_nodes])
@pytest.mark.usefixtures("fresh_sympy")
def test_a_wrong_rule_of_sympys_is_noticed(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    case = tanh_model()
    assert outcome(case, rule) is Comparison.AGREE
    clear_cache()
    monkeypatch.setattr(sympy.tanh, "fdiff", lambda self, argindex=1: 1 + self**2)
    assert outcome(case, rule) is Comparison.DIFFER


def test_another_function_in_the_table_of_unroll_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(unroll_module._SYMPY, "tanh", sympy.sin)
    assert outcome(tanh_model()) is Comparison.DIFFER


def test_a_forgotten_copy_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest copy of a parameter is not made the parameter: truncated back-propagation."""
    case = tanh_model()
    whole = differentiate._copies

    def truncated(graph: UnrolledGraph, by: NodeKey | None) -> dict[Any, Any]:
        first = set(graph.leaves[NodeKey("W", 1)].flat)
        return {old: new for old, new in whole(graph, by).items() if old not in first}

    monkeypatch.setattr(differentiate, "_copies", truncated)
    expressions = derivative(case.graph, case.loss, NodeKey("W"))
    merged = np.array(expressions.item().xreplace({scalar("W", 1): scalar("W")}), dtype=object)
    assert outcome(case, lambda graph, of, by: merged) is Comparison.DIFFER


def test_a_factor_close_to_one_is_noticed() -> None:
    scaled = 1 + sympy.Rational(1, 2**100)

    def close(graph: UnrolledGraph, of: NodeKey, by: NodeKey) -> Any:
        return np.array(derivative(graph, of, by).item() * scaled, dtype=object)

    assert outcome(tanh_model(), close) is Comparison.DIFFER
