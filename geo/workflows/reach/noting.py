"""Noting: what a person should know of an answer before believing it, in sentences."""

from dataclasses import asdict

import numpy as np

from geo.reach.times import disc_minutes
from geo.streets.condition import Remark, examine, remarks
from geo.workflows.ground.district import FAR_DEGREES, District
from geo.workflows.ground.zone import Zone
from geo.workflows.reach import roads
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import Coverage

FAR_M = 20_000.0
"""Stations that lie further than this from all demand are probably in another coordinate system."""


def notes(zone: Zone, coverage: Coverage) -> list[dict[str, str]]:
    """Return ``code``, ``level`` and ``message`` of each thing to know of a coverage, the worst first."""
    found = [*_stations(coverage), *_distance(coverage), *_streets(zone, coverage), *_demand(coverage)]
    found += [*_outside(coverage), *_off_streets(zone, coverage.district, coverage.question)]
    rank = ("error", "warning", "remark")
    return [asdict(one) for one in sorted(found, key=lambda one: rank.index(one.level))]


def notes_on_stations(zone: Zone, district: District, question: Question) -> list[dict[str, str]]:
    """Return the same of what is drawn around stations alone."""
    return [asdict(one) for one in _off_streets(zone, district, question)]


def _stations(coverage: Coverage) -> list[Remark]:
    frame, question = coverage.district.stations, coverage.question
    found = []
    lost = int(frame["lon"].isna().sum())
    if lost:
        found.append(
            Remark("stations-unlocated", "warning", f"{lost:,} facilities have no location and serve nobody.")
        )
    hours = coverage.hours
    if hours and coverage.stations == 0 and hours["closed"] + hours["unknown"]:
        message = (
            f"No facility counts: at {hours['at']} none is known to be open; {hours['closed']:,} are closed, "
            f"and of {hours['unknown']:,} the opening hours are not known."
        )
        found.append(Remark("none-open", "error", message))
    elif coverage.stations == 0:
        functions = sorted({name for names in frame["functions"] for name in names})
        kinds = sorted(frame["kind"].dropna().unique())
        asked = ", ".join([*question.kinds, *question.functions])
        message = (
            f"No facility counts: of {len(frame):,} none is for “{asked}”; there are the kinds "
            f"{', '.join(kinds) or 'none'} and the functions {', '.join(functions) or 'none'}."
            if len(frame)
            else "No facility counts: load stations, or bring a file of them."
        )
        found.append(Remark("no-stations", "error", message))
    return found


def _distance(coverage: Coverage) -> list[Remark]:
    """Say where all stations lie so far away that two files are probably in different systems."""
    district = coverage.district
    ends = [roads.points_xy(district, kind) for kind in ("stations", "enterprises")]
    stations, demand = (xy[np.isfinite(xy).all(axis=1)] for xy in ends)
    if not len(stations) or not len(demand):
        return []
    nearest = disc_minutes(stations, demand, speed_m_per_min=1.0, detour=1.0).minutes.min()
    if nearest <= FAR_M:
        return []
    message = (
        f"The station nearest to any enterprise lies {nearest / 1000:,.0f} km away; look whether the files "
        "are in the same coordinate system, and whether x and y stand in the same order."
    )
    return [Remark("stations-away", "error", message)]


def _streets(zone: Zone, coverage: Coverage) -> list[Remark]:
    district, question = coverage.district, coverage.question
    if question.method == "disc":
        circle = zone.profile.circle
        radius = question.minutes * circle.speed(question.mode) / circle.detour
        why = "" if district.stamp.streets else "No streets are known, so the straight line stands in: "
        message = (
            f"{why}a disc of {radius:,.0f} m, which is {question.minutes:g} minutes ÷ a detour of "
            f"{circle.detour:g}. It overstates what can be reached."
        )
        return [Remark("disc", "remark" if district.stamp.streets else "warning", message)]
    brought = roads.roads(zone, district, question.mode)
    if brought is None:
        return []
    located = district.enterprises["lon"].notna().to_numpy(dtype=bool)
    key = ("condition", district.stamp, question.mode)
    condition = zone.remember(
        key,
        lambda: examine(
            zone.streets(),
            brought.network,
            demand=brought.enterprises,
            located=located,
            max_access_m=zone.profile.circle.max_access_m,
        ),
    )
    wanted = ("classes-missing", "demand-off-streets")
    return [one for one in remarks(condition) if one.code in wanted or one.level == "error"]


def _off_streets(zone: Zone, district: District, question: Question) -> list[Remark]:
    """Say where no station has a street, so that nothing leads from any."""
    brought = None if question.method == "disc" else roads.roads(zone, district, question.mode)
    located = int(district.stations["lon"].notna().sum())
    if brought is None or not located or (brought.stations.edge >= 0).any():
        return []
    message = (
        f"None of the {located:,} facilities has a street within {zone.profile.circle.max_access_m:g} m: the "
        "streets are those of another place, or their coordinates are wrong. Bring the streets of the "
        "place, or say --crs streets=EPSG:…."
    )
    return [Remark("stations-off-streets", "error", message)]


def _outside(coverage: Coverage) -> list[Remark]:
    """Say where no enterprise lies in any grid: an error where the grids lie elsewhere."""
    grids, demand = coverage.district.grids.geometry.dropna(), coverage.demand
    placed = demand[demand["lon"].notna()]
    if grids.empty or placed.empty or (placed["status"] != "unassigned").any():
        return []
    west, south, east, north = grids.total_bounds
    lon, lat = placed["lon"].median(), placed["lat"].median()
    across, up = max(west - lon, lon - east), max(south - lat, lat - north)
    message = (
        f"None of the {len(placed):,} enterprises with a location lies in a grid; look whether both files "
        "are of one place and in the coordinate systems that they state, and whether x and y stand in order."
    )
    return [Remark("none-in-grids", "error" if max(across, up) > FAR_DEGREES else "warning", message)]


def _demand(coverage: Coverage) -> list[Remark]:
    if coverage.demand.empty:
        return [Remark("no-demand", "error", "There is no enterprise to be reached.")]
    several = int((coverage.demand["status"] == "ambiguous").sum())
    if not several or coverage.grids.empty:
        return []
    message = (
        f"{several:,} enterprises lie in several grids that overlap and count in the one of the lowest code; "
        "“gridcircle check” shows the overlaps."
    )
    return [Remark("grids-overlap", "warning", message)]
