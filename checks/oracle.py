"""What a closed form is compared with: the two oracles at one point, each computed once.

Oracle B carries derivatives through the graph on a tape, in any ring. Oracle A is SymPy's ``diff``
of the fully substituted quantity, evaluated in balls; where that would be large, SymPy
differentiates node by node. Neither knows the formula that is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from checks.cases import Case
from numeric.closed_forms.form import Form, Network, Quantity
from numeric.derivative import Derivatives, Reverse, reverse
from numeric.points import Targets, in_ring, rational_point
from numeric.rings.degree import DegreeRing, degree_point
from numeric.rings.field import FieldRing, uniform_point
from symbolic.errors import GradproofError
from symbolic.forward import NodeKey
from symbolic.model import Instance, Model
from symbolic.ring import ArrayRing, ObjectArray

#: Up to this many leaves a quantity is substituted as a whole; the number grows like
#: (hidden size)^tau. Beyond, SymPy differentiates node by node.
WHOLE_LEAVES = 150


class NonConforming(GradproofError):
    """A formula whose shapes do not fit together at some instance."""


@dataclass(frozen=True, slots=True)
class At:
    """One point of one ring: the forward pass of the forms and the tape of oracle B.

    The derivatives of each quantity are swept once and kept in ``swept``.
    """

    instance: Instance
    ring: ArrayRing
    point: Mapping[NodeKey, ObjectArray]
    functions: Mapping[str, str]
    network: Network
    tape: Reverse[ObjectArray]
    swept: dict[NodeKey, Derivatives[ObjectArray]] = field(default_factory=dict)

    def closed_form(self, form: Form) -> ObjectArray:
        """Return the value of a closed form.

        Raises NonConforming where its shapes do not fit at this instance, which is a way to be
        wrong that a formula has.
        """
        try:
            with np.errstate(all="ignore"):
                result = self.ring.wrap(form.compute(self.network))
        except (ValueError, IndexError) as error:
            raise NonConforming(f"the shapes do not conform: {error}") from None
        # An array of objects takes an array for an entry, where one of numbers refuses it.
        if any(isinstance(entry, np.ndarray) for entry in result.flat):
            raise NonConforming("the shapes do not conform: an array stands for one entry")
        return result

    def oracle(self, of: Quantity, by: Quantity) -> ObjectArray:
        """Return the derivative that oracle B carries; a stacked variable has time first."""
        (target,) = of.keys(self.instance)
        if target not in self.swept:
            self.swept[target] = self.tape.derivatives(target)
        arrays = [self.swept[target].by(key) for key in by.keys(self.instance)]
        return np.stack(arrays) if by.is_stacked else arrays[0]


def at(
    instance: Instance,
    ring: ArrayRing,
    point: Mapping[NodeKey, ObjectArray],
    functions: Mapping[str, str],
) -> At:
    """Return both sides at a point of a ring."""
    tape = reverse(instance, ring, point, functions)
    return At(instance, ring, point, functions, Network(tape.plain()), tape)


def at_rational(model: Model, case: Case, ring: ArrayRing, targets: Targets) -> At:
    """Return both sides at the rational point of a case."""
    instance = case.instance(model)
    point = in_ring(rational_point(instance, case.seed, targets), ring)
    return at(instance, ring, point, case.functions(model))


def at_uniform(model: Model, case: Case, number: int, targets: Targets) -> At:
    """Return both sides at a uniform point of the prime field; undefined functions stay so."""
    instance = case.instance(model)
    ring = FieldRing(case.seed, number)
    return at(instance, ring, uniform_point(instance, ring, targets), {})


def at_degrees(model: Model, case: Case, targets: Targets) -> At:
    """Return bounds of the degrees of both sides."""
    instance = case.instance(model)
    ring = DegreeRing()
    return at(instance, ring, degree_point(instance, ring, targets), {})


@dataclass(slots=True)
class SympyOracle:
    """Oracle A for one instance: the unrolled graph, and each derivative by SymPy once.

    Undefined functions are replaced in the graph: left to the ring, their derivatives would come
    from the table that oracle B uses.
    """

    instance: Instance
    functions: Mapping[str, str]
    graph: Any = None
    found: dict[tuple[NodeKey, NodeKey], Any] = field(default_factory=dict)
    sizes: dict[NodeKey, int] = field(default_factory=dict)

    def derivative(self, at: At, of: Quantity, by: Quantity) -> ObjectArray:
        """Return the derivative at a point; see ``At.oracle`` for its axes.

        Raises UnsupportedNotation where SymPy writes something that the ring has no value for.
        """
        from symbolic.sympy_value import symbol_values, value

        (target,) = of.keys(self.instance)
        known = symbol_values({**at.point, **at.network.trajectory.values})
        arrays = [
            value(self._expressions(target, key), at.ring, known) for key in by.keys(self.instance)
        ]
        return np.stack(arrays) if by.is_stacked else arrays[0]

    def _expressions(self, of: NodeKey, by: NodeKey) -> Any:
        from symbolic.differentiate import derivative, derivative_by_nodes, tree_size
        from symbolic.unroll import unroll

        if self.graph is None:
            self.graph = unroll(self.instance, self.functions)
        if of not in self.sizes:
            self.sizes[of] = tree_size(self.graph, of)
        if (of, by) not in self.found:
            rule = derivative if self.sizes[of] <= WHOLE_LEAVES else derivative_by_nodes
            self.found[of, by] = rule(self.graph, of, by)
        return self.found[of, by]
