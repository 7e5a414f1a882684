"""The state of a database without its ids and moments: two are equal if nobody could tell them apart."""

from sqlalchemy import Engine, text

from geo.store.engine import reading

GRID = "(select source || '/' || source_id from grid where id = {})"
PARK = "(select source || '/' || source_id from park where id = {})"
KNOWN = "v.valid::text, v.from_release, v.to_release"

QUERIES = {
    "release": "select number, base_number, kind, effective_on, published_by, note, restores,"
    " details - 'load' from release",
    "park_version": f"select {PARK.format('v.park_id')}, code, name, {KNOWN}, ST_AsHexEWKB(geom)"
    " from park_version as v",
    "grid": "select source, source_id, partition_id from grid",
    "grid_version": f"select {GRID.format('v.grid_id')}, partition_id, code, name, kind, {KNOWN},"
    f" {GRID.format('v.parent_id')}, {PARK.format('v.park_id')}, ST_AsHexEWKB(geom) from grid_version as v",
    "duty": f"select {GRID.format('v.grid_id')}, role, person, {KNOWN} from duty as v",
    "assignment": "select e.source_id, s.source_id, v.partition_id, g.code, g.from_release, v.status, v.rule,"
    f" v.candidates, {KNOWN} from assignment as v left join enterprise as e on e.id = v.enterprise_id"
    " left join station as s on s.id = v.station_id left join grid_version as g on g.id = v.grid_version_id",
    "lineage": f"select {GRID.format('ancestor_id')}, {GRID.format('descendant_id')}, release_number, kind"
    " from lineage",
    "audit": "select by, action, subject, details - 'load' from audit",
    "answered": "select key, request, answer from answered",
    "load": "select kind, source, file_name, sha256, counts, loaded_by from load",
}
"""What is looked at, table by table."""

State = dict[str, list[str]]


def state(engine: Engine) -> State:
    """Return all that is stored of boundaries and of what was done to them."""
    with reading(engine) as connection:
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(text(query)))
            for name, query in QUERIES.items()
        }


def unlike(one: State, other: State) -> list[str]:
    """Return the tables in which two states differ."""
    return [name for name in QUERIES if one[name] != other[name]]


def wait_until_alone(engine: Engine, *, seconds: float = 30) -> None:
    """Wait until the server has noticed that all others are gone; a killed client's statement runs on."""
    query = text(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and backend_type = 'client backend' and pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        for _ in range(int(seconds * 50)):
            if not connection.scalar(query):
                return
            connection.execute(text("select pg_sleep(0.02)"))
            connection.rollback()
    message = f"Somebody is connected to the database {seconds:g} s after the kill."
    raise TimeoutError(message)
