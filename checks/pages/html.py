"""Gradients as one HTML file with MathML: no script, no font, no request to anywhere."""

from __future__ import annotations

import re
from html import escape

from checks.pages.text import parts
from symbolic.expand import Gradient
from symbolic.expand.derivation import Item, Kind
from symbolic.expand.lines import flowing
from symbolic.latex.reader import read
from symbolic.latex.syntax import Row
from symbolic.notation.mathml import mathml

_STYLE = """
body { max-width: 52em; margin: 2em auto; padding: 0 1em; line-height: 1.6;
  font-family: Georgia, "Times New Roman", serif; color: #111; background: #fff; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; }
.equation { line-height: 2.2; padding-left: 2em; text-indent: -2em; margin: 0.5em 0; }
math { text-indent: 0; } math, .whole { white-space: nowrap; }
.equation math { math-style: normal; }
@media (max-width: 30em) { body { margin: 1em auto; } .equation { padding-left: 1em;
  text-indent: -1em; font-size: 0.9em; } }
@media screen { .equation { overflow-x: auto; } }
@media print { body { max-width: none; margin: 0; } h1, h2 { break-after: avoid; }
  .equation { break-inside: avoid; } }
"""

#: What ends a clause.
_SIGNS = tuple(",.:;")


def render(gradient: Gradient) -> str:
    """Return the page."""
    title = next(item.text for item in gradient.items if item.kind is Kind.TITLE)
    body = "\n".join(_item(item) for item in gradient.items)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(_plain(title))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{body}\n</body>\n</html>\n"
    )


def fragment(gradient: Gradient) -> str:
    """Return the equations alone."""
    return "\n".join(f"<p>{flowing(line)}</p>" for line in gradient.lines) + "\n"


def _item(item: Item) -> str:
    match item.kind:
        case Kind.TITLE:
            return f"<h1>{_paragraph(item.text)}</h1>"
        case Kind.HEADING:
            return f"<h2>{_paragraph(item.text)}</h2>"
        case Kind.TEXT:
            return f"<p>{_paragraph(item.text)}</p>"
        case Kind.EQUATION:
            assert item.line is not None
            return f'<p class="equation">{flowing(item.line)}</p>'


def _paragraph(text: str) -> str:
    """Return a text; no line begins with the sign that ends a formula."""
    found = list(parts(text))
    written: list[str] = []
    for place, (is_formula, piece) in enumerate(found):
        after = found[place + 1][1][:1] if place + 1 < len(found) else ""
        is_first = not is_formula and place and piece[0] in _SIGNS
        rest = piece[1:] if is_first else piece
        if is_formula and after in _SIGNS:
            written.append(f'<span class="whole">{_formula(piece)}{after}</span>')
        else:
            written.append(_formula(piece) if is_formula else escape(rest))
    return "".join(written)


def _formula(latex: str) -> str:
    """Return an inline formula, which is of our own writing."""
    (row,) = read(latex)
    assert isinstance(row, Row), f"cannot read our own {latex!r}"
    inner = "<mo>,</mo>".join(mathml(chain) for chain in row.chains)
    return f"<math>{inner}</math>"


def _plain(text: str) -> str:
    """Return a text for the title of a window: formulas without their marks."""
    plain = "".join(s for _, s in parts(text))
    return re.sub(r"\\[a-z]+|[{}]", "", plain)
