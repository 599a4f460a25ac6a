"""Gradients as Markdown, with formulas between dollars."""

from __future__ import annotations

from checks.pages.tex import directive_of
from symbolic.expand import Gradient
from symbolic.expand.derivation import Item, Kind
from symbolic.expand.lines import display


def render(gradient: Gradient) -> str:
    """Return the page."""
    directive = directive_of(gradient)
    head = f"<!-- {directive} -->\n\n" if directive else ""
    return head + "\n\n".join(_item(item) for item in gradient.items) + "\n"


def fragment(gradient: Gradient) -> str:
    """Return the bare mathematics, a display for each equation."""
    return "\n\n".join(f"$$\n{display([line])}\n$$" for line in gradient.lines) + "\n"


def _item(item: Item) -> str:
    match item.kind:
        case Kind.TITLE:
            return f"# {item.text}"
        case Kind.HEADING:
            return f"## {item.text}"
        case Kind.TEXT:
            return item.text
        case Kind.EQUATION:
            assert item.line is not None
            return f"$$\n{display([item.line])}\n$$"
