"""Soundness: what the streets of a zone are good enough for, in figures and in words."""

from dataclasses import dataclass
from typing import Any, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import NotFound
from geo.streets.condition import Condition, Level, Remark, examine, remarks
from geo.streets.joining import build_network
from geo.streets.joints import joints
from geo.streets.links import LINK
from geo.streets.network import Mode, Network
from geo.workflows.ground.district import Stamp
from geo.workflows.ground.zone import Zone
from geo.workflows.reach import roads

LEVELS = get_args(Level)


@dataclass(frozen=True, eq=False)
class Soundness:
    """The report on the streets of one mode.

    Parameters
    ----------
    condition : Condition
        What the network is like as it is used.
    joined : int
        How many crossings of plain centre lines were given the point that they lacked.
    remarks : list of Remark
        What is to be known, the worst first.
    parted : int
        At how many places walls and shut gates part streets.
    links, closures : int
        How many missing paths and closed places people corrected.
    sloped : float
        The share of the streets' length whose slope is stated and felt by the mode.
    streets : dict or None
        Which streets these are.
    """

    condition: Condition
    joined: int
    remarks: list[Remark]
    streets: dict[str, Any] | None
    parted: int = 0
    links: int = 0
    closures: int = 0
    sloped: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the network bears what is claimed by it."""
        return not any(one.level == "error" for one in self.remarks)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the command line and the API give it."""
        found, summary = self.condition, self.condition.summary
        places = found.places
        islands = places[places["kind"] == "island"]
        return {
            "mode": found.mode,
            "streets": self.streets,
            "length_m": round(summary["length_m"]),
            "closed_length_m": round(found.closed_length_m),
            "classes": {name: round(metres) for name, metres in found.class_length_m.items()},
            "foot_share": round(found.foot_share, 4),
            "nodes": int(summary["nodes"]),
            "edges": int(summary["edges"]),
            "parts": int(summary["parts"]),
            "islands": [
                {"length_m": round(metres), "lon": round(place.x, 6), "lat": round(place.y, 6)}
                for metres, place in zip(islands["length_m"], islands.geometry, strict=True)
            ],
            "dead_ends": found.count("dead-end"),
            "crossings_not_joined": found.count("crossing"),
            "crossings_joined": self.joined,
            "near_misses": found.count("near-miss"),
            "parted_by_walls": self.parted,
            "missing_paths": self.links,
            "closed_places": self.closures,
            "sloped_share": round(self.sloped, 4),
            "extent": None if found.extent is None else [round(degree, 6) for degree in found.extent],
            "demand": found.demand,
            "demand_within": found.demand_within,
            "max_access_m": found.max_access_m,
            "findings": [
                {"code": one.code, "level": one.level, "message": one.message} for one in self.remarks
            ],
        }


def sound(zone: Zone, wanted: Stamp, mode: Mode) -> Soundness:
    """Examine the streets of a zone for one mode, and the demand beside them.

    Raises
    ------
    NotFound
        Where there are no streets.
    """
    district = zone.district(wanted)
    brought = roads.roads(zone, district, mode)
    if brought is None:
        raise NotFound("No streets are loaded; load some, or name a file of them.", reason="no-streets")
    streets = zone.streets()
    lines, parted = roads.lines_of(zone, district, mode, streets)
    links = lines[lines["road_class"].eq(LINK).to_numpy(dtype=bool) & (lines.index < 0)]
    located = district.enterprises["lon"].notna().to_numpy(dtype=bool)
    condition = examine(
        gpd.GeoDataFrame(pd.concat([streets, links]), crs=streets.crs),
        brought.network,
        demand=brought.enterprises,
        located=located if len(located) else None,
        max_access_m=zone.profile.circle.max_access_m,
    )
    loose = streets[~streets["noded"].astype(bool)]
    bare = build_network(loose, mode=mode, crs=district.crs)
    joined = 0 if loose.empty else _crossings(bare, loose) - condition.count("crossing")
    said = roads.corrections(zone, district, mode)
    counted = {kind: int((said["kind"] == kind).sum()) for kind in ("link", "closure")}
    told = [*remarks(condition), *_more(len(parted), _loose(brought.network))]
    return Soundness(
        condition,
        max(0, joined),
        sorted(told, key=lambda one: LEVELS.index(one.level)),
        zone.streets_told(),
        parted=len(parted),
        links=counted["link"],
        closures=counted["closure"],
        sloped=brought.network.sloped,
    )


def _loose(network: Network) -> int:
    """Return how many of the corrected paths end where no street is any more."""
    own = np.flatnonzero(network.edge_street.astype(np.int64) < 0)
    ends = np.concatenate([network.edge_from[own], network.edge_to[own]])
    single = np.diff(network.arcs.first)[ends] == 1
    return len(np.unique(np.tile(network.edge_street[own], 2)[single]))


def _more(parted: int, loose: int) -> list[Remark]:
    found = []
    if parted:
        message = (
            f"Walls and shut gates part streets at {parted:,} places; where people do pass, add the gate "
            "that is missing, or say who may pass it."
        )
        found.append(Remark("parted-by-walls", "remark", message))
    if loose:
        message = (
            f"{loose:,} of the corrected paths have an end that no street comes near any more; draw "
            "them anew, or take them back."
        )
        found.append(Remark("loose-paths", "warning", message))
    return found


def _crossings(network: Network, streets: Any) -> int:
    layer = streets["layer"].fillna(0).astype("int64")
    found = joints(network, layer.reindex(network.edge_street).to_numpy())
    return int((found["kind"] == "crossing").sum())
