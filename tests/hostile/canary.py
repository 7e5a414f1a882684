"""The canary: a file that nobody may read, and an address on this machine that nobody may ask for."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOKEN = "canary-7f3a9c"  # noqa: S105 - what is looked for in answers
BODY = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": TOKEN},
                "geometry": {"type": "Point", "coordinates": [104, 30]},
            }
        ],
    }
).encode()


@dataclass(frozen=True)
class Canary:
    """``asked`` grows with each request to ``address``."""

    secret: Path
    address: str
    asked: list[str]


@contextmanager
def singing(folder: Path) -> Iterator[Canary]:
    """Put the secret into a folder and listen on a free port of this machine."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(BODY)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    secret = folder / "secret.geojson"
    secret.write_bytes(BODY)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Canary(secret, f"http://127.0.0.1:{server.server_port}", asked)
        finally:
            server.shutdown()
            thread.join()
