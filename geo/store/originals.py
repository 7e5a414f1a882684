"""Originals: every file that was sent is kept as it came, under the sum of its bytes."""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20


def keep(home: Path, stream: IO[bytes]) -> Path:
    """Keep a file under ``uploads`` of the home, and return where.

    It is written to a temporary name, synced and renamed, so that a file under its sum is whole whenever
    the machine stops. The same bytes are kept once.

    Parameters
    ----------
    home : Path
        ``GRIDCIRCLE_HOME``.
    stream : file of bytes
        Read to its end.

    Returns
    -------
    Path
        ``home/uploads/ab/abcdef…``, by the SHA-256 in hexadecimal.
    """
    folder = home / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, name = tempfile.mkstemp(prefix="incoming-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        kept = place(home, digest.hexdigest())
        kept.parent.mkdir(exist_ok=True)
        Path(name).replace(kept)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    for changed in (kept.parent, folder):
        _sync(changed)
    return kept


def place(home: Path, sha256: str) -> Path:
    """Return where the file with a sum is kept, whether it is there or not."""
    return home / "uploads" / sha256[:2] / sha256


def _sync(folder: Path) -> None:
    """Write the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
