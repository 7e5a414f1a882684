"""Work on drafts: asked for as a job, and answered at once where it is short."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Response
from sqlalchemy import Engine

from api.answers import JSON, json_bytes
from api.deps import ResidentDep, SettingsDep
from api.jobs.queue import submit, wait
from api.problems import status_of_code
from geo.store.jobs import Job
from geo.workflows.drafts.bulletin import describe, subject
from geo.workflows.drafts.drafting import Desk

SHORT_S = 0.3
"""How long a request waits for its job before it answers with the job instead."""


def get_desk(resident: ResidentDep, settings: SettingsDep) -> Desk:
    """Return where drafts are worked on."""
    return Desk(resident.engine, resident.profile, settings.home)


DeskDep = Annotated[Desk, Depends(get_desk)]


def asked(
    engine: Engine,
    kind: str,
    draft_id: int,
    arguments: Mapping[str, Any],
    *,
    by: str,
    seconds: float = SHORT_S,
) -> Job:
    """Ask for a job of a draft, and return how it stands after a moment."""
    return wait(engine, submit(engine, kind, subject(draft_id), arguments, by), seconds)


def draft_response(engine: Engine, draft_id: int, code: int = 200) -> Response:
    """Return a draft as it stands."""
    return Response(json_bytes(describe(engine, draft_id)), code, media_type=JSON)


def checked_response(engine: Engine, draft_id: int, job: Job, code: int) -> Response:
    """Return a draft with the job that looks at it: with 202 while it does."""
    told = {"draft": describe(engine, draft_id), "job": job.to_dict()}
    return Response(json_bytes(told), code if job.over else 202, media_type=JSON)


def result_response(job: Job, code: int) -> Response:
    """Return what a job brought: its result, its error as if there had been no job, or the job with 202."""
    if job.state == "done":
        return Response(json_bytes(job.result), code, media_type=JSON)
    if job.state == "failed" and job.error is not None:
        body, status = {"error": dict(job.error)}, status_of_code(str(job.error["code"]))
        return Response(json_bytes(body), status, media_type=JSON)
    return Response(json_bytes({"job": job.to_dict()}), 202, media_type=JSON)
