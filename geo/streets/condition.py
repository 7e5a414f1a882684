"""The condition of a street network: what it holds, and where it is too thin for its claims."""

from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.read.columns.roads import DEFAULTS
from geo.streets.joints import NEAR_M, degrees, joints
from geo.streets.network import Network
from geo.streets.snapping import Snapped

FOOT_SHARE = 0.02
"""A network with a smaller share of ways for walkers alone was drawn for cars."""

UNNAMED_SHARE = 0.5
"""Where more of the length has no class, nobody can tell whom it was drawn for."""

ISLAND_SHARE = 0.1
"""Where more of the length lies on islands, the network is in pieces."""

DEMAND_SHARE = 0.95
"""Of the demand, so much is to lie within the access distance."""

_FOOT = frozenset(
    name for name, access in DEFAULTS.items() if access.walk == "yes" and access.drive == "no"
) | {"living_street"}

Level = Literal["error", "warning", "remark"]


@dataclass(frozen=True)
class Remark:
    """One thing to know of a network before its figures are believed.

    Parameters
    ----------
    code : str
        For programs, such as ``drawn-for-cars``.
    level : {"error", "warning", "remark"}
        An error means that the network does not bear what is claimed by it.
    message : str
        What, where, and what to do.
    """

    code: str
    level: Level
    message: str


@dataclass(frozen=True, eq=False)
class Condition:
    """What a network of one mode is like.

    Parameters
    ----------
    mode : str
        Whom it is for.
    class_length_m : dict of str to float
        Metres by class of street, of those that the mode may use, the longest first.
    closed_length_m : float
        Metres of streets that are closed to the mode.
    foot_share : float
        The share of its length that is for walkers (and riders) alone.
    unnamed_share : float
        The share of its length whose class is not said.
    places : GeoDataFrame
        In EPSG:4326: ``kind`` (``island``, ``dead-end``, ``crossing``, ``near-miss``) and ``length_m``, of an
        island its length, of a near miss the gap.
    summary : dict of str to float
        See `geo.streets.network.Network.summary`.
    extent : tuple of 4 floats or None
        West, south, east, north in degrees; None of nothing.
    demand, demand_within : int
        Located demand, and how much of it has a street within ``max_access_m``; 0 where none was given.
    max_access_m : float
        The longest access leg.
    """

    mode: str
    class_length_m: dict[str, float]
    closed_length_m: float
    foot_share: float
    unnamed_share: float
    places: gpd.GeoDataFrame
    summary: dict[str, float]
    extent: tuple[float, float, float, float] | None
    demand: int = 0
    demand_within: int = 0
    max_access_m: float = 250.0

    def count(self, kind: str) -> int:
        """Return how many places of a kind there are."""
        return int((self.places["kind"] == kind).sum())

    @property
    def drawn_for_cars(self) -> bool:
        """Whether it has hardly any way for walkers alone."""
        return self.mode == "walk" and self.foot_share < FOOT_SHARE and self.unnamed_share < UNNAMED_SHARE


def examine(
    streets: gpd.GeoDataFrame,
    network: Network,
    *,
    demand: Snapped | None = None,
    located: npt.NDArray[np.bool_] | None = None,
    max_access_m: float = 250.0,
) -> Condition:
    """Examine a network beside the streets that it was made of.

    Crossings are those of edges on one layer that share no node there. Near misses are dead ends within
    `NEAR_M` of an edge that they do not reach.

    Parameters
    ----------
    streets : GeoDataFrame
        A frame of the contract ``geo.contracts.STREETS`` in EPSG:4326, all of them.
    network : Network
        Theirs, of one mode.
    demand : Snapped, optional
        The demand points on it.
    located : ndarray of bool, optional
        Which of them have a location.
    max_access_m : float
        The longest access leg.
    """
    length = pd.Series(network.edge_length_m)
    # An index may repeat where streets were joined from several files; the first row speaks for it.
    street = streets[~streets.index.duplicated()].reindex(network.edge_street)
    road_class = street["road_class"].fillna("").astype(str).str.removesuffix("_link").to_numpy()
    by_class = length.groupby(road_class).sum().sort_values(ascending=False, kind="stable")
    total = float(length.sum())
    return Condition(
        mode=network.mode,
        class_length_m={str(name) or "unknown": float(metres) for name, metres in by_class.items()},
        closed_length_m=_closed(streets, network),
        foot_share=_share(length[_for_walkers(street, road_class)].sum(), total),
        unnamed_share=_share(float(by_class.get("", 0.0)), total),
        places=joints(network, street["layer"].fillna(0).to_numpy(dtype=np.int64)),
        summary=network.summary,
        extent=_extent(network),
        demand=0 if located is None else int(located.sum()),
        demand_within=0 if demand is None else int((demand.edge >= 0).sum()),
        max_access_m=max_access_m,
    )


