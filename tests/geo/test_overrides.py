"""Words in the place of the rule: on one day, and on the days of a sequence."""

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from geo.assignment.overrides import overridden, overruled
from geo.assignment.rule import assign

A, B, C, D = (date(2026, month, 1) for month in (1, 3, 5, 7))


def grids() -> gpd.GeoDataFrame:
    shapes = [box(0, 0, 1, 1), box(1, 0, 2, 1)]
    table = {"code": ["1", "2"], "grid_id": [10, 20]}
    return gpd.GeoDataFrame(table, geometry=shapes, index=[7, 8], crs="EPSG:4326")


def found() -> pd.DataFrame:
    return assign(np.array([[0.5, 0.5], [1.0, 0.5], [9.0, 9.0], [np.nan, np.nan]]), grids())


def test_a_word_stands_in_the_place_of_the_rule_on_one_day() -> None:
    words = pd.Series({0: 20, 1: 20, 2: 10, 3: 10, 99: 10})
    result = overruled(found(), words, grids())
    assert result["code"].tolist() == ["2", "2", "1", "1"]
    assert result["version"].tolist() == [8, 8, 7, 7]
    assert set(result["rule"]) == {"override"}
    assert result["candidates"].tolist() == [["1"], ["1", "2"], [], []]


def test_a_word_for_a_grid_that_does_not_hold_changes_nothing() -> None:
    before = found()
    pd.testing.assert_frame_equal(overruled(before, pd.Series({0: 30}), grids()), before)
    assert before["code"].tolist()[0] == "1"


def part(low: date | None, high: date | None, version: int, code: str) -> dict[str, Any]:
    said = {"version": version, "code": code, "status": "assigned", "rule": "inside", "candidates": []}
    return {"point": 1, "valid_from": low, "valid_to": high, **said}


def told(parts: list[dict[str, Any]], low: date, high: date) -> list[tuple[Any, ...]]:
    words = pd.DataFrame([{"point": 1, "grid_id": 20, "valid_from": low, "valid_to": high}])
    # The second grid has two versions, and none from C on.
    versions = pd.DataFrame(
        {
            "grid_id": [10, 20, 20],
            "code": ["1", "2", "2x"],
            "valid_from": [None, None, B],
            "valid_to": [None, B, C],
        },
        index=[7, 8, 9],
    )
    result = overridden(pd.DataFrame(parts), words, versions)
    columns = ["valid_from", "valid_to", "code", "rule"]
    assert result["order"].tolist() == list(range(len(result)))
    return [tuple(None if pd.isna(one) else one for one in row) for row in result[columns].to_numpy()]


def test_a_word_is_cut_where_its_grid_or_the_rule_changes() -> None:
    assert told([part(None, None, 7, "1")], A, D) == [
        (None, A, "1", "inside"),
        (A, B, "2", "override"),
        (B, C, "2x", "override"),
        (C, None, "1", "inside"),
    ]
    assert told([part(None, B, 7, "1"), part(B, None, 9, "2x")], A, C) == [
        (None, A, "1", "inside"),
        (A, B, "2", "override"),
        (B, C, "2x", "override"),
        (C, None, "2x", "inside"),
    ]
