"""Circling: service circles as polygons, of all stations together, each alone, or the ground shared out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.alone import areas_alone
from geo.circles import Lattice, disc_areas, service_areas
from geo.errors import NotFound
from geo.matrix import travel_matrix
from geo.reach import travel_minutes
from geo.territories import divided, ringed, territories
from geo.workflows import roads
from geo.workflows.covering import Question, chosen, decided
from geo.workflows.district import District, Stamp
from geo.workflows.zone import Zone

Shape = Literal["dissolved", "overlapping", "split"]
SHAPES: tuple[Shape, ...] = ("dissolved", "overlapping", "split")


@dataclass(frozen=True, eq=False)
class Circles:
    """The answer for one stamp.

    Parameters
    ----------
    district : District
        What was asked about.
    question : Question
        What was asked, its method decided.
    shape : str
        ``dissolved``, ``overlapping`` or ``split``.
    stations : int
        How many facilities count.
    areas : GeoDataFrame
        In EPSG:4326, by minutes, then station: ``minutes``, ``station`` (id, NA where dissolved) and
        ``area_m2``.
    """

    district: District
    question: Question
    shape: Shape
    stations: int
    areas: gpd.GeoDataFrame


def circle(
    zone: Zone,
    wanted: Stamp,
    question: Question,
    limits: Sequence[float],
    *,
    shape: Shape = "dissolved",
    station: int | None = None,
) -> Circles:
    """Draw what is within each of the limits.

    ``dissolved`` is one area for each limit; ``overlapping`` one for each facility; ``split`` likewise, each
    place being of the facility nearest to it, so that the parts make up the dissolved one.

    Raises
    ------
    NotFound
        Where the zone has no such station, or it has no location.
    """
    district = zone.district(wanted)
    question = decided(district, question)
    steps = tuple(sorted(set(limits)))
    key = ("circles", wanted, question, steps, shape, station)
    return zone.remember(key, lambda: _circles(zone, district, question, steps, (shape, station)))


def _circles(
    zone: Zone,
    district: District,
    question: Question,
    limits: tuple[float, ...],
    what: tuple[Shape, int | None],
) -> Circles:
    shape, station = what
    rows = _facilities(district, question, station)
    draw = _discs if question.method == "disc" else _along_streets
    areas = draw(zone, district, question, limits, (shape, rows))
    if "source" in areas:
        ids = district.stations.index.to_numpy(dtype=np.int64)[rows]
        areas = areas.assign(station=pd.array(ids[areas.pop("source")], dtype="Int64"))
        areas = areas.sort_values(["minutes", "station"], kind="stable", ignore_index=True)
    else:
        areas = areas.assign(station=pd.array([station] * len(areas), dtype="Int64"))
    return Circles(district, question, shape, len(rows), areas)


def _facilities(district: District, question: Question, station: int | None) -> Any:
    if station is None:
        return np.flatnonzero(chosen(district, question).to_numpy(dtype=bool))
    located = district.stations["lon"].notna()
    if station not in district.stations.index or not located[station]:
        raise NotFound(f"There is no station {station} with a location.", station=station)
    return np.array([district.stations.index.get_loc(station)])


def _discs(
    zone: Zone, district: District, question: Question, limits: tuple[float, ...], what: tuple[Shape, Any]
) -> gpd.GeoDataFrame:
    shape, rows = what
    circle = zone.profile.circle
    speed = circle.speed(question.mode)
    xy = roads.points_xy(district, "stations")[rows]
    dissolved = disc_areas(xy, limits, crs=district.crs, speed_m_per_min=speed, detour=circle.detour)
    if shape == "dissolved":
        return dissolved
    if shape == "overlapping":
        radius = np.repeat(np.array(limits) * speed / circle.detour, len(xy))
        discs = shapely.buffer(np.tile(shapely.points(xy), len(limits)), radius, quad_segs=16)
        source = np.tile(np.arange(len(xy)), len(limits))
        return ringed(np.repeat(limits, len(xy)), source, discs, crs=district.crs)
    owners, ground = _nearest_ground(xy, max(limits) * speed)
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
    spread = roads.wide_lattice(zone, district, question.mode, reach_m=max(limits) * speed)
    found = roads.roads(zone, district, question.mode)
    if found is None or spread.snapped is None:
        raise NotFound("No streets are loaded, so there are no ways to draw.")
    if shape == "overlapping":
        return _each(found, spread, speed, limits, rows)
    times = _times(found, spread, speed, limits, rows)
    areas = service_areas(spread, times.minutes, limits, speed_m_per_min=speed)
    if shape == "dissolved":
        return areas
    owners, ground = territories(spread, times.nearest)
    return divided(areas, owners, ground, crs=district.crs)


def _times(found: roads.Roads, spread: Lattice, speed: float, limits: Sequence[float], rows: Any) -> Any:
    # The contour needs times a little beyond the limit; see service_areas.
    return travel_minutes(
        found.network,
        found.stations.take(rows),
        spread.snapped,  # type: ignore[arg-type]  # asked for with streets
        speed_m_per_min=speed,
        limit_minutes=max(limits) + 2 * spread.spacing_m / speed,
    )


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
