"""The report of ``gradproof check`` as JUnit XML, which continuous integration shows."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree

from checks.report.counterexample import lines_of
from checks.suite import Report
from checks.verdict import Judgement, Verdict


def render(report: Report) -> str:
    """Return the XML: a suite for each document, a case for each form; unexpected ones fail.

    A form that nothing decided is an error, not a failure. Times are left out: the same seed gives
    the same bytes.
    """
    root = ElementTree.Element("testsuites", _counts(report.judgements))
    for document, rows in groupby(report.judgements, key=lambda j: j.id.split("/")[0]):
        _suite(root, document, tuple(rows))
    ElementTree.indent(root)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        + ElementTree.tostring(root, encoding="unicode")
        + "\n"
    )


def _counts(rows: tuple[Judgement, ...]) -> dict[str, str]:
    unexpected = [row for row in rows if not row.is_as_expected]
    errors = sum(row.verdict is Verdict.UNDECIDED for row in unexpected)
    return {
        "tests": str(len(rows)),
        "failures": str(len(unexpected) - errors),
        "errors": str(errors),
    }


def _suite(root: ElementTree.Element, document: str, rows: tuple[Judgement, ...]) -> None:
    suite = ElementTree.SubElement(root, "testsuite", {"name": document, **_counts(rows)})
    for row in rows:
        case = ElementTree.SubElement(suite, "testcase", {"classname": row.model, "name": row.id})
        if row.is_as_expected:
            continue
        kind = "error" if row.verdict is Verdict.UNDECIDED else "failure"
        message = f"expected {row.expected}, found {row.verdict.value}"
        detail = [f"{row.citation}: {row.formula}", row.reason or row.error]
        if row.counterexample:
            detail += lines_of(row.counterexample)
        element = ElementTree.SubElement(case, kind, {"message": message})
        element.text = "\n".join(line for line in detail if line)
