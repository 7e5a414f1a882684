"""Coordinate systems: what a file or a person names, which are refused, and the way to degrees."""

import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo import china
from geo.errors import CrsUnknown, InputError
from geo.frames import Said
from geo.read.geometry import naming
from geo.read.records import GeometryArray

FloatArray = npt.NDArray[np.float64]

NAMELESS = "a system without a name"

_REFUSED = (
    (r"xi'?an[\s_-]*(19)?80|西安\s*(19)?80|(19)?80\s*年?西安|西安坐标|d_xian", "Xian 80"),
    (
        r"(new[\s_]*)?beijing([\s_-]*(19)?54)?|北京\s*(19)?54|(19)?54\s*年?(国家)?北京|北京坐标|krasovsky_1940_gk",
        "Beijing 54",
    ),
    (r"local_cs|engcrs|engineeringcrs|地方|独立|城建坐标|城市坐标|local[\s_]+system", "a local system"),
    (r"user[\s_-]?defined|undefined|\"unknown\"|\"unnamed\"", NAMELESS),
)
_CODE = re.compile(r"(?:EPSG\s*:\s*)?(\d{4,6})", re.IGNORECASE)
_URN = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/)(EPSG|OGC)[:/](?:[\d.]*[:/])?(\w+)",
    re.IGNORECASE,
)
_IN_FEET = re.compile(r"(?P<system>.*\S)\s+(?P<unit>us-ft|ft)", re.IGNORECASE)
_UNITS_M = {"us-ft": 1200 / 3937, "ft": 0.3048}
_FEET = {"us-ft": "US survey feet", "ft": "feet"}
_OFFSETS = {"gcj02": (china.gcj02_to_wgs84, "GCJ-02"), "bd09": (china.bd09_to_wgs84, "BD-09")}
_WKT = re.compile(r"[A-Za-z]+\s*\[", re.ASCII)
_LONGEST = 200
_GRID_FILE = re.compile(r"(?:nadgrids|geoidgrids|\+grids)\s*=\s*(?!@null)", re.IGNORECASE)


@dataclass(frozen=True)
class System:
    """A coordinate system that can be converted.

    ``label`` is its authority code where it has one, else its name. ``degrees`` says that its
    coordinates are longitude and latitude that are stored as they are: WGS 84 and CGCS2000.

    The rest is what a person says besides: ``unit_m`` the metres in one of the file's units, ``swapped``
    that y comes before x, ``offset`` which offset of a web map is undone after all else.
    """

    crs: CRS
    label: str
    degrees: bool
    unit_m: float = 1.0
    swapped: bool = False
    offset: Literal["gcj02", "bd09"] | None = None

    @property
    def plain(self) -> bool:
        """Whether its coordinates are stored as they stand in the file."""
        return self.degrees and not self.swapped and self.offset is None


def system_of(text: str) -> System:
    """Return the system that a text names: an EPSG code, a URN, CRS84, WKT or a name of `naming`.

    A code may be followed by ``ft`` or ``us-ft`` for a projected system whose numbers are feet, such as
    ``EPSG:4544 us-ft``. Nothing else is taken, since a PROJ string may name files of this machine.

    Raises
    ------
    CrsUnknown
        Where the text names none, or Xian 80, Beijing 54 or a local one, which need parameters.
    """
    plain = text.lstrip("\ufeff").strip()
    if feet := _IN_FEET.fullmatch(plain):
        return _in_feet(system_of(feet["system"]), feet["unit"].lower(), plain)
    _refuse_by_name(plain, _REFUSED[:-1])
    try:
        crs = _parse(plain)
        code = crs.to_epsg()
    except CRSError as error:
        raise _unreadable(plain) from error
    # A .prj that means an EPSG code is read as that code, so that the bits do not depend on its wording.
    crs = crs.to_2d() if code is None else CRS.from_epsg(code)
    if crs.geodetic_crs is None or not _is_degrees(crs.geodetic_crs):
        # MapInfo names no system; over a datum that is known here its numbers say all the same.
        _refuse_by_name(plain)
        _refuse_by_name(f"{crs.name} {crs.geodetic_crs.name if crs.geodetic_crs else 'local_cs'}")
    authority = crs.to_authority()
    label = ":".join(authority) if authority else crs.name
    return System(crs, label, degrees=_is_degrees(crs))


def as_said(system: System, said: Said) -> System:
    """Return a system with the order of its axes, and the offset to be undone, as a person says.

    Raises
    ------
    InputError
        Where the offset or the axes are none that are known.
    """
    if said.offset not in (None, *_OFFSETS) or said.axes not in (None, "swapped"):
        raise InputError(
            f"The offset is gcj02 or bd09 and the axes are swapped, or nothing is said of them; "
            f"“{said.offset}” and “{said.axes}” are not known.",
            reason="offset-unknown",
            offset=said.offset,
            axes=said.axes,
        )
    label = system.label
    if said.axes:
        label += ", axes swapped"
    if said.offset:
        label += f", {_OFFSETS[said.offset][1]} undone"
    return replace(system, label=label, swapped=said.axes == "swapped", offset=said.offset)


