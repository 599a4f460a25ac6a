"""The register of the RNN notes, and the names of their network.

The notes declare the sizes n = 5, m = 4, c = 3; a line with entries or sums written as numbers is
judged at these sizes, any other at all sizes. After (16) the class is fixed as 1.
"""

from __future__ import annotations

from functools import partial

from numeric.closed_forms.form import Document, Targets, Variant
from numeric.closed_forms.network import timed
from numeric.closed_forms.registry import Registry
from numeric.closed_forms.setting import Setting
from symbolic.forward import NodeKey

SIZES = (("n", 5), ("m", 4), ("c", 3))
DOCUMENT = Document("rnn-notes", "RNN notes", SIZES)
REGISTRY = Registry(DOCUMENT)

printed = partial(REGISTRY.line, variant=Variant.PRINTED, model="elman-softmax")
corrected = partial(REGISTRY.line, variant=Variant.CORRECTED, model="elman-softmax")

#: Lines with numbers for sizes, for any targets and for the class 1.
AS_DECLARED = Setting(sizes=SIZES)
printed_entries = partial(printed, setting=AS_DECLARED)
printed_class = partial(printed, setting=AS_DECLARED, targets=Targets.FIRST_CLASS)
corrected_entries = partial(corrected, setting=AS_DECLARED)
corrected_class = partial(corrected, setting=AS_DECLARED, targets=Targets.FIRST_CLASS)

L = NodeKey("L")
W, U, V, b, c = NodeKey("W"), NodeKey("U"), NodeKey("V"), NodeKey("b"), NodeKey("c0")
W_at, b_at, c_at = timed("W"), timed("b"), timed("c0")
x, a, h, o, yhat, y, E = (timed(name) for name in ("x", "a", "h", "o", "yhat", "y", "E"))
