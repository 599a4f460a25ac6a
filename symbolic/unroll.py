"""The unrolled computation graph of an instance, with SymPy expressions in its nodes.

One node per variable and step. A node's entries are expressions in the symbols of the nodes and
leaves that it reads, so the graph grows linearly with tau; ``symbolic.differentiate`` substitutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np
import sympy

from symbolic.errors import ModelError
from symbolic.expr import Derivative
from symbolic.forward import NodeKey, run
from symbolic.functions import FUNCTIONS
from symbolic.model import Instance, Role
from symbolic.ring import ArrayRing, ObjectArray
from symbolic.scope import no_derivative

_SYMPY: dict[str, Callable[[Any], Any]] = {
    "identity": lambda x: x,
    "tanh": sympy.tanh,
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "exp": sympy.exp,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
}


class SympyRing(ArrayRing):
    """SymPy expressions; a function that is not in the table is an undefined SymPy function."""

    name = "SymPy"

    def element(self, value: Fraction) -> Any:
        """Return the fraction as a SymPy rational."""
        return sympy.Rational(value.numerator, value.denominator)

    def elementwise(self, function: str, order: int, argument: ObjectArray) -> ObjectArray:
        """Return the function, or its derivative by SymPy, at every entry."""
        apply = _SYMPY[function] if function in FUNCTIONS else sympy.Function(function)
        if order:
            x = sympy.Dummy("x", real=True)
            formula = sympy.diff(apply(x), x, order)
            return self.each(argument, lambda a: formula.subs(x, a))
        return self.each(argument, apply)

    def each(self, argument: ObjectArray, apply: Callable[[Any], Any]) -> ObjectArray:
        """Return a function of every entry."""
        result = np.empty(argument.shape, dtype=object)
        for place in np.ndindex(argument.shape):
            result[place] = apply(expression(argument[place]))
        return result


def expression(entry: Any) -> Any:
    """Return an entry as SymPy has it; the reduction of an empty sum leaves a plain 0."""
    return entry if isinstance(entry, sympy.Basic) else sympy.Integer(entry)


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One variable at one step: its symbols, and the expression for each of them."""

    key: NodeKey
    symbols: ObjectArray
    entries: ObjectArray


@dataclass(frozen=True, slots=True)
class UnrolledGraph:
    """The nodes in an order of computation, and the symbols of the leaves.

    Each per-step copy of a parameter is a leaf of its own; ``symbolic.differentiate`` makes them
    one variable where the whole parameter is meant.
    """

    instance: Instance
    leaves: Mapping[NodeKey, ObjectArray]
    nodes: tuple[GraphNode, ...]

    def node(self, key: NodeKey) -> GraphNode:
        """Return the node; raises ModelError if there is none."""
        for node in self.nodes:
            if node.key == key:
                return node
        raise ModelError(f"{key} is no node of {self.instance.model.name} at this length")


@dataclass(frozen=True, slots=True)
class _GraphPass:
    """The interpretation that builds the graph: each node becomes symbols from there on."""

    ring: SympyRing = field(default_factory=SympyRing)
    leaves: dict[NodeKey, ObjectArray] = field(default_factory=dict)
    nodes: list[GraphNode] = field(default_factory=list)

    def leaf(self, key: NodeKey, shape: tuple[int, ...]) -> ObjectArray:
        self.leaves[key] = symbols(key, shape)
        return self.leaves[key]

    def node(self, key: NodeKey, value: ObjectArray) -> ObjectArray:
        named = symbols(key, value.shape)
        self.nodes.append(GraphNode(key, named, value))
        return named

    def differentiate(self, trajectory: Any, e: Derivative, scope: Any) -> NoReturn:
        no_derivative(e, scope)


def symbols(key: NodeKey, shape: tuple[int, ...]) -> ObjectArray:
    """Return an array of real symbols, named as ``W[3](1,2)``: the entry counted from 1."""
    result = np.empty(shape, dtype=object)
    for place in np.ndindex(shape):
        entry = "(" + ",".join(str(axis + 1) for axis in place) + ")" if place else ""
        result[place] = sympy.Symbol(f"{key}{entry}", real=True)
    return result


def unroll(instance: Instance, functions: Mapping[str, str] | None = None) -> UnrolledGraph:
    """Return the unrolled graph; undefined functions stay undefined unless ``functions`` says.

    >>> from symbolic.models import load
    >>> graph = unroll(Instance(load("linear-mse"), {"n": 1}, 1))
    >>> [str(node.key) for node in graph.nodes]
    ['z[1]', 'alpha[1]', 'L']
    >>> graph.nodes[0].entries[0]
    W_a[1]*alpha[0](1) + W_x[1]*x[1](1)
    """
    building = _GraphPass()
    run(instance, building, functions)
    graph = UnrolledGraph(instance, building.leaves, tuple(building.nodes))
    validate(graph)
    return graph


def validate(graph: UnrolledGraph) -> None:
    """Raise AssertionError where a node reads what does not stand before it, or comes twice."""
    known: set[Any] = {symbol for array in graph.leaves.values() for symbol in array.flat}
    seen: set[NodeKey] = set()
    for node in graph.nodes:
        assert node.key not in seen, f"{node.key} stands twice in the graph"
        seen.add(node.key)
        assert node.symbols.shape == graph.instance.shape(node.key.name), f"shape of {node.key}"
        role = graph.instance.model.declaration(node.key.name).role
        assert role is Role.NODE, f"{node.key} is no node of {graph.instance.model.name}"
        for entry in node.entries.flat:
            unknown = entry.free_symbols - known
            assert not unknown, f"{node.key} reads {unknown}, which stands nowhere before it"
        known.update(node.symbols.flat)
