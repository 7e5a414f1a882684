"""Comparing: what a file says of boundaries against what stands."""

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.changes.sameness import settled
from geo.store.boundaries import Layer


def holding(versions: gpd.GeoDataFrame, on: date | None) -> gpd.GeoDataFrame:
    """Return the versions that hold on a day, or from the beginning for None."""
    low, high = versions["valid_from"], versions["valid_to"]
    if on is None:
        return versions[low.isna()]
    begun = [day is None or day <= on for day in low]
    unended = [day is None or day > on for day in high]
    return versions[np.array(begun, dtype=bool) & np.array(unended, dtype=bool)]


def as_standing(
    table: pd.DataFrame, known: gpd.GeoDataFrame, since: date | None, layer: Layer
) -> pd.DataFrame:
    """Return the rows of a file with what stands already in the place of outlines that say the same.

    A layer that was given out and comes back changes nothing; see `geo.changes.sameness.settled`.

    Parameters
    ----------
    table : DataFrame
        The layer's key and ``geom``.
    known : GeoDataFrame
        All versions of the layer, or of the partition.
    since : date or None
        The first day of the change, None for always.
    layer : Layer
        Parks or grids.
    """
    standing = holding(known, since).set_index(layer.key)
    own = standing.reindex(table[layer.key]).geometry.to_numpy()
    return table.assign(geom=settled(table["geom"].to_numpy(), own, standing.geometry.to_numpy()))


def differs(table: pd.DataFrame, standing: gpd.GeoDataFrame, layer: Layer) -> "pd.Series[bool]":
    """Tell which rows say something else than what stands, every coordinate compared bit by bit."""
    old = standing.reindex(table[layer.key])
    different = ~table[layer.key].isin(standing.index).to_numpy()
    for column in layer.columns:
        different |= _cells(table[column]) != _cells(old[column])
    shapes = shapely.to_wkb(table["geom"].to_numpy())
    different |= shapes != shapely.to_wkb(old.geometry.to_numpy())
    return pd.Series(different, index=table.index)


def _cells(column: pd.Series) -> Any:
    """Return a column as an array of objects, None for missing, which is equal to itself."""
    cells = column.to_numpy(dtype=object).copy()
    cells[pd.isna(cells)] = None
    return cells
