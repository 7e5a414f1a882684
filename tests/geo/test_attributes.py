"""Attributes that contradict the profile or what was known before, on drawings of a few squares."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from geo.doctor.attributes import Used, examine_chains, examine_grid_attributes
from geo.errors import ProfileError
from geo.findings import Finding
from geo.profile import load_profile

PROFILE = load_profile("chengdu")
LEVEL = PROFILE.level("area", "grid")


def grids(*rows: tuple[str | None, str | None]) -> gpd.GeoDataFrame:
    shapes = [box(i, 0, i + 1, 1) for i in range(len(rows))]
    table = pd.DataFrame(rows, columns=["code", "kind"], index=range(1, len(rows) + 1))
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def told(findings: list[Finding]) -> list[tuple[str, tuple[str, ...], float]]:
    return [(one.code, one.grids, one.measure) for one in findings]


def test_nothing_is_wrong_with_what_is_not_said() -> None:
    assert examine_grid_attributes(grids((None, None), ("A", None)), LEVEL, PROFILE, Used()) == []


def test_a_code_that_was_retired_is_not_used_again() -> None:
    used = Used(standing=["A", "B"], ever=["A", "B", "C"])
    found = examine_grid_attributes(grids(("A", None), ("C", None), ("D", None)), LEVEL, PROFILE, used)
    assert told(found) == [("retired-code", ("C",), 1.0)]
    assert found[0].severity == "error"
    assert found[0].at == (1.5, 0.5)


def test_a_code_that_does_not_follow_the_scheme() -> None:
    level = replace(LEVEL, codes="[0-9]{4}")
    found = examine_grid_attributes(grids(("0001", None), ("00012", None)), level, PROFILE, Used())
    assert told(found) == [("code-of-wrong-scheme", ("00012",), 1.0)]


def test_a_kind_that_the_level_does_not_have() -> None:
    found = examine_grid_attributes(grids(("A", "independent"), ("B", "楼宇")), LEVEL, PROFILE, Used())
    assert told(found) == [("unknown-kind", ("B",), 1.0)]


def test_units_are_counted_border_included() -> None:
    drawn = grids(("A", "independent"), ("B", "aggregated"), ("C", "aggregated"))
    points = np.array([shapely.Point(1, 0.5), shapely.Point(0.5, 0.5), None, shapely.Point(2.5, 1)])
    found = examine_grid_attributes(drawn, LEVEL, PROFILE, Used(), points)
    # The point on the border of A and B counts for both: what is doubtful is told.
    assert told(found) == [
        ("units-unlike-kind", ("A",), 2.0),
        ("units-unlike-kind", ("B",), 1.0),
        ("units-unlike-kind", ("C",), 1.0),
    ]


def test_an_invalid_outline_is_not_counted_and_still_named() -> None:
    drawn = grids(("A", "independent"))
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    drawn = drawn.set_geometry([bow_tie], crs="EPSG:4326")
    found = examine_grid_attributes(drawn, LEVEL, PROFILE, Used(ever=["A"]), np.array([shapely.Point(0, 0)]))
    assert told(found) == [("retired-code", ("A",), 1.0)]
    assert found[0].at == (0.5, 0.5)


def test_chains_that_the_zone_does_not_have() -> None:
    table = pd.DataFrame({"chains": [["智能智造", "纺织"], [], ["纺织"]]}, index=[1, 2, 3])
    found = examine_chains(table, {"智能制造", "智能智造"})
    assert told(found) == [("unknown-chain", ("row 1", "row 3"), 2.0)]
    assert "“纺织”" in found[0].message


@pytest.mark.parametrize(
    ("line", "reason"),
    [('codes = "["', "no regular expression"), ("", None)],
)
def test_a_scheme_is_tried_when_the_profile_is_read(tmp_path, line: str, reason: str | None) -> None:
    path = tmp_path / "zone.toml"
    path.write_text(
        'title = { zh = "区", en = "zone" }\ncounting = "area/grid"\n[[bases.area]]\nname = "grid"\n'
        f'title = {{ zh = "网格", en = "grid" }}\n{line}\n[units]\nindependent = {{ most = 1 }}\n',
        "utf-8",
    )
    if reason is None:
        assert load_profile(str(path)).units == {"independent": (0, 1)}
    else:
        with pytest.raises(ProfileError, match=reason):
            load_profile(str(path))
