"""Answers that carry the state they belong to: ETag, 304, JSON bytes."""

import hashlib
import json
from collections.abc import Callable, Hashable
from importlib import metadata

from fastapi import Request, Response

JSON = "application/json"
GEOJSON = "application/geo+json"


def etag(*parts: Hashable) -> str:
    """Return the ETag of what these parts determine, under this version of the service."""
    text = repr((metadata.version("gridcircle"), *parts))
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def answer(
    request: Request, key: Hashable, build: Callable[[], bytes | str], media_type: str = JSON
) -> Response:
    """Answer 304 where the client has this state already, else build the body.

    Parameters
    ----------
    key : hashable
        All that the body depends on, beside the address.
    """
    tag = etag(request.url.path, request.url.query, key)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding, Cookie"}
    held = request.headers.get("if-none-match", "")
    if tag in (one.strip() for one in held.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(build(), media_type=media_type, headers=headers)


def uncached(value: object, status: int = 200) -> Response:
    """Answer what was done, or what was said once; nothing that a client could keep."""
    return Response(json_bytes(value), status, media_type=JSON)


def json_bytes(value: object) -> bytes:
    """Return a value as JSON in UTF-8; NaN is no JSON, so it must not come this far."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
