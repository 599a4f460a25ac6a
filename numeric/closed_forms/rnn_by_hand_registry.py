"""The register of "RNN by Hand", the names of its network, and its worked data."""

from __future__ import annotations

from functools import partial

import numpy as np

from numeric.closed_forms.domain import THREE_STEPS
from numeric.closed_forms.form import Document, Variant
from numeric.closed_forms.network import timed
from numeric.closed_forms.registry import Registry
from numeric.closed_forms.setting import Setting
from symbolic.forward import NodeKey, leaves
from symbolic.model import Instance
from symbolic.ring import ObjectArray

DOCUMENT = Document("rnn-by-hand", "RNN by Hand")
REGISTRY = Registry(DOCUMENT)

#: The lines name the states 1, 2 and 3, the last of three; the activation is the identity.
_line = partial(REGISTRY.line, model="linear-mse", over=THREE_STEPS, setting=Setting(tau=3))
printed = partial(_line, variant=Variant.PRINTED)
corrected = partial(_line, variant=Variant.CORRECTED)

L, W_a, W_x, y = NodeKey("L"), NodeKey("W_a"), NodeKey("W_x"), NodeKey("y")
W_a_at, W_x_at = timed("W_a"), timed("W_x")
alpha, x = timed("alpha"), timed("x")

#: Step 1 of the document: three examples of three steps, the sum of each as its target. ``x`` has
#: one row per example.
WORKED = {"W_a": 1, "W_x": 1, "alpha": 0, "x": ((1, 0, 0), (0, 1, 1), (1, 1, 1)), "y": (1, 2, 3)}


def worked_point(instance: Instance) -> dict[NodeKey, ObjectArray]:
    """Return the leaves of the worked data for an instance with n = 3 and tau = 3."""
    point: dict[NodeKey, ObjectArray] = {}
    for key in leaves(instance):
        given = np.array(WORKED[key.name], dtype=object)
        if key.name == "x" and key.step is not None:
            given = given[:, key.step - instance.steps.start]
        point[key] = np.array(np.broadcast_to(given, instance.shape(key.name)), dtype=object)
    return point


def worked_inputs(instance: Instance) -> dict[NodeKey, ObjectArray]:
    """Return the worked data without the weights, which stay free."""
    return {
        key: value
        for key, value in worked_point(instance).items()
        if key.name not in ("W_a", "W_x")
    }


#: Three examples of three steps: as worked, with the weights free and with all values given.
_SIZES = (("n", 3),)
INPUTS = Setting(sizes=_SIZES, tau=3, given=worked_inputs)
ALL_DATA = Setting(sizes=_SIZES, tau=3, given=worked_point)
