"""pgRouting as a peer: the edges in a table, ``pgr_drivingDistance`` from all stations, COPY out.

Its ``equicost`` would give each node to one station alone, but not always to the nearest (3.4.2: one point in
eighty had a longer way than there is); the least of all stations is asked for instead.
"""

from functools import partial

import numpy as np
import psycopg

from geo.bench.server import connect
from geo.bench.town import METRES, Town
from geo.bench.walkers import Run
from geo.store.cluster.private import superuser_url
from geo.streets.network import Floats

_TABLE = """
    CREATE EXTENSION IF NOT EXISTS pgrouting CASCADE;
    DROP TABLE IF EXISTS bench_edges;
    CREATE TABLE bench_edges (id integer PRIMARY KEY, source integer, target integer, cost float8);
"""
_ANSWER = """
    COPY (SELECT node, min(agg_cost) FROM pgr_drivingDistance(
          'SELECT id, source, target, cost FROM bench_edges', ARRAY[{nodes}]::bigint[], {metres},
          directed => false) GROUP BY node) TO STDOUT
"""


def pgrouting(url: str, town: Town) -> Run:
    """Ask pgRouting in a private cluster; the table is made before the clock runs."""
    # Only a superuser may install an extension, and the cluster is there for the measurement alone.
    connection = connect(superuser_url(url), autocommit=True)
    network = town.network
    connection.execute(_TABLE)
    with connection.cursor().copy("COPY bench_edges FROM STDIN") as copy:
        ends = (network.edge_from.tolist(), network.edge_to.tolist(), network.edge_length_m.tolist())
        rows = zip(*ends, strict=True)
        copy.write("".join(f"{i}\t{a}\t{b}\t{m!r}\n" for i, (a, b, m) in enumerate(rows)))
    connection.execute("ANALYZE bench_edges")
    return partial(_ask, connection, town)


def _ask(connection: psycopg.Connection, town: Town) -> Floats:
    nodes = ",".join(map(str, np.unique(town.stations).tolist()))
    with connection.cursor().copy(_ANSWER.format(nodes=nodes, metres=METRES)) as copy:
        text = b"".join(bytes(part) for part in copy)
    table = np.array(text.split(), dtype=float).reshape(-1, 2)
    metres = np.full(len(town.network.node_xy), np.inf)
    metres[table[:, 0].astype(np.int64)] = table[:, 1]
    return metres[town.points]


def absent(url: str) -> str | None:
    """Return why pgRouting cannot be asked, None where it can."""
    with connect(url) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_available_extensions WHERE name = 'pgrouting'"
        ).fetchone()
    return None if known else "the package postgresql-15-pgrouting is not installed"
