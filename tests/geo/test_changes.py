"""Comparing two states of a partition, on drawings checked by hand, and its laws."""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.changes.comparison import Change, Changes, compare
from geo.errors import CrsUnknown, MissingColumn

CRS = "EPSG:4544"
ORIGIN, STEP = np.array([104.0, 30.5]), 0.001


def approx(squares: float) -> Any:
    """So many squares of one step in square metres."""
    return pytest.approx(squares * 95.99 * 110.87, rel=1e-3)


UNIT = approx(1)


def box(x: float, y: float, wide: float = 1, high: float = 1) -> shapely.MultiPolygon:
    corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
    return shapely.MultiPolygon([shapely.Polygon(ORIGIN + np.array(corners) * STEP)])


def grids(rows: dict[str, Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    """Grids by their code."""
    table = pd.DataFrame({"code": pd.Series(list(rows), dtype="str"), **columns})
    return gpd.GeoDataFrame(table, geometry=list(rows.values()), crs=4326)


def told(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.change, one.code, one.codes) for one in compare(before, after, crs=CRS).rows]


def only(changes: Changes) -> Change:
    (one,) = changes.rows
    return one


def test_nothing_changes() -> None:
    changes = compare(
        grids({"1": box(0, 0), "2": box(1, 0)}), grids({"2": box(1, 0), "1": box(0, 0)}), crs=CRS
    )
    assert (changes.rows, changes.counts, len(changes.ground), len(changes.descents)) == ((), {}, 0, 0)
    assert (changes.gained_m2, changes.lost_m2, changes.handed_m2) == (0, 0, 0)


def test_a_moved_border() -> None:
    before = grids({"1": box(0, 0, 2), "2": box(2, 0, 2), "3": box(4, 0)}, name=["甲", "乙", "丙"])
    after = grids({"1": box(0, 0, 3), "2": box(3, 0, 1), "3": box(4, 0)}, name=["甲", "乙", "丙"])
    changes = compare(before, after, crs=CRS)
    assert changes.counts == {"reshaped": 2}
    one, two = changes.rows
    assert (one.code, one.name, one.known_by) == ("1", "甲", "code")
    assert (one.area_before_m2, one.area_after_m2) == (approx(2), approx(3))
    assert one.difference_m2 == UNIT
    assert two.difference_m2 == UNIT
    assert one.at is not None
    assert one.at == two.at
    assert shapely.contains_xy(box(2, 0), *one.at)
    (piece,) = changes.ground.itertuples()
    assert (piece.before, piece.after, piece.area_m2) == ("2", "1", UNIT)
    assert piece.geometry.equals(box(2, 0))
    assert (changes.gained_m2, changes.lost_m2, changes.handed_m2) == (0, 0, UNIT)
    assert len(changes.descents) == 0


def test_added_and_retired() -> None:
    before, after = grids({"1": box(0, 0), "2": box(1, 0)}), grids({"1": box(0, 0), "3": box(5, 0)})
    changes = compare(before, after, crs=CRS)
    assert [(one.change, one.code, one.known_by) for one in changes.rows] == [
        ("added", "3", None),
        ("retired", "2", None),
    ]
    added, retired = changes.rows
    assert (added.area_before_m2, added.area_after_m2, added.difference_m2) == (None, UNIT, UNIT)
    assert (retired.area_before_m2, retired.area_after_m2, retired.difference_m2) == (UNIT, None, UNIT)
    assert changes.ground[["before", "after"]].to_numpy().tolist() == [[None, "3"], ["2", None]]
    assert (changes.gained_m2, changes.lost_m2) == (UNIT, UNIT)


def test_what_it_is_called() -> None:
    columns = {"grid_id": [1, 2], "chief": ["甲", None]}
    before = grids({"1": box(0, 0), "2": box(1, 0)}, name=["a", "b"], **columns)
    after = grids({"1": box(0, 0), "9": box(1, 0)}, name=["A", "b"], **columns)
    one, two = compare(before, after, crs=CRS).rows
    assert (one.change, one.code, one.codes, dict(one.fields)) == (
        "renamed",
        "1",
        ("1",),
        {"name": ("a", "A")},
    )
    assert (two.code, two.codes, dict(two.fields)) == ("9", ("2", "9"), {"code": ("2", "9")})
    assert (two.known_by, one.difference_m2) == ("id", 0)


def test_a_grid_that_gives_a_part_to_a_new_one_is_split() -> None:
    before, after = grids({"1": box(0, 0, 4)}), grids({"1": box(0, 0, 3), "9": box(3, 0)})
    one = only(compare(before, after, crs=CRS))
    assert (one.change, one.code, one.codes) == ("split", "1", ("1", "9"))
    assert one.shares == {"1": pytest.approx(0.75), "9": pytest.approx(0.25)}
    assert one.difference_m2 == UNIT
    assert one.at is not None
    assert shapely.contains_xy(box(3, 0), *one.at)
    (descent,) = compare(before, after, crs=CRS).descents.itertuples()
    assert (descent.before, descent.after, descent.kind) == ("1", "9", "split")
    assert (descent.of_before, descent.of_after) == (pytest.approx(0.25), pytest.approx(1))


def test_a_grid_that_is_gone_was_split() -> None:
    before, after = grids({"1": box(0, 0, 4)}), grids({"8": box(0, 0, 1), "9": box(1, 0, 3)})
    one = only(compare(before, after, crs=CRS))
    assert (one.change, one.code, one.codes, one.area_after_m2) == ("split", "1", ("8", "9"), None)
    assert one.shares == {"8": pytest.approx(0.25), "9": pytest.approx(0.75)}


def test_grids_that_are_merged() -> None:
    before = grids({"1": box(0, 0), "2": box(1, 0), "3": box(2, 0)})
    into_one = compare(before, grids({"1": box(0, 0, 2), "3": box(2, 0)}), crs=CRS)
    into_new = compare(before, grids({"9": box(0, 0, 2), "3": box(2, 0)}), crs=CRS)
    assert (only(into_one).change, only(into_one).code, only(into_one).codes) == ("merged", "1", ("1", "2"))
    assert (only(into_new).change, only(into_new).code, only(into_new).codes) == ("merged", "9", ("1", "2"))
    assert only(into_new).shares == {"1": pytest.approx(1), "2": pytest.approx(1)}
    assert set(into_new.descents["kind"]) == {"merge"}


def test_a_grid_shared_out_among_its_neighbours_is_split_and_they_are_reshaped() -> None:
    before = grids({"1": box(0, 0), "2": box(1, 0, 2), "3": box(3, 0)})
    after = grids({"1": box(0, 0, 2), "3": box(2, 0, 2)})
    assert told(before, after) == [
        ("reshaped", "1", ("1",)),
        ("reshaped", "3", ("3",)),
        ("split", "2", ("1", "3")),
    ]
    assert told(after, before) == [
        ("reshaped", "1", ("1",)),
        ("reshaped", "3", ("3",)),
        ("merged", "2", ("1", "3")),
    ]


def test_a_grid_in_the_place_of_another_is_no_split() -> None:
    changes = compare(grids({"1": box(0, 0)}), grids({"2": box(0, 0)}), crs=CRS)
    assert changes.counts == {"added": 1, "retired": 1}
    assert changes.descents["kind"].tolist() == ["redraw"]
    assert changes.handed_m2 == UNIT


def test_a_little_ground_makes_no_lineage() -> None:
    before = grids({"1": box(0, 0, 20), "2": box(20, 0, 20)})
    after = grids({"1": box(0, 0, 20), "2": box(21, 0, 19), "9": box(20, 0, 1)})
    assert told(before, after) == [("split", "2", ("2", "9"))]
    after = grids({"1": box(0, 0, 20), "2": box(21, 0, 19), "9": box(20, 1, 20, 20)})
    assert {one[0] for one in told(before, after)} == {"added", "reshaped"}


def test_an_id_goes_before_a_code_and_a_code_before_the_ground() -> None:
    ids = {"source": ["a", "a"], "source_id": ["x", "y"]}
    before = grids({"1": box(0, 0), "2": box(1, 0)}, **ids)
    swapped = grids({"2": box(0, 0), "1": box(1, 0)}, **ids)
    assert [one.change for one in compare(before, swapped, crs=CRS).rows] == ["renamed", "renamed"]
    other_office = grids({"1": box(0, 0), "2": box(1, 0)}, source=["b", "b"], source_id=["p", "q"])
    assert told(before, other_office) == []
    same_office = grids({"1": box(0, 0), "2": box(1, 0)}, source=["a", "a"], source_id=["p", "q"])
    assert {one[0] for one in told(before, same_office)} == {"added", "retired"}


def test_ids_that_were_made_of_the_content_are_nobodys_word() -> None:
    before = grids({"1": box(0, 0), "2": box(1, 0)}, source_id=["h-0123456789abcdef", "h-1"])
    after = grids({"1": box(0, 0, 1.05), "2": box(1.05, 0, 0.95)}, source_id=["h-fedcba9876543210", "h-2"])
    assert {(one.change, one.known_by) for one in compare(before, after, crs=CRS).rows} == {
        ("reshaped", "code")
    }


def test_grids_without_a_name_are_known_by_their_ground() -> None:
    before = grids({"1": box(0, 0), "2": box(1, 0)})
    after = grids({"1": box(1.05, 0, 0.95), "2": box(0, 0, 1.05)}).assign(
        code=pd.Series([None, None], dtype="str")
    )
    changes = compare(before, after, crs=CRS)
    assert changes.counts == {"renamed": 2, "reshaped": 2}
    assert {one.known_by for one in changes.rows} == {"ground"}
    assert {one.codes for one in changes.rows if one.change == "renamed"} == {("1", "row 1"), ("2", "row 0")}
    far = grids({"1": box(0, 0.2)}).assign(code=pd.Series([None], dtype="str"))
    assert compare(grids({"1": box(0, 0)}), far, crs=CRS).counts == {"added": 1, "retired": 1}


def test_grids_that_are_not_drawn() -> None:
    before = grids({"1": None, "2": None}, name=["a", "b"])
    after = grids({"1": None, "3": box(0, 0)}, name=["a2", "c"])
    assert told(before, after) == [("added", "3", ("3",)), ("retired", "2", ("2",)), ("renamed", "1", ("1",))]


def test_faulty_outlines_are_compared_as_they_are_meant() -> None:
    bow = shapely.Polygon(ORIGIN + np.array([(0, 0), (2, 2), (2, 0), (0, 2)]) * STEP)
    changes = compare(grids({"1": bow}), grids({"1": box(0, 0, 2, 2)}), crs=CRS)
    assert only(changes).difference_m2 == approx(2)


def test_empty_states() -> None:
    nothing = grids({}).set_geometry(gpd.GeoSeries([], crs=4326))
    assert compare(nothing, nothing, crs=CRS).rows == ()
    assert told(nothing, grids({"1": box(0, 0)})) == [("added", "1", ("1",))]


def test_what_cannot_be_compared() -> None:
    good = grids({"1": box(0, 0)})
    with pytest.raises(CrsUnknown, match="no coordinate system"):
        compare(good, gpd.GeoDataFrame({"code": ["1"]}, geometry=[box(0, 0)]), crs=CRS)
    with pytest.raises(CrsUnknown, match="EPSG:4544; convert"):
        compare(good.to_crs(4544), good, crs=CRS)
    with pytest.raises(MissingColumn, match="“code”"):
        compare(good.drop(columns="code"), good, crs=CRS)


@st.composite
def partitions(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """A row of strips, each with one of few codes, so that two of them have much in common."""
    cuts = sorted(draw(st.sets(st.integers(0, 12), min_size=2, max_size=7)))
    codes = draw(st.permutations("ABCDEFG"))[: len(cuts) - 1]
    strips = [box(low, 0, high - low) for low, high in pairwise(cuts)]
    kept = draw(st.lists(st.booleans(), min_size=len(strips), max_size=len(strips)))
    chosen = {code: strip for code, strip, keep in zip(codes, strips, kept, strict=True) if keep}
    return grids(chosen).set_geometry(gpd.GeoSeries(list(chosen.values()), crs=4326))


OPPOSITE = {"added": "retired", "retired": "added", "split": "merged", "merged": "split"}


@settings(max_examples=40, deadline=None)
@given(before=partitions(), after=partitions())
def test_exchanging_the_states_exchanges_the_changes(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame
) -> None:
    there, back = compare(before, after, crs=CRS), compare(after, before, crs=CRS)
    forth = {(OPPOSITE.get(one.change, one.change), one.code, one.codes) for one in there.rows}
    assert forth == {(one.change, one.code, one.codes) for one in back.rows}
    pieces = sorted(
        zip(
            there.ground["after"].fillna(""),
            there.ground["before"].fillna(""),
            there.ground["area_m2"],
            strict=True,
        )
    )
    mirrored = sorted(
        zip(
            back.ground["before"].fillna(""),
            back.ground["after"].fillna(""),
            back.ground["area_m2"],
            strict=True,
        )
    )
    assert [one[:2] for one in pieces] == [one[:2] for one in mirrored]
    assert [one[2] for one in pieces] == pytest.approx([one[2] for one in mirrored])
    assert compare(before, before, crs=CRS).rows == ()


@settings(max_examples=40, deadline=None)
@given(before=partitions(), after=partitions())
def test_the_ground_adds_up(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> None:
    changes = compare(before, after, crs=CRS)
    area = {name: frame.to_crs(CRS).area.sum() for name, frame in (("before", before), ("after", after))}
    assert area["before"] + changes.gained_m2 - changes.lost_m2 == pytest.approx(area["after"], abs=1e-3)
    for code in set(before["code"]) | set(after["code"]):
        was, now = (float(f.loc[f["code"] == code].to_crs(CRS).area.sum()) for f in (before, after))
        won = changes.ground.loc[changes.ground["after"] == code, "area_m2"].sum()
        lost = changes.ground.loc[changes.ground["before"] == code, "area_m2"].sum()
        assert was + won - lost == pytest.approx(now, abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(before=partitions(), after=partitions(), seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, seed: int
) -> None:
    plain = compare(before, after, crs=CRS)
    mixed = compare(
        before.sample(frac=1, random_state=seed), after.sample(frac=1, random_state=seed), crs=CRS
    )
    assert [(one.change, one.code, one.codes) for one in plain.rows] == [
        (one.change, one.code, one.codes) for one in mixed.rows
    ]
    assert plain.ground[["before", "after"]].equals(mixed.ground[["before", "after"]])
