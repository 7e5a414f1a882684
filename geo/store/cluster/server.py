"""The PostgreSQL programs of this machine, and the account that may run them."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from geo.errors import SetupMissing

_DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
_DEBIAN_SHARES = Path("/usr/share/postgresql")

# PostgreSQL refuses to run as root; Debian's packages make this account for it.
_SERVICE_ACCOUNT = "postgres"


@dataclass(frozen=True)
class Account:
    """A user of this machine: its name, its number and the number of its first group."""

    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        """Whether this process runs under the account already."""
        return self.uid == os.geteuid()


def account_for(folder: Path) -> Account:
    """Return the account that runs the server whose files lie (or will lie) in a folder.

    Root hands over to the owner of the folder, and to ``postgres`` where there is no folder yet or
    where root owns it. Everybody else stays who they are.

    Raises
    ------
    SetupMissing
        Where root finds no account named ``postgres``, or the folder is another user's.
    """
    owner = folder.stat().st_uid if folder.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise SetupMissing(
                f"The database in {folder} belongs to another user; run the service as that user or "
                "as root, or name a folder of your own in GRIDCIRCLE_HOME.",
                folder=str(folder),
            )
        return Account("", os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(_SERVICE_ACCOUNT)
    except KeyError as error:
        raise SetupMissing(
            f"PostgreSQL does not run as root, and this machine has no account "
            f"“{_SERVICE_ACCOUNT}” for it; run `make setup`, or run the service as another user.",
            account=_SERVICE_ACCOUNT,
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def find_programs(major: str | None = None) -> Path:
    """Return the folder of ``initdb`` and ``pg_ctl`` of the newest PostgreSQL that has PostGIS.

    Parameters
    ----------
    major : str, optional
        Only this major version, such as ``"15"``: data can only be read by the version that made
        them.

    Raises
    ------
    SetupMissing
        Where there is none.
    """
    found = [
        programs
        for programs, share in (*_debian_servers(), *_configured_server())
        if (programs / "initdb").is_file() and (share / "extension/postgis.control").is_file()
    ]
    fitting = [programs for programs in found if major is None or _major(programs) == major]
    if fitting:
        return fitting[0]
    version = major or "15"
    told = f"PostgreSQL {major}, which made the data," if major else "PostgreSQL"
    raise SetupMissing(
        f"{told} is not on this machine together with PostGIS; run `make setup`, or install it (on "
        f"Debian and Ubuntu: the package postgresql-{version}-postgis-3), or name a database of "
        "your own in GRIDCIRCLE_DATABASE_URL.",
        package=f"postgresql-{version}-postgis-3",
    )


def run_as(
    account: Account, command: list[str | Path], *, timeout_s: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run one program under an account and return what it said.

    It runs with a bare environment, so that no ``PG…`` variable of the caller reaches the private
    cluster, and in a session of its own, so that Ctrl-C in the terminal ends the service and not
    the server beneath it.

    Raises
    ------
    SetupMissing
        Where the account is another one and the machine has no ``setpriv``.
    subprocess.TimeoutExpired
        Where it takes longer than `timeout_s` seconds.
    """
    if not account.is_me:
        setpriv = shutil.which("setpriv", path="/usr/bin:/bin")
        if setpriv is None:
            raise SetupMissing(
                "The program setpriv is missing (package util-linux); install it, or run the "
                "service as a user other than root.",
                package="util-linux",
            )
        change = ["--reuid", str(account.uid), "--regid", str(account.gid), "--init-groups"]
        command = [setpriv, *change, "--", *command]
    return subprocess.run(  # noqa: S603 - fixed programs, no shell, arguments of our own making
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=timeout_s,
        check=False,
        cwd="/",
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )


def _debian_servers() -> list[tuple[Path, Path]]:
    versions = [p.parent for p in _DEBIAN_PROGRAMS.glob("*/bin") if p.parent.name.isdigit()]
    newest_first = sorted(versions, key=lambda folder: int(folder.name), reverse=True)
    return [(folder / "bin", _DEBIAN_SHARES / folder.name) for folder in newest_first]


def _configured_server() -> list[tuple[Path, Path]]:
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return []
    said = subprocess.run(  # noqa: S603 - the machine's own pg_config
        [pg_config, "--bindir", "--sharedir"], capture_output=True, text=True, check=False
    )
    lines = said.stdout.splitlines()
    return [(Path(lines[0]), Path(lines[1]))] if said.returncode == 0 and len(lines) == 2 else []


def _major(programs: Path) -> str:
    said = subprocess.run(  # noqa: S603 - a program found beside PostGIS
        [programs / "initdb", "--version"], capture_output=True, text=True, check=False
    )
    version = said.stdout.rpartition(" PostgreSQL) ")[2]
    digits = [word.split(".")[0] for word in version.split() if word[0].isdigit()]
    return digits[0] if digits else ""
