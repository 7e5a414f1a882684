"""The job that loads a file: it was kept under its sum when it was sent."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.frames import Progress
from geo.read.sandbox.limits import WEB
from geo.store.originals import place
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions

if TYPE_CHECKING:
    from api.jobs.kinds import Context

SUBJECT = "load"
"""Of every load: the database takes one at a time, and so does the queue."""


def arguments(sha256: str, suffix: str, kind: str, options: LoadOptions) -> dict[str, Any]:
    """Return what the job needs to know, as JSON holds it."""
    said = asdict(options) | {"since": options.since and options.since.isoformat()}
    del said["limits"]
    return {"sha256": sha256, "suffix": suffix, "kind": kind, "options": said}


def load(
    context: "Context",
    *,
    sha256: str,
    suffix: str,
    kind: str,
    options: Mapping[str, Any],
    on_progress: Progress,
) -> dict[str, Any]:
    """Load a kept file within the limits for strangers, and return the report.

    Parameters
    ----------
    suffix : str
        The ending of the file's own name, by which some formats are known.
    """
    given = LoadOptions(**options, limits=WEB)
    with tempfile.TemporaryDirectory(prefix="gridcircle-upload-") as folder:
        path = Path(folder) / f"upload{suffix}"
        path.symlink_to(place(context.settings.home, sha256).resolve())
        report = load_file(
            context.engine, context.resident.profile, path, kind, options=given, on_progress=on_progress
        )
    return report.to_dict()
