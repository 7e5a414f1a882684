"""Frames: what one kind of file becomes, and what is told beside it.

A frame of a kind is a GeoDataFrame in EPSG:4326 (longitude, latitude) with exactly the contract's
columns, in its order, then ``geometry``; its index is named ``row`` and holds the row's number in the
file, from 1. Text is pandas' ``str`` dtype with NaN for missing, integers are ``Int64``, lists are
Python lists (empty where missing), dates are ``datetime.date`` or None.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # A file is recognised, and many are refused, before pandas is needed.
    import geopandas as gpd

CRS = "EPSG:4326"

Progress = Callable[[float, str], None]
"""Called with a fraction from 0 to 1 and a message, while long work goes on."""


def no_progress(fraction: float, message: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Said:
    """What a person says of a file; each part goes before what the file says itself.

    Parameters
    ----------
    crs : str, optional
        The coordinate system, such as ``EPSG:4544``.
    encoding : str, optional
        Of the text, such as ``gbk``.
    offset : {"gcj02", "bd09"}, optional
        The offset of a web map that is to be undone.
    axes : {"swapped"}, optional
        Whether y comes before x in the file.
    fields : mapping of str to str
        Our column → the header to read it from.
    layer : str, optional
        The layer or sheet to read, where the file has several.
    """

    crs: str | None = None
    encoding: str | None = None
    offset: Literal["gcj02", "bd09"] | None = None
    axes: Literal["swapped"] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    layer: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what was said as JSON holds it."""
        return asdict(self) | {"fields": dict(self.fields)}


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken, and why.

    Parameters
    ----------
    row : int
        The row's number in the file, from 1, the header not counted.
    code : str
        The reason for programs and for translation, such as ``latitude-out-of-range``.
    message : str
        The reason, the value and the remedy, as a sentence.
    details : mapping
        The values in the sentence.
    """

    row: int
    code: str
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """What a file was found to be.

    Parameters
    ----------
    name : str
        The file's name without its folders.
    format : str
        ``geojson``, ``csv``, ``excel``, ``shapefile``, ``geopackage``, ``osm-pbf`` …
    sha256 : str
        Of the file's bytes, in hexadecimal.
    crs : str
        The coordinate system that the coordinates were read in.
    encoding : str or None
        The encoding of the text, where the format leaves it open.
    columns : mapping of str to str
        Our column → the header it was read from.
    ignored : tuple of str
        Headers that mean nothing to us.
    layer : str or None
        The layer or sheet that was read, where the format has several.
    entry : str or None
        The name of the one file that was read, where it came in a zip.
    """

    name: str
    format: str
    sha256: str
    crs: str
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    layer: str | None = None
    entry: str | None = None


@dataclass(frozen=True)
class Reading:
    """One file, read: the rows that hold, those refused, and remarks on the others.

    ``remarks`` are about rows that were taken all the same (a credit code with a wrong check digit).
    len(frame) + len(refused) is the number of rows in the file.
    """

    frame: "gpd.GeoDataFrame"
    refused: tuple[Refusal, ...]
    facts: Facts
    remarks: tuple[Refusal, ...] = ()
