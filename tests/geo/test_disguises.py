"""The demo's grids in disguise: each comes in right by the first proposal, or by one choice of a person."""

import time
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from disguises import DISGUISES, FURTHER, Disguise

from geo.demo.district import District, build_district
from geo.demo.fabric import weave
from geo.demo.grids import build_grids
from geo.demo.ground import lay_ground
from geo.demo.plan import plan_of
from geo.demo.quarters import divide_quarters
from geo.demo.streets import build_streets
from geo.frames import Reading, Said
from geo.placing.candidates import Trusted, place
from geo.read.door import read_file, survey_file
from geo.read.reader import read_here, survey_here
from geo.read.survey import Survey

pytestmark = pytest.mark.usefixtures("quick_reading")

ASKED = {"gcj02": "gcj02", "bd09": "bd09"}


@pytest.fixture(scope="module")
def district() -> District:
    return build_district(scale="small")


@pytest.fixture(scope="module")
def grids(district):
    return district.grids.micro[["code", "name", "geometry"]].reset_index(drop=True)


@pytest.fixture(scope="module")
def trusted(district) -> Trusted:
    """The demo's streets, parks and extent; none of the grids."""
    extent = tuple(district.grids.general.to_crs(4326).total_bounds.tolist())
    return Trusted(
        extent=extent, parks=district.grids.parks.to_crs(4326), streets=district.streets.to_crs(4326)
    )


def survey(disguise: Disguise, grids, folder) -> tuple[Path, Survey]:
    path = disguise.write(grids, folder)
    return path, survey_here(path, "grids", said=Said())


def assert_same(reading: Reading, grids: gpd.GeoDataFrame, disguise: Disguise) -> None:
    assert not reading.refused
    ours = reading.frame.to_crs(4544)
    expected = grids.to_crs(4544)
    if disguise.names:
        assert ours["code"].tolist() == expected["code"].tolist()
        assert ours["name"].tolist() == expected["name"].tolist()
    apart = shapely.hausdorff_distance(ours.geometry.to_numpy(), expected.geometry.to_numpy())
    assert apart.max() <= disguise.tolerance_m
    changed = shapely.area(
        shapely.symmetric_difference(ours.geometry.to_numpy(), expected.geometry.to_numpy())
    )
    assert (changed <= expected.length * disguise.tolerance_m).all()


@pytest.mark.parametrize("name", DISGUISES)
def test_thirteen_disguises_by_the_first_proposal(name, grids, trusted, tmp_path):
    disguise = DISGUISES[name]
    path = disguise.write(grids, tmp_path)
    found = survey_file(path, "grids")
    placing = place(found.outlines, found.stated, trusted)
    assert placing.decided, placing.candidates[0].reason
    assert_same(read_file(path, "grids", said=placing.candidates[0].said), grids, disguise)


@pytest.mark.parametrize("name", FURTHER)
def test_more_of_them_where_the_grids_stand(name, grids, trusted, tmp_path):
    disguise = FURTHER[name]
    path, found = survey(disguise, grids, tmp_path)
    placing = place(found.outlines, found.stated, replace(trusted, grids=grids.to_crs(4326)))
    assert placing.decided, placing.candidates[0].reason
    assert_same(read_here(path, "grids", said=placing.candidates[0].said), grids, disguise)


CODES = {
    "4523-unstated": {"crs-missing"},
    "4544-unstated": {"crs-missing"},
    "gcj02": {"offset-gcj02"},
    "bd09": {"offset-bd09"},
    "swapped": {"axes-swapped"},
    "dxf": {"crs-missing"},
    "feet-unstated": {"crs-missing"},
    "metres-as-degrees": {"metres-as-degrees"},
    "north-before-east": {"crs-missing", "axes-swapped"},
    "wrong-zone": {"crs-mismatch"},
}


