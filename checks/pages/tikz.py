"""The unrolled network as a TikZ picture, or as a document that holds it."""

from __future__ import annotations

from checks.pages.grid import HEIGHT, MARGIN, Curve, Grid, Lane, Point, grid
from symbolic.arrays import Shape
from symbolic.expand.picture import Edge, Picture, ranges
from symbolic.latex.write import write
from symbolic.model import Role

_HEAD = r"""\documentclass[10pt]{article}
\usepackage[paperwidth=%dpt,paperheight=%dpt,margin=10pt]{geometry}
\usepackage{amsmath,tikz}
\usetikzlibrary{arrows.meta}
\pagestyle{empty}
\setlength{\parindent}{0pt}
\begin{document}
"""
_STYLES = (
    "x=1pt, y=-1pt, >={Stealth},",
    f"  box/.style={{draw, rounded corners=3pt, fill=white, minimum height={HEIGHT:.0f}pt,",
    "    inner sep=2pt, font=\\large},",
    "  leaf/.style={box, rounded corners=14pt, fill=black!5},",
    "  parameter/.style={box, fill=blue!8},",
    "  edge/.style={->, gray}, on/.style={->, red!70!black, line width=1.2pt}",
)


def render(picture: Picture) -> str:
    """Return a document with the picture, on a page of its size."""
    found = grid(picture)
    head = _HEAD % (found.width + 2 * MARGIN, found.height + 2 * MARGIN)
    return f"{head}{fragment(picture)}\\end{{document}}\n"


def fragment(picture: Picture) -> str:
    """Return the picture alone; it needs the TikZ library arrows.meta."""
    found = grid(picture)
    lines = ["\\begin{tikzpicture}[" + "\n".join(_STYLES) + "]"]
    for lane in found.lanes:
        lines += _lane(found, lane)
    lines += [_curve(found, curve) for curve in found.curves]
    for box in picture.boxes:
        style = {Role.PARAMETER: "parameter", Role.NODE: "box"}.get(box.role, "leaf")
        name = write(picture.writer.key(box.key))
        wide = f"minimum width={found.widths[box.key]:.1f}pt"
        lines.append(f"\\node[{style}, {wide}] at {_at(found.centres[box.key])} {{${name}$}};")
    return "\n".join([*lines, "\\end{tikzpicture}"]) + "\n"


def _at(point: Point) -> str:
    return f"({point[0]:.1f}, {point[1]:.1f})"


def _style(edge: Edge) -> str:
    return "on" if edge.terms else "edge"


def _label(picture: Picture, shape: Shape, terms: tuple[int, ...]) -> str:
    sizes = r" \times ".join(write(picture.writer.affine(size)) for size in shape)
    parts = [f"${sizes}$"] if shape else []
    parts += [f"({ranges(terms)})"] if terms else []
    if not parts:
        return ""
    return f" node[midway, fill=white, inner sep=1pt, font=\\scriptsize] {{{' '.join(parts)}}}"


def _curve(found: Grid, curve: Curve) -> str:
    one, two, three, four = (_at(point) for point in curve.points)
    label = _label(found.picture, curve.edge.shape, curve.edge.terms)
    way = f"{one} .. controls {two} and {three} .. {four}"
    head, _, end = way.rpartition(" .. ")
    return f"\\draw[{_style(curve.edge)}] {head} ..{label} {end};"


def _lane(found: Grid, lane: Lane) -> list[str]:
    last = max(x for _, x, _ in lane.ticks)
    centre = found.centres[lane.box.key]
    shape = _label(found.picture, lane.box_shape(found.picture), ())
    turn = lane.start + 8
    corner = f"{_at((turn, centre[1]))} -- {_at((turn, lane.y))} -- "
    lines = [f"\\draw[gray] {_at(centre)} -- {corner}{_at((last, lane.y))};"]
    if shape:
        lines.append(f"\\path {_at((turn, lane.y))} --{shape} {_at((turn + 30, lane.y))};")
    for edge, x, top in lane.ticks:
        label = _label(found.picture, (), edge.terms)
        lines.append(f"\\draw[{_style(edge)}] {_at((x, lane.y))} --{label} {_at((x, top))};")
    return lines
