"""Drafts in the store: whole steps, exact frames, and two people at one draft."""

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from geo.errors import ConflictError, NotFound
from geo.store import drafts, memory, steps
from geo.store.drafts import NewStep
from geo.store.engine import reading, writing
from geo.store.parquet import pack, unpack


def frame_of(*shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    index = pd.RangeIndex(1, len(shapes) + 1, name="row").astype("int64")
    return gpd.GeoDataFrame(pd.DataFrame(columns, index=index), geometry=list(shapes), crs="EPSG:4326")


def step(value: float = 0.1, action: str = "read") -> NewStep:
    frame = frame_of(shapely.box(0, 0, value, 1), code=pd.Series(["a"], index=[1], dtype="str"))
    return NewStep(action, frame, [{"code": "overlap"}], "li", {"asked": action})


def new(engine: Engine) -> int:
    with writing(engine) as connection:
        columns = {"kind": "grids", "name": "g.zip", "source": "main", "created_by": "li"}
        number = drafts.create(connection, **columns)
        drafts.add_step(connection, number, step())
    return number


@given(
    st.lists(
        st.tuples(*[st.floats(-180, 180, allow_subnormal=False)] * 3).filter(lambda t: len({*t}) == 3),
        min_size=1,
        max_size=4,
    )
)
def test_a_frame_keeps_every_bit(corners: list[tuple[float, float, float]]) -> None:
    shapes = [shapely.Polygon([(a, b), (b, c), (c, a), (a, b)]) for a, b, c in corners]
    frame = frame_of(*shapes)
    assert unpack(pack(frame)).geometry.to_wkb().tolist() == frame.geometry.to_wkb().tolist()


def test_a_frame_keeps_its_cells_and_its_rows() -> None:
    index = pd.Index([3, 3, 9], name="row", dtype="int64")
    days = np.array([date(2026, 7, 1), None, None], dtype=object)
    lists = np.empty(3, dtype=object)
    lists[:] = [["甲", "乙"], [], ["丙"]]
    table = pd.DataFrame(
        {
            "name": pd.Series(["网格", None, ""], index=index, dtype="str"),
            "workers": pd.Series([1, None, 3], index=index, dtype="Int64"),
            "chains": pd.Series(lists, index=index, dtype=object),
            "valid_from": pd.Series(days, index=index, dtype=object),
            "none": pd.Series([None] * 3, index=index, dtype=object),
        }
    )
    frame = gpd.GeoDataFrame(table, geometry=[shapely.Point(1, 2), None, None], crs="EPSG:4326")
    back = unpack(pack(frame))
    assert (back.index.name, back.index.tolist(), back.crs) == ("row", [3, 3, 9], frame.crs)
    pd.testing.assert_frame_equal(pd.DataFrame(back), pd.DataFrame(frame), check_index_type=False)
    assert isinstance(back["chains"].iloc[0], list)
    empty = unpack(pack(frame.iloc[:0]))
    assert (len(empty), list(empty.columns)) == (0, list(frame.columns))


def test_steps_follow_one_another_and_can_be_undone(engine: Engine) -> None:
    number = new(engine)
    for value in (0.2, 0.3):
        with writing(engine) as connection:
            drafts.add_step(connection, number, step(value, "mend"))
    with writing(engine) as connection:
        drafts.point(connection, number, 1)
    with reading(engine) as connection:
        draft = drafts.find(connection, number)
        assert (draft.step, [one.action for one in draft.steps]) == (1, ["read", "mend", "mend"])
        assert steps.frame_of(connection, number, 2).total_bounds[2] == 0.3
        assert steps.findings_of(connection, number, 0) == [{"code": "overlap"}]
    with writing(engine) as connection:
        # What was undone is cut off by what is done instead.
        assert drafts.add_step(connection, number, step(0.4, "draw")) == 2
    with reading(engine) as connection:
        assert steps.frame_of(connection, number, 2).total_bounds[2] == 0.4
        with pytest.raises(NotFound, match="no step 3"):
            steps.frame_of(connection, number, 3)
        with pytest.raises(NotFound, match="no draft 99"):
            drafts.find(connection, 99)


@pytest.mark.parametrize("state", ["published", "discarded"])
def test_an_ended_draft_keeps_its_first_frame_and_the_one_that_counts(engine: Engine, state: Any) -> None:
    number, other = new(engine), new(engine)
    with writing(engine) as connection:
        for value in (0.2, 0.3, 0.4):
            drafts.add_step(connection, number, step(value, "mend"))
            drafts.add_step(connection, other, step(value, "mend"))
        drafts.point(connection, number, 2)
        drafts.end(connection, number, state)
    with reading(engine) as connection:
        found = drafts.find(connection, number)
        assert (found.state, [one.action for one in found.steps]) == (state, ["read", "mend", "mend", "mend"])
        assert [steps.frame_of(connection, number, n).total_bounds[2] for n in (0, 2)] == [0.1, 0.3]
        for let_go in (1, 3):
            with pytest.raises(NotFound, match=f"The layer of step {let_go} was let go when draft"):
                steps.frame_of(connection, number, let_go)
            assert steps.findings_of(connection, number, let_go) == [{"code": "overlap"}]
        assert steps.frame_of(connection, other, 1).total_bounds[2] == 0.2


def test_there_is_a_first_and_a_last_step(engine: Engine) -> None:
    number = new(engine)
    with writing(engine) as connection, pytest.raises(ConflictError, match="nothing to undo"):
        drafts.point(connection, number, -1)
    with writing(engine) as connection, pytest.raises(ConflictError, match="nothing to redo"):
        drafts.point(connection, number, 1)


def test_two_people_at_one_draft(engine: Engine) -> None:
    number = new(engine)
    with writing(engine) as connection:
        drafts.add_step(connection, number, step(0.2, "mend"), seen=0)
    with writing(engine) as connection, pytest.raises(ConflictError, match="is at step 1 by now, made by li"):
        drafts.add_step(connection, number, step(0.3, "mend"), seen=0)


def test_a_step_that_is_broken_off_is_not_there(engine: Engine) -> None:
    number = new(engine)

    def break_off() -> None:
        with writing(engine) as connection:
            drafts.add_step(connection, number, step(0.2, "mend"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    with reading(engine) as connection:
        draft = drafts.find(connection, number)
        assert (draft.step, len(draft.steps)) == (0, 1)


def test_the_desk_lists_what_is_open(engine: Engine) -> None:
    numbers = [new(engine) for _ in range(3)]
    with writing(engine) as connection:
        drafts.change(connection, numbers[1], state="discarded")
        drafts.restart(connection, numbers[2])
    with reading(engine) as connection:
        listed = drafts.listed(connection)
    assert [one.id for one in listed] == [numbers[2], numbers[0]]
    assert [(one.step, len(one.steps)) for one in listed] == [(None, 0), (0, 1)]


def test_what_an_office_said_is_remembered_by_its_headers(engine: Engine) -> None:
    whose: dict[str, Any] = {"source": "planning", "kind": "grids"}
    with writing(engine) as connection:
        assert not memory.knows(connection, **whose)
        memory.remember(connection, headers=["BM", "名称"], said={"crs": "EPSG:4544"}, **whose)
        memory.remember(connection, headers=["名称", "BM"], said={"crs": "EPSG:4523"}, **whose)
    with reading(engine) as connection:
        assert memory.knows(connection, **whose)
        assert memory.recall(connection, headers=["BM", "名称"], **whose) == {"crs": "EPSG:4523"}
        assert memory.recall(connection, headers=["BM"], **whose) is None
        assert memory.recall(connection, headers=["BM", "名称"], source="main", kind="grids") is None
