"""The files of the verdicts: one line of JSON for each equation of a derivation."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
#: The derivations, and the module that computes the verdicts on each.
MODULES = {
    "forum282752": "forum282752",
    "huang2019": "huang2019",
    "rnn-by-hand": "rnn_by_hand",
    "rnn-notes": "rnn_notes",
    "simple-rnn-slides": "simple_rnn_slides",
}


def file_of(name: str) -> Path:
    """Return the file of a derivation's verdicts."""
    return HERE / f"{name}.json"


def table_of(name: str):
    """Return the table that computes a derivation's verdicts."""
    return import_module(f"documents.truth.{MODULES[name]}").truth


def as_text(name: str) -> str:
    """Compute the verdicts on a derivation, as they stand in its file."""
    found = table_of(name).compute().items()
    lines = [f"  {json.dumps(key)}: {json.dumps(entry)}" for key, entry in found]
    return "{\n" + ",\n".join(lines) + "\n}\n"
