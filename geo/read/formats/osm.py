"""OpenStreetMap: streets and the ground of the map from a PBF file.

Access follows https://wiki.openstreetmap.org/wiki/Key:access: the most particular tag decides, and
where there is none the class of road.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import osmium
import shapely
from osmium.filter import EntityFilter, KeyFilter
from osmium.geom import WKBFactory
from osmium.osm import NODE, WAY, Area, Node, Way

from geo.errors import FileRefused
from geo.frames import Refusal
from geo.read.columns import roads
from geo.read.records import Records, cells_of, refuse_excess

Tags = Mapping[str, str]
Found = tuple[str, Tags, shapely.Geometry | None]

_STREET_HEADERS = (
    "source_id", "name", "road_class", "walk", "ebike", "drive", "oneway", "layer", "incline",
)  # fmt: skip
_BASE_HEADERS = ("source_id", "name", "kind", "walk", "ebike", "drive")
_MODES: Mapping[str, tuple[str, ...]] = {
    "walk": ("foot", "access"),
    "ebike": ("bicycle", "vehicle", "access"),
    "drive": ("motorcar", "motor_vehicle", "vehicle", "access"),
}
_OPEN = frozenset(
    ("yes", "designated", "permissive", "destination", "customers", "delivery", "official", "public")
)
_CLOSED = frozenset(("no", "private", "agricultural", "forestry", "military", "use_sidepath"))
_RAILS = frozenset(("rail", "light_rail", "tram", "narrow_gauge", "monorail", "subway"))
_WATERWAYS = frozenset(("river", "stream", "canal"))
_GREEN = {
    "leisure": frozenset(("park", "garden", "golf_course", "nature_reserve")),
    "landuse": frozenset(("grass", "forest", "meadow", "recreation_ground", "village_green")),
    "natural": frozenset(("wood", "scrub", "grassland")),
}


def read_osm(path: Path, kind: str) -> Records:
    """Read the streets, or the water, railways, buildings and green, of a PBF file.

    A street is a way with a ``highway`` that is open to walkers, riders or drivers; one with fewer than two
    nodes in the extract lies beyond its edge, and a remark counts those. A bridge without a ``layer`` is
    on layer 1, a tunnel on −1.

    Parameters
    ----------
    path : Path
        The file.
    kind : {"streets", "base"}
        What to look for.

    Raises
    ------
    FileRefused
        Where the file is damaged, or another kind is asked for.
    """
    if kind not in ("streets", "base"):
        raise FileRefused(
            f"OpenStreetMap data hold no {kind}; load them as streets or base, and {kind} from a "
            "file of the zone's own.",
            reason="osm-without-kind",
            kind=kind,
        )
    find, row_of, headers = (
        (_ways(path), _street, _STREET_HEADERS)
        if kind == "streets"
        else (_grounds(path), _ground, _BASE_HEADERS)
    )
    try:
        found = [(row, shape) for key, tags, shape in find if (row := row_of(key, tags))]
    except RuntimeError as error:
        raise FileRefused(
            f"The OpenStreetMap file cannot be read ({error}); download it again, or sort it by id.",
            reason="osm-damaged",
        ) from error
    beyond = [row[0] for row, shape in found if shape is None]
    found = [(row, shape) for row, shape in found if shape is not None]
    refuse_excess(len(headers), len(found))
    cells = cells_of([[row[i] for row, _ in found] for i in range(len(headers))], range(1, len(found) + 1))
    geometry = np.empty(len(found), dtype=object)
    geometry[:] = [shape for _, shape in found]
    return Records(
        "osm-pbf",
        headers,
        cells,
        geometry=geometry,
        crs="EPSG:4326",
        remarks=_cut_off(beyond),
    )


def _ways(path: Path) -> Iterator[Found]:
    """Give the ways with a highway, in the order of the file."""
    source = osmium.FileProcessor(str(path), NODE | WAY).with_locations()
    for way in source.with_filter(EntityFilter(WAY)).with_filter(KeyFilter("highway")):
        if isinstance(way, Way):
            yield str(way.id), dict(way.tags), _line(way)


def _grounds(path: Path) -> Iterator[Found]:
    """Give what the map is drawn on: lines, areas put together from their ways, walls and their gates."""
    keys = KeyFilter("building", "natural", "waterway", "landuse", "leisure", "railway", "barrier")
    for thing in osmium.FileProcessor(str(path)).with_areas(keys).with_filter(keys):
        tags = dict(thing.tags)
        barrier = tags.pop("barrier", "")
        if isinstance(thing, Node):
            if barrier in roads.GATES and thing.location.valid():
                yield f"n{thing.id}", tags | {"barrier": barrier}, shapely.Point(thing.lon, thing.lat)
            continue
        if isinstance(thing, Way) and barrier in roads.WALLS:
            # A fenced park is both an area and its fence.
            yield f"b{thing.id}", {"barrier": barrier}, _line(thing)
        if isinstance(thing, Way) and _is_line(tags):
            yield f"w{thing.id}", tags, _line(thing)
        elif isinstance(thing, Area) and not _is_line(tags):
            letter = "w" if thing.from_way() else "r"
            yield f"{letter}{thing.orig_id()}", tags, _area(thing)


def _line(way: Way) -> shapely.Geometry | None:
    """Return the way by its nodes' places; one that leaves the extract in between has parts."""
    runs: list[list[tuple[float, float]]] = [[]]
    for node in way.nodes:
        if not node.location.valid():
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != (node.lon, node.lat):
            runs[-1].append((node.lon, node.lat))
    lines = [shapely.LineString(run) for run in runs if len(run) > 1]
    if not lines:
        return None
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def _area(area: Area) -> shapely.Geometry | None:
    """Return the area, or None where its ways do not close within the extract."""
    try:
        return shapely.from_wkb(WKBFactory().create_multipolygon(area))
    except RuntimeError:
        return None  # The caller refuses the row and says so.


