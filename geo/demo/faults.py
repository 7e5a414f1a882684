"""Faults: files of the demo district as an office sends them on a bad day, to try the doctor on."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo.china import wgs84_to_gcj02
from geo.demo.district import build_district
from geo.demo.formats import write_geojson, write_shapefile
from geo.frames import CRS

OVERLAP_M, GAP_M, POCKET_M = 2.0, 0.3, 4.0
"""How wide the overlap and the gap are, and the radius of the pocket."""


def write_faulty(folder: Path) -> list[Path]:
    """Write the micro-grids of the small district three times, each with faults of its own.

    Parameters
    ----------
    folder : Path
        Made where it is missing; files of the same names in it are replaced.

    Returns
    -------
    list of Path
        ``micro_grids_drawn_badly.zip``: an overlap, a gap, a pocket, a bow-tie, a code that two grids have,
        and a grid without one. ``micro_grids_without_prj.zip``: metres that lie nobody says where.
        ``micro_grids_of_a_web_map.geojson``: offset as GCJ-02, and called EPSG:4326.
    """
    folder.mkdir(parents=True, exist_ok=True)
    grids = build_district(scale="small", seed=1).grids.micro.reset_index(drop=True)
    names = ("micro_grids_drawn_badly.zip", "micro_grids_without_prj.zip", "micro_grids_of_a_web_map.geojson")
    badly, bare, offset = (folder / name for name in names)
    write_shapefile(drawn_badly(grids), badly, "grids")
    write_shapefile(grids, bare, "grids", prj=False)
    degrees = grids.to_crs(CRS)
    write_geojson(degrees.set_geometry(shapely.transform(degrees.geometry, wgs84_to_gcj02)), offset, "grids")
    return [badly, bare, offset]


def drawn_badly(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return twelve micro-grids in metres with one fault of each kind; the first four divide one grid."""
    shapes = grids.geometry.to_numpy().copy()
    codes = grids["code"].to_numpy(dtype=object).copy()
    one, other = _neighbours(shapes[:4])
    shapes[one] = shapely.union(shapes[one], _beside(shapes[other], shapes[one], OVERLAP_M))
    one, other = _neighbours(shapes[4:8])
    shapes[4 + one] = shapely.difference(shapes[4 + one], _beside(shapes[4 + one], shapes[4 + other], GAP_M))
    shapes[8] = shapely.difference(shapes[8], shapely.buffer(shapely.point_on_surface(shapes[8]), POCKET_M))
    ring = shapely.get_coordinates(shapes[10])
    ring[[1, 2]] = ring[[2, 1]]
    shapes[10] = shapely.Polygon(ring)
    codes[11] = codes[9]
    codes[3] = None
    return grids.assign(code=codes).set_geometry(shapes, crs=grids.crs)


def _neighbours(shapes: np.ndarray) -> tuple[int, int]:
    """Return the two that have the longest edge in common."""
    lengths = shapely.length(shapely.intersection(shapes[:, None], shapes[None, :]))
    lengths[np.diag_indices(len(shapes))] = 0.0
    one, other = np.unravel_index(int(lengths.argmax()), lengths.shape)
    return int(one), int(other)


def _beside(shape: shapely.Geometry, other: shapely.Geometry, width_m: float) -> shapely.Geometry:
    """Return the strip of a shape along another one."""
    return shapely.intersection(shape, shapely.buffer(other, width_m, join_style="mitre"))
