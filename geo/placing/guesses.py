"""Guesses: the coordinate systems that a layer's numbers may be in, and where each would put them.

All zones of CGCS2000's Gauss–Krüger projection differ in nothing but the meridian and the million in front of
the easting, so one conversion serves them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from geo.errors import CrsUnknown
from geo.frames import Said
from geo.read.geometry.systems import System, as_said, lonlat_of, system_of
from geo.read.survey import Stated

FloatArray = npt.NDArray[np.float64]
Extent = tuple[float, float, float, float]

CHINA = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north."""

_MERIDIAN, _EASTING = 105.0, 500_000.0
_HALF_3_M, _HALF_6_M = 250_000.0, 400_000.0
_NORTHINGS_M = (320_000.0, 6_000_000.0)
_MERCATOR_M = 20_037_508.3
_UTM_SCALE, _SOUTHERN_M = 0.9996, 10_000_000.0
_SWAPPED = 0.8
_MERIDIANS = ("Longitude of natural origin", "Longitude of false origin")
_ABOUT = 15.0


@dataclass(frozen=True)
class Guess:
    """One system that the numbers may be in.

    Parameters
    ----------
    key, label : str
        For programs and for a person.
    said : Said
        What a person would say: system and axes alone.
    prior : float
        From 0 to 1: how usual it is, before anything is known of where the layer belongs.
    why : str
        What speaks for it, as the beginning of a sentence.
    lonlat : (n, 2) float array
        Where the numbers would land, in degrees.
    degrees : bool
        Whether the numbers are degrees.
    home : tuple of float, optional
        West, south, east, north of where the system is used.
    """

    key: str
    label: str
    said: Said
    prior: float
    why: str
    lonlat: FloatArray
    degrees: bool = False
    home: Extent | None = None


def guesses(xy: FloatArray, stated: Stated, *, said: Said, place: tuple[float, float] | None) -> list[Guess]:
    """Return the systems that numbers may be in, each system once, with where it would put them.

    Parameters
    ----------
    xy : (n, 2) float array
        Finite coordinates as they stand in the file, at least one.
    stated : Stated
        What the file says.
    said : Said
        What a person says.
    place : tuple of float, optional
        Longitude and latitude of the middle of the zone, for the zones of UTM.
    """
    found = [*_named(xy, stated, said)]
    if place is None and any(_at_home(guess) for guess in found):
        return found  # Nothing is known that could speak for another.
    for swapped in (False, True):
        turned = xy[:, ::-1] if swapped else xy
        ways = (_as_degrees(turned), _as_gauss_kruger(turned), _as_feet(turned), _as_utm(turned, place))
        found += [_turned(guess) if swapped else guess for way in ways for guess in way]
    found += _as_web_mercator(xy)
    return _different(found)


