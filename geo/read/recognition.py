"""Recognition: which format a file is, by its content first and by its name where that says nothing."""

import re
from collections.abc import Mapping
from pathlib import Path

from geo.errors import FileRefused
from geo.read.archives.contents import ZIPPED, of_zip
from geo.read.text import unmarked_utf16

READ_NOW = (
    "GeoJSON, CSV, Excel, Shapefile (.zip or .shp), GeoPackage, KML, KMZ, DXF, MapInfo, FlatGeobuf, GML and "
    "OSM PBF"
)

MAX_BYTES: Mapping[str, int] = {
    "geojson": 100_000_000,
    "csv": 200_000_000,
    "excel": 100_000_000,
    "shapefile": 1_000_000_000,
    "geopackage": 2_000_000_000,
    "osm-pbf": 2_000_000_000,
    "kml": 200_000_000,
    "kmz": 200_000_000,
    "dxf": 200_000_000,
    "flatgeobuf": 1_000_000_000,
    "gml": 500_000_000,
    "mapinfo-tab": 1_000_000,
    "mapinfo-mif": 500_000_000,
}

_BEGINNING = 4096
_MAGIC = (
    (0, b"SQLite format 3\0", "geopackage"),
    (4, b"\x0a\x09OSMHeader", "osm-pbf"),
    (0, b"\x00\x00\x27\x0a", "shapefile"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),
    (0, b"fgb\x03", "flatgeobuf"),
    (0, b"Rar!", "RAR archive"),
    (0, b"7z\xbc\xaf", "7z archive"),
    (0, b"\x1f\x8b", "gzip archive"),
    (0, b"%PDF", "PDF"),
    (0, b"AC10", "AutoCAD drawing (DWG)"),
    (0, b"AutoCAD Binary DXF", "binary DXF"),
    (0, b"\x89PNG", "picture"),
    (0, b"\xff\xd8\xff", "picture"),
)
_XML = (
    ("<kml", "kml"),
    ("<html", "HTML page"),
    ("<!doctype html", "HTML page"),
    ("<table", "HTML page"),
    ("gml", "gml"),
    ("<osm", "OSM XML"),
    ("urn:schemas-microsoft-com:office:spreadsheet", "Excel 2003 XML"),
)
_SHOWN_BY_CONTENT = (
    ".zip", ".shp", ".gpkg", ".pbf", ".xlsx", ".xls", ".ods", ".geojson", ".json",
    ".kml", ".kmz", ".dxf", ".gml", ".tab", ".mif", ".fgb",
)  # fmt: skip
_DXF = re.compile(r"(?:999\s*\n[^\n]*\n\s*)*0\s*\n\s*section\b")
"""A drawing begins with its first section, after what a program says of itself."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TEXT_ENDINGS = (".csv", ".txt", ".tsv", "")
_NAMED_EXCEL = (".xls", ".xlsx")
_REASONS = {
    "HTML page": "format-of-excel",
    "Excel 2003 XML": "format-of-excel",
    "XLSB": "format-of-excel",
    "AutoCAD drawing (DWG)": "format-of-autocad",
    "binary DXF": "format-of-autocad",
    "DBF": "format-of-dbase",
    **dict.fromkeys(("SHX", "PRJ", "CPG", "SBN", "SBX", "QIX"), "format-of-part"),
}
"""Format → why it is not read, of those that come often; of all others ``format-unread``."""
_ADVICE = {
    "format-of-excel": "if it is a table, open it in Excel and save it as .xlsx",
    "format-of-autocad": "save it as DXF in text, of 2018 or earlier",
    "format-of-dbase": "it is the table of a Shapefile: send that with its .shp in a zip, or it as .xlsx",
    "format-of-part": "it belongs to a Shapefile: send that with its .shp and all beside it in a zip",
    "format-unread": f"the formats read are {READ_NOW}: save or export it as one of them",
}


def recognise(path: Path, *, called: str | None = None) -> str:
    """Return the format of a file: one of the keys of `MAX_BYTES`, or `ZIPPED` of a zip around one of them.

    Parameters
    ----------
    path : Path
        The file.
    called : str, optional
        Its name for people, where it lies under one of ours.

    Raises
    ------
    FileRefused
        Where it is another format, empty, too large, no file, or cannot be opened.
    """
    name = called or path.name
    if not path.is_file():
        raise FileRefused(
            f"There is no file “{name}”; check its name. A folder is not read: pack it as a zip.",
            reason="file-missing",
        )
    try:
        with path.open("rb") as file:
            start = file.read(_BEGINNING)
    except OSError as error:
        raise FileRefused(f"“{name}” cannot be opened: {error.strerror}.", reason="file-closed") from error
    if not start.strip(b"\0 \r\n\t"):
        raise FileRefused(f"“{name}” is empty; send it again.", reason="file-empty")
    found = _by_content(path, start, name)
    if found not in MAX_BYTES and found != ZIPPED:
        reason = _REASONS.get(found, "format-unread")
        raise FileRefused(
            f"“{name}” is of the format {found}, which is not read; {_ADVICE[reason]}.",
            reason=reason,
            format=found,
        )
    size = path.stat().st_size
    # What a zip unpacks to is bounded when it is opened.
    most = MAX_BYTES["shapefile" if start.startswith(_ZIP) else found]
    if size > most:
        raise FileRefused(
            f"“{name}” has {size / 1e6:,.0f} MB, but at most {most / 1e6:,.0f} MB "
            f"of {found} are read; divide it.",
            reason="file-too-large",
            mb=round(size / 1e6),
            most_mb=round(most / 1e6),
            format=found,
            bytes=size,
        )
    return found


def _by_content(path: Path, start: bytes, name: str) -> str:
    for offset, magic, found in _MAGIC:
        if start[offset:].startswith(magic):
            index = found == "shapefile" and path.suffix.lower() == ".shx"  # It begins as the .shp does.
            return "SHX" if index else found
    if start.startswith(_ZIP):
        return of_zip(path)
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = path.suffix.lower() in _TEXT_ENDINGS and unmarked_utf16(start[: len(start) // 2 * 2])
        return "csv" if text else _by_name(path, name)
    return _in_text(path, start, name)


def _in_text(path: Path, start: bytes, called: str) -> str:
    text = start.decode("utf-8-sig", "replace").lstrip("\x1e \t\r\n\f\v").casefold()
    if text.startswith(("{", "[")):
        return "geojson"
    if text.startswith("<"):
        return next((name for mark, name in _XML if mark in text), "XML")
    if _DXF.match(text):
        return "dxf"
    if text.startswith("!table"):
        return "mapinfo-tab"
    if text.startswith("version") and "columns" in text:
        return "mapinfo-mif"
    if path.suffix.lower() in _TEXT_ENDINGS or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "csv"
    if path.suffix.lower() in _NAMED_EXCEL:
        return "csv"  # Many programs call a table of text so, that Excel may open it.
    return _by_name(path, called)


def _by_name(path: Path, called: str) -> str:
    """Return the format that a name claims where the content does not say.

    Raises
    ------
    FileRefused
        Where the name claims a format that its content would have shown.
    """
    ending = path.suffix.lower()
    if ending in _SHOWN_BY_CONTENT:
        raise FileRefused(
            f"The content of “{called}” is not what its name says; it is damaged or has a wrong "
            "ending. Export or send it again.",
            reason="content-unlike-name",
            ending=ending,
        )
    return ending.lstrip(".").upper() or "unknown"
