"""A private PostGIS in a folder: made on first use, started by the first user, stopped by the last.

It listens on a Unix socket alone, never on a port, and never touches the machine's own clusters.
The folder holds::

    postgres/          of the account that runs the server (a link, where that account cannot pass)
    ├── data/          the database itself; complete from the moment it has this name
    ├── log            what the server says
    ├── socket/        where it listens, unless the path is too long for a socket
    ├── change.lock    held alone while the server starts or stops
    └── users.lock     shared by every process that uses the server
"""

import contextlib
import fcntl
import logging
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg import sql
from sqlalchemy import URL

from geo.errors import DatabaseDown
from geo.store.cluster.place import Place, locate
from geo.store.cluster.server import find_programs, run_as

DATABASE = "gridcircle"
SUPERUSER = "postgres"
EXTENSIONS = ("postgis", "btree_gist")

# For a machine of two cores and some gigabytes that it shares with others. Compiling queries (jit)
# costs more than it saves on the short ones of this service.
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
        "port": "5432",
        "max_connections": "50",
        "shared_buffers": "256MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "effective_cache_size": "1GB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
    }
)

_PORT = 5432
_LOG_BYTES = 1_000_000
_WAIT_S = 60

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def running(home: Path, *, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Keep the private cluster of a folder running, and yield the URL of its database.

    The first use makes the cluster and the database ``gridcircle`` with PostGIS. Several processes
    may use it at once; the last one to leave stops it. A process that was killed leaves it running
    for the next one to find.

    Parameters
    ----------
    home : Path
        The folder that keeps the service's files, such as ``var/``; made where it is missing.
    settings : mapping of str to str, optional
        PostgreSQL settings on top of ``SETTINGS``; without effect where the server already runs.

    Yields
    ------
    str
        A SQLAlchemy URL for psycopg; the role owns the database and is no superuser.

    Raises
    ------
    SetupMissing
        Where PostgreSQL, PostGIS or a right is missing.
    DatabaseDown
        Where the server does not start; the sentence ends with what it said last.
    """
    cluster = locate(home)
    with contextlib.ExitStack() as leaving:
        with cluster.alone():
            _start_and_provide(cluster, {**SETTINGS, **(settings or {})})
            users = cluster.open_lock("users.lock")
            fcntl.flock(users, fcntl.LOCK_SH)
            leaving.callback(_leave, cluster, users)
        yield _url(cluster)


def superuser_url(url: str) -> str:
    """Return the URL for the superuser of a private cluster, as tests need to clone databases."""
    return url.replace(f"//{DATABASE}@", f"//{SUPERUSER}@", 1)


def _url(cluster: Place) -> str:
    address = {"host": str(cluster.socket), "port": str(_PORT)}
    url = URL.create("postgresql+psycopg", username=DATABASE, database=DATABASE, query=address)
    return url.render_as_string(hide_password=False)


def _leave(cluster: Place, users: int) -> None:
    """Give up the use of the cluster, and stop it where nobody else uses it."""
    with cluster.alone():
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _log.debug("Another process still uses the cluster in %s.", cluster.folder)
        else:
            stopped = _control(cluster, "stop", "--mode=fast", f"--timeout={_WAIT_S}")
            if stopped.returncode != 0:
                _log.warning("PostgreSQL did not stop: %s", stopped.stderr.strip())
        finally:
            os.close(users)


def _start_and_provide(cluster: Place, settings: Mapping[str, str]) -> None:
    _start(cluster, settings)
    try:
        _provide(cluster)
    except DatabaseDown as error:
        # It was still stopping, for a user that was killed while it waited for that.
        _log.info("Starting PostgreSQL once more: %s", error)
        _start(cluster, settings)
        _provide(cluster)


def _start(cluster: Place, settings: Mapping[str, str]) -> None:
    if not cluster.data.exists():
        _make(cluster, durable=settings.get("fsync") != "off")
    _drop_stale_pid(cluster)
    if _control(cluster, "status").returncode == 0:
        return
    if cluster.log.exists() and cluster.log.stat().st_size > _LOG_BYTES:
        cluster.log.replace(cluster.log.with_suffix(".old"))
    options = {**settings, "unix_socket_directories": str(cluster.socket)}
    given = shlex.join(word for k, v in options.items() for word in ("-c", f"{k}={v}"))
    started = _control(cluster, "start", f"--log={cluster.log}", f"--options={given}")
    # It may be on its way already, started for a user that was killed before it was up.
    if started.returncode != 0 and _control(cluster, "status").returncode != 0:
        raise _down(cluster, "PostgreSQL does not start")


def _make(cluster: Place, *, durable: bool) -> None:
    """Make the data folder under another name first: one cut off halfway must not be taken up."""
    for leftover in cluster.folder.glob("data.new-*"):
        # The initdb of a user that was killed may still write there, and fails when it is gone.
        shutil.rmtree(leftover, ignore_errors=True)
    draft = cluster.folder / f"data.new-{os.getpid()}"
    # Whoever enters the socket's folder may connect as any role ("trust"); that folder is closed
    # (0700) to all but the server's account and root, and no other way in exists.
    made = run_as(
        cluster.account,
        [
            find_programs() / "initdb",
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
            "--auth-local=trust",
            "--auth-host=reject",
            *([] if durable else ["--no-sync"]),
        ],
    )
    if made.returncode != 0:
        said = " ".join(made.stderr.split()[-60:])
        raise DatabaseDown(f"The database cannot be made in {cluster.folder}: {said}.", said=said)
    draft.rename(cluster.data)


def _drop_stale_pid(cluster: Place) -> None:
    """Remove the pid files of a server that died with the machine, or came along with a copy.

    PostgreSQL does so itself unless the number belongs to another process of the same account now
    (usual in containers, where few numbers are in use), or to a dead one that nobody reaped. They
    are stale where no process at all works in the data folder, as the server and its children do.
    """
    files = [cluster.data / "postmaster.pid", cluster.socket / f".s.PGSQL.{_PORT}.lock"]
    if not any(file.exists() for file in files) or not Path("/proc/self/cwd").exists():
        return
    folders = [process / "cwd" for process in Path("/proc").iterdir() if process.name.isdigit()]
    working = run_as(cluster.account, ["/usr/bin/readlink", *folders]).stdout.splitlines()
    if str(cluster.data) not in working:
        _log.warning("PostgreSQL in %s was not stopped properly; it recovers.", cluster.folder)
        for file in files:
            file.unlink(missing_ok=True)


def _control(cluster: Place, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
    programs = find_programs((cluster.data / "PG_VERSION").read_text("ascii").strip())
    wait = [] if verb == "status" else ["--wait"]
    return run_as(cluster.account, [programs / "pg_ctl", verb, f"--pgdata={cluster.data}", *wait, *options])


def _provide(cluster: Place) -> None:
    """Make the role, the database and its extensions where they are missing."""
    role = sql.Identifier(DATABASE)
    with _connect(cluster, SUPERUSER) as session:
        if not session.execute("SELECT FROM pg_roles WHERE rolname = %s", [DATABASE]).rowcount:
            session.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        if not session.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
            session.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(role))
    with _connect(cluster, DATABASE) as session:
        for extension in EXTENSIONS:
            wanted = sql.Identifier(extension)
            session.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(wanted))


def _connect(cluster: Place, database: str) -> psycopg.Connection:
    """Connect as the superuser, waiting for a server that is still recovering."""
    deadline = time.monotonic() + _WAIT_S
    while True:
        try:
            return psycopg.connect(
                host=str(cluster.socket),
                port=_PORT,
                user=SUPERUSER,
                dbname=database,
                autocommit=True,
            )
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline or not (cluster.data / "postmaster.pid").exists():
                raise _down(cluster, "PostgreSQL does not answer") from error
            time.sleep(0.1)


def _down(cluster: Place, what: str) -> DatabaseDown:
    """Return the error with the last lines that the server wrote."""
    lines = cluster.log.read_text("utf-8", "replace").splitlines() if cluster.log.exists() else []
    said = "\n".join(lines[-8:]) or "nothing"
    return DatabaseDown(f"{what}; its log {cluster.log} ends with:\n{said}", said=said)
