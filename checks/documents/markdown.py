"""From Markdown or plain text to its items."""

from __future__ import annotations

import re

from checks.documents.blocks import BlockKind, Blocks
from checks.documents.comments import Hidden, hide_latex, hide_markdown
from checks.documents.delimiters import looks_like_math, tokens
from checks.documents.directives import directives_in
from checks.documents.formulas import Piece, formula_at, pieces
from checks.documents.items import Items
from checks.documents.macros import Macros, take_definitions
from checks.documents.placed import Placed, placed
from checks.documents.record import Code, Directive, Heading, Item

_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]*\S[^\n]*)*")


def read_markdown(text: str, file: str) -> tuple[tuple[Item, ...], Macros]:
    r"""Return the items of a text in Markdown, and the macros that it defines.

    >>> [type(item).__name__ for item in read_markdown("# A\n\nSo $x = 1$.", "x.md")[0]]
    ['Heading', 'Prose', 'Formula', 'Prose']
    """
    items = Items()
    macros = add_markdown(Blocks(text, file), items, Macros())
    return items.close(), macros


def add_markdown(blocks: Blocks, items: Items, macros: Macros) -> Macros:
    """Add what stands in the blocks of a text; return the macros known after it."""
    for block in blocks:
        whole = placed(block.lines)
        match block.kind:
            case BlockKind.TEXT:
                macros = _add_text(whole, items, macros)
            case BlockKind.HEADING:
                _add_heading(whole, block.level, items)
            case BlockKind.FENCE:
                macros = _add_fence(whole, items, macros)
            case BlockKind.CODE:
                items.add(Code(whole.text, whole.origins[0].span()))
    return macros


def _add_text(block: Placed, items: Items, macros: Macros) -> Macros:
    """Add a paragraph; return the macros known after it."""
    if not any(sign in block.text for sign in "$\\`<"):
        items.add_prose(block, 0, len(block.text))
        return macros
    hidden = hide_markdown(block.text)
    text, macros = take_definitions(hidden.text, macros)
    block = block.with_text(text)
    items.add_block(block, pieces(block, is_latex=False), _directives(block, hidden))
    return macros


def _add_heading(block: Placed, level: int, items: Items) -> None:
    """Add a heading and the formulas in it."""
    hidden = hide_markdown(block.text)
    whole = Heading(block.text, level, block.origins[0].span())
    found = pieces(block.with_text(hidden.text), is_latex=False)
    items.add_block(block, [Piece(0, len(block.text), whole), *found], _directives(block, hidden))


def _add_fence(block: Placed, items: Items, macros: Macros) -> Macros:
    """Add a fenced block: LaTeX with delimiters of its own, or one display a paragraph."""
    hidden = hide_latex(block.text)
    text, macros = take_definitions(hidden.text, macros)
    block = block.with_text(text)
    if tokens(text):
        items.add_block(block, pieces(block, is_latex=True), _directives(block, hidden))
        return macros
    found: list[Piece] = []
    for match in _PARAGRAPH.finditer(text):
        start, stop = match.span()
        formula = formula_at(block, start, match.group())
        if formula is not None and looks_like_math(formula.latex):
            found.append(Piece(start, stop, formula))
    items.add_block(block, found, _directives(block, hidden))
    return macros


def _directives(block: Placed, hidden: Hidden) -> list[tuple[int, tuple[Directive, ...]]]:
    """Return the directives of all comments of a block, with the places of the comments."""
    return [(at, directives_in(comment, block.after(at))) for at, comment in hidden.comments]
