"""The smallest counterexample that can be found: fewer steps, smaller shapes, rounder values.

Everything here only proposes; each step is kept because balls are disjoint at the new point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice, product
from typing import Any

import numpy as np

from checks.bench import compare_in_balls, sides
from checks.cases import Case
from checks.decide import PRECISIONS
from checks.oracle import NonConforming, at
from checks.verdict import Counterexample
from numeric.closed_forms.form import Form
from numeric.points import Targets, in_ring, rational_point
from numeric.rings import balls, float64
from numeric.rings.balls import BallComparison
from numeric.rings.base import Comparison
from symbolic.forward import NodeKey
from symbolic.model import Instance, Model, Role
from symbolic.ring import ObjectArray

_Point = dict[NodeKey, ObjectArray]

#: How many smaller instances are tried, in order of size, before the case itself is taken.
MAX_INSTANCES = 150


def counterexample(
    form: Form, model: Model, case: Case, targets: Targets, bits: int
) -> Counterexample:
    """Return a small counterexample to a form that balls refute at ``case`` with ``bits``."""
    functions = case.functions(model)
    instance, point = _smallest(form, model, case, targets, functions)
    if instance is None:
        instance = case.instance(model)
        point = rational_point(instance, case.seed, targets)
    point = _rounder(form, instance, point, targets, functions, bits)
    outcome = _compare(form, instance, point, functions, bits)
    entry, t = outcome.entry or (), None
    if form.by.is_stacked and entry:
        t = instance.steps[entry[0]]
        entry = entry[1:]
    return Counterexample(
        shapes=dict(instance.dimensions),
        tau=instance.tau,
        t=t,
        entry=entry,
        left=outcome.left or "",
        right=outcome.right or "",
        gap_at_least=outcome.gap or "",
        functions=functions,
        values={str(key): _written(array) for key, array in point.items()},
    )


def _written(array: ObjectArray) -> Any:
    """Return nested lists of fractions as text, exact."""
    if array.ndim == 0:
        return str(array.item())
    return [_written(np.asarray(row, dtype=object)) for row in array]


def _instances(model: Model, case: Case) -> Iterator[Instance]:
    """Yield the instances up to the size of the case, smallest first."""
    least = {d.name: d.minimum for d in model.dimensions}
    ranges = [range(least[name], size + 1) for name, size in case.dimensions]
    names = [name for name, _ in case.dimensions]
    combinations = islice(product(range(1, case.tau + 1), *ranges), 20_000)
    for tau, *sizes in sorted(combinations, key=lambda c: (sum(c), c)):
        yield Instance(model, dict(zip(names, sizes, strict=True)), tau)


def _smallest(
    form: Form, model: Model, case: Case, targets: Targets, functions: Mapping[str, str]
) -> tuple[Instance | None, _Point]:
    ring = float64.Float64Ring()
    for instance in islice(_instances(model, case), MAX_INSTANCES):
        point = rational_point(instance, case.seed, targets, spread=False)
        try:
            left, right = sides(at(instance, ring, in_ring(point, ring), functions), form)
        except NonConforming:
            return instance, point
        if float64.compare(left, right) is Comparison.DIFFER and _differs(
            form, instance, point, functions, PRECISIONS[0]
        ):
            return instance, point
    return None, {}


def _rounder(
    form: Form,
    instance: Instance,
    point: _Point,
    targets: Targets,
    functions: Mapping[str, str],
    bits: int,
) -> _Point:
    """Replace one leaf after another by zeros, ones or rounded values while balls still differ."""
    for key in point:
        for candidate in _candidates(instance, key, point[key], targets):
            changed = {**point, key: candidate}
            if _differs(form, instance, changed, functions, bits):
                point = changed
                break
    return point


def _candidates(
    instance: Instance, key: NodeKey, array: ObjectArray, targets: Targets
) -> Iterator[ObjectArray]:
    is_target = instance.model.declaration(key.name).role is Role.TARGET
    if is_target and array.ndim and targets is not Targets.FREE:
        hot = np.zeros(array.shape, dtype=object)
        hot[..., 0] = 1
        yield hot
        return
    if not is_target:
        yield np.zeros(array.shape, dtype=object)
    yield np.ones(array.shape, dtype=object)
    for grid in (1, 2, 8):
        yield _rounded(array, grid)


def _rounded(array: ObjectArray, grid: int) -> ObjectArray:
    result = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        exact: Any = array[place]
        result[place] = Fraction(round(exact * grid), grid)
    return result


def _differs(
    form: Form, instance: Instance, point: _Point, functions: Mapping[str, str], bits: int
) -> bool:
    return _compare(form, instance, point, functions, bits).outcome is Comparison.DIFFER


def _compare(
    form: Form, instance: Instance, point: _Point, functions: Mapping[str, str], bits: int
) -> BallComparison:
    with balls.precision(bits) as ring:
        return compare_in_balls(at(instance, ring, in_ring(point, ring), functions), form)
