"""Guards around every request: its size and origin, what a browser may do, and the time it took."""

from collections.abc import Collection
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""The policy of everything that is not a page: it may do nothing at all."""

_HEADERS = (
    (b"content-security-policy", NOTHING.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(self)"),
)


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
                there = {name for name, _ in message.setdefault("headers", [])}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in _HEADERS if header[0] not in there),
                ]
            await send(message)

        await self.app(scope, receive, with_headers)


class Packed(GZipMiddleware):
    """Packs answers, but not those that are so short that packing would take longer than all the rest.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    short : collection of str
        Paths whose answer to a short request is short.
    """

    def __init__(self, app: ASGIApp, *, short: Collection[str]) -> None:
        super().__init__(app, minimum_size=1024, compresslevel=5)
        self.short = frozenset(short)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and pack the answer where that pays."""
        if scope["type"] == "http" and scope["path"] in self.short:
            length = Headers(scope=scope).get("content-length", "0")
            if length.isascii() and length.isdigit() and int(length) < self.minimum_size:
                await self.app(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


class Timed:
    """Tells with each answer of the API how many milliseconds the service took for it, up to its beginning.

    Of the route and all that is around it, without the connection: the header Server-Timing, by W3C's
    draft of that name.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the header to the answer."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        started = perf_counter()

        async def with_time(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = f"app;dur={(perf_counter() - started) * 1000:.3f}".encode()
                message["headers"] = [*message["headers"], (b"server-timing", told)]
            await send(message)

        await self.app(scope, receive, with_time)
