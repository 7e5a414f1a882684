"""Valhalla as a peer and an oracle: tiles of the very streets of a network, and ways of whole metres on them.

Needs the Python package ``pyvalhalla`` (or ``pyvalhalla-weekly``, for Python 3.11), which is no dependency:
its wheel has 84 MB. Its traps: the program that builds tiles is not where its script looks, and leaves a file
where it runs; the extract that the configuration names must not exist; an empty folder of tiles answers small
questions without an error; and a pair that no way joins has a distance of 0 and no duration.
"""

import json
import subprocess
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way
from pyproj import Transformer

from geo.errors import SystemFailure
from geo.frames import CRS
from geo.streets.network import Floats, Network
from geo.streets.snapping import Snapped

PACKAGES = ("pyvalhalla", "pyvalhalla-weekly")

WALKING: Mapping[str, Any] = MappingProxyType(
    {
        "walking_speed": 5.0,
        "shortest": True,
        **dict.fromkeys(("walkway_factor", "sidewalk_factor", "alley_factor", "driveway_factor"), 1),
        "service_factor": 1,
        **dict.fromkeys(("step_penalty", "gate_penalty", "maneuver_penalty", "elevator_penalty"), 0),
        **dict.fromkeys(("service_penalty", "destination_only_penalty", "gate_cost"), 0),
    }
)
"""Its costing ``pedestrian``: 5 km/h, the shortest way, on which a metre costs the same everywhere."""

_WHOLE = {"radius": 0, "minimum_reachability": 0, "node_snap_tolerance": 0}
_ROOM = {"max_matrix_location_pairs": 100_000_000, "max_locations": 1_000_000}


def absent() -> str | None:
    """Return why Valhalla cannot be asked, None where it can."""
    if find_spec("valhalla") is None:
        return f"the Python package {' or '.join(PACKAGES)} is not installed"
    return None


def write_streets(network: Network, path: Path) -> None:
    """Write the edges of a network as OpenStreetMap's ways, open to walkers and joined as they are."""
    back = Transformer.from_crs(network.crs, CRS, always_xy=True).transform
    count = len(network.node_xy)
    inner = np.ones(len(network.vertex_xy), dtype=bool)
    inner[network.edge_first] = inner[network.edge_last] = False
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, place in enumerate(np.column_stack(back(*network.node_xy.T)).tolist(), start=1):
            writer.add_node(Node(id=number, location=tuple(place), version=1))
        places = np.column_stack(back(*network.vertex_xy.T)).tolist()
        for vertex in np.flatnonzero(inner).tolist():
            writer.add_node(Node(id=count + 1 + vertex, location=tuple(places[vertex]), version=1))
        ends = zip(
            *(
                a.tolist()
                for a in (network.edge_first, network.edge_last, network.edge_from, network.edge_to)
            ),
            strict=True,
        )
        for number, (first, last, start, end) in enumerate(ends, start=1):
            between = range(count + first + 2, count + last + 1)
            tags = {"highway": "footway", "foot": "yes"}
            writer.add_way(Way(id=number, version=1, nodes=[start + 1, *between, end + 1], tags=tags))


def open_tiles(pbf: Path, folder: Path) -> Any:
    """Build the tiles of a file of streets and return an actor on them.

    Parameters
    ----------
    pbf : Path
        The streets.
    folder : Path
        An empty folder, for the tiles and the configuration.

    Raises
    ------
    SystemFailure
        Where no tiles were built.
    """
    valhalla = import_module("valhalla")
    tiles = folder / "tiles"
    tiles.mkdir()
    config = valhalla.get_config(tile_extract="", tile_dir=str(tiles), verbose=False)
    config["mjolnir"]["tile_extract"] = str(folder / "there-is-none.tar")
    config["service_limits"]["pedestrian"].update(_ROOM)
    config["service_limits"]["isochrone"]["max_locations"] = 1
    written = folder / "valhalla.json"
    written.write_text(json.dumps(config), "utf-8")
    program = Path(valhalla.PYVALHALLA_DIR) / "bin" / "valhalla_build_tiles"
    done = subprocess.run(  # noqa: S603
        [str(program), "-c", str(written), str(pbf)], capture_output=True, text=True, check=False, cwd=folder
    )
    if done.returncode or not any(tiles.rglob("*.gph")):
        raise SystemFailure(
            f"Valhalla built no tiles of {pbf.name} ({done.stderr.strip()[-200:] or 'it says nothing'}); "
            "look whether the file holds ways.",
            file=pbf.name,
        )
    return valhalla.Actor(str(written))


def locations(network: Network, places: Snapped) -> list[dict[str, float]]:
    """Return the entries of places into the network as locations that stay where they are."""
    lon, lat = Transformer.from_crs(network.crs, CRS, always_xy=True).transform(*places.xy.T)
    return [{"lon": x, "lat": y, **_WHOLE} for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]


def ways_m(actor: Any, source: Mapping[str, float], targets: list[dict[str, float]]) -> Floats:
    """Return metres of the shortest ways from one location to others, inf where there is none."""
    answer = actor.matrix(
        {
            "sources": [dict(source)],
            "targets": targets,
            "costing": "pedestrian",
            "costing_options": {"pedestrian": dict(WALKING)},
            "verbose": False,
        }
    )["sources_to_targets"]
    pairs = zip(answer["distances"][0], answer["durations"][0], strict=True)
    return np.array([np.inf if seconds is None else km * 1000 for km, seconds in pairs], dtype=float)


def circle(actor: Any, source: Mapping[str, float], *, minutes: float) -> Any:
    """Return the polygon of an isochrone as GeoJSON."""
    return actor.isochrone(
        {
            "locations": [dict(source)],
            "costing": "pedestrian",
            "costing_options": {"pedestrian": dict(WALKING)},
            "contours": [{"time": minutes}],
            "polygons": True,
        }
    )
