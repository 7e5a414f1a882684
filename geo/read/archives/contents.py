"""Contents: which format a zip is, by the names of its entries alone."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from geo.errors import FileRefused
from geo.read.archives import manifest

ZIPPED = "zipped"
"""A zip of one file that is a format by itself; which one, its own content says (`geo.read.wrapping`)."""

BY_ITSELF = (
    *(".geojson", ".json", ".gpkg", ".xlsx", ".xls", ".ods", ".csv", ".tsv", ".kml", ".dxf", ".fgb"),
    ".pbf",
)
"""Endings of files that need no other beside them."""

TEXT = ".txt"
"""The ending of a table too, where nothing else is meant: a note beside another file is none."""

_PACKED = {".tab": "mapinfo-tab", ".mif": "mapinfo-mif", ".gml": "gml"}
"""Ending → format of what is read from a zip besides a Shapefile, with what lies beside it."""
_SHOWN = 20


def of_zip(path: Path) -> str:
    """Return the format of a zip: a workbook, KMZ, a dataset of several parts, or `ZIPPED`.

    A dataset goes before a single file, since a list of its fields is often packed with it.

    Raises
    ------
    FileRefused
        Where it is none of these, or holds several files of which each could be meant.
    """
    names = [name.casefold() for name in manifest.names(path)]
    found = _by_names(names, path.suffix.lower())
    if found is not None:
        return found
    packed = {form for ending, form in _PACKED.items() if any(name.endswith(ending) for name in names)}
    if len(packed) == 1:
        return packed.pop()
    singles = [] if packed else _singles(path)
    if len(singles) == 1:
        return ZIPPED
    raise _of_several(singles) if singles else _of_others(names)


def _by_names(names: list[str], ending: str) -> str | None:
    """Return the format that names leave no doubt of; an empty zip is taken for a Shapefile's."""
    if "xl/workbook.xml" in names:
        return "excel"
    if "xl/workbook.bin" in names:
        return "XLSB"
    if {"content.xml", "meta-inf/manifest.xml"} <= set(names):
        return "excel"
    if "doc.kml" in names or ending == ".kmz":
        return "kmz"
    if not names or any(name.endswith((".shp", ".dbf", ".shx")) for name in names):
        return "shapefile"
    return None


def _of_several(singles: list[PurePosixPath]) -> FileRefused:
    told = [name.name[:60] for name in singles[:_SHOWN]]
    return FileRefused(
        f"The zip holds {len(singles)} files that could be meant: {', '.join(told[:5])}"
        f"{' …' if len(singles) > 5 else ''}; pack the one that is meant, or send it bare.",
        reason="zip-of-several",
        count=len(singles),
        entries=told,
    )


def _of_others(names: list[str]) -> FileRefused:
    inside = ", ".join(name.rsplit("/", 1)[-1][:40] for name in names[:3])
    return FileRefused(
        f"The zip holds no single layer or table that is read, but {inside}; unpack it and send the file "
        "that is meant.",
        reason="zip-of-others",
        entries=names[:_SHOWN],
    )


def is_litter(name: PurePosixPath) -> bool:
    """Tell whether an entry is what a Mac adds to a zip."""
    return "__MACOSX" in name.parts or name.name.startswith("._")


def singles(names: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Return the entries that are, by their names, files that need no other beside them.

    Texts are only where there is nothing else.
    """
    clean = [name for name in names if not is_litter(name)]
    found = [name for name in clean if name.suffix.lower() in BY_ITSELF]
    return found or [name for name in clean if name.suffix.lower() == TEXT]


def _singles(path: Path) -> list[PurePosixPath]:
    return singles(map(PurePosixPath, manifest.names(path)))
