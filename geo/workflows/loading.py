"""Loading: one file through the door, into its table, and every assignment that it touches renewed.

A load is one transaction. Rows that are bad are listed and the rest goes in; what is absent from the file
is listed and stays. Boundaries make a release; points, streets and organisations have versions of their own.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine

from geo.contracts import CONTRACTS
from geo.errors import InputError
from geo.frames import Facts, Progress, Reading, Refusal, no_progress
from geo.profile import Profile
from geo.read.door import read_file
from geo.store import loads, organisations, releases, tables
from geo.store.engine import writing
from geo.store.staging import Merge, merge
from geo.workflows import assigning, publishing
from geo.workflows.calendar import today


@dataclass(frozen=True)
class LoadOptions:
    """What a user may say about a file.

    Parameters
    ----------
    source : str
        The office or series that the file belongs to; a row is known by it and its id.
    crs, encoding : str, optional
        Where the file does not say them, or says them wrongly.
    basis, level : str, optional
        Of grids; by default the profile's counting level.
    since : date, optional
        The first civil day on which boundaries hold; by default always for a first load, else today.
    by : str
        Who loads.
    gdal : bool
        Whether formats that need GDAL are taken.
    """

    source: str = "main"
    crs: str | None = None
    encoding: str | None = None
    basis: str | None = None
    level: str | None = None
    since: date | None = None
    by: str = "local"
    gdal: bool = True


@dataclass(frozen=True)
class Outcome:
    """What a loader did with the rows of a frame; the sums are over rows."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    absent: list[str] = field(default_factory=list)
    refused: tuple[Refusal, ...] = ()
    remarks: tuple[Refusal, ...] = ()
    release: int | None = None
    codes_given: int = 0
    reassigned: int = 0


