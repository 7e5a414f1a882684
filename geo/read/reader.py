"""The reader: recognises one file and makes a frame of it, in the process that it is called in."""

import hashlib
from dataclasses import replace
from pathlib import Path

from geo.contracts import READABLE, Contract
from geo.errors import InputError
from geo.frames import Facts, Progress, Reading, Said, no_progress
from geo.read.columns.headers import telling
from geo.read.formats.drivers import DRIVERS
from geo.read.records import Records
from geo.read.survey import Survey
from geo.read.wrapping import Unwrapped, unwrapped

_WITHOUT_LAYERS = ("geojson", "csv", "osm-pbf")


def read_here(  # noqa: PLR0913 – what a person says of a file, and what the caller asks of it
    path: Path,
    kind: str,
    *,
    said: Said | None = None,
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
    said : Said, optional
        What a person says of the file; ``crs`` and ``encoding`` say the same in short.
    keep_invalid : bool
        Whether rows with an invalid polygon, or a code that an earlier row has, are kept.
    """
    contract_of(kind)
    said = together(said, crs=crs, encoding=encoding)
    on_progress(0.0, f"Looking at {path.name}")
    with unwrapped(path) as file:
        return read_unwrapped(file, path, kind, said=said, keep_invalid=keep_invalid, on_progress=on_progress)


def read_unwrapped(
    file: Unwrapped,
    path: Path,
    kind: str,
    *,
    said: Said,
    keep_invalid: bool = False,
    on_progress: Progress = no_progress,
) -> Reading:
    """Read a file that was recognised, and taken out of its zip; ``path`` is how it came."""
    from geo.read.assembly import assemble
    from geo.read.encodings import guessed

    contract = contract_of(kind)
    on_progress(0.1, f"Reading {path.name}")
    records = _records(file.path, file.format, kind, said)
    on_progress(0.5, f"{len(records.cells):,} rows read, checking them")
    assembled = assemble(records, contract, said=said, keep_invalid=keep_invalid)
    facts = Facts(
        name=path.name,
        format=records.format,
        sha256=sha256_of(path),
        crs=assembled.crs,
        encoding=records.encoding,
        columns=assembled.columns,
        ignored=assembled.ignored,
        layer=records.layer,
        entry=file.entry,
    )
    on_progress(1.0, f"{len(assembled.frame):,} rows taken, {len(assembled.refused):,} refused")
    return Reading(assembled.frame, assembled.refused, facts, (*guessed(records), *assembled.remarks))


def survey_here(path: Path, kind: str, *, said: Said, on_progress: Progress = no_progress) -> Survey:
    """Survey a file in this process; `geo.read.door.survey_file` says the rest."""
    contract_of(kind)
    on_progress(0.0, f"Looking at {path.name}")
    with unwrapped(path) as file:
        return survey_unwrapped(file, path, kind, said=said, on_progress=on_progress)


def survey_unwrapped(
    file: Unwrapped, path: Path, kind: str, *, said: Said, on_progress: Progress = no_progress
) -> Survey:
    """Survey a file that was recognised, and taken out of its zip; ``path`` is how it came."""
    from geo.read.surveying import survey_of

    contract = contract_of(kind)
    on_progress(0.1, f"Reading {path.name}")
    records = _records(file.path, file.format, kind, said)
    on_progress(0.8, f"{len(records.cells):,} rows read")
    survey = survey_of(records, contract, path=path, sha256=sha256_of(path), said=said)
    return replace(survey, entry=file.entry)


def together(said: Said | None, *, crs: str | None, encoding: str | None) -> Said:
    """Return what is said, the short forms going first."""
    said = said or Said()
    return replace(said, crs=crs or said.crs, encoding=encoding or said.encoding)


def contract_of(kind: str) -> Contract:
    """Return the contract of a kind.

    Raises
    ------
    InputError
        Where there is none.
    """
    if kind not in READABLE:
        raise InputError(
            f"There is no kind “{kind}”; it is one of {', '.join(READABLE)}.",
            reason="kind-unknown",
            kind=kind,
        )
    return READABLE[kind]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _records(path: Path, found: str, kind: str, said: Said) -> Records:
    """Read the records by the format's own module, loaded late: GDAL comes after its drivers are shut out."""
    contract, encoding = telling(READABLE[kind], said.fields), said.encoding
    if said.layer is not None and found in _WITHOUT_LAYERS:
        raise InputError(
            f"A file of the format {found} has no layers; leave “{said.layer[:60]}” out.",
            reason="format-without-layers",
            format=found,
            layer=said.layer[:200],
        )
    if found == "geojson":
        from geo.read.formats.geojson import read_geojson

        return read_geojson(path.read_bytes(), encoding=encoding)
    if found == "csv":
        from geo.read.formats.tables import read_csv

        return read_csv(path.read_bytes(), contract, encoding=encoding)
    if found == "excel":
        from geo.read.formats.workbook import read_workbook

        return read_workbook(path, contract, sheet=said.layer)
    if found == "shapefile":
        from geo.read.formats.shapefile import read_shapefile

        return read_shapefile(path, contract, said=said)
    if found == "geopackage":
        from geo.read.formats.geopackage import read_geopackage

        return read_geopackage(path, contract, layer=said.layer)
    if found in DRIVERS:
        from geo.read.formats.layers import read_layers

        return read_layers(path, found, contract, said=said)
    from geo.read.formats.osm import read_osm

    return read_osm(path, kind)
