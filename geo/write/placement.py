"""Placement: geometry in the coordinate system, or under the offset, that was asked for."""

import numpy as np
import shapely
from pyproj import Transformer

from geo import china
from geo.errors import CrsUnknown, InputError
from geo.frames import CRS
from geo.read.geometry.systems import System, lonlat_of, system_of
from geo.write.form import Form, Geometries

_OFFSETS = {"gcj02": china.wgs84_to_gcj02, "bd09": china.wgs84_to_bd09}
_NAMES = {"gcj02": "GCJ-02", "bd09": "BD-09"}
_SAMPLE = 10_000
_NEAR_DEGREES = 1e-9


def system_for(form: Form) -> System:
    """Return the system that a form asks for.

    Raises
    ------
    InputError
        Where nothing can be given out in it, or it is not one in which an offset makes sense.
    """
    try:
        system = system_of(form.crs)
    except CrsUnknown as error:
        raise _refused(form.crs) from error
    if system.unit_m != 1 or not (system.degrees or system.crs.is_projected):
        raise _refused(form.crs)
    if form.offset and not system.degrees:
        raise InputError(
            f"{_NAMES[form.offset]} is an offset of degrees; ask for it without --crs.",
            reason="offset-in-metres",
            offset=form.offset,
            crs=form.crs,
        )
    return system


def placed(geometry: Geometries, system: System, form: Form) -> Geometries:
    """Return geometry in EPSG:4326 as the form asks for it; without an offset degrees keep every bit.

    Raises
    ------
    InputError
        Where a place lies outside of what the system can hold, or does not come back from it.
    """
    if form.offset:
        moved: Geometries = shapely.transform(geometry, _OFFSETS[form.offset])
        return moved
    if system.degrees:
        return geometry
    forward = Transformer.from_crs(CRS, system.crs, always_xy=True)
    moved = shapely.transform(geometry, lambda xy: np.column_stack(forward.transform(xy[:, 0], xy[:, 1])))
    _require_return(geometry, moved, system)
    return moved


def _require_return(geometry: Geometries, moved: Geometries, system: System) -> None:
    """Refuse a system from which the places do not come back, judged by a sample of them."""
    before, after = shapely.get_coordinates(geometry), shapely.get_coordinates(moved)
    step = max(1, len(before) // _SAMPLE)
    points = np.isfinite(after).all(axis=1)
    if points.all() and (np.abs(lonlat_of(after[::step], system) - before[::step]) < _NEAR_DEGREES).all():
        return
    raise InputError(
        f"The layer lies outside of what {system.label} can hold; ask for the zone that it lies in, or "
        "for EPSG:4490.",
        reason="outside-of-system",
        crs=system.label,
    )


def _refused(crs: str) -> InputError:
    return InputError(
        f"Nothing can be given out in “{crs[:60]}”; ask for EPSG:4490, or for a zone of CGCS2000 such as "
        "EPSG:4544.",
        reason="system-not-written",
        crs=crs[:200],
    )
