"""A service in a real browser: served on a port of this machine, by pages that keep their complaints."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import ConsoleMessage, Page
from sqlalchemy import Engine
from visiting import Visitor

from api.app import create_app
from api.server import Server
from api.settings import Settings

TABLET = {"viewport": {"width": 1024, "height": 768}, "locale": "zh-CN"}


@contextmanager
def served(url: str, engine: Engine, home: Path = Path("var")) -> Iterator[str]:
    """Serve a database on a free port, and yield the address."""
    app = create_app(Settings(database_url=url, profile="demo", home=home), engine)
    server = Server(app, uvicorn.Config(app, port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Watch:
    """A page whose complaints are kept: violations of the policy, errors of scripts, dialogues."""

    def __init__(self, visitor: Visitor, **options: Any) -> None:
        self.page: Page = visitor.page(**TABLET | options)
        self.complaints: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        # The browser also tells of an answer such as 404, which the page itself puts into words.
        if message.type == "error" and "responded with a status of 4" not in message.text:
            self.complaints.append(message.text)

    def open(self, url: str) -> Page:
        """Open an address, and wait until nothing is loaded any more."""
        self.page.goto(url)
        self.page.wait_for_load_state("networkidle")
        return self.page
