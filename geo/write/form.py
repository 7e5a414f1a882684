"""The form in which a frame is given out, and the report on what was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from geo.frames import Refusal
from geo.read.geometry.systems import System

Geometries = npt.NDArray[np.object_]
Format = Literal["gpkg", "geojson", "shapefile", "kml", "csv", "xlsx"]
Offset = Literal["gcj02", "bd09"]

ENDINGS: Mapping[Format, str] = MappingProxyType(
    {
        "gpkg": ".gpkg",
        "geojson": ".geojson",
        "shapefile": ".zip",
        "kml": ".kml",
        "csv": ".csv",
        "xlsx": ".xlsx",
    }
)
"""Format → the ending of its files."""

MEDIA: Mapping[Format, str] = MappingProxyType(
    {
        "gpkg": "application/geopackage+sqlite3",
        "geojson": "application/geo+json",
        "shapefile": "application/zip",
        "kml": "application/vnd.google-earth.kml+xml",
        "csv": "text/csv",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
"""Format → its media type."""

_JSON: Mapping[str, Format] = MappingProxyType({".json": "geojson"})
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def format_of(path: Path) -> Format:
    """Return the format that the ending of a file's name means.

    Raises
    ------
    InputError
        Where it means none.
    """
    ending = path.suffix.lower()
    known: dict[str, Format] = {**{one: name for name, one in ENDINGS.items()}, **_JSON}
    if ending not in known:
        raise InputError(
            f"The ending of “{path.name}” means no format that is written; use one of {', '.join(known)}, or "
            "say the format.",
            ending=ending,
        )
    return known[ending]


@dataclass(frozen=True)
class Form:
    """How a frame is to be written.

    Parameters
    ----------
    crs : str
        The coordinate system, by its EPSG code.
    encoding : {"utf-8", "gbk"}, optional
        Of the text, for a Shapefile and CSV; the other formats have one of their own.
    offset : {"gcj02", "bd09"}, optional
        The offset of a web map that is put on the coordinates.
    name : str
        Of the layer or sheet, and of the files in a zip.
    geometry : str
        The type of geometry, where no row has any to tell it by.
    written : datetime
        The moment that the file claims to have been written; the same input gives the same bytes.
    """

    crs: str = "EPSG:4326"
    encoding: Literal["utf-8", "gbk"] | None = None
    offset: Offset | None = None
    name: str = "layer"
    geometry: str = "MultiPolygon"
    written: datetime = LONG_AGO


@dataclass(frozen=True)
class Field:
    """One column as it is written.

    Parameters
    ----------
    column : str
        Its name in the frame.
    header : str
        Its name in the file.
    kind : {"text", "integer", "number"}
        Of the values.
    values : list
        str, int or float, None for missing; text is never empty.
    """

    column: str
    header: str
    kind: Literal["text", "integer", "number"]
    values: list[Any]


@dataclass(frozen=True)
class Layer:
    """Rows that are ready to be written: typed columns, and geometry in the system asked for.

    ``geometry`` is None for a table; ``kind`` is the one type of all geometries, or ``Unknown``.
    """

    form: Form
    fields: tuple[Field, ...]
    geometry: Geometries | None
    kind: str
    system: System

    def __len__(self) -> int:
        return len(self.fields[0].values) if self.geometry is None else len(self.geometry)


@dataclass(frozen=True)
class WriteReport:
    """What was written.

    Parameters
    ----------
    path : Path
        The file; its name says the offset, where there is one.
    format : str
        A key of `ENDINGS`.
    crs : str
        The coordinate system of the coordinates.
    encoding : str
        Of the text.
    offset : str or None
        The offset that the coordinates have.
    features : int
        How many rows.
    bytes : int
        The size of the file.
    warnings : tuple of Refusal
        What the file does not hold as it was, such as texts that were cut; row 0 is the whole file.
    sources : tuple of str
        The offices or series that the rows are of, where they have any; what is said with ``--source``
        when the file is loaded again.
    """

    path: Path
    format: str
    crs: str
    encoding: str
    offset: str | None
    features: int
    bytes: int
    warnings: tuple[Refusal, ...] = ()
    sources: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the command line gives it."""
        return {
            "file": str(self.path),
            "format": self.format,
            "crs": self.crs,
            "encoding": self.encoding,
            "offset": self.offset,
            "features": self.features,
            "bytes": self.bytes,
            "sources": list(self.sources),
            "warnings": [
                {"row": one.row, "code": one.code, "message": one.message, "details": dict(one.details)}
                for one in self.warnings
            ],
        }
