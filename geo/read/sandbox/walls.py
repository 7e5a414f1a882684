"""Walls: bubblewrap around the child that reads a file, where this machine has it.

Inside there is no network, no process but the child, no environment, and of the files only the system's
programs, Python, the package `geo` and the file itself, all read-only; what is written is in memory and gone.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from geo.read.sandbox.limits import Limits

ROOM = "/stranger"
ENVIRONMENT: Mapping[str, str] = {
    "LC_CTYPE": "C.UTF-8",
    # One thread each, and plain memory: reserves of address space count against the limit.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
}
MISSING = (
    "bubblewrap does not work on this machine: files are read in a process with limits on memory and time, "
    "but with the network and the files of this account in reach. Install bubblewrap (apt install "
    "bubblewrap), and let this account make user namespaces."
)

_SHUT = ("--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL")
_SYSTEM = ("/lib", "/lib32", "/lib64", "/bin")


@cache
def program() -> str | None:
    """Return the path of a bubblewrap that works here, or None."""
    found = shutil.which("bwrap")
    if found is None:
        return None
    trial = [found, *_SHUT, *_bind("/usr"), *_system(), "--", "/usr/bin/true"]
    try:
        done = subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False)  # noqa: S603 - our own words
    except (OSError, subprocess.TimeoutExpired):
        return None  # `MISSING` is told where the service starts.
    return found if done.returncode == 0 else None


def inside(bwrap: str, files: Sequence[Path], limits: Limits) -> list[str]:
    """Return the words that go before the child's, for it to see these files in `ROOM`.

    Parameters
    ----------
    bwrap : str
        As `program` gives it.
    files : sequence of Path
        The file and what belongs to it beside it, under their own names.
    limits : Limits
        The room for what is unpacked is one of them.
    """
    words = [bwrap, *_SHUT, *_bind("/usr"), *_system(), "--dev", "/dev"]
    words += ["--size", str(limits.written_bytes), "--tmpfs", "/tmp"]  # noqa: S108 - of the child alone
    for folder in _python():
        words += _bind(str(folder))
    for file in files:
        words += ["--ro-bind", str(file.resolve()), f"{ROOM}/{file.name}"]
    for name, value in ENVIRONMENT.items():
        words += ["--setenv", name, value]
    return [*words, "--chdir", "/tmp", "--"]  # noqa: S108


def _bind(path: str) -> list[str]:
    return ["--ro-bind", path, path]


def _system() -> Iterator[str]:
    """Yield what makes /lib and its like what they are here: links on a merged system, else folders."""
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), name)
        elif path.is_dir():
            yield from _bind(name)
    yield from ("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache")


def _python() -> list[Path]:
    """Return the folders of Python, the virtual environment and this package."""
    folders = {Path(sys.prefix), Path(sys.base_prefix), Path(__file__).resolve().parents[2]}
    return sorted(folder for folder in folders if not folder.is_relative_to("/usr"))
