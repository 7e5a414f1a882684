"""PostGIS as a peer: the tables by COPY in, the answers by COPY out, an index of the grids between."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import psycopg
import shapely
from sqlalchemy.engine import make_url

from geo.index.raster import Cells

if TYPE_CHECKING:
    from geo.bench.peers import Question

_TABLES = """
    DROP TABLE IF EXISTS bench_grids, bench_points;
    CREATE TABLE bench_grids (grid integer, shape geometry);
    CREATE TABLE bench_points (point integer, x float8, y float8);
"""
_INDEX = "CREATE INDEX ON bench_grids USING gist (shape); ANALYZE bench_grids; ANALYZE bench_points;"
_ANSWER = """
    COPY (SELECT point, min(grid) FROM bench_points
          JOIN bench_grids ON ST_Covers(shape, ST_MakePoint(x, y)) GROUP BY point) TO STDOUT
"""


def connect(url: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Open a connection of the driver's own to the database at a SQLAlchemy URL."""
    place = make_url(url)
    arguments = place.get_dialect()().create_connect_args(place)[1]
    return psycopg.connect(**arguments, autocommit=autocommit)


def postgis(url: str, question: Question) -> Callable[[], Cells]:
    """Ask PostGIS at a SQLAlchemy URL for ``min(grid)`` over ``ST_Covers``."""
    return partial(_ask, url, question, shapely.to_wkb(question.grids, hex=True))


def _ask(url: str, question: Question, shapes: npt.NDArray[Any]) -> Cells:
    with connect(url) as connection:
        connection.execute(_TABLES)
        with connection.cursor().copy("COPY bench_grids FROM STDIN") as copy:
            copy.write("".join(f"{i}\t{shape}\n" for i, shape in enumerate(shapes)))
        with connection.cursor().copy("COPY bench_points FROM STDIN") as copy:
            rows = zip(question.x.tolist(), question.y.tolist(), strict=True)
            copy.write("".join(f"{i}\t{x!r}\t{y!r}\n" for i, (x, y) in enumerate(rows)))
        connection.execute(_INDEX)
        with connection.cursor().copy(_ANSWER) as copy:
            text = b"".join(bytes(part) for part in copy)
        connection.execute("DROP TABLE bench_grids, bench_points")
    pairs = np.array(text.split(), dtype=np.int64).reshape(-1, 2)
    return question.first(pairs[:, 0], pairs[:, 1])