def inside(lonlat: FloatArray, extent: Extent) -> float:
    """Return the share of positions within an extent; those that are not finite are outside."""
    west, south, east, north = extent
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    return float(((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).mean())


def _named(xy: FloatArray, stated: Stated, said: Said) -> Iterator[Guess]:
    """Yield what a person says, else what the file says."""
    if said.crs:
        system = as_said(system_of(said.crs), replace(said, offset=None))
        spoken = Said(crs=said.crs, axes=said.axes)
        yield _of_system(xy, system, Guess("said", "", spoken, 1.0, "A person says so", xy))
    elif stated.text and stated.label and not stated.refused:
        try:
            system = as_said(system_of(stated.text), replace(said, offset=None))
        except CrsUnknown:
            return  # A text that was cut off; the numbers are left to speak for themselves.
        prior, why = (0.95, "The file says so") if stated.how == "file" else (0.9, "The format says so")
        yield _of_system(xy, system, Guess("stated", "", Said(axes=said.axes), prior, why, xy))


def _at_home(guess: Guess) -> bool:
    """Tell whether a layer lands where its system is used; degrees are used everywhere, so in China alone."""
    if guess.home is None or guess.degrees:
        return inside(guess.lonlat, CHINA) > 0.5
    return inside(guess.lonlat, guess.home) > 0.5


def _of_system(xy: FloatArray, system: System, guess: Guess) -> Guess:
    if system.crs.is_geographic and (np.abs(xy) > 360).any(axis=1).mean() > 0.5:
        # Numbers that are no degrees at all would wrap around the Earth and land anywhere.
        return replace(guess, label=system.label, lonlat=np.full(xy.shape, np.inf), degrees=True)
    return replace(
        guess,
        label=system.label,
        lonlat=lonlat_of(xy, system),
        degrees=bool(system.crs.is_geographic),
        home=_home(system.crs),
    )


def _home(crs: CRS) -> Extent | None:
    """Return where a system is used: as its registry says, else about its own meridian."""
    authority = crs.to_authority()  # The WKT of a .prj does not say where.
    area = crs.area_of_use or (CRS.from_authority(*authority).area_of_use if authority else None)
    if area is not None:
        return area.west, area.south, area.east, area.north
    parameters = crs.coordinate_operation.params if crs.coordinate_operation else ()
    meridian = next((float(one.value) for one in parameters if one.name in _MERIDIANS), None)
    return None if meridian is None else (meridian - _ABOUT, -90.0, meridian + _ABOUT, 90.0)


def _as_degrees(xy: FloatArray) -> Iterator[Guess]:
    if _mostly((np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90)):
        code = "4490" if inside(xy, CHINA) > 0.5 else "4326"
        why = "The numbers can be degrees"
        yield Guess(code, f"EPSG:{code}", Said(crs=f"EPSG:{code}"), 0.8, why, xy, degrees=True)


def _as_web_mercator(xy: FloatArray) -> Iterator[Guess]:
    if _mostly((np.abs(xy) <= _MERCATOR_M).all(axis=1)) and np.abs(xy).max() > 1_000:
        radius = _MERCATOR_M / 180
        lat = np.degrees(2 * np.arctan(np.exp(np.radians(xy[:, 1] / radius))) - np.pi / 2)
        landed = np.column_stack((xy[:, 0] / radius, lat))
        why = "The numbers can be metres of a web map"
        yield Guess("3857", "EPSG:3857", Said(crs="EPSG:3857"), 0.5, why, landed)


def _as_feet(xy: FloatArray) -> Iterator[Guess]:
    for unit, metres in (("us-ft", 1200 / 3937), ("ft", 0.3048)):
        for guess in _as_gauss_kruger(xy * metres, unit=unit):
            yield replace(guess, prior=guess.prior * (0.5 if unit == "us-ft" else 0.4))


def _as_gauss_kruger(xy: FloatArray, *, unit: str = "") -> Iterator[Guess]:
    """Yield the zones that eastings and northings in metres can be in."""
    south, north = _NORTHINGS_M
    if not _mostly((xy[:, 1] >= south) & (xy[:, 1] <= north)):
        return
    zones = np.floor(xy[:, 0] / 1e6)
    zone = int(np.median(zones))
    prefixed = (13 <= zone <= 23 or 25 <= zone <= 45) and _mostly(zones == zone)
    easting = xy[:, 0] - zone * 1e6 if prefixed else xy[:, 0]
    off = np.abs(easting - _EASTING)
    width = 3 if _mostly(off <= _HALF_3_M) else 6
    if not _mostly(off <= _HALF_6_M):
        return
    offsets = _unprojected(np.column_stack((easting, xy[:, 1])))
    if prefixed:
        code, meridian = (4513 + zone - 25, zone * 3) if zone >= 25 else (4491 + zone - 13, zone * 6 - 3)
        why = f"The eastings begin with the zone {zone}"
        yield _zone(code, offsets + np.array([meridian, 0.0]), 0.85, why, unit)
        return
    # Zones of 6 degrees have the meridians of every other zone of 3, and the same numbers there.
    meridians = range(75, 136, 3 if width == 3 else 6)
    for meridian in meridians:
        code = 4534 + meridian // 3 - 25 if width == 3 else 4502 + (meridian + 3) // 6 - 13
        why = f"The numbers can be metres around the meridian {meridian}°"
        yield _zone(code, offsets + np.array([meridian, 0.0]), 0.6 if width == 3 else 0.5, why, unit)


def _zone(code: int, lonlat: FloatArray, prior: float, why: str, unit: str) -> Guess:
    if not unit:
        return Guess(str(code), f"EPSG:{code}", Said(crs=f"EPSG:{code}"), prior, why, lonlat)
    feet = "US survey feet" if unit == "us-ft" else "feet"
    crs = f"EPSG:{code} {unit}"
    why = f"{why}, if they are {feet}"
    return Guess(f"{code}-{unit}", f"EPSG:{code} in {feet}", Said(crs=crs), prior, why, lonlat)


def _unprojected(xy: FloatArray) -> FloatArray:
    """Return degrees east of the meridian, and latitude, of eastings and northings in metres."""
    landed: FloatArray = lonlat_of(xy, system_of("EPSG:4544")) - np.array([_MERIDIAN, 0.0])
    return landed


def _as_utm(xy: FloatArray, place: tuple[float, float] | None) -> Iterator[Guess]:
    if place is None or not _mostly((np.abs(xy[:, 0] - _EASTING) <= _HALF_6_M) & (xy[:, 1] >= 0)):
        return
    zone, equator = int((place[0] + 180) // 6) + 1, 0.0 if place[1] >= 0 else _SOUTHERN_M
    # The ellipsoids of WGS 84 and CGCS2000 differ by a tenth of a millimetre.
    origin = np.array([_EASTING, equator])
    true = _unprojected((xy - origin) / _UTM_SCALE + np.array([_EASTING, 0.0]))
    for number in (zone - 1, zone, zone + 1):
        if 1 <= number <= 60:
            code = (32600 if place[1] >= 0 else 32700) + number
            landed = true + np.array([number * 6 - 183, 0])
            why = f"The numbers can be metres in zone {number} of UTM"
            yield Guess(str(code), f"EPSG:{code}", Said(crs=f"EPSG:{code}"), 0.35, why, landed)


def _turned(guess: Guess) -> Guess:
    return replace(
        guess,
        key=f"{guess.key}-swapped",
        label=f"{guess.label}, axes swapped",
        said=replace(guess.said, axes="swapped"),
        prior=guess.prior * _SWAPPED,
        why=f"{guess.why}, if y stands before x",
    )


def _mostly(good: npt.NDArray[np.bool_] | np.bool_) -> bool:
    """Tell whether nearly all are good: a few features may lie far from the rest."""
    return bool(np.mean(good) >= 0.8)


def _different(found: list[Guess]) -> list[Guess]:
    """Leave out guesses that land where an earlier one does."""
    kept: list[Guess] = []
    for guess in found:
        if not any(_alike(guess.lonlat, other.lonlat) for other in kept):
            kept.append(guess)
    return kept


def _alike(a: FloatArray, b: FloatArray) -> bool:
    return bool(np.allclose(a[:50], b[:50], rtol=0, atol=1e-9))
