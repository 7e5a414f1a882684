"""Descending: which grids of a publication came out of which, by the ground that passed between them."""

from collections.abc import Collection

import geopandas as gpd

from geo.changes.comparison import compare
from geo.china import metric_crs
from geo.frames import CRS
from geo.store.boundaries import GRID
from geo.store.lineage import Descent
from geo.workflows.publication.planning import Part


def descents(part: Part, gone: Collection[int]) -> list[Descent]:
    """Return the splits and mergers in one partition; see `geo.changes.lineage.descend`.

    Parameters
    ----------
    part : Part
        With the ids that its grids have in the store.
    gone : collection of int
        The ids of grids that are retired by the same publication.
    """
    if part.layer is not GRID or part.level is None or not part.level.geometry:
        return []
    after = part.changed
    new = ~after["grid_id"].isin(part.standing.index)
    ended = part.standing.index.isin(list(gone))
    # A border between two grids that stay makes no descent, so only what comes or goes is looked at.
    before = part.standing[part.standing.index.isin(after["grid_id"]) | ended]
    if before.empty or after.empty or not (new.any() or ended.any()):
        return []
    one = gpd.GeoDataFrame(
        {"code": before["code"], "grid_id": before.index}, geometry=before.geometry, crs=CRS
    )
    other = gpd.GeoDataFrame(after[["code", "grid_id"]], geometry=gpd.GeoSeries(after["geom"], crs=CRS))
    west, south, east, north = other.total_bounds
    found = compare(one, other, crs=metric_crs((west + east) / 2, (south + north) / 2)).descents
    ids = other["grid_id"]
    return [
        Descent(int(before_row), int(ids[after_row]), str(kind))
        for before_row, after_row, kind in zip(
            found["before_row"], found["after_row"], found["kind"], strict=True
        )
    ]