@dataclass(frozen=True)
class LoadReport:
    """What became of a file: rows = added + updated + unchanged + refused."""

    kind: str
    facts: Facts
    rows: int
    outcome: Outcome
    refused: tuple[Refusal, ...]
    remarks: tuple[Refusal, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every row was taken."""
        return not self.refused

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the API and the command line give it."""
        facts, outcome = self.facts, self.outcome
        return {
            "ok": self.ok,
            "kind": self.kind,
            "file": facts.name,
            "format": facts.format,
            "encoding": facts.encoding,
            "crs": facts.crs,
            "rows": self.rows,
            "added": outcome.added,
            "updated": outcome.updated,
            "unchanged": outcome.unchanged,
            "absent_count": len(outcome.absent),
            "absent": outcome.absent[:1000],
            "refused": [asdict(one) for one in self.refused],
            "remarks": [asdict(one) for one in self.remarks],
            "ignored": list(facts.ignored),
            "columns": dict(facts.columns),
            "release": outcome.release,
            "codes_given": outcome.codes_given,
            "reassigned": outcome.reassigned,
            "seconds": round(self.seconds, 3),
        }


def load_file(
    engine: Engine,
    profile: Profile,
    path: Path,
    kind: str,
    *,
    options: LoadOptions | None = None,
    on_progress: Progress = no_progress,
) -> LoadReport:
    """Read a file and merge it into what is there, by source and id.

    Parameters
    ----------
    kind : str
        A key of `geo.contracts.CONTRACTS`.

    Raises
    ------
    InputError
        Where the file as a whole cannot be taken; single rows are refused in the report.
    """
    options = options or LoadOptions()
    if kind not in CONTRACTS:
        raise InputError(f"“{kind}” is no kind of file; it is one of {', '.join(CONTRACTS)}.", kind=kind)
    started = time.monotonic()
    reading = read_file(
        path,
        kind,
        crs=options.crs,
        encoding=options.encoding,
        gdal=options.gdal,
        on_progress=lambda fraction, message: on_progress(fraction * 0.5, message),
    )
    on_progress(0.5, "storing")
    with writing(engine) as connection:
        releases.lock(connection)
        outcome = _store(connection, profile, kind, reading, options)
        on_progress(0.95, "committing")
    refused = sorted((*reading.refused, *outcome.refused), key=lambda one: one.row)
    remarks = sorted((*reading.remarks, *outcome.remarks), key=lambda one: one.row)
    return LoadReport(
        kind=kind,
        facts=reading.facts,
        rows=len(reading.frame) + len(reading.refused),
        outcome=outcome,
        refused=tuple(refused),
        remarks=tuple(remarks),
        seconds=time.monotonic() - started,
    )


def _store(
    connection: Connection, profile: Profile, kind: str, reading: Reading, options: LoadOptions
) -> Outcome:
    load_id = loads.begin(connection, kind, source=options.source, facts=reading.facts, by=options.by)
    outcome = LOADERS[kind](connection, profile, reading.frame, options, load_id)
    counts = {
        "added": outcome.added,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "absent": len(outcome.absent),
        "refused": len(reading.refused) + len(outcome.refused),
    }
    loads.finish(connection, load_id, counts)
    return outcome


def _load_enterprises(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, options: LoadOptions, load_id: int
) -> Outcome:
    canonical = profile.chain_names
    chains = frame["chains"].map(lambda names: list(dict.fromkeys(canonical.get(n, n) for n in names)))
    return _load_points(
        connection, profile, "enterprise", _with_geom(frame).assign(chains=chains), options, load_id
    )


def _load_stations(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, options: LoadOptions, load_id: int
) -> Outcome:
    return _load_points(connection, profile, "station", _with_geom(frame), options, load_id)


def _load_points(
    connection: Connection,
    profile: Profile,
    kind: str,
    frame: pd.DataFrame,
    options: LoadOptions,
    load_id: int,
) -> Outcome:
    table = tables.metadata.tables[kind]
    merged = merge(connection, table, frame, source=options.source, load_id=load_id)
    # A changed chain or industry moves an enterprise on the bases that have no geometry.
    touched = [*merged.added, *merged.updated]
    reassigned = assigning.reassign_points(connection, profile, kind, touched)
    return _outcome(merged, reassigned=reassigned)


def _load_streets(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, options: LoadOptions, load_id: int
) -> Outcome:
    table = _with_geom(frame).assign(
        walk=frame["walk"].ne("no"),
        ebike=frame["ebike"].ne("no"),
        drive=frame["drive"].ne("no"),
        oneway=frame["oneway"].where(frame["oneway"].isin(["forward", "backward"]), "no"),
        layer=frame["layer"].fillna(0),
    )
    return _outcome(merge(connection, tables.street, table, source=options.source, load_id=load_id))


def _load_base(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, options: LoadOptions, load_id: int
) -> Outcome:
    table = _with_geom(frame).assign(kind=frame["kind"].fillna("other"))
    return _outcome(merge(connection, tables.base_feature, table, source=options.source, load_id=load_id))


def _load_organisations(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, options: LoadOptions, load_id: int
) -> Outcome:
    known = publishing.counted_grids(connection, profile, today(profile))
    ranges = [
        f"[{low or ''},{high or ''})"
        for low, high in zip(frame["valid_from"], frame["valid_to"], strict=True)
    ]
    table = pd.DataFrame(frame[["source_id", "name", "kind"]]).assign(valid=ranges)
    merged = merge(connection, tables.organisation, table, source=options.source, load_id=load_id)
    numbers = organisations.ids(connection, options.source, list(frame["source_id"]))
    rows = [
        (row, numbers[source_id], code)
        for row, source_id, codes in zip(frame.index, frame["source_id"], frame["grid_codes"], strict=True)
        for code in codes
    ]
    links = [(number, known[code]) for _, number, code in rows if code in known]
    organisations.cover(connection, links, list(numbers.values()))
    remarks = tuple(_unknown_grid(row, code) for row, _, code in rows if code not in known)
    return _outcome(merged, remarks=remarks)


def _unknown_grid(row: int, code: str) -> Refusal:
    return Refusal(
        row,
        "grid-unknown",
        f"Row {row} names the grid {code}, which is not loaded; the organisation was taken without it. "
        "Load the grids first, then this file again.",
        {"code": code},
    )


def _with_geom(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the frame's columns with the geometry under the name that the tables use."""
    return pd.DataFrame(frame.drop(columns="geometry")).assign(geom=frame.geometry.to_numpy())


def _outcome(merged: Merge, **more: Any) -> Outcome:
    return Outcome(
        added=len(merged.added),
        updated=len(merged.updated),
        unchanged=merged.unchanged,
        absent=merged.absent,
        **more,
    )


def _load_boundaries(kind: str) -> "Loader":
    def load(
        connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, options: LoadOptions, load_id: int
    ) -> Outcome:
        change = publishing.Change(
            kind=kind,
            source=options.source,
            basis=options.basis,
            level=options.level,
            since=options.since,
            by=options.by,
            load_id=load_id,
        )
        return Outcome(**publishing.publish(connection, profile, frame, change))

    return load


Loader = Callable[[Connection, Profile, gpd.GeoDataFrame, LoadOptions, int], Outcome]

LOADERS: dict[str, Loader] = {
    "parks": _load_boundaries("parks"),
    "grids": _load_boundaries("grids"),
    "general-grids": _load_boundaries("general-grids"),
    "enterprises": _load_enterprises,
    "stations": _load_stations,
    "organisations": _load_organisations,
    "streets": _load_streets,
    "base": _load_base,
}
