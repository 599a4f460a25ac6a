"""The closed-form gradients of the literature, one module per document."""

from __future__ import annotations

from numeric.closed_forms.form import Form


def all_forms() -> dict[str, Form]:
    """Return every form by its id, document by document.

    >>> all_forms()["huang2019/54/printed"].model
    'vector-softmax'
    """
    from numeric.closed_forms import (
        forum282752,
        huang2019,
        rnn_by_hand,
        rnn_notes,
        simple_rnn_slides,
    )

    modules = (forum282752, rnn_notes, simple_rnn_slides, rnn_by_hand, huang2019)
    return {form.id: form for module in modules for form in module.REGISTRY.forms}
