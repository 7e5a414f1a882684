"""The door: one file in, one frame out. All files of strangers come in here and nowhere else."""

import hashlib
from pathlib import Path

from geo.contracts import CONTRACTS, Contract
from geo.errors import FileRefused, InputError
from geo.frames import Facts, Progress, Reading, no_progress
from geo.read.assembly import assemble
from geo.read.geojson import read_geojson
from geo.read.geopackage import read_geopackage
from geo.read.osm import read_osm
from geo.read.recognition import ON_THE_WEB, recognise
from geo.read.records import Records
from geo.read.shapefile import read_shapefile
from geo.read.tables import read_csv
from geo.read.workbook import is_modern, read_workbook


def read_file(
    path: Path,
    kind: str,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    gdal: bool = True,
    on_progress: Progress = no_progress,
) -> Reading:
    """Read a file as a frame of a kind.

    The function depends on its arguments and the file alone, so that it can run in a process of
    its own. Bad rows are refused one by one, each with its number and the reason.

    Parameters
    ----------
    path : Path
        The file. Its content decides on the format; its name helps where that says nothing.
    kind : str
        A key of `geo.contracts.CONTRACTS`.
    crs : str, optional
        What a person says of the coordinate system (an EPSG code); goes before what the file says.
    encoding : str, optional
        What a person says of the encoding; goes before what the file says.
    gdal : bool
        Whether formats may be read that need GDAL or osmium. Files from the web may not: GeoJSON, CSV
        and .xlsx are read without.
    on_progress : Progress
        Told how far the reading is.

    Returns
    -------
    Reading
        The frame in EPSG:4326, the rows refused, remarks on the others, and what the file was.

    Raises
    ------
    FileRefused
        Where the file is damaged, too large or of another format.
    CrsUnknown
        Where its coordinate system is missing or needs parameters.
    MissingColumn
        Where it lacks a column that the kind cannot do without.
    """
    contract = _contract(kind)
    on_progress(0.0, f"Looking at {path.name}")
    found = recognise(path)
    if not gdal:
        _refuse_unsafe(path, kind, found)
    on_progress(0.1, f"Reading {path.name}")
    records = _records(path, found, kind, encoding)
    on_progress(0.5, f"{len(records.cells):,} rows read, checking them")
    assembled = assemble(records, contract, crs=crs)
    facts = Facts(
        name=path.name,
        format=records.format,
        sha256=_sha256(path),
        crs=assembled.crs,
        encoding=records.encoding,
        columns=assembled.columns,
        ignored=assembled.ignored,
        layer=records.layer,
    )
    on_progress(1.0, f"{len(assembled.frame):,} rows taken, {len(assembled.refused):,} refused")
    return Reading(assembled.frame, assembled.refused, facts, assembled.remarks)


def _contract(kind: str) -> Contract:
    if kind not in CONTRACTS:
        raise InputError(f"There is no kind “{kind}”; it is one of {', '.join(CONTRACTS)}.", kind=kind)
    return CONTRACTS[kind]


def _refuse_unsafe(path: Path, kind: str, found: str) -> None:
    """Refuse what may not come from the web: old workbooks cannot be measured before they are read."""
    if found not in ON_THE_WEB or (found == "excel" and not is_modern(path)):
        raise FileRefused(
            f"“{path.name}” is of the format {found} and is read on the command line alone: "
            f"gridcircle load {kind} {path.name}. Here GeoJSON, CSV and Excel (.xlsx) are read.",
            format=found,
        )


def _records(path: Path, found: str, kind: str, encoding: str | None) -> Records:
    contract = CONTRACTS[kind]
    if found == "geojson":
        return read_geojson(path.read_bytes(), encoding=encoding)
    if found == "csv":
        return read_csv(path.read_bytes(), contract, encoding=encoding)
    if found == "excel":
        return read_workbook(path, contract)
    if found == "shapefile":
        return read_shapefile(path, encoding=encoding)
    if found == "geopackage":
        return read_geopackage(path, contract)
    return read_osm(path, kind)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
