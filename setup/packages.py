"""The Python packages: uv in an environment of its own, and the project's from the lock files."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from setup.commands import run, tell

DEMO_LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
STAMP = ".venv/gridcircle-set-up.json"
ADVICE = (
    "Look at the lines above: mostly the package index was not reached. Set PIP_INDEX_URL (or "
    "UV_DEFAULT_INDEX) where this network has an index of its own, and start again."
)


def install(goal: str, root: Path) -> None:
    """Bring ``.venv`` to what the lock file says; development packages once there stay there.

    Raises
    ------
    SetupMissing
        Where a package cannot be had.
    """
    had = _read_stamp(root)
    lock = DEMO_LOCK if goal == "demo" and had.get("lock") != DEV_LOCK else DEV_LOCK
    packages = {"lock": lock, "content": _content(root, lock)}
    project = {"root": str(root), "project": _content(root, "pyproject.toml")}
    is_whole = _is_whole(root, had) and packages.items() <= had.items()
    if is_whole and project.items() <= had.items():
        return
    tell("installing the Python packages")
    # Where the project alone has changed or moved, no network is needed.
    _synchronise(root, None if is_whole else lock)
    stamp = {**packages, **project, "installed": _installed(root / ".venv")}
    (root / STAMP).write_text(json.dumps(stamp, indent=1), "utf-8")


def _synchronise(root: Path, lock: str | None) -> None:
    """Make the environment where needed, and install the lock file and the project into it."""
    uv, environment = tool(root, "uv"), _environment(root)
    python = root / ".venv/bin/python"
    if not _is_usable(python):
        # The programs in it find their Python beside them, so that the project can be moved.
        make = ("venv", "--clear", "--relocatable", "--prompt", "gridcircle")
        run(uv, *make, "--python", sys.executable, ".venv", cwd=root, env=environment, advice=ADVICE)
    pip = (uv, "pip")
    if lock is not None:
        # Compiled now: the process that reads a stranger's file sees all of this, and may not write to it.
        sync = ("sync", "--compile-bytecode", "--python", str(python), "--require-hashes", lock)
        run(*pip, *sync, cwd=root, env=environment, advice=ADVICE)
    project = ("install", "--python", str(python), "--no-deps", "--no-build-isolation")
    run(*pip, *project, "--editable", ".", cwd=root, env=environment, advice=ADVICE)


def tool(root: Path, name: str) -> Path:
    """Return the program of one of the set-up's own tools, installed from its lock file.

    Parameters
    ----------
    root : Path
        The project.
    name : str
        ``uv``, or ``node`` for a machine without one.
    """
    lock = root / "setup" / f"{name}.lock"
    found = re.search(r"^([\w-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise AssertionError(f"{lock} names no package")
    info = f"{found[1].replace('-', '_')}-{found[2]}.dist-info"
    if info not in _installed(root / ".tools"):
        tell(f"installing {found[1]} {found[2]}")
        python = root / ".tools/bin/python"
        if not _is_usable(python):
            advice = "Python's venv does not work here; install the package python3-venv."
            run(sys.executable, "-m", "venv", ".tools", cwd=root, advice=advice)
        install = ("-m", "pip", "--disable-pip-version-check", "install", "--require-hashes", "-r")
        run(python, *install, lock, cwd=root, advice=ADVICE)
    return root / ".tools/bin" / name


def _environment(root: Path) -> dict[str, str]:
    """Return the environment for uv, which reads neither pip's variables nor its files."""
    environment = dict(os.environ) | {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    python = root / ".tools/bin/python"
    pip = ("-m", "pip", "config", "list")
    listed = subprocess.run([python, *pip], capture_output=True, text=True, check=False).stdout
    for setting, variable in (
        ("index-url", "UV_DEFAULT_INDEX"),
        ("trusted-host", "UV_INSECURE_HOST"),
        ("cert", "SSL_CERT_FILE"),
    ):
        given = dict(re.findall(rf"^(global|install|:env:)\.{setting}='(.+)'$", listed, re.MULTILINE))
        # As in pip, the environment outdoes a file, and the command's section the general one.
        for section in (":env:", "install", "global"):
            if section in given:
                environment.setdefault(variable, given[section])
    return environment


def _content(root: Path, name: str) -> str:
    return hashlib.sha256((root / name).read_bytes()).hexdigest()


def _read_stamp(root: Path) -> dict[str, object]:
    try:
        stamp = json.loads((root / STAMP).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}  # never set up, or cut off while it was written: set up again
    return stamp if isinstance(stamp, dict) else {}


def _is_whole(root: Path, stamp: dict[str, object]) -> bool:
    """Whether everything that the stamp lists is still there."""
    names = stamp.get("installed")
    listed = set(names) if isinstance(names, list) else {""}
    command = root / ".venv/bin/gridcircle"
    return (
        command.exists()
        and listed <= set(_installed(root / ".venv"))
        and _is_usable(root / ".venv/bin/python")
    )


def _installed(environment: Path) -> list[str]:
    """Return the names of the installed distributions, with their versions."""
    return sorted(p.name for p in environment.glob("lib/python3.*/site-packages/*.dist-info"))


def _is_usable(python: Path) -> bool:
    """Whether an environment's Python still starts, and is not too old."""
    if not python.exists():
        return False
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-I", "-c", check], capture_output=True, check=False).returncode == 0
