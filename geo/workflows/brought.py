"""A zone that is brought along in files: the same figures without any database."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.china import metric_crs
from geo.frames import CRS, Progress, Reading, Refusal, Said, no_progress
from geo.partition.meridian import refuse_torn
from geo.profile import Profile
from geo.read.door import read_file
from geo.store import street_corrections
from geo.workflows.assignment.streaming import coded_grids
from geo.workflows.ground.calendar import today
from geo.workflows.ground.district import District, Stamp, assigned
from geo.workflows.ground.zone import Zone

KINDS = ("enterprises", "stations", "streets", "grids", "base")

READERS = 2
"""Files are read in processes of their own, so that two are read at a time."""


@dataclass(frozen=True)
class Files:
    """Which files make a zone, and what a person says of them.

    Parameters
    ----------
    paths : mapping of str to Path
        By kind, one of `KINDS`; what is missing is not known.
    said : mapping of str to Said
        By kind.
    basis, level : str, optional
        Which of the grids are meant, where the file has several.
    """

    paths: Mapping[str, Path]
    said: Mapping[str, Said] = field(default_factory=dict)
    basis: str | None = None
    level: str | None = None


class Brought(Zone):
    """The zone of a handful of files; its ids are the numbers of their rows."""

    def __init__(self, profile: Profile, files: Files, readings: Mapping[str, Reading]) -> None:
        super().__init__(profile)
        self.files = files
        self.readings = readings
        self.refused = tuple(_refusals(readings))
        self._district = replace(_district(files, readings, self.stamp()), calendar=profile.calendar)

    def stamp(self, *, release: int | None = None, on: date | None = None) -> Stamp:
        """Return the stamp of the files: no release, and today."""
        enterprises, stations, streets = (
            int(k in self.readings) for k in ("enterprises", "stations", "streets")
        )
        day = on or today(self.profile)
        return Stamp(release, day, enterprises=enterprises, stations=stations, streets=streets)

    def district(self, wanted: Stamp) -> District:
        """Return the points and grids of the files."""
        return self._district

    def streets(self) -> gpd.GeoDataFrame:
        """Return the streets, open to all where nothing closes them."""
        reading = self.readings["streets"]
        return reading.frame.assign(noded=reading.facts.format == "osm-pbf")

    def ground(self) -> gpd.GeoDataFrame:
        """Return water, railways and the like, where a file of them was brought."""
        if "base" not in self.readings:
            return gpd.GeoDataFrame({"kind": []}, geometry=[], crs=CRS)
        return self.readings["base"].frame

    def street_corrections(self, on: date) -> gpd.GeoDataFrame:
        """Return nothing: corrections of streets are kept in a database."""
        return street_corrections.nothing()

    def streets_told(self) -> dict[str, Any] | None:
        """Return the name of the file of streets, and when it was last changed."""
        if "streets" not in self.readings:
            return None
        changed = datetime.fromtimestamp(self.files.paths["streets"].stat().st_mtime, tz=UTC)
        return {
            "version": 1,
            "loaded_at": changed.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "source": self.readings["streets"].facts.name,
        }

    def details(self) -> pd.DataFrame:
        """Return what the enterprises say of themselves, by the number of their row."""
        frame = pd.DataFrame(self.readings["enterprises"].frame.drop(columns="geometry"))
        called = self.profile.chain_names
        chains = [list(dict.fromkeys(called.get(name, name) for name in row)) for row in frame["chains"]]
        return frame.assign(chains=pd.Series(chains, index=frame.index, dtype=object))

    def sources(self) -> pd.DataFrame:
        """Return what the file of the enterprises says of the accuracy of their places."""
        reading, points = self.readings["enterprises"], self._district.enterprises
        stated = reading.frame["accuracy_m"].astype(float)
        return points[["lon", "lat"]].assign(stated_m=stated, found_m=np.nan, crs=reading.facts.crs)

    def belonging(self, wanted: Stamp) -> pd.DataFrame:
        """Return what the grids name as the grid above them and as their park."""
        grids = self._district.grids
        columns = {"block": "parent_code", "park": "park_code"}
        return pd.DataFrame(
            {
                name: grids[column] if column in grids else pd.array([None] * len(grids), dtype="str")
                for name, column in columns.items()
            },
            index=grids.index,
        )

    def provenance(self) -> dict[str, Any]:
        """Return what the files were, and which rows were not taken, as answers say it."""
        return {
            "files": {
                kind: {
                    "name": reading.facts.name,
                    "sha256": reading.facts.sha256,
                    "crs": reading.facts.crs,
                    "rows": len(reading.frame) + len(reading.refused),
                    "refused": len(reading.refused),
                }
                for kind, reading in self.readings.items()
            },
            "refused_total": len(self.refused),
            "refused": [
                {"row": one.row, "code": one.code, "message": one.message, "details": dict(one.details)}
                for one in self.refused[:1000]
            ],
        }


def bring(files: Files, profile: Profile, *, on_progress: Progress = no_progress) -> Brought:
    """Read the files of a zone through the door.

    Raises
    ------
    InputError
        Where a file cannot be read, does not say which grids are meant, or they lie across 180°.
    """
    wanted = [kind for kind in KINDS if kind in files.paths]
    done = 0

    def read(kind: str) -> Reading:
        return read_file(files.paths[kind], kind, said=files.said.get(kind))

    readings: dict[str, Reading] = {}
    with ThreadPoolExecutor(READERS) as pool:
        for kind, reading in zip(wanted, pool.map(read, wanted), strict=True):
            readings[kind], done = reading, done + 1
            on_progress(done / len(wanted), f"{files.paths[kind].name}: {len(reading.frame):,} rows")
    refuse_torn([reading.frame.geometry for reading in readings.values()])
    return Brought(profile, files, readings)


def _refusals(readings: Mapping[str, Reading]) -> list[Refusal]:
    return [
        replace(one, details={"file": reading.facts.name, **one.details})
        for reading in readings.values()
        for one in reading.refused
    ]


def _district(files: Files, readings: Mapping[str, Reading], stamp: Stamp) -> District:
    grids = _grids(files, readings.get("grids"))
    enterprises = _points(readings.get("enterprises"), grids, ["workers"])
    names = ["source_id", "name", "kind", "category", "functions", "opening_hours", "capacity", "address"]
    stations = _points(readings.get("stations"), grids, names)
    bare = District(stamp, CRS, grids, enterprises, stations)
    west, south, east, north = bare.extent or _bounds(readings.get("streets"))
    crs = metric_crs((west + east) / 2, (south + north) / 2)
    area = grids.to_crs(crs).area.fillna(0.0)
    return replace(bare, crs=crs, grids=grids.assign(area_m2=area))


def _bounds(streets: Reading | None) -> tuple[float, float, float, float]:
    """Return the extent of the streets, where there is nothing else."""
    if streets is None or streets.frame.empty:
        return 105.0, 30.0, 105.0, 30.0
    west, south, east, north = streets.frame.total_bounds
    return float(west), float(south), float(east), float(north)


def _grids(files: Files, reading: Reading | None) -> gpd.GeoDataFrame:
    """Return the grids of one basis and level, each with a code."""
    if reading is None:
        columns = {"grid_id": pd.array([], dtype="Int64"), "code": [], "name": [], "kind": []}
        return gpd.GeoDataFrame(columns, geometry=[], crs=CRS)
    frame = coded_grids(reading, basis=files.basis, level=files.level)
    ordered = frame.sort_values("code", kind="stable").rename_axis("version")
    return ordered.assign(grid_id=pd.array(ordered.index, dtype="Int64"))


def _points(reading: Reading | None, grids: gpd.GeoDataFrame, columns: list[str]) -> pd.DataFrame:
    """Return points as `geo.store.district` gives them, with the grid that covers each."""
    if reading is None:
        names = ["lon", "lat", "status", "rule", "version", "code", "candidates", *columns]
        none = pd.DataFrame(columns=names, index=pd.Index([], dtype="int64", name="id"))
        return none.astype({"lon": float, "lat": float, "version": "Int64"})
    frame = reading.frame
    places = frame.geometry.to_numpy()
    lonlat = np.array([(p.x, p.y) if p is not None else (np.nan, np.nan) for p in places]).reshape(-1, 2)
    points = pd.DataFrame(frame[columns]).assign(lon=lonlat[:, 0], lat=lonlat[:, 1]).rename_axis("id")
    found = assigned(points, grids)
    return found.assign(code=found["version"].map(grids["code"]))
