"""The shelf: an index in a file, which whoever comes second opens in milliseconds and shares in memory.

::

    heading   one line of JSON: what it is, its digest, where the arrays begin
    arrays    label, chain, seam, xy, ring, owned, each from a multiple of 64 bytes on

A file is named by the digest of the outlines and of the raster, so that another release, another number of
cells or another form of the index is another file, and no file is ever stale. It is written under a name of
its own, forced to the disk, and then renamed: nobody sees a half of one. What is read is measured and summed
up before it is believed, since the loops would follow a damaged array anywhere.
"""

import json
import logging
import mmap
import os
import secrets
from contextlib import suppress
from dataclasses import astuple, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.index.blocks import Blocks
from geo.index.outlines import Outlines
from geo.index.raster import Raster

_FORM = "gridcircle index 2"
_ALIGNED = 64
_HEADING = 4096
_WORDS_IN_A_SUM = 8192
_MOST_FILES = 8

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shelf:
    """A folder of files with indices, of which the latest eight stay.

    Parameters
    ----------
    folder : Path
        Nobody else may write there. It is made where it is missing.
    label : str
        What the names of new files begin with, such as the number of a release; for the eye alone.
    """

    folder: Path
    label: str = "index"

    def take(self, shape: Outlines, raster: Raster) -> tuple[Outlines, Blocks] | None:
        """Return what is kept of outlines in a raster, None where nothing is, or nothing whole."""
        digest = _digest(shape, raster)
        for path in sorted(self.folder.glob(f"*-{digest}.index")):
            try:
                arrays = _opened(path, digest)
            except (OSError, ValueError, KeyError, TypeError) as error:
                _log.warning("The index %s cannot be used and is made anew: %s", path.name, error)
                continue
            return Outlines(*arrays[3:]), Blocks(*arrays[:3])
        return None

    def keep(self, shape: Outlines, raster: Raster, blocks: Blocks) -> None:
        """Keep what was made of outlines in a raster; a full disk is told in the log."""
        digest = _digest(shape, raster)
        path = self.folder / f"{self.label}-{digest}.index"
        draft = self.folder / f".{secrets.token_hex(8)}.draft"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            arrays = blocks.label, blocks.chain, blocks.seam, shape.xy, shape.ring, shape.owned
            _write(draft, digest, arrays)
            draft.replace(path)
            latest = sorted(self.folder.glob("*.index"), key=lambda one: one.stat().st_mtime, reverse=True)
            for old in latest[_MOST_FILES:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            _log.warning("The index could not be kept in %s: %s", self.folder, error)


def _digest(shape: Outlines, raster: Raster) -> str:
    """Return the digest of all that an index depends on."""
    said = blake2b(json.dumps([_FORM, astuple(raster)]).encode(), digest_size=16)
    for array in (shape.owned, shape.ring, shape.xy):
        said.update(np.ascontiguousarray(array).view(np.uint8).data)
    return said.hexdigest()


def _write(path: Path, digest: str, arrays: tuple[npt.NDArray[Any], ...]) -> None:
    """Write a file and force it to the disk."""
    heading: dict[str, Any] = {"form": _FORM, "digest": digest, "arrays": []}
    begin = _HEADING
    for array in arrays:
        told = {"begin": begin, "shape": array.shape, "type": array.dtype.str, "sum": _sum(array)}
        heading["arrays"].append(told)
        begin += -(-array.nbytes // _ALIGNED) * _ALIGNED
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(heading | {"size": begin}).encode().ljust(_HEADING))
        for array, told in zip(arrays, heading["arrays"], strict=True):
            file.seek(told["begin"])
            file.write(np.ascontiguousarray(array).view(np.uint8).data)
        file.truncate(begin)
        file.flush()
        os.fsync(file.fileno())


def _opened(path: Path, digest: str) -> list[npt.NDArray[Any]]:
    """Map a file into memory, and return its arrays, as they were kept.

    A page that nobody writes is shared by all processes that map the file.
    """
    with path.open("rb") as file:
        heading = json.loads(file.read(_HEADING))
        if (heading["form"], heading["digest"]) != (_FORM, digest):
            raise ValueError("it is another one")
        if os.fstat(file.fileno()).st_size != heading["size"]:
            raise ValueError("a part is missing")
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    arrays = []
    for told in heading["arrays"]:
        count = int(np.prod(told["shape"], dtype=np.int64))
        array = np.frombuffer(memory, told["type"], count, told["begin"]).reshape(told["shape"])
        if _sum(array) != told["sum"]:
            raise ValueError("it is damaged")
        arrays.append(array)
    return arrays


def _sum(array: npt.NDArray[Any]) -> str:
    """Return a sum that a changed, lost or misplaced part of an array changes, at the speed of memory."""
    raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    whole = len(raw) // 8 * 8
    words = raw[:whole].view(np.uint64)
    runs = len(words) // _WORDS_IN_A_SUM * _WORDS_IN_A_SUM
    sums = words[:runs].reshape(-1, _WORDS_IN_A_SUM).sum(axis=1, dtype=np.uint64)
    said = blake2b(sums.tobytes(), digest_size=8)
    said.update(words[runs:].tobytes() + raw[whole:].tobytes())
    return said.hexdigest()
