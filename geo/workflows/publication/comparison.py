"""Comparison: a preview as the API, the command line and a download tell it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.changes.moves import LOAD
from geo.changes.telling import KINDS, Change
from geo.features import feature_collection
from geo.frames import CRS
from geo.workflows.ground.wording import plain
from geo.workflows.publication.previewing import POINTS, LevelPreview, Preview

SPECK_M2 = 0.01
"""Ground smaller than this is rounding, and no place to look at."""

_ROWS = 200
"""So many refused rows are told one by one."""

_WHEN = ("before", "after")


def describe(preview: Preview) -> dict[str, Any]:
    """Return a preview as JSON holds it, without the points that move.

    ``moving`` counts at the level that matters most: the counted one where it changes, else the lowest.
    ``loads`` holds the grids that carry something else than before, or have another chief; ``chiefs`` what
    those chiefs carry in all their grids of the level.
    """
    rows = [(one, change) for one in preview.levels for change in one.changes.rows]
    kinds = [change.change for _, change in rows]
    return {
        "base": preview.base,
        "on": preview.on.isoformat(),
        "changes": [_change(one, change) for one, change in rows],
        "counts": {kind: kinds.count(kind) for kind in KINDS if kind in kinds},
        "ground": {
            name: round(sum(getattr(one.changes, name) for one in _ground(preview)), 1)
            for name in ("gained_m2", "lost_m2", "handed_m2")
        },
        "moving": _moving(main_level(preview)),
        "moving_by_level": {name_of(one): _moving(one) for one in preview.levels},
        "loads": [row for one in preview.levels for row in _loads(one)],
        "chiefs": [row for one in preview.levels for row in _chiefs(one)],
        "indicators": [
            {"name": one.name, "before": one.before, "after": one.after, "unit": one.unit}
            for one in preview.indicators
        ],
        "absent_count": len(preview.absent),
        "absent": [{"code": one.code, "name": one.name} for one in preview.absent[:1000]],
        "refused": len(preview.refused),
        "refused_rows": [asdict(one) for one in preview.refused[:_ROWS]],
        "remarks": len(preview.remarks),
        "seconds": round(preview.seconds, 3),
    }


def moving_rows(preview: Preview) -> list[dict[str, Any]]:
    """Return the points that change hands, by level, then enterprises and stations, in their order."""
    return [
        {
            "level": name_of(one),
            "kind": kind.removesuffix("s"),
            "id": int(number),
            **{name: plain(row[name]) for name in ("source_id", "name", "workers", "lon", "lat")},
            "before": plain(row["code_before"]),
            "after": plain(row["code_after"]),
            "status_before": row["status_before"],
            "status_after": row["status_after"],
        }
        for one in preview.levels
        for kind in POINTS
        for number, row in zip(one.moves[kind].index, one.moves[kind].to_dict("records"), strict=True)
    ]


def moving_geojson(preview: Preview) -> bytes:
    """Return the points that change hands at the main level as GeoJSON; properties as in `moving_rows`."""
    main = main_level(preview)
    rows = [row for row in moving_rows(preview) if main is not None and row["level"] == name_of(main)]
    places = [
        None if row["lon"] is None or row["lat"] is None else shapely.Point(row["lon"], row["lat"])
        for row in rows
    ]
    properties = [{key: value for key, value in row.items() if key not in ("lon", "lat")} for row in rows]
    return feature_collection(gpd.GeoDataFrame(geometry=gpd.GeoSeries(places, crs=CRS)), properties)


def ground_geojson(preview: Preview) -> bytes:
    """Return the ground that changes hands at the main level as GeoJSON, with who had it and who gets it.

    Properties: ``before`` and ``after`` (codes, null for nobody) and ``area_m2``.
    """
    grounds = [one.changes.ground for one in _ground(preview)]
    table = pd.concat(grounds) if grounds else gpd.GeoDataFrame({"area_m2": []}, geometry=[], crs=CRS)
    table = table[table["area_m2"] >= SPECK_M2]
    properties = [
        {"before": plain(row["before"]), "after": plain(row["after"]), "area_m2": round(row["area_m2"], 2)}
        for row in table.drop(columns="geometry").to_dict("records")
    ]
    return feature_collection(table, properties)


def main_level(preview: Preview) -> LevelPreview | None:
    """Return the level that matters most: the counted one where it changes, else the lowest."""
    counted = [one for one in preview.levels if one.counted]
    ranked = [*preview.levels, *counted]
    return ranked[-1] if ranked else None


def name_of(one: LevelPreview) -> str:
    """Return a level as ``basis/level``, or ``parks``."""
    return "parks" if one.level is None else f"{one.level.basis}/{one.level.name}"


def _ground(preview: Preview) -> list[LevelPreview]:
    main = main_level(preview)
    return [] if main is None else [main]


def _change(one: LevelPreview, change: Change) -> dict[str, Any]:
    after, before = change.area_after_m2, change.area_before_m2
    return {
        "level": name_of(one),
        "change": change.change,
        "code": change.code,
        "codes": list(change.codes),
        "name": change.name,
        "area_m2": _metres(before if after is None else after),
        "area_before_m2": _metres(before),
        "difference_m2": _metres(change.difference_m2),
        "at": None if change.at is None else list(change.at),
        "fields": {name: [plain(old), plain(new)] for name, (old, new) in change.fields.items()},
        "shares": {code: round(share, 4) for code, share in change.shares.items()},
        "known_by": change.known_by,
    }


def _metres(area: float | None) -> float | None:
    return None if area is None else round(area, 2)


def _moving(one: LevelPreview | None) -> dict[str, int]:
    if one is None:
        return dict.fromkeys(("enterprises", "stations", "workers"), 0)
    counts = {kind: len(one.moves[kind]) for kind in POINTS}
    return counts | {"workers": int(one.moves["enterprises"]["workers"].fillna(0).sum())}


def _loads(one: LevelPreview) -> Iterator[dict[str, Any]]:
    """Yield the grids that carry something else than before, or have another chief."""
    for row in one.loads.to_dict("records"):
        before, after = ({name: row[f"{name}_{when}"] for name in LOAD} for when in _WHEN)
        old, new = plain(row["chief_before"]), plain(row["chief_after"])
        if before != after or old != new:
            yield {
                "level": name_of(one),
                "code": row["code"],
                "chief": new,
                "chief_before": old,
                "before": before,
                "after": after,
            }


def _chiefs(one: LevelPreview) -> Iterator[dict[str, Any]]:
    """Yield the chiefs whose load changes, with all that each carries at the level."""
    table = one.loads
    people = sorted({*table["chief_before"].dropna(), *table["chief_after"].dropna()})
    for person in people:
        told: dict[str, Any] = {"level": name_of(one), "chief": person}
        for when in _WHEN:
            own = table[(table[f"chief_{when}"] == person).astype(bool)]
            told[f"grids_{when}"] = len(own)
            told[when] = {name: int(own[f"{name}_{when}"].sum()) for name in LOAD}
        if told["before"] != told["after"] or told["grids_before"] != told["grids_after"]:
            yield told
