"""The preview of a publication, held against the publication."""

import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from districts import geojson, point, square
from hypothesis import strategies as st
from previews import DAY, ZONE, grids, outline, publish
from sqlalchemy import Engine

from geo.changes.ledger import comparison_workbook
from geo.errors import Cancelled, InputError
from geo.frames import CRS
from geo.profile import load_profile
from geo.workflows.publication.comparison import describe, ground_geojson, moving_geojson, moving_rows
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.planning import Change
from geo.workflows.publication.previewing import preview
from geo.workflows.resident import Resident

pytestmark = pytest.mark.usefixtures("quick_reading")


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


# Some of these borders run through a point.
LEFT, WIDTH = st.sampled_from([0, 0.5, 1, 1.3, 2, 3.5]), st.sampled_from([0.5, 1, 2, 2.5])
BOXES = st.tuples(LEFT, st.just(0), WIDTH, st.just(1))
