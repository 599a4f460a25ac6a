"""The report of ``gradproof check`` as JSON, schema version 1; the same bytes for the same seed."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from checks.suite import Report
from checks.verdict import Judgement

SCHEMA = 1


def render(report: Report) -> str:
    """Return the report as JSON text. Times are left out: they differ from run to run."""
    limits = report.limits
    content = {
        "schema": SCHEMA,
        "seed": report.seed,
        "limits": {
            "cases": limits.cases,
            "max_tau": limits.max_tau,
            "max_dim": limits.max_dim,
        },
        "forms": [_form(judgement) for judgement in report.judgements],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _form(judgement: Judgement) -> dict[str, Any]:
    worst = judgement.worst_error
    return {
        "id": judgement.id,
        "citation": judgement.citation,
        "model": judgement.model,
        "quantity": judgement.quantity,
        "formula": judgement.formula,
        "targets": judgement.targets,
        "reading": judgement.reading or None,
        "note": judgement.note or None,
        "expected": judgement.expected,
        "verdict": judgement.verdict.value,
        "cases": judgement.cases,
        # Two digits: the rest of a rounding error depends on the machine.
        "worst_error": float(f"{worst:.1e}") if math.isfinite(worst) else None,
        "evidence": judgement.evidence.value if judgement.evidence else None,
        "certificate": asdict(judgement.certificate) if judgement.certificate else None,
        "counterexample": asdict(judgement.counterexample) if judgement.counterexample else None,
        "error": judgement.error or None,
        "when": [judgement.when] if judgement.when else [],
        "corrected": judgement.corrected or None,
        "reason": judgement.reason,
    }
