"""Every edit of a closed form that changes its value is noticed by ``gradproof check``.

Whether an edit changes the value is decided by central differences, which share no derivative code
with the product.
"""

from __future__ import annotations

import sys
from functools import cache

import numpy as np
import pytest
from support import differences
from support.mutants import apply, mutants, own_functions, reads

from checks.bench import Bench
from checks.cases import Limits
from checks.decide import decide
from checks.verdict import Verdict
from numeric.closed_forms import all_forms
from numeric.closed_forms.form import Network
from numeric.derivative import values
from numeric.points import Targets, in_ring, rational_point
from numeric.rings.float64 import Float64Ring
from symbolic.errors import ModelError
from symbolic.model import Instance
from symbolic.models import load

FORMS = all_forms()
LIMITS = Limits(cases=8)
#: Edits of one form in the quick suite; all of them are judged in the slow one.
QUICK = 4
#: Larger values where the gradients of a product of many would vanish in rounding.
SCALES = {"many-to-one-product": 2}


@cache
def bench(model: str) -> Bench:
    return Bench(load(model), LIMITS, seed=0)


@cache
def points(model: str):
    """Two instances with pairwise different sizes, in opposite order, of unlike lengths."""
    found = []
    dimensions = load(model).dimensions
    for tau, order in ((4, 1), (3, -1)):
        sizes = {d.name: max(d.minimum, 2 + k) for k, d in enumerate(dimensions[::order])}
        instance = Instance(load(model), sizes, tau)
        functions = dict.fromkeys(load(model).functions, "tanh")
        found.append((instance, functions))
    return found


@cache
def by_differences(model: str, of, by, targets: Targets):
    ring = Float64Ring()
    found = []
    for number, (instance, functions) in enumerate(points(model)):
        drawn = rational_point(instance, 7 + number, targets, spread=False)
        factor = SCALES.get(model, 1)
        point = {
            key: array if key.name in ("y", "Y") else factor * array
            for key, array in in_ring(drawn, ring).items()
        }
        network = Network(values(instance, ring, point, functions))
        found.append((network, differences.derivative(instance, ring, point, functions, of, by)))
    return found


def is_right(form) -> bool:
    """Whether central differences find no difference at two instances."""
    targets = form.targets if form.targets is not Targets.FREE else Targets.FREE
    for network, expected in by_differences(form.model, form.of, form.by, targets):
        try:
            found = np.asarray(form.compute(network), dtype=float)
        except (ValueError, IndexError):
            return False
        scale = np.max(np.abs(expected))
        if found.shape != expected.shape or np.max(np.abs(found - expected)) > 1e-5 * scale:
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


def survivors(form, chosen) -> tuple[list[str], int]:
    """Return the wrong edits that are not refuted, and how many were wrong."""
    missed, wrong = [], 0
    for mutant in chosen:
        edited = apply(mutant, form)
        try:
            if is_right(edited):
                continue
        except (ModelError, TypeError):
            # The edit is no formula: it reads y before the first step, or indexes a number.
            continue
        wrong += 1
        if decide(edited, bench(form.model)).verdict is not Verdict.FAILS:
            missed.append(mutant.description)
    return missed, wrong


@pytest.mark.parametrize("id_", FORMS)
def test_the_forms_themselves_agree_with_central_differences(id_):
    assert is_right(FORMS[id_])


@pytest.mark.parametrize("id_", FORMS)
def test_wrong_edits_are_refuted(id_):
    form = FORMS[id_]
    every = edits(form)
    # Spread over the list, so that a form's own body and its helpers both have their turn.
    chosen = every[:: max(1, len(every) // QUICK)]
    missed, wrong = survivors(form, chosen)
    assert not missed
    assert wrong, f"no edit of {id_} changed its value: {len(every)} edits"


@pytest.mark.slow
@pytest.mark.parametrize("id_", FORMS)
def test_all_wrong_edits_are_refuted(id_):
    form = FORMS[id_]
    missed, wrong = survivors(form, edits(form))
    assert not missed
    assert wrong
