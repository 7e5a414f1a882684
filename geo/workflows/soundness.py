"""Soundness: what the streets of a zone are good enough for, in figures and in words."""

from dataclasses import dataclass
from typing import Any

from geo.errors import NotFound
from geo.streets.condition import Condition, Remark, examine, remarks
from geo.streets.joining import build_network
from geo.streets.joints import joints
from geo.streets.network import Mode, Network
from geo.workflows import roads
from geo.workflows.district import Stamp
from geo.workflows.zone import Zone


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
    streets : dict or None
        Which streets these are.
    """

    condition: Condition
    joined: int
    remarks: list[Remark]
    streets: dict[str, Any] | None

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
    located = district.enterprises["lon"].notna().to_numpy(dtype=bool)
    condition = examine(
        streets,
        brought.network,
        demand=brought.enterprises,
        located=located if len(located) else None,
        max_access_m=zone.profile.circle.max_access_m,
    )
    loose = streets[~streets["noded"].astype(bool)]
    bare = build_network(loose, mode=mode, crs=district.crs)
    joined = 0 if loose.empty else _crossings(bare, loose) - condition.count("crossing")
    return Soundness(condition, max(0, joined), remarks(condition), zone.streets_told())


def _crossings(network: Network, streets: Any) -> int:
    layer = streets["layer"].fillna(0).astype("int64")
    found = joints(network, layer.reindex(network.edge_street).to_numpy())
    return int((found["kind"] == "crossing").sum())
