"""Jobs: how far they have come, as one answer or as a stream, and the word to stop."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.answers import JSON, json_bytes
from api.auth import follower
from api.deps import EngineDep, EventsDep
from api.examples import described, followed
from api.jobs.queue import cancel, find
from geo.store.jobs import Job

AGAIN_MS = 1000

router = APIRouter(tags=["jobs"], dependencies=[follower])

JobId = Annotated[int, Path(alias="id", description="The job's number.", examples=[12])]


def get_job(engine: EngineDep, job_id: JobId) -> Job:
    """Return the job that the address names."""
    return find(engine, job_id)


@router.get("/jobs/{id}", summary="A job as it stands", responses=described("job.json"))
def get_one(job: Annotated[Job, Depends(get_job)]) -> Response:
    """Say how far a job has come; when it is done, its result, and when it failed, the error."""
    return _answer(job)


@router.delete("/jobs/{id}", summary="Stop a job", responses=described("job.json"))
def delete_one(engine: EngineDep, job_id: JobId) -> Response:
    """Stop a job: at once where it waits, else at its next step, and nothing of it is kept.

    A job that has ended stays as it is.
    """
    return _answer(cancel(engine, job_id))


@router.get(
    "/jobs/{id}/events",
    summary="A job's changes as they come",
    response_class=EventSourceResponse,
    responses=followed(),
)
async def get_events(
    job: Annotated[Job, Depends(get_job)], events: EventsDep
) -> AsyncIterator[ServerSentEvent]:
    """Stream the job as it stands at once, then after each change, and end with the job.

    Each event is named “progress” and holds the whole job, so a client that was cut off misses nothing
    that counts; its id is the job's revision.
    """
    async for one in events.follow(job.id):
        yield ServerSentEvent(
            raw_data=json_bytes(one.to_dict()).decode(),
            event="progress",
            id=str(one.revision),
            retry=AGAIN_MS,
        )


def _answer(job: Job) -> Response:
    return Response(json_bytes(job.to_dict()), media_type=JSON, headers={"Cache-Control": "no-store"})
