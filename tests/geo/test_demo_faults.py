"""The faulty sample files: what the doctor finds in them, held against PostGIS, and what mending leaves."""

from pathlib import Path

import geopandas as gpd
import pytest
from partition_oracle import postgis

from geo.demo.faults import write_faulty
from geo.doctor.checkup import Diagnosis, diagnose
from geo.doctor.inspection import Known, Subject
from geo.findings import count_codes
from geo.profile import load_profile
from geo.read.door import read_file
from geo.workflows.drafts.remedies import Choice, Layer, remedy
from geo.workflows.drafts.verdicts import counted, verdicts_again, verdicts_on

pytestmark = pytest.mark.usefixtures("quick_reading")

BOUNDARIES = Path(__file__).parents[2] / "data" / "boundaries"
FAULTY = BOUNDARIES / "faulty"
MICRO = Subject("grids", level="micro", basis="area")


@pytest.fixture(scope="module")
def right() -> gpd.GeoDataFrame:
    return read_file(BOUNDARIES / "small" / "micro_grids.zip", "grids").frame


@pytest.fixture(scope="module")
def known(right: gpd.GeoDataFrame) -> Known:
    return Known(load_profile("demo"), standing={("area", "micro"): right.assign(source="main")})


def diagnosed(name: str, known: Known) -> Diagnosis:
    return diagnose(FAULTY / name, MICRO, known)


def test_the_files_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    for file in write_faulty(tmp_path):
        assert file.read_bytes() == (FAULTY / file.name).read_bytes(), file.name


def test_what_is_drawn_badly_is_found_as_postgis_finds_it(known: Known, database_url: str) -> None:
    found = diagnosed("micro_grids_drawn_badly.zip", known)
    assert found.reading is not None
    assert found.decided
    pairs, holes, invalid = postgis(database_url, found.reading.frame, "EPSG:4544")
    told = [one for one in found.findings if one.code == "overlap"]
    assert {one.rows for one in told} == pairs
    counts = count_codes(found.findings)
    assert (counts["hole"], counts["invalid-ring"]) == (len(holes), invalid)
    assert {"code-missing", "duplicate-code", "encoding-guessed"} <= counts.keys()


def test_mending_leaves_what_is_too_wide_to_be_mended_by_itself(known: Known) -> None:
    found = diagnosed("micro_grids_drawn_badly.zip", known)
    assert found.reading is not None
    before = verdicts_on(found)
    done = remedy(Layer(found.reading.frame, before, MICRO, known), Choice())
    left = verdicts_again(done.frame, MICRO, known, before)
    # Left are the overlap of two metres and the pocket of eight; a person may name them.
    assert {code: counted(left).get(code, 0) for code in ("overlap", "hole", "invalid-ring")} == {
        "overlap": 1,
        "hole": 1,
        "invalid-ring": 0,
    }
    numbers = [n for n, one in enumerate(left) if one["code"] in ("overlap", "hole")]
    again = remedy(Layer(done.frame, left, MICRO, known), Choice(findings=numbers))
    assert not {"overlap", "hole"} & counted(verdicts_again(again.frame, MICRO, known, left)).keys()


@pytest.mark.parametrize("name", ["micro_grids_without_prj.zip", "micro_grids_of_a_web_map.geojson"])
def test_what_lies_elsewhere_is_found_and_put_in_its_place(
    name: str, known: Known, right: gpd.GeoDataFrame
) -> None:
    found = diagnosed(name, known)
    assert found.decided
    assert found.reading is not None
    there, here = found.reading.frame.to_crs(4544), right.to_crs(4544)
    assert there.geometry.hausdorff_distance(here.geometry, align=False).max() < 0.001
    code = "crs-missing" if "prj" in name else "offset-gcj02"
    assert code in count_codes(found.findings)
