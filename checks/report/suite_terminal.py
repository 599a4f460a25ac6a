"""The report of ``gradproof check`` as a table for people."""

from __future__ import annotations

from itertools import groupby

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from checks.bench import FIELD_POINTS
from checks.report.counterexample import lines_of
from checks.suite import Report
from checks.verdict import Judgement, Verdict

_STYLE = {
    Verdict.HOLDS: "green",
    Verdict.HOLDS_WHEN: "yellow",
    Verdict.FAILS: "red",
    Verdict.UNDECIDED: "magenta",
}


#: The longest left side of an equation in the table.
CLAIM = 28
#: The width of the table where no terminal limits it.
WIDE = 140


def render(report: Report, *, width: int | None, colour: bool) -> str:
    """Return the report as text, at least as wide as its table needs when ``width`` is None."""
    console = Console(
        width=width or WIDE,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,  # "s[tau]" is no markup
        legacy_windows=False,
    )
    with console.capture() as captured:
        for part in _parts(report):
            console.print(part)
    text: str = captured.get()
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _parts(report: Report) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for title, rows in groupby(report.judgements, key=lambda j: f"{j.model}: {j.document}"):
        parts.append(_table(title, list(rows)))
    for judgement in report.judgements:
        if not judgement.is_as_expected or judgement.reason:
            parts.append(_detail(judgement))
    parts.append(_summary(report))
    return parts


def _table(title: str, rows: list[Judgement]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("form", "claim"):
        table.add_column(name, overflow="fold")
    table.add_column("cases", justify="right")
    table.add_column("worst error", justify="right")
    for name in ("evidence", "expected", "found"):
        table.add_column(name)
    table.add_column("time", justify="right")
    for row in rows:
        style = _STYLE[row.verdict] if row.is_as_expected else "bold red"
        table.add_row(
            row.id,
            _short(row.quantity),
            str(row.cases),
            f"{row.worst_error:.0e}",
            row.evidence.value if row.evidence else "none",
            row.expected,
            Text(row.verdict.value, style=style),
            f"{row.seconds:.2f} s",
        )
    return table


def _short(text: str) -> str:
    """Return the text, cut where a column would be too wide."""
    return text if len(text) <= CLAIM else text[: CLAIM - 1] + "…"


def _detail(judgement: Judgement) -> RenderableType:
    lines = [Text(f"{judgement.id}: {judgement.verdict.value}", style="bold")]
    lines.append(Text(f"  {judgement.citation}:  {judgement.formula}"))
    if judgement.reason:
        lines.append(Text(f"  {judgement.reason}"))
    if judgement.counterexample:
        lines += [Text(f"  {line}") for line in lines_of(judgement.counterexample)]
    return Group(*lines, Text(""))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _summary(report: Report) -> Text:
    judged = report.judgements
    as_expected = sum(j.is_as_expected for j in judged)
    models = len({j.model for j in judged})
    limits = report.limits
    lines = [
        f"{as_expected} of {_counted(len(judged), 'form')} of {_counted(models, 'model')}"
        f" {'behaves' if len(judged) == 1 else 'behave'} as expected;"
        f" seed {report.seed}, tau up to {limits.max_tau}, sizes up to {limits.max_dim}.",
    ]
    bounds = [
        j.certificate.error_bound for j in judged if j.certificate and j.certificate.error_bound
    ]
    if bounds:
        weakest = max(bounds, key=lambda bound: float(bound.removeprefix("2^")))
        lines.append(
            "certified: equal to the derivative carried through the unrolled graph, exactly, at"
            f" {FIELD_POINTS} uniform points of"
            f" the field of 2^127 - 1 elements (chance of an accident at most {weakest}),"
            " and in balls; equal in balls to SymPy's derivative of the unrolled loss."
        )
    return Text("\n".join(lines))
