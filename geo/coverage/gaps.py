"""Coverage gaps: demand not reached, counted in H3 cells."""

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely

from geo.frames import CRS


def gap_cells(
    demand: pd.DataFrame, *, limit_minutes: float, resolution: int | None = None
) -> gpd.GeoDataFrame:
    """Count the located demand that no station reaches in H3 cells (https://h3geo.org).

    The sums add up to what `geo.coverage.tally.denominators` calls out of reach, plus what is outside every
    grid and not reached, where such rows are handed over too. Demand without a location has no cell.

    Parameters
    ----------
    demand : DataFrame
        ``lon``, ``lat`` in degrees (NaN: no location), ``minutes`` of the whole way, not cut off at
        the limit (inf or NaN where no street connects), and ``workers`` (Int64, NA for unknown) where
        it is known at all.
    limit_minutes : float
        The promise, border included.
    resolution : int, optional
        Of the cells; by default 11 (edges of about 29 m) up to 5 minutes, else 10 (about 76 m).

    Returns
    -------
    GeoDataFrame
        Index ``cell`` (the H3 index as text, sorted); ``enterprises``, ``workers`` (Int64, NA where no
        head count of the demand is known at all), ``workers_unknown``, ``unconnected`` (enterprises that
        no street connects), ``missing_min``
        and ``missing_median`` (minutes beyond the limit of the connected ones, NaN where there are
        none), and the hexagon in EPSG:4326.
    """
    if resolution is None:
        resolution = 11 if limit_minutes <= 5 else 10
    minutes = demand["minutes"].to_numpy(dtype=float, na_value=np.nan)
    located = np.isfinite(demand[["lon", "lat"]].to_numpy(dtype=float, na_value=np.nan)).all(axis=1)
    gap = demand[located & ~(minutes <= limit_minutes)]
    places = zip(gap["lat"].tolist(), gap["lon"].tolist(), strict=True)
    cells = [h3.latlng_to_cell(lat, lon, resolution) for lat, lon in places]
    workers = gap.get("workers", pd.Series(pd.NA, index=gap.index)).astype("Int64")
    missing = gap["minutes"].astype(float).replace(np.inf, np.nan) - limit_minutes
    rows = pd.DataFrame(
        {
            "enterprises": 1,
            "workers": workers.fillna(0),
            "workers_unknown": workers.isna().astype("int64"),
            "unconnected": missing.isna().astype("int64"),
            "missing_min": missing,
            "missing_median": missing,
        }
    )
    sums = dict.fromkeys(rows.columns[:4], "sum")
    table = rows.groupby(pd.Index(cells, dtype="str", name="cell")).agg(
        sums | {"missing_min": "min", "missing_median": "median"}
    )
    if not demand.get("workers", pd.Series(dtype="Int64")).notna().any():
        table["workers"] = pd.array([pd.NA] * len(table), dtype="Int64")
    return gpd.GeoDataFrame(table, geometry=[_hexagon(cell) for cell in table.index], crs=CRS)


def _hexagon(cell: str) -> shapely.Polygon:
    """Return the outline of a cell; H3 names latitude first."""
    return shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)])
