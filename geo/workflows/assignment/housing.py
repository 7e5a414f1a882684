"""Housing: the building in which an enterprise lies, where it tells more of the grid than the point does."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd

from geo.assignment.neighbours import Ground, shares
from geo.assignment.receipt import is_cut
from geo.frames import CRS
from geo.store import geocodes
from geo.store.engine import reading
from geo.workflows.ground.district import Stamp
from geo.workflows.resident import Resident

RULE = "building"
_BY_PLACE = ("inside", "tie")


def housed(
    resident: Resident, wanted: Stamp, land: Ground, marks: Mapping[int, Mapping[str, Any]]
) -> dict[int, dict[str, Any]]:
    """Say of enterprises in which building they lie, where they are near a border or known by it alone.

    An enterprise whose place was found by the name of its building is where the building is, so that the
    building decides: the rule is called ``building``, and in doubt it is if a border cuts the building. Of
    one that has a point of its own and lies near a border, the building is told beside what the rule says,
    for whoever has to judge; it decides nothing.

    Parameters
    ----------
    land : Ground
        The grids of the level.
    marks : mapping
        See `geo.workflows.marks.marks`.

    Returns
    -------
    dict
        The same with ``building``: None, or ``name`` (None where it has none) and ``shares``, the share of it
        that each grid has, by code.
    """
    with reading(resident.engine) as connection:
        found = geocodes.standing(connection, marks)
        by_name = {one for one, row in found.items() if row["kind"] == "building"}
        asked = [one for one, mark in marks.items() if one in by_name or mark["doubtful"]]
        buildings = geocodes.buildings(connection, asked) if asked else {}
    outlines = gpd.GeoSeries([one["geometry"] for one in buildings.values()], crs=CRS).to_crs(land.crs)
    parts = {
        number: {"name": one["name"], "shares": shares(land, shape)}
        for (number, one), shape in zip(buildings.items(), outlines, strict=True)
    }
    return {
        number: _with_building(mark, parts.get(number), decides=number in by_name)
        for number, mark in marks.items()
    }


def _with_building(
    mark: Mapping[str, Any], building: Mapping[str, Any] | None, *, decides: bool
) -> dict[str, Any]:
    if building is None:
        return dict(mark)
    told = {code: round(share, 3) for code, share in building["shares"].items()}
    result = {**mark, "building": {"name": building["name"], "shares": told}}
    if not decides or mark["rule"] not in _BY_PLACE:
        return result
    largest = max(building["shares"], key=lambda code: building["shares"][code], default=None)
    return result | {"rule": RULE, "doubtful": is_cut(building["shares"], largest)}
