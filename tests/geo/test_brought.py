"""A zone of files in memory: circles of each shape, and stations that serve nobody."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from districts import lonlat

from geo.contracts import CONTRACTS
from geo.frames import CRS, Facts, Reading
from geo.profile import load_profile
from geo.workflows.brought import Brought, Files
from geo.workflows.plan import allotting, overflowing
from geo.workflows.plan.candidates import Candidate
from geo.workflows.plan.edits import Edit
from geo.workflows.plan.siting import Wish, prepare
from geo.workflows.plan.whatif import weigh
from geo.workflows.reach import grouping
from geo.workflows.reach.asking import Question
from geo.workflows.reach.circling import SHAPES, Figure, circle
from geo.workflows.reach.contrast import contrast
from geo.workflows.reach.covering import cover
from geo.workflows.reach.doubting import certainties
from geo.workflows.reach.noting import notes, notes_on_stations

PARTS = ("covered", "out_of_reach", "outside", "no_location")
PLAIN = {
    "grids": {},
    "stations": {"kind": "station", "name": "S"},
    "enterprises": {"name": "E"},
    "streets": {},
    "base": {"kind": "water"},
}


def reading(kind, shapes, **columns):
    """A file of that kind as the door would hand it over."""
    contract = CONTRACTS[kind]
    cells = {
        column.name: pd.Series([[]] * len(shapes), dtype=object)
        if column.type == "list"
        else pd.array([None] * len(shapes), dtype="Int64" if column.type == "integer" else "str")
        for column in contract.columns
    }
    cells["source_id"] = [f"{kind}-{n}" for n in range(1, len(shapes) + 1)]
    frame = pd.DataFrame(cells | {k: [v] * len(shapes) for k, v in PLAIN[kind].items()} | columns)
    frame.index = pd.RangeIndex(1, len(shapes) + 1, name="row")
    geometry = gpd.GeoSeries(shapes, index=frame.index, crs=CRS)
    return Reading(gpd.GeoDataFrame(frame, geometry=geometry), (), Facts(kind, "geojson", "0", CRS))


def points(*xy):
    return [None if one is None else shapely.Point(lonlat(*one)) for one in xy]


def lines(*runs):
    return [shapely.LineString([lonlat(*xy) for xy in run]) for run in runs]


def zone(**readings):
    paths = {kind: Path(__file__) for kind in readings}
    return Brought(load_profile("default"), Files(paths), readings)


STREETS = lines([(0, 0), (20, 0)], [(10, 0), (10, 12)], [(0, 0), (0, 12)])
ASKED = Question(minutes=10)


@pytest.fixture(scope="module")
def town():
    return zone(
        enterprises=reading("enterprises", points((1, 0.2), (19, 0), (10, 11), (90, 90), None)),
        stations=reading("stations", points((2, 0), (18, 0))),
        streets=reading("streets", STREETS),
    )


def test_every_total_adds_up(town):
    totals = cover(town, town.stamp(), ASKED).totals
    row = totals["enterprises"]
    assert sum(getattr(row, part) for part in PARTS) == row.total == 5
    assert (row.covered, row.out_of_reach, row.no_location) == (2, 2, 1)


@pytest.mark.parametrize("method", [None, "disc"])
def test_demand_finds_room_only_within_the_capacity_of_the_stations(town, method, tmp_path):
    asked = Question(minutes=10, method=method)
    assert allotting.room_told(town, cover(town, town.stamp(), asked)) is None
    people = pd.array([30, 50, 7, None, 9], dtype="Int64")
    full = zone(
        enterprises=reading(
            "enterprises", points((1, 0.2), (19, 0), (10, 11), (90, 90), None), workers=people
        ),
        stations=reading("stations", points((2, 0), (18, 0)), capacity=pd.array([100, 40], dtype="Int64")),
        streets=reading("streets", STREETS),
    )
    said = allotting.room_told(full, cover(full, full.stamp(), asked))
    effect = weigh(full, full.stamp(), asked, ())
    overflow = overflowing.listed(full, effect)
    (row,) = overflow["rows"]
    assert (row["source_id"], row["amount"], row["station_to"]) == ("enterprises-2", 10, None)
    (pair,) = overflow["pairs"]
    assert pair == {"station_from": "S · 2", "station_to": None, "enterprises": 1, "amount": 10}
    overflowing.write_overflow(full, effect, tmp_path / "overflow.csv", language="en")
    assert ",10,no room," in (tmp_path / "overflow.csv").read_text("utf-8")
    assert said == {
        "of": "workers", "served": 70, "elsewhere": 0, "unserved": 10, "out_of_reach": 16,
        "full": [{"id": 2, "capacity": 40}],
    }  # fmt: skip


@pytest.mark.parametrize("streets", [True, False], ids=["network", "disc"])
def test_circles_of_each_shape(town, streets):
    asked = Question(minutes=10, method=None if streets else "disc")
    drawn = {shape: circle(town, town.stamp(), asked, (5, 10), Figure(shape)).areas for shape in SHAPES}
    assert [len(drawn[shape]) for shape in SHAPES] == [2, 4, 4]
    assert drawn["split"]["station"].tolist() == [1, 2, 1, 2]
    crs = town.district(town.stamp()).crs
    for minutes in (5, 10):
        areas = {
            shape: frame[frame["minutes"] == minutes].to_crs(crs).geometry.to_numpy()
            for shape, frame in drawn.items()
        }
        size = {shape: shapely.area(parts).sum() for shape, parts in areas.items()}
        assert size["split"] == pytest.approx(size["dissolved"], rel=1e-5)
        # What one of them reaches alone, all together reach.
        outside = shapely.difference(areas["overlapping"], areas["dissolved"][0])
        assert shapely.area(outside).sum() < 0.02 * size["dissolved"]


def test_files_of_several_places_are_told():
    """Grids half the Earth away are an error, grids beside the enterprises a warning; so are far streets."""
    for shift, level in ((0.1, "warning"), (20.0, "error")):
        away = [shapely.affinity.translate(shapely.box(*lonlat(0, 0), *lonlat(9, 9)), shift, 0)]
        told = zone(
            enterprises=reading("enterprises", points((1, 0))),
            stations=reading("stations", points((50_000, 0))),
            streets=reading("streets", STREETS),
            grids=reading("grids", away, code="A"),
        )
        found = {one["code"]: one["level"] for one in notes(told, cover(told, told.stamp(), ASKED))}
        assert found["none-in-grids"] == level
    near = zone(stations=reading("stations", points((50_000, 0))), streets=reading("streets", STREETS))
    for method, codes in (("network", ["stations-off-streets"]), ("disc", [])):
        asked = replace(ASKED, method=method)
        said = notes_on_stations(near, near.district(near.stamp()), asked)
        assert [one["code"] for one in said] == codes


@pytest.mark.parametrize(
    ("places", "code"),
    [([], "no-stations"), ([None], "no-stations"), ([(50_000, 0)], "stations-away")],
    ids=["none", "nowhere", "far"],
)
def test_stations_that_serve_nobody(places, code):
    lost = zone(
        enterprises=reading("enterprises", points((1, 0), None)),
        stations=reading("stations", points(*places)),
        streets=reading("streets", STREETS),
    )
    coverage = cover(lost, lost.stamp(), ASKED)
    assert coverage.totals["enterprises"].covered == 0
    assert code in {one["code"] for one in notes(lost, coverage)}
    assert len(circle(lost, lost.stamp(), ASKED, (5,), Figure("split")).areas) == 0


def test_what_stands_and_what_may_stand_enter_streets_by_one_rule():
    banks = lines([(0, 0), (4, 0)], [(0, 2.4), (4, 2.4)])
    river = [shapely.box(*lonlat(-1, 0.3), *lonlat(5, 0.6))]
    there, far = lonlat(2, 1), lonlat(2, 2.2)
    town = zone(
        enterprises=reading("enterprises", points((2, -0.1), (2, 2.5)), workers=pd.array([7, 9], "Int64")),
        stations=reading("stations", points((2, 1))),
        streets=reading("streets", banks),
        base=reading("base", river),
    )
    # The nearest street of the station lies across the water; it enters the other one.
    totals = cover(town, town.stamp(), ASKED).totals
    assert (totals["workers"].covered, totals["workers"].out_of_reach) == (9, 7)
    assert weigh(town, town.stamp(), ASKED, []).before.totals() == totals
    moved = weigh(town, town.stamp(), ASKED, [Edit(station=1, lon=far[0], lat=far[1])])
    again = weigh(town, town.stamp(), ASKED, [Edit(station=1, lon=there[0], lat=there[1])])
    assert moved.after.totals() == again.after.totals() == totals
    wish = Wish(candidates=(Candidate(*there),))
    assert prepare(town, town.stamp(), ASKED, wish).minutes.indices.tolist() == [1]


NIGHT = datetime.fromisoformat("2026-12-01T22:00")


@pytest.fixture(scope="module")
def factory():
    """Two stations far apart, one open by day alone and one of unknown hours; and shifts."""
    return zone(
        enterprises=reading(
            "enterprises",
            points((1, 0), (19, 0), (2, 0)),
            workers=pd.array([10, 20, None], dtype="Int64"),
            shifts=[["早班 6:00-14:00", "14:00-22:00"], ["08:00"], []],
        ),
        stations=reading(
            "stations", points((2, 0), (18, 0)), opening_hours=["周一至周五 8:00-18:00", "看情况"]
        ),
        streets=reading("streets", STREETS),
    )


def test_a_station_of_unknown_hours_is_never_open_in_silence(factory):
    asked = Question(minutes=10, at=NIGHT)
    coverage = cover(factory, factory.stamp(), asked)
    assert (coverage.stations, coverage.totals["enterprises"].covered) == (0, 0)
    assert coverage.hours == {
        "at": "2026-12-01T22:00", "open": 0, "closed": 1, "unknown": 1, "enterprises": 1, "workers": 20,
    }  # fmt: skip
    assert certainties(factory, coverage).tolist() == ["no", "maybe", "no"]
    assert "none-open" in {one["code"] for one in notes(factory, coverage)}
    day = cover(factory, factory.stamp(), replace(asked, at=NIGHT.replace(hour=9)))
    assert (day.stations, day.totals["enterprises"].covered) == (1, 2)
    assert cover(factory, factory.stamp(), Question(minutes=10)).hours is None


def test_who_is_known_to_some_metres_alone_is_perhaps_in_reach():
    found = zone(
        enterprises=reading(
            "enterprises",
            points((2.1, 0), (2.1, 0), (18, 0), (18, 0)),
            accuracy_m=[None, 5000.0, 5.0, 5000.0],
        ),
        stations=reading("stations", points((2, 0))),
        streets=reading("streets", STREETS),
    )
    coverage = cover(found, found.stamp(), Question(minutes=10))
    assert coverage.totals["enterprises"].covered == 2
    assert certainties(found, coverage).tolist() == ["sure", "maybe", "no", "maybe"]


def test_each_shift_is_asked_at_its_own_time(factory):
    coverage = cover(factory, factory.stamp(), Question(minutes=10, at=NIGHT))
    told = grouping.breakdown(factory, coverage, "shift")
    rows = {row["group"]: row["enterprises"] for row in told["rows"]}
    assert not told["adds_up"]
    assert {name: (row["covered"], row["total"]) for name, row in rows.items()} == {
        "06:00": (0, 1), "08:00": (0, 1), "14:00": (1, 1), "22:00": (0, 1), "without": (0, 1),
    }  # fmt: skip
    assert grouping.members(factory, coverage, "shift", "14:00").tolist() == [True, False, False]


def test_discs_are_held_against_the_streets(town):
    found = contrast(town, town.stamp(), ASKED)
    rows = {row["way"]: row for row in found["rows"]}
    assert list(rows)[:3] == ["network", "disc", "disc_detour"]
    assert rows["disc"]["radius_m"] == 833
    real = rows["network"]["covered"]["enterprises"]
    for row in rows.values():
        wrong = row["falsely_covered"]["enterprises"] - row["missed"]["enterprises"]
        assert row["covered"]["enterprises"] == real + wrong
        assert row["covered"]["workers"] is None
    assert found["polygon"]["share"] == 0
    bare = zone(enterprises=town.readings["enterprises"], stations=town.readings["stations"])
    assert contrast(bare, bare.stamp(), ASKED) is None
