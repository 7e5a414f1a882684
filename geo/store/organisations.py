"""Organisations and the grids that they cover, many to many."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.store.staging import copy_rows


def cover(connection: Connection, links: Iterable[tuple[int, int]], organisations: list[int]) -> set[int]:
    """Make the grids of these organisations be those of the links, for as long as each organisation holds.

    Parameters
    ----------
    links : iterable of (organisation id, grid id)
        What each organisation covers; a link that is there already stays.
    organisations : list of int
        All organisations in question, those that cover nothing any more among them.

    Returns
    -------
    set of int
        The organisations that gained or lost a grid, or hold on other days than before.
    """
    connection.execute(text("create temporary table staged_link (organisation_id bigint, grid_id bigint)"))
    copy_rows(connection, "staged_link", ["organisation_id", "grid_id"], links)
    lost = connection.scalars(
        text(
            "delete from organisation_grid as g where organisation_id = any(:ids) and not exists ("
            " select from staged_link as s join organisation as o on o.id = s.organisation_id"
            " where s.organisation_id = g.organisation_id and s.grid_id = g.grid_id and o.valid = g.valid)"
            " returning organisation_id"
        ),
        {"ids": organisations},
    ).all()
    gained = connection.scalars(
        text(
            "insert into organisation_grid (organisation_id, grid_id, valid)"
            " select distinct s.organisation_id, s.grid_id, o.valid"
            " from staged_link as s join organisation as o on o.id = s.organisation_id"
            " where not exists (select from organisation_grid as g"
            "  where g.organisation_id = s.organisation_id and g.grid_id = s.grid_id)"
            " returning organisation_id"
        )
    ).all()
    connection.execute(text("drop table staged_link"))
    return {*lost, *gained}


def ids(connection: Connection, source: str, source_ids: list[str]) -> dict[str, int]:
    """Return source id → organisation id."""
    query = text(
        "select source_id, id from organisation where source = :source and source_id = any(:source_ids)"
    )
    found = connection.execute(query, {"source": source, "source_ids": source_ids})
    return dict(found.all())


def counts(connection: Connection, *, partition: int | None, on: date, release: int | None) -> dict[str, int]:
    """Count the organisations that hold on a day, and the grids of a partition that they cover."""
    query = text(
        "select (select count(*) from organisation where valid @> :on) as organisations,"
        " (select count(distinct g.grid_id) from organisation_grid as g"
        "  join grid_version as v on v.grid_id = g.grid_id and v.valid @> :on"
        "   and v.from_release <= :release and coalesce(v.to_release, :release + 1) > :release"
        "  where g.valid @> :on and v.partition_id = :partition) as grids_with_organisation"
    )
    row = connection.execute(query, {"on": on, "partition": partition, "release": release or 0}).one()
    return {"organisations": row.organisations, "grids_with_organisation": row.grids_with_organisation}


def by_grid(connection: Connection, on: date) -> dict[int, list[dict[str, Any]]]:
    """Return grid id → the organisations that cover it on a day, each with ``id``, ``name``, ``kind``."""
    query = text(
        "select g.grid_id, o.id, o.name, o.kind from organisation_grid as g"
        " join organisation as o on o.id = g.organisation_id"
        " where g.valid @> :on and o.valid @> :on order by g.grid_id, o.source_id"
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(query, {"on": on}):
        found.setdefault(row.grid_id, []).append({"id": row.id, "name": row.name, "kind": row.kind})
    return found
