"""Why claims were not judged, and the directive or the edit that would help: a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from checks.records import UNDECIDED, Record, Verification
from symbolic.source import Span

#: Suffixes of documents whose comments begin with a percent sign.
LATEX = (".tex", ".ltx")


@dataclass(frozen=True, slots=True)
class Kind:
    """Reasons of one kind: their pattern, what they have in common, what would help.

    ``directive`` is what an author may write in a comment, about the first ``name`` if there are
    several; "" where none helps. ``has_place``: there is a place to look at.
    """

    pattern: str
    summary: str
    help: str
    directive: str = ""
    has_place: bool = True


KINDS = (
    Kind(
        r"an internal error",
        "an error of gradproof itself",
        "please report it with the formula",
    ),
    Kind(
        r"the shape of (?P<names>.+) is not declared",
        "shapes that are declared nowhere and do not follow from the equations",
        "write them in the text, or name by name in directives; what follows may be left out",
        "shape {name}: (SIZE, ...)",
        has_place=False,
    ),
    Kind(
        r"the equation for \S+ (in line \d+ )?(is not read|fits)",
        "a forward equation that is not read",
        "write it differently, or leave it out",
        has_place=False,
    ),
    Kind(
        r"no forward equations are found here",
        "no network: gradients without forward equations",
        "write the forward equations, or name a model of the box",
        "model NAME",
        has_place=False,
    ),
    Kind(
        r"(?P<file>.+?)(?::cell (?P<cell>\d+))?:(?P<line>\d+):(?P<column>\d+): ",
        "a directive that cannot be used",
        "mend the directive",
    ),
    Kind(
        r"cannot read: ",
        "LaTeX that is malformed",
        "mend it at the place that is marked, or leave the formula out",
        "ignore",
    ),
    Kind(
        r"'(?P<names>[^']+)' is not known here",
        "names that the section does not define",
        "define them in forward equations, name a model of the box, or leave the formula out",
        "ignore",
    ),
    Kind(
        r"(?P<names>\S+) stands without its step",
        "a variable without its step",
        "write the step, or leave the formula out",
        "ignore",
    ),
    Kind(
        r"no instance within the limits",
        "nothing is claimed: at no step everything in it is defined",
        "look at the first and the last step of its sums and indices",
    ),
    Kind(
        r"vacuous",
        "both sides are zero, whatever the values are",
        "nothing can be said for or against it; leave it out",
        "ignore",
    ),
    Kind(
        r"the line that it continues could not be read",
        "it continues a line that could not be read",
        "mend that line",
    ),
    Kind(r"", "notation that is not read yet", "write it differently, or leave it out", "ignore"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """The records that were left undecided for reasons of one kind."""

    kind: Kind
    records: tuple[Record, ...]
    names: tuple[str, ...]

    @property
    def summary(self) -> str:
        """What the reasons have in common; the reason itself where there is only one."""
        reasons = {record.reason for record in self.records}
        if len(reasons) == 1 and (reason := self.records[0].reason):
            return reason
        return self.kind.summary

    @property
    def places(self) -> tuple[tuple[Span, str], ...]:
        """Where to look, each place once, with the reason if it differs from the others."""
        found: dict[tuple[str, int, int], tuple[Span, str]] = {}
        for record in self.records if self.kind.has_place else ():
            reason, span = record.reason or "", record.span
            match = re.match(self.kind.pattern, reason)
            if match is not None and "line" in match.groupdict():
                cell = int(match["cell"]) if match["cell"] else None
                span = Span(match["file"], int(match["line"]), int(match["column"]), cell=cell)
            own = "" if reason == self.summary else reason
            found.setdefault((span.source, span.line, span.column), (span, own))
        return tuple(found.values())

    def directive(self, document: str) -> str:
        """Return the directive that would help, as a comment of the document; "" for none."""
        if not self.kind.directive:
            return ""
        name = self.names[0] if self.names else ""
        return comment(self.kind.directive.replace("{name}", name), document)


def comment(directive: str, document: str) -> str:
    """Return a directive as a comment of a document.

    >>> comment("ignore", "notes.md"), comment("ignore", "notes.tex")
    ('<!-- gradproof: ignore -->', '% gradproof: ignore')
    """
    if document.endswith(LATEX):
        return f"% gradproof: {directive}"
    return f"<!-- gradproof: {directive} -->"


def groups(found: Verification) -> list[Group]:
    """Return the claims that were not judged, by kind of reason, in the order of the page."""
    kept: dict[Kind, list[tuple[Record, re.Match[str]]]] = {}
    for record in found.records:
        if record.verdict == UNDECIDED and not record.parts:
            kind, match = _kind(record.reason or "")
            kept.setdefault(kind, []).append((record, match))
    return [
        Group(kind, tuple(record for record, _ in items), _names(match for _, match in items))
        for kind, items in kept.items()
    ]


def _kind(reason: str) -> tuple[Kind, re.Match[str]]:
    for kind in KINDS:
        match = re.match(kind.pattern, reason)
        if match is not None:
            return kind, match
    raise ValueError(f"no kind for {reason!r}")


def _names(matches: Iterable[re.Match[str]]) -> tuple[str, ...]:
    found = (match.groupdict().get("names") for match in matches)
    names = (name for text in found if text for name in text.split(", "))
    return tuple(dict.fromkeys(names))
