"""GeoPackage: the one layer in it, or the one whose fields fit best."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from geo.contracts import Contract
from geo.errors import FileRefused
from geo.frames import Refusal
from geo.read import gdal
from geo.read.records import Records, cells_of
from geo.read.tables import known

_INDEX = re.compile(r"create\s+virtual\s+table\s+\S+\s+using\s+(rtree|fts\d)\b", re.IGNORECASE)


def read_geopackage(path: Path, contract: Contract) -> Records:
    """Read the layer of a GeoPackage; of several, the one with the most headers that are known.

    Which one was taken is said in a remark where there are several.

    Raises
    ------
    FileRefused
        Where it is damaged, has no layer with geometry, or tables that are programs.
    """
    refuse_virtual_tables(path)
    layers = gdal.layer_fields(path)
    if not layers:
        raise FileRefused("The GeoPackage has no layer with geometry; export the layer again.")
    name = max(sorted(layers), key=lambda layer: known(layers[layer], contract))
    read = gdal.read_layer(path, name)
    remarks = read.remarks
    if len(layers) > 1:
        remarks = (_chosen(name, sorted(layers)), *remarks)
    return Records(
        "geopackage",
        read.headers,
        cells_of(read.columns, range(1, len(read.geometry) + 1)),
        geometry=read.geometry,
        crs=read.crs,
        layer=name,
        remarks=remarks,
    )


def _chosen(name: str, layers: list[str]) -> Refusal:
    return Refusal(
        0,
        "layer-chosen",
        f"Of the layers {'、'.join(layers[:10])} “{name}” was read, since its fields fit best; "
        "export one alone if another is meant.",
        {"layer": name, "layers": layers},
    )


def refuse_virtual_tables(path: Path) -> None:
    """Refuse virtual tables other than indexes: SQLite runs code for them, which may open files."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            rows = connection.execute("select name, sql from sqlite_master where sql is not null")
            virtual = [
                name
                for name, sql in rows
                if re.match(r"\s*create\s+virtual", sql, re.IGNORECASE) and not _INDEX.match(sql)
            ]
    except sqlite3.Error as error:
        raise FileRefused("The GeoPackage is damaged; export the layer again.") from error
    if virtual:
        raise FileRefused(
            f"The GeoPackage holds a virtual table, “{str(virtual[0])[:60]}”; "
            "export the layer to a new GeoPackage."
        )
