"""Wrapping: a zip around one file, which is taken out under a name of ours and read as a bare one is."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from geo.errors import FileRefused
from geo.read.archives import manifest, unpacking
from geo.read.archives.contents import ZIPPED
from geo.read.recognition import recognise

_OF_PARTS = ("shapefile", "mapinfo-tab", "mapinfo-mif")
"""Formats that are read with what lies beside them, so that one file of them says too little."""
_SHOWN = 120


@dataclass(frozen=True)
class Unwrapped:
    """A file to be read.

    Parameters
    ----------
    path : Path
        The file that came, or what was in it.
    format : str
        As `geo.read.recognition.recognise` has it, never `ZIPPED`.
    entry : str or None
        The name of what was in the zip, with its folders; None of a file that came bare.
    """

    path: Path
    format: str
    entry: str | None = None


@contextmanager
def unwrapped(path: Path) -> Iterator[Unwrapped]:
    """Recognise a file, and of a zip of one file that file, which is there as long as this lasts.

    The zip is checked as a whole before anything is unpacked, and what was in it is recognised by its own
    content, one level deep.

    Raises
    ------
    FileRefused
        Where either is not read, or a zip is in the zip.
    """
    found = recognise(path)
    if found != ZIPPED:
        yield Unwrapped(path, found)
        return
    manifest.check(path)
    with tempfile.TemporaryDirectory(prefix="gridcircle-") as private:
        inner, entry = unpacking.unpack_single(path, Path(private))
        yield Unwrapped(inner, _recognised(inner, entry), str(entry)[-_SHOWN:])


def _recognised(inner: Path, entry: PurePosixPath) -> str:
    found = recognise(inner, called=entry.name[:_SHOWN])
    if found == ZIPPED or (found != "excel" and zipfile.is_zipfile(inner)):
        raise unpacking.nested(entry)
    if found in _OF_PARTS:
        raise FileRefused(
            f"The content of “{entry.name[:60]}” is not what its name says; it is damaged or has a wrong "
            "ending. Export or send it again.",
            reason="content-unlike-name",
            ending=entry.suffix.lower(),
        )
    return found
