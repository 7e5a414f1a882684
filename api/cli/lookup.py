"""What ``geocode`` does with a file of enterprises and one of known addresses, without a database."""

from pathlib import Path
from typing import Any

from api.cli.bringing import LISTED, profile_of, said_of
from api.cli.report import number_of, progress, show
from geo.read.door import read_file
from geo.workflows.assignment.lookup import look_up, write_found


def looked_up(file: Path, known: Path, output: Path | None, said: dict[str, Any]) -> dict[str, Any]:
    """Look the enterprises of a file up in another, and write what was found where a file is named."""
    paths = {"enterprises": file, "addresses": known}
    profile = profile_of(said.pop("profile"))
    words = said_of(said, "enterprises", paths)
    readings = {}
    for kind, path in paths.items():
        with progress(path.name) as advance:
            readings[kind] = read_file(path, kind, said=words[kind], on_progress=advance)
    told = look_up(readings["enterprises"], readings["addresses"], profile)
    if output is not None:
        told["output"] = write_found(told["rows"], output).to_dict()
    return told


def show_files(told: dict[str, Any]) -> None:
    """Say what was not taken, and what was written."""
    for one in told["refused"][:LISTED]:
        show(f"Refused: {one['file']}, row {one['row']}: {one['message']}")
    if len(told["refused"]) > LISTED:
        show(f"… and {len(told['refused']) - LISTED} more; --json tells all")
    show(f"{told['located']} rows bring their own place")
    if "output" in told:
        show(f"{told['output']['file']}: {number_of(told['output']['features'], 'row')}")
