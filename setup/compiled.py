"""What is compiled: modules to bytecode and loops to machine code at the set-up, so that no command waits."""

import json
from pathlib import Path

from setup.commands import run, tell

STAMP = ".venv/gridcircle-kernels.json"
PACKAGES = ("geo", "maps", "api")
ADVICE = "The compiled modules could not be made ready; look at the lines above."


def install(root: Path) -> None:
    """Compile what has changed since the last time.

    Python asks for a source's time and size, not for its content, and so does numba; so does the stamp.

    Raises
    ------
    SetupMissing
        Where the compiler fails.
    """
    python = root / ".venv/bin/python"
    run(python, "-m", "compileall", "-q", *PACKAGES, cwd=root, advice=ADVICE)
    wanted = _state(root)
    stamp = root / STAMP
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    tell("compiling the inner loops")
    run(python, "-m", "geo.compiled", cwd=root, advice=ADVICE)
    stamp.write_text(wanted, "utf-8")


def _state(root: Path) -> str:
    """Return what the cache depends on: the sources, numba, and where the project lies."""
    sources = [root / "geo/compiled.py", *sorted((root / "geo").rglob("kernels.py"))]
    packages = sorted(p.name for p in root.glob(".venv/lib/python3.*/site-packages/numba-*.dist-info"))
    times = {str(path): [path.stat().st_mtime_ns, path.stat().st_size] for path in sources}
    return json.dumps({"sources": times, "packages": packages}, indent=1)
