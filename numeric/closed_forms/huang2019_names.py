"""The names of the networks of Huang (2019), sections 2 and 3, and what their lines share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce

import numpy as np

from numeric.closed_forms.array import Array
from numeric.closed_forms.domain import EVERY_STEP, Domain
from numeric.closed_forms.form import Targets, Variant
from numeric.closed_forms.huang2019_registry import REGISTRY
from numeric.closed_forms.network import timed
from symbolic.forward import NodeKey

printed = partial(REGISTRY.line, variant=Variant.PRINTED, model="vector-softmax")
corrected = partial(REGISTRY.line, variant=Variant.CORRECTED, model="vector-softmax")
printed_normalised = partial(printed, targets=Targets.NORMALISED)

printed_batch = partial(REGISTRY.line, variant=Variant.PRINTED, model="batch-softmax")
corrected_batch = partial(REGISTRY.line, variant=Variant.CORRECTED, model="batch-softmax")
printed_batch_normalised = partial(printed_batch, targets=Targets.NORMALISED)

#: Every step, under the letter that the document gives it.
EVERY_I = Domain(("i",), EVERY_STEP.values)
EVERY_K = Domain(("k",), EVERY_STEP.values)

L = NodeKey("L")
U, V, W = NodeKey("U"), NodeKey("V"), NodeKey("W")
#: The loss of one step, L_t or L(t).
E = timed("E")
x, z, s, g, yhat, y = (timed(name) for name in ("x", "z", "s", "g", "yhat", "y"))
X, Z, S_t, G, Yhat, Y = (timed(name) for name in ("X", "Z", "S", "G", "Yhat", "Y"))


def chained(factors: Sequence[Array], axes: int) -> Array:
    """Return the product of neighbouring derivatives: each denominator has so many axes.

    All of them contract with the first axes of the next factor.
    """
    return reduce(lambda left, right: np.tensordot(left, right, axes=axes), factors)
