"""Loaders: one for each kind of file, from its frame into its table, assignments included."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.addresses.table import nameless
from geo.frames import Refusal
from geo.profile import Profile
from geo.store import geocodes, organisations, tables
from geo.store.staging import Merge, merge
from geo.workflows.assignment import assigning
from geo.workflows.ground.calendar import today
from geo.workflows.publication import publishing
from geo.workflows.publication.planning import Change
from geo.workflows.publication.report import LoadOptions, Outcome
from geo.workflows.publication.reverting import reverted


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
    remarks = reverted(connection, frame, options.source, zone=profile.zone_info)
    outcome = _load_points(connection, profile, "station", _with_geom(frame), options, load_id)
    return replace(outcome, remarks=remarks)


def _load_points(
    connection: Connection,
    profile: Profile,
    kind: str,
    frame: pd.DataFrame,
    options: LoadOptions,
    load_id: int,
) -> Outcome:
    table = tables.metadata.tables[kind]
    keep = geocodes.KEEP if kind == "enterprise" else None
    merged = merge(connection, table, frame, source=options.source, load_id=load_id, keep=keep)
    if merged.updated and keep:
        geocodes.settle(connection, by=options.by)
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
    table = _with_geom(frame.drop(columns="barrier")).assign(kind=frame["kind"].fillna("other"))
    return _outcome(merge(connection, tables.base_feature, table, source=options.source, load_id=load_id))


def _load_addresses(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, options: LoadOptions, load_id: int
) -> Outcome:
    """Put a table of addresses in the place of what its office brought before; it has no other past."""
    refused = nameless(frame["address"])
    frame = frame.drop(index=[one.row for one in refused])
    merged = merge(
        connection, tables.known_address, _with_geom(frame), source=options.source, load_id=load_id
    )
    geocodes.forget(connection, options.source, merged.absent)
    remarks = (_forgotten(len(merged.absent)),) if merged.absent else ()
    return replace(_outcome(merged, refused=refused, remarks=remarks), absent=[])


def _load_organisations(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, options: LoadOptions, load_id: int
) -> Outcome:
    refused = tuple(
        _no_days(row, low, high)
        for row, low, high in zip(frame.index, frame["valid_from"], frame["valid_to"], strict=True)
        if low and high and low >= high
    )
    frame = frame[~frame.index.isin([one.row for one in refused])]
    ranges = [
        f"[{low or ''},{high or ''})"
        for low, high in zip(frame["valid_from"], frame["valid_to"], strict=True)
    ]
    table = pd.DataFrame(frame[["source_id", "name", "kind"]]).assign(valid=ranges)
    merged = merge(connection, tables.organisation, table, source=options.source, load_id=load_id)
    relinked, remarks = _cover_grids(connection, profile, frame, options.source)
    updated = {*merged.updated, *(relinked - {*merged.added})}
    return Outcome(
        added=len(merged.added),
        updated=len(updated),
        unchanged=len(frame) - len(merged.added) - len(updated),
        absent=merged.absent,
        refused=refused,
        remarks=remarks,
    )


def _cover_grids(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, source: str
) -> tuple[set[int], tuple[Refusal, ...]]:
    """Link organisations to the grids whose codes they name; return those that changed, and remarks."""
    known = publishing.counted_grids(connection, profile, today(profile))
    numbers = organisations.ids(connection, source, list(frame["source_id"]))
    rows = [
        (row, numbers[source_id], code)
        for row, source_id, codes in zip(frame.index, frame["source_id"], frame["grid_codes"], strict=True)
        for code in codes
    ]
    links = [(number, known[code]) for _, number, code in rows if code in known]
    changed = organisations.cover(connection, links, list(numbers.values()))
    return changed, tuple(_unknown_grid(row, code) for row, _, code in rows if code not in known)


def _no_days(row: int, low: date, high: date) -> Refusal:
    message = f"The row holds from {low} to {high}, which is no day; the last date must be the later one."
    return Refusal(row, "dates-reversed", message, {"from": low.isoformat(), "to": high.isoformat()})


def _unknown_grid(row: int, code: str) -> Refusal:
    return Refusal(
        row,
        "grid-unknown",
        f"The row names the grid {code}, which is not loaded; the organisation was taken without it. "
        "Load the grids first, then this file again.",
        {"code": code},
    )


def _forgotten(count: int) -> Refusal:
    message = (
        f"{count} addresses that this file lacks are known no more, since a table of addresses takes the "
        "place of the one before; load that one again to undo it."
    )
    return Refusal(0, "addresses-replaced", message, {"count": count})


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
        change = Change(
            kind=kind,
            source=options.source,
            basis=options.basis,
            level=options.level,
            since=options.since,
        )
        terms = replace(options.terms, by=options.by)
        return publishing.publish(connection, profile, frame, change, terms=terms, load_id=load_id)

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
    "addresses": _load_addresses,
}
