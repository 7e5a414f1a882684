"""Memory: what the files of an office needed to be told, by the headers that they have."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from geo.store.desk import remembered


def mark(headers: Iterable[str]) -> str:
    """Return a short text that is the same for the same headers, in whatever order."""
    text = "\n".join(sorted(headers))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def remember(
    connection: Connection, *, source: str, kind: str, headers: Iterable[str], said: Mapping[str, Any]
) -> None:
    """Keep what was said of a file for the next one of its office, kind and headers."""
    row = insert(remembered).values(source=source, kind=kind, headers=mark(headers), said=dict(said))
    anew = {"said": row.excluded.said, "at": func.now()}
    connection.execute(row.on_conflict_do_update(index_elements=["source", "kind", "headers"], set_=anew))


def knows(connection: Connection, *, source: str, kind: str) -> bool:
    """Tell whether anything is remembered of an office's files of a kind."""
    c = remembered.c
    query = select(c.headers).where(c.source == source, c.kind == kind).limit(1)
    return connection.scalar(query) is not None


def habit(connection: Connection, *, source: str, kind: str) -> dict[str, Any] | None:
    """Return the system, axes and offset that an office was always said to have, None where these differ."""
    c = remembered.c
    said = connection.scalars(select(c.said).where(c.source == source, c.kind == kind)).all()
    found = {tuple(one.get(name) for name in ("crs", "axes", "offset")) for one in said}
    if len(found) != 1:
        return None
    crs, axes, offset = found.pop()
    return {"crs": crs, "axes": axes, "offset": offset} if crs else None


def recall(
    connection: Connection, *, source: str, kind: str, headers: Iterable[str], layer: str | None = None
) -> dict[str, Any] | None:
    """Return what was said of the last such file, None where there was none.

    Parameters
    ----------
    layer : str, optional
        The layer that has these headers, where it is not the one that is read unasked; then what was said
        counts only if it named this layer.
    """
    c = remembered.c
    query = select(c.said).where(c.source == source, c.kind == kind, c.headers == mark(headers))
    said: dict[str, Any] | None = connection.scalar(query)
    if said is None or (layer is not None and said.get("layer") != layer):
        return None
    return said