def remarks(condition: Condition) -> list[Remark]:
    """Say in words what is to be known of a network, the worst first."""
    found: list[Remark] = []
    if not condition.summary["edges"]:
        return [Remark("no-streets", "error", f"No street is open to the mode “{condition.mode}”.")]
    if condition.drawn_for_cars:
        found.append(
            Remark(
                "drawn-for-cars",
                "error",
                f"Only {condition.foot_share:.1%} of its length is for walkers alone: it was drawn for cars, "
                "and is too thin for claims on foot. Add footways, or take an extract of OpenStreetMap.",
            )
        )
    if condition.mode == "walk" and condition.unnamed_share >= UNNAMED_SHARE:
        message = (
            f"{condition.unnamed_share:.0%} of its length has no class, so nobody can tell whether the ways "
            "of walkers are in it; name the column of classes, such as --field streets.road_class=HEADER."
        )
        found.append(Remark("classes-missing", "warning", message))
    if condition.demand and condition.demand_within < DEMAND_SHARE * condition.demand:
        found.append(_off_streets(condition))
    rank = ("error", "warning", "remark")
    return sorted(found + _joints(condition), key=lambda one: rank.index(one.level))


def _off_streets(condition: Condition) -> Remark:
    """Say how many points have no street; where none has one, the streets are those of another place."""
    if not condition.demand_within:
        message = (
            f"None of the {condition.demand:,} points has a street within {condition.max_access_m:g} m: the "
            "streets are those of another place, or their coordinates are wrong. Bring the streets of the "
            "place, or say --crs streets=EPSG:…."
        )
        return Remark("demand-off-streets", "error", message)
    off = condition.demand - condition.demand_within
    message = (
        f"{off:,} of {condition.demand:,} points have no street within {condition.max_access_m:g} m "
        "and count as out of reach; add the streets there."
    )
    return Remark("demand-off-streets", "warning", message)


def _joints(condition: Condition) -> list[Remark]:
    """Say what is not joined, and what is cut off."""
    found = []
    crossings, misses = condition.count("crossing"), condition.count("near-miss")
    if crossings:
        message = (
            f"{crossings:,} crossings on one level have no common point, so that nobody turns there; where a "
            "bridge is meant, say its layer, else join the lines."
        )
        found.append(Remark("crossings-not-joined", "warning", message))
    if misses:
        message = f"{misses:,} streets end within {NEAR_M:g} m of another one without reaching it; join them."
        found.append(Remark("near-misses", "warning", message))
    if islands := int(condition.summary["islands"]):
        metres = condition.summary["islands_length_m"]
        torn = metres > ISLAND_SHARE * condition.summary["length_m"]
        message = (
            f"{islands:,} islands with {metres / 1000:,.1f} km together join nothing; they serve nobody "
            "beside another street. Add the links that are missing."
        )
        found.append(Remark("islands", "error" if torn else "remark", message))
    return found


def _for_walkers(street: gpd.GeoDataFrame, road_class: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Flag the edges that no car may use, or that are for walkers by their class."""
    shut = street["drive"].astype("str").str.strip().str.lower().eq("no").to_numpy(dtype=bool)
    flags: npt.NDArray[np.bool_] = shut | np.isin(road_class, sorted(_FOOT))
    return flags


def _closed(streets: gpd.GeoDataFrame, network: Network) -> float:
    """Return the metres of streets that the network leaves out."""
    rest = streets[~streets.index.isin(network.edge_street)]
    return float(shapely.length(rest.to_crs(network.crs).geometry.to_numpy()).sum())


def _share(part: float, whole: float) -> float:
    return float(part) / whole if whole else 0.0


def _extent(network: Network) -> tuple[float, float, float, float] | None:
    if not len(network.vertex_xy):
        return None
    lonlat = degrees(network, network.vertex_xy)
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    return float(west), float(south), float(east), float(north)
