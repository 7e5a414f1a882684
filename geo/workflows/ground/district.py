"""The district in memory: what is known of the zone at one stamp, in frames and metres."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer
from sqlalchemy import Connection, text

from geo.assignment.overrides import overruled
from geo.assignment.rule import assign
from geo.china import metric_crs
from geo.frames import CRS
from geo.profile import Profile
from geo.promise import Calendar
from geo.store import boundaries, geocodes, overrides, releases, street_corrections
from geo.store import district as store
from geo.store.boundaries import GRID

Floats = npt.NDArray[np.float64]


FAR_DEGREES = 0.5
"""Further from the middle of a zone is no point of it."""


@dataclass(frozen=True)
class Stamp:
    """Names one state of everything that a figure depends on; equal stamps give equal figures.

    Parameters
    ----------
    release : int or None
        The release of the boundaries, None before the first.
    on : date
        The civil day.
    boundaries, enterprises, stations, streets, base, organisations, addresses : int
        The number of the last load of each, 0 before the first; of boundaries also one that made no release.
    overrides : int
        Grows with each override that is made or taken back.
    geocodes : int
        Likewise with each place that is found by an address, or given up.
    street_corrections : int
        Likewise with each correction of streets that is made, or taken back.
    origin : str
        The moment of the database's first load. Numbers begin at 1 in each database, so without it two
        zones that are served at one address, one after the other, could have equal stamps.
    """

    release: int | None
    on: date
    boundaries: int = 0
    enterprises: int = 0
    stations: int = 0
    streets: int = 0
    base: int = 0
    organisations: int = 0
    addresses: int = 0
    overrides: int = 0
    geocodes: int = 0
    street_corrections: int = 0
    origin: str = ""

    @property
    def last_load(self) -> int:
        """The last load that anything of it depends on."""
        return max(
            self.boundaries,
            self.enterprises,
            self.stations,
            self.streets,
            self.base,
            self.organisations,
            self.addresses,
        )

    @property
    def ways(self) -> tuple[Hashable, ...]:
        """What streets depend on; the day as well where corrections that end are among it."""
        day = self.on if self.street_corrections else None
        return self.streets, self.base, self.street_corrections, day, self.origin

    def to_dict(self) -> dict[str, Any]:
        """Return the stamp as the API tells it."""
        return {
            "release": self.release,
            "on": self.on.isoformat(),
            "enterprises_version": self.enterprises,
            "stations_version": self.stations,
            "streets_version": self.streets,
        }


@dataclass(frozen=True, eq=False)
class District:
    """The zone at one stamp.

    Parameters
    ----------
    stamp : Stamp
        Which state it is.
    crs : str
        The metric coordinate system of the place.
    grids : GeoDataFrame
        The grids of the counting level; index the version; with ``area_m2``.
    enterprises, stations : DataFrame
        See `geo.store.district`; besides ``code``, the grid's code, and for a release that is not the
        current one ``candidates``.
    calendar : Calendar
        The zone's holidays and adjusted workdays.
    """

    stamp: Stamp
    crs: str
    grids: gpd.GeoDataFrame
    enterprises: pd.DataFrame
    stations: pd.DataFrame
    calendar: Calendar = field(default_factory=Calendar)

    def metres(self, lonlat: Floats) -> Floats:
        """Return longitude and latitude (n, 2) as metres in the district's system; NaN stays NaN."""
        x, y = _projection(self.crs).transform(lonlat[:, 0], lonlat[:, 1])
        xy = np.column_stack([x, y])
        xy[~np.isfinite(lonlat).all(axis=1)] = np.nan
        return xy

    def metric_bounds(self, extent: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """Return west, south, east, north in metres of an extent in degrees, its corners being within."""
        west, south, east, north = extent
        corners = np.array([(west, south), (west, north), (east, north), (east, south)])
        xy = self.metres(corners)
        (low_x, low_y), (high_x, high_y) = xy.min(axis=0), xy.max(axis=0)
        return float(low_x), float(low_y), float(high_x), float(high_y)

    @property
    def extent(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the grids, or of the points where there are none; None if empty.

        Of points, those far from their middle do not count: one at a wrong place would make it a continent.
        """
        if not self.grids.geometry.dropna().empty:
            west, south, east, north = self.grids.total_bounds
            return float(west), float(south), float(east), float(north)
        points = pd.concat([self.enterprises[["lon", "lat"]], self.stations[["lon", "lat"]]]).dropna()
        if points.empty:
            return None
        near = points[((points - points.median()).abs() <= FAR_DEGREES).all(axis=1)]
        points = points if near.empty else near
        low, high = points.min(), points.max()
        return float(low["lon"]), float(low["lat"]), float(high["lon"]), float(high["lat"])


def stamp(connection: Connection, *, release: int | None, on: date) -> Stamp:
    """Return the stamp of a release and a day.

    Raises
    ------
    NotFound
        Where there is no such release.
    """
    number = releases.resolve(connection, release)
    query = text("select kind, max(id) as version, min(loaded_at) as since from load group by kind")
    newest = connection.execute(query).all()
    known = {row.kind: row.version for row in newest}
    origin = min((row.since.isoformat() for row in newest), default="")
    kinds = ("enterprises", "stations", "streets", "base", "organisations", "addresses")
    newest_boundaries = max(known.get(kind, 0) for kind in ("parks", "grids", "general-grids"))
    versions = {kind: known.get(kind, 0) for kind in kinds}
    grown = {"overrides": overrides.version(connection), "geocodes": geocodes.version(connection)}
    grown["street_corrections"] = street_corrections.version(connection)
    return Stamp(number, on, newest_boundaries, **versions, **grown, origin=origin)


def read_district(connection: Connection, profile: Profile, wanted: Stamp) -> District:
    """Read the zone at a stamp."""
    level = profile.counting
    partition = boundaries.partitions(connection).get((level.basis, level.name))
    grids = boundaries.versions(
        connection,
        GRID,
        release=wanted.release or 0,
        on=wanted.on,
        where={"partition_id": partition},
    )
    enterprises = store.enterprises(connection, partition=partition, on=wanted.on)
    stations = store.stations(connection, partition=partition, on=wanted.on)
    district = District(wanted, CRS, grids, enterprises, stations, profile.calendar)
    if wanted.release != releases.current(connection):
        # Stored assignments are those of the current release; an older one is worked out again.
        words = overrides.words(connection, partition, wanted.on)
        district = replace(
            district, enterprises=assigned(enterprises, grids, words), stations=assigned(stations, grids)
        )
    district = replace(district, crs=_metric(district))
    codes = district.grids["code"]
    return replace(
        district,
        grids=district.grids.assign(area_m2=district.grids.to_crs(district.crs).area.fillna(0.0)),
        enterprises=district.enterprises.assign(code=district.enterprises["version"].map(codes)),
        stations=district.stations.assign(code=district.stations["version"].map(codes)),
    )


def assigned(
    points: pd.DataFrame, grids: gpd.GeoDataFrame, words: "pd.Series[Any] | None" = None
) -> pd.DataFrame:
    """Return the points of a district with the assignment that other grids give them.

    ``words`` are the ids of the grids that people gave them, by the point's id.
    """
    shapes = np.full(len(points), None, dtype=object)
    located = points["lon"].notna().to_numpy()
    shapes[located] = shapely.points(points.loc[located, ["lon", "lat"]].to_numpy())
    found = assign(gpd.GeoSeries(shapes, index=points.index, crs=CRS), grids)
    if words is not None:
        found = overruled(found, words, grids)
    return points.assign(**{column: found[column] for column in ("status", "rule", "version", "candidates")})


@cache
def _projection(crs: str) -> Transformer:
    """Return what projects to a system; it takes longer to make than a hundred thousand points to project."""
    return Transformer.from_crs(CRS, crs, always_xy=True)


def _metric(district: District) -> str:
    west, south, east, north = district.extent or (105.0, 30.0, 105.0, 30.0)
    return metric_crs((west + east) / 2, (south + north) / 2)
