"""The preview of a publication, held against the publication."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from districts import cloned, csv, geojson, opened, point, square
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from geo.changes.ledger import comparison_workbook
from geo.errors import Cancelled, InputError
from geo.frames import CRS
from geo.profile import Profile, load_profile
from geo.store import boundaries
from geo.store.engine import reading
from geo.workflows.figures.status import status
from geo.workflows.publication.comparison import describe, ground_geojson, moving_geojson, moving_rows
from geo.workflows.publication.forecast import UNITS
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.planning import Change, plan
from geo.workflows.publication.previewing import Preview, preview
from geo.workflows.publication.publishing import write
from geo.workflows.publication.report import Terms
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import cover
from geo.workflows.resident import Resident

pytestmark = pytest.mark.usefixtures("quick_reading")

ZONE = load_profile("default")
DAY = date(2026, 7, 1)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with opened(database_url) as engine:
        yield engine


def grids(rows: dict[str, Any], **columns: Any) -> gpd.GeoDataFrame:
    """A frame by the contract of grids; rows of id → (x, y, wide, high) in steps, the id being the code."""
    names = ["source_id", "code", "name", "kind", "basis", "level", "parent_code", "park_code", "chief"]
    index = pd.RangeIndex(1, len(rows) + 1, name="row")
    table = pd.DataFrame({name: pd.Series(None, index=index, dtype="str") for name in names})
    table = table.assign(source_id=list(rows), code=list(rows)).astype("str").assign(**columns)
    shapes = [
        shapely.MultiPolygon([shapely.Polygon(square(*box)["coordinates"][0])]) for box in rows.values()
    ]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=index, crs=CRS))


def outline(*box: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.Polygon(square(*box)["coordinates"][0])])


def publish(
    engine: Engine,
    frame: gpd.GeoDataFrame,
    change: Change,
    retire: tuple[str, ...] = (),
    profile: Profile = ZONE,
) -> None:
    """Publish as a load does, without a file."""
    with engine.begin() as connection:
        load = connection.scalar(
            text(
                "insert into load (kind, source, file_name, sha256, facts, counts, loaded_by)"
                " values ('grids', 'main', 'x', '', '{}', '{}', 'me') returning id"
            )
        )
        planned = plan(connection, profile, frame, change)
        write(connection, profile, planned, terms=Terms(by="me", retire=retire), load_id=load)


@pytest.fixture(scope="module")
def filled_url(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three grids of two steps in a row, seven enterprises and two stations.

    ::

        │ 0001   │ 0002   │ 0003   │
          e0  e1   e2  e3   e4  e5         s at e0, c at e3; e6 has no location
    """
    folder = tmp_path_factory.mktemp("zone")
    rows: list[Any] = [
        (point(x + 0.5, 0.5), {"id": f"e{x}", "name": f"企业{x}", "workers": x + 1}) for x in range(6)
    ]
    rows.append((None, {"id": "e6", "name": "无址", "workers": 9}))
    stations = [(point(0.5, 0.5), {"id": "s", "name": "s"}), (point(3.5, 0.5), {"id": "c", "kind": "centre"})]
    frame = grids({f"000{n + 1}": (2 * n, 0, 2, 1) for n in range(3)}, chief=["甲", "乙", None])
    links = csv(folder / "o.csv", "组织编号,组织名称,覆盖网格", "1,第一,0001", "2,第二,0003")
    with cloned(template_url) as url:
        with opened(url) as engine:
            load_file(engine, ZONE, geojson(folder / "e.geojson", rows), "enterprises")
            load_file(engine, ZONE, geojson(folder / "s.geojson", stations), "stations")
            publish(engine, frame, Change("grids"))
            load_file(engine, ZONE, links, "organisations")
        yield url


@pytest.fixture
def zone(filled_url: str) -> Iterator[Resident]:
    with cloned(filled_url) as url, opened(url) as engine:
        yield Resident(engine, ZONE)


MOVED = {"0001": (0, 0, 3, 1), "0002": (3, 0, 1, 1)}


