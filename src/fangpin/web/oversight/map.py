"""A map of townships or villages: outlines where the county loaded them, else one tile each.

Five steps of one colour and the number itself on every shape, so that nothing rests on colour
alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fangpin.places.models import Boundary

WIDTH = 1000
_TILE = 100
_STEPS = 5


@dataclass(frozen=True)
class Shape:
    """One place. `path` is SVG path data, or "" for a tile at (x, y); `x`, `y` also carry its
    label. `value` None is unknown; `step` 0 (none or unknown) to 5."""

    code: str
    name: str
    value: int | None
    step: int
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    """Shapes with the size of the drawing; `outlined`: real outlines, not tiles. `edges` are the
    upper ends of the steps, for the legend."""

    shapes: Sequence[Shape]
    width: int
    height: int
    outlined: bool
    edges: Sequence[int]


def drawn(names: Mapping[str, str], values: Mapping[str, int | None]) -> Map:
    """A map of the places named by code, with their values. Outlines are drawn when every place
    has one: half a map would hide the rest. One query."""
    rows = Boundary.objects.filter(code__in=names).values_list("code", "polygons")
    outlines = dict(rows)
    edges = _edges([value for code in names if (value := values.get(code))])
    if names and len(outlines) == len(names):
        return _outlined(names, values, outlines, edges)
    return _tiled(names, values, edges)


def _edges(found: list[int]) -> list[int]:
    """Upper ends of five steps, about as many places in each; fewer when values are few."""
    ordered = sorted(found)
    if not ordered:
        return []
    cuts = [ordered[math.ceil(len(ordered) * at / _STEPS) - 1] for at in range(1, _STEPS + 1)]
    return sorted(set(cuts))


def _step(value: int | None, edges: Sequence[int]) -> int:
    if not value:
        return 0
    place = next(at for at, edge in enumerate(edges, 1) if value <= edge)
    return round(place * _STEPS / len(edges))


def _tiled(names: Mapping[str, str], values: Mapping[str, int | None], edges: Sequence[int]) -> Map:
    across = max(1, min(8, math.ceil(math.sqrt(len(names) * 1.6))))
    shapes = [
        Shape(
            code,
            names[code],
            values.get(code),
            _step(values.get(code), edges),
            "",
            (at % across) * _TILE,
            (at // across) * _TILE,
        )
        for at, code in enumerate(sorted(names))
    ]
    down = math.ceil(len(shapes) / across)
    return Map(shapes, across * _TILE, down * _TILE, False, edges)


def _outlined(
    names: Mapping[str, str],
    values: Mapping[str, int | None],
    outlines: Mapping[str, list[list[list[list[int]]]]],
    edges: Sequence[int],
) -> Map:
    points = [p for each in outlines.values() for polygon in each for ring in polygon for p in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    # Degrees of longitude are shorter than those of latitude away from the equator.
    narrow = math.cos(math.radians((south + north) / 2 / 100_000))
    scale = WIDTH / max((east - west) * narrow, 1)

    def at(point: Sequence[int]) -> tuple[float, float]:
        return (point[0] - west) * narrow * scale, (north - point[1]) * scale

    shapes = []
    for code in sorted(names):
        polygons = outlines[code]
        path = "".join(_path([at(p) for p in ring]) for polygon in polygons for ring in polygon)
        x, y = _middle([at(p) for p in max((each[0] for each in polygons), key=len)])
        value = values.get(code)
        shapes.append(Shape(code, names[code], value, _step(value, edges), path, x, y))
    return Map(shapes, WIDTH, round((north - south) * scale), True, edges)


def _path(ring: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring) + "Z"


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The centre of gravity of a ring; the mean of its points when it has no area."""
    area = cx = cy = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        area, cx, cy = area + cross, cx + (x1 + x2) * cross, cy + (y1 + y2) * cross
    if abs(area) < 1e-6:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    return cx / (3 * area), cy / (3 * area)
