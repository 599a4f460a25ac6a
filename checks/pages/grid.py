"""Where things stand in a picture: boxes on a grid, edges as curves, parameters along lanes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checks.pages import labels
from symbolic.arrays import Shape
from symbolic.expand.picture import Box, Edge, Picture, ranges
from symbolic.forward import NodeKey
from symbolic.model import Role

Point = tuple[float, float]

#: Sizes in pixels: of a box, between columns, lanes of a cell, rows, lanes of parameters.
HEIGHT, GAP_X, GAP_LANE, GAP_Y, GAP_BUS = 30.0, 56.0, 22.0, 56.0, 36.0
MARGIN = 20.0
#: Columns are not farther apart than this, however long their labels.
MAX_GAP = 150.0
#: The width of one letter, on the line and in a script; and what the letters of labels are of it.
LETTER, SMALL = 9.5, 6.5
LABEL = 0.75


@dataclass(frozen=True, slots=True)
class Curve:
    """A cubic curve by its ends and control points, with the edge that it is."""

    edge: Edge
    points: tuple[Point, Point, Point, Point]

    def at(self, part: float) -> Point:
        """Return the point of the curve at a part of its parameter."""
        rest = 1 - part
        weights = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
        x = sum(w * p[0] for w, p in zip(weights, self.points, strict=True))
        y = sum(w * p[1] for w, p in zip(weights, self.points, strict=True))
        return x, y


@dataclass(frozen=True, slots=True)
class Lane:
    """A parameter's way along a row: from its box at ``start`` to the ticks up to its readers."""

    box: Box
    y: float
    start: float
    ticks: tuple[tuple[Edge, float, float], ...]

    def box_shape(self, picture: Picture) -> Shape:
        """Return the shape of the parameter."""
        return picture.writer.model.declaration(self.box.key.name).shape


@dataclass(frozen=True, slots=True)
class Grid:
    """The picture with its places; y grows downwards."""

    picture: Picture
    centres: dict[NodeKey, Point]
    widths: dict[NodeKey, float]
    curves: tuple[Curve, ...]
    lanes: tuple[Lane, ...]
    width: float
    height: float


def text_width(found: Iterable[labels.Stretch]) -> float:
    """Return about how wide a label is."""
    return sum(len(text) * (SMALL if level else LETTER) for text, level in found)


def label_width(picture: Picture, edge: Edge) -> float:
    """Return about how wide the label of an edge is: its shape, and the numbers of its paths."""
    shape = labels.shape(picture.writer, edge.shape)
    numbers = ranges(edge.terms)
    both = 4.0 if shape and numbers else 0.0
    return LABEL * text_width([*shape, (numbers, 0)]) + both


def grid(picture: Picture) -> Grid:
    """Return the places of all boxes and edges."""
    widths = {
        box.key: max(48.0, text_width(labels.name(picture, box)) + 16) for box in picture.boxes
    }
    buses = _buses(picture)
    rows = _rows(picture, buses)
    centres = _centres(picture, widths, rows)
    lanes = _lanes(picture, buses, rows, widths, centres)
    beside = {(box.column, box.row) for box in picture.boxes if box.lane}
    curves = tuple(
        Curve(
            edge, _points(picture.box(edge.start), picture.box(edge.end), centres, widths, beside)
        )
        for edge in picture.edges
        if picture.box(edge.start).role is not Role.PARAMETER
    )
    right = max(centres[box.key][0] + widths[box.key] / 2 for box in picture.boxes)
    bottom = max([y + HEIGHT / 2 for _, y in centres.values()] + [lane.y + 16 for lane in lanes])
    return Grid(picture, centres, widths, curves, lanes, right + MARGIN, bottom + MARGIN)


def _buses(picture: Picture) -> dict[int, list[NodeKey]]:
    """Return the parameters that are read in each row."""
    found: dict[int, list[NodeKey]] = {}
    for edge in picture.edges:
        if picture.box(edge.start).role is Role.PARAMETER:
            known = found.setdefault(picture.box(edge.end).row, [])
            if edge.start not in known:
                known.append(edge.start)
    return found


def _rows(picture: Picture, buses: dict[int, list[NodeKey]]) -> dict[int, float]:
    """Return the height of each row, the highest one first."""
    y, result = MARGIN + HEIGHT, {}
    for row in range(max(box.row for box in picture.boxes), -1, -1):
        result[row] = y
        y += HEIGHT + GAP_Y + GAP_BUS * len(buses.get(row, ()))
    return result


def _centres(
    picture: Picture, widths: dict[NodeKey, float], rows: dict[int, float]
) -> dict[NodeKey, Point]:
    """Return the centre of each box but those of parameters, column by column."""
    before = [box for box in picture.boxes if box.column < 0]
    x = MARGIN + max((widths[b.key] + _room_of_lane(picture, b) for b in before), default=0.0)
    result: dict[NodeKey, Point] = {}
    between, beside = _gaps(picture)
    for column in sorted({box.column for box in picture.boxes if box.column >= 0}):
        boxes = [box for box in picture.boxes if box.column == column]
        for lane in range(max(box.lane for box in boxes) + 1):
            here = [box for box in boxes if box.lane == lane]
            wide = max(widths[box.key] for box in here)
            result |= {box.key: (x + wide / 2, rows[box.row]) for box in here}
            x += wide + beside
        x += between - beside
    return result


