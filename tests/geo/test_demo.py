"""The district of scale chengdu: its published figures, its borders and its faults."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.addresses.book import make_book
from geo.addresses.choice import Terms, choose
from geo.addresses.finding import find
from geo.addresses.parts import parse
from geo.codes import wrong_credit_codes
from geo.contracts import CONTRACTS
from geo.demo.district import District, build_district
from geo.demo.enterprises import shared_vertices
from geo.demo.facilities import deserts
from geo.frames import CRS
from geo.hours import shift_times
from geo.streets.barriers import kept_apart
from geo.streets.joining import build_network
from geo.streets.snapping import snap
from geo.streets.walls import closed_walls, shut_gates, stopped


@pytest.fixture(scope="module")
def district() -> District:
    return build_district(scale="chengdu")


def test_counts(district: District) -> None:
    kinds = district.facilities["kind"].value_counts()
    assert len(district.grids.grids) == 1358
    assert len(district.enterprises) == 45_000
    assert (kinds["驿站"], kinds["企业服务中心"]) == (398, 31)
    assert 12 <= len(district.grids.parks) <= 40
    assert set(district.grids.grids["kind"]) == {"独立型", "聚集型"}


def test_organisations_cover_exactly_so_many_grids(district: District) -> None:
    covered = district.organisations["grid_codes"].str.split("、").explode()
    assert len(district.organisations) == 724
    assert covered.nunique() == 1097
    assert covered.duplicated().any()
    assert set(covered) <= set(district.grids.grids["code"])
    assert not district.organisations["name"].duplicated().any()


def test_the_zone_is_of_the_size_and_place_of_its_model(district: District) -> None:
    assert district.fabric.zone.area == pytest.approx(87e6, rel=0.02)
    middle = gpd.GeoSeries([district.fabric.zone.centroid], crs="EPSG:4544").to_crs(CRS)[0]
    assert middle.distance(shapely.Point(104.06, 30.56)) < 0.02


def test_all_codes_are_unique(district: District) -> None:
    grids = district.grids
    for frame in (grids.blocks, grids.grids, grids.general, grids.parks):
        assert frame["code"].is_unique
        assert frame["code"].is_monotonic_increasing
    for frame in (district.streets, district.base, district.facilities, district.enterprises):
        assert frame["source_id"].is_unique


def test_borders_are_shared_vertex_by_vertex(district: District) -> None:
    shapes = pd.concat([district.grids.grids.geometry, district.grids.general.geometry])
    for crs in ("EPSG:4544", CRS):
        moved = shapes.to_crs(crs)
        assert moved.is_valid.all()
        assert shapely.is_empty(shapely.coverage_invalid_edges(moved.to_numpy())).all()


def test_a_block_is_the_union_of_its_grids(district: District) -> None:
    grids, blocks = district.grids.grids, district.grids.blocks
    assert set(grids["parent_code"]) == set(blocks["code"])
    for code, shape in zip(blocks["code"], blocks.geometry, strict=True):
        union = shapely.union_all(grids.geometry[grids["parent_code"] == code].to_numpy())
        assert shapely.equals(union, shape)


def test_a_park_is_the_union_of_its_grids(district: District) -> None:
    grids, parks = district.grids.grids, district.grids.parks
    assert set(grids["park_code"].dropna()) == set(parks["code"])
    for code, shape in zip(parks["code"], parks.geometry, strict=True):
        members = grids.geometry[grids["park_code"] == code].to_numpy()
        assert shapely.equals(shapely.union_all(members), shape)
        assert shape.geom_type == "Polygon"


def test_no_grid_straddles_river_or_railway(district: District) -> None:
    shapes = pd.concat([district.grids.grids.geometry, district.grids.general.geometry])
    for strip in (district.fabric.river, district.fabric.railway):
        assert shapely.area(shapely.intersection(shapes.to_numpy(), strip)).max() < 0.01


def test_the_river_is_crossed_by_bridges_and_the_railway_by_underpasses_alone(district: District) -> None:
    streets, fabric = district.streets, district.fabric
    within = shapely.length(shapely.intersection(streets.geometry.to_numpy(), fabric.river)) > 1.0
    beyond = shapely.covered_by(streets.geometry.to_numpy(), fabric.river.boundary)
    assert set(streets["layer"][within & ~beyond]) == {1}
    assert 2 <= (streets["layer"] == 1).sum() <= 6
    reserve = shapely.intersection(streets.geometry.to_numpy(), fabric.railway)
    beside = shapely.covered_by(streets.geometry.to_numpy(), fabric.railway.boundary)
    assert set(streets["layer"][(shapely.length(reserve) > 1.0) & ~beside]) == {-1}


def test_streets_are_the_borders_of_grids(district: District) -> None:
    lines = shapely.union_all(district.streets.geometry.to_numpy())
    rim = shapely.boundary(district.grids.grids.geometry.to_numpy())
    along = shapely.length(shapely.intersection(rim, lines)).sum() / shapely.length(rim).sum()
    assert along > 0.85


def test_every_street_can_be_reached_from_every_other(district: District) -> None:
    ends = shapely.get_coordinates(shapely.boundary(district.streets.geometry.to_numpy()))
    inner = shapely.get_coordinates(district.streets.geometry.to_numpy())
    assert np.isin(_keys(ends), _keys(inner)).all()
    lines = district.streets.geometry.to_numpy()
    left, right = shapely.STRtree(lines).query(lines, predicate="intersects")
    reached = np.zeros(len(lines), dtype=bool)
    reached[0] = True
    while True:
        grown = reached.copy()
        grown[right[reached[left]]] = True
        if (grown == reached).all():
            break
        reached = grown
    assert reached.all()


def test_credit_codes_are_valid_some_missing_and_some_shared(district: District) -> None:
    codes = district.enterprises["credit_code"]
    assert not wrong_credit_codes(codes.dropna().tolist()).any()
    assert 0 < codes.isna().sum() < 1000
    assert 0 < codes.dropna().duplicated().sum() < 1000


def test_workers_are_many_uneven_and_not_all_known(district: District) -> None:
    workers = district.enterprises["workers"]
    assert workers.sum() >= 200_000
    assert 0 < workers.isna().sum() < 4000
    largest = workers.fillna(0).sort_values(ascending=False)
    assert largest.iloc[:4500].sum() > 0.4 * largest.sum()


def test_some_enterprises_lie_on_borders_outside_and_nowhere(district: District) -> None:
    located = district.enterprises.geometry.dropna()
    grids = district.grids.grids.to_crs(CRS).geometry.to_numpy()
    point, _ = shapely.STRtree(grids).query(located.to_numpy(), predicate="intersects")
    covering = np.bincount(point, minlength=len(located))
    assert (covering > 1).sum() == district.plan.border_points
    assert 1000 < (covering == 0).sum() < 5000
    assert len(district.enterprises) - len(located) == district.plan.without_place
    vertices = shapely.get_coordinates(grids)
    assert np.isin(_bits(located[covering > 1]), vertices[:, 0].view(np.int64)).all()


def test_quarters_without_a_facility_remain(district: District) -> None:
    places = district.facilities.to_crs("EPSG:4544").geometry
    for desert in deserts(district.plan, district.fabric):
        assert not places.intersects(desert).any()
        assert district.grids.grids.geometry.within(desert).sum() > 20


def test_every_grid_has_an_enterprise(district: District) -> None:
    located = district.enterprises.geometry.dropna().to_numpy()
    _, grid = shapely.STRtree(district.grids.grids.to_crs(CRS).geometry.to_numpy()).query(
        located, predicate="intersects"
    )
    assert len(np.unique(grid)) == 1358


@pytest.mark.parametrize(
    ("attribute", "kind"),
    [("streets", "streets"), ("base", "base"), ("facilities", "stations"), ("enterprises", "enterprises")],
)
def test_columns_are_those_of_the_contract(district: District, attribute: str, kind: str) -> None:
    frame = getattr(district, attribute)
    flat = ("slope", "climb")  # The district is.
    names = [name for name in CONTRACTS[kind].names if name not in flat]
    assert list(frame.columns) == [*names, "geometry"]


def test_some_firms_work_in_shifts_and_most_stations_say_what_they_serve(district: District) -> None:
    shifts, capacity = district.enterprises["shifts"], district.facilities["capacity"]
    assert 0.03 < shifts.notna().mean() < 0.2
    assert all(shift_times(word.split("、")) for word in shifts.dropna().unique())
    assert 0.6 < capacity.notna().mean() < 0.8
    centre = district.facilities["kind"] == "企业服务中心"
    assert capacity[centre].min() > capacity[~centre].max()


def test_a_park_has_a_wall_with_gates(district: District) -> None:
    wall, gates = (district.base[district.base["kind"] == kind] for kind in ("wall", "gate"))
    assert len(wall) == 1
    assert len(gates) >= 2
    assert shapely.dwithin(gates.geometry.to_numpy(), wall.geometry.iloc[0], 0.1).all()
    ground = district.base
    parted = {
        mode: stopped(
            district.streets.to_crs(CRS),
            closed_walls(ground, mode),
            shut_gates(ground, mode),
            crs="EPSG:4544",
        )[1]
        for mode in ("walk", "drive")
    }
    assert len(parted["walk"]) < len(parted["drive"]) <= len(gates)


def test_no_street_runs_in_the_river(district: District) -> None:
    dry = district.streets[district.streets["layer"] != 1].geometry.to_numpy()
    middles = shapely.line_interpolate_point(dry, 0.5, normalized=True)
    mouths = shapely.intersection(district.fabric.river.boundary, district.fabric.zone.boundary)
    assert not shapely.dwithin(middles, mouths, 0.5).any()


def test_no_point_enters_a_street_across_the_railway(district: District) -> None:
    network = build_network(district.streets.to_crs(CRS), mode="walk", crs="EPSG:4544")
    track, places = district.fabric.track, district.enterprises.to_crs("EPSG:4544").geometry
    points = shapely.get_coordinates(places[places.distance(track) < 300].to_numpy())
    found = kept_apart(
        network, snap(network, points, max_access_m=250), points, np.array([track]), max_access_m=250
    )
    legs = shapely.linestrings(np.stack([points, found.xy], axis=1)[found.edge >= 0])
    assert len(legs) > 100
    assert not shapely.crosses(legs, track).any()


def test_all_is_marked_as_invented(district: District) -> None:
    for frame in (district.grids.grids, district.grids.parks, district.facilities, district.enterprises):
        assert frame["name"].str.startswith("示例").all()
    assert district.streets["name"].dropna().str.startswith("示例").all()
    assert district.enterprises["address"].str.contains("示例").all()


def test_what_an_address_leads_to_is_hardly_ever_further_off_than_it_says(district: District) -> None:
    firms = district.enterprises[~district.enterprises.geometry.isna()].to_crs("EPSG:4544")
    table = {"kind": "address", "text": firms["address"], "x": firms.geometry.x, "y": firms.geometry.y}
    known = pd.DataFrame(table | {"radius_m": 0.0, "accuracy_m": 1.0, "source": ""})
    held = known.iloc[::150]
    book = make_book(known.drop(index=held.index))
    taken = [(row, choose(find(parse(row.text), book), Terms())) for row in held.itertuples()]
    off = [np.hypot(one.x - row.x, one.y - row.y) - one.accuracy_m for row, one in taken if one]
    assert len(off) > 0.9 * len(held)
    # A few firms beyond the zone lie far from the street whose number they have.
    assert np.mean(np.array(off) < 0.0) > 0.99
    lost = district.enterprises[district.enterprises.geometry.isna()]["address"]
    certain = sum(choose(find(parse(text), book), Terms()) is not None for text in lost)
    assert 0.2 * len(lost) < certain < 0.8 * len(lost)


def test_shared_vertices_of_two_squares() -> None:
    squares = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    assert shared_vertices(squares).tolist() == [[1, 0], [1, 1]]


def _keys(xy: np.ndarray) -> np.ndarray:
    return np.round(xy * 100).astype(np.int64) @ np.array([1_000_000_000, 1])


def _bits(points: gpd.GeoSeries) -> np.ndarray:
    return shapely.get_x(points.to_numpy()).view(np.int64)
