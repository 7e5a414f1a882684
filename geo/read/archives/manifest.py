"""Manifests: what a zip says that it holds, and its refusal before anything is unpacked."""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from geo.errors import FileRefused

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)
"""What zipfile raises on an entry that is not as its directory says; ValueError on a name not in UTF-8."""

MAX_ENTRIES = 200
MAX_BYTES = 500_000_000
MAX_RATIO = 100
_SMALL = 1_000_000
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800


def names(path: Path) -> list[str]:
    """Return the names of the entries of a zip, those in GBK decoded; folders left out.

    Raises
    ------
    FileRefused
        Where it is no zip.
    """
    with opened(path) as archive:
        return [name_of(info) for info in archive.infolist() if not info.is_dir()]


def check(path: Path, *, max_bytes: int = MAX_BYTES, max_ratio: int = MAX_RATIO) -> None:
    """Refuse a zip that could do harm, before anything in it is unpacked.

    At most 200 entries, 500 MB unpacked, a hundredfold (small entries aside); no absolute names, no
    ``..``, backslash or NUL in them, no links, no encryption.

    Raises
    ------
    FileRefused
        Where one of these does not hold.
    """
    with opened(path) as archive:
        entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise FileRefused(
            f"The zip has {len(entries):,} entries, at most {MAX_ENTRIES} are read; pack one layer alone.",
            reason="zip-crowded",
            entries=len(entries),
            most=MAX_ENTRIES,
        )
    for info in entries:
        _refuse_entry(info)
    unpacked = sum(info.file_size for info in entries)
    packed = max(1, sum(info.compress_size for info in entries))
    if unpacked > max_bytes or (unpacked > _SMALL and unpacked / packed > max_ratio):
        raise FileRefused(
            f"The zip unpacks to {unpacked / 1e6:,.0f} MB, {unpacked / packed:,.0f} times its size; at "
            f"most {max_bytes / 1e6:,.0f} MB and {max_ratio} times are read.",
            reason="zip-bomb",
            unpacked_mb=round(unpacked / 1e6),
            times=round(unpacked / packed),
            most_mb=round(max_bytes / 1e6),
            most=max_ratio,
        )


def opened(path: Path) -> zipfile.ZipFile:
    """Open a zip; FileRefused where it is none, or an entry has no name."""
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise _damaged() from error
    if all(info.filename for info in archive.infolist()):
        return archive
    archive.close()
    raise _damaged()


def _damaged() -> FileRefused:
    return FileRefused("The zip is damaged; pack or send it again.", reason="zip-damaged")


def _refuse_entry(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    parts = PurePosixPath(name).parts
    if "\0" in name or "\\" in name or ".." in parts or name.startswith("/") or ":" in name[:3]:
        raise FileRefused(
            f"The zip has an entry that points out of it, “{name[:60]!a}”; pack the files themselves.",
            reason="zip-points-out",
            entry=ascii(name[:60]),
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise FileRefused(
            f"The zip holds a link, “{name[:60]}”; pack the files themselves.",
            reason="zip-link",
            entry=name[:60],
        )
    if info.flag_bits & _ENCRYPTED:
        raise FileRefused("The zip has a password; pack it without one.", reason="zip-password")


def name_of(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; zipfile reads a name that is not marked as UTF-8 as code page 437."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue  # The next belief; the name serves for messages and for matching alone.
    return info.filename
