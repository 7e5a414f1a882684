"""Alembic's entry: runs the migrations on the connection that `geo.store.schema` hands over."""

from typing import Any

from alembic import context

# Every module with tables has to be loaded to be compared.
from geo.store import desk, geocodes, jobs, overrides, scenarios, street_corrections  # noqa: F401
from geo.store.tables import metadata


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:  # noqa: FBT001
    """Leave the tables of PostGIS and of the queue out of every comparison."""
    return not (
        kind == "table" and name is not None and name.startswith(("spatial_ref_sys", "procrastinate_"))
    )


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=_ours,
)
with context.begin_transaction():
    context.run_migrations()
