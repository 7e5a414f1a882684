"""The law of previews: what one foretells is what the publication then does."""

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from districts import cloned, opened
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from previews import grids, publish
from sqlalchemy import Connection, text

from geo.frames import CRS
from geo.profile import load_profile
from geo.store import boundaries
from geo.store.engine import reading
from geo.workflows.figures.status import status
from geo.workflows.publication.forecast import UNITS
from geo.workflows.publication.planning import Change
from geo.workflows.publication.previewing import Preview, preview
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import cover
from geo.workflows.resident import Resident

pytestmark = pytest.mark.usefixtures("quick_reading")


# Some of these borders run through a point.
LEFT, WIDTH = st.sampled_from([0, 0.5, 1, 1.3, 2, 3.5]), st.sampled_from([0.5, 1, 2, 2.5])

BOXES = st.tuples(LEFT, st.just(0), WIDTH, st.just(1))


def assigned(connection: Connection, kind: str, on: date) -> pd.DataFrame:
    """Which grid each point has, as stored: the grid's id, its code and the status; index point, level."""
    rows = connection.execute(
        text(
            f"select a.{kind}_id as point, p.basis || '/' || p.level as level, v.grid_id, v.code, a.status"
            " from assignment as a join partition as p on p.id = a.partition_id"
            " left join grid_version as v on v.id = a.grid_version_id"
            f" where a.{kind}_id is not null and a.to_release is null and a.valid @> :on"
        ),
        {"on": on},
    ).all()
    table = pd.DataFrame(rows, columns=["point", "level", "grid_id", "code", "status"], dtype=object)
    return table.set_index(["level", "point"]).sort_index()


MOVE = ["code_before", "code_after", "status_before", "status_after"]
Moves = dict[Any, tuple[Any, ...]]


def plain(rows: pd.DataFrame) -> Moves:
    return {
        key: tuple(None if pd.isna(cell) else cell for cell in row)
        for key, row in zip(rows.index, rows[MOVE].to_numpy(dtype=object), strict=True)
    }


def moved_by_publication(before: pd.DataFrame, after: pd.DataFrame) -> Moves:
    """Return (level, point) → `MOVE` of what got another grid or status."""
    both = before.join(after, how="outer", suffixes=("_before", "_after"))
    both[MOVE[2:]] = both[MOVE[2:]].fillna("unassigned")
    other_grid = both["grid_id_before"].fillna(0) != both["grid_id_after"].fillna(0)
    return plain(both[other_grid | (both["status_before"] != both["status_after"])])


def moved_by_preview(found: Preview, kind: str) -> Moves:
    return {
        (f"{one.level.basis}/{one.level.name}", number): row
        for one in found.levels
        if one.level
        for number, row in plain(one.moves[kind]).items()
    }


def figures(resident: Resident) -> dict[str, Any]:
    """The figures that the preview forecasts, as they are counted."""
    wanted = resident.stamp()
    counted = status(resident, wanted)
    coverage = cover(resident, wanted, Question.promised(resident.profile))
    result = {"grids": counted["grids"], "grids-with-organisation": counted["grids_with_organisation"]}
    for what in ("enterprises", "stations", "centres"):
        result |= {f"{what}-{name}": counted[what][name] for name in ("assigned", "ambiguous", "unassigned")}
    for name, unit in UNITS.items():
        total = coverage.totals[name]
        for part in ("total", "covered", "out_of_reach", "outside"):
            result[f"{unit}-{part.replace('_', '-')}"] = None if total is None else getattr(total, part)
        result[f"service-coverage-{unit}"] = None if total is None else total.share
    return result


def stored(resident: Resident, on: date) -> dict[str, pd.DataFrame]:
    with reading(resident.engine) as connection:
        return {kind: assigned(connection, kind, on) for kind in ("enterprise", "station")}


def check(
    resident: Resident, frame: gpd.GeoDataFrame, change: Change, retire: tuple[str, ...] = ()
) -> Preview:
    """Preview a change, publish it, and compare what was said with what came."""
    found = preview(resident, frame, change, retire=retire)
    old, before = figures(resident), stored(resident, found.on)
    publish(resident.engine, frame, change, retire, resident.profile)
    new, after = figures(resident), stored(resident, found.on)
    for kind in before:
        assert moved_by_preview(found, f"{kind}s") == moved_by_publication(before[kind], after[kind])
    told = {one.name: (one.before, one.after) for one in found.indicators}
    told.pop("organisation-coverage", None)
    assert told == {name: (old[name], new[name]) for name in old if old[name] != new[name]}
    return found


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    boxes=st.dictionaries(st.sampled_from(["0001", "0002", "0003", "0004"]), BOXES, min_size=1),
    retire=st.sampled_from([(), ("0003",)]),
)
def test_the_publication_does_what_the_preview_says(
    zone: Resident, boxes: dict[str, Any], retire: tuple[str, ...]
) -> None:
    with reading(zone.engine) as connection:
        number = boundaries.partitions(connection)["area", "grid"]
        known = boundaries.grid_ids_by_code(connection, number, zone.stamp().on)
    retire = tuple(code for code in retire if code in known and code not in boxes)
    check(zone, grids(boxes), Change("grids"), retire)


def test_on_the_samples_along_the_streets(small_url: str) -> None:
    # Streets, several levels, and a grid whose neighbour gets a strip of it.
    with cloned(small_url) as url, opened(url) as engine:
        resident = Resident(engine, load_profile("demo"))
        with reading(engine) as connection:
            number = boundaries.partitions(connection)["area", "grid"]
            where = {"partition_id": number}
            standing = boundaries.versions(connection, boundaries.GRID, on=resident.stamp().on, where=where)
        frame, given = moved_border(standing), Change("grids", source="main")
        found = check(resident, frame, given)
        # The frame says nothing of parents, so the publication takes them away.
        assert found.levels[0].changes.counts == {"renamed": 2, "reshaped": 2}
        assert len(found.levels[0].moves["enterprises"])
        # What is given to nobody counts no longer.
        shrunk = check(resident, frame.iloc[[0]].assign(geometry=cut_short(frame.geometry.iloc[0])), given)
        assert {one.name for one in shrunk.indicators} >= {"area-covered"}


def cut_short(shape: shapely.Geometry) -> list[shapely.MultiPolygon]:
    """Leave of an outline what lies to the south of its middle."""
    west, south, east, north = shape.bounds
    left = shapely.intersection(shape, shapely.box(west, south, east, (south + north) / 2))
    return [shapely.MultiPolygon(shapely.get_parts(left).tolist())]


def moved_border(standing: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the western half of a grid to its largest neighbour."""
    shapes = standing.geometry.to_numpy()
    one = int(np.argmax(shapely.area(shapes)))
    west, south, east, north = shapely.bounds(shapes[one])
    touching = shapely.length(shapely.intersection(shapes, shapes[one]))
    touching[one] = 0
    other = int(np.argmax(touching))
    half = shapely.box(west, south, (west + east) / 2, north)
    pair = standing.iloc[[one, other]]
    names = ["source_id", "code", "name", "kind", "basis", "level", "parent_code", "park_code", "chief"]
    table = pd.DataFrame({name: pd.Series(None, index=[1, 2], dtype="str") for name in names})
    for name in ("source_id", "code", "name", "kind"):
        table[name] = pair[name].astype("str").to_numpy()
    drawn = [
        shapely.difference(shapes[one], half),
        shapely.union(shapes[other], shapely.intersection(shapes[one], half)),
    ]
    multi = [shapely.MultiPolygon(shapely.get_parts(shape).tolist()) for shape in drawn]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(multi, index=table.index, crs=CRS))
