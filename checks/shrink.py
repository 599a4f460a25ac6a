"""The smallest counterexample that can be found: fewer steps, smaller shapes, rounder values.

Everything here only proposes; each step is kept because balls are disjoint at the new point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from typing import Any

import numpy as np

from checks.bench import compare_in_balls
from checks.cases import Case, least_steps
from checks.decide import PRECISIONS
from checks.oracle import NonConforming, at, given_leaves
from checks.verdict import Counterexample
from numeric.closed_forms.form import Form, Side, Variant
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
#: More leaves than these are rounded together with those of other steps.
MANY_LEAVES = 40
#: What float64 may leave of an exact zero at points of size 1.
NOISE = 1e-10


def counterexample(
    form: Form, model: Model, case: Case, targets: Targets, bits: int
) -> Counterexample:
    """Return a small counterexample to a form that balls refute at ``case`` with ``bits``.

    It refutes every reading of the form; the values are those of the first. A printed form keeps
    the sizes that its document declares.
    """
    functions = case.functions(model)
    instance, point = _smallest(form, model, case, targets, functions)
    if instance is None:
        instance = case.instance(model)
        point = rational_point(instance, case.seed, targets) | given_leaves(instance, form.setting)
    point = _rounder(form, instance, point, targets, functions, bits)
    outcome, side = _compare(form, instance, point, functions, bits)
    letters = dict(side.letters) if side else {}
    return Counterexample(
        shapes=dict(instance.dimensions),
        tau=instance.tau,
        t=letters.pop("t", None),
        letters=letters,
        entry=outcome.entry or (),
        left=outcome.left or "",
        right=outcome.right or "",
        gap_at_least=outcome.gap or "",
        functions=functions,
        values=written(point),
    )


def written(point: Mapping[NodeKey, ObjectArray]) -> dict[str, object]:
    """Return the values of leaves as text, exact."""
    return {str(key): _written(array) for key, array in point.items()}


def _written(array: ObjectArray) -> Any:
    """Return nested lists of fractions as text, exact."""
    if array.ndim == 0:
        return str(array.item())
    return [_written(np.asarray(row, dtype=object)) for row in array]


def _instances(form: Form, model: Model, case: Case) -> Iterator[Instance]:
    """Yield the instances up to the size of the case, smallest first."""
    least = {d.name: d.minimum for d in model.dimensions}
    names = [name for name, _ in case.dimensions]
    ranges = [range(least[name], size + 1) for name, size in case.dimensions]
    declared = dict(form.document.sizes if form.variant is Variant.PRINTED else ())
    for name, size in {**declared, **dict(form.setting.sizes)}.items():
        if name in names:
            ranges[names.index(name)] = range(size, size + 1)
    taus = range(least_steps(model), case.tau + 1)
    if form.setting.tau is not None:
        taus = range(form.setting.tau, form.setting.tau + 1)
    combinations = islice(product(taus, *ranges), 20_000)
    for tau, *sizes in sorted(combinations, key=lambda c: (sum(c), c)):
        yield Instance(model, dict(zip(names, sizes, strict=True)), tau)


def _smallest(
    form: Form, model: Model, case: Case, targets: Targets, functions: Mapping[str, str]
) -> tuple[Instance | None, _Point]:
    for instance in islice(_instances(form, model, case), MAX_INSTANCES):
        point = rational_point(instance, case.seed, targets, spread=False)
        point |= given_leaves(instance, form.setting)
        suspect = _screened(form, instance, point, functions)
        if suspect and _differs(form, instance, point, functions, PRECISIONS[0]):
            return instance, point
    return None, {}


@dataclass(frozen=True, slots=True)
class _Difference:
    """Where each reading first differs in float64 (None: its shapes do), and how plainly.

    ``is_plain``: the first reading differs in its first digits.
    """

    places: tuple[Mapping[str, int] | None, ...]
    is_plain: bool


def _screened(
    form: Form,
    instance: Instance,
    point: _Point,
    functions: Mapping[str, str],
    among: _Difference | None = None,
) -> _Difference | None:
    """Return how every reading differs in float64, or None; ``among`` looks at its places alone."""
    ring = float64.Float64Ring()
    known = at(instance, ring, in_ring(point, ring), functions)
    places: list[Mapping[str, int] | None] = []
    plain: list[bool] = []
    for number, reading in enumerate(form.readings):
        try:
            sides = known.sides(form, reading, among.places[number] if among else None)
        except NonConforming:
            places.append(None)
            plain.append(True)
            continue
        different = next((side for side in sides if _differs_here(side)), None)
        if different is None:
            return None
        places.append(different.letters)
        plain.append(_is_plain(different))
    return _Difference(tuple(places), plain[0])


def _differs_here(side: Side) -> bool:
    """Whether the sides differ by more than is left where values of size 1 cancel."""
    with np.errstate(all="ignore"):
        gap = np.max(np.abs(side.left - side.right), initial=0.0)
    return gap > NOISE and float64.compare(side.left, side.right) is Comparison.DIFFER


def _is_plain(side: Side) -> bool:
    """Whether the first entries that differ do so in their first digits."""
    gap, size = np.abs(side.left - side.right), np.maximum(np.abs(side.left), np.abs(side.right))
    apart = gap > float64.SCREEN * np.max(size)
    return bool((gap > size / 20)[apart][0])


def _rounder(
    form: Form,
    instance: Instance,
    point: _Point,
    targets: Targets,
    functions: Mapping[str, str],
    bits: int,
) -> _Point:
    """Replace one leaf after another by zeros, ones or rounded values while the sides differ.

    They go on to differ for the same values of the letters, and where that is plain to see, it
    stays so. float64 proposes; balls have to refute at the end.
    """
    given = given_leaves(instance, form.setting)
    first = _screened(form, instance, point, functions)
    if first is None:
        return point
    plain = first.is_plain
    rounder = point
    for keys in _groups([key for key in point if key not in given]):
        for changed in _changes(instance, keys, rounder, targets):
            found = _screened(form, instance, changed, functions, among=first)
            if found is not None and (found.is_plain or not plain):
                rounder, plain = changed, found.is_plain
                break
    return rounder if _differs(form, instance, rounder, functions, bits) else point


def _groups(keys: Sequence[NodeKey]) -> Iterator[Sequence[NodeKey]]:
    """Yield the leaves one by one, or where they are many, all steps of a variable at once."""
    if len(keys) <= MANY_LEAVES:
        yield from ([key] for key in keys)
        return
    for name in dict.fromkeys(key.name for key in keys):
        yield [key for key in keys if key.name == name]


def _changes(
    instance: Instance, keys: Sequence[NodeKey], point: _Point, targets: Targets
) -> Iterator[_Point]:
    """Yield the points with rounder values for some leaves."""
    candidates = [_candidates(instance, key, point[key], targets) for key in keys]
    for arrays in zip(*candidates, strict=True):
        yield {**point, **dict(zip(keys, arrays, strict=True))}


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
    return _compare(form, instance, point, functions, bits)[0].outcome is Comparison.DIFFER


def _compare(
    form: Form, instance: Instance, point: _Point, functions: Mapping[str, str], bits: int
) -> tuple[BallComparison, Side | None]:
    """Return the comparison under the first reading; not DIFFER unless every reading differs."""
    with balls.precision(bits) as ring:
        known = at(instance, ring, in_ring(point, ring), functions)
        first = compare_in_balls(known, form, form.readings[0])
        if first[0].outcome is not Comparison.DIFFER:
            return first
        for reading in form.readings[1:]:
            other = compare_in_balls(known, form, reading)
            if other[0].outcome is not Comparison.DIFFER:
                return other
    return first
