"""Guards around every request: the size of its body, where it comes from, what a browser may do."""

from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""The policy of everything that is not a page: it may do nothing at all."""


def too_large(limit_mb: int) -> dict[str, Any]:
    """Return what the sender of too large a body is told."""
    message = (
        f"The file is larger than the {limit_mb} MB that the web takes; divide it, or load it on the command "
        "line: gridcircle load."
    )
    return problem("too-large", message, {"limit_mb": limit_mb})


class DeclaredSize:
    """Refuses a body that says itself that it is too large; others are counted as they come."""

    def __init__(self, app: ASGIApp, limit_mb: int) -> None:
        self.app = app
        self.limit_mb = limit_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with 413."""
        if scope["type"] == "http":
            declared = Headers(scope=scope).get("content-length", "")
            if declared.isascii() and declared.isdigit() and int(declared) > self.limit_mb * 1_000_000:
                await JSONResponse(too_large(self.limit_mb), 413)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class SameOrigin:
    """Refuses a change that a page of another origin asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with 403."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            site = headers.get("sec-fetch-site", "none")
            origin = headers.get("origin")
            foreign = origin is not None and urlsplit(origin).netloc != headers.get("host")
            if site not in ("same-origin", "none") or foreign:
                message = "This change was asked for by a page of another site; open it here instead."
                await JSONResponse(problem("foreign-origin", message), 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class SecurityHeaders:
    """Adds the headers that keep a browser from doing more than a page needs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", NOTHING)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
                headers.setdefault("Permissions-Policy", "geolocation=(self)")
            await send(message)

        await self.app(scope, receive, with_headers)
