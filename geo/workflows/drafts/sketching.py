"""Sketching: a draft without a file, whose first step is what stands today, to be drawn on."""

from datetime import date

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.contracts import GRIDS
from geo.errors import InputError, NotFound
from geo.levels import level_above
from geo.profile import Level, Profile
from geo.store import boundaries, drafts, releases
from geo.store.boundaries import GRID, PARK
from geo.store.drafts import Draft, NewStep
from geo.store.engine import reading, writing
from geo.workflows.drafts.drafting import Desk, subject_of
from geo.workflows.drafts.verdicts import verdicts_again
from geo.workflows.ground.calendar import today
from geo.workflows.ground.knowing import known


def sketch(
    desk: Desk,
    *,
    basis: str | None = None,
    level: str | None = None,
    source: str | None = None,
    by: str = "local",
) -> Draft:
    """Make a draft of the grids of a level as they stand today.

    A draft belongs to one office; the grids of others stand beside it.

    Parameters
    ----------
    basis, level : str, optional
        By default those of the counted grids.
    source : str, optional
        The office; by default the one that has the most grids of the level.

    Raises
    ------
    InputError
        Where grids of the level have no outlines; ProfileError where there is no such level.
    NotFound
        Where no grid stands there.
    """
    counting = desk.profile.counting
    drawn = desk.profile.level(basis or counting.basis, level or counting.name)
    if not drawn.geometry:
        raise InputError(
            f"Grids of the level {drawn.basis}/{drawn.name} have no outlines, so there is nothing to draw.",
            reason="level-without-outlines",
            basis=drawn.basis,
            level=drawn.name,
        )
    with reading(desk.engine) as connection:
        zone = known(connection, desk.profile)
        base = releases.current(connection)
        whose, frame = _standing(connection, desk.profile, drawn, source)
    subject = subject_of(desk.profile, "grids", source=whose, basis=drawn.basis, level=drawn.name)
    new = NewStep("read", frame, verdicts_again(frame, subject, zone, []), by)
    with writing(desk.engine) as connection:
        number = drafts.create(
            connection,
            kind="grids",
            name=f"{drawn.basis}/{drawn.name}",
            source=whose,
            basis=drawn.basis,
            level=drawn.name,
            state="open",
            facts={"format": "drawing", "features": len(frame), "extent": frame.total_bounds.tolist()},
            base_number=base,
            created_by=by,
        )
        drafts.add_step(connection, number, new)
        return drafts.find(connection, number)


def _standing(
    connection: Connection, profile: Profile, level: Level, source: str | None
) -> tuple[str, gpd.GeoDataFrame]:
    """Return an office, and its grids of a level as its next file would hold them, by code."""
    day = today(profile)
    number = boundaries.partitions(connection).get((level.basis, level.name))
    grids = boundaries.versions(connection, GRID, on=day, where={"partition_id": number or 0})
    if source is not None:
        grids = grids[grids["source"] == source]
    if grids.empty:
        raise NotFound(
            f"No grid of the level {level.basis}/{level.name} stands today; load a file first.",
            reason="nothing-to-draw",
            basis=level.basis,
            level=level.name,
        )
    counts = grids["source"].value_counts()
    whose = min(counts[counts == counts.max()].index)
    own = grids[grids["source"] == whose]
    index = pd.RangeIndex(1, len(own) + 1, name="row")
    cells = {
        "source_id": own["source_id"].tolist(),
        "code": own["code"].tolist(),
        "name": own["name"].tolist(),
        "kind": own["kind"].tolist(),
        "basis": [level.basis] * len(own),
        "level": [level.name] * len(own),
        "parent_code": _named(own["parent_id"], _parents(connection, profile, level, day)),
        "park_code": _named(own["park_id"], _parks(connection, day)),
    }
    table = pd.DataFrame({name: pd.Series(cells.get(name), index=index, dtype="str") for name in GRIDS.names})
    return str(whose), gpd.GeoDataFrame(table, geometry=own.geometry.to_numpy(), crs=own.crs)


def _named(ids: "pd.Series[int]", names: dict[int, str]) -> list[str | None]:
    return [None if pd.isna(one) else names.get(int(one)) for one in ids]


def _parents(connection: Connection, profile: Profile, level: Level, day: date) -> dict[int, str]:
    over = level_above(profile, level)
    number = None if over is None else boundaries.partitions(connection).get((over.basis, over.name))
    found = {} if number is None else boundaries.grid_ids_by_code(connection, number, day)
    return {grid: code for code, grid in found.items()}


def _parks(connection: Connection, day: date) -> dict[int, str]:
    parks = boundaries.versions(connection, PARK, on=day, geometry=False)
    names = parks["code"].where(parks["code"].notna(), parks["name"])
    return {int(park): str(name) for park, name in zip(parks["park_id"], names, strict=True)}
