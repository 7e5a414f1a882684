"""Knowing: what the zone holds today, for those who look at a file before it is taken."""

from datetime import date

import geopandas as gpd
from sqlalchemy import Connection

from geo.doctor.inspection import Known
from geo.profile import Profile
from geo.store import assignments, boundaries
from geo.store import district as store
from geo.store.boundaries import GRID, PARK
from geo.workflows.ground.calendar import today


def known(connection: Connection, profile: Profile, *, on: date | None = None) -> Known:
    """Return what holds on a day, by default today, as known now.

    The streets are read only where there is neither a park nor a grid to compare a file with.
    """
    day = on or today(profile)
    stored = boundaries.partitions(connection)
    drawn = {
        (level.basis, level.name): stored[level.basis, level.name]
        for level in profile.levels
        if level.geometry and (level.basis, level.name) in stored
    }
    standing = {
        key: boundaries.versions(connection, GRID, on=day, where={"partition_id": number})
        for key, number in drawn.items()
    }
    parks = boundaries.versions(connection, PARK, on=day)
    bare = parks.empty and not any(len(grids) for grids in standing.values())
    return Known(
        profile=profile,
        parks=None if parks.empty else parks,
        standing={key: grids for key, grids in standing.items() if len(grids)},
        ever={key: boundaries.codes_ever_used(connection, number) for key, number in drawn.items()},
        enterprises=_places(connection),
        chains=_chains(connection, profile, day, stored),
        streets=_streets(connection) if bare else None,
    )


def _places(connection: Connection) -> object:
    points = assignments.points(connection, "enterprise")
    return points.to_numpy() if len(points) else None


def _chains(
    connection: Connection, profile: Profile, day: date, stored: dict[tuple[str, str], int]
) -> frozenset[str]:
    """Return what an industry chain may be called; nothing where no chain is loaded."""
    names: set[str] = set()
    for level in profile.levels:
        if level.match == "chains" and (level.basis, level.name) in stored:
            where = {"partition_id": stored[level.basis, level.name]}
            grids = boundaries.versions(connection, GRID, on=day, where=where, geometry=False)
            names |= {*grids["name"].dropna(), *grids["code"]}
    return frozenset(names | set(profile.chain_names)) if names else frozenset()


def _streets(connection: Connection) -> gpd.GeoDataFrame | None:
    lines = store.streets(connection)
    return lines if len(lines) else None
