"""Glimpses: what a Shapefile in a zip holds, by the beginnings of its parts alone."""

import struct
import zipfile
from collections.abc import Mapping

from geo.read.archives.manifest import DAMAGED
from geo.read.survey import LayerFound, Shape

_HEADER, _FIELD = 32, 32
_END_OF_FIELDS = 0x0D
_SHAPES: Mapping[int, Shape] = {
    0: "none", 1: "point", 3: "line", 5: "polygon", 8: "point", 11: "point", 13: "line", 15: "polygon",
    18: "point", 21: "point", 23: "line", 25: "polygon", 28: "point", 31: "polygon",
}  # fmt: skip
"""By the type that stands in the header of a .shp."""


def outlined(name: str, archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> LayerFound:
    """Return what a Shapefile is by its headers; what is damaged is unknown, and told when it is read."""
    shp = _beginning(archive, parts.get(".shp"), 100)
    dbf = _beginning(archive, parts.get(".dbf"), _HEADER + 256 * _FIELD)
    shape = _SHAPES.get(struct.unpack_from("<i", shp, 32)[0], "unknown") if len(shp) == 100 else "unknown"
    count = struct.unpack_from("<I", dbf, 4)[0] if len(dbf) >= _HEADER else None
    if count is None and ".shx" in parts:
        count = max(0, parts[".shx"].file_size - 100) // 8
    return LayerFound(name, count, shape, _headers(dbf))


def _headers(dbf: bytes) -> tuple[str, ...]:
    names = []
    for at in range(_HEADER, len(dbf) - _FIELD + 1, _FIELD):
        if dbf[at] == _END_OF_FIELDS:
            break
        raw = dbf[at : at + 11].split(b"\0")[0]
        try:
            names.append(raw.decode("utf-8"))
        except UnicodeDecodeError:
            names.append(raw.decode("gb18030", "replace"))
    return tuple(names)


def _beginning(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None, size: int) -> bytes:
    if info is None:
        return b""
    try:
        with archive.open(info) as file:
            return file.read(size)
    except DAMAGED:
        return b""