@pytest.mark.parametrize("name", ["gbk", "4544", "feet", "kml", "mif", "nested", *CODES])
def test_what_is_found_is_told(name, grids, trusted, tmp_path):
    _, found = survey((DISGUISES | FURTHER)[name], grids, tmp_path)
    placing = place(found.outlines, found.stated, trusted)
    assert {finding.code for finding in placing.findings} == CODES.get(name, set())


@pytest.mark.parametrize("name", ["4523-unstated", "gcj02", "bd09", "swapped", "kml", "mif"])
def test_with_nothing_to_trust_a_person_chooses_once(name, grids, tmp_path):
    disguise = DISGUISES[name]
    path, found = survey(disguise, grids, tmp_path)
    placing = place(found.outlines, found.stated, Trusted())
    assert not placing.decided
    first = placing.candidates[0]
    wanted = ASKED.get(name)
    chosen = next(
        one
        for one in placing.candidates
        if one.said.offset == wanted and (one.said.crs, one.said.axes) == (first.said.crs, first.said.axes)
    )
    assert_same(read_here(path, "grids", said=chosen.said), grids, disguise)
    # What a person chose is not asked again.
    again = place(found.outlines, found.stated, Trusted(), said=chosen.said)
    if wanted:
        assert again.decided
        assert again.candidates[0].said.offset == wanted
        assert not again.findings


def test_a_zone_that_the_numbers_hide_is_chosen_from_those_in_china(grids, tmp_path):
    path, found = survey(DISGUISES["4544-unstated"], grids, tmp_path)
    placing = place(found.outlines, found.stated, Trusted())
    keys = [one.key for one in placing.candidates]
    assert not placing.decided
    assert {"4534", "4544", "4554"} <= set(keys)
    chosen = next(one for one in placing.candidates if one.key == "4544")
    assert_same(read_here(path, "grids", said=chosen.said), grids, DISGUISES["4544-unstated"])


@pytest.fixture(scope="module")
def quarter():
    """The grids and the streets of the large demo."""
    plan = plan_of("chengdu")
    chance = [np.random.default_rng([1, part]) for part in range(4)]
    ground = lay_ground(plan)
    fabric = weave(ground, divide_quarters(plan, ground, chance[0]), chance[1])
    made = build_grids(fabric, plan, chance[2])
    return made, build_streets(fabric, chance[3])


def test_a_survey_of_1358_grids_takes_less_than_a_second(quarter, tmp_path):
    made, streets = quarter
    grids = made.grids[["code", "name", "geometry"]].reset_index(drop=True)
    path = DISGUISES["gbk"].write(grids, tmp_path)
    found = survey_file(path, "grids")
    assert found.features == len(found.outlines) == 1_358
    known = Trusted(grids=grids.to_crs(4326), streets=streets.to_crs(4326))
    # The processor's time: the child's half second of loading aside, and whatever else the machine does.
    started = time.process_time()
    survey_here(path, "grids", said=Said())
    assert time.process_time() - started < 0.5
    started = time.process_time()
    placing = place(found.outlines, found.stated, known)
    assert time.process_time() - started < 1.5
    assert placing.decided
    assert_same(read_file(path, "grids", said=placing.candidates[0].said), grids, DISGUISES["gbk"])


@pytest.mark.parametrize("name", ["gcj02", "bd09", "dxf", "4523-unstated"])
def test_a_quarter_of_the_large_demo_in_disguise(name, quarter, tmp_path):
    made, streets = quarter
    grids = made.grids[["code", "name", "geometry"]].iloc[:100].reset_index(drop=True)
    path, found = survey(DISGUISES[name], grids, tmp_path)
    known = Trusted(parks=made.parks.to_crs(4326), streets=streets.to_crs(4326))
    placing = place(found.outlines, found.stated, known)
    assert placing.decided, placing.candidates[0].reason
    reading = read_here(path, "grids", said=placing.candidates[0].said)
    assert_same(reading, grids, DISGUISES[name])
