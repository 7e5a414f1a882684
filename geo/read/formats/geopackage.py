"""GeoPackage: the one layer in it, or the one whose fields fit best."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import shapely

from geo.contracts import Contract
from geo.errors import FileRefused
from geo.read.formats import gdal
from geo.read.formats.choice import choose
from geo.read.records import Records, cells_of

_INDEX = re.compile(r"create\s+virtual\s+table\s+\S+\s+using\s+(rtree|fts\d)\b", re.IGNORECASE)


def read_geopackage(path: Path, contract: Contract, *, layer: str | None = None) -> Records:
    """Read the layer of a GeoPackage that a person says, else the one that fits best.

    Which one was taken is said in a remark where there are several. A table without geometry is read as one.

    Raises
    ------
    FileRefused
        Where it is damaged, has no layer, or tables that are programs.
    InputError
        Where a person says a layer that it does not have.
    """
    refuse_virtual_tables(path)
    layers = sorted(gdal.layers_of(path), key=lambda one: one.name)
    if not layers:
        raise FileRefused("The GeoPackage has no layer; export the layer again.", reason="no-layer")
    taken, remarks = choose(layers, contract, layer)
    read = gdal.read_layer(path, taken.name)
    return Records(
        "geopackage",
        read.headers,
        cells_of(read.columns, range(1, len(read.geometry) + 1)),
        geometry=None if taken.shape == "none" and shapely.is_missing(read.geometry).all() else read.geometry,
        crs=read.crs,
        layer=taken.name,
        layers=tuple(layers),
        remarks=(*remarks, *read.remarks),
    )


def refuse_virtual_tables(path: Path) -> None:
    """Refuse virtual tables other than indexes: SQLite runs code for them, which may open files.

    Raises
    ------
    FileRefused
        Where the GeoPackage has such a table, or is no SQLite database.
    """
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            rows = connection.execute("select name, sql from sqlite_master where sql is not null")
            virtual = [
                name
                for name, sql in rows
                if re.match(r"\s*create\s+virtual", str(sql), re.IGNORECASE) and not _INDEX.match(str(sql))
            ]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise FileRefused(
            "The GeoPackage is damaged; export the layer again.", reason="geopackage-damaged"
        ) from error
    if virtual:
        raise FileRefused(
            f"The GeoPackage holds a virtual table, “{str(virtual[0])[:60]}”; "
            "export the layer to a new GeoPackage.",
            reason="geopackage-virtual",
            table=str(virtual[0])[:60],
        )
