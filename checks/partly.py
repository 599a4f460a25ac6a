"""Chains of which only the first members can be read: those are judged, the rest is undecided."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.documents.placed import place_of
from checks.documents.record import Document, Formula
from symbolic.errors import ReadError, Unbalanced
from symbolic.latex.reader import read
from symbolic.latex.syntax import Row

#: No longer formula is looked at, and no more signs of equality of one.
_LONGEST, _MOST = 4000, 8

#: What may restrict a chain behind its members, and what has several rows.
_RESTRICTS = re.compile(
    r"[<>]|\\(?:le|leq|leqslant|ge|geq|geqslant|ne|neq|in|text|mbox|quad|qquad|mathrm|if|forall)\b"
)
_ROWS = re.compile(r"\\\\|\\begin\b|\\end\b")
_SIGN = re.compile(r"\\.|[{}()\[\]=,|]", re.DOTALL)


def readable_part(formula: Formula, error: ReadError, document: Document) -> Row | None:
    """Return the members of a chain before the one that cannot be read; None where there is none.

    At least one equation has to stand there, and nothing behind it may restrict it. A bracket too
    many is no damage of one member.
    """
    latex = formula.latex
    is_closed = not isinstance(error, Unbalanced) or not any(
        latex.count(b) > latex.count(a) for a, b in ("()", "[]")
    )
    if len(latex) > _LONGEST or _ROWS.search(latex) or not is_closed:
        return None
    for end in sorted(_signs_of_equality(latex), reverse=True)[:_MOST]:
        if _RESTRICTS.search(latex[end:]) or "|" in latex[:end]:
            continue
        rows = read(latex[:end], lambda offset: place_of(formula, offset), document.macros)
        if len(rows) == 1 and isinstance(rows[0], Row) and _is_chain(rows[0]):
            return rows[0]
    return None


def _is_chain(row: Row) -> bool:
    return len(row.chains) == 1 and row.chains[0].relations[:1] == ("=",) and row.tag is None


def _signs_of_equality(latex: str) -> Iterator[int]:
    """Yield where the signs of equality stand that are in no bracket, up to the first comma."""
    depth = 0
    for match in _SIGN.finditer(latex):
        match match.group():
            case "{" | "(" | "[":
                depth += 1
            case "}" | ")" | "]":
                depth -= 1
            case "=" if depth == 0:
                yield match.start()
            case "," if depth == 0:
                return
