"""A gradient as SymPy expressions in the symbols of the unrolled graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symbolic.differentiate import substituted
from symbolic.evaluate import evaluate_array
from symbolic.forward import NodeKey
from symbolic.model import Instance, Role
from symbolic.ring import ObjectArray
from symbolic.scope import Scope
from symbolic.unroll import SympyRing, symbols, unroll

if TYPE_CHECKING:
    from symbolic.expand.result import Gradient


def as_sympy(gradient: Gradient) -> ObjectArray:
    """Return the entries, axes of ``of`` first: in the symbols of nodes, or of leaves if in full.

    The symbols are those of ``symbolic.unroll``; a parameter is ``W(1,2)``, without its copies.
    """
    question = gradient.question
    instance = Instance(question.model, question.checked_sizes(), question.at_length())
    indices, entry = gradient.value()

    def lookup(name: str, step: int | None) -> ObjectArray:
        is_parameter = question.model.declaration(name).role is Role.PARAMETER
        return symbols(NodeKey(name, None if is_parameter else step), instance.shape(name))

    scope: Scope[ObjectArray] = Scope(
        ring=SympyRing(),
        letters=instance.letters,
        lookup=lookup,
        functions={},
        definition=lambda name, step: None,
        used_at=instance.last_step,
    )
    found = evaluate_array(entry, indices, scope)
    return _down_to_leaves(found, instance) if gradient.form == "full" else found


def _down_to_leaves(entries: ObjectArray, instance: Instance) -> ObjectArray:
    graph = unroll(instance)
    replacements: dict[Any, Any] = {}
    for node in graph.nodes:
        values = substituted(graph, node.key)
        replacements.update(zip(node.symbols.flat, values.flat, strict=True))
    result = np.empty(entries.shape, dtype=object)
    for place in np.ndindex(entries.shape):
        entry: Any = entries[place]
        result[place] = entry.xreplace(replacements)
    return result
