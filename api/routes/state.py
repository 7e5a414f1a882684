"""The state of the zone, and whether the service is well."""

from fastapi import APIRouter, Response

from api.auth import anyone, reader
from api.deps import EngineDep
from api.examples import described, well
from api.inquiry import InquiryDep
from geo.store.engine import reading
from geo.workflows.figures.status import status

router = APIRouter(tags=["state"])


@router.get(
    "/status", summary="The zone in figures", responses=described("status.json"), dependencies=[reader]
)
def get_status(inquiry: InquiryDep) -> Response:
    """Count what is known now: grids by level, enterprises and stations by assignment, organisations."""
    return inquiry.json(lambda: status(inquiry.resident, inquiry.stamp))


@router.get(
    "/health", summary="Whether the service and its database answer", responses=well(), dependencies=[anyone]
)
def get_health(engine: EngineDep) -> dict[str, bool]:
    """Answer from the database, or with 503."""
    with reading(engine) as connection:
        connection.exec_driver_sql("select 1")
    return {"ok": True}
