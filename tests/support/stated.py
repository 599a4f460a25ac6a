"""Texts with the verdicts of equations: a text and all equations for it are one document."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from checks.pipeline import verify
from checks.records import FAILS, Record

#: A text, and the verdict of each equation that is put at its end.
Stated = tuple[str, Mapping[str, str]]


def parameters(cases: Mapping[str, Stated]) -> pytest.MarkDecorator:
    """Return the decorator that runs a test for each equation, with all those of its text."""
    of_text: dict[str, tuple[str, ...]] = {}
    for text, verdicts in cases.values():
        of_text[text] = (*of_text.get(text, ()), *verdicts)
    return pytest.mark.parametrize(
        ("text", "equations", "equation", "verdict"),
        [
            pytest.param(text, of_text[text], equation, verdict, id=f"{name}: {equation[:70]}")
            for name, (text, verdicts) in cases.items()
            for equation, verdict in verdicts.items()
        ],
    )


@cache
def judged(text: str, equations: tuple[str, ...]) -> Mapping[str, Record]:
    """Return the records of the equations of a text, by what is written."""
    rows = [f"$${equation} \\tag{{{k}}}$$\n" for k, equation in enumerate(equations, start=1)]
    found = {r.id: r for r in verify("own.md", text="\n".join([text, "", *rows])).records}
    return {equation: found[str(k)] for k, equation in enumerate(equations, start=1)}


def check(record: Record, verdict: str) -> None:
    """Assert a verdict; what fails needs a counterexample, or shapes or layouts that do not fit."""
    assert record.verdict == verdict, record
    if verdict == FAILS and not record.parts:
        is_misfit = (record.reason or "").startswith(("shape", "layout"))
        assert record.counterexample is not None or is_misfit, record
