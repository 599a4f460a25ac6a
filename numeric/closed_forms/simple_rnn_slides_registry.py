"""The register of the slides on a simple RNN, and the names of their network.

The slides derive for scalars and say that their formulas still work for matrices: each line is
judged for both, ``-scalar`` and ``-matrix``. Their first step is 1; W_* is the copy of W at the
step of the numerator, the states before it held fixed.
"""

from __future__ import annotations

from functools import partial

from numeric.closed_forms.form import Document, Variant
from numeric.closed_forms.network import timed
from numeric.closed_forms.registry import Registry
from symbolic.forward import NodeKey

DOCUMENT = Document("simple-rnn-slides", "Simple RNN slides")
REGISTRY = Registry(DOCUMENT)

printed_scalar = partial(REGISTRY.line, variant=Variant.PRINTED, model="scalar-generic")
printed_matrix = partial(REGISTRY.line, variant=Variant.PRINTED, model="matrix-generic")
corrected_matrix = partial(REGISTRY.line, variant=Variant.CORRECTED, model="matrix-generic")

U, W = NodeKey("U"), NodeKey("W")
W_at, x, a, s = (timed(name) for name in ("W", "x", "a", "s"))
