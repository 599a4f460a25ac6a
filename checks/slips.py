"""Slips of writing that are read without a doubt: the records of equations with one say so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checks.records import FAILS, HOLDS, HOLDS_WHEN, Record

#: A script whose brace ends before what it holds, or that stands in braces of its own.
_PARTED = re.compile(r"(?<!\\)[_^]\s*\}|(?<!\\)\{\s*[_^](?!\s*\})")

#: The note on one.
PARTED = "slip: braces that part a script from what it stands at or holds are left out"


def with_slips(records: Iterable[Record]) -> list[Record]:
    """Return the records, with a note on equations that are judged as they are mended."""
    judged = (HOLDS, HOLDS_WHEN, FAILS)
    return [
        r.with_note(PARTED) if r.verdict in judged and _PARTED.search(r.latex) else r
        for r in records
    ]
