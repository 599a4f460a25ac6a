"""The gradients of Huang (2019), "Back Propagation Through Time For Vanilla RNN", made right.

One module per section: scalars, columns, a batch of rows. ``E[t]`` is the loss of one step (E_t,
L_t, L(t) in the document) and ``L`` their sum over all steps.
"""

from __future__ import annotations

from numeric.closed_forms.huang2019_registry import DOCUMENT, REGISTRY

# Importing a section registers its forms, so the order below is theirs.
# isort: off
from numeric.closed_forms import huang2019_scalar, huang2019_vector, huang2019_batch

__all__ = ["DOCUMENT", "REGISTRY", "huang2019_batch", "huang2019_scalar", "huang2019_vector"]
