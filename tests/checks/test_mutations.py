"""Every edit of a form that holds and that changes its value is noticed by ``gradproof check``.

Whether an edit changes the value is decided by central differences, which share no derivative code
with the product. The same differences say which printed lines are wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from support import differences
from support.mutants import apply, mutants, own_functions, reads

from checks.bench import Bench
from checks.cases import Limits
from checks.decide import decide
from checks.verdict import Verdict
from checks.worked import decide_number
from numeric.closed_forms import all_forms
from numeric.closed_forms.form import Decimal
from numeric.points import Targets, in_ring, rational_point
from numeric.rings.float64 import Float64Ring
from symbolic.errors import ModelError
from symbolic.model import Instance
from symbolic.models import load

FORMS = all_forms()
HOLDING = [id_ for id_, form in FORMS.items() if form.expected == "holds"]
FAILING = [id_ for id_, form in FORMS.items() if form.expected == "fails"]
LIMITS = Limits(cases=8)
#: Edits of one form in the quick suite, of every eighth form; all are judged in the slow one.
QUICK = 2
#: Larger values where the gradients of a product of many would vanish in rounding.
SCALES = {"many-to-one-product": 2}


@cache
def bench(model: str, setting) -> Bench:
    return Bench(load(model), LIMITS, seed=0, setting=setting)


@cache
def networks(model: str, targets: Targets, setting, seed: int = 7):
    """Two instances with pairwise different sizes, in opposite order, of unlike lengths."""
    found, ring = [], Float64Ring()
    dimensions, fixed = load(model).dimensions, dict(setting.sizes)
    for number, (tau, order) in enumerate(((4, 1), (3, -1))):
        sizes = {d.name: max(d.minimum, 2 + k) for k, d in enumerate(dimensions[::order])}
        sizes = {name: fixed.get(name, size) for name, size in sizes.items()}
        instance = Instance(load(model), sizes, setting.tau or tau)
        drawn = rational_point(instance, seed + number, targets, spread=False)
        given = setting.given(instance) if setting.given else {}
        factor = SCALES.get(model, 1)
        point = {
            key: array if key.name in ("y", "Y") or key in given else factor * array
            for key, array in in_ring({**drawn, **given}, ring).items()
        }
        functions = dict.fromkeys(load(model).functions, "tanh")
        found.append(differences.network(instance, ring, point, functions))
    return found


def is_right(form, seed: int = 7) -> bool:
    """Whether central differences find no difference at two instances, under some reading."""
    return any(is_right_as_read(form, reading, seed) for reading in form.readings)


def is_right_as_read(form, reading, seed) -> bool:
    for network in networks(form.model, form.targets, form.setting, seed):
        try:
            sides = list(form.sides(replace(network, reading=reading)))
            pairs = [(np.asarray(s.left, float), np.asarray(s.right, float)) for s in sides]
        except (ValueError, IndexError):
            return False
        for left, right in pairs:
            if isinstance(form.claim, Decimal):
                if abs(float(left) - float(right)) > float(form.claim.half_unit):
                    return False
                continue
            scale = max(np.max(np.abs(left), initial=0), np.max(np.abs(right), initial=0))
            if left.shape != right.shape or np.max(np.abs(left - right), initial=0) > 1e-5 * scale:
                return False
    return True


def edits(form):
    module = sys.modules[form.compute.__module__]
    functions = own_functions(module)
    return [
        mutant
        for name in sorted(reads(module, form))
        for mutant in mutants(module, functions[name])
    ]


def verdict(form) -> Verdict:
    decider = decide_number if isinstance(form.claim, Decimal) else decide
    return decider(form, bench(form.model, form.setting)).verdict


def survivors(form, chosen) -> tuple[list[str], int]:
    """Return the wrong edits that are not refuted, and how many were wrong."""
    missed, wrong = [], 0
    for mutant in chosen:
        edited = apply(mutant, form)
        try:
            if is_right(edited):
                continue
        except (ModelError, TypeError, KeyError):
            # The edit is no formula: it reads y before the first step, or indexes a number.
            continue
        wrong += 1
        try:
            found = verdict(edited)
        except (ModelError, IndexError):
            # At some instance it reads a step or an entry that is not there: noticed, loudly.
            continue
        if found is not Verdict.FAILS:
            missed.append(mutant.description)
    return missed, wrong


def some(ids: Iterable[str], each: int) -> list[Any]:
    """Return the ids, those between every so many of them for the slow run alone."""
    return [
        pytest.param(id_, marks=pytest.mark.slow if number % each else ())
        for number, id_ in enumerate(ids)
    ]


@pytest.mark.parametrize("id_", some(FORMS, 8))
def test_central_differences_find_the_same_forms_right(id_):
    assert is_right(FORMS[id_]) is (FORMS[id_].expected == "holds")


@pytest.mark.parametrize("id_", HOLDING[::8])
def test_wrong_edits_are_refuted(id_):
    form = FORMS[id_]
    every = edits(form)
    # Spread over the list, so that a form's own body and its helpers both have their turn.
    chosen = every[:: max(1, len(every) // QUICK)]
    missed, wrong = survivors(form, chosen)
    if not wrong:
        missed, wrong = survivors(form, every)
    assert not missed
    assert wrong, f"no edit of {id_} changed its value: {len(every)} edits"


@pytest.mark.slow
@pytest.mark.parametrize("id_", HOLDING)
def test_all_wrong_edits_are_refuted(id_):
    form = FORMS[id_]
    missed, wrong = survivors(form, edits(form))
    assert not missed
    assert wrong


@pytest.mark.parametrize("id_", some(FAILING, 2))
def test_a_corrected_line_in_place_of_a_wrong_one_is_noticed(id_):
    """What is expected to fail and does not is as unexpected as the opposite."""
    form = FORMS[id_]
    corrected = FORMS[form.twin]
    assert corrected.expected == "holds"
    mended = replace(corrected, equation=form.equation, variant=form.variant, expected="fails")
    assert mended.id == id_
    assert verdict(mended).value != mended.expected


#: What is weaker; a class in a formula is written as its one-hot target, which any target fits.
WEAKER = {
    Targets.NORMALISED: [Targets.FREE],
    Targets.ONE_HOT: [Targets.FREE],
    Targets.FIRST_CLASS: [Targets.FREE, Targets.NORMALISED, Targets.ONE_HOT],
}


@pytest.mark.parametrize("id_", [id_ for id_ in HOLDING if FORMS[id_].targets is not Targets.FREE])
def test_what_is_assumed_of_targets_is_needed(id_):
    form = FORMS[id_]
    for weaker in WEAKER[form.targets]:
        # One-hot targets may be of class 1 by chance.
        assert not all(is_right(replace(form, targets=weaker), seed) for seed in (7, 9, 11)), weaker
