"""The report of ``gradproof verify`` as a page of Markdown: the text of the report in a box."""

from __future__ import annotations

from checks.records import Verification
from checks.report import verify_terminal


def render(found: Verification) -> str:
    """Return the page for one document."""
    return (
        f"# The report on {found.document}\n\n"
        "`gradproof verify --format markdown` prints this page. It begins with what was judged and"
        " what was\nnot; then each section says how it was understood, and what its equations are"
        " worth. Places are lines\nof the document.\n\n"
        f"`````text\n{verify_terminal.render(found)}`````\n"
    )
