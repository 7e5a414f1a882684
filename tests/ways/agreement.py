"""The flags of coverage as Valhalla's matrix has them, beside ours."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Transformer

from geo.bench.valhalla import WALKING, locations, open_tiles, ways_m, write_streets
from geo.reach.times import travel_minutes
from geo.segments.pieces import pieces
from geo.streets.network import Floats, Network
from geo.streets.snapping import Snapped, snap

SPEED = 5000 / 60
MINUTES = 15.0
ACCESS_M = 250.0
SPHERE_M = 6378160.187
"""The radius of the sphere that Valhalla measures on."""
SLACK_M = 50.0


def seeded(network: Network, *, points: int, stations: int, seed: int) -> tuple[Snapped, Snapped]:
    """Return stations and points near the vertices of a network, brought to it; none is out of access."""
    rng = np.random.default_rng(seed)
    around = [
        network.vertex_xy[rng.integers(0, len(network.vertex_xy), n)] + rng.normal(0, 30, (n, 2))
        for n in (stations, points + points // 50)
    ]
    found, demand = (snap(network, xy, max_access_m=ACCESS_M) for xy in around)
    return found, demand.take(np.flatnonzero(demand.edge >= 0)[:points])


def theirs_m(network: Network, sources: Snapped, targets: Snapped, folder: Path) -> Floats:
    """Return the metres from the nearest source by Valhalla's ways between the same entries.

    It is asked only for pairs whose straight line is within the promise; the access legs are added.
    """
    streets = folder / "streets.osm.pbf"
    write_streets(network, streets)
    actor = open_tiles(streets, folder)
    sought, places = locations(network, targets), locations(network, sources)
    best = np.full(len(targets), np.inf)
    for i in np.flatnonzero(sources.edge >= 0).tolist():
        near = np.flatnonzero(np.hypot(*(targets.xy - sources.xy[i]).T) <= MINUTES * SPEED + SLACK_M)
        if len(near):
            metres = ways_m(actor, places[i], [sought[k] for k in near.tolist()])
            metres += sources.access_m[i] + targets.access_m[near]
            best[near] = np.minimum(best[near], metres)
    return best


def compare(network: Network, folder: Path, *, points: int, stations: int, seed: int) -> dict[str, Any]:
    """Return how many flags differ, and the ten points that differ most with the reason: flags first."""
    sources, targets = seeded(network, points=points, stations=stations, seed=seed)
    theirs = theirs_m(network, sources, targets, folder)
    ours = travel_minutes(network, sources, targets, speed_m_per_min=SPEED).minutes * SPEED
    limit = MINUTES * SPEED
    differ = (ours <= limit) != (theirs <= limit)
    reached = np.flatnonzero((ours <= limit) | (theirs <= limit))
    apart = np.abs(np.nan_to_num(ours[reached] - theirs[reached], posinf=1e9, neginf=1e9))
    most = reached[np.lexsort((-apart, ~differ[reached]))[:10]]
    measured = as_measured(network, sources, targets)
    return {
        "points": len(targets),
        "stations": stations,
        "covered": int((ours <= limit).sum()),
        "differ": int(differ.sum()),
        "share": float(differ.mean()),
        "most": [
            {
                "point": int(p),
                "flags_differ": bool(differ[p]),
                "ours_m": round(float(ours[p]), 2),
                "valhalla_m": round(float(theirs[p]), 2),
                "reason": reason(float(measured[p]), float(theirs[p])),
            }
            for p in most
        ],
    }


def as_measured(network: Network, sources: Snapped, targets: Snapped) -> Floats:
    """Return our metres when each edge has the length that Valhalla gives it: whole metres on a sphere."""
    vertex, edge = pieces(network.edge_first, network.edge_last)
    lonlat = np.radians(
        np.column_stack(
            Transformer.from_crs(network.crs, "EPSG:4326", always_xy=True).transform(*network.vertex_xy.T)
        )
    )
    (lon, lat), (to_lon, to_lat) = lonlat[vertex].T, lonlat[vertex + 1].T
    half = np.sin((to_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    steps = 2 * SPHERE_M * np.arcsin(np.sqrt(half))
    whole = np.round(np.bincount(edge, weights=steps, minlength=len(network.edge_from)))
    share = whole / np.maximum(network.edge_length_m, 1e-9)
    there = replace(network, edge_length_m=whole)
    moved = [
        replace(places, along_m=np.minimum(places.along_m * share[places.edge], whole[places.edge]))
        for places in (sources.take(np.flatnonzero(sources.edge >= 0)), targets)
    ]
    metres: Floats = travel_minutes(there, *moved, speed_m_per_min=SPEED).minutes * SPEED
    return metres


def reason(measured: float, theirs: float) -> str:
    """Say why a point's two lengths differ, as far as measuring tells."""
    limit = MINUTES * SPEED
    if (measured <= limit) == (theirs <= limit) and abs(measured - theirs) <= 2.0:
        return f"edges in whole metres on a sphere: so measured, our way has {measured:.2f} m"
    if abs(measured - theirs) <= 5.0:
        return f"places rounded along edges in whole metres: so measured, our way has {measured:.2f} m"
    return f"not explained: in whole metres on a sphere our way has {measured:.2f} m"


def costing() -> str:
    """Return the costing options as they are sent."""
    return json.dumps(dict(WALKING))
