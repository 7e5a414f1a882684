"""Drivers: of GDAL's, the one that a recognised format needs, and all others shut out.

GDAL tries every driver on every file, and some of them follow addresses and paths in it: virtual formats,
capabilities, SQLite's virtual tables. ``OGR_SKIP`` shuts them out, if it is set before GDAL is loaded;
afterwards it has no effect.
"""

import os
import sys
from collections.abc import Iterable, Mapping

from geo.errors import SystemFailure

DRIVERS: Mapping[str, str] = {
    "shapefile": "ESRI Shapefile",
    "geopackage": "GPKG",
    "kml": "LIBKML",
    "kmz": "LIBKML",
    "dxf": "DXF",
    "flatgeobuf": "FlatGeobuf",
    "gml": "GML",
    "mapinfo-tab": "MapInfo File",
    "mapinfo-mif": "MapInfo File",
}
"""Format → the driver that reads it. Formats that are not here are read without GDAL."""

_MEMORY = "MEM"


def every() -> tuple[str, ...]:
    """Return the names of all drivers of this GDAL; a process that calls it can shut none out any more."""
    import pyogrio

    return tuple(sorted(pyogrio.list_drivers()))


def shut_out(names: Iterable[str], found: str) -> None:
    """Load GDAL with no driver but that of a format, or with none.

    Parameters
    ----------
    names : iterable of str
        The drivers of this GDAL, as `every` gives them.
    found : str
        A format; one that is not in `DRIVERS` leaves none but that for memory.

    Raises
    ------
    SystemFailure
        Where GDAL was loaded before, or another driver is there all the same.
    """
    allowed = {_MEMORY, DRIVERS.get(found, _MEMORY)}
    if "pyogrio" in sys.modules:
        raise SystemFailure(
            "GDAL was loaded before its drivers were shut out; this is a fault of the service."
        )
    os.putenv("OGR_SKIP", ",".join(name for name in names if name not in allowed))
    if found not in DRIVERS:
        return
    if left := set(every()) - allowed:
        raise SystemFailure(f"GDAL kept the drivers {', '.join(sorted(left))}, which are to be shut out.")
