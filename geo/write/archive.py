"""Archives: zips whose bytes depend on their members alone."""

import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

_MOST = 40
_SAMPLE = 1_000_000


def pack(members: Mapping[str, Path | bytes], path: Path, *, written: datetime) -> None:
    """Write a zip.

    A member that would shrink more than fortyfold is stored as it is: readers that guard against bombs,
    ours too, refuse what unpacks to a hundred times its size.

    Parameters
    ----------
    members : mapping of str to Path or bytes
        Name → the file or what is in it, in the order in which they are to stand.
    written : datetime
        The moment that each member claims to have been written, from 1980 on.
    """
    stamp = written.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            data = content if isinstance(content, bytes) else content.read_bytes()
            info = zipfile.ZipInfo(name, stamp)
            # The system that wrote it would otherwise be noted too.
            info.create_system = 0
            info.compress_type = zipfile.ZIP_STORED if _shrinks(data) else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=6)


def _shrinks(data: bytes) -> bool:
    """Tell, by its beginning, whether a member would shrink too much."""
    start = data[:_SAMPLE]
    return len(start) > _MOST * len(zlib.compress(start, 6))
