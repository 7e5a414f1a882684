"""The browser's files: our own, and the copies of Folium's that we serve ourselves.

Folium names its scripts and style sheets on foreign hosts. `ASSETS` is the one table that says for
each of those names which file of ours stands in, or that the page does without it; a name that is not
in the table is an error, so that a new version of Folium cannot make a page ask a foreign host.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from geo.errors import SetupMissing

ASSETS: Mapping[str, str | None] = MappingProxyType(
    {
        "leaflet": "vendor/leaflet/leaflet.js",
        "leaflet_css": "vendor/leaflet/leaflet.css",
        "vectorgrid": "vendor/leaflet.vectorgrid/Leaflet.VectorGrid.bundled.min.js",
        # Our scripts need neither jQuery nor Bootstrap, and our markers are drawn on canvas.
        "jquery": None,
        "bootstrap": None,
        "bootstrap_css": None,
        "awesome_markers": None,
        "awesome_markers_css": None,
        "awesome_markers_font_css": None,
        "awesome_rotate_css": None,
        "glyphicons_css": None,
    }
)

VECTORGRID = (("vectorgrid", "Leaflet.VectorGrid.bundled.min.js"),)
"""What our vector-tile layer asks for, in Folium's form of (name, address)."""


def static_folder() -> Path:
    """Return the folder that is served under ``/static``."""
    return Path(__file__).parent / "static"


def static_url(path: str) -> str:
    """Return the address of a file below the static folder, with a mark of its content.

    The mark changes with the file, so a browser may keep what it has for as long as it likes.

    Raises
    ------
    SetupMissing
        Where there is no such file.
    """
    file = static_folder() / path
    if not file.is_file():
        raise SetupMissing(
            f"The browser file static/{path} is missing; run “make demo” once, which fetches it.",
            path=path,
        )
    return f"/static/{path}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


def own_links(links: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return Folium's list of (name, address) with our addresses, without what we leave out.

    Raises
    ------
    LookupError
        Where a name is not in `ASSETS`.
    """
    own = []
    for name, address in links:
        if name not in ASSETS:
            raise LookupError(
                f"Folium asks for “{name}” at {address}, which maps/assets.py does not know: "
                "add a file of our own for it there, or None to do without."
            )
        path = ASSETS[name]
        if path is not None:
            own.append((name, static_url(path)))
    return own


def page_modules(name: str) -> list[str]:
    """Return the addresses of a page's script modules: its own first, then all that it imports.

    A page without a script of its name has none.
    """
    folder = static_folder() / "js"
    found = [f"{name}.js"] if (folder / f"{name}.js").is_file() else []
    for file in found:  # The list grows while it is read.
        imported = re.findall(r'from "\./([a-z]+\.js)"', (folder / file).read_text("utf-8"))
        found += [one for one in dict.fromkeys(imported) if one not in found]
    return [static_url(f"js/{file}") for file in found]


def script_map() -> dict[str, dict[str, str]]:
    """Return the import map of our script modules: plain address → address with its mark."""
    files = sorted((static_folder() / "js").glob("*.js"))
    return {"imports": {f"/static/js/{f.name}": static_url(f"js/{f.name}") for f in files}}
