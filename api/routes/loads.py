"""Uploads from the desk: any format that is read, within the limits for strangers."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, File, Form, Query, Response, UploadFile

from api.answers import JSON, json_bytes
from api.auth import Role, User, require, uploader
from api.deps import ResidentDep, SettingsDep
from api.examples import loaded
from api.jobs.loads import SUBJECT, arguments
from api.jobs.queue import submit
from geo.read.sandbox.limits import WEB
from geo.store.originals import keep
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions

router = APIRouter(tags=["loads"], dependencies=[uploader])

Words = Annotated[str | None, Form(max_length=200)]


def get_options(
    user: Annotated[User, Depends(require(Role.GIS_STAFF))],
    crs: Words = None,
    encoding: Words = None,
    basis: Words = None,
    level: Words = None,
    source: Words = None,
) -> LoadOptions:
    """Return what the form says about the file."""
    return LoadOptions(
        source=source or "main",
        crs=crs or None,
        encoding=encoding or None,
        basis=basis or None,
        level=level or None,
        by=user.name,
        limits=WEB,
    )


@dataclass(frozen=True)
class Upload:
    """A file that was sent and kept, and what is said of it.

    Parameters
    ----------
    kept : Path
        Named by its SHA-256.
    suffix : str
        The ending of its own name, which is all of that name that is ever a part of a path.
    """

    kept: Path
    suffix: str
    kind: str
    options: LoadOptions


def get_upload(
    settings: SettingsDep,
    options: Annotated[LoadOptions, Depends(get_options)],
    file: Annotated[UploadFile, File(description="GeoJSON, CSV, Excel, Shapefile or another format.")],
    kind: Annotated[str, Form(description="What the rows are.", examples=["enterprises"])],
) -> Upload:
    """Keep the file before anything else happens to it."""
    suffix = Path(file.filename or "").suffix.lower()[:12]
    return Upload(keep(settings.home, file.file), suffix, kind, replace(options, name=file.filename))


@router.post("/loads", summary="Load a file", responses=loaded())
def post_load(
    resident: ResidentDep,
    later: BackgroundTasks,
    upload: Annotated[Upload, Depends(get_upload)],
    job: Annotated[bool, Query(description="Whether to answer at once with a job.")] = False,  # noqa: FBT002
) -> Response:
    """Merge the rows by source and id, and return the report; bad rows are listed, the rest goes in.

    The status is 200 where every row was taken and 422 where some were refused. With `job` it is 202, and
    the report is the job's result.
    """
    kind, options = upload.kind, upload.options
    if job:
        given = arguments(upload.kept.name, upload.suffix, kind, options)
        asked = submit(resident.engine, "load", SUBJECT, given, options.by)
        return Response(json_bytes({"job": asked.to_dict()}), 202, media_type=JSON)
    with tempfile.TemporaryDirectory(prefix="gridcircle-upload-") as folder:
        path = Path(folder) / f"upload{upload.suffix}"
        path.symlink_to(upload.kept.resolve())
        report = load_file(resident.engine, resident.profile, path, kind, options=options)
    later.add_task(resident.warm)
    return Response(json_bytes(report.to_dict()), 200 if report.ok else 422, media_type=JSON)