def _street(key: str, tags: Tags) -> tuple[str | None, ...] | None:
    highway = tags["highway"]
    if highway.removesuffix("_link") not in roads.DEFAULTS:
        return None
    default = roads.access(highway)._asdict()
    modes = [_permission(tags, keys, default[mode]) for mode, keys in _MODES.items()]
    if "yes" not in modes:
        return None
    name = tags.get("name")
    return (key, name, highway, *modes, _oneway(tags), str(_layer(tags)), tags.get("incline"))


def _permission(tags: Tags, keys: tuple[str, ...], default: str) -> str:
    for key in keys:
        if tags.get(key) in _OPEN:
            # “access=yes” opens no motorway to walkers: only a tag of the mode itself does.
            return default if key == "access" else "yes"
        if tags.get(key) in _CLOSED:
            return "no"
    return default


def _oneway(tags: Tags) -> str:
    given = tags.get("oneway")
    if given is not None:
        return roads.oneway(given)
    round_trip = tags.get("junction") in ("roundabout", "circular")
    return "forward" if round_trip or tags["highway"] == "motorway" else "no"


def _layer(tags: Tags) -> int:
    given = tags.get("layer", "").split(";")[0].strip()
    if given.lstrip("+-").isdecimal():
        return max(-5, min(5, int(given)))
    if tags.get("bridge", "no") != "no":
        return 1
    return -1 if tags.get("tunnel", "no") not in ("no", "building_passage") else 0


def _is_line(tags: Tags) -> bool:
    return tags.get("railway") in _RAILS or tags.get("waterway") in _WATERWAYS


def _ground(key: str, tags: Tags) -> tuple[str | None, ...] | None:
    if tags.get("barrier") in roads.GATES:
        return (key, tags.get("name"), "gate", *_gate_access(tags))
    kind = "wall" if "barrier" in tags else _ground_kind(tags)
    return (key, tags.get("name"), kind, None, None, None) if kind else None


def _gate_access(tags: Tags) -> list[str]:
    """Return who may pass a gate; a locked one lets only those through whom it names."""
    locked = {"access": "no"} if tags.get("locked") == "yes" else {}
    default = roads.GATES[tags["barrier"]]._asdict()
    return [_permission({**tags, **locked}, keys, default[mode]) for mode, keys in _MODES.items()]


def _ground_kind(tags: Tags) -> str | None:
    if tags.get("building", "no") != "no":
        return "building"
    if tags.get("railway") in _RAILS:
        return "railway" if tags.get("tunnel", "no") == "no" else None
    if tags.get("natural") == "water" or tags.get("waterway") in (*_WATERWAYS, "riverbank"):
        return "water" if tags.get("tunnel", "no") == "no" else None
    if tags.get("landuse") in ("reservoir", "basin"):
        return "water"
    return "green" if any(tags.get(k) in values for k, values in _GREEN.items()) else None


def _cut_off(ways: list[str | None]) -> tuple[Refusal, ...]:
    """Return one remark on the ways that an extract names without their places."""
    if not ways:
        return ()
    sentence = (
        f"{len(ways)} of OpenStreetMap's ways lie beyond the edge of this extract and were left out; "
        "where they matter, cut the extract a little wider."
    )
    return (Refusal(0, "beyond-extract", sentence, {"count": len(ways), "ways": ways[:100]}),)
