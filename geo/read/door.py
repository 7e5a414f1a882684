"""The door: one file in, one frame out. All files of strangers come in here and nowhere else."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from geo.errors import FileRefused
from geo.frames import Progress, Reading, Said, no_progress
from geo.read.archives.unpacking import BESIDE
from geo.read.reader import contract_of, sha256_of, together
from geo.read.sandbox import process
from geo.read.sandbox.limits import COMMAND_LINE, Limits
from geo.read.sandbox.parcel import unpack, unpack_survey
from geo.read.survey import Survey


def read_file(  # noqa: PLR0913 – what a person says of a file, and what the caller asks of it
    path: Path,
    kind: str,
    *,
    said: Said | None = None,
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
    said : Said, optional
        What a person says of the coordinate system, the axes, an offset, the encoding and the headers; goes
        before what the file says.
    crs, encoding : str, optional
        The same in short, where nothing else is said.
    keep_invalid : bool
        Whether to keep rows with an invalid polygon or a code that an earlier row has, for those who
        examine and mend them.
    limits : Limits
        What the reading may cost: `geo.read.sandbox.limits.WEB` for strangers.
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
    InputError
        Where a person names a header that the file does not have; it tells those that there are.
    """
    contract = contract_of(kind)
    sha256 = _known(path)
    asked = {
        "task": "read",
        "kind": kind,
        "said": together(said, crs=crs, encoding=encoding).to_dict(),
        "keep_invalid": keep_invalid,
    }
    opened = partial(unpack, contract=contract)
    reading = process.ask(_files(path), asked, opened, limits=limits, on_progress=on_progress)
    # The child is not believed in what the file is.
    return replace(reading, facts=replace(reading.facts, name=path.name, sha256=sha256))


def survey_file(
    path: Path,
    kind: str,
    *,
    said: Said | None = None,
    limits: Limits = COMMAND_LINE,
    on_progress: Progress = no_progress,
) -> Survey:
    """Say what a file is, in the same process of its own; no coordinate system is needed for it.

    Parameters
    ----------
    path, kind, limits, on_progress
        As for `read_file`.
    said : Said, optional
        What a person says; its encoding and headers are used, its system is not.

    Raises
    ------
    FileRefused
        Where the file is damaged, too large, beyond the limits, of another format, or in no encoding that
        is known: the details then name ``candidates`` to choose from.
    InputError
        Where a person names a header that the file does not have.
    """
    contract_of(kind)
    sha256 = _known(path)
    asked = {"task": "survey", "kind": kind, "said": (said or Said()).to_dict()}
    survey = process.ask(_files(path), asked, unpack_survey, limits=limits, on_progress=on_progress)
    return replace(survey, name=path.name, sha256=sha256)


def _known(path: Path) -> str:
    """Return the SHA-256 of a file that is there and can be opened."""
    if not path.is_file():
        raise FileRefused(
            f"There is no file “{path.name}”; check its name. A folder is not read: pack it as a zip.",
            reason="file-missing",
        )
    try:
        return sha256_of(path)
    except OSError as error:
        raise FileRefused(
            f"“{path.name}” cannot be opened: {error.strerror}.", reason="file-closed"
        ) from error


def _files(path: Path) -> tuple[Path, ...]:
    """Return a file, and those beside it without which it says less."""
    endings = BESIDE.get(path.suffix.lower(), ())
    beside = [p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() in endings]
    return (path, *sorted(p for p in beside if p != path and p.is_file())) if endings else (path,)
