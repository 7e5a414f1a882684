"""Loading: one file through the door, into its table, and every assignment that it touches renewed.

A load is one transaction. Rows that are bad are listed and the rest goes in; what is absent from the file
is listed and stays. Boundaries make a release; points, streets and organisations have versions of their own.
"""

import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, Engine

from geo.contracts import CONTRACTS
from geo.errors import InputError
from geo.frames import Progress, Reading, Said, no_progress
from geo.partition.meridian import refuse_torn
from geo.profile import Profile
from geo.read.door import read_file
from geo.store import loads, releases
from geo.store.engine import writing
from geo.workflows.publication.loaders import LOADERS
from geo.workflows.publication.report import LoadOptions, LoadReport, Outcome


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
        raise InputError(
            f"“{kind}” is no kind of file; it is one of {', '.join(CONTRACTS)}.",
            reason="kind-unknown",
            kind=kind,
        )
    started = time.monotonic()
    reading = read_file(
        path,
        kind,
        said=Said(crs=options.crs, encoding=options.encoding, layer=options.layer),
        limits=options.limits,
        on_progress=lambda fraction, message: on_progress(fraction * 0.5, message),
    )
    refuse_torn([reading.frame.geometry])
    if options.name:
        reading = replace(reading, facts=replace(reading.facts, name=options.name))
    on_progress(0.5, "storing")
    with writing(engine) as connection:
        releases.lock(connection)
        outcome = store(connection, profile, kind, reading, options)
        on_progress(0.95, "committing")
    return _report(kind, reading, outcome, seconds=time.monotonic() - started)


def _report(kind: str, reading: Reading, outcome: Outcome, *, seconds: float) -> LoadReport:
    """Put together what the reader and the loader say; a row that was refused has no remarks beside."""
    refused = sorted((*reading.refused, *outcome.refused), key=lambda one: one.row)
    out = {one.row for one in refused if one.row}
    taken = (one for one in (*reading.remarks, *outcome.remarks) if one.row not in out)
    return LoadReport(
        kind=kind,
        facts=reading.facts,
        rows=len(reading.frame) + len(reading.refused),
        outcome=outcome,
        refused=tuple(refused),
        remarks=tuple(sorted(taken, key=lambda one: one.row)),
        seconds=seconds,
        unlocated=int(reading.frame.geometry.isna().sum()) if kind == "enterprises" else 0,
    )


def store(
    connection: Connection, profile: Profile, kind: str, reading: Reading, options: LoadOptions
) -> Outcome:
    """Enter a load and store its rows, as a file or a draft has them; boundaries become a release.

    Whoever calls holds the lock of publications, and owns the transaction; see `geo.store.releases.lock`.

    Parameters
    ----------
    kind : str
        A key of `geo.contracts.CONTRACTS`.
    reading : Reading
        The rows by the contract of the kind.

    Raises
    ------
    ConflictError
        Where the options name a base, and somebody published after it.
    """
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
