"""Gradients as a LaTeX document that compiles as it is, with amsmath alone."""

from __future__ import annotations

from checks.pages.text import parts
from symbolic.expand import Gradient
from symbolic.expand.derivation import Item, Kind
from symbolic.expand.lines import rows
from symbolic.models import names

_HEAD = r"""\documentclass[10pt]{article}
\usepackage{amsmath}
\setlength{\textwidth}{16cm}
\setlength{\oddsidemargin}{-0.04cm}
\setlength{\topmargin}{-1.5cm}
\setlength{\textheight}{24cm}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\allowdisplaybreaks
\begin{document}
"""
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
} | {character: f"\\{character}" for character in "%&_#${}"}


def render(gradient: Gradient) -> str:
    """Return the document."""
    directive = directive_of(gradient)
    head = _HEAD + (f"% {directive}\n" if directive else "")
    return head + "\n".join(_item(item) for item in gradient.items) + "\n\\end{document}\n"


def fragment(gradient: Gradient) -> str:
    """Return the bare mathematics."""
    return gradient.latex() + "\n"


def directive_of(gradient: Gradient) -> str:
    """Return what a derivation has to say to the checker: a first step that is not 1."""
    model = gradient.question.model
    is_needed = gradient.form == "derivation" and model.first_step != 1
    return f"gradproof: model {model.name}" if is_needed and model.name in names() else ""


def _item(item: Item) -> str:
    match item.kind:
        case Kind.TITLE:
            return f"\\section*{{{_paragraph(item.text)}}}\n"
        case Kind.HEADING:
            return f"\\subsection*{{{_paragraph(item.text)}}}\n"
        case Kind.TEXT:
            return _paragraph(item.text) + "\n"
        case Kind.EQUATION:
            assert item.line is not None
            return equation(rows(item.line)) + "\n"


def equation(found: list[str]) -> str:
    """Return an equation as a display that may go on on the next page."""
    if len(found) == 1:
        return "\\[\n" + found[0].replace("&", "", 1) + "\n\\]"
    return "\\begin{align*}\n" + " \\\\\n".join(found) + "\n\\end{align*}"


def _paragraph(text: str) -> str:
    return "".join(f"${s}$" if is_formula else _escaped(s) for is_formula, s in parts(text))


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)
