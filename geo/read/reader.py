"""The reader: recognises one file and makes a frame of it, in the process that it is called in."""

import hashlib
from pathlib import Path

from geo.contracts import CONTRACTS, Contract
from geo.errors import InputError
from geo.frames import Facts, Progress, Reading, no_progress
from geo.read.drivers import DRIVERS
from geo.read.recognition import recognise
from geo.read.records import Records


def read_here(
    path: Path,
    kind: str,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    keep_invalid: bool = False,
    on_progress: Progress = no_progress,
) -> Reading:
    """Read a file as a frame of a kind, in this process.

    This is what the child of the sandbox does (`geo.read.sandbox`); elsewhere it is for files of our own
    making alone. `geo.read.door.read_file` says the rest.

    Parameters
    ----------
    keep_invalid : bool
        Whether rows with an invalid polygon, or a code that an earlier row has, are kept.
    """
    from geo.read.assembly import assemble

    contract = contract_of(kind)
    on_progress(0.0, f"Looking at {path.name}")
    found = recognise(path)
    on_progress(0.1, f"Reading {path.name}")
    records = _records(path, found, kind, encoding)
    on_progress(0.5, f"{len(records.cells):,} rows read, checking them")
    assembled = assemble(records, contract, crs=crs, keep_invalid=keep_invalid)
    facts = Facts(
        name=path.name,
        format=records.format,
        sha256=sha256_of(path),
        crs=assembled.crs,
        encoding=records.encoding,
        columns=assembled.columns,
        ignored=assembled.ignored,
        layer=records.layer,
    )
    on_progress(1.0, f"{len(assembled.frame):,} rows taken, {len(assembled.refused):,} refused")
    return Reading(assembled.frame, assembled.refused, facts, assembled.remarks)


def contract_of(kind: str) -> Contract:
    """Return the contract of a kind.

    Raises
    ------
    InputError
        Where there is none.
    """
    if kind not in CONTRACTS:
        raise InputError(f"There is no kind “{kind}”; it is one of {', '.join(CONTRACTS)}.", kind=kind)
    return CONTRACTS[kind]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _records(path: Path, found: str, kind: str, encoding: str | None) -> Records:
    """Read the records by the format's own module, loaded late: GDAL comes after its drivers are shut out."""
    contract = CONTRACTS[kind]
    if found == "geojson":
        from geo.read.geojson import read_geojson

        return read_geojson(path.read_bytes(), encoding=encoding)
    if found == "csv":
        from geo.read.tables import read_csv

        return read_csv(path.read_bytes(), contract, encoding=encoding)
    if found == "excel":
        from geo.read.workbook import read_workbook

        return read_workbook(path, contract)
    if found == "shapefile":
        from geo.read.shapefile import read_shapefile

        return read_shapefile(path, encoding=encoding)
    if found == "geopackage":
        from geo.read.geopackage import read_geopackage

        return read_geopackage(path, contract)
    if found in DRIVERS:
        from geo.read.layers import read_layers

        return read_layers(path, found, contract, encoding=encoding)
    from geo.read.osm import read_osm

    return read_osm(path, kind)
