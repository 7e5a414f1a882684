"""The door: one file in, one frame out. All files of strangers come in here and nowhere else."""

from dataclasses import replace
from pathlib import Path

from geo.errors import FileRefused
from geo.frames import Progress, Reading, no_progress
from geo.read import sandbox
from geo.read.limits import COMMAND_LINE, Limits
from geo.read.reader import contract_of, sha256_of

BESIDE = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
}
"""Endings of files that are read with what lies beside them under the same name."""


def read_file(  # noqa: PLR0913 – what a person says of a file, and what the caller asks of it
    path: Path,
    kind: str,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    keep_invalid: bool = False,
    limits: Limits = COMMAND_LINE,
    on_progress: Progress = no_progress,
) -> Reading:
    """Read a file as a frame of a kind, in a process of its own (`geo.read.sandbox`).

    The frame depends on the arguments and the file alone. Bad rows are refused one by one, each with its
    number and the reason.

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
    keep_invalid : bool
        Whether to keep rows with an invalid polygon or a code that an earlier row has, for those who
        examine and mend them.
    limits : Limits
        What the reading may cost: `geo.read.limits.WEB` for strangers.
    on_progress : Progress
        Told how far the reading is.

    Returns
    -------
    Reading
        The frame in EPSG:4326, the rows refused, remarks on the others, and what the file was.

    Raises
    ------
    FileRefused
        Where the file is damaged, too large, beyond the limits, or of another format.
    CrsUnknown
        Where its coordinate system is missing or needs parameters.
    MissingColumn
        Where it lacks a column that the kind cannot do without.
    """
    contract = contract_of(kind)
    if not path.is_file():
        raise FileRefused(
            f"There is no file “{path.name}”; check its name. A folder is not read: pack it as a zip."
        )
    try:
        sha256 = sha256_of(path)
    except OSError as error:
        raise FileRefused(f"“{path.name}” cannot be opened: {error.strerror}.") from error
    files = _files(path)
    said = {"crs": crs, "encoding": encoding, "keep_invalid": keep_invalid}
    reading = sandbox.read(path, contract, said, limits=limits, files=files, on_progress=on_progress)
    # The child is not believed in what the file is.
    return replace(reading, facts=replace(reading.facts, name=path.name, sha256=sha256))


def _files(path: Path) -> tuple[Path, ...]:
    """Return a file, and those beside it without which it says less."""
    endings = BESIDE.get(path.suffix.lower(), ())
    beside = [p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() in endings]
    return (path, *sorted(p for p in beside if p != path and p.is_file())) if endings else (path,)
