"""The report of ``gradproof verify`` as HTML for notebooks: no script, and all text escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from checks.records import FAILS, NOT_A_CLAIM, UNDECIDED, Record, Verification
from checks.report import verify_terminal
from checks.report.counterexample import lines_of

#: The colour beside a verdict; readable on a light and on a dark page.
COLOURS = {FAILS: "#d1242f", UNDECIDED: "#9a6700", NOT_A_CLAIM: "#808080"}
FINE = "#1a7f37"


def render(found: Verification) -> str:
    """Return the report on a document: one line, then a table for each section.

    What is no claim is left out.
    """
    parts = [f"<p><b>{escape(verify_terminal.first_line(found))}</b></p>"]
    for number, section in enumerate(found.sections):
        lines = verify_terminal.section_lines(section, number)
        parts.append("<p>" + "<br>".join(escape(line.strip()) for line in lines) + "</p>")
        shown = [r for r in found.records if r.section == number and r.verdict != NOT_A_CLAIM]
        if shown:
            parts.append(_table(shown))
    return "<div>" + "\n".join(parts) + "</div>"


def render_record(record: Record) -> str:
    """Return one record as HTML."""
    return "<div>" + _table([record]) + "</div>"


def _table(records: list[Record]) -> str:
    rows = "\n".join(_row(record) for record in records)
    return f"<table>\n{rows}\n</table>"


def _row(record: Record) -> str:
    colour = COLOURS.get(record.verdict, FINE)
    details = "<br>".join(_details(record))
    return (
        f'<tr><td style="vertical-align: top">{escape(verify_terminal.cited(record.id))}</td>'
        f'<td style="vertical-align: top; color: {colour}"><b>{escape(record.verdict)}</b></td>'
        f'<td style="text-align: left">{details}</td></tr>'
    )


def _details(record: Record) -> Iterator[str]:
    """Yield the lines beside a verdict: the claim, what was said of it, what is wrong."""
    yield f"<code>{escape(record.claim or record.latex)}</code>"
    yield escape(f"{record.span.line_in_words}: {verify_terminal.verdict_line(record)}")
    if record.where:
        yield f"wrong is <code>{escape(record.where)}</code>"
    if record.when and record.verdict == FAILS:
        yield escape(f"it would hold when {', '.join(record.when)}")
    if record.counterexample is not None:
        yield from (escape(line) for line in lines_of(record.counterexample))
