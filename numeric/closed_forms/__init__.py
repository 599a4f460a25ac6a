"""The formulas of the literature, line by line and in closed form; a document has its modules."""

from __future__ import annotations

from importlib import import_module

from numeric.closed_forms.form import Form

#: The registry of each document and its modules, in the order of the document.
_DOCUMENTS: dict[str, tuple[str, ...]] = {
    "forum282752_registry": ("forum282752_lines", "forum282752"),
    "rnn_notes_registry": (
        "rnn_notes_output",
        "rnn_notes_states",
        "rnn_notes_biases",
        "rnn_notes_weights",
        "rnn_notes",
    ),
    "simple_rnn_slides_registry": ("simple_rnn_slides_lines", "simple_rnn_slides"),
    "rnn_by_hand_registry": (
        "rnn_by_hand_numbers",
        "rnn_by_hand_lines",
        "rnn_by_hand",
    ),
    "huang2019_registry": (
        "huang2019_scalar_lines",
        "huang2019_scalar",
        "huang2019_vector_output",
        "huang2019_vector_time",
        "huang2019_vector",
        "huang2019_batch_output",
        "huang2019_batch_time",
        "huang2019_batch",
    ),
}


def all_forms() -> dict[str, Form]:
    """Return every form by its id, document by document.

    The order is that of the modules and of the lines in them, whoever imported one before.

    >>> all_forms()["huang2019/54/printed"].model
    'vector-softmax'
    """
    found: dict[str, Form] = {}
    for registry, modules in _DOCUMENTS.items():
        names = [import_module(f"numeric.closed_forms.{name}").__name__ for name in modules]
        forms = import_module(f"numeric.closed_forms.{registry}").REGISTRY.forms
        for name in names:
            found |= {form.id: form for form in forms if form.compute.__module__ == name}
    return found
