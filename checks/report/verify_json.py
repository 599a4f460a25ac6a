"""The report of ``gradproof verify`` as JSON, schema version 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from checks.records import Record, Verification

SCHEMA = 1


def render(found: Sequence[Verification]) -> str:
    """Return one object for one document, an array for several."""
    contents = [content(one) for one in found]
    whole: Any = contents[0] if len(contents) == 1 else contents
    return json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def content(found: Verification) -> dict[str, Any]:
    """Return the report on one document as plain data."""
    return {
        "schema": SCHEMA,
        "document": found.document,
        "seed": found.seed,
        "sections": [
            {
                "lines": [section.first_line, section.last_line],
                "model": section.model,
                "conventions": section.conventions,
                "cells": list(section.cells) if section.cells else None,
                "problem": section.problem,
                "notes": list(section.notes),
            }
            for section in found.sections
        ],
        "equations": [_equation(record) for record in found.records],
        "summary": found.summary,
    }


def _equation(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "parts": list(record.parts),
        "section": record.section,
        "line": record.span.line,
        "column": record.span.column,
        "cell": record.span.cell,
        "latex": record.latex,
        "claim": record.claim or None,
        "kind": record.kind,
        "verdict": record.verdict,
        "evidence": record.evidence,
        "certificate": asdict(record.certificate) if record.certificate else None,
        "reading": record.reading,
        "note": record.note,
        "when": list(record.when),
        "equals_head": record.equals_head,
        "follows": record.follows,
        "counterexample": asdict(record.counterexample) if record.counterexample else None,
        "where": record.where,
        "repairs": [],
        "reason": record.reason,
    }
