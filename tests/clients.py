"""A client of the service as it is served: real requests to a real port."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from districts import opened
from fastapi import FastAPI

from api.app import create_app
from api.server import Server
from api.settings import Settings


@contextmanager
def served(app: FastAPI) -> Iterator[httpx.Client]:
    """Serve an application on a free port of this machine, and yield a client of it."""
    server = Server(app, uvicorn.Config(app, port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.02)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def client_of(url: str, **settings: Any) -> Iterator[httpx.Client]:
    """Serve a database with a home of its own, and yield a client."""
    with (
        tempfile.TemporaryDirectory(prefix="gridcircle-home-") as home,
        opened(url) as engine,
        served(
            create_app(
                Settings(database_url=url, **{"profile": "demo", "home": Path(home), **settings}), engine
            )
        ) as client,
    ):
        yield client


def error_of(answer: httpx.Response) -> dict[str, Any]:
    """The error in an answer, which has to have our shape."""
    body = answer.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message", "details"}
    assert body["error"]["message"].strip().endswith((".", ";", "!", "。")), body
    return body["error"]
