"""Slopes: read from columns, tags and heights; felt by those who walk and ride, each way; nothing without."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from districts import csv, geojson, lonlat, opened
from hypothesis import given, settings
from hypothesis import strategies as st
from street_drawings import PLANE, bring, draw
from test_read_osm import street as osm_street

from api.cli.cover import cover
from geo.profile import load_profile
from geo.reach.rim import find_rim, stations_at_rim
from geo.reach.times import travel_minutes
from geo.read.columns.values import slopes
from geo.read.reader import read_here
from geo.store import district
from geo.store.engine import reading
from geo.streets.joining import build_network
from geo.streets.network import Floats, Network
from geo.streets.noding import node_lines
from geo.streets.slopes import EBIKE_KEEPS, RULES, ebike_pace, sloped_share, street_paces, walk_pace
from geo.streets.walls import stopped
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions

pytestmark = pytest.mark.usefixtures("quick_reading")

rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
rises = st.floats(0, 1)
# Lines that never turn back on themselves, so that a vertex of one is at one place along it.
onward = st.lists(st.sampled_from([(1, 0), (0, 1), (2, 0), (0, 2)]), min_size=1, max_size=4)
walks = st.tuples(st.tuples(st.integers(0, 3), st.integers(0, 3)), onward).map(
    lambda w: [tuple(p) for p in np.cumsum([w[0], *w[1]], axis=0).tolist()]
)
sloping = st.lists(
    st.tuples(walks, st.sampled_from([None, 0.0, 0.03, -0.04, 0.12, -0.3])), min_size=1, max_size=6
)


def test_the_rules_at_slopes_that_can_be_looked_up() -> None:
    slope = np.array([-0.1, -0.05, 0.0, 0.05, 0.1])
    # Tobler's 6 km/h at 5 % down and 5.04 km/h on the flat.
    assert walk_pace(slope) == pytest.approx([1, 5.0367 / 6, 1, np.exp(0.175), np.exp(0.35)], abs=1e-4)
    assert ebike_pace(slope).tolist() == [1, 1, 1, 1, 2]


@rules
def test_the_flat_is_plain(rule: Callable[[Floats], Floats]) -> None:
    assert rule(np.array([0.0, -0.0])).tolist() == [1, 1]


@rules
@given(rises, rises)
def test_up_is_never_faster_than_flat_nor_steeper_than_gentle(
    rule: Callable[[Floats], Floats], one: float, other: float
) -> None:
    gentle, steep = rule(np.array(sorted((one, other)))).tolist()
    assert 1 <= gentle <= steep


@given(st.floats(1e-6, 1))
def test_there_and_back_differ(slope: float) -> None:
    assert walk_pace(np.array([slope]))[0] > walk_pace(np.array([-slope]))[0]
    differ = ebike_pace(np.array([slope]))[0] > ebike_pace(np.array([-slope]))[0]
    assert differ == (slope > EBIKE_KEEPS)


def drawn(lines: list[Any], mode: Any, *, slope: bool = True) -> Network:
    """Node lines with slopes, and build their network."""
    streets = draw(*(line for line, _ in lines))
    streets = streets.assign(road_class=pd.array(["path"] * len(lines), dtype="str"))
    if slope:
        streets = streets.assign(
            slope=pd.array([s for _, s in lines], dtype="Float64").to_numpy(float, na_value=np.nan)
        )
    noded = node_lines(streets, crs=PLANE, snap_m=0)
    return build_network(noded, mode=mode, crs=PLANE, pace=street_paces(noded, mode))


def minutes(network: Network, start: Floats, end: Floats) -> Floats:
    return travel_minutes(network, bring(network, start), bring(network, end), speed_m_per_min=1).minutes


@pytest.mark.parametrize("mode", ["walk", "ebike"])
@settings(max_examples=25)
@given(sloping, st.data())
def test_reversing_a_line_and_its_sign_changes_nothing(
    mode: str, lines: list[Any], data: st.DataObject
) -> None:
    vertices = sorted({xy for line, _ in lines for xy in line})
    start = np.array([data.draw(st.sampled_from(vertices))], dtype=float)
    end = np.array(vertices, dtype=float)
    turned = [(line[::-1], None if slope is None else -slope) for line, slope in lines]
    found = minutes(drawn(lines, mode), start, end)
    assert minutes(drawn(turned, mode), start, end) == pytest.approx(found, abs=1e-3)


@pytest.mark.parametrize("mode", ["walk", "ebike", "drive"])
@settings(max_examples=10)
@given(st.lists(walks, min_size=1, max_size=6))
def test_a_flat_slope_changes_no_bit(mode: str, lines: list[Any]) -> None:
    bare = drawn([(line, None) for line in lines], mode, slope=False).arcs
    for slope in (None, 0.0):
        flat = drawn([(line, slope) for line in lines], mode).arcs
        for name in ("cost", "ahead", "back", "length", "edge", "head"):
            assert np.array_equal(getattr(flat, name), getattr(bare, name)), name


def test_each_way_and_the_way_back_to_the_rim() -> None:
    network = drawn([([(0, 0), (10, 0)], 0.1)], "walk")
    low, high = np.array([[0.0, 0.0]]), np.array([[10.0, 0.0]])
    up, down = float(np.exp(0.35)) * 10, 10
    assert minutes(network, low, high) == pytest.approx([up], abs=1e-3)
    assert minutes(network, high, low) == pytest.approx([down], abs=1e-3)
    assert minutes(network.turned(), high, low) == pytest.approx([up], abs=1e-3)
    # From the middle the lower end is in reach sooner than the upper one.
    source, rim = bring(network, np.array([[8.0, 0.0]])), find_rim(network)
    for limit, reaches in ((2.5, False), (3, True)):
        flags = stations_at_rim(network, rim, source, speed_m_per_min=1, limit_minutes=limit)
        assert flags.tolist() == [reaches]


def test_a_lattice_has_to_be_wider_where_people_walk_faster_than_on_the_flat() -> None:
    gentle = [([(0, 0), (10, 0)], 0.05), ([(10, 0), (20, 0)], None)]
    assert drawn(gentle, "walk").downhill == pytest.approx(6 / 5.0367, abs=1e-4)
    assert drawn(gentle, "ebike").downhill == 1
    assert drawn([(line, None) for line, _ in gentle], "walk").downhill == 1


def test_a_wall_parts_a_street_into_pieces_of_its_slope() -> None:
    street = draw([(0, 0), (10, 0)]).assign(slope=[0.1])
    wall = np.array([shapely.LineString([(4, -1), (4, 1)])], dtype=object)
    pieces, _ = stopped(street, wall, wall[:0], crs=PLANE)
    assert len(pieces) == 2
    assert pieces["slope"].tolist() == [0.1, 0.1]
    xy = [shapely.get_coordinates(piece)[[0, -1], 0] for piece in pieces.geometry]
    assert all(start < end for start, end in xy)


def test_the_share_that_has_slopes_is_by_length() -> None:
    streets = draw([(0, 0), (30, 0)], [(0, 5), (10, 5)]).assign(slope=[0.1, np.nan])
    assert [sloped_share(streets, mode, crs=PLANE) for mode in ("walk", "drive")] == [0.75, 0]


def test_drivers_feel_none() -> None:
    streets = draw([(0, 0), (1, 0)]).assign(road_class=["residential"], slope=[0.2])
    assert street_paces(streets, "drive") == pytest.approx([1.5])
    assert street_paces(streets.drop(columns="slope"), "walk") is None


def test_what_cells_say() -> None:
    said = ["5%", "-3 %", "＋2.5％", "−4", "up", "下坡", "45°", None, "-", "101%", "170°", "steep", "1/10"]
    found, bad = slopes(pd.Series(said, dtype="str"))
    none = float("nan")
    assert found.tolist() == pytest.approx(
        [0.05, -0.03, 0.025, -0.04, none, none, 1, none, none, none, none, none, none], nan_ok=True
    )
    assert np.flatnonzero(bad).tolist() == [9, 10, 11, 12]


@pytest.mark.parametrize(
    ("incline", "slope"), [("5%", 0.05), ("-3 %", -0.03), ("up", None), ("10°", 0.17633)]
)
def test_openstreetmap_says_it_along_its_way(tmp_path: Path, incline: str, slope: float | None) -> None:
    found = osm_street(tmp_path, highway="path", incline=incline)["slope"]
    assert np.isnan(found) if slope is None else found == pytest.approx(slope, abs=1e-5)


def line(*xyz: tuple[float, ...]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[*lonlat(*one[:2]), *one[2:]] for one in xyz]}


def test_heights_make_slopes_where_no_column_does(tmp_path: Path) -> None:
    rows = [
        (line((0, 0, 500), (5, 0, 540), (10, 0, 550)), {}),
        (line((10, 0, 550), (0, 0, 500)), {}),
        (line((0, 1, 500), (10, 1, 550)), {"坡度(%)": 2}),
        (line((0, 2, 0), (10, 2, 0)), {}),
        (line((0, 3), (10, 3)), {}),
        (line((0, 4, 0), (10, 4, 5000)), {}),
        ({"type": "MultiLineString", "coordinates": [line((0, 5, 9), (1, 5, 10))["coordinates"]]}, {}),
    ]
    found = read_here(geojson(tmp_path / "a.geojson", rows), "streets")
    run = 958.1  # ten thousandths of a degree at 30.5° north, on the ellipsoid
    nothing = float("nan")
    expected = [50 / run, -50 / run, 0.02, nothing, nothing, nothing, 10 / run]
    assert found.frame["slope"].tolist() == pytest.approx(expected, abs=2e-4, nan_ok=True)
    assert found.frame["climb"].isna().all()
    assert not shapely.has_z(found.frame.geometry.to_numpy()).any()
    assert [(one.code, dict(one.details)) for one in found.remarks] == [
        ("heights-too-steep", {"count": 1, "first": 6})
    ]


def test_what_rises_and_falls_between_the_ends_is_seen(tmp_path: Path) -> None:
    rows = [
        (line((0, 0, 500), (5, 0, 540), (10, 0, 500)), {}),
        (line((0, 1, 500), (2, 1, 530), (4, 1, 528.5), (6, 1, 545), (10, 1, 510)), {}),
        (line((0, 2, 500), (5, 2, 501.5), (10, 2, 500)), {}),
        (line((0, 3, 500), (5, 3, 530), (10, 3, 500)), {"坡度(%)": 1}),
        (line((0, 4), (10, 4)), {"坡度(%)": 1, "累计起伏(%)": 7}),
    ]
    frame = read_here(geojson(tmp_path / "a.geojson", rows), "streets").frame
    run, nothing = 958.1, float("nan")
    assert frame["slope"].tolist() == pytest.approx([0, 10 / run, nothing, 0.01, 0.01], abs=2e-4, nan_ok=True)
    # A dip of less than two metres is the noise of a model of the ground.
    climbs = [80 / run, 80 / run, nothing, nothing, 0.07]
    assert frame["climb"].tolist() == pytest.approx(climbs, abs=2e-4, nan_ok=True)


@pytest.mark.parametrize("mode", ["walk", "ebike"])
def test_over_a_hill_is_up_and_down(mode: Any) -> None:
    whole = draw([(0, 0), (20, 0)]).assign(slope=[0.0], climb=[0.2], road_class=["path"])
    parts = draw([(0, 0), (10, 0)], [(10, 0), (20, 0)]).assign(slope=[0.2, -0.2], road_class=["path"] * 2)
    over, up_and_down = street_paces(whole, mode), street_paces(parts, mode)
    assert over is not None
    assert up_and_down is not None
    assert over[0].tolist() == pytest.approx([up_and_down[:, 0].mean(), up_and_down[:, 1].mean()])
    # To a place half as high beyond the hill, three quarters of the way go up.
    higher = street_paces(whole.assign(slope=[0.1]), mode)
    assert higher is not None
    plain = street_paces(whole.drop(columns=["slope", "climb"]), mode)
    up, down = RULES[mode](np.array([0.2, -0.2]))
    assert higher[0, 0] == pytest.approx((3 * up + down) / 4 * (1 if plain is None else plain[0]))


@rules
@given(st.floats(-1, 1), rises)
def test_a_climb_never_makes_a_way_shorter_than_there_and_back(
    rule: Callable[[Floats], Floats], slope: float, climb: float
) -> None:
    frame = draw([(0, 0), (1, 0)]).assign(slope=[slope], climb=[max(climb, abs(slope))], road_class=["path"])
    mode: Any = next(name for name, one in RULES.items() if one is rule)
    found, bare = street_paces(frame, mode), street_paces(frame.drop(columns="climb"), mode)
    assert found is not None
    assert bare is not None
    assert found.sum() >= bare.sum() - 1e-9


@pytest.mark.parametrize(
    ("mode", "slope", "covered"),
    [("walk", None, 1), ("walk", "10%", 0), ("walk", "-10%", 1), ("drive", "10%", 1)],
)
def test_files_alone(tmp_path: Path, mode: str, slope: str | None, covered: int) -> None:
    """A walk of 958 m takes 12 minutes on the flat and 17 where it goes up by a tenth."""
    end = ",".join(map(str, lonlat(10, 0)))
    files = {
        "--stations": csv(
            tmp_path / "stations.csv", "名称,经度,纬度", f"S,{','.join(map(str, lonlat(0, 0)))}"
        ),
        "--streets": geojson(tmp_path / "streets.geojson", [(line((0, 0), (10, 0)), {"坡度": slope})]),
    }
    firms = csv(tmp_path / "firms.csv", "企业名称,经度,纬度,职工人数", f"甲,{end},5")
    words = [str(firms), *(str(w) for pair in files.items() for w in pair), "--mode", mode, "--minutes", "15"]
    result = CliRunner().invoke(cover, [*words, "--json"], standalone_mode=False)
    told = json.loads(result.stdout)
    assert told["method"] == "network"
    assert told["denominators"]["enterprises"]["covered"] == covered
    why = "mode" if mode == "drive" else None if slope else "not-stated"
    assert told["slopes"] == {"counted": why is None, "share": float(why is None), "why": why}


def test_the_store_keeps_them(database_url: str, tmp_path: Path) -> None:
    rows = [
        (line((0, 0), (10, 0)), {"id": "a", "坡度": "-7.5%"}),
        (line((10, 0, 500), (10, 10, 511)), {"id": "b"}),
        (line((10, 10), (0, 0)), {"id": "c"}),
        (line((0, 0, 0), (5, 0, 20), (10, 0, 0)), {"id": "d"}),
    ]
    file = geojson(tmp_path / "streets.geojson", rows)
    with opened(database_url) as engine:
        zone = load_profile("default")
        first, again = (load_file(engine, zone, file, "streets", options=LoadOptions()) for _ in range(2))
        with reading(engine) as connection:
            streets = district.streets(connection)
    assert (first.to_dict()["added"], again.to_dict()["unchanged"]) == (4, 4)
    read = gpd.GeoDataFrame(streets).set_index("source_id")[["slope", "climb"]].astype(float)
    nothing = float("nan")
    slopes_read = [-0.075, 11 / 1108.7, nothing, 0]
    assert read["slope"].tolist() == pytest.approx(slopes_read, abs=1e-5, nan_ok=True)
    assert read["climb"].tolist() == pytest.approx([nothing] * 3 + [40 / 958.6], abs=1e-4, nan_ok=True)
    pace = street_paces(streets, "walk")
    assert pace is not None
    assert pace[2].tolist() == [1, 1]
    assert pace[0, 0] < 1 < pace[0, 1]
