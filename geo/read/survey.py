"""The survey: what a file is, before anybody has said in which coordinate system it lies."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from geo.frames import Refusal

if TYPE_CHECKING:
    import geopandas as gpd

How = Literal["said", "cpg", "ldid", "strict utf-8", "strict gb18030", "format"]
HOWS: tuple[How, ...] = ("said", "cpg", "ldid", "strict utf-8", "strict gb18030", "format")
GUESSED: tuple[How, ...] = ("strict utf-8", "strict gb18030")
"""How an encoding is known that nobody said and nothing stated."""


Shape = Literal["point", "line", "polygon", "none", "unknown"]
SHAPES: tuple[Shape, ...] = ("point", "line", "polygon", "none", "unknown")
"""What the shapes of a layer are; ``none`` of a table, ``unknown`` where the file does not say."""


@dataclass(frozen=True)
class LayerFound:
    """A layer or sheet of a file: its name, how many rows it has if that is known, its shapes and headers."""

    name: str
    features: int | None = None
    shape: Shape = "unknown"
    headers: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return what programs are told."""
        return {
            "name": self.name,
            "features": self.features,
            "shape": self.shape,
            "headers": list(self.headers),
        }


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file's text.

    Parameters
    ----------
    name : str or None
        Python's name of it; None where the format leaves nothing open.
    how : str
        Who says so: a person (``said``), the .cpg or the language id beside or in the .dbf, the format
        itself or a mark at the beginning of the file (``format``), or nobody: the text is in it strictly.
    samples : tuple of str
        Up to three different decoded values, those beyond ASCII first.
    """

    name: str | None
    how: How
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stated:
    """The coordinate system that a file states.

    Parameters
    ----------
    text : str or None
        As it stands in the file, cut off at 10,000 characters: an authority code or WKT.
    label : str or None
        Its code or name where it can be converted.
    refused : str or None
        Its name where it cannot: ``Xian 80``, ``Beijing 54``, ``a local system`` …
    reason : str or None
        Why it cannot, as a sentence.
    how : {"file", "format", "none"}
        Whether the file itself says so, or the standard of its format; ``none`` for nobody.
    """

    text: str | None = None
    label: str | None = None
    refused: str | None = None
    reason: str | None = None
    how: Literal["file", "format", "none"] = "none"


@dataclass(frozen=True)
class FieldFound:
    """A header of the file, our column that it means or None, and up to three different values."""

    header: str
    column: str | None
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Survey:
    """What a file was found to be.

    Parameters
    ----------
    name, format, sha256 : str
        As in `geo.frames.Facts`.
    layer : str or None
        The layer or sheet that was read.
    layers : tuple of LayerFound
        All that it could have been, at most 100; empty of formats that have one alone.
    encoding : Encoding
        Of the text.
    stated : Stated
        The coordinate system that the file states.
    fields : tuple of FieldFound
        In the order of the file.
    features : int
        The number of rows, those included that cannot be read.
    outlines : GeoDataFrame
        ``code`` and ``name`` (text, NaN where missing) and the geometry in the file's own numbers, without
        a coordinate system; the index ``row`` is the row's number in the file. All rows up to 5,000, else
        as many, spread evenly over the file.
    remarks : tuple of Refusal
        What was noticed while reading.
    entry : str or None
        As in `geo.frames.Facts`: what was read of a zip of one file.
    """

    name: str
    format: str
    sha256: str
    layer: str | None
    layers: tuple[LayerFound, ...]
    encoding: Encoding
    stated: Stated
    fields: tuple[FieldFound, ...]
    features: int
    outlines: "gpd.GeoDataFrame"
    remarks: tuple[Refusal, ...] = ()
    entry: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what programs are told, without the outlines."""
        return {
            "format": self.format,
            "entry": self.entry,
            "layer": self.layer,
            "layers": [one.to_dict() for one in self.layers],
            "encoding": {
                "name": self.encoding.name,
                "how": self.encoding.how,
                "samples": list(self.encoding.samples),
            },
            "crs": {"label": self.stated.label or self.stated.refused, "how": self.stated.how},
            "features": self.features,
            "fields": [
                {"header": one.header, "column": one.column, "samples": list(one.samples)}
                for one in self.fields
            ],
        }
