"""The instances: the standard ones are always there, and the limits hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.cases import Limits, cases, certificate_cases, check_size, sympy_cases
from numeric.closed_forms.setting import Setting
from numeric.points import Targets
from symbolic.errors import ConfigError
from symbolic.models import load, names


@pytest.mark.parametrize("name", names())
def test_standard_instances_come_first(name):
    model = load(name)
    found = cases(model, Limits(), seed=3)
    minimal = tuple((d.name, d.minimum) for d in model.dimensions)
    assert {c.tau for c in found if c.dimensions == minimal} >= {1, 2, 3, 5}
    ascending = [size for _, size in found[0].dimensions]
    descending = [size for _, size in found[1].dimensions]
    assert len(set(ascending)) == len(ascending)
    assert ascending == descending[::-1]
    assert len(certificate_cases(found)) == 3
    assert len(found) == 24


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(names()),
    st.integers(1, 30),
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(0, 99),
)
def test_limits_hold_and_the_same_seed_gives_the_same_cases(name, count, tau, dim, seed):
    model, limits = load(name), Limits(count, tau, dim)
    found = cases(model, limits, seed)
    assert found == cases(model, limits, seed)
    assert len(found) == count
    for case in (*found, *sympy_cases(model, limits, seed)):
        assert 1 <= case.tau <= tau
        instance = case.instance(model)
        for dimension in model.dimensions:
            size = instance.dimensions[dimension.name]
            assert dimension.minimum <= size
            if case in found:
                assert size <= max(dim, dimension.minimum)


def test_targets_are_never_weaker_than_needed_and_all_kinds_come():
    found = cases(load("elman-softmax"), Limits(), seed=0)
    kinds = {Targets.FREE, Targets.NORMALISED, Targets.ONE_HOT}
    assert {c.targets(Targets.FREE) for c in found} == kinds
    assert {c.targets(Targets.NORMALISED) for c in found} == {Targets.NORMALISED, Targets.ONE_HOT}
    assert {c.targets(Targets.ONE_HOT) for c in found} == {Targets.ONE_HOT}
    assert {c.targets(Targets.FIRST_CLASS) for c in found} == {Targets.FIRST_CLASS}


def test_what_a_setting_gives_stays_so_in_every_case():
    setting = Setting(sizes=(("n", 5), ("c", 3)), tau=4)
    model = load("elman-softmax")
    for case in (
        *cases(model, Limits(max_dim=2), seed=0, setting=setting),
        *sympy_cases(model, Limits(), seed=0, setting=setting),
    ):
        assert case.tau == 4
        assert {"n": 5, "c": 3}.items() <= dict(case.dimensions).items()


def test_every_concrete_function_stands_for_an_undefined_one():
    model = load("scalar-generic")
    used = {c.functions(model)["f"] for c in cases(model, Limits(), seed=0)}
    assert used == {"tanh", "sigmoid", "identity", "sin", "softplus"}


def test_an_absurd_size_is_named_before_memory_is_taken():
    with pytest.raises(ConfigError, match=r"asks batch-softmax for [\d,]+ numbers"):
        check_size(load("batch-softmax"), Limits(max_dim=10**9))
    check_size(load("batch-softmax"), Limits(max_dim=50, max_tau=50))
