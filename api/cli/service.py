"""``serve`` and ``demo``: the service itself, and the service on the demo district."""

import socket
import tempfile
import time
from pathlib import Path

import click
import uvicorn
from sqlalchemy import Engine, text

from api.app import create_app
from api.cli.report import progress, tell
from api.database import open_engine
from api.server import Server
from api.settings import Settings
from geo.demo.files import write_district
from geo.errors import SystemFailure
from geo.store.engine import reading
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions

PAGES = ("/", "/maps/coverage", "/maps/circles", "/maps/what-if", "/desk", "/api/v1/openapi.json")


@click.command(short_help="Serve the pages and the API, until Ctrl-C.")
def serve() -> int:
    """Serve the pages and the API on this machine, until Ctrl-C."""
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        _serve(settings, engine)
    return 0


@click.command(short_help="Load the invented demo district and serve it.")
@click.option(
    "--scale",
    type=click.Choice(["small", "chengdu"]),
    default="chengdu",
    show_default=True,
    help="3 grids, or 1,358.",
)
@click.option("--load-only", is_flag=True, help="Load the district and do not serve.")
def demo(scale: str, *, load_only: bool) -> int:
    """Load the invented demo district into an empty database, and serve it."""
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        with reading(engine) as connection:
            empty = not connection.scalar(text("select exists (select from load)"))
        if empty:
            settings.keep_profile("demo")
            _load_demo(settings, engine, scale)
        else:
            tell("The database holds data already, so the demo district is not loaded again.")
        if not load_only:
            _serve(settings, engine)
    return 0


def _load_demo(settings: Settings, engine: Engine, scale: str) -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gridcircle-demo-") as folder:
        tell("Drawing the demo district, which is invented …")
        with progress("drawing") as show:
            files = write_district(Path(folder), scale=scale, on_progress=show)  # type: ignore[arg-type]
        for file in files:
            options = LoadOptions(source="demo", **file.options)  # type: ignore[arg-type]
            with progress(file.path.name) as show:
                report = load_file(
                    engine, settings.zone, file.path, file.kind, options=options, on_progress=show
                )
            tell(f"{file.kind}: {report.outcome.added} from {file.path.name} ({report.seconds:.1f} s)")
    tell(f"The demo district is loaded ({time.monotonic() - started:.0f} s).")


def _serve(settings: Settings, engine: Engine) -> None:
    app = create_app(settings, engine)
    _check_port(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
        server_header=False,
    )
    _Announced(app, config).run()
    tell("Stopped.")


class _Announced(Server):
    """A server that names its pages from the moment on which they can be opened."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        tell("Gridcircle serves, until Ctrl-C:")
        for page in PAGES:
            tell(f"  http://{self.config.host}:{self.config.port}{page}")


def _check_port(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SystemFailure(
                f"The port {settings.port} on {settings.host} is in use; stop what uses it, or choose "
                "another: GRIDCIRCLE_PORT=8001."
            ) from error
