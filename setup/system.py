"""What the set-up needs from the system, and how Debian and Ubuntu install it."""

import contextlib
import ctypes
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import SetupMissing
from geo.store.cluster.server import find_programs
from setup.commands import tell

CHROMIUM = Path("/usr/bin/chromium")
POSTGIS = "postgresql-postgis"  # the one that fits the distribution
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/gridcircle-set-up.conf")


@dataclass(frozen=True)
class Need:
    """One thing that the system must bring: what it is, Debian's package, who needs it."""

    what: str
    package: str
    present: Callable[[Path], bool]
    goals: tuple[str, ...]
    required: bool = True


def install(goal: str, root: Path) -> None:
    """Install what a goal needs and the system has not; do nothing where it has all.

    Raises
    ------
    SetupMissing
        Where it cannot be installed from here: what it is, and how to get it.
    """
    missing = [need for need in NEEDS if goal in need.goals and not need.present(root)]
    if goal == "demo" and os.environ.get("GRIDCIRCLE_DATABASE_URL"):
        missing = [need for need in missing if need.package != POSTGIS]
    if not any(need.required for need in missing):
        return  # what is merely better to have comes along with the rest, or not at all
    if shutil.which("apt-get") is None:
        raise SetupMissing(_sentence(missing, "This system has no apt-get to install it with."))
    rights = _rights()
    if rights is None:
        raise SetupMissing(_sentence(missing, "You are not root here, and sudo does not let you."))
    tell("installing " + ", ".join(need.what for need in missing))
    packages = [_package(need) for need in missing]
    server = any(need.package == POSTGIS for need in missing)
    with _no_main_cluster(rights) if server else contextlib.nullcontext():
        _apt(rights, "update")  # where it fails, the lists that are there may still do
        _apt(rights, "install", *packages)
    still = [need for need in missing if need.required and not need.present(root)]
    if still:
        raise SetupMissing(_sentence(still, "apt-get did not install it; its reason stands above."))


def _sentence(missing: list[Need], reason: str) -> str:
    listed = "\n".join(f"  - {need.what}" for need in missing)
    packages = " ".join(_package(need) for need in missing)
    return (
        f"Gridcircle needs what this machine does not have:\n{listed}\n{reason}\n"
        "On Debian or Ubuntu start again as root or as a user of sudo, or let an administrator run\n"
        f"  apt-get install --no-install-recommends {packages}\n"
        "On another system install the same from its own packages. Then start again."
    )


def _rights() -> list[str] | None:
    """Return what to put before a command to run it as root; None where that cannot be had."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    # Where nobody sits at a terminal, sudo must not wait for a password.
    ask = [sudo, "-v"] if sys.stdin.isatty() else [sudo, "-n", "true"]
    allowed = subprocess.run(ask, check=False).returncode == 0
    return [sudo] if allowed else None


def _apt(rights: list[str], verb: str, *packages: str) -> None:
    options = ["-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    command = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *options, verb]
    subprocess.run([*command, *packages], stdin=subprocess.DEVNULL, check=False)


@contextlib.contextmanager
def _no_main_cluster(rights: list[str]) -> Iterator[None]:
    """Keep Debian from making and starting a cluster of the machine's own with the new server."""
    folder = NO_MAIN_CLUSTER.parent
    subprocess.run([*rights, "mkdir", "-p", str(folder)], check=True)
    content = "# Gridcircle's set-up is installing; otherwise this is a leftover to be removed.\n"
    content += "create_main_cluster = false\n"
    write = [*rights, "tee", str(NO_MAIN_CLUSTER)]
    subprocess.run(write, input=content, text=True, stdout=subprocess.DEVNULL, check=True)
    try:
        yield
    finally:
        subprocess.run([*rights, "rm", "-f", str(NO_MAIN_CLUSTER)], check=True)


def _package(need: Need) -> str:
    """Return the package; for PostGIS that of the newest server that is there already."""
    servers = [p.parent.parent.name for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    versions = sorted(int(name) for name in servers if re.fullmatch(r"\d+", name))
    if need.package == POSTGIS and versions:
        return f"postgresql-{versions[-1]}-postgis-3"
    return need.package


def _has_postgis(_: Path) -> bool:
    try:
        find_programs()
    except SetupMissing:
        return False
    return True


def _has_chinese_font(_: Path) -> bool:
    return any(Path("/usr/share/fonts").rglob("NotoSansCJK-*"))


def _has_libatomic(_: Path) -> bool:
    # The program that steers the browser in the tests is linked to it, and does not bring it.
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


def _has_venv(root: Path) -> bool:
    # Debian leaves ensurepip out of Python, and with it the means to make the first environment.
    return importlib.util.find_spec("ensurepip") is not None or (root / ".tools/bin/pip").exists()


NEEDS = (
    Need("Python's venv", "python3-venv", _has_venv, ("demo", "check", "test")),
    Need("PostgreSQL with PostGIS", POSTGIS, _has_postgis, ("demo", "test")),
    # The readers of uploads are walled off with it; the service runs without, behind limits alone.
    Need("bubblewrap", "bubblewrap", lambda _: bool(shutil.which("bwrap")), ("demo", "test"), required=False),
    Need("the browser Chromium", "chromium", lambda _: CHROMIUM.exists(), ("test",)),
    Need("the library libatomic", "libatomic1", _has_libatomic, ("test",)),
    Need("a Chinese font", "fonts-noto-cjk", _has_chinese_font, ("test",)),
)
