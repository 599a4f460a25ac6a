"""The unrolled network as one SVG: no script, no font, no request to anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from checks.pages import labels
from checks.pages.grid import (
    GAP_BUS,
    HEIGHT,
    LABEL,
    MARGIN,
    Curve,
    Grid,
    Lane,
    grid,
    label_width,
    text_width,
)
from checks.pages.placing import LINE, Area, Places
from symbolic.expand.picture import Edge, Picture, ranges
from symbolic.model import Role

ACCENT = "#b3261e"
#: Paths that are listed below the picture at most.
MAX_ROUTES = 24
_STYLE = f"""
text {{ font-family: Georgia, "Times New Roman", serif; font-size: 17px; fill: #111; }}
.small {{ font-size: 12px; fill: #666; }} .term {{ font-size: 13px; fill: {ACCENT}; }}
.route {{ font-size: 15px; }}
.box {{ fill: #fff; stroke: #333; stroke-width: 1.2; }} .leaf {{ fill: #f2f2f2; }}
.parameter {{ fill: #e6eefb; }}
.edge {{ fill: none; stroke: #888; stroke-width: 1.2; }}
.on {{ stroke: {ACCENT}; stroke-width: 2.4; }}
.halo {{ stroke: #fff; stroke-width: 4px; paint-order: stroke; }}
"""


def render(picture: Picture) -> str:
    """Return the picture."""
    found = grid(picture)
    routes = _routes(found)
    height = found.height + 24 * len(routes)
    width = max([found.width, *(w for _, w in routes)])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}"'
        f' width="{_n(width)}" height="{_n(height)}" role="img"'
        ' style="max-width: 100%; height: auto">',
        f"<title>{escape(_title(picture))}</title>",
        f"<style>{_STYLE}</style>",
        "<defs>" + _arrow("plain", "#888") + _arrow("accent", ACCENT) + "</defs>",
        f'<rect width="{_n(width)}" height="{_n(height)}" fill="#fff"/>',
    ]
    parts += [_lane(lane, found) for lane in found.lanes]
    # What is highlighted lies above the rest.
    parts += [_curve(c) for c in sorted(found.curves, key=lambda c: bool(c.edge.terms))]
    parts += [_box(found, place) for place in range(len(picture.boxes))]
    parts += _labels(found)
    for place, (text, _) in enumerate(routes):
        y = found.height + 24 * place + 8
        parts.append(f'<text class="route" x="{_n(MARGIN)}" y="{_n(y)}">{text}</text>')
    return "\n".join([*(part for part in parts if part), "</svg>"]) + "\n"


def _n(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def _title(picture: Picture) -> str:
    of = picture.of
    ways = "" if picture.by is None else f"; {len(picture.paths)} paths from {of} to {picture.by}"
    return f"{picture.writer.model.name} unrolled{ways}"


def _arrow(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
        f' markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
    )


def text(found: list[labels.Stretch]) -> str:
    """Return a label as stretches of one text; scripts are smaller, above or below the line."""
    parts, level = [], 0
    for piece, at in found:
        if not piece:
            continue
        shift = (level - at) * 6
        moved = f' dy="{shift}"' if shift else ""
        rules = ["font-size: 70%"] if at else []
        rules += ["font-style: italic"] if piece[0].isalpha() and len(piece) < 3 else []
        style = f' style="{"; ".join(rules)}"' if rules else ""
        parts.append(f"<tspan{moved}{style}>{escape(piece)}</tspan>")
        level = at
    return "".join(parts)


def _box(found: Grid, place: int) -> str:
    box = found.picture.boxes[place]
    (x, y), wide = found.centres[box.key], found.widths[box.key]
    kind = {Role.PARAMETER: " parameter", Role.NODE: ""}.get(box.role, " leaf")
    round_ = HEIGHT / 2 if kind == " leaf" else 5
    return (
        f'<rect class="box{kind}" x="{_n(x - wide / 2)}" y="{_n(y - HEIGHT / 2)}"'
        f' width="{_n(wide)}" height="{_n(HEIGHT)}" rx="{_n(round_)}"/>'
        f'<text x="{_n(x)}" y="{_n(y + 6)}" text-anchor="middle">'
        f"{text(labels.name(found.picture, box))}</text>"
    )


def _curve(curve: Curve) -> str:
    one, two, three, four = (f"{_n(x)} {_n(y)}" for x, y in curve.points)
    return _path(f"M{one}C{two} {three} {four}", curve.edge, arrow=True)


def _path(data: str, edge: Edge | None, *, arrow: bool) -> str:
    is_on = edge is not None and bool(edge.terms)
    marker = f' marker-end="url(#{"accent" if is_on else "plain"})"' if arrow else ""
    return f'<path class="edge{" on" if is_on else ""}" d="{data}"{marker}/>'


def _lane(lane: Lane, found: Grid) -> str:
    (_, y), turn = found.centres[lane.box.key], lane.start + 8
    last = max(x for _, x, _ in lane.ticks)
    trunk = "" if y == lane.y else f"L{_n(turn)} {_n(y)}L{_n(turn)} {_n(lane.y)}"
    parts = [_path(f"M{_n(lane.start)} {_n(y)}{trunk}L{_n(last)} {_n(lane.y)}", None, arrow=False)]
    for edge, x, top in sorted(lane.ticks, key=lambda tick: bool(tick[0].terms)):
        parts.append(_path(f"M{_n(x)} {_n(lane.y)}L{_n(x)} {_n(top)}", edge, arrow=True))
    return "".join(parts)


def _labels(found: Grid) -> list[str]:
    """Return the labels of all edges; those of parameters have their places first."""
    places = Places(found)
    parts: list[str] = []
    for lane in found.lanes:
        for shape, terms, left, line in _lane_labels(found, lane):
            parts.append(_pair(shape, terms, left, line))
            wide = LABEL * text_width([*shape, (ranges(terms), 0)])
            places.take([Area(left, line - LINE + 4, left + wide, line + 4)] if wide else [])
    for curve in found.curves:
        wide = label_width(found.picture, curve.edge)
        if wide:
            shape = labels.shape(found.picture.writer, curve.edge.shape)
            parts.append(_pair(shape, curve.edge.terms, *places.of(curve, wide)))
    return parts


def _lane_labels(
    found: Grid, lane: Lane
) -> Iterator[tuple[list[labels.Stretch], tuple[int, ...], float, float]]:
    """Yield the shape of a parameter beside its box, the numbers at its ticks, and where."""
    yield (
        labels.shape(found.picture.writer, lane.box_shape(found.picture)),
        (),
        lane.start + 10,
        lane.y - 4,
    )
    for edge, x, top in lane.ticks:
        if edge.terms:
            wide = LABEL * text_width([(ranges(edge.terms), 0)])
            yield [], edge.terms, x - wide - 4, min(top + GAP_BUS - 4, lane.y - 4)


def _pair(shape: list[labels.Stretch], terms: tuple[int, ...], x: float, y: float) -> str:
    """Return a shape, and after it the numbers of the paths."""
    parts = []
    if shape:
        parts.append(f'<tspan class="small">{text(shape)}</tspan>')
    if terms:
        gap = ' dx="4"' if shape else ""
        parts.append(f'<tspan class="term"{gap}>{ranges(terms)}</tspan>')
    if not parts:
        return ""
    return f'<text class="halo small" x="{_n(x)}" y="{_n(y)}">{"".join(parts)}</text>'


def _routes(found: Grid) -> list[tuple[str, float]]:
    """Return the lines that say which path has which number, with their widths."""
    result = []
    for number, path in enumerate(found.picture.paths[:MAX_ROUTES], 1):
        way = labels.route(found.picture.writer, path)
        line = f'<tspan class="term">{number}</tspan><tspan dx="8">\u200b</tspan>{text(way)}'
        result.append((line, text_width(way) + 2 * MARGIN + 30))
    more = len(found.picture.paths) - MAX_ROUTES
    if more > 0:
        result.append((f"and {more} more", 120.0))
    return result
