"""Where a private cluster lies, where it listens, and the locks around it."""

import contextlib
import fcntl
import hashlib
import logging
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import SetupMissing
from geo.store.cluster.server import Account, account_for, run_as

_ELSEWHERE = Path("/var/lib/gridcircle")
_SOCKET_NAME = ".s.PGSQL.5432.lock"
_SOCKET_PATH_BYTES = 107

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """The folder of one cluster, the folder of its socket, and the account that runs it."""

    folder: Path
    socket: Path
    account: Account

    @property
    def data(self) -> Path:
        """The data folder; where it exists, it is complete."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The file that the server writes its words into."""
        return self.folder / "log"

    def open_lock(self, name: str) -> int:
        """Open one of the lock files; closing the handle gives the lock back."""
        handle = os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not self.account.is_me:
            os.fchown(handle, self.account.uid, self.account.gid)
        return handle

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other process start or stop the cluster meanwhile."""
        handle = self.open_lock("change.lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def locate(home: Path) -> Place:
    """Return where the cluster of a folder lies, and make that place.

    Raises
    ------
    SetupMissing
        Where the folder cannot be made, or be used by the account that runs PostgreSQL.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        place = home.resolve() / "postgres"
        account = account_for(place.resolve())
        if not place.is_symlink() and not _is_usable(_own(place, account), account):
            place = _move_elsewhere(place)
        place = _own(place.resolve(), account)
        socket = place / "socket"
        if len(os.fsencode(socket / _SOCKET_NAME)) > _SOCKET_PATH_BYTES:
            socket = Path(f"/tmp/gridcircle-{account.uid}-{_digest(place)}")  # noqa: S108 - checked
        return Place(place, _own(socket, account), account)
    except OSError as error:
        raise SetupMissing(
            f"The database cannot be kept in {home}: {error.strerror} ({error.filename}); name a "
            "folder that you may write to in GRIDCIRCLE_HOME.",
            folder=str(home),
        ) from error


def _own(folder: Path, account: Account) -> Path:
    """Make a folder that nobody but the account may enter, and make sure that it is one."""
    with contextlib.suppress(FileExistsError):  # what is there already is looked at below
        folder.mkdir(mode=0o700, parents=True)
    found = folder.lstat()
    owners = {account.uid, os.geteuid()}
    if found.st_uid not in owners or not stat.S_ISDIR(found.st_mode):
        raise SetupMissing(
            f"{folder} is no folder of the account that runs the database; remove it, or name "
            "another folder in GRIDCIRCLE_HOME.",
            folder=str(folder),
        )
    if found.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
    return folder


def _is_usable(place: Path, account: Account) -> bool:
    return account.is_me or run_as(account, ["/usr/bin/test", "-w", place]).returncode == 0


def _move_elsewhere(place: Path) -> Path:
    """Leave a link in the place of an empty folder that the server's account cannot reach."""
    if any(place.iterdir()):
        raise SetupMissing(
            f"The account that runs the database cannot enter {place} any more; let it pass through "
            "the folders above, or move the service's folder with GRIDCIRCLE_HOME.",
            folder=str(place),
        )
    target = _ELSEWHERE / f"{place.parent.parent.name or 'root'}-{_digest(place)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    place.rmdir()
    place.symlink_to(target)
    _log.warning("The database lies in %s: its account cannot enter %s.", target, place.parent)
    return place


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
