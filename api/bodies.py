"""Bodies: what a request may bring that is no file, before any of it is understood.

A drawing or a choice is some hundred kilobytes of JSON at most; the limit of uploads is made for files. What
a database cannot keep (NUL, half a surrogate pair) is refused here in a sentence, in addresses too.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

LIMIT_MB = 8
"""Of a body that is no form: a whole district of 1,358 grids as one drawing has three."""
DEEPEST = 64

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_ESCAPED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUL_IN_ADDRESS = "%00"


class Bodies:
    """Refuses JSON that is too large or too deep, and text that cannot be kept, before a route sees them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with 413 or 422."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = _address(scope)
        if refusal is None and _brings_json(scope, headers):
            body = await _whole(receive)
            if body is None:
                refusal = _too_large()
            else:
                refusal, receive = fault_of(body), _again(body, receive)
        if refusal is not None:
            status = 413 if refusal["error"]["code"] == "too-large" else 422
            await JSONResponse(refusal, status)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def fault_of(body: bytes) -> dict[str, Any] | None:
    """Return what the sender of a body is told of it, None where nothing is wrong.

    Parameters
    ----------
    body : bytes
        JSON, or something that its route will refuse.
    """
    if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(body) > DEEPEST:
        message = f"The JSON is nested deeper than {DEEPEST} levels, which nothing here is; send it flat."
        return problem("too-deep", message, {"limit": DEEPEST})
    if _ESCAPED.search(body) is None:
        return None
    try:
        found = next((one for one in _texts(json.loads(body)) if _UNSTORABLE.search(one)), None)
    except ValueError:
        return None  # It is no JSON, which the route says better.
    if found is None:
        return None
    seen = _UNSTORABLE.sub("\ufffd", found)[:40]
    message = f"The text “{seen}” holds a character that is none (NUL, or half of a pair); leave it out."
    return problem("character-refused", message, {"text": seen})


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for found in _BRACKETS.finditer(body):
        first = body[found.start()]
        if first in b"[{":
            depth += 1
            if depth > deepest:
                deepest = depth
                if deepest > DEEPEST:
                    break
        elif first in b"]}":
            depth -= 1
    return deepest


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _brings_json(scope: Scope, headers: Headers) -> bool:
    empty = headers.get("content-length", "" if "transfer-encoding" in headers else "0") == "0"
    return not empty and not headers.get("content-type", "").casefold().startswith(_FORMS)


def _address(scope: Scope) -> dict[str, Any] | None:
    if "\0" not in scope["path"] and _NUL_IN_ADDRESS.encode() not in scope["query_string"]:
        return None
    message = "The address holds a character that is none (NUL); leave it out."
    return problem("character-refused", message, {})


async def _whole(receive: Receive) -> bytes | None:
    """Return a body, None where it is larger than the limit; one that broke off is what came."""
    parts, left = [], LIMIT_MB * 1_000_000
    while True:
        message = await receive()
        part = message.get("body", b"")
        left -= len(part)
        if left < 0:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read once more, and after it what comes then."""
    given = False

    async def anew() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return anew


def _too_large() -> dict[str, Any]:
    message = (
        f"What is sent here as JSON may have {LIMIT_MB} MB; divide it, or send it to the desk as a file, of "
        "which more is taken."
    )
    return problem("too-large", message, {"limit_mb": LIMIT_MB})
