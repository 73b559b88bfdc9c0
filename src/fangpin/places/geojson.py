"""Outlines of places from GeoJSON, read strictly: every fault is told with the feature's number."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fangpin.kernel.errors import FangpinError, Problem, Where
from fangpin.kernel.place_codes import code_of

LARGEST_FILE: Final = 20 * 1024 * 1024
MOST_POINTS: Final = 200_000
SCALE: Final = 100_000  # whole numbers of 1e-5 degrees, about a metre
_CODES: Final = ("code", "adcode", "区划代码", "行政区划代码", "XZQDM", "id")
_NAMES: Final = ("name", "名称", "乡镇", "行政村", "XZQMC", "NAME")
# China with its seas; a projected file has numbers far outside.
_LONGITUDE, _LATITUDE = (73.0, 136.0), (3.0, 54.0)
_MOST_TOLD: Final = 20

Ring = list[list[int]]


@dataclass(frozen=True)
class Outline:
    """One place's outline (see `places.models.Boundary`)."""

    code: str
    polygons: list[list[Ring]]

    @property
    def points(self) -> int:
        return sum(len(ring) for polygon in self.polygons for ring in polygon)


def read_outlines(data: bytes, known: Mapping[str, str]) -> list[Outline]:
    """The outlines of a file. `known`: name by 12-digit code of the places that may be meant.

    A feature names its place by a code of 9 or 12 digits, or by a name that only one place has.
    Raises FangpinError with everything that is wrong.
    """
    if len(data) > LARGEST_FILE:
        raise _refused("文件超过 20 MB", "the file is larger than 20 MB")
    if data.count(b"[") + data.count(b"{") > 2 * MOST_POINTS or data.count(b",") > 4 * MOST_POINTS:
        # Read first, it would take the memory of the process that serves pages.
        raise _too_many_points()
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _refused("文件不是 GeoJSON", "the file is not GeoJSON") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise _refused(
            "文件里没有要素（features）", "the file has no features",
            ("导出为 GeoJSON FeatureCollection", "export a GeoJSON FeatureCollection"),
        )  # fmt: skip
    by_name = _only_once(known)
    problems: list[Problem] = []
    found: dict[str, Outline] = {}
    for number, feature in enumerate(features, start=1):
        try:
            outline = _outline(feature, known, by_name)
            if outline.code in found:
                raise _refused(
                    f"{known[outline.code]} 出现了两次", f"{known[outline.code]} is there twice",
                    ("合并为一个要素", "make it one feature"),
                )  # fmt: skip
            found[outline.code] = outline
        except FangpinError as error:
            problems += [
                Problem(each.what, each.remedy, Where(row=number)) for each in error.problems
            ]
    if sum(each.points for each in found.values()) > MOST_POINTS:
        problems += _too_many_points().problems
    if problems:
        raise FangpinError(problems[:_MOST_TOLD])
    return list(found.values())


def _outline(feature: Any, known: Mapping[str, str], by_name: Mapping[str, str]) -> Outline:
    if not isinstance(feature, dict):
        raise _refused("要素格式不对", "it is no feature")
    properties = feature.get("properties")
    stated = {"id": feature.get("id"), **(properties if isinstance(properties, dict) else {})}
    return Outline(_code(stated, known, by_name), _polygons(feature.get("geometry")))


def _code(stated: Mapping[str, Any], known: Mapping[str, str], by_name: Mapping[str, str]) -> str:
    for key in _CODES:
        text = str(stated.get(key) or "").removesuffix(".0")
        if text.isdecimal() and len(text) in (9, 12):
            code = code_of(text)
            if code in known:
                return code
            raise _refused(
                f"代码 {text} 不在本县区划中", f"{text} is no place of this county",
                ("核对区划代码", "check the code"),
            )  # fmt: skip
    names = [str(stated[key]).strip() for key in _NAMES if stated.get(key)]
    for name in names:
        if name in by_name:
            return by_name[name]
    shown = names[0][:40] if names else "–"
    raise _refused(
        f"认不出是哪个乡镇或村（{shown}）", f"which place it is cannot be told ({shown})",
        ("在属性中写明 9 位或 12 位代码（code）", "state its code of 9 or 12 digits as `code`"),
    )  # fmt: skip


def _polygons(geometry: Any) -> list[list[Ring]]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _refused("不是面（Polygon）", "it is no polygon")
    listed = geometry.get("coordinates")
    try:
        polygons = [listed] if kind == "Polygon" else list(listed)
        return [[_ring(ring) for ring in polygon] for polygon in polygons]
    except (TypeError, ValueError, IndexError):
        raise _refused("坐标格式不对", "its coordinates are malformed") from None


def _ring(points: Iterable[Any]) -> Ring:
    """A closed ring without points that follow themselves. Raises ValueError, TypeError."""
    ring: Ring = []
    for point in points:
        longitude, latitude = float(point[0]), float(point[1])
        if not (math.isfinite(longitude) and math.isfinite(latitude)):
            raise ValueError("not a number")
        if not (
            _LONGITUDE[0] <= longitude <= _LONGITUDE[1] and _LATITUDE[0] <= latitude <= _LATITUDE[1]
        ):
            raise _refused(
                "坐标不是经纬度，或不在中国范围内", "the coordinates are not degrees within China",
                ("转换为 CGCS2000 或 WGS84 经纬度", "convert them to degrees, CGCS2000 or WGS84"),
            )  # fmt: skip
        here = [round(longitude * SCALE), round(latitude * SCALE)]
        if not ring or ring[-1] != here:
            ring.append(here)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3:
        raise ValueError("no area")
    return ring


def _too_many_points() -> FangpinError:
    return FangpinError.because(
        f"边界点多于 {MOST_POINTS:,} 个",
        f"more than {MOST_POINTS:,} points",
        do_zh="先在制图软件中简化（如 0.0005 度）",
        do_en="simplify it first, to 0.0005 degrees",
    )


def _only_once(known: Mapping[str, str]) -> dict[str, str]:
    names = list(known.values())
    return {name: code for code, name in known.items() if names.count(name) == 1}


def _refused(
    zh: str, en: str, do: tuple[str, str] = ("更正后重新导入", "correct it and load it again")
) -> FangpinError:
    return FangpinError.because(zh, en, do_zh=do[0], do_en=do[1])
