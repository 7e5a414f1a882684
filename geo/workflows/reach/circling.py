"""Circling: service circles as polygons, of all stations together, each alone, or the ground shared out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.circles.alone import areas_alone
from geo.circles.areas import Lattice, disc_areas, service_areas
from geo.circles.refinement import refined
from geo.circles.territories import divided, ringed, territories
from geo.errors import InputError, NotFound
from geo.reach.matrix import travel_matrix
from geo.reach.times import Reach, travel_minutes
from geo.streets.snapping import Snapped
from geo.workflows.ground.district import District, Stamp
from geo.workflows.ground.zone import Zone
from geo.workflows.reach import roads
from geo.workflows.reach.asking import Question, chosen, decided
from geo.workflows.reach.covering import method

Shape = Literal["dissolved", "overlapping", "split"]
SHAPES: tuple[Shape, ...] = ("dissolved", "overlapping", "split")


FINE_M = 10.0
"""About the step at which a border is looked at more closely, in metres."""


MOST_PARTS = 5
"""A step of the lattice becomes at most so many."""


@dataclass(frozen=True)
class Figure:
    """How the circles are drawn.

    Parameters
    ----------
    shape : {"dissolved", "overlapping", "split"}
        One area for each time, one for each facility, or each place to the facility nearest to it.
    station : int, optional
        Only this facility.
    standard : bool
        For discs: by the radii of the standard that the profile names, instead of minutes × speed ÷ detour.
    detour : float, optional
        For discs: instead of the profile's; 1 is the plain disc.
    """

    shape: Shape = "dissolved"
    station: int | None = None
    standard: bool = False
    detour: float | None = None


@dataclass(frozen=True, eq=False)
class Circles:
    """The answer for one stamp.

    Parameters
    ----------
    district : District
        What was asked about.
    question : Question
        What was asked, its method decided.
    figure : Figure
        How it is drawn.
    stations : int
        How many facilities count.
    areas : GeoDataFrame
        In EPSG:4326, by minutes, then station: ``minutes``, ``station`` (id, NA where dissolved) and
        ``area_m2``.
    radii_m : tuple of float
        Of discs, for each time; empty along streets.
    """

    district: District
    question: Question
    figure: Figure
    stations: int
    areas: gpd.GeoDataFrame
    radii_m: tuple[float, ...] = ()


def circle(
    zone: Zone,
    wanted: Stamp,
    question: Question,
    limits: Sequence[float],
    figure: Figure | None = None,
) -> Circles:
    """Draw what is within each of the limits.

    Along streets the border of all together is looked at more closely than the lattice does, so that
    the drawing and the times of the points agree.

    Raises
    ------
    NotFound
        Where the zone has no such station, or it has no location.
    InputError
        Where the detour is below 1.
    """
    figure = figure or Figure()
    if figure.detour is not None and figure.detour < 1:
        raise InputError(
            f"A detour of {figure.detour:g} would make ways shorter than straight lines; give 1 or more.",
            reason="detour-out-of-range",
            detour=figure.detour,
        )
    district = zone.district(wanted)
    question = decided(district, question)
    steps = tuple(sorted(set(limits)))
    key = ("circles", wanted, question, steps, figure)
    return zone.remember(key, lambda: _circles(zone, district, question, steps, figure))


def describe(zone: Zone, drawn: Circles) -> dict[str, Any]:
    """Return what an answer says of how its circles were drawn."""
    figure, said = drawn.figure, method(zone, drawn.district, drawn.question)
    if drawn.radii_m:
        detour = None if figure.standard else figure.detour or zone.profile.circle.detour
        said |= {"method": "standard" if figure.standard else "disc", "detour": detour}
        said["slopes"] = {"counted": False, "share": 0.0, "why": "disc"}
    return said | {
        "shape": figure.shape,
        "radii_m": [round(radius) for radius in drawn.radii_m] or None,
        "stations": drawn.stations,
        "stamp": drawn.district.stamp.to_dict(),
    }


def _circles(
    zone: Zone, district: District, question: Question, limits: tuple[float, ...], figure: Figure
) -> Circles:
    rows = _facilities(district, question, figure.station)
    radii: tuple[float, ...] = ()
    if question.method == "disc":
        radii = tuple(_radius_m(zone, question, minutes, figure) for minutes in limits)
        areas = _discs(district, limits, radii, figure.shape, rows)
    else:
        areas = _along_streets(zone, district, question, limits, (figure.shape, rows))
    if "source" in areas:
        ids = district.stations.index.to_numpy(dtype=np.int64)[rows]
        areas = areas.assign(station=pd.array(ids[areas.pop("source")], dtype="Int64"))
        areas = areas.sort_values(["minutes", "station"], kind="stable", ignore_index=True)
    else:
        areas = areas.assign(station=pd.array([figure.station] * len(areas), dtype="Int64"))
    return Circles(district, question, figure, len(rows), areas, radii)


def _radius_m(zone: Zone, question: Question, minutes: float, figure: Figure) -> float:
    promise = zone.profile.circle
    if figure.standard:
        return promise.radius_m(minutes)
    return minutes * promise.speed(question.mode) / (figure.detour or promise.detour)


def _facilities(district: District, question: Question, station: int | None) -> Any:
    if station is None:
        return np.flatnonzero(chosen(district, question).to_numpy(dtype=bool))
    located = district.stations["lon"].notna()
    if station not in district.stations.index or not located[station]:
        raise NotFound(
            f"There is no station {station} with a location.", reason="station-without-place", station=station
        )
    return np.array([district.stations.index.get_loc(station)])


def _discs(
    district: District, limits: tuple[float, ...], radii: tuple[float, ...], shape: Shape, rows: Any
) -> gpd.GeoDataFrame:
    xy = roads.points_xy(district, "stations")[rows]
    dissolved = disc_areas(xy, limits, radii, crs=district.crs)
    if shape == "dissolved":
        return dissolved
    if shape == "overlapping":
        points = np.tile(shapely.points(xy), len(limits))
        discs = shapely.buffer(points, np.repeat(radii, len(xy)), quad_segs=16)
        source = np.tile(np.arange(len(xy)), len(limits))
        return ringed(np.repeat(limits, len(xy)), source, discs, crs=district.crs)
    owners, ground = _nearest_ground(xy, max(radii))
    return divided(dissolved, owners, ground, crs=district.crs)


def _nearest_ground(xy: Any, reach_m: float) -> tuple[Any, Any]:
    """Return the Voronoi cell of each place, of the lowest of several at one place."""
    places, first = np.unique(xy, axis=0, return_index=True)
    if not len(places):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    low, high = places.min(axis=0) - 2 * reach_m, places.max(axis=0) + 2 * reach_m
    around = shapely.box(*low, *high)
    if len(places) == 1:
        return first, np.array([around], dtype=object)
    cells = shapely.voronoi_polygons(shapely.multipoints(places), extend_to=around, ordered=True)
    return first, np.asarray(shapely.get_parts(cells))


def _along_streets(
    zone: Zone, district: District, question: Question, limits: tuple[float, ...], what: tuple[Shape, Any]
) -> gpd.GeoDataFrame:
    shape, rows = what
    speed = zone.profile.circle.speed(question.mode)
    found = roads.roads(zone, district, question.mode)
    reach_m = max(limits) * speed * (1.0 if found is None else found.network.downhill)
    spread = roads.wide_lattice(zone, district, question.mode, reach_m=reach_m)
    if found is None or spread.snapped is None:
        raise NotFound("No streets are loaded, so there are no ways to draw.", reason="no-streets")
    if shape == "overlapping":
        return _each(found, spread, speed, limits, rows)
    reach = partial(_times, found, rows, speed, max(limits) + 2 * spread.spacing_m / speed)
    times = reach(spread.snapped)
    fine, field = refined(
        spread,
        times.minutes,
        limits,
        lambda xy: reach(roads.entries(zone, district, found.network, xy)).minutes,
        parts=min(MOST_PARTS, math.ceil(spread.spacing_m / FINE_M)),
    )
    areas = service_areas(fine, field, limits, speed_m_per_min=speed)
    if shape == "dissolved":
        return areas
    owners, ground = territories(spread, times.nearest)
    return divided(areas, owners, ground, crs=district.crs)


def _times(found: roads.Roads, rows: Any, speed: float, beyond: float, targets: Snapped) -> Reach:
    """Return the times of targets; the contour needs some a little beyond the limit (see `service_areas`)."""
    sources = found.stations.take(rows)
    return travel_minutes(found.network, sources, targets, speed_m_per_min=speed, limit_minutes=beyond)


def _each(
    found: roads.Roads, spread: Lattice, speed: float, limits: Sequence[float], rows: Any
) -> gpd.GeoDataFrame:
    """Draw each station's own areas, by the times from it alone."""
    minutes = travel_matrix(
        found.network,
        found.stations.take(rows),
        spread.snapped,  # type: ignore[arg-type]  # asked for with streets
        speed_m_per_min=speed,
        limit_minutes=max(limits) + 2 * spread.spacing_m / speed,
    )
    return areas_alone(spread, minutes, limits, speed_m_per_min=speed)
