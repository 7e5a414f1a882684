"""Shapefiles in a zip: shapes by GDAL, attributes by `geo.write.dbase`, with .prj and .cpg."""

from pathlib import Path
from tempfile import TemporaryDirectory

from geo.errors import InputError
from geo.frames import Refusal
from geo.write.archive import pack
from geo.write.arrow import write_gdal
from geo.write.dbase import fitted, write_dbase
from geo.write.form import Field, Layer

_MOST_BYTES = 2_000_000_000


def write_shapefile(layer: Layer, path: Path) -> tuple[Refusal, ...]:
    """Write a zip with .shp, .shx, .dbf, .prj and .cpg.

    GBK is written as GB 18030 where a text has a character beyond GBK; both are read alike otherwise.

    Raises
    ------
    InputError
        Where the geometry is of several types, or the layer is larger than a Shapefile can be.
    """
    if layer.kind == "Unknown":
        raise InputError(
            "A Shapefile holds one type of geometry; ask for a GeoPackage.", reason="shapefile-of-one-type"
        )
    stated, codec, warnings = _encoding(layer)
    fields, cuts = fitted(layer.fields, codec)
    name = layer.form.name
    table = write_dbase(fields, codec, rows=len(layer), written=layer.form.written)
    with TemporaryDirectory(dir=path.parent) as folder:
        shapes = Path(folder) / f"{name}.shp"
        write_gdal(layer, shapes, "ESRI Shapefile", fields=())
        if max(len(table), shapes.stat().st_size) > _MOST_BYTES:
            raise InputError(
                "The layer is larger than the 2 GB of a Shapefile; ask for a GeoPackage.",
                reason="shapefile-too-large",
            )
        members: dict[str, Path | bytes] = {
            f"{name}.shp": shapes,
            f"{name}.shx": shapes.with_suffix(".shx"),
            f"{name}.dbf": table,
            f"{name}.prj": layer.system.crs.to_wkt("WKT1_ESRI").encode("ascii"),
            f"{name}.cpg": stated.encode("ascii"),
        }
        pack(members, path, written=layer.form.written)
    return (*warnings, *cuts)


def _encoding(layer: Layer) -> tuple[str, str, tuple[Refusal, ...]]:
    """Return the name for the .cpg, Python's name of the encoding, and a warning where it is another one."""
    if layer.form.encoding != "gbk":
        return "UTF-8", "utf-8", ()
    beyond = beyond_gbk(layer.fields)
    return ("GB18030" if beyond else "GBK"), "gb18030", beyond


def beyond_gbk(fields: tuple[Field, ...]) -> tuple[Refusal, ...]:
    """Return a warning where texts have characters that GBK does not have."""
    texts = {text for one in fields if one.kind == "text" for text in one.values if text is not None}
    strange = sorted(text for text in texts if not _is_gbk(text))
    if not strange:
        return ()
    message = (
        f"{len(strange)} texts have characters beyond GBK, such as “{strange[0][:40]}”; the text was written "
        "as GB 18030, which older programs show wrongly. Ask for UTF-8 if yours do."
    )
    return (Refusal(0, "beyond-gbk", message, {"count": len(strange), "first": strange[0][:200]}),)


def _is_gbk(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
