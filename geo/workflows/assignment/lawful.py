"""The law: what the rule says of one enterprise, whatever people say of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from pyproj import Transformer
from sqlalchemy import Connection

from geo.assignment.membership import assign_by_name
from geo.assignment.neighbours import distance_m, ground
from geo.assignment.rule import assign
from geo.china import metric_crs
from geo.frames import CRS
from geo.profile import Level, Profile
from geo.store import assignments, boundaries, enterprises
from geo.store.boundaries import GRID


@dataclass(frozen=True)
class Law:
    """What the rule says of one enterprise on a day.

    Parameters
    ----------
    grid_id, code : int, str or None
        The grid, None for none.
    rule : str
        The rule that says so.
    distance_m : float or None
        How far the enterprise lies from another grid that was asked about, 0 in it.
    """

    grid_id: int | None
    code: str | None
    rule: str
    distance_m: float | None = None


def law(
    connection: Connection, profile: Profile, level: Level, enterprise: int, grid_id: int | None, on: date
) -> Law:
    """Return what the rule says of an enterprise on a day, as known now, and how far it is from a grid."""
    partition = boundaries.partitions(connection).get((level.basis, level.name))
    grids = boundaries.versions(connection, GRID, on=on, where={"partition_id": partition or 0})
    if not level.geometry:
        if level.match is None:
            return Law(None, None, "outside")
        names = enterprises.names(connection, level.match, [enterprise])
        called = grids.assign(name=grids["name"].replace(profile.chain_names))
        return _law(assign_by_name(names, called), grids)
    points = assignments.points(connection, "enterprise", [enterprise])
    found = _law(assign(points, grids), grids)
    place = points.iloc[0]
    mine = grids[grids["grid_id"] == grid_id]
    if place is None or mine.empty:
        return found
    land = ground(mine, metric_crs(place.x, place.y))
    xy = np.array(Transformer.from_crs(CRS, land.crs, always_xy=True).transform(place.x, place.y))
    return Law(found.grid_id, found.code, found.rule, distance_m(land, xy, int(mine.index[0])))


def _law(found: pd.DataFrame, grids: pd.DataFrame) -> Law:
    row = found.iloc[0]
    if pd.isna(row["version"]):
        return Law(None, None, row["rule"])
    return Law(int(grids.loc[row["version"], "grid_id"]), row["code"], row["rule"])
