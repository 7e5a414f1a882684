"""Buildings: footprints within the faces, and the layers that draw the district's base."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from geo.demo.fabric import Fabric
from geo.demo.names import MARK, coined_words
from geo.demo.park import walled_park
from geo.demo.plan import CRS_M

_SETBACK_M = 9.0
_SHORE_M = 45.0
_PATH_GAP_M = 4.0
_NAMED_SHARE = 0.03


def build_buildings(fabric: Fabric, streets: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return rectangular footprints clear of streets and paths.

    Parameters
    ----------
    fabric : Fabric
        The ground; work faces get blocks and towers, living ones slabs, green ones nothing.
    streets : GeoDataFrame in EPSG:4544
        Ways that no building may stand on.
    rng : Generator
        Chooses which cells stay empty, and sizes.

    Returns
    -------
    GeoDataFrame in EPSG:4544
        ``face`` (position in the fabric's faces), ``name`` (of a few towers) and rotated rectangles, sorted
        by face.
    """
    faces = fabric.faces[fabric.faces["use"] != "green"]
    use = faces["use"].to_numpy()
    shapes = faces.geometry.to_numpy()
    face, boxes = _cells(shapes, np.where(use == "work", 2, 3), rng)
    yards = shapely.buffer(shapes, -_SETBACK_M, quad_segs=1)
    shapely.prepare(yards)
    clear = shapely.covers(yards[face], boxes)
    near = shapely.STRtree(streets.geometry.to_numpy()).query(boxes, "dwithin", distance=_PATH_GAP_M)
    clear[near[0]] = False
    kept = np.flatnonzero(clear & (rng.random(len(boxes)) < np.where(use == "work", 0.85, 0.4)[face]))
    data = {"face": faces.index.to_numpy()[face[kept]], "name": _names(use[face[kept]] == "work", rng)}
    return gpd.GeoDataFrame(data, geometry=boxes[kept], crs=CRS_M)


def build_base(fabric: Fabric, buildings: gpd.GeoDataFrame, streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return water, railway, green and buildings in EPSG:4544, with the columns of `geo.contracts.BASE`."""
    green = fabric.faces[fabric.faces["use"] == "green"].geometry.to_numpy()
    lakes = _lakes(green, streets)
    rows: list[tuple[str, str | None, Geometry]] = [("water", f"{MARK}河", fabric.river)]
    rows += [("water", f"{MARK}湖", lake) for lake in lakes]
    rows += [("green", f"{MARK}绿地", area) for area in green]
    if not fabric.track.is_empty:
        rows += [("railway", f"{MARK}铁路", fabric.track)]
    rows += [
        ("building", name, footprint)
        for name, footprint in zip(buildings["name"], buildings.geometry, strict=True)
    ]
    walls, gates, drivers = walled_park(green, streets.geometry.to_numpy())
    rows += [
        *(("wall", f"{MARK}公园围墙", wall) for wall in walls),
        *(("gate", f"{MARK}公园门", gate) for gate in gates),
    ]
    walk, drive = [None] * (len(rows) - len(gates)), ["yes"] * len(gates)
    return gpd.GeoDataFrame(
        {
            "source_id": [f"B{n:05d}" for n in range(1, len(rows) + 1)],
            "name": [name for _, name, _ in rows],
            "kind": [kind for kind, _, _ in rows],
            "barrier": None,
            "walk": walk + drive,
            "ebike": walk + drivers,
            "drive": walk + drivers,
        },
        geometry=[shape for _, _, shape in rows],
        crs=CRS_M,
    )


def _names(work: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.object_]:
    """Return the names of buildings: towers among those for work have one, the others None."""
    places = np.flatnonzero(work)
    count = max(2, round(_NAMED_SHARE * len(places)))
    names = np.full(len(work), None, dtype=object)
    chosen = np.sort(rng.permutation(places)[:count])
    names[chosen] = [f"{MARK}{word}大厦" for word in coined_words(len(chosen), rng)]
    return names


def _cells(
    shapes: NDArray[np.object_], rows: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return rectangles in rows and columns of each shape's oriented box, with the shape of each."""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shapes)).reshape(-1, 5, 2)
    origin, across, along = box[:, 0], box[:, 1] - box[:, 0], box[:, 3] - box[:, 0]
    face = np.repeat(np.arange(len(shapes)), rows**2)
    cell = np.concatenate([np.arange(n * n) for n in rows]) if len(rows) else np.empty(0, dtype=int)
    n = rows[face]
    u = (cell % n + 0.5 + rng.uniform(-0.08, 0.08, len(face))) / n
    v = (cell // n + 0.5 + rng.uniform(-0.08, 0.08, len(face))) / n
    centre = origin[face] + u[:, None] * across[face] + v[:, None] * along[face]
    slab = n > 2
    sides = []
    for side, (least, most) in ((across, (0.35, 0.7)), (along, (0.25, 0.6))):
        length = np.hypot(*side.T)[face]
        wanted = np.where(slab & (side is along), 14.0, rng.uniform(least, most, len(face)) * length / n)
        wanted = np.clip(wanted, 12.0, 90.0)
        sides.append(side[face] / length[:, None] * wanted[:, None] / 2)
    half_u, half_v = sides
    corners = [centre - half_u - half_v, centre + half_u - half_v, centre + half_u + half_v]
    corners.append(centre - half_u + half_v)
    return face, np.asarray(shapely.polygons(np.round(np.stack(corners, axis=1), 2)))


def _lakes(green: NDArray[np.object_], streets: gpd.GeoDataFrame) -> list[Geometry]:
    """Return a rounded lake within some of the largest greens; paths cross it on a causeway."""
    largest = np.argsort(-shapely.area(green), kind="stable")[: 1 + len(green) // 6]
    ways = streets.geometry.to_numpy()
    tree = shapely.STRtree(ways)
    lakes = []
    for area in green[np.sort(largest)]:
        inner = shapely.buffer(area, -_SHORE_M)
        shape = shapely.buffer(shapely.buffer(inner, -20.0), 20.0, quad_segs=6)
        near = shapely.union_all(ways[np.sort(tree.query(shape, predicate="intersects"))])
        shape = shapely.difference(shape, shapely.buffer(near, _PATH_GAP_M))
        if not shape.is_empty:
            lakes.append(shapely.set_precision(shape, 0.01))
    return lakes