def test_a_moved_border(zone: Resident) -> None:
    found = preview(zone, grids(MOVED), Change("grids"))
    assert (found.base, len(found.levels), [one.code for one in found.absent]) == (1, 1, ["0003"])
    (level,) = found.levels
    assert level.level == ZONE.counting
    assert [(one.change, one.code) for one in level.changes.rows] == [
        ("reshaped", "0001"),
        ("reshaped", "0002"),
    ]
    (row,) = level.moves["enterprises"].to_dict("records")
    assert (row["code_before"], row["code_after"], row["name"], row["workers"]) == (
        "0002",
        "0001",
        "企业2",
        3,
    )
    assert level.moves["stations"].empty
    loads = level.loads.set_index("code")
    assert loads.loc["0001", ["enterprises_before", "workers_before", "stations_before"]].tolist() == [
        2,
        3,
        1,
    ]
    assert loads.loc["0001", ["enterprises_after", "workers_after", "stations_after"]].tolist() == [3, 6, 1]
    assert loads.loc["0002", ["enterprises_before", "enterprises_after"]].tolist() == [2, 1]
    assert loads[["chief_before", "chief_after"]].to_numpy().tolist() == [["甲", "甲"], ["乙", "乙"]]
    assert found.indicators == ()


def test_how_a_moved_border_is_told(zone: Resident) -> None:
    found = preview(zone, grids(MOVED), Change("grids"))
    told = json.loads(json.dumps(describe(found), allow_nan=False))
    assert (told["base"], told["counts"], [a["code"] for a in told["absent"]]) == (
        1,
        {"reshaped": 2},
        ["0003"],
    )
    assert told["moving"] == {"enterprises": 1, "stations": 0, "workers": 3}
    assert told["moving_by_level"] == {"area/grid": told["moving"]}
    one, two = told["changes"]
    assert (one["code"], one["known_by"], one["fields"]) == ("0001", "id", {})
    assert one["difference_m2"] == two["difference_m2"] == pytest.approx(told["ground"]["handed_m2"], abs=0.1)
    assert [(row["code"], row["chief"], row["before"], row["after"]) for row in told["loads"]] == [
        ("0001", "甲", carried(2, 3, 1), carried(3, 6, 1)),
        ("0002", "乙", carried(2, 7, 1), carried(1, 4, 1)),
    ]
    assert [(row["chief"], row["grids_before"], row["after"]) for row in told["chiefs"]] == [
        ("乙", 1, carried(1, 4, 1)),
        ("甲", 1, carried(3, 6, 1)),
    ]
    (row,) = moving_rows(found)
    assert (row["kind"], row["level"], row["before"], row["after"]) == (
        "enterprise",
        "area/grid",
        "0002",
        "0001",
    )
    (feature,) = json.loads(moving_geojson(found))["features"]
    assert feature["geometry"]["coordinates"] == [104.0025, 30.5005]
    assert feature["properties"]["name"] == "企业2"
    (ground,) = json.loads(ground_geojson(found))["features"]
    assert (ground["properties"]["before"], ground["properties"]["after"]) == ("0002", "0001")
    assert comparison_workbook(told, moving_rows(found), titles={}).startswith(b"PK")


def test_how_no_change_is_told(zone: Resident) -> None:
    found = preview(zone, grids({"0001": (0, 0, 2, 1)}), Change("grids"))
    told = describe(found)
    assert (told["changes"], told["counts"], told["loads"], told["indicators"]) == ([], {}, [], [])
    assert told["moving"] == {"enterprises": 0, "stations": 0, "workers": 0}
    for written in (moving_geojson(found), ground_geojson(found)):
        assert json.loads(written)["features"] == []


def test_a_chief_of_several_grids_carries_them_all(zone: Resident) -> None:
    frame = grids({"0001": (0, 0, 3, 1), "0002": (3, 0, 1, 1)}, chief=["甲", "甲"])
    told = describe(preview(zone, frame, Change("grids")))
    assert [
        (row["chief"], row["before"]["enterprises"], row["after"]["enterprises"]) for row in told["chiefs"]
    ] == [
        ("乙", 2, 0),
        ("甲", 2, 4),
    ]


def carried(enterprises: int, workers: int, stations: int) -> dict[str, int]:
    return {"enterprises": enterprises, "workers": workers, "stations": stations}


