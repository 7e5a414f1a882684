"""Vector tiles (Mapbox Vector Tile 2) of what is too much for one file."""

from datetime import date

from sqlalchemy import Connection, text

from geo.store.statements import statement


def streets(connection: Connection, z: int, x: int, y: int) -> bytes:
    """Return a tile with the layer ``streets``; from far away only the main ones."""
    return _tile(connection, "tile_streets", z=z, x=x, y=y)


def enterprises(connection: Connection, z: int, x: int, y: int, *, partition: int | None, on: date) -> bytes:
    """Return a tile with the layer ``enterprises`` and their assignment on a day."""
    return _tile(connection, "tile_enterprises", z=z, x=x, y=y, partition=partition, on=on)


def enterprises_at(
    connection: Connection, tile: tuple[int, int, int], *, partition: int | None, on: date, release: int
) -> bytes:
    """Return such a tile (zoom, column, row) as known at an older release: points are assigned anew."""
    z, x, y = tile
    scope = {"partition": partition, "on": on, "release": release}
    return _tile(connection, "tile_enterprises_at", z=z, x=x, y=y, **scope)


def _tile(connection: Connection, name: str, **values: object) -> bytes:
    return bytes(connection.scalar(text(statement(name)), values) or b"")
