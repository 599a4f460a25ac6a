"""The report of ``gradproof verify`` for people: what was judged, how it was understood, errata."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from checks.records import (
    FAILS,
    HOLDS,
    HOLDS_WHEN,
    NOT_A_CLAIM,
    UNDECIDED,
    VERDICTS,
    Record,
    SectionSummary,
    Verification,
)
from checks.report.counterexample import lines_of
from checks.report.excerpt import excerpt, passage
from checks.report.undecided import Group, groups
from numeric.rings.field import P

#: The width of the text where no terminal limits it.
WIDE = 100
#: How many places of one kind are shown where something could not be judged.
PLACES = 3
#: How many numbers the first lines name.
NUMBERS = 12

_STYLE = {HOLDS: "green", HOLDS_WHEN: "yellow", FAILS: "bold red", UNDECIDED: "magenta"}
#: What the variables of a section are called, in the order in which they are listed.
_ROLES = {"node": "nodes", "parameter": "parameters", "input": "inputs", "target": "targets"}
#: How many there are of a verdict: one, several.
_COUNTED = {
    HOLDS: ("holds", "hold"),
    HOLDS_WHEN: ("holds under a condition", "hold under a condition"),
    FAILS: ("fails", "fail"),
    UNDECIDED: ("is undecided", "are undecided"),
    NOT_A_CLAIM: ("is no claim", "are no claims"),
}
_LAYOUT = {
    "rows": "the derivative of the loss by a vector is a row, its gradient a column",
    "columns": "the derivative of the loss by a vector is a column",
    "denominator": "denominator layout: derivatives by a vector are transposed",
}


def render(found: Verification, *, width: int | None = None, colour: bool = False) -> str:
    """Return the report as text: a line to begin with, what was left, section by section."""
    lines = list(_lines(_Page(found, width or WIDE)))
    if not colour:
        return "".join(line.plain.rstrip() + "\n" for line in lines)
    console = Console(
        width=width or WIDE,
        force_terminal=True,
        color_system="standard",
        highlight=False,
        markup=False,
        legacy_windows=False,
    )
    with console.capture() as captured:
        for line in lines:
            console.print(line, soft_wrap=True)
    return captured.get()


@dataclass(frozen=True, slots=True)
class _Page:
    """What is reported, and the width of the report."""

    found: Verification
    width: int


def _lines(page: _Page) -> Iterator[Text]:
    found, width = page.found, page.width
    yield Text(first_line(found), style="bold")
    errata = [record for record in found.errata if not record.parts]
    if errata:
        verb = "is" if len(errata) == 1 else "are"
        yield Text(f"{len(errata)} {verb} wrong: {_listed(errata)}", style=_STYLE[FAILS])
    for group in groups(found):
        yield Text("")
        yield from _not_judged(group, page)
    records: dict[int, list[Record]] = {}
    for record in found.records:
        records.setdefault(record.section, []).append(record)
    for number, section in enumerate(found.sections):
        yield Text("")
        heading, *rest = section_lines(section, number)
        yield Text(heading, style="bold")
        for line in rest:
            yield from _wrapped(line.strip(), width, indent=2)
        if section.problem is None:
            yield Text("")
            yield from _equations(records.get(number, []), page)
    yield Text("")
    for line in _last(found):
        yield from _wrapped(line, width)


def first_line(found: Verification) -> str:
    """Return how many claims were judged, and the numbers of the others."""
    claims = [record for record in found.claims if not record.parts]
    left = [record for record in claims if record.verdict == UNDECIDED]
    text = f"{found.document}: judged {len(claims) - len(left)} of {len(claims)} claims"
    if left:
        return f"{text}; {len(left)} not: {_listed(left)}"
    return text if found.errata or not claims else f"{text}; none is wrong"


def _listed(records: list[Record]) -> str:
    names = ", ".join(cited(record.id) for record in records[:NUMBERS])
    return names + (", ..." if len(records) > NUMBERS else "")


def cited(id_: str) -> str:
    """Return a number as it is cited: the printed one in brackets."""
    return id_ if id_.startswith("#") else f"({id_})"


def _not_judged(group: Group, page: _Page) -> Iterator[Text]:
    """Yield why some claims were not judged, where, and what would help."""
    document, width = page.found.document, page.width
    text = f"not judged: {_listed(list(group.records))}: {group.summary}"
    yield from _wrapped(text, width, style=_STYLE[UNDECIDED])
    for span, reason in group.places[:PLACES]:
        yield from _wrapped(f"{span}: {reason}".removesuffix(": "), width, indent=4)
        if source := page.found.source(span):
            line, *carets = excerpt(source, span, width - 8) or [""]
            yield Text(" " * 8 + line)
            yield from (Text(" " * 8 + under, style=_STYLE[FAILS]) for under in carets)
    yield from _wrapped(f"to help: {group.kind.help}", width, indent=4)
    if directive := group.directive(document):
        yield Text(" " * 6 + directive, style="cyan")


def section_lines(section: SectionSummary, number: int) -> Iterator[str]:
    """Yield the lines on a section: where it stands, and how it was understood."""
    yield f"Section {number + 1}, {_stretch(section)}"
    yield from (f"  {note}" for note in section.notes)
    if section.problem is not None:
        yield f"  not understood: {section.problem}"
        return
    variables = section.model.get("variables")
    if isinstance(variables, dict):
        for role, plural in _ROLES.items():
            own = _by_shape({n: t.rpartition(" ") for n, t in variables.items()}, role)
            if own:
                yield f"  {plural}: {own}"
    if section.model.get("loss"):
        yield f"  loss: {section.model['loss']}"
    functions = section.model.get("functions")
    if isinstance(functions, list) and functions:
        yield f"  arbitrary smooth functions: {', '.join(map(str, functions))}"
    for name, value in section.conventions.items():
        yield f"  {name}: {_LAYOUT.get(value, value) if name == 'layout' else value}"


def _stretch(section: SectionSummary) -> str:
    """Return where a section stands, in words."""
    first, last = section.first_line, section.last_line
    if section.cells is None:
        return f"lines {first} to {last}"
    if section.cells[0] == section.cells[1]:
        return f"cell {section.cells[0]}, lines {first} to {last}"
    return f"cell {section.cells[0]}, line {first} to cell {section.cells[1]}, line {last}"


def _by_shape(variables: dict[str, tuple[str, str, str]], role: str) -> str:
    """Return the names of one role, those of one shape together."""
    names: dict[str, list[str]] = {}
    for name, (shape, _, kind) in variables.items():
        if kind == role:
            names.setdefault("scalar" if shape == "()" else shape, []).append(name)
    return "; ".join(f"{', '.join(own)} {shape}" for shape, own in names.items())


def _equations(records: list[Record], page: _Page) -> Iterator[Text]:
    """Yield the verdicts of a section; parts and labels only where they say something more."""
    shown = [r for r in records if r.verdict != NOT_A_CLAIM and not _is_plain(r)]
    column = max((len(cited(record.id)) for record in shown), default=0)
    for record in shown:
        yield from _wrapped(
            f"{cited(record.id):<{column}}  {record.span.line_in_words}: {verdict_line(record)}",
            page.width,
            indent=2,
            hanging=column + 4,
            style=_STYLE[record.verdict],
        )
        if record.verdict == FAILS and not record.parts:
            for line in _source(record, page):
                yield Text(" " * 8 + line)
            for line in _erratum(record):
                yield from _wrapped(line, page.width, indent=8)


def _source(record: Record, page: _Page) -> list[str]:
    """Return the formula as it is written, where it stands in the document itself."""
    return passage(page.found.source(record.span), record.span, page.width - 8)


def _is_plain(record: Record) -> bool:
    """Whether a part or a label holds like its whole, with nothing to be told of it."""
    is_part = "/" in record.id
    is_told = record.reading or record.note or record.follows is False
    return is_part and record.verdict == HOLDS and not is_told


def record_lines(record: Record) -> Iterator[str]:
    """Yield the lines on one equation: the verdict, and what is wrong if it fails."""
    yield f"{cited(record.id)} {record.span.line_in_words}: {verdict_line(record)}"
    if record.verdict == FAILS and not record.parts:
        yield from (f"    {line}" for line in _erratum(record))


def _erratum(record: Record) -> Iterator[str]:
    """Yield what is wrong: the relation, the part, the counterexample, the reading, the bounds."""
    yield f"claims {record.claim or record.latex}"
    if record.where:
        yield f"wrong is {record.where}"
    if record.counterexample is not None:
        yield from lines_of(record.counterexample)
        yield "evidence: a theorem about this point; every reading of the line fails"
    if record.when:
        yield f"it would hold when {', '.join(record.when)}"


def verdict_line(record: Record) -> str:
    """Return the verdict with its evidence, its reading and its reason."""
    text = record.verdict
    if record.evidence:
        text += f", {record.evidence}"
    if record.parts:
        text += f" ({len(record.parts)} parts)"
    if record.reason and record.verdict in (FAILS, UNDECIDED) and record.reason != "value":
        reason = record.reason
        if reason.startswith("shape: "):
            reason = f"the shapes do not fit: {reason.removeprefix('shape: ')}"
        text += f": {reason}"
    if record.reading:
        text += f"; read so: {record.reading}"
    if record.note:
        text += f"; {record.note}"
    if record.verdict == HOLDS_WHEN and record.when:
        text += f"; when {', '.join(record.when)}"
    if record.follows is False:
        text += "; does not follow from the line before"
    if record.follows and record.verdict == FAILS:
        text += "; follows from the line before, which is wrong already"
    return text


def _last(found: Verification) -> Iterator[str]:
    """Yield the counts, and what the words for evidence mean."""
    leaves = [record for record in found.records if not record.parts]
    counts = [(sum(r.verdict == verdict for r in leaves), verdict) for verdict in VERDICTS]
    said = ", ".join(
        f"{count} {_COUNTED[verdict][count > 1]}" for count, verdict in counts if count
    )
    yield f"{said or 'no equations are found'}; seed {found.seed}."
    held = [r.certificate for r in leaves if r.verdict == HOLDS and r.certificate is not None]
    exact = [(c.error_bound, c.points) for c in held if c.error_bound is not None]
    if exact:
        weakest = max((bound for bound, _ in exact), key=lambda b: float(b.removeprefix("2^")))
        points = min(points for _, points in exact)
        yield (
            f"holds, certified: both sides are the same number at {points} or more uniform points"
            f" of the field of 2^{P.bit_length()} - 1 elements (chance of an accident at most"
            f" {weakest}), and equal in balls."
        )
    if len(exact) < len(held):
        yield "holds, balls: equal to 2^-400 at eight points; the field could not confirm it."


def _wrapped(
    text: str, width: int, *, indent: int = 0, hanging: int = 2, style: str = ""
) -> list[Text]:
    """Return a text in lines that are as wide as the page."""
    lines = textwrap.wrap(
        text,
        max(40, width),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [Text(line, style=style) for line in lines]
