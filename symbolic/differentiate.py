"""Oracle A: derivatives by SymPy, from the fully substituted quantity or node by node.

Every derivative rule used here is SymPy's own. The whole-expression route is the reference for
small cases: nothing but substitution and ``diff``. Its size grows like (hidden size)^tau.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from symbolic.errors import ModelError
from symbolic.forward import NodeKey, check_variable
from symbolic.model import Role
from symbolic.ring import ObjectArray
from symbolic.unroll import GraphNode, UnrolledGraph, symbols


def variable(graph: UnrolledGraph, by: NodeKey) -> ObjectArray:
    """Return the symbols to differentiate by: a node, a leaf, a copy, or a whole parameter.

    Raises ModelError where the instance has no such variable or step.
    """
    check_variable(graph.instance, by)
    declared = graph.instance.model.declaration(by.name)
    if declared.role is Role.PARAMETER and by.step is None:
        return symbols(by, graph.instance.shape(by.name))
    if by in graph.leaves:
        return graph.leaves[by]
    if declared.role is Role.NODE and any(node.key == by for node in graph.nodes):
        return graph.node(by).symbols
    # A variable that the graph never reads: its symbols occur nowhere.
    return symbols(by, graph.instance.shape(by.name))


def substituted(graph: UnrolledGraph, of: NodeKey, by: NodeKey | None = None) -> ObjectArray:
    """Return the entries of a node down to parameters, inputs and initial states.

    ``by`` is cut: where it is a node its own symbols stay, and where it is a parameter with a step
    the other copies are still the parameter. All copies that are not ``by`` become the parameter.
    """
    replacements = _copies(graph, by)
    for node in graph.nodes:
        entries = _replace(node.entries, replacements)
        if node.key == of:
            return entries if of != by else node.symbols
        if node.key != by:
            replacements.update(zip(node.symbols.flat, entries.flat, strict=True))
    raise ModelError(f"{of} is no node of {graph.instance.model.name} at this length")


def _copies(graph: UnrolledGraph, by: NodeKey | None) -> dict[Any, Any]:
    """Return the replacements that make every per-step copy but ``by`` the parameter itself."""
    found: dict[Any, Any] = {}
    for key, array in graph.leaves.items():
        declared = graph.instance.model.declaration(key.name)
        if declared.role is Role.PARAMETER and key != by:
            whole = symbols(NodeKey(key.name), array.shape)
            found.update(zip(array.flat, whole.flat, strict=True))
    return found


def _replace(entries: ObjectArray, replacements: dict[Any, Any]) -> ObjectArray:
    result = np.empty(entries.shape, dtype=object)
    for place in np.ndindex(entries.shape):
        entry: Any = entries[place]
        result[place] = entry.xreplace(replacements)
    return result


def tree_size(graph: UnrolledGraph, of: NodeKey) -> int:
    """Return how many leaves the fully substituted entries of a node have, without building them.

    Raises ModelError if ``of`` is no node of the graph.
    """
    target = graph.node(of)
    sizes: dict[Any, int] = {}
    for node in graph.nodes:
        for place in np.ndindex(node.entries.shape):
            entry: Any = node.entries[place]
            atoms = (e for e in sympy.preorder_traversal(entry) if e.is_Symbol)
            sizes[node.symbols[place]] = sum(sizes.get(symbol, 1) for symbol in atoms)
    return sum(sizes[symbol] for symbol in target.symbols.flat)


def derivative(graph: UnrolledGraph, of: NodeKey, by: NodeKey) -> ObjectArray:
    """Return d of / d by as SymPy expressions in leaves (and in ``by``, where that is a node).

    The axes of ``of`` come first. The whole quantity is substituted, then differentiated by SymPy.
    Raises ModelError if ``of`` is no node of the graph or the instance has no ``by``.

    >>> from symbolic.model import Instance
    >>> from symbolic.models import load
    >>> from symbolic.unroll import unroll
    >>> graph = unroll(Instance(load("linear-mse"), {"n": 1}, 2))
    >>> derivative(graph, NodeKey("alpha", 2), NodeKey("W_a")).item()
    2*W_a*alpha[0](1) + W_x*x[1](1)
    >>> derivative(graph, NodeKey("alpha", 2), NodeKey("W_a", 1)).item()
    W_a*alpha[0](1)
    """
    expressions = substituted(graph, of, by)
    unknowns = variable(graph, by)
    return _jacobian(expressions, unknowns)


def local_jacobian(node: GraphNode, parent: ObjectArray) -> ObjectArray:
    """Return the derivative of a node's own expressions by the symbols of one that it reads."""
    return _jacobian(node.entries, parent)