def to_lonlat(geometry: GeometryArray, system: System) -> GeometryArray:
    """Return geometries as longitude, latitude; WGS 84 and CGCS2000 keep every bit.

    Axes are put in order before the system is converted, and an offset is undone after it. A coordinate
    that the system cannot hold becomes infinite.
    """
    if system.plain:
        return geometry
    moved: GeometryArray = shapely.transform(geometry, lambda xy: lonlat_of(xy, system))
    return moved


def lonlat_of(xy: FloatArray, system: System) -> FloatArray:
    """Return (n, 2) coordinates of a system as longitude, latitude in degrees."""
    placed = (xy[:, ::-1] if system.swapped else xy) * system.unit_m
    if not system.degrees:
        transformer = Transformer.from_crs(system.crs, "EPSG:4326", always_xy=True)
        placed = np.column_stack(transformer.transform(placed[:, 0], placed[:, 1]))
    if system.offset:
        finite = np.isfinite(placed).all(axis=1)
        placed = np.array(placed)
        placed[finite] = _OFFSETS[system.offset][0](placed[finite])
    return placed


def missing(xy: FloatArray) -> CrsUnknown:
    """Return the error for coordinates whose system nobody states, with what they look like.

    Parameters
    ----------
    xy : (n, 2) float array
        The coordinates as they stand in the file.
    """
    finite = xy[np.isfinite(xy).all(axis=1)]
    guess = _guess(finite) if len(finite) else "say which with --crs, such as --crs EPSG:4490"
    return CrsUnknown(f"The file does not say its coordinate system; {guess}.", reason="crs-missing")


def looks_like_degrees(xy: FloatArray) -> bool:
    """Tell whether most coordinates (n, 2) could be longitude and latitude, in either order."""
    if not len(xy):
        return True
    near = (np.abs(xy) <= 180).all(axis=1) & (np.abs(xy).min(axis=1) <= 90)
    return bool(near.mean() >= 0.5)


def _guess(xy: FloatArray) -> str:
    if looks_like_degrees(xy):
        return (
            "its numbers look like degrees: say --crs EPSG:4490 if they are CGCS2000 or WGS 84 "
            "and not from a web map, which would be offset"
        )
    if code := china.epsg_from_eastings(xy[:, 0]):
        return f"its eastings begin with the zone of CGCS2000: say --crs EPSG:{code} if that is so"
    return (
        "its numbers look like metres: ask the office that made it and say --crs, "
        "such as EPSG:4544 for CGCS2000 around 105°E"
    )


def _in_feet(system: System, unit: str, text: str) -> System:
    metric = system.crs.is_projected and system.crs.axis_info[0].unit_name == "metre"
    if not metric or system.unit_m != 1.0:
        raise CrsUnknown(
            f"“{text[:60]}” is no system in metres whose numbers could be feet; leave “{unit}” out.",
            reason="crs-without-feet",
            unit=unit,
            crs=text[:200],
        )
    return replace(system, label=f"{system.label} in {_FEET[unit]}", unit_m=_UNITS_M[unit])


def _parse(text: str) -> CRS:
    if urn := _URN.fullmatch(text):
        text = f"{urn[1]}:{urn[2]}"
    if re.fullmatch(r"(?:OGC:)?CRS:?84", text, re.IGNORECASE):
        return CRS.from_user_input("OGC:CRS84")
    if number := _CODE.fullmatch(text):
        return CRS.from_epsg(int(number[1]))
    if _WKT.match(text) and not _GRID_FILE.search(text):
        return CRS.from_wkt(text)
    if len(text) <= _LONGEST and (code := naming.code_of(text)):
        return CRS.from_user_input(code)
    raise _unreadable(text)


def _unreadable(text: str) -> CrsUnknown:
    return CrsUnknown(
        f"“{text[:60]}” names no coordinate system that is known here; "
        "give an EPSG code such as EPSG:4490 or EPSG:4544, or a name such as “CGCS2000 3度带 35带”.",
        reason="crs-unreadable",
        crs=text[:200],
    )


def _refuse_by_name(text: str, refused: tuple[tuple[str, str], ...] = _REFUSED) -> None:
    for pattern, name in refused:
        if re.search(pattern, text, re.IGNORECASE):
            raise CrsUnknown(
                f"The coordinates are in {name} (“{text[:60]}”), which needs parameters that are "
                "not public; have them converted to CGCS2000, or name the right system with --crs.",
                reason="crs-needs-parameters",
                crs=text[:200],
                system=name,
            )


def _is_degrees(crs: CRS) -> bool:
    if not crs.is_geographic or crs.datum is None or crs.prime_meridian is None:
        return False
    unit = crs.axis_info[0].unit_name.casefold()
    name = re.sub(r"[\s_]+", "", f"{crs.datum.name} {crs.name}").casefold()
    known = ("china2000", "cgcs2000", "chinageodeticcoordinatesystem2000", "wgs84", "wgs1984")
    world = any(word in name for word in known) or "worldgeodeticsystem1984" in name
    return world and unit == "degree" and crs.prime_meridian.longitude == 0
