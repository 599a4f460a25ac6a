"""The unrolled network in the language of Graphviz and in that of Mermaid."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checks.pages import labels
from symbolic.expand.picture import Box, Edge, Picture, ranges
from symbolic.model import Role

ACCENT = "#b3261e"
_SHAPES = {Role.PARAMETER: ("box", "#e8e8e8"), Role.INPUT: ("ellipse", "white")}
_BRACKETS = {Role.PARAMETER: ("[", "]"), Role.INPUT: ("([", "])"), Role.TARGET: ("([", "])")}


def columns(picture: Picture) -> Iterator[tuple[int, list[Box]]]:
    """Yield the boxes of each column."""
    for column in sorted({box.column for box in picture.boxes}):
        yield column, [box for box in picture.boxes if box.column == column]


def names(picture: Picture) -> Callable[[Box], str]:
    """Return what names a box in the text: v0, v1, ..."""
    numbers = {box.key: f"v{place}" for place, box in enumerate(picture.boxes)}
    return lambda box: numbers[box.key]


def _heading(picture: Picture, boxes: list[Box]) -> str:
    step = boxes[0].key.step
    return "" if step is None else f"{picture.writer.notation.letter} = {step}"


def _label(picture: Picture, edge: Edge) -> str:
    shape = labels.plain(labels.shape(picture.writer, edge.shape))
    terms = f"({ranges(edge.terms)})" if edge.terms else ""
    return " ".join(part for part in (shape, terms) if part)


def render_dot(picture: Picture) -> str:
    """Return the graph for Graphviz, a cluster for each step."""
    name = names(picture)
    lines = ["digraph network {", "  rankdir=LR;", "  node [fontname=serif, height=0.3];"]
    lines.append("  edge [fontname=serif, fontsize=10, color=gray40];")
    for column, boxes in columns(picture):
        lines.append(f"  subgraph {'cluster' if column >= 0 else 'parameters'}_{column + 1} {{")
        heading = _heading(picture, boxes)
        if heading and column >= 0:
            lines.append(f'    label="{heading}"; color=gray80;')
        for box in boxes:
            shape, colour = _SHAPES.get(box.role, ("box", "white"))
            shape = "ellipse" if box.role is Role.TARGET else shape
            text = labels.html(labels.name(picture, box), tags=("SUB", "SUP"))
            style = f'shape={shape}, style="filled,rounded", fillcolor="{colour}"'
            lines.append(f"    {name(box)} [label=<{text}>, {style}];")
        lines.append("  }")
    for edge in picture.edges:
        style = f', color="{ACCENT}", fontcolor="{ACCENT}", penwidth=2' if edge.terms else ""
        start, end = name(picture.box(edge.start)), name(picture.box(edge.end))
        lines.append(f'  {start} -> {end} [label="{_label(picture, edge)}"{style}];')
    return "\n".join([*lines, "}"]) + "\n"


def render_mermaid(picture: Picture) -> str:
    """Return the graph for Mermaid, a subgraph for each step."""
    name = names(picture)
    lines = ["flowchart LR"]
    for column, boxes in columns(picture):
        heading = _heading(picture, boxes)
        if heading and column >= 0:
            lines.append(f'  subgraph step{column} ["{heading}"]')
        for box in boxes:
            opening, closing = _BRACKETS.get(box.role, ("(", ")"))
            text = labels.html(labels.name(picture, box))
            lines.append(f'    {name(box)}{opening}"{text}"{closing}')
        if heading and column >= 0:
            lines.append("  end")
    for edge in picture.edges:
        start, end = name(picture.box(edge.start)), name(picture.box(edge.end))
        label = _label(picture, edge)
        shown = f'|"{label}"|' if label else ""
        lines.append(f"  {start} -->{shown} {end}")
    marked = [str(place) for place, edge in enumerate(picture.edges) if edge.terms]
    if marked:
        lines.append(f"  linkStyle {','.join(marked)} stroke:{ACCENT},stroke-width:3px")
    return "\n".join(lines) + "\n"
