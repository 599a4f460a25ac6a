"""The layout of a section: rows, unless two of its equations are true only with another one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from checks.chains import Claim
from checks.records import FAILS, Record, SectionSummary
from checks.section_judge import Judge, decide_meaning
from checks.statements import Block
from checks.verdict import Verdict
from symbolic.errors import GradproofError
from symbolic.latex.context import Layout

#: What a report says of an equation that is true in a layout which is not that of its section.
REASONS = {
    Layout.ROWS: "layout: it holds where the derivative of the loss by a vector is a row",
    Layout.COLUMNS: "layout: it holds where the derivative of the loss by a vector is a column",
    Layout.DENOMINATOR: "layout: it holds where derivatives are transposed (denominator layout)",
}

#: How a section has these derivatives in a layout.
_HAS = {
    Layout.ROWS: "rows",
    Layout.COLUMNS: "columns",
    Layout.DENOMINATOR: "transposed derivatives",
}

_SHAPED = (
    r"\b(?:gradient|derivative)s?(?: of (?:the loss|scalars?))? (?:are|is)"
    r"(?: (?:always|all|taken as|written as|treated as|understood as|a))* {}(?: vectors?)?\b"
)
#: What a text says of its layout, the first phrase that it has.
_PHRASES = (
    (r"\bdenominator[- ]layout", Layout.DENOMINATOR),
    (r"\bnumerator[- ]layout", Layout.ROWS),
    (_SHAPED.format("columns?"), Layout.COLUMNS),
    (_SHAPED.format("rows?"), Layout.ROWS),
)

_NOT_OWN = re.compile(
    r"\b(?:not|no|never|unlike|instead of|rather than|some|other|others|many|often|also|would)\b",
    re.IGNORECASE,
)

#: So many equations that are true only with another layout make it that of the section.
ENOUGH = 2


def said(block: Block) -> Layout | None:
    """Return the layout that the text of a section names as its own; None where it names none.

    A sentence that denies a layout, or that speaks of other texts, names none.
    """
    sentences = re.split(r"[.;()]", " ".join(text for _, text in block.prose))
    own = [sentence for sentence in sentences if not _NOT_OWN.search(sentence)]
    for phrase, layout in _PHRASES:
        if any(re.search(phrase, sentence, re.IGNORECASE) for sentence in own):
            return layout
    return None


def fitting(claim: Claim, judge: Judge) -> Layout | None:
    """Return a layout in which a claim holds that does not in the layout of its section."""
    own = judge.understand(claim)
    for layout in Layout:
        meaning = judge.understand(claim, layout)
        if meaning.by_reading == own.by_reading or meaning.is_conflict:
            continue
        decision, _ = decide_meaning(claim, meaning, judge)
        if decision.verdict is Verdict.HOLDS:
            return layout
    return None


def depends(claim: Claim, judge: Judge) -> bool:
    """Whether a claim means something else in another layout."""
    try:
        return len({tuple(judge.understand(claim, x).by_reading.items()) for x in Layout}) > 1
    except GradproofError:
        return False


def asked_for(records: Iterable[Record]) -> Layout | None:
    """Return the layout with which enough equations of a section hold that do not as it stands."""
    by_reason = {reason: layout for layout, reason in REASONS.items()}
    votes = Counter(by_reason[r.reason] for r in records if r.reason in by_reason and not r.parts)
    if not votes:
        return None
    layout, count = votes.most_common(1)[0]
    return layout if count >= ENOUGH else None


def with_layouts(
    records: Sequence[Record], sections: Sequence[SectionSummary], first: Sequence[str | None]
) -> list[Record]:
    """Return the records, where one fails for its layout with what gives the section another one.

    ``first`` are the layouts of the sections before their equations were asked for one.
    """
    reasons = frozenset(REASONS.values())
    return [
        replace(r, reason=f"{r.reason}; {_ground(sections[r.section], first[r.section])}")
        if r.reason in reasons and r.verdict == FAILS
        else r
        for r in records
    ]


def _ground(section: SectionSummary, first: str | None) -> str:
    """Return in words which layout a section has, and why."""
    layout = Layout(section.conventions["layout"])
    if layout.value != first:
        return f"two or more other equations of its section hold only with {_HAS[layout]}"
    if layout is not Layout.ROWS:
        return f"the text of its section has {_HAS[layout]}"
    return "its section has rows, since neither words nor two of its equations ask for another one"
