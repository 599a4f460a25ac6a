"""Where the labels of edges stand: beside their edge, and rather not over boxes, labels, edges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from checks.pages.grid import HEIGHT, Curve, Grid, Point

#: Parts of an edge where its label may stand, the first ones rather than the last.
PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
#: The points at which an edge is looked at, and the height of a label.
SAMPLES, LINE = 24, 18.0
#: What it costs to stand over a box or a label, and over another edge; to stand elsewhere.
ON_TEXT, ON_EDGE, AWAY = 100.0, 3.0, 1.0


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """Whether two areas have a part in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def has(self, point: Point) -> bool:
        """Whether a point lies within."""
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom


@dataclass(slots=True)
class Places:
    """Finds places for labels, one after the other; what is placed is taken."""

    found: Grid
    taken: list[Area] = field(default_factory=list)
    _lines: list[tuple[Curve, tuple[Point, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        parts = [k / SAMPLES for k in range(SAMPLES + 1)]
        self._lines = [(c, tuple(c.at(p) for p in parts)) for c in self.found.curves]
        for key, (x, y) in self.found.centres.items():
            half = self.found.widths[key] / 2
            self.taken.append(Area(x - half, y - HEIGHT / 2, x + half, y + HEIGHT / 2))

    def of(self, curve: Curve, width: float) -> Point:
        """Return where the label of an edge begins, and its line."""
        start, end = curve.points[0], curve.points[-1]
        is_level = abs(start[1] - end[1]) < 1
        first = 0.3 if start[0] != end[0] and end[1] < start[1] else 0.5
        best: tuple[float, Point, Area] | None = None
        for place in (first, *PLACES):
            x, y = curve.at(place)
            left, line = (x - width / 2, y - 5) if is_level else (x + 5, y + 4)
            area = Area(left, line - LINE + 4, left + width, line + 4)
            cost = self._cost(curve, area) + AWAY * abs(place - first)
            if best is None or cost < best[0]:
                best = (cost, (left, line), area)
        assert best is not None
        self.taken.append(best[2])
        return best[1]

    def take(self, areas: Iterable[Area]) -> None:
        """Keep areas free of labels."""
        self.taken += areas

    def _cost(self, curve: Curve, area: Area) -> float:
        over = sum(area.meets(other) for other in self.taken)
        edges = sum(
            other is not curve and any(area.has(point) for point in points)
            for other, points in self._lines
        )
        ticks = sum(
            area.left < x < area.right and top < area.bottom and area.top < lane.y
            for lane in self.found.lanes
            for _, x, top in lane.ticks
        )
        return ON_TEXT * over + ON_EDGE * (edges + ticks)
