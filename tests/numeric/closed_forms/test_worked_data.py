"""The worked example by hand: the printed numbers are right to half a unit of their last digit."""

from __future__ import annotations

import numpy as np
import pytest

from numeric.closed_forms.network import Network
from numeric.closed_forms.rnn_by_hand import d_loss_d_last_copy_of_w_x
from numeric.closed_forms.rnn_by_hand_registry import worked_point
from numeric.derivative import reverse, values
from numeric.points import in_ring
from numeric.rings.float64 import Float64Ring
from symbolic.forward import NodeKey
from symbolic.model import Instance
from symbolic.models import load

RING = Float64Ring()
TANH = Instance(load("linear-mse-tanh"), {"n": 3}, 3)
LINEAR = Instance(load("linear-mse"), {"n": 3}, 3)


@pytest.fixture(scope="module")
def states():
    return values(TANH, RING, in_ring(worked_point(TANH), RING)).values


@pytest.mark.parametrize(
    ("step", "printed"),
    [(1, (0.76, 0, 0.76)), (2, (0.64, 0.76, 0.94)), (3, (0.57, 0.94, 0.96))],
)
def test_the_printed_states(states, step, printed):
    assert np.all(np.abs(states[NodeKey("alpha", step)] - printed) <= 0.005)


def test_the_printed_loss(states):
    assert abs(states[NodeKey("L")] - 1.82) <= 0.005


def test_the_gradient_at_the_worked_data_is_that_of_the_tape():
    point = in_ring(worked_point(LINEAR), RING)
    tape = reverse(LINEAR, RING, point)
    carried = tape.derivatives(NodeKey("L")).by(NodeKey("W_x", 3))
    form = d_loss_d_last_copy_of_w_x(Network(tape.plain(), lambda of, by: carried))
    # Linear and without rounding: every state sums the inputs so far, so the loss is 0.
    assert form == carried == 0
