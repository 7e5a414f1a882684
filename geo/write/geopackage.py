"""GeoPackage: one layer, text as it stands, coordinates bit by bit."""

from pathlib import Path

from geo.frames import Refusal
from geo.write.arrow import write_gdal
from geo.write.form import Layer


def write_geopackage(layer: Layer, path: Path) -> tuple[Refusal, ...]:
    """Write a layer as GeoPackage 1.4 (OGC 12-128r19)."""
    write_gdal(layer, path, "GPKG", fields=layer.fields)
    return ()
