"""The files behind a coverage: gap cells as hexagons and as a table, groups, words in both languages."""

import json

import geopandas as gpd
import h3
import pandas as pd
import pytest
from test_brought import STREETS, points, reading, zone

from geo.errors import InputError
from geo.workflows.brought import Brought
from geo.workflows.figures.drawing import gaps
from geo.workflows.figures.handing import Wanted, hand_out
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import Coverage, cover

FIRMS = points((1, 0.2), (10, 11), (10.02, 11), (30, 20), None)


@pytest.fixture(scope="module", params=[True, False], ids=["counted", "uncounted"])
def counted(request) -> bool:
    """Whether the file of enterprises has head counts."""
    return request.param


@pytest.fixture(scope="module")
def town(counted: bool) -> Brought:
    """Two firms beside a street and too far, one that no street reaches, one without a place."""
    people = pd.array([30, 50, None, 8, 9] if counted else [None] * 5, dtype="Int64")
    return zone(
        enterprises=reading("enterprises", FIRMS, workers=people),
        stations=reading("stations", points((2, 0))),
        streets=reading("streets", STREETS),
    )


@pytest.fixture(scope="module")
def coverage(town: Brought) -> Coverage:
    return cover(town, town.stamp(), Question(minutes=10))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg"])
def test_gap_cells_hold_what_is_out_of_reach(town, coverage, counted, ending, tmp_path):
    path = tmp_path / f"gaps.{ending}"
    report = hand_out(town, coverage, Wanted("gaps"), path)
    readers = {"csv": pd.read_csv, "xlsx": lambda p: pd.read_excel(p, engine="openpyxl")}
    frame = readers.get(ending, gpd.read_file)(path)
    assert (report.features, len(frame)) == (2, 2)
    assert frame["蜂窝编号"].map(h3.get_resolution).tolist() == [10, 10]
    assert frame["企业数"].sum() == coverage.totals["enterprises"].out_of_reach == 3
    assert sorted(frame["道路不通的企业"]) == [0, 1]
    assert frame["人数不详的企业"].sum() == (1 if counted else 3)
    if counted:
        assert frame["职工人数"].sum() == coverage.totals["workers"].out_of_reach == 58
    else:
        assert frame["职工人数"].isna().all()
    connected = frame[frame["道路不通的企业"] == 0]["超出分钟"].tolist()
    assert connected == pytest.approx([coverage.demand["minutes"].iloc[1] - 10], abs=0.1)


def test_a_hexagon_lies_around_its_firms_and_a_table_has_its_middle(town, coverage, tmp_path):
    hand_out(town, coverage, Wanted("gaps", language="en"), tmp_path / "gaps.gpkg")
    hand_out(town, coverage, Wanted("gaps", language="en"), tmp_path / "gaps.csv")
    shapes = gpd.read_file(tmp_path / "gaps.gpkg").set_index("cell")
    table = pd.read_csv(tmp_path / "gaps.csv").set_index("cell")
    assert (shapes.crs, set(shapes.geom_type)) == ("EPSG:4326", {"Polygon"})
    for firm in (FIRMS[1], FIRMS[3]):
        cell = h3.latlng_to_cell(firm.y, firm.x, 10)
        assert shapes.geometry[cell].covers(firm)
        lon, lat = table.loc[cell].iloc[-2:].astype(float)
        assert h3.latlng_to_cell(lat, lon, 10) == cell


def test_nothing_is_missing_where_all_is_reached(town, tmp_path):
    everybody = cover(town, town.stamp(), Question(minutes=60, mode="drive", method="disc"))
    assert hand_out(town, everybody, Wanted("gaps"), tmp_path / "gaps.csv").features == 0


def test_groups_are_a_table_alone(town, coverage, counted, tmp_path):
    with pytest.raises(InputError, match="a table without places"):
        hand_out(town, coverage, Wanted("groups", by="size"), tmp_path / "groups.gpkg")
    hand_out(town, coverage, Wanted("groups", by="zone"), tmp_path / "groups.csv")
    frame = pd.read_csv(tmp_path / "groups.csv").set_index("统计口径")
    assert frame.loc["企业", ["合计", "覆盖", "超出范围", "无位置"]].tolist() == [5, 1, 3, 1]
    assert ("职工" in frame.index) == counted


def test_the_map_has_the_same_cells(town, counted):
    told = json.loads(gaps(town, town.stamp(), Question(minutes=10)))
    rows = [feature["properties"] for feature in told["features"]]
    assert sum(row["enterprises"] for row in rows) == 3
    people = [row["workers"] for row in rows]
    assert (sum(people) == 58) if counted else (people == [None, None])
    assert sum(row["minutes_missing"] is None for row in rows) == 1
