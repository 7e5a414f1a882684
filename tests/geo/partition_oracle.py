"""PostGIS as an oracle of partitions, and grids with known faults."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import create_engine, text

from geo.findings import Tolerances


def with_faults(frame: gpd.GeoDataFrame, seed: int) -> gpd.GeoDataFrame:
    """Move vertices of some grids by themselves, and tie a bow; the same seed, the same faults.

    Parameters
    ----------
    frame : GeoDataFrame
        Grids that fit, in EPSG:4326.
    seed : int
        Each vertex moved goes a centimetre to two metres, so that overlaps and holes of all widths arise.
    """
    random = np.random.default_rng(seed)
    shapes = frame.geometry.to_numpy().copy()
    for row in random.permutation(len(shapes))[: 2 * len(shapes) // 3].tolist():
        ring = shapely.get_coordinates(shapely.get_parts(shapes[row])[0].exterior)[:-1]
        vertex = int(random.integers(len(ring)))
        ring[vertex] += random.choice([-1, 1], 2) * random.choice([1e-7, 2e-6, 2e-5])
        if random.random() < 0.2:
            ring[[0, 1]] = ring[[1, 0]]
        shapes[row] = shapely.MultiPolygon([shapely.Polygon(ring)])
    return frame.set_geometry(shapes, crs=frame.crs)


def postgis(url: str, frame: gpd.GeoDataFrame, crs: str) -> tuple[set[tuple[int, int]], Any, int]:
    """Overlapping pairs, enclosed ground that no polygon covers, and invalid rows, as PostGIS finds them."""
    smallest = Tolerances().overlap_m2
    epsg = int(crs.removeprefix("EPSG:"))
    engine = create_engine(url)
    with engine.begin() as session:
        session.execute(text("CREATE TEMP TABLE a (id int, raw geometry, g geometry) ON COMMIT DROP"))
        rows = [{"id": i, "g": g.wkb} for i, g in enumerate(frame.geometry)]
        session.execute(text("INSERT INTO a SELECT :id, ST_GeomFromWKB(:g, 4326)"), rows)
        session.execute(
            text("UPDATE a SET g = ST_CollectionExtract(ST_MakeValid(raw, 'method=structure'), 3)")
        )
        pairs = session.execute(
            text(
                "SELECT a.id, b.id FROM a JOIN a b ON a.id < b.id AND a.g && b.g "
                "WHERE ST_Relate(a.g, b.g, 'T********') "
                "AND ST_Area(ST_Transform(ST_Intersection(a.g, b.g), :epsg)) > :smallest"
            ),
            {"epsg": epsg, "smallest": smallest},
        ).all()
        pockets = session.execute(
            text(
                "WITH u AS (SELECT ST_Union(g) AS g FROM a), "
                "f AS (SELECT ST_Expand(ST_Envelope(g), 0.01) AS frame, g FROM u), "
                "p AS (SELECT frame, (ST_Dump(ST_Difference(frame, g))).geom AS g FROM f) "
                "SELECT ST_AsBinary(g) FROM p WHERE NOT ST_Intersects(g, ST_Boundary(frame)) "
                "AND ST_Area(ST_Transform(g, :epsg)) > :smallest"
            ),
            {"epsg": epsg, "smallest": smallest},
        ).scalars()
        holes = shapely.from_wkb([bytes(pocket) for pocket in pockets])
        invalid = session.execute(text("SELECT count(*) FROM a WHERE NOT ST_IsValid(raw)")).scalar_one()
    engine.dispose()
    return {(i, j) for i, j in pairs}, holes, invalid


def moved_too_far(
    url: str, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, moved: gpd.GeoDataFrame, crs: str
) -> tuple[int, int]:
    """Count the grids whose new border leaves the band around the old one, and the ground that is too wide.

    The band is as wide as `Tolerances.move_m`, and ground is too wide where something is left of it shrunk
    by half of that on each side; both in metres of a metric system.
    """
    limit = Tolerances().move_m
    epsg = int(crs.removeprefix("EPSG:"))
    engine = create_engine(url)
    with engine.begin() as session:
        session.execute(text("CREATE TEMP TABLE b (old geometry, new geometry) ON COMMIT DROP"))
        pairs = zip(before.geometry, after.geometry, strict=True)
        rows = [{"old": old.wkb, "new": new.wkb} for old, new in pairs if old != new]
        load = (
            "INSERT INTO b SELECT ST_Transform(ST_Boundary(ST_MakeValid("
            "ST_GeomFromWKB(:old, 4326), 'method=structure')), :epsg), "
            "ST_Transform(ST_Boundary(ST_GeomFromWKB(:new, 4326)), :epsg)"
        )
        far = wide = 0
        if rows:
            session.execute(text(load), [row | {"epsg": epsg} for row in rows])
            left = "SELECT count(*) FROM b WHERE NOT ST_IsEmpty(ST_Difference(new, ST_Buffer(old, :limit)))"
            far = session.execute(text(left), {"limit": limit}).scalar_one()
        shrink = "SELECT ST_IsEmpty(ST_Buffer(ST_Transform(ST_GeomFromWKB(:g, 4326), :epsg), :by))"
        for ground in moved.geometry:
            values = {"g": ground.wkb, "epsg": epsg, "by": -limit / 2}
            wide += not session.execute(text(shrink), values).scalar_one()
    engine.dispose()
    return far, wide
