"""Placing: which systems are proposed, what is told of coordinates that cannot be right."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from geo.errors import CrsUnknown
from geo.frames import Said
from geo.placing.candidates import Candidate, Trusted, candidates, place
from geo.placing.guesses import guesses
from geo.read.geometry.systems import as_said, system_of, to_lonlat
from geo.read.survey import Stated

CHENGDU = (104.06, 30.56)
CODES = [f"G{i}" for i in range(6)]


def layer(crs: int = 4544, *, at: tuple[float, float] = CHENGDU, metric: int = 4544) -> gpd.GeoDataFrame:
    """Six rectangles about a place, each of another size, in a system."""
    corner = gpd.GeoSeries(shapely.points([at]), crs=4326).to_crs(metric).iloc[0]
    shapes = [
        shapely.box(corner.x + 400 * i, corner.y, corner.x + 400 * i + 200 + 30 * i, corner.y + 300)
        for i in range(6)
    ]
    return gpd.GeoDataFrame({"code": CODES, "name": CODES}, geometry=shapes, crs=metric).to_crs(crs)


def bare(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_crs(None, allow_override=True)


def known(**options) -> Trusted:
    return Trusted(grids=layer(4326, **options))


def stated(crs: int) -> Stated:
    return Stated(f"EPSG:{crs}", label=f"EPSG:{crs}", how="file")


def codes(placing) -> list[str]:
    return [finding.code for finding in placing.findings]


@pytest.mark.parametrize("crs", [4544, 4523, 4496, 4507, 3857, 32648, 4490])
def test_unstated_systems_are_found_by_what_stands(crs):
    placing = place(bare(layer(crs)), Stated(), known())
    landed = to_lonlat(
        layer(crs).geometry.to_numpy(),
        as_said(system_of(placing.candidates[0].said.crs), placing.candidates[0].said),
    )
    assert shapely.hausdorff_distance(landed, layer(4326).geometry.to_numpy()).max() < 1e-8
    assert placing.decided
    assert placing.candidates[0].distance_m == 0.0


@pytest.mark.parametrize("longitude", [75.2, 87.6, 91.1, 104.0, 112.4, 121.4, 126.6, 134.4])
@pytest.mark.parametrize("prefixed", [True, False])
def test_every_zone_is_found(longitude, prefixed):
    zone = round(longitude / 3)
    crs = (4513 if prefixed else 4534) + zone - 25
    there = {"at": (longitude, 35.0), "metric": crs}
    placing = place(bare(layer(crs, **there)), Stated(), known(**there))
    assert placing.candidates[0].key == str(crs)
    assert placing.decided


def test_six_degree_zones_where_the_numbers_reach_beyond_those_of_three():
    there = {"at": (107.9, 30.0), "metric": 4507}
    placing = place(bare(layer(4507, **there)), Stated(), known(**there))
    assert placing.candidates[0].key == "4507"


@pytest.mark.parametrize(
    ("at", "crs"), [((7.42, 43.73), 32632), ((151.2, -33.9), 32756), ((-105.0, 39.7), 32613)]
)
def test_outside_of_china_the_zones_of_utm_are_tried(at, crs):
    there = {"at": at, "metric": crs}
    placing = place(bare(layer(crs, **there)), Stated(), known(**there))
    assert (placing.candidates[0].key, placing.decided) == (str(crs), True)


def test_candidates_are_ranked_described_and_serialised():
    found = candidates(bare(layer(4490)), stated(4490), Trusted())
    assert [one.key for one in found] == ["stated", "stated-gcj02", "stated-bd09"]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 <= one.score <= 1 and one.reason.endswith(".") for one in found)
    told = found[1].to_dict()
    assert told["said"] == {"crs": None, "axes": None, "offset": "gcj02"}
    assert told["label"] == "EPSG:4490, GCJ-02 undone"
    assert told["distance_m"] is None
    assert told["extent"] == pytest.approx([*CHENGDU, CHENGDU[0] + 0.02, CHENGDU[1]], abs=0.01)
    assert isinstance(found[0], Candidate)
    assert found[0].outline.covers(layer(4326).geometry.union_all().representative_point())


@pytest.mark.parametrize("refused", ["Xian 80", "Beijing 54", "a local system"])
def test_refused_systems_have_no_candidates_but_a_reason(refused):
    of_the_file = Stated("x", refused=refused, reason=f"The coordinates are in {refused}.", how="file")
    shifted = layer().set_geometry(layer().translate(60, -50))
    placing = place(bare(shifted), of_the_file, known())
    assert (placing.candidates, placing.decided, codes(placing)) == ((), False, ["crs-refused"])
    assert refused in placing.findings[0].message


def test_a_refused_name_over_numbers_that_fit_is_told_and_left_to_a_person():
    of_the_file = Stated("x", refused="Xian 80", reason="The coordinates are in Xian 80.", how="file")
    placing = place(bare(layer()), of_the_file, known())
    assert [one.key for one in placing.candidates] == ["4544"]
    assert (placing.decided, codes(placing)) == (False, ["crs-refused"])
    said = place(bare(layer()), of_the_file, known(), said=Said(crs="EPSG:4544"))
    assert (said.candidates[0].key, said.decided, codes(said)) == ("said", True, [])


def test_what_a_person_says_goes_first_and_is_still_examined():
    placing = place(bare(layer()), Stated(), known(), said=Said(crs="EPSG:4547"))
    assert placing.candidates[0].key == "said"
    assert placing.decided
    assert codes(placing) == ["crs-mismatch"]
    assert "which is said" in placing.findings[0].message
    with pytest.raises(CrsUnknown, match="Xian 80"):
        place(bare(layer()), Stated(), known(), said=Said(crs="EPSG:2379"))


@pytest.mark.parametrize("crs", [4490, 4326])
def test_metres_labelled_as_degrees(crs):
    placing = place(bare(layer(4544)), stated(crs), known())
    assert (placing.candidates[0].key, codes(placing)) == ("4544", ["metres-as-degrees"])
    alone = place(bare(layer(4523)), stated(crs), Trusted())
    assert (alone.candidates[0].key, alone.decided) == ("4523", False)


def test_a_stated_system_that_lands_elsewhere_is_a_mismatch():
    placing = place(bare(layer(4544)), stated(4547), known())
    assert (placing.candidates[0].key, codes(placing)) == ("4544", ["crs-mismatch"])
    mismatch = placing.findings[0]
    assert mismatch.measure == pytest.approx(860_000, rel=0.01)
    assert "860 km from the zone; it seems to be EPSG:4544" in mismatch.message


def test_a_stated_projection_with_nothing_known_is_believed():
    placing = place(bare(layer(4544)), stated(4544), Trusted())
    assert (placing.decided, codes(placing)) == (True, [])
    elsewhere = {"at": (-105.0, 39.7), "metric": 2232}
    denver = place(bare(layer(2232, **elsewhere)), stated(2232), Trusted())
    assert [one.key for one in denver.candidates] == ["stated"]
    assert denver.decided


@pytest.mark.parametrize("named", [True, False])
def test_a_projection_abroad_that_no_registry_places_is_believed(named):
    # A .prj of feet in Arizona: its WKT says no area of use, and without its name no authority either.
    crs = CRS.from_authority("ESRI", 102649)
    text = crs.to_wkt("WKT1_ESRI") if named else crs.to_wkt("WKT1_ESRI").replace("Arizona", "Somewhere")
    tempe = layer(4326, at=(-111.83, 33.41), metric=32612).to_crs(crs)
    placing = place(bare(tempe), Stated(text, label="x", how="file"), Trusted())
    assert [one.key for one in placing.candidates] == ["stated"]
    assert (placing.decided, codes(placing)) == (True, [])


def test_swapped_degrees_of_the_far_west_need_what_is_known():
    # 43.8°N, 87.6°E turned about is a place on Earth, in the Arctic.
    there = {"at": (87.6, 43.8), "metric": 4538}
    turned = bare(layer(4326, **there))
    turned = turned.set_geometry(shapely.transform(turned.geometry.to_numpy(), lambda xy: xy[:, ::-1]))
    placing = place(turned, stated(4326), known(**there))
    assert placing.candidates[0].said == Said(crs="EPSG:4490", axes="swapped")
    assert codes(placing) == ["axes-swapped"]


def test_features_far_from_the_rest_are_told_and_do_not_mislead():
    frame = layer(4544)
    shapes = frame.geometry.to_numpy().copy()
    shapes[2] = shapely.affinity.translate(shapes[2], 90_000, 0)
    placing = place(bare(frame.set_geometry(shapes)), stated(4544), known())
    far = [finding for finding in placing.findings if finding.code == "far-away"]
    assert [finding.grids for finding in far] == [("G2",)]
    assert far[0].measure == pytest.approx(90_000, rel=0.02)
    assert far[0].at[0] == pytest.approx(CHENGDU[0] + 0.95, abs=0.05)
    assert placing.candidates[0].key == "stated"


def test_nothing_placed_is_nothing_to_choose():
    empty = gpd.GeoDataFrame({"code": ["a"], "name": ["b"]}, geometry=[None])
    placing = place(empty, Stated(), known())
    assert (placing.candidates, placing.findings, placing.decided) == ((), (), True)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_numbers_that_are_none_do_not_break_it(bad):
    frame = bare(layer())
    broken = shapely.Point(bad, 0) if np.isnan(bad) else shapely.Polygon([(bad, 0), (1, 1), (2, 0)])
    shapes = [*frame.geometry[:5], broken]
    with np.errstate(over="ignore", invalid="ignore"):
        placing = place(frame.set_geometry(shapes), Stated(), known())
    assert placing.candidates[0].key == "4544"


def test_numbers_beyond_all_systems_do_not_break_it():
    frame = layer(4490)
    frame.loc[5, "geometry"] = shapely.Polygon([(1e308, 30), (104, 30), (104, 31)])
    placing = place(frame, stated(4490), Trusted())
    assert codes(placing) == ["offset-asked"]
    assert placing.candidates[0].key == "stated"


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "OGC:CRS84"])
def test_nobody_is_asked_again_who_said_that_there_is_no_offset(crs):
    asked = place(layer(4490), stated(4490), Trusted())
    assert (codes(asked), asked.decided) == (["offset-asked"], False)
    answered = place(layer(4490), stated(4490), Trusted(), said=Said(crs=crs))
    assert (codes(answered), answered.decided) == ([], True)


def test_eastings_without_a_zone_are_not_said_to_be_of_one_meridian():
    (missing,) = place(bare(layer(4544)), Stated(), Trusted()).findings
    assert missing.code == "crs-missing"
    assert "one of 20 others that fit as well" in missing.message
    (settled,) = place(bare(layer(4544)), Stated(), known()).findings
    assert "it seems to be EPSG:4544. Say" in settled.message


def test_numbers_of_no_system_are_told():
    nowhere = layer(4544).set_geometry(layer(4544).translate(9e8, 9e8))
    placing = place(bare(nowhere), Stated(), Trusted())
    assert (placing.candidates, codes(placing), placing.decided) == ((), ["crs-missing"], False)


def test_guesses_are_different_and_the_same_for_any_order():
    xy = shapely.get_coordinates(layer(4544).geometry.to_numpy())
    one = guesses(xy, Stated(), said=Said(), place=CHENGDU)
    other = guesses(xy[::-1], Stated(), said=Said(), place=CHENGDU)
    assert [guess.key for guess in one] == [guess.key for guess in other]
    assert len({guess.key for guess in one}) == len(one)