def test_what_is_retired_and_what_is_new(zone: Resident) -> None:
    frame = grids({"0001": (0, 0, 1, 1), "0009": (1, 0, 1, 1)}, chief=["甲", "丙"])
    found = preview(zone, frame, Change("grids"), retire=["0003"])
    (level,) = found.levels
    assert [(one.change, one.code, one.codes) for one in level.changes.rows] == [
        ("retired", "0003", ("0003",)),
        ("split", "0001", ("0001", "0009")),
    ]
    assert level.moves["enterprises"]["name"].tolist() == ["企业1", "企业4", "企业5"]
    assert level.moves["enterprises"]["code_after"].isna().tolist() == [False, True, True]
    told = {one.name: (one.before, one.after) for one in found.indicators}
    assert told["grids-with-organisation"] == (2, 1)
    assert told["organisation-coverage"] == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert told["enterprises-assigned"] == (6, 4)
    assert told["enterprises-unassigned"] == (1, 3)
    assert "grids" not in told
    assert level.loads.set_index("code").loc["0009", ["chief_before", "chief_after"]].tolist()[1] == "丙"
    with pytest.raises(InputError, match="No grid of area/grid has the code 7777"):
        preview(zone, frame, Change("grids"), retire=["7777"])


def test_only_what_it_is_called(zone: Resident) -> None:
    frame = grids({"0001": (0, 0, 2, 1)}, name="新名", chief="丁")
    (level,) = preview(zone, frame, Change("grids")).levels
    (one,) = level.changes.rows
    assert (one.change, dict(one.fields)) == ("renamed", {"name": (None, "新名"), "chief": ("甲", "丁")})
    assert level.loads[["code", "chief_before", "chief_after"]].to_numpy().tolist() == [["0001", "甲", "丁"]]
    assert preview(zone, grids({"0001": (0, 0, 2, 1)}), Change("grids")).levels == ()


def test_parents_and_parks_by_their_codes(zone: Resident, tmp_path: Path) -> None:
    park = geojson(tmp_path / "p.geojson", [(square(0, 0, 9, 9), {"code": "P1", "name": "园区"})])
    load_file(zone.engine, ZONE, park, "parks")
    frame = grids(
        {"B": (0, 0, 6, 1), "0001": (0, 0, 2, 1)},
        level=["block", None],
        parent_code=[None, "B"],
        park_code=[None, "P1"],
    )
    profile = load_profile("demo")
    found = preview(Resident(zone.engine, profile), frame, Change("grids"))
    assert [one.level.name for one in found.levels if one.level] == ["block", "grid"]
    (one,) = found.levels[1].changes.rows
    assert dict(one.fields) == {"parent_code": (None, "B"), "park_code": (None, "P1")}
    renamed = gpd.GeoDataFrame(
        {"source_id": ["P1"], "code": ["P1"], "name": ["新园"]},
        geometry=[outline(0, 0, 9, 9)],
        crs=CRS,
        index=pd.RangeIndex(1, 2, name="row"),
    ).astype({"source_id": "str", "code": "str", "name": "str"})
    (level,) = preview(zone, renamed, Change("parks")).levels
    assert (level.level, level.changes.rows[0].fields) == (None, {"name": ("园区", "新园")})
    assert level.loads.empty


def test_a_planned_change_is_previewed_for_its_day(zone: Resident) -> None:
    publish(zone.engine, grids(MOVED), Change("grids", since=DAY))
    before = date(2026, 6, 30)
    assert preview(zone, grids(MOVED), Change("grids", since=DAY)).levels == ()
    found = preview(zone, grids(MOVED), Change("grids", since=before))
    assert found.on == before
    assert found.levels[0].moves["enterprises"]["code_after"].tolist() == ["0001"]


def test_the_first_grids(engine: Engine, tmp_path: Path) -> None:
    rows = [(point(x + 0.5, 0.5), {"id": f"e{x}", "name": f"e{x}", "workers": 1}) for x in range(2)]
    load_file(engine, ZONE, geojson(tmp_path / "e.geojson", rows), "enterprises")
    found = preview(Resident(engine, ZONE), grids({"1": (0, 0, 1, 1)}), Change("grids"))
    assert found.base is None
    (level,) = found.levels
    assert level.changes.counts == {"added": 1}
    assert level.moves["enterprises"]["code_after"].tolist() == ["1"]
    told = {one.name: (one.before, one.after) for one in found.indicators}
    assert told["grids"] == (0, 1)
    assert told["grids-total"] == (None, 1)


def test_a_person_may_stop_it(zone: Resident) -> None:
    def stop(fraction: float, message: str) -> None:
        if message == "counting":
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        preview(zone, grids(MOVED), Change("grids"), on_progress=stop)


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


# Some of these borders run through a point.
LEFT, WIDTH = st.sampled_from([0, 0.5, 1, 1.3, 2, 3.5]), st.sampled_from([0.5, 1, 2, 2.5])
BOXES = st.tuples(LEFT, st.just(0), WIDTH, st.just(1))


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
