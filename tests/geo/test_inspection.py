"""Inspection: a file beside what stands, on drawings of a few squares."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import box

from geo.contracts import ADDRESSES, GRIDS, PARKS
from geo.doctor.inspection import Known, Subject, inspect
from geo.errors import FileRefused
from geo.findings import Finding
from geo.partition.meridian import refuse_torn
from geo.profile import load_profile

PROFILE = load_profile("chengdu")
GRID = ("area", "grid")
SUBJECT = Subject("grids", source="office")
STEP, WEST, SOUTH = 0.001, 104.0, 30.5


def square(x: float, y: float, width: float = 1.0, height: float = 1.0) -> Any:
    west, south = WEST + x * STEP, SOUTH + y * STEP
    return box(west, south, west + width * STEP, south + height * STEP)


def frame(*rows: tuple[Any, dict[str, Any]], names: list[str] = GRIDS.names) -> gpd.GeoDataFrame:
    cells = [{"source_id": str(i), **cell} for i, (_, cell) in enumerate(rows, 1)]
    table = pd.DataFrame(cells, index=range(1, len(rows) + 1)).reindex(columns=names)
    return gpd.GeoDataFrame(table.astype("str"), geometry=[shape for shape, _ in rows], crs="EPSG:4326")


def standing(*rows: tuple[Any, dict[str, Any]]) -> gpd.GeoDataFrame:
    return frame(*rows).assign(source="office")


def told(findings: list[Finding]) -> list[tuple[str, tuple[str, ...], str | None]]:
    return [(one.code, one.grids, one.fix) for one in findings]


KNOWN = Known(
    profile=PROFILE,
    standing={GRID: standing((square(0, 0), {"code": "A"}), (square(1, 0), {"code": "B"}))},
    ever={GRID: {"A", "B", "OLD"}},
)


def test_addresses_that_nothing_could_be_found_by_are_told() -> None:
    texts = ["天府大道1700号", None, "甲"]
    drawn = frame(*((box(0, 0, 1, 1).centroid, {"address": text}) for text in texts), names=ADDRESSES.names)
    found = inspect(drawn, Subject("addresses"), Known())
    assert [(one.code, one.severity, one.grids) for one in found] == [
        ("address-missing", "error", ("row 2",)),
        ("address-nowhere", "error", ("row 3",)),
    ]


def test_a_file_of_a_part_is_examined_beside_the_rest() -> None:
    # B as it stands is not in the file; the new A runs half over it, and nobody has asked B.
    drawn = frame((square(0, 0, 1.5), {"code": "A"}))
    [finding] = [one for one in inspect(drawn, SUBJECT, KNOWN) if one.code == "overlap"]
    assert (finding.grids, finding.fix, finding.rows) == (("A", "B"), None, (0,))
    assert "not in the file" in finding.message


def test_what_the_file_replaces_is_not_beside_it() -> None:
    drawn = frame((square(0, 0, 1.5), {"code": "A"}), (square(1.5, 0, 0.5), {"code": "B"}))
    assert inspect(drawn, SUBJECT, KNOWN) == []


def test_a_grid_is_known_by_its_id_where_its_code_changes() -> None:
    drawn = frame((square(0, 0), {"code": "NEW", "source_id": "1"}))
    assert inspect(drawn, SUBJECT, KNOWN) == []
    assert "duplicate-code" not in [
        one.code for one in inspect(drawn, replace(SUBJECT, source="other"), KNOWN)
    ]


def test_a_grid_that_names_no_park_is_not_of_the_park_without_a_name() -> None:
    parks = frame(
        (square(7, 7), {"code": "P1"}), (square(0, 0, 2), {"code": "P2", "name": "甲"}), names=PARKS.names
    )
    drawn = frame((square(0, 0), {"code": "A"}), (square(1, 0), {"code": "B", "park_code": "甲"}))
    assert "outside-park" not in [one.code for one in inspect(drawn, SUBJECT, replace(KNOWN, parks=parks))]
    far = frame((square(0, 0), {"code": "A"}), (square(1, 0), {"code": "B", "park_code": "P1"}))
    found = inspect(far, SUBJECT, replace(KNOWN, parks=parks))
    assert [one.grids for one in found if one.code == "outside-park"] == [("B",)]


def test_a_retired_code() -> None:
    drawn = frame((square(5, 5), {"code": "OLD"}))
    assert told(inspect(drawn, SUBJECT, KNOWN)) == [("retired-code", ("OLD",), None)]


def test_faults_of_what_stands_are_not_those_of_the_file() -> None:
    faulty = standing((square(0, 0, 1.5), {"code": "A"}), (square(1, 0), {"code": "B"}))
    known = replace(KNOWN, standing={GRID: faulty})
    assert inspect(frame((square(3, 0), {"code": "C"})), SUBJECT, known) == []


def test_parks_are_known_by_code_or_name() -> None:
    parks = frame((square(0, 0, 2, 2), {"code": "P1", "name": "软件园"}), names=PARKS.names)
    known = Known(profile=replace(PROFILE), parks=parks)
    drawn = frame((square(0, 0), {"park_code": "软件园"}), (square(1, 0, 2), {"park_code": "P1"}))
    # Half of the second lies outside; the ground to the north is free, and the level is to fill the park.
    found = {one.code: one for one in inspect(drawn, SUBJECT, known)}
    assert found["outside-park"].grids == ("row 2",)
    assert "unknown-park" not in found
    strange = frame((square(0, 0), {"park_code": "无此园"}))
    assert "unknown-park" in [one.code for one in inspect(strange, SUBJECT, known)]


def test_each_level_is_examined_for_itself() -> None:
    drawn = frame(
        (square(0, 0, 2), {"code": "B1", "level": "block"}),
        (square(0, 0), {"code": "1", "parent_code": "B1"}),
        (square(1, 0, 0.5), {"code": "2", "parent_code": "B1"}),
    )
    found = inspect(drawn, SUBJECT, Known(profile=PROFILE))
    # A block lies over its grids without overlapping them; half a square of it has no grid.
    assert "overlap" not in [one.code for one in found]
    assert "block-not-union" in [one.code for one in found]
    assert all(row < 3 for one in found for row in one.rows)


def test_without_a_profile_all_rows_are_of_one_level() -> None:
    drawn = frame((square(0, 0), {"code": "A"}), (square(0.5, 0), {"code": "B"}))
    assert [one.code for one in inspect(drawn, SUBJECT, Known())] == ["overlap"]


def test_parks_and_points() -> None:
    parks = frame((square(0, 0), {"code": "P"}), (square(0, 0), {"code": "Q"}), names=PARKS.names)
    assert "overlap" in [one.code for one in inspect(parks, Subject("parks"), Known())]
    assert inspect(frame((None, {})), Subject("stations"), Known()) == []
    nobody = gpd.GeoDataFrame({"chains": [["纺织"]]}, geometry=[None], crs="EPSG:4326")
    assert inspect(nobody, Subject("enterprises"), Known()) == []
    assert [o.code for o in inspect(nobody, Subject("enterprises"), Known(chains={"智能制造"}))] == [
        "unknown-chain"
    ]


def test_grids_across_the_meridian_of_180_are_one_error() -> None:
    torn = frame((box(-179.9, 1, 179.9, 2), {"code": "A"}), (square(0, 0), {"code": "B"}))
    beside = frame(
        *((box(179.8 - i, 1, 179.9 - i, 2), {"code": f"E{i}"}) for i in range(3)),
        (box(-179.9, 1, -179.8, 2), {"code": "W"}),
    )
    for drawn, names in ((torn, ("A",)), (beside, ("W",))):
        for kind in ("grids", "parks"):
            (one,) = inspect(drawn, Subject(kind), Known())
            assert (one.code, one.severity, one.grids) == ("across-180", "error", names)
    wrong_sign = frame((box(-104.1, 30, -104, 30.1), {"code": "A"}), (square(0, 0), {"code": "B"}))
    nowhere = frame((box(float("inf"), 1, float("inf"), 2), {"code": "A"}), (square(0, 0), {"code": "B"}))
    for drawn in (wrong_sign, nowhere):
        assert not [one for one in inspect(drawn, Subject("grids"), Known()) if one.code == "across-180"]


def test_a_place_across_180_is_refused_and_a_wrong_sign_is_not() -> None:
    def layer(*lon: float) -> gpd.GeoSeries:
        return gpd.GeoSeries(shapely.points([(one, -16.8) for one in lon]), crs="EPSG:4326")

    refuse_torn([])
    refuse_torn([layer(179.9, 179.8, -179.9), layer(float("nan"))])
    refuse_torn([layer(*[174.7] * 300, *[-174.7] * 3)])
    with pytest.raises(FileRefused, match=r"180°: 2 west of it, 2 east and 0 across"):
        refuse_torn([layer(179.9, -179.8), layer(179.7, -179.9)])
    with pytest.raises(FileRefused, match="1 across"):
        refuse_torn([gpd.GeoSeries([box(-179.9, 1, 179.9, 2)], crs="EPSG:4326")])