def _room_of_lane(picture: Picture, box: Box) -> float:
    """Return the room between a parameter and the first column, for its shape and numbers."""
    first = min(other.column for other in picture.boxes if other.column >= 0)
    near = [
        label_width(picture, edge)
        for edge in picture.edges
        if edge.start == box.key and picture.box(edge.end).column == first
    ]
    return max([24.0, *(wide + 10 for wide in near)])


def _gaps(picture: Picture) -> tuple[float, float]:
    """Return how far columns are apart, and the lanes of one, for labels to have room."""
    between, beside = GAP_X, GAP_LANE
    for edge in picture.edges:
        start, end = picture.box(edge.start), picture.box(edge.end)
        wide = label_width(picture, edge)
        if start.role is Role.PARAMETER:
            continue
        if start.row == end.row and start.column == end.column:
            beside = max(beside, wide + 16)
        elif start.column == end.column or start.row >= end.row:
            between = max(between, min(1.6 * wide, MAX_GAP))
    return between, beside


def _lanes(
    picture: Picture,
    buses: dict[int, list[NodeKey]],
    rows: dict[int, float],
    widths: dict[NodeKey, float],
    centres: dict[NodeKey, Point],
) -> tuple[Lane, ...]:
    """Return the lanes of the parameters, below the rows that read them; and place their boxes."""
    result = []
    read: dict[NodeKey, list[Edge]] = {}
    for edge in picture.edges:
        read.setdefault(edge.end, []).append(edge)
    for row, keys in buses.items():
        for place, key in enumerate(keys):
            y = rows[row] + HEIGHT / 2 + 22 + GAP_BUS * place
            box = picture.box(key)
            centres.setdefault(key, (MARGIN + widths[key] / 2, y))
            ticks = []
            for edge in picture.edges:
                if edge.start == key and picture.box(edge.end).row == row:
                    x, top = centres[edge.end]
                    # Left of the middle, where the edge from below arrives.
                    here = [k for k in keys if any(e.start == k for e in read[edge.end])]
                    apart = min(9.0, (widths[edge.end] / 2 - 14) / max(1, len(here) - 1))
                    left = x - 10 - apart * (len(here) - 1 - here.index(key))
                    ticks.append((edge, left, top + HEIGHT / 2))
            result.append(Lane(box, y, MARGIN + widths[key], tuple(ticks)))
    return tuple(result)


def _points(
    start: Box,
    end: Box,
    centres: dict[NodeKey, Point],
    widths: dict[NodeKey, float],
    beside: set[tuple[int, int]],
) -> tuple[Point, Point, Point, Point]:
    """Return an edge as a curve that leaves and enters boxes where nothing else stands.

    ``beside`` are the cells of the grid with several boxes.
    """
    (x0, y0), (x1, y1) = centres[start.key], centres[end.key]
    half = HEIGHT / 2
    if start.row == end.row:
        side = 1.0 if x1 > x0 else -1.0
        one = (x0 + side * widths[start.key] / 2, y0)
        two = (x1 - side * widths[end.key] / 2, y1)
        bend = 0.6 * HEIGHT if abs(end.column - start.column) > 1 else 0.0
        return one, (one[0] + side * 12, y0 - bend), (two[0] - side * 12, y1 - bend), two
    if start.column == end.column:
        one, two = (x0, y0 - half), (x1, y1 + half)
        if start.row > end.row:
            one, two = (x0, y0 + half), (x1, y1 - half)
        bend = 64.0 if abs(start.row - end.row) > 1 and start.lane == end.lane else 0.0
        third = (two[1] - one[1]) / 3
        return one, (one[0] + bend, one[1] + third), (two[0] + bend, two[1] - third), two
    if end.row > start.row:
        one, two = (x0, y0 - half), (x1 - widths[end.key] / 2, y1)
        return one, (x0, y1), (x0 + (two[0] - x0) / 3, y1), two
    if end.lane:
        # Between the rows, below the box beside the start, which stands between.
        one, two = (x0 + widths[start.key] / 2, y0), (x1 + 8, y1 - half)
        return one, (one[0] + 30, y0 + half + 20), (x1 + 8, y0 + half), two
    one, two = (x0 + widths[start.key] / 2, y0), (x1 - widths[end.key] / 2, y1)
    wide = two[0] - one[0]
    if (start.column, end.row) in beside:
        # Down in the gap between the columns, past what stands before the end.
        return one, (one[0] + 1.25 * wide, y0), (one[0] + 0.65 * wide, y1), two
    return one, (one[0] + wide / 2, y0), (two[0] - wide / 2, y1), two
