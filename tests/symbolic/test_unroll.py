"""The unrolled graph: what its nodes are, what its symbols are called, what ``validate`` refuses.

The values of its nodes are those of the plain forward pass in balls: unrolling commutes with
evaluation. The two share the evaluator, and no more: here SymPy adds and multiplies.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.core.function import AppliedUndef

from numeric.derivative import values
from numeric.points import in_ring, rational_point
from numeric.rings.balls import compare, precision
from numeric.rings.base import Comparison
from symbolic import unroll as unroll_module
from symbolic.errors import ModelError
from symbolic.expr import Apply, Entry
from symbolic.forward import NodeKey, leaves
from symbolic.functions import FUNCTIONS, GENERIC_INSTANCES
from symbolic.model import Instance, Model, Role, entries_of
from symbolic.model_parser import read_model
from symbolic.models import load, names
from symbolic.sympy_value import symbol_values, value
from symbolic.traverse import walk
from symbolic.unroll import SympyRing, UnrolledGraph, expression, symbols, unroll, validate

MODELS = names()
GENERIC = [name for name in MODELS if load(name).functions]


def instance_of(name: str, size: int = 2, tau: int = 2) -> Instance:
    model = load(name)
    return Instance(model, {d.name: max(size, d.minimum) for d in model.dimensions}, tau)


def elman(tau: int = 3) -> UnrolledGraph:
    return unroll(Instance(load("elman-softmax"), {"n": 2, "m": 1, "c": 3}, tau))


# Structure ----------------------------------------------------------------------------------------


def test_the_tests_below_see_every_model_of_the_box() -> None:
    assert len(MODELS) >= 12
    assert len(GENERIC) >= 5


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("tau", [1, 3])
def test_one_node_for_each_variable_and_step(name: str, tau: int) -> None:
    instance = instance_of(name, tau=tau)
    graph = unroll(instance)
    expected = {
        NodeKey(declared.name, step)
        for declared in instance.model.named(Role.NODE)
        for step in (instance.steps if declared.timed else (None,))
    }
    keys = [node.key for node in graph.nodes]
    assert len(keys) == len(expected)
    assert set(keys) == expected
    for node in graph.nodes:
        assert node.entries.shape == node.symbols.shape == instance.shape(node.key.name)
        assert graph.node(node.key) is node


@pytest.mark.parametrize("name", MODELS)
def test_leaves_are_those_of_the_instance_with_copies_for_parameters(name: str) -> None:
    instance = instance_of(name, tau=3)
    graph = unroll(instance)
    parameters = {declared.name for declared in instance.model.named(Role.PARAMETER)}
    copies = {key for key in graph.leaves if key.name in parameters}
    assert {key for key in leaves(instance) if key.name not in parameters} == set(
        graph.leaves
    ) - copies
    assert {key.name for key in copies} == parameters
    assert all(key.step in instance.steps for key in copies)
    for key, array in graph.leaves.items():
        assert array.shape == instance.shape(key.name)


def test_the_graph_grows_linearly_in_tau_and_so_do_its_expressions() -> None:
    sizes = []
    for tau in (4, 8, 16):
        graph = elman(tau)
        sizes.append(sum(e.count_ops() for node in graph.nodes for e in node.entries.flat))
    assert sizes[2] - sizes[1] == 2 * (sizes[1] - sizes[0])


def test_each_node_reads_symbols_of_what_stands_right_before_it() -> None:
    graph = elman(2)
    h1, a2 = graph.node(NodeKey("h", 1)), graph.node(NodeKey("a", 2))
    names_read = {str(s).split("(")[0] for e in a2.entries.flat for s in e.free_symbols}
    assert names_read == {"b[2]", "W[2]", "U[2]", "h[1]", "x[2]"}
    assert set(h1.symbols.flat) < {s for e in a2.entries.flat for s in e.free_symbols}


def test_copies_of_a_parameter_are_leaves_of_their_own() -> None:
    graph = elman(3)
    copies = [graph.leaves[NodeKey("W", step)] for step in (1, 2, 3)]
    assert len({s for copy in copies for s in copy.flat}) == 3 * 4
    assert NodeKey("W") not in graph.leaves
    for step, copy in enumerate(copies, start=1):
        readers = {
            str(node.key)
            for node in graph.nodes
            for e in node.entries.flat
            if e.free_symbols & set(copy.flat)
        }
        assert readers == {f"a[{step}]"}


def test_an_equation_without_time_reads_the_copy_of_the_last_step() -> None:
    instance = instance_of("many-to-one", tau=3)
    graph = unroll(instance)
    read = {s for e in graph.node(NodeKey("q")).entries.flat for s in e.free_symbols}
    assert set(graph.leaves[NodeKey("v", instance.last_step)].flat) < read
    assert [key.step for key in graph.leaves if key.name == "v"] == [instance.last_step]


def test_steps_count_from_where_the_document_starts_them() -> None:
    graph = unroll(instance_of("many-to-one", tau=2))
    assert [node.key.step for node in graph.nodes if node.key.name == "s"] == [0, 1]
    assert NodeKey("s", -1) in graph.leaves


def test_a_node_that_is_not_there_is_a_model_error() -> None:
    graph = elman(2)
    with pytest.raises(ModelError, match=r"h\[3\] is no node of elman-softmax at this length"):
        graph.node(NodeKey("h", 3))
    with pytest.raises(ModelError, match="W is no node"):
        graph.node(NodeKey("W"))


# Symbols ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "shape", "expected"),
    [
        (NodeKey("u"), (), "u"),
        (NodeKey("u", 0), (), "u[0]"),
        (NodeKey("s", -1), (), "s[-1]"),
        (NodeKey("h", 3), (2,), "h[3](2)"),
        (NodeKey("W"), (2, 3), "W(2,3)"),
        (NodeKey("W", 12), (1, 1, 2), "W[12](1,1,2)"),
    ],
)
def test_symbols_are_named_with_entries_counted_from_1(
    key: NodeKey, shape: tuple[int, ...], expected: str
) -> None:
    array = symbols(key, shape)
    assert array.shape == shape
    assert str(list(array.flat)[-1]) == expected
    assert all(s.is_real for s in array.flat)


def test_symbols_are_the_same_at_each_call_and_all_different() -> None:
    keys = [NodeKey("a"), NodeKey("a", 1), NodeKey("a", 11), NodeKey("a1"), NodeKey("a1", 1)]
    shapes = [(), (1,), (11,), (1, 1), (1, 11), (11, 1)]
    found = [s for key in keys for shape in shapes for s in symbols(key, shape).flat]
    again = [s for key in keys for shape in shapes for s in symbols(key, shape).flat]
    assert found == again
    by_rank = {(key, rank): set() for key in keys for rank in range(3)}
    for key in keys:
        for shape in shapes:
            by_rank[key, len(shape)] |= set(symbols(key, shape).flat)
    assert len(set(found)) == sum(len(group) for group in by_rank.values())


# Validation ---------------------------------------------------------------------------------------


def test_unroll_validates_what_it_built(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[UnrolledGraph] = []
    monkeypatch.setattr(unroll_module, "validate", seen.append)
    graph = elman(1)
    assert seen == [graph]


def test_validate_accepts_another_order_of_computation() -> None:
    graph = unroll(instance_of("scalar-generic", tau=2))
    validate(graph)
    place = {str(node.key): k for k, node in enumerate(graph.nodes)}
    nodes = list(graph.nodes)
    # The loss of step 1 and the state of step 2 do not read each other.
    first, second = place["E[1]"], place["a[2]"]
    assert second == first + 1
    nodes[first], nodes[second] = nodes[second], nodes[first]
    validate(replace(graph, nodes=tuple(nodes)))


def broken(graph: UnrolledGraph, change: str) -> UnrolledGraph:
    nodes = list(graph.nodes)
    match change:
        case "swapped":
            nodes[0], nodes[1] = nodes[1], nodes[0]
        case "reversed":
            nodes.reverse()
        case "dropped":
            del nodes[1]
        case "twice":
            nodes.append(nodes[0])
        case "reads itself":
            nodes[0] = replace(nodes[0], entries=nodes[0].entries + nodes[0].symbols)
        case "reads the whole parameter":
            nodes[0] = replace(nodes[0], entries=nodes[0].entries + symbols(NodeKey("W"), ()))
        case "wrong shape":
            nodes[0] = replace(nodes[0], symbols=nodes[0].symbols[:1])
        case "a leaf as a node":
            leaf = graph.leaves[NodeKey("x", 1)]
            nodes.append(replace(nodes[0], key=NodeKey("x", 1), symbols=leaf, entries=leaf))
        case "a leaf is missing":
            kept = {k: a for k, a in graph.leaves.items() if k != NodeKey("W", 2)}
            return replace(graph, leaves=kept)
        case _:
            raise ValueError(change)
    return replace(graph, nodes=tuple(nodes))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("swapped", r"h\[1\] reads \{a\[1\]\(\d\)\}, which stands nowhere before it"),
        ("reversed", "L reads .* which stands nowhere before it"),
        ("dropped", "which stands nowhere before it"),
        ("twice", r"a\[1\] stands twice in the graph"),
        ("reads itself", r"a\[1\] reads \{a\[1\]\(1\)\}"),
        ("reads the whole parameter", r"a\[1\] reads \{W\}"),
        ("wrong shape", r"shape of a\[1\]"),
        ("a leaf as a node", r"x\[1\] is no node of elman-softmax"),
        ("a leaf is missing", r"a\[2\] reads .*W\[2\]"),
    ],
)
def test_validate_notices_a_broken_graph(change: str, message: str) -> None:
    graph = elman(2)
    validate(graph)
    with pytest.raises(AssertionError, match=message):
        validate(broken(graph, change))


# Values -------------------------------------------------------------------------------------------


def disagreements(
    graph: UnrolledGraph, seed: int, functions: dict[str, str], bits: int = 256
) -> list[str]:
    """Return the nodes whose balls do not agree, each computed from the symbols that it reads."""
    instance = graph.instance
    with precision(bits) as ring:
        point = in_ring(rational_point(instance, seed), ring)
        expected = values(instance, ring, point, functions)
        found = {key: point.get(key, point.get(NodeKey(key.name))) for key in graph.leaves}
        known = symbol_values(found)
        wrong, seen = [], 0
        for node in graph.nodes:
            computed = value(node.entries, ring, known, functions)
            outcome = compare(computed, expected.values[node.key])
            seen += 1
            if outcome.outcome is not Comparison.AGREE:
                wrong.append(f"{node.key}: {outcome}")
            known.update(symbol_values({node.key: computed}))
    assert seen == len(graph.nodes) > 0
    return wrong


@pytest.mark.parametrize("name", MODELS)
@settings(deadline=None, max_examples=5)
@given(data=st.data(), seed=st.integers(0, 2**30))
def test_unrolling_commutes_with_evaluation(name: str, data: st.DataObject, seed: int) -> None:
    model = load(name)
    sizes = {d.name: data.draw(st.integers(d.minimum, d.minimum + 1)) for d in model.dimensions}
    instance = Instance(model, sizes, data.draw(st.integers(1, 3)))
    concrete = data.draw(st.sampled_from(GENERIC_INSTANCES))
    functions = dict.fromkeys(model.functions, concrete)
    assert disagreements(unroll(instance), seed, functions) == []


def test_a_wrong_entry_is_noticed() -> None:
    graph = elman(2)
    nodes = list(graph.nodes)
    last = nodes[-1]
    tiny = sympy.Rational(1, 2**100)
    nodes[-1] = replace(last, entries=np.array(last.entries.item() + tiny, dtype=object))
    (wrong,) = disagreements(replace(graph, nodes=tuple(nodes)), 0, {})
    assert wrong.startswith("L: ")
    assert "DIFFER" in wrong


@pytest.mark.parametrize("name", MODELS)
def test_named_functions_are_the_same_as_functions_given_with_the_point(name: str) -> None:
    """Functions given to ``unroll`` are SymPy's own; given to ``value`` they are the ring's."""
    instance = instance_of(name, size=1)
    functions = dict.fromkeys(instance.model.functions, "sigmoid")
    graph = unroll(instance, functions)
    assert not any(e.atoms(AppliedUndef) for node in graph.nodes for e in node.entries.flat)
    assert disagreements(graph, 7, functions) == []


# Functions ----------------------------------------------------------------------------------------


def arguments(model: Model, node: str) -> list[tuple[set[str], bool]]:
    """Return what each undefined function of an equation reads, and whether it is one entry."""
    equation = model.equation(node)
    assert equation is not None
    applied = [
        e for e in walk(equation.body) if isinstance(e, Apply) and e.function in model.functions
    ]
    return [
        ({entry.name for entry in entries_of(e)}, isinstance(e.argument, Entry)) for e in applied
    ]


@pytest.mark.parametrize("name", GENERIC)
def test_undefined_functions_stay_undefined(name: str) -> None:
    """Their arguments stand in symbols of what the equation reads, a single entry as its own."""
    model = load(name)
    graph = unroll(instance_of(name, tau=2))
    seen = set()
    for node in graph.nodes:
        expected = arguments(model, node.key.name)
        for entry in node.entries.flat:
            found = entry.atoms(AppliedUndef)
            assert len(found) == len(expected)
            for applied in found:
                seen.add(applied.func.__name__)
                (argument,) = applied.args
                read = {str(s).partition("(")[0].partition("[")[0] for s in argument.free_symbols}
                assert (read, argument.is_Symbol) in expected
    assert seen == set(model.functions)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_each_function_of_the_table_has_sympys_values(function: str) -> None:
    """The value at 1/3 is that of the ring of balls, for the function and its derivatives."""
    at = np.array([sympy.Rational(1, 3)], dtype=object)
    for order in (0, 1, 2):
        entries = SympyRing().apply(function, order, at)
        with precision(256) as ring:
            computed = value(entries, ring, {})
            third = ring.constant(np.array([Fraction(1, 3)], dtype=object))
            outcome = compare(computed, ring.apply(function, order, third)).outcome
            assert outcome is Comparison.AGREE, order


def test_the_table_of_sympy_covers_the_functions_of_the_language() -> None:
    assert set(unroll_module._SYMPY) == set(FUNCTIONS)


def test_derivatives_of_an_undefined_function_are_sympys_own() -> None:
    x, y = sympy.symbols("x y", real=True)
    f = sympy.Function("f")
    (first,) = SympyRing().apply("f", 1, np.array([x], dtype=object))
    assert first == f(x).diff(x)
    (second,) = SympyRing().apply("f", 2, np.array([x * y], dtype=object))
    assert second == sympy.Subs(f(x).diff(x, 2), x, x * y)


def test_the_ring_of_expressions_is_exact() -> None:
    ring = SympyRing()
    assert ring.element(Fraction(1, 3)) + ring.element(Fraction(1, 6)) == sympy.Rational(1, 2)
    assert isinstance(expression(0), sympy.Integer)
    x = sympy.Symbol("x")
    assert expression(x) is x
    base: Any = np.array([x, sympy.Integer(2)], dtype=object)
    assert list(ring.power(base, -2)) == [x**-2, sympy.Rational(1, 4)]


def test_many_steps_unroll_without_recursion() -> None:
    text = "model m\ninput x[t]\nparameter w\nz[t] = tanh(w * z[t-1] + x[t])\nL = z[tau]\nloss L"
    graph = unroll(Instance(read_model(text), {}, 400))
    assert len(graph.nodes) == 401
    assert disagreements(graph, 3, {}) == []
