"""Geocodes: places that were found for enterprises whose files bring no coordinates, by their addresses.

While one stands, its place is the enterprise's place. No row is ever deleted: one that a coordinate, another
address or a person put an end to says so. It is made by the service on stated terms (``taken``), by a person
who chose among the candidates (``chosen``), or by one who pointed at the map (``placed``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import shapely
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Double,
    Index,
    Integer,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)

from geo.store.columns import id_column, metadata, reference
from geo.store.statements import statement

geocode = Table(
    "geocode",
    metadata,
    id_column(),
    reference("enterprise_id", "enterprise.id", ondelete="CASCADE"),
    # As it was when the place was found; another address is another place.
    Column("address", Text),
    Column("how", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("score", Double, nullable=False),
    Column("accuracy_m", Double, nullable=False),
    Column("places", Integer, nullable=False),
    Column("lon", Double, nullable=False),
    Column("lat", Double, nullable=False),
    # The table of addresses that it was found in; missing where enterprises and stations say it alone.
    Column("source", Text),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("made_by", Text, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", Text),
    Column("ended_why", Text),
    CheckConstraint("how in ('taken', 'chosen', 'placed')", name="how"),
    CheckConstraint("score >= 0 and score <= 1", name="score"),
    CheckConstraint("accuracy_m > 0", name="accuracy"),
    CheckConstraint("ended_why in ('taken-back', 'replaced', 'coordinate', 'address')", name="why"),
    CheckConstraint("num_nonnulls(ended_at, ended_by, ended_why) in (0, 3)", name="ended"),
)
Index(
    "geocode_one_stands",
    geocode.c.enterprise_id,
    unique=True,
    postgresql_where=geocode.c.ended_at.is_(None),
)

VALUES = ("reason", "label", "kind", "score", "accuracy_m", "places", "lon", "lat", "source")
"""What a geocode says of its place."""

KEEP = statement("keep_geocodes")
"""Run over the rows of a load: one without a place keeps what was found, while its address is what it was."""


def make(connection: Connection, rows: Sequence[Mapping[str, Any]], *, how: str, by: str) -> None:
    """Enter places that were found, and put the enterprises there.

    Parameters
    ----------
    rows : sequence of mapping
        ``enterprise_id``, ``address`` and what `VALUES` names. None of the enterprises has a place.
    how : {"taken", "chosen", "placed"}
        Who found it.
    """
    if rows:
        connection.execute(insert(geocode), [{**row, "how": how, "made_by": by} for row in rows])
        query = text(
            "update enterprise as e set geom = ST_SetSRID(ST_MakePoint(g.lon, g.lat), 4326) from geocode as g"
            " where g.enterprise_id = e.id and g.ended_at is null and e.id = any(:ids)"
        )
        connection.execute(query, {"ids": [row["enterprise_id"] for row in rows]})


def end(connection: Connection, enterprise: int, *, by: str, why: str) -> list[int]:
    """Put an end to what stands of an enterprise, which has no place then; return the ids of the geocodes."""
    row = update(geocode).where(geocode.c.enterprise_id == enterprise, geocode.c.ended_at.is_(None))
    values = {"ended_at": func.now(), "ended_by": by, "ended_why": why}
    ended = sorted(connection.scalars(row.values(values).returning(geocode.c.id)))
    if ended:
        connection.execute(text("update enterprise set geom = null where id = :id"), {"id": enterprise})
    return ended


def settle(connection: Connection, *, by: str) -> dict[str, int]:
    """Put an end to what a load overtook, and return how many by why: ``coordinate`` or ``address``."""
    query = text(
        "update geocode as g set ended_at = now(), ended_by = :by,"
        " ended_why = case when e.geom is null then 'address' else 'coordinate' end"
        " from enterprise as e where e.id = g.enterprise_id and g.ended_at is null"
        " and (e.geom is null or ST_X(e.geom) <> g.lon or ST_Y(e.geom) <> g.lat) returning g.ended_why"
    )
    found = list(connection.scalars(query, {"by": by}))
    return {why: found.count(why) for why in sorted(set(found))}


def standing(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what stands of enterprises, by id: ``how``, ``by``, ``at`` (UTC) and what `VALUES` names."""
    c = geocode.c
    at = func.timezone("UTC", c.made_at).label("at")
    query = select(
        c.enterprise_id, c.how, c.address, c.made_by.label("by"), at, *(c[name] for name in VALUES)
    ).where(c.ended_at.is_(None), c.enterprise_id.in_(list(ids)))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return {row.pop("enterprise_id"): row for row in rows}


def history(connection: Connection, enterprise: int) -> list[dict[str, Any]]:
    """Return all places that were ever found for an enterprise, the newest first."""
    query = select(*geocode.c).where(geocode.c.enterprise_id == enterprise).order_by(geocode.c.id.desc())
    return [dict(row) for row in connection.execute(query).mappings()]


def lacking(connection: Connection, enterprise: int | None = None) -> list[dict[str, Any]]:
    """Return the enterprises without a place, or one of them; sorted by id.

    Returns
    -------
    list of dict
        ``id``, ``source``, ``source_id``, ``name``, ``address``, ``workers``, and ``refused``: whether a
        person took back a place that was found for this address.
    """
    rows = connection.execute(text(statement("lacking")), {"enterprise": enterprise})
    return [dict(row) for row in rows.mappings()]


def known(connection: Connection) -> pd.DataFrame:
    """Return the addresses of enterprises, stations and tables that have coordinates of their own.

    Returns
    -------
    DataFrame
        ``text``, ``lon``, ``lat`` (degrees), ``accuracy_m`` (as stated, NaN where nobody did) and ``crs``:
        what the facts of the load call its system; ``source``, the file of a table, empty for the others.
    """
    rows = connection.execute(text(statement("known_addresses"))).all()
    frame = pd.DataFrame(rows, columns=["text", "lon", "lat", "accuracy_m", "crs", "source"], dtype=object)
    return frame.astype({"lon": float, "lat": float, "accuracy_m": float})


def forget(connection: Connection, source: str, source_ids: Sequence[str]) -> None:
    """Take rows out of an office's table of known addresses; what was found in them before stays."""
    query = text("delete from known_address where source = :source and source_id = any(:ids)")
    connection.execute(query, {"source": source, "ids": list(source_ids)})


def buildings(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the building in which enterprises lie, by their id: ``name`` (or None) and ``geometry``."""
    query = text(
        "select distinct on (e.id) e.id, b.name, ST_AsBinary(b.geom) as wkb from enterprise as e"
        " join base_feature as b on b.kind = 'building' and ST_Covers(b.geom, e.geom)"
        " where e.id = any(:ids) order by e.id, b.id"
    )
    rows = connection.execute(query, {"ids": list(ids)}).mappings()
    return {row["id"]: {"name": row["name"], "geometry": shapely.from_wkb(row["wkb"])} for row in rows}


def version(connection: Connection) -> int:
    """Return a number that grows with each place that is found or given up."""
    query = select(func.count(geocode.c.id) + func.count(geocode.c.ended_at))
    return int(connection.scalar(query) or 0)
