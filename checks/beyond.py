"""A sum that reads an input before the first step or after the last one, where it has no value.

Such an equation is claimed of no instance. It is wrong all the same where it fails whatever stands
there: with a value of its own at that step, and with zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from checks.claims import Meaning
from checks.nowhere import steps_of
from checks.section_judge import Judge
from numeric.closed_forms.setting import Leaves
from symbolic.defined import Reach, Reads, reaches, reads_of
from symbolic.forward import NodeKey
from symbolic.model import Instance, Role
from symbolic.ring import ObjectArray

#: A sum may run so many steps too far.
_MOST = 1


def beyond(meaning: Meaning, judge: Judge) -> tuple[Judge, Judge, str] | None:
    """Return what judges a claim with further values of inputs, and with zeros for them.

    The third is what it is that has no value, in words. None where something else has no value.
    """
    model = judge.section.model
    first = model.first_step
    own = reaches(model)
    wider = _wider(meaning, judge, own)
    added = {name: reach for name, reach in wider.items() if reach != own[name]}
    if not added:
        return None
    steps = [(name, before, after) for name, (before, after) in added.items()]
    outer = replace(model, beyond=tuple(steps))
    section = replace(judge.section, model=outer)
    start = judge.start

    def zeros(instance: Instance) -> dict[NodeKey, ObjectArray]:
        keys = _outer_keys(instance, added, own)
        given = start(instance) if start is not None else {}
        return given | {key: np.zeros(instance.shape(key.name), dtype=object) for key in keys}

    name, (before, _) = next(iter(added.items()))
    where = f"at step {first - 1}" if before > own[name][0] else "after the last step"
    free = replace(judge, section=section, _bench=None, _oracles=None)
    at_zero: Leaves = zeros
    words = f"{name} has no value {where}: it fails for any value and for zero"
    return free, replace(free, start=at_zero), words


def _outer_keys(
    instance: Instance, added: Mapping[str, Reach], own: Mapping[str, Reach]
) -> Iterator[NodeKey]:
    """Yield the inputs that the model itself does not read."""
    for name, (before, after) in added.items():
        early, late = own[name]
        for step in range(instance.steps.start - before, instance.steps.start - early):
            yield NodeKey(name, step)
        for step in range(instance.steps.stop + late, instance.steps.stop + after):
            yield NodeKey(name, step)


def _wider(meaning: Meaning, judge: Judge, own: Mapping[str, Reach]) -> Mapping[str, Reach]:
    """Return for how many steps more inputs need values; the same where that is not all."""
    model = judge.section.model
    steps = steps_of(judge.section)
    found = dict(own)
    while True:
        reads = reads_of(*meaning.expressions, reach=found)
        missing = [
            reads.undefined(letters, steps)
            for letters in meaning.assignments(steps)
            if not _reads_plainly(reads, letters, steps)
        ]
        if not missing:
            return own
        if None in missing:
            return found
        name, at = next(one for one in missing if one is not None)
        before, after = found[name]
        early, late = max(before, steps.start - at), max(after, at - steps.stop + 1)
        is_input = model.declaration(name).role in (Role.INPUT, Role.TARGET)
        if not is_input or max(early - own[name][0], late - own[name][1]) > _MOST:
            return own
        found[name] = early, late


def _reads_plainly(reads: Reads, letters: Mapping[str, int], steps: range) -> bool:
    """Whether something is undefined outside of sums: the claim is not about these letters."""
    return replace(reads, ranges=()).undefined(letters, steps) is not None