def _jacobian(entries: ObjectArray, unknowns: ObjectArray) -> ObjectArray:
    result = np.empty(entries.shape + unknowns.shape, dtype=object)
    for place in np.ndindex(entries.shape):
        for other in np.ndindex(unknowns.shape):
            result[place + other] = sympy.diff(entries[place], unknowns[other])
    return result


def derivative_by_nodes(graph: UnrolledGraph, of: NodeKey, by: NodeKey) -> ObjectArray:
    """Return d of / d by as SymPy expressions in the symbols of all nodes, not substituted."""
    return carried(graph, by, local_slopes(graph), sympy.Integer(0), sympy.Integer(1)).of(of)


#: For the symbol of each entry of a node, its derivative by every symbol that it reads.
Slopes = Mapping[Any, Mapping[Any, Any]]


def local_slopes(graph: UnrolledGraph) -> dict[Any, dict[Any, Any]]:
    """Return SymPy's derivative of each entry of each node by what that entry reads."""
    found: dict[Any, dict[Any, Any]] = {}
    for node in graph.nodes:
        for symbol, entry in zip(node.symbols.flat, node.entries.flat, strict=True):
            found[symbol] = _slopes(entry)
    return found


def _slopes(entry: Any) -> dict[Any, Any]:
    """Return the derivative of an expression by each symbol that it reads, term by term.

    A sum of n terms would be differentiated n times as a whole.
    """
    terms = sympy.Add.make_args(entry)
    parts: dict[Any, list[Any]] = {s: [] for s in sorted(entry.free_symbols, key=str)}
    for term in terms:
        for s in sorted(term.free_symbols, key=str):
            parts[s].append(sympy.diff(term, s))
    return {s: sympy.Add(*found) for s, found in parts.items()}


@dataclass(frozen=True, slots=True)
class Carried:
    """The derivatives of all nodes by one variable; symbols that it does not reach are absent."""

    graph: UnrolledGraph
    reach: Mapping[Any, ObjectArray]
    nothing: ObjectArray

    def of(self, of: NodeKey) -> ObjectArray:
        """Return the derivative of a node, its own axes first; ModelError if there is none."""
        target = self.graph.node(of).symbols
        result = np.empty(target.shape + self.nothing.shape, dtype=object)
        for place in np.ndindex(target.shape):
            # With the dots an array without axes is unpacked, not stored as an entry.
            result[(*place, ...)] = self.reach.get(target[place], self.nothing)
        return result


def carried(graph: UnrolledGraph, by: NodeKey, slopes: Slopes, zero: Any, one: Any) -> Carried:
    """Return the derivatives of all nodes by a variable, by the chain rule over the graph.

    d node / d by = sum over parents of (d node / d parent) (d parent / d by). ``slopes`` are those
    of ``local_slopes``, or their values in a ring whose ``zero`` and ``one`` are given.
    """
    unknowns = variable(graph, by)
    nothing = np.full(unknowns.shape, zero, dtype=object)
    reach: dict[Any, ObjectArray] = {}
    for array in _starts(graph, by, unknowns):
        for place in np.ndindex(array.shape):
            unit = nothing.copy()
            unit[place] = one
            reach[array[place]] = unit
    for node in graph.nodes:
        if node.key == by:
            continue
        for symbol in node.symbols.flat:
            terms = [slope * reach[s] for s, slope in slopes[symbol].items() if s in reach]
            if terms:
                reach[symbol] = sum(terms[1:], terms[0])
    return Carried(graph, reach, nothing)


def _starts(graph: UnrolledGraph, by: NodeKey, unknowns: ObjectArray) -> list[ObjectArray]:
    """Return the symbols whose derivative by the variable is 1: it, or its copies at all steps."""
    declared = graph.instance.model.declaration(by.name)
    if declared.role is Role.PARAMETER and by.step is None:
        return [array for key, array in graph.leaves.items() if key.name == by.name]
    return [unknowns]
