"""The publication that is killed: a file is kept, and its grids are published once under a key.

It does of everything something: a border moves, a grid is retired and becomes two, one has another name and
another chief. Each step tells its name before it is taken.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg
import shapely
from sqlalchemy import Connection, Engine, event

from geo.frames import CRS, Reading
from geo.profile import load_profile
from geo.read.door import read_file
from geo.store.engine import make_engine, writing
from geo.store.originals import keep
from geo.workflows.answering import once
from geo.workflows.publication.loading import store
from geo.workflows.publication.report import LoadOptions, Terms
from tests.districts import SMALL

ZONE = load_profile("demo")
SINCE = date(2026, 7, 1)
GONE = "GX-003-0003"
BY = "王"
COMMIT, COMMITTED, KEPT = "commit", "committed", "the file is kept"
"""Steps that are no statement of ours."""

Step = Callable[[str], None]
"""Told the name of what is done next."""


@dataclass(frozen=True)
class Request:
    """What a client asks for, as the service gets it.

    Parameters
    ----------
    reading : Reading
        The grids.
    base : int
        The release that they were compared with.
    original : bytes
        The file.
    key : str
        Of the request.
    """

    reading: Reading
    base: int
    original: bytes = b"a file of its own"
    key: str = "the key"


def samples() -> Reading:
    """The grids of the samples."""
    return read_file(SMALL / "grids.zip", "grids")


def redrawn(reading: Reading, *, width: float = 0.0002) -> Reading:
    """The three grids of the samples, redrawn: a border moved by so many degrees, the third grid halved."""
    frame = reading.frame
    first, second, third = frame.geometry.to_numpy()
    edge = shapely.intersection(first, second)
    bite = shapely.intersection(shapely.buffer(edge, width), second)
    west, south, east, north = third.bounds
    halves = [
        shapely.intersection(third, shapely.box(low, south, high, north))
        for low, high in ((west, (west + east) / 2), ((west + east) / 2, east))
    ]
    rows = pd.DataFrame(frame.drop(columns="geometry")).iloc[[0, 1, 2, 2]]
    rows.index = pd.RangeIndex(1, 5, name="row")
    rows = rows.assign(
        source_id=[*rows["source_id"][:2], "N1", "N2"],
        code=[*rows["code"][:2], "GX-003-N1", "GX-003-N2"],
        name=["新名", *rows["name"][1:]],
        chief=["新网格长", *rows["chief"][1:]],
    )
    shapes = [shapely.union(first, bite), shapely.difference(second, bite), *halves]
    geometry = gpd.GeoSeries([_multi(one) for one in shapes], index=rows.index, crs=CRS)
    return replace(reading, frame=gpd.GeoDataFrame(rows, geometry=geometry))


def _multi(shape: Any) -> shapely.MultiPolygon:
    polygons = [one for one in shapely.get_parts(shape) if one.geom_type == "Polygon"]
    return shapely.MultiPolygon(polygons)


def publish(engine: Engine, home: Path, request: Request, step: Step) -> dict[str, Any]:
    """Keep the file and publish its grids, as the service does."""
    step("keep the file")
    keep(home, io.BytesIO(request.original))
    step(KEPT)
    terms = Terms(base=request.base, by=BY, note="crash", retire=(GONE,))
    options = LoadOptions(since=SINCE, by=BY, terms=terms)
    said = {"publish": "the drawing", "base": request.base, "by": BY}

    def work(connection: Connection) -> dict[str, Any]:
        outcome = store(connection, ZONE, "grids", request.reading, options)
        return {"release": outcome.release, "reassigned": outcome.reassigned}

    with writing(engine) as connection:
        answer = once(connection, request.key, said, lambda: work(connection))
    step(COMMITTED)
    return answer


@contextmanager
def telling(url: str, step: Step, *, transactions: bool = True) -> Iterator[Engine]:
    """An engine that tells each statement before it goes to the server, and the commit.

    Without ``transactions`` each statement counts by itself, as it must not be.
    """

    class Telling(psycopg.Cursor[Any]):
        def execute(self, query: Any, *values: Any, **options: Any) -> Any:
            text = query if isinstance(query, str) else query.as_string(self)
            step(" ".join(text.split())[:80])
            return super().execute(query, *values, **options)

        def executemany(self, query: Any, *values: Any, **options: Any) -> Any:
            step(" ".join(str(query).split())[:80])
            return super().executemany(query, *values, **options)

        def copy(self, statement: Any, *values: Any, **options: Any) -> Any:
            step(" ".join(statement.as_string(self).split())[:80])
            return super().copy(statement, *values, **options)

    engine = make_engine(url)

    @event.listens_for(engine, "connect")
    def tell_cursors(connection: Any, _record: Any) -> None:
        connection.cursor_factory = Telling

    @event.listens_for(engine, "commit")
    def tell_commit(_connection: Any) -> None:
        step(COMMIT)

    try:
        yield engine if transactions else engine.execution_options(isolation_level="AUTOCOMMIT")
    finally:
        engine.dispose()
