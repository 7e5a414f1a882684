"""Makes the application: routes, guards, and the errors' way out."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from api.auth import SINGLE_USER
from api.bodies import Bodies
from api.files import MarkedFiles
from api.guards import DeclaredSize, Packed, SameOrigin, SecurityHeaders, Timed, too_large
from api.jobs.events import Events
from api.jobs.kinds import KINDS
from api.jobs.service import working
from api.problems import body_of, invalid, refused, status_of, unforeseen
from api.routes import (
    assignments,
    boundaries,
    circles,
    coverage,
    drafts,
    enterprises,
    exports,
    geocodes,
    issues,
    jobs,
    loads,
    locate,
    pages,
    releases,
    revisions,
    scenarios,
    siting,
    state,
    stations,
    street_corrections,
    tiles,
)
from api.settings import Settings
from geo.errors import GeoError
from geo.read.sandbox import walls
from geo.workflows.assignment.locating import Whereabouts
from geo.workflows.resident import Resident
from maps.assets import static_folder

LOOPBACK = ("127.0.0.1", "::1", "localhost")
API = "/api/v1"

# What is first is found soonest, and who asks where he stands asks often.
_ROUTES = (
    locate, state, boundaries, stations, enterprises, assignments, geocodes, coverage, circles, tiles, loads,
    jobs, exports, releases, drafts, revisions, issues, scenarios, siting,
    street_corrections,
)  # fmt: skip

_log = logging.getLogger(__name__)


def create_app(settings: Settings, engine: Engine) -> FastAPI:
    """Make the application on a migrated database.

    Raises
    ------
    GeoError
        Where the host is no loopback address: there are no accounts yet, so nobody else may reach it.
    """
    if settings.host not in LOOPBACK:
        raise GeoError(
            f"Gridcircle would listen on {settings.host}, where others could reach it without an account; "
            "until accounts exist it serves this machine only: set GRIDCIRCLE_HOST to 127.0.0.1."
        )
    app = FastAPI(
        title="Gridcircle",
        version=metadata.version("gridcircle"),
        description="Exclusive grids, service circles and coverage gaps of a development zone.",
        lifespan=_warm_up,
        # Swagger's page loads from a CDN; the schema itself is served.
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
    )
    app.state.settings = settings
    app.state.engine = engine
    app.state.resident = Resident(engine, settings.zone)
    app.state.whereabouts = Whereabouts(app.state.resident, folder=settings.home / "index")
    app.state.single_user = SINGLE_USER
    app.state.events = Events(engine)
    app.state.kinds = KINDS
    _guard(app, settings)
    for module in _ROUTES:
        app.include_router(module.router, prefix=API)
    app.include_router(pages.router)
    app.mount("/static", MarkedFiles(directory=static_folder()), name="static")
    app.add_exception_handler(GeoError, _tell)
    app.add_exception_handler(HTTPException, _tell)
    app.add_exception_handler(RequestValidationError, _tell)
    app.add_exception_handler(Exception, _tell)
    return app


def _guard(app: FastAPI, settings: Settings) -> None:
    app.add_middleware(Packed, short=(f"{API}/locate",))
    app.add_middleware(Bodies)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.upload_limit_mb * 1_000_000)
    app.add_middleware(DeclaredSize, limit_mb=settings.upload_limit_mb)
    app.add_middleware(SameOrigin)
    # A page elsewhere cannot reach us under a name of its own that resolves to this machine.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, "[::1]"])
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Timed)


@asynccontextmanager
async def _warm_up(app: FastAPI) -> AsyncIterator[None]:
    """Read the district into memory beside the first requests, which then wait for less."""
    if walls.program() is None:
        _log.warning(walls.MISSING)
    resident: Resident = app.state.resident
    thread = threading.Thread(target=resident.warm, name="warm-up", daemon=True)
    thread.start()
    async with working(app):
        yield
        resident.close()
    # The database must not be left while somebody still reads from it.
    thread.join(timeout=30)


async def _tell(request: Request, error: Exception) -> Response:
    """Tell an error: as JSON under /api, elsewhere as a page."""
    if isinstance(error, GeoError):
        status, body = status_of(error), body_of(error)
    elif isinstance(error, RequestValidationError):
        status, body = 422, invalid(error.errors()[0])
    elif isinstance(error, HTTPException) and error.status_code == 413:
        status, body = 413, too_large(request.app.state.settings.upload_limit_mb)
    elif isinstance(error, HTTPException):
        status, body = error.status_code, refused(request.method, request.url.path, error)
    else:
        # Starlette hands what nobody foresaw to this answer, and then to the log.
        status, body = 500, unforeseen()
    if request.url.path.startswith("/api/"):
        return JSONResponse(body, status, headers=getattr(error, "headers", None))
    return pages.error_response(request, status, body["error"])
