"""Drawings of a few grids that are published, and previewed before that."""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from districts import square
from sqlalchemy import Engine, text

from geo.frames import CRS
from geo.profile import Profile, load_profile
from geo.workflows.publication.planning import Change, plan
from geo.workflows.publication.publishing import write
from geo.workflows.publication.report import Terms

ZONE = load_profile("default")


DAY = date(2026, 7, 1)


def grids(rows: dict[str, Any], **columns: Any) -> gpd.GeoDataFrame:
    """A frame by the contract of grids; rows of id → (x, y, wide, high) in steps, the id being the code."""
    names = ["source_id", "code", "name", "kind", "basis", "level", "parent_code", "park_code", "chief"]
    index = pd.RangeIndex(1, len(rows) + 1, name="row")
    table = pd.DataFrame({name: pd.Series(None, index=index, dtype="str") for name in names})
    table = table.assign(source_id=list(rows), code=list(rows)).astype("str").assign(**columns)
    shapes = [
        shapely.MultiPolygon([shapely.Polygon(square(*box)["coordinates"][0])]) for box in rows.values()
    ]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=index, crs=CRS))


def outline(*box: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.Polygon(square(*box)["coordinates"][0])])


def publish(
    engine: Engine,
    frame: gpd.GeoDataFrame,
    change: Change,
    retire: tuple[str, ...] = (),
    profile: Profile = ZONE,
) -> None:
    """Publish as a load does, without a file."""
    with engine.begin() as connection:
        load = connection.scalar(
            text(
                "insert into load (kind, source, file_name, sha256, facts, counts, loaded_by)"
                " values ('grids', 'main', 'x', '', '{}', '{}', 'me') returning id"
            )
        )
        planned = plan(connection, profile, frame, change)
        write(connection, profile, planned, terms=Terms(by="me", retire=retire), load_id=load)
