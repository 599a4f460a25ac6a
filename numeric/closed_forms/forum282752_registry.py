"""The register of the forum answer (Cross Validated 282752), and the names of its network.

The answer's recurrence is additive, z_t = a_t + b_t + k; ``-product`` marks what is judged under
the question's z_t = a_t b_t. The steps are 0 and 1. v, q and o are printed as scalars; a softmax of
a scalar is constant, so that they are vectors here, and neighbouring factors contract.
"""

from __future__ import annotations

from functools import partial

from numeric.closed_forms.domain import TWO_STEPS
from numeric.closed_forms.form import Document, Variant
from numeric.closed_forms.network import timed
from numeric.closed_forms.registry import Registry
from numeric.closed_forms.setting import Setting
from symbolic.forward import NodeKey

DOCUMENT = Document("forum282752", "Cross Validated, answer 282752")
REGISTRY = Registry(DOCUMENT)

_line = partial(REGISTRY.line, over=TWO_STEPS, setting=Setting(tau=2))
printed = partial(_line, variant=Variant.PRINTED, model="many-to-one")
printed_product = partial(_line, variant=Variant.PRINTED, model="many-to-one-product")
corrected_product = partial(_line, variant=Variant.CORRECTED, model="many-to-one-product")

E, q, o = NodeKey("E"), NodeKey("q"), NodeKey("o")
u, w, k, v = NodeKey("u"), NodeKey("w"), NodeKey("k"), NodeKey("v")
u_at, w_at = timed("u"), timed("w")
x, a, b, z, s = (timed(name) for name in ("x", "a", "b", "z", "s"))
