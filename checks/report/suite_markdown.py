"""Every formula with its reading and verdict, as Markdown tables; times and errors left out."""

from __future__ import annotations

from itertools import groupby

from checks.suite import Report
from checks.verdict import Judgement


def render(report: Report) -> str:
    """Return one table for each document and model."""
    parts = [_head(report)]
    for title, rows in groupby(report.judgements, key=lambda j: f"{j.document}, `{j.model}`"):
        parts.append(_table(title, list(rows)))
    return "\n".join(parts)


def _head(report: Report) -> str:
    judged = report.judgements
    printed = [j for j in judged if j.variant == "printed"]
    wrong = report.errata.judgements
    return (
        "# The formulas\n\n"
        f"{len(judged)} formulas, {len(printed)} of them as printed, {len(wrong)} of these wrong."
        " `gradproof check --format markdown`\nprints this page; `gradproof check --errata` gives a"
        " counterexample to each wrong one.\n"
    )


def _table(title: str, rows: list[Judgement]) -> str:
    lines = [
        f"## {title}\n",
        "| form | formula | read as | verdict | evidence | what is wrong |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        reading = "; ".join(part for part in (row.note, row.reading, _targets(row)) if part)
        wrong = row.error
        if row.when:
            wrong += f"; it would hold when {row.when}"
        cells = (
            f"`{row.id}`",
            f"`{row.formula}`",
            reading,
            row.verdict.value,
            row.evidence.value if row.evidence else "none",
            wrong,
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _targets(row: Judgement) -> str:
    return "" if row.targets == "any targets" else row.targets
