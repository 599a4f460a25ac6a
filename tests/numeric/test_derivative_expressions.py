"""Derivatives as expressions of the core: total, per-step, at positions, of whole expressions."""

from __future__ import annotations

import numpy as np
import pytest

from numeric.derivative import reverse, values
from numeric.points import Targets
from numeric.rings.field import FieldRing, uniform_point
from symbolic.affine import integer, letter
from symbolic.errors import ModelError, UnsupportedNotation
from symbolic.evaluate import evaluate, evaluate_array
from symbolic.expr import Derivative, DerivativeKind, Entry, Index, Multiply, Sum
from symbolic.forward import NodeKey
from symbolic.model import Instance
from symbolic.models import load

N = letter("n")
I, J, K = (Index(name, N) for name in "ijk")
T = letter("t")
INSTANCE = Instance(load("elman-softmax"), {"n": 2, "m": 3, "c": 2}, 3)
RING = FieldRing(1)
POINT = uniform_point(INSTANCE, RING, Targets.FREE)


def h(index, step=T):
    return Entry("h", (index,), step)


@pytest.fixture
def scope():
    return values(INSTANCE, RING, POINT).scope(3).bind("t", 3)


@pytest.fixture(scope="module")
def tape():
    return reverse(INSTANCE, RING, POINT)


def test_the_total_derivative_follows_every_path(scope, tape):
    e = Derivative(h(I), Entry("W", (J, K)))
    expected = tape.derivatives(NodeKey("h", 3)).by(NodeKey("W"))
    assert np.array_equal(evaluate_array(e, (I, J, K), scope), expected)


def test_the_per_step_derivative_is_by_one_copy(scope, tape):
    for back in (0, 1, 2):
        by = Entry("W", (J, K), T - back)
        e = Derivative(h(I), by, DerivativeKind.PER_STEP)
        expected = tape.derivatives(NodeKey("h", 3)).by(NodeKey("W", 3 - back))
        assert np.array_equal(evaluate_array(e, (I, J, K), scope), expected)


def test_the_copies_add_up_to_the_whole(scope):
    whole = evaluate_array(Derivative(h(I), Entry("W", (J, K))), (I, J, K), scope)
    copies = (
        Derivative(h(I), Entry("W", (J, K), T - back), DerivativeKind.PER_STEP)
        for back in (0, 1, 2)
    )
    assert np.array_equal(whole, sum(evaluate_array(e, (I, J, K), scope) for e in copies))


def test_letters_that_meet_are_a_diagonal_and_numbers_are_places(scope, tape):
    e = Derivative(h(I), Entry("W", (I, integer(2))))
    full = tape.derivatives(NodeKey("h", 3)).by(NodeKey("W"))
    assert np.array_equal(evaluate_array(e, (I,), scope), np.einsum("iik->ik", full)[:, 1])


def test_a_state_by_itself_is_the_identity_and_by_a_later_one_zero(scope):
    eye = evaluate_array(Derivative(h(I), h(J)), (I, J), scope)
    assert [[int(x) for x in row] for row in eye] == [[1, 0], [0, 1]]
    none = evaluate_array(Derivative(h(I, T - 1), h(J)), (I, J), scope)
    assert not np.any(none)


def test_a_whole_expression_is_differentiated(scope):
    product = Sum(J, Multiply((Entry("W", (I, J)), h(J, T - 1))))
    by_state = evaluate_array(Derivative(product, h(K, T - 1)), (I, K), scope)
    assert np.array_equal(by_state, POINT[NodeKey("W")])


def test_what_has_no_meaning_is_refused(scope):
    with pytest.raises(ModelError, match="per-step derivative by W; expected a copy"):
        evaluate(Derivative(h(I), Entry("W", (J, K)), DerivativeKind.PER_STEP), scope)
    with pytest.raises(ModelError, match="by h without a step"):
        evaluate(Derivative(h(I), Entry("h", (J,))), scope)
    twice = Derivative(Derivative(h(I), Entry("W", (J, K))), h(K, T - 1))
    with pytest.raises(UnsupportedNotation, match="none can be evaluated"):
        evaluate(twice, scope)
