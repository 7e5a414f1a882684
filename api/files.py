"""The browser's files, kept by the browser for as long as their address says that they are the same."""

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

YEAR_SECONDS = 365 * 24 * 3600


class MarkedFiles(StaticFiles):
    """Static files; one that is asked for with a mark of its content (``?v=…``) need never be asked again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, and how long it may be kept."""
        response = await super().get_response(path, scope)
        if response.status_code == 200 and b"v=" in scope.get("query_string", b""):
            response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        return response
