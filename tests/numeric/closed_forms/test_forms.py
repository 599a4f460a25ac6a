"""What a form is made of: domains, readings, settings, printed numbers, ids and citations."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.oracle import at
from numeric.closed_forms import all_forms
from numeric.closed_forms.domain import (
    AFTER_FIRST,
    BEFORE_LAST,
    EARLIER,
    EVERY_STEP,
    ONCE,
    THREE_STEPS,
    TWO_STEPS,
    UP_TO,
)
from numeric.closed_forms.form import Decimal, Document, Variant, choose
from numeric.closed_forms.network import column, diag, eye, row, timed
from numeric.closed_forms.reading import COPY, DESCENDING, LITERAL, PLAIN, Plain, Reading, both
from numeric.closed_forms.registry import Registry
from numeric.closed_forms.setting import Setting, leaves_are_zero, length_is, size_is
from numeric.points import in_ring, rational_point
from numeric.rings.float64 import Float64Ring
from symbolic.errors import ConfigError
from symbolic.forward import NodeKey
from symbolic.model import Instance
from symbolic.models import load


@given(st.integers(-1, 2), st.integers(1, 6))
def test_domains_are_the_steps_that_their_names_say(first, tau):
    steps = range(first, first + tau)

    def values(domain):
        return [tuple(letters.values()) for letters in domain.assignments(steps)]

    assert values(EVERY_STEP) == [(t,) for t in steps]
    assert values(BEFORE_LAST) == [(t,) for t in steps if t + 1 in steps]
    assert values(AFTER_FIRST) == [(t,) for t in steps if t - 1 in steps]
    assert set(values(UP_TO)) == {(t, k) for t in steps for k in steps if k <= t}
    assert set(values(EARLIER)) == {(t, k) for t in steps for k in steps if k < t}
    for domain, least in ((ONCE, 1), (TWO_STEPS, 2), (THREE_STEPS, 3)):
        assert values(domain) == [()] * (tau >= least)


def test_the_four_readings_of_a_plain_derivative_are_tried_in_their_order():
    assert [reading.plain for reading in PLAIN] == list(Plain)
    assert PLAIN[0].text == ""
    assert all(reading.text for reading in PLAIN[1:])
    assert len(both(PLAIN, DESCENDING)) == 8
    assert both(COPY, LITERAL) == COPY
    assert "latest factor first" in both(PLAIN, DESCENDING)[-1].text


@pytest.fixture(scope="module")
def network():
    instance = Instance(load("vector-softmax"), {"M": 2, "D": 3, "C": 2}, 3)
    ring = Float64Ring()
    return at(instance, ring, in_ring(rational_point(instance, 5), ring), {}).network


def as_read(network, reading):
    return replace(network, reading=reading)


s, W = timed("s"), NodeKey("W")


def test_a_plain_derivative_is_what_the_reading_says(network):
    total, per_step = network.d(s(3), W), network.d(s(3), NodeKey("W", 3))
    assert not np.allclose(total, per_step)
    expected = {
        Plain.ALL_TOTAL: (total, total, total),
        Plain.RIGHT_PER_STEP: (total, per_step, per_step),
        Plain.SAME_PER_STEP: (total, per_step, total),
        Plain.ALL_PER_STEP: (per_step, per_step, per_step),
    }
    for plain, (head, same, other) in expected.items():
        read = as_read(network, Reading(plain))
        assert np.array_equal(read.head(s(3), W), head)
        assert np.array_equal(read.plain(s(3), W, head=s(3)), same)
        assert np.array_equal(read.plain(s(3), W, head=s(2)), other)


def test_a_product_over_time_is_ordered_as_read(network):
    factors = [network.d(s(t), s(t - 1)) for t in (2, 3)]
    ascending = as_read(network, DESCENDING[0]).product(factors, 3)
    descending = as_read(network, DESCENDING[1]).product(factors, 3)
    assert np.allclose(ascending, factors[0] @ factors[1])
    assert np.allclose(descending, network.d(s(3), s(1)))
    assert not np.allclose(ascending, descending)
    assert np.array_equal(network.product([], 3), np.eye(3))


def test_a_step_at_the_loss_is_read_as_that_of_the_parameter(network):
    L, E = NodeKey("L"), NodeKey("E", 2)
    literal = as_read(network, COPY[0]).loss_step(L, E, W)
    copy = as_read(network, COPY[1]).loss_step(L, E, W)
    assert np.array_equal(literal, network.d(E, W))
    assert np.array_equal(copy, network.d(L, NodeKey("W", 2)))


def test_shapes_are_held_to_the_written_product():
    v = np.arange(3.0)
    assert column(v).shape == (3, 1)
    assert row(v).shape == (1, 3)
    assert np.array_equal(diag(v) @ v, v * v)
    assert np.array_equal(eye(2), [[1, 0], [0, 1]])
    with pytest.raises(ValueError, match="mismatch"):
        column(v) @ diag(v)


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [
        ("0.76", "19/25", "1/200"),
        ("-1.36", "-34/25", "1/200"),
        ("0", "0", "1/2"),
        ("3", "3", "1/2"),
    ],
)
def test_a_printed_number_claims_half_a_unit_of_its_last_digit(text, value, half):
    assert Decimal(text).value == Fraction(value)
    assert Decimal(text).half_unit == Fraction(half)


def test_settings_narrow_one_another():
    first = Setting(sizes=(("n", 5), ("c", 3)), tau=3)
    narrowed = first.narrowed(size_is("n", 1).setting)
    assert dict(narrowed.sizes) == {"n": 1, "c": 3}
    assert narrowed.tau == 3
    assert first.narrowed(length_is(1).setting).tau == 1
    zero = leaves_are_zero("W = 0", "W").setting.given
    instance = Instance(load("vector-softmax"), {"M": 1, "D": 2, "C": 2}, 1)
    assert {str(key): array.tolist() for key, array in zero(instance).items()} == {
        "W": [[0, 0], [0, 0]]
    }


def test_an_id_is_taken_once():
    registry = Registry(Document("d", "D"))
    define = registry.line("1", Variant.PRINTED, model="linear-mse")
    define(lambda net, t: (0, 0))
    with pytest.raises(ConfigError, match="two forms have the id d/1/printed"):
        define(lambda net, t: (1, 1))


def test_forms_are_found_by_the_beginning_of_an_id():
    forms = all_forms()
    assert {f.id for f in choose(forms, "rnn-notes/44")} == {
        "rnn-notes/44/printed",
        "rnn-notes/44/corrected",
    }
    assert len(choose(forms, "rnn-notes")) > 100


def test_every_formula_says_what_is_equal_to_what():
    for form in all_forms().values():
        assert " = " in form.formula, form.id
        assert "{" not in form.formula.replace("_{", "").replace("^{", ""), form.id
        assert form.citation.startswith(form.document.citation)
