"""The documents as they are found, which stand beside the repository and not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.records import FAILS, HOLDS_WHEN

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


def document(first: str) -> Path:
    """Return a document by the first characters of its name; skip where there is none."""
    found = sorted(SEEDS.glob(f"{first}_*"))
    if not found:
        pytest.skip(f"no document {first} in {SEEDS}")
    return found[0]


def as_it_stands(verdict: str) -> str:
    """What holds under a condition does not hold as it stands."""
    return FAILS if verdict == HOLDS_WHEN else verdict
