import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from geo.errors import DatabaseDown, SetupMissing
from geo.store.cluster.place import locate
from geo.store.cluster.private import running, superuser_url
from geo.store.cluster.server import account_for, find_programs

THROWAWAY = {"fsync": "off", "shared_buffers": "16MB"}
USER = """
import sys, time
from pathlib import Path
from geo.store.cluster.private import running
with running(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def home(open_folder: Path) -> Path:
    """A folder with a cluster that was made and stopped again."""
    folder = open_folder / "cluster"
    with running(folder, settings=THROWAWAY) as url:
        ask(url, "CREATE TABLE kept AS SELECT 1 AS one")
    return folder


@contextlib.contextmanager
def another_user(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the cluster until its standard input is closed."""
    command = [sys.executable, "-c", USER, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql+psycopg://")
        yield process


def ask(url: str, query: str) -> object:
    with create_engine(url, poolclass=NullPool).begin() as session:
        result = session.execute(text(query))
        return result.scalar() if result.returns_rows else None


def server_pid(home: Path) -> int | None:
    file = locate(home).data / "postmaster.pid"
    return int(file.read_text().split()[0]) if file.exists() else None


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_database_has_its_extensions_and_a_role_without_power(home: Path) -> None:
    with running(home) as url:
        assert ask(url, "SELECT ST_AsText('POINT(1 2)'::geometry)") == "POINT(1 2)"
        assert ask(url, "SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'") == 1
        assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SHOW data_checksums") == "on"
        assert ask(superuser_url(url), "SELECT current_user::text") == "postgres"


def test_no_port_is_open_and_the_socket_is_closed_to_others(home: Path) -> None:
    with running(home) as url:
        assert ask(url, "SHOW listen_addresses") == ""
        assert locate(home).socket.stat().st_mode & 0o077 == 0


def test_what_was_stored_is_there_after_a_restart(home: Path) -> None:
    with running(home) as url:
        pid = server_pid(home)
        assert ask(url, "SELECT one FROM kept") == 1
    assert pid is not None
    assert not is_alive(pid)
    assert server_pid(home) is None


def test_the_last_user_stops_the_server_and_no_other(home: Path) -> None:
    with another_user(home) as other:
        with running(home) as url:
            assert ask(url, "SELECT one FROM kept") == 1
        pid = server_pid(home)
        assert pid is not None
        assert is_alive(pid)
        other.communicate("")
    assert other.returncode == 0
    assert not is_alive(pid)


def test_a_killed_user_leaves_the_server_for_the_next(home: Path) -> None:
    with another_user(home) as other:
        other.kill()
    pid = server_pid(home)
    assert pid is not None
    with running(home) as url:
        assert server_pid(home) == pid
        assert ask(url, "SELECT one FROM kept") == 1
    assert not is_alive(pid)


def test_a_killed_server_recovers(home: Path) -> None:
    with another_user(home) as other:
        pid = server_pid(home)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        other.kill()
    with running(home) as url:
        assert ask(url, "SELECT one FROM kept") == 1
        assert server_pid(home) != pid


def test_a_pid_file_with_the_number_of_another_process_is_stale(home: Path) -> None:
    place = locate(home)
    with subprocess.Popen(["sleep", "60"], user=place.account.uid) as sleeper:
        file = place.data / "postmaster.pid"
        file.write_text(f"{sleeper.pid}\n{place.data}\n1700000000\n5432\n{place.socket}\n")
        os.chown(file, place.account.uid, place.account.gid)
        try:
            with running(home) as url:
                assert ask(url, "SELECT one FROM kept") == 1
                assert sleeper.poll() is None
        finally:
            sleeper.kill()


def test_a_setting_that_the_server_refuses_is_told_with_its_words(home: Path) -> None:
    with (
        pytest.raises(DatabaseDown, match=r"does not start.*(?s:.*)shared_buffers"),
        running(home, settings={"shared_buffers": "a lot"}),
    ):
        pass
    with running(home) as url:
        assert ask(url, "SELECT one FROM kept") == 1


def test_a_making_cut_off_halfway_does_not_block_the_next(open_folder: Path) -> None:
    place = locate(open_folder / "halfway")
    half = place.folder / "data.new-1"
    half.mkdir()
    (half / "PG_VERSION").write_text("15\n")
    with running(open_folder / "halfway", settings=THROWAWAY) as url:
        assert ask(url, "SELECT 1") == 1
    assert not half.exists()


def test_a_long_path_gets_a_socket_in_a_short_one(open_folder: Path) -> None:
    place = locate(open_folder / ("很长的文件夹名" * 5))
    assert place.folder.is_relative_to(open_folder)
    assert place.socket.is_relative_to("/tmp")  # noqa: S108 - where it is meant to be
    assert place.socket.stat().st_uid == place.account.uid
    place.socket.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_a_folder_that_the_account_cannot_enter_gets_a_link(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    place = locate(tmp_path / "var")
    link = tmp_path / "var/postgres"
    try:
        assert link.is_symlink()
        assert place.folder == link.resolve()
        assert place.folder.is_relative_to("/var/lib/gridcircle")
        assert place.folder.stat().st_uid == place.account.uid != 0
        assert locate(tmp_path / "var") == place
    finally:
        place.socket.rmdir()
        place.folder.rmdir()


def test_another_persons_socket_folder_is_refused(open_folder: Path) -> None:
    home = open_folder / ("a" * 90)
    socket = locate(home).socket
    socket.rmdir()
    socket.symlink_to(open_folder)
    with pytest.raises(SetupMissing, match="remove it"):
        locate(home)
    socket.unlink()


def test_data_of_a_version_that_is_not_there_names_the_package() -> None:
    with pytest.raises(SetupMissing, match="postgresql-9-postgis-3"):
        find_programs("9")
    assert (find_programs() / "pg_ctl").is_file()


def test_the_account_is_the_owner_of_the_folder(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, 65534, 65534)
        assert account_for(tmp_path).uid == 65534
        os.chown(tmp_path, 0, 0)
        assert account_for(tmp_path).name == "postgres"
    else:
        assert account_for(tmp_path).is_me
        with pytest.raises(SetupMissing, match="another user"):
            account_for(Path("/"))
