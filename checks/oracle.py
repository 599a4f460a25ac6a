"""The oracles at one point: derivatives that no form knows, each computed once.

Oracle B carries derivatives through the graph on a tape, in any ring. Oracle A is SymPy's ``diff``
of the fully substituted quantity, evaluated in balls; where that would be large, SymPy
differentiates node by node. Neither knows the formula that is judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from checks.cases import Case
from numeric.closed_forms.form import Form, Side
from numeric.closed_forms.network import Network
from numeric.closed_forms.reading import Reading
from numeric.closed_forms.setting import Setting
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


#: Bounds of degree of more entries than these share denominators.
MANY_ENTRIES = 1000


class NonConforming(GradproofError):
    """A formula whose shapes do not fit together at some instance."""


@dataclass(frozen=True, slots=True)
class At:
    """One point of one ring: its values, and the tape of oracle B.

    The derivatives of each quantity are swept once and kept in ``swept``.
    """

    instance: Instance
    ring: ArrayRing
    point: Mapping[NodeKey, ObjectArray]
    functions: Mapping[str, str]
    tape: Reverse[ObjectArray]
    swept: dict[NodeKey, Derivatives[ObjectArray]] = field(default_factory=dict)
    found: dict[tuple[NodeKey, NodeKey], ObjectArray] = field(default_factory=dict)
    #: What forms compute with, once it is asked for.
    networks: list[Network] = field(default_factory=list)

    @property
    def network(self) -> Network:
        """What the forms compute with; all of them share what was computed before."""
        if not self.networks:
            self.networks.append(Network(self.tape.plain(), self.derivative))
        return self.networks[0]

    def derivative(self, of: NodeKey, by: NodeKey) -> ObjectArray:
        """Return the derivative that oracle B carries, axes of ``of`` first."""
        if (of, by) not in self.found:
            if of not in self.swept:
                self.swept[of] = self.tape.derivatives(of)
            self.found[of, by] = self.swept[of].by(by)
        return self.found[of, by]

    def sides(
        self, form: Form, reading: Reading, only: Mapping[str, int] | None = None
    ) -> list[Side]:
        """Return both sides of a form, claim by claim, as arrays of the ring.

        With ``only``, those of the claim about these values of the letters of the form.

        Raises NonConforming where shapes do not fit at this instance, which is a way to be wrong
        that a formula has; also where the two sides differ in shape: a broadcast must not hide it.
        """
        network = replace(self.network, reading=reading)
        try:
            with np.errstate(all="ignore"):
                return [self._conforming(side) for side in form.sides(network, only)]
        except (ValueError, IndexError) as error:
            raise NonConforming(f"the shapes do not conform: {_in_words(error)}") from None

    def _conforming(self, side: Side) -> Side:
        left, right = self.ring.wrap(side.left), self.ring.wrap(side.right)
        if left.shape != right.shape:
            raise NonConforming(f"the sides have shapes {left.shape} and {right.shape}")
        # An array of objects takes an array for an entry, where one of numbers refuses it.
        if any(isinstance(entry, np.ndarray) for array in (left, right) for entry in array.flat):
            raise NonConforming("the shapes do not conform: an array stands for one entry")
        return Side(side.letters, left, right)


def _in_words(error: Exception) -> str:
    """Return what NumPy says of two shapes in the words of a formula."""
    text = str(error)
    if inner := re.search(r"size (\d+) is different from (\d+)", text):
        return f"inner sizes {inner[2]} and {inner[1]} of a product differ"
    if both := re.search(r"with shapes (\([\d,]*\)) (\([\d,]*\))", text):
        return f"{both[1]} and {both[2]} stand on both sides of an elementwise operation"
    return text


def at(
    instance: Instance,
    ring: ArrayRing,
    point: Mapping[NodeKey, ObjectArray],
    functions: Mapping[str, str],
) -> At:
    """Return the oracles at a point of a ring."""
    return At(instance, ring, point, functions, reverse(instance, ring, point, functions))


def given_leaves(instance: Instance, setting: Setting) -> dict[NodeKey, ObjectArray]:
    """Return the exact values that a setting gives to leaves of the instance."""
    return setting.given(instance) if setting.given else {}


def at_rational(
    model: Model, case: Case, ring: ArrayRing, targets: Targets, setting: Setting
) -> At:
    """Return the oracles at the rational point of a case."""
    instance = case.instance(model)
    point = rational_point(instance, case.seed, targets)
    point |= given_leaves(instance, setting)
    return at(instance, ring, in_ring(point, ring), case.functions(model))


def at_uniform(model: Model, case: Case, number: int, targets: Targets, setting: Setting) -> At:
    """Return the oracles at a uniform point of the prime field; undefined functions stay so."""
    instance = case.instance(model)
    ring = FieldRing(case.seed, number)
    point = uniform_point(instance, ring, targets)
    point |= in_ring(given_leaves(instance, setting), ring)
    return at(instance, ring, point, {})


def at_degrees(model: Model, case: Case, targets: Targets, setting: Setting) -> At:
    """Return bounds of the degrees of all quantities."""
    instance = case.instance(model)
    sizes = (instance.shape(e.name) for e in model.equations)
    ring = DegreeRing(shares_denominators=case.tau * sum(map(prod, sizes)) > MANY_ENTRIES)
    point = degree_point(instance, ring, targets)
    point |= in_ring(given_leaves(instance, setting), ring)
    found = at(instance, ring, point, {})
    ring.settle()
    return found


@dataclass(slots=True)
class SympyOracle:
    """Oracle A at one point: the unrolled graph, and each derivative by SymPy once.

    Undefined functions are replaced in the graph: left to the ring, their derivatives would come
    from the table that oracle B uses.
    """

    at: At
    whole_leaves: int = WHOLE_LEAVES
    graph: Any = None
    known: dict[Any, Any] = field(default_factory=dict)
    sizes: dict[NodeKey, int] = field(default_factory=dict)
    slopes: dict[Any, dict[Any, Any]] = field(default_factory=dict)
    carried: dict[NodeKey, Any] = field(default_factory=dict)

    def derivative(self, of: NodeKey, by: NodeKey) -> ObjectArray:
        """Return the derivative; see ``At.derivative`` for its axes.

        Raises UnsupportedNotation where SymPy writes something that the ring has no value for.
        """
        from symbolic.differentiate import derivative, tree_size
        from symbolic.sympy_value import symbol_values, value
        from symbolic.unroll import unroll

        if self.graph is None:
            self.graph = unroll(self.at.instance, self.at.functions)
            self.known = symbol_values({**self.at.point, **self.at.network.trajectory.values})
        if of not in self.sizes:
            self.sizes[of] = tree_size(self.graph, of)
        if self.sizes[of] <= self.whole_leaves:
            return value(derivative(self.graph, of, by), self.at.ring, self.known)
        result: ObjectArray = self._by_nodes(by).of(of)
        return self.at.ring.wrap(result)

    def _by_nodes(self, by: NodeKey) -> Any:
        """Return the derivatives of all nodes by one variable: SymPy's slopes, chained."""
        from symbolic.differentiate import carried, local_slopes
        from symbolic.sympy_value import values_of

        ring = self.at.ring
        if not self.slopes:
            slopes = local_slopes(self.graph)
            flat = [slope for by_symbol in slopes.values() for slope in by_symbol.values()]
            found = iter(values_of(flat, ring, self.known))
            self.slopes = {s: {p: next(found) for p in read} for s, read in slopes.items()}
        if by not in self.carried:
            zero, one = ring.element(Fraction(0)), ring.element(Fraction(1))
            self.carried[by] = carried(self.graph, by, self.slopes, zero, one)
        return self.carried[by]
