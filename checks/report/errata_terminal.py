"""What the documents have wrong, for people: place, reason, correction, counterexample."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from checks.report.counterexample import lines_of
from checks.suite import Report
from checks.verdict import Judgement

#: The width of the text where no terminal limits it.
WIDE = 110


def render(report: Report, *, width: int | None, colour: bool) -> str:
    """Return the errata as text, document by document."""
    console = Console(
        width=width or WIDE,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        legacy_windows=False,
    )
    with console.capture() as captured:
        for _, rows in groupby(report.judgements, key=lambda j: j.document):
            for part in _document(list(rows)):
                console.print(part)
        console.print(_summary(report))
    text: str = captured.get()
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _document(rows: list[Judgement]) -> list[RenderableType]:
    wrong = [row for row in rows if row.is_erratum]
    title = f"{rows[0].document}: {len(wrong)} wrong of {_counted(len(rows))}"
    parts: list[RenderableType] = [Text(title, style="bold"), Text("")]
    for row in wrong:
        parts += [_erratum(row), Text("")]
    return parts


def _counted(count: int) -> str:
    return f"{count} printed formula" + ("" if count == 1 else "s")


def _erratum(row: Judgement) -> RenderableType:
    lines = [f"{row.citation.removeprefix(row.document).strip()}: {row.error}"]
    lines.append(f"  printed: {row.formula}")
    if row.corrected:
        lines.append(f"  correct: {row.corrected}")
    if row.note:
        lines.append(f"  read as: {row.note}")
    if row.when:
        lines.append(f"  it would hold when {row.when}")
    if row.counterexample:
        lines += [f"  {line}" for line in lines_of(row.counterexample)]
    return Padding(Text("\n".join(lines)), (0, 0, 0, 2))


def _summary(report: Report) -> Text:
    wrong = report.errata.judgements
    other = [j for j in report.judgements if not j.is_as_expected]
    text = (
        f"{len(wrong)} wrong of {_counted(len(report.judgements))}; each failure is a pair of"
        f" disjoint balls at an exact point, or shapes that do not fit. Seed {report.seed}."
    )
    if other:
        names = ", ".join(j.id for j in other)
        text += f"\nNot as expected: {names}."
    return Text(text)
