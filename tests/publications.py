"""Publications of drawings straight into a database, and what stands there afterwards."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import shape
from sqlalchemy import Engine, text

from geo.contracts import CONTRACTS
from geo.frames import CRS, Facts, Reading
from geo.profile import Profile, load_profile
from geo.store import releases
from geo.store.engine import reading, writing
from geo.workflows.publication import restoring
from geo.workflows.publication.loading import store
from geo.workflows.publication.report import LoadOptions, Outcome, Terms

ZONE = load_profile("default")

Rows = Sequence[tuple[dict[str, Any] | None, Mapping[str, Any]]]


def read(kind: str, rows: Rows) -> Reading:
    """The rows of a drawing as the door would hand them on, properties by the names of the contract."""
    index = pd.RangeIndex(1, len(rows) + 1, name="row")
    columns: dict[str, Any] = {}
    for column in CONTRACTS[kind].columns:
        cells = [properties.get(column.name) for _, properties in rows]
        if column.type == "list":
            cells = [cell or [] for cell in cells]
        dtype = {"text": "str", "integer": "Int64"}.get(column.type, "object")
        columns[column.name] = pd.Series(cells, index=index, dtype=dtype)
    shapes = [None if one is None else shape(one) for one, _ in rows]
    if "MultiPolygon" in CONTRACTS[kind].geometry:
        shapes = [one and shapely.MultiPolygon([one]) for one in shapes]
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, index=index, crs=CRS))
    return Reading(frame, (), Facts("drawing", "drawing", "0" * 64, CRS))


def publish(
    engine: Engine,
    rows: Rows,
    *,
    kind: str = "grids",
    since: date | None = None,
    terms: Terms | None = None,
    zone: Profile = ZONE,
    **said: Any,
) -> Outcome:
    """Store a drawing in one transaction, as a draft is published."""
    terms = terms or Terms()
    options = LoadOptions(since=since, by=terms.by, terms=terms, **said)
    with writing(engine) as connection:
        releases.lock(connection)
        return store(connection, zone, kind, read(kind, rows), options)


def restore(engine: Engine, number: int, *, terms: Terms | None = None, zone: Profile = ZONE) -> int:
    """Roll back to a release, and return the number of the new one."""
    return restoring.restore(engine, zone, number, terms=terms or Terms())["release"]


CONTENTS = {
    "parks": "select park_id, code, name, valid::text, ST_AsHexEWKB(geom) from park_version as v",
    "grids": "select partition_id, grid_id, code, name, kind, parent_id, park_id, valid::text,"
    " ST_AsHexEWKB(geom) from grid_version as v",
    "duties": "select grid_id, role, person, valid::text from duty as v",
}
ASSIGNED = """
select a.enterprise_id, a.station_id, a.partition_id, g.grid_id, g.code, a.status, a.rule, a.candidates,
       a.valid::text
from assignment as a left join grid_version as g on g.id = a.grid_version_id
where a.to_release is null
"""
KNOWN = "v.from_release <= :release and coalesce(v.to_release, :release + 1) > :release"


def contents(engine: Engine, release: int) -> dict[str, list[tuple[Any, ...]]]:
    """What is known of parks, grids and chiefs at a release, without the ids of the versions."""
    with reading(engine) as connection:
        return {
            name: sorted(
                map(tuple, connection.execute(text(f"{query} where {KNOWN}"), {"release": release})), key=repr
            )
            for name, query in CONTENTS.items()
        }


def assignments(engine: Engine) -> list[tuple[Any, ...]]:
    """Every current assignment by point, grid, code and days, without the ids of the versions."""
    with reading(engine) as connection:
        return sorted(map(tuple, connection.execute(text(ASSIGNED))), key=repr)


def ask(engine: Engine, query: str, **values: Any) -> list[tuple[Any, ...]]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]
