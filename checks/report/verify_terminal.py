"""The report of ``gradproof verify`` for people: what was judged, how it was understood, errata."""

from __future__ import annotations

from collections.abc import Iterator

from checks.records import FAILS, NOT_A_CLAIM, UNDECIDED, Record, SectionSummary, Verification
from checks.report.counterexample import lines_of


def render(found: Verification) -> str:
    """Return the report as text: a line to begin with, sections, then equation by equation."""
    lines = [_first(found), ""]
    for number, section in enumerate(found.sections):
        lines += [*_section(section, number), ""]
        lines += list(_records(found, number))
        lines.append("")
    return "\n".join(lines)


def _first(found: Verification) -> str:
    claims, decided = len(found.claims), len(found.decided)
    text = f"{found.document}: judged {decided} of {claims} claims"
    left = [r for r in found.claims if r.verdict == UNDECIDED]
    if left:
        text += f"; {len(left)} not: " + ", ".join(f"({r.id})" for r in left[:12])
        text += ", ..." if len(left) > 12 else ""
    wrong = len(found.errata)
    return text + f". {wrong} of them {'is' if wrong == 1 else 'are'} wrong."


def _section(section: SectionSummary, number: int) -> Iterator[str]:
    yield f"Section {number + 1}, lines {section.first_line} to {section.last_line}"
    if section.problem is not None:
        yield f"  not understood: {section.problem}"
        return
    variables = section.model["variables"]
    if isinstance(variables, dict):
        yield "  " + "; ".join(f"{name} {shape}" for name, shape in variables.items())
    yield "  " + ", ".join(f"{name}: {value}" for name, value in section.conventions.items())


def _records(found: Verification, number: int) -> Iterator[str]:
    for record in found.records:
        if record.section != number or record.verdict == NOT_A_CLAIM:
            continue
        yield f"  ({record.id}) line {record.span.line}: {_verdict(record)}"
        if record.verdict == FAILS and not record.parts:
            yield f"      {record.claim or record.latex}"
            if record.counterexample is not None:
                yield from (f"      {line}" for line in lines_of(record.counterexample))


def _verdict(record: Record) -> str:
    text = record.verdict
    if record.evidence:
        text += f", {record.evidence}"
    for part in (record.reading, record.note):
        if part:
            text += f"; {part}"
    if record.reason and record.verdict in (FAILS, UNDECIDED):
        text += f": {record.reason}"
    if record.follows is False:
        text += "; does not follow from the line before"
    if record.follows and record.verdict == FAILS:
        text += "; follows from the line before, which is wrong already"
    return text
