"""Uploads from the desk: any format that is read, within the limits for strangers."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, File, Form, Response, UploadFile

from api.answers import JSON, json_bytes
from api.auth import Role, User, require, uploader
from api.deps import ResidentDep, SettingsDep
from api.examples import loaded
from geo.read.limits import WEB
from geo.store.originals import keep
from geo.workflows.loading import load_file
from geo.workflows.report import LoadOptions

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


@router.post("/loads", summary="Load a file", responses=loaded())
def post_load(
    resident: ResidentDep,
    settings: SettingsDep,
    later: BackgroundTasks,
    options: Annotated[LoadOptions, Depends(get_options)],
    file: Annotated[UploadFile, File(description="GeoJSON, CSV, Excel, Shapefile or another format.")],
    kind: Annotated[str, Form(description="What the rows are.", examples=["enterprises"])],
) -> Response:
    """Merge the rows by source and id, and return the report; bad rows are listed, the rest goes in.

    The status is 200 where every row was taken and 422 where some were refused.
    """
    with tempfile.TemporaryDirectory(prefix="gridcircle-upload-") as folder:
        # Only the ending of the stranger's name is used for a path; the report shows the whole name.
        path = Path(folder) / ("upload" + Path(file.filename or "").suffix.lower()[:12])
        path.symlink_to(keep(settings.home, file.file).resolve())
        options = replace(options, name=file.filename)
        report = load_file(resident.engine, resident.profile, path, kind, options=options)
    later.add_task(resident.warm)
    return Response(json_bytes(report.to_dict()), 200 if report.ok else 422, media_type=JSON)
