"""Answers: what was answered to a request with an idempotency key, so that it is done once.

A client that was cut off cannot know whether its request was carried out; it sends it again under the same
key. The answer is kept in the transaction that did the work, hence both are there or neither is.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from geo.errors import InputError
from geo.store.desk import answered

LONGEST_KEY = 200


def held(connection: Connection, key: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what was answered to a request under a key, None where the key is new.

    Raises
    ------
    InputError
        Where the key is no key, or stands for another request.
    """
    if not 1 <= len(key) <= LONGEST_KEY:
        raise InputError(
            f"The idempotency key has {len(key)} characters; give one of 1 to {LONGEST_KEY}.",
            reason="key-too-long",
            length=len(key),
            most=LONGEST_KEY,
            key=key[:80],
        )
    row = connection.execute(
        select(answered.c.request, answered.c.answer, answered.c.at).where(answered.c.key == key)
    ).one_or_none()
    if row is None:
        return None
    if row.request != canonical(request):
        raise InputError(
            f"The idempotency key “{key}” was given to another request on {row.at:%Y-%m-%d %H:%M} UTC; "
            "give each request a key of its own.",
            reason="key-used",
            key=key,
        )
    answer: dict[str, Any] = row.answer
    return answer


def keep(connection: Connection, key: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    """Keep what is answered to a request under a key."""
    row = insert(answered).values(key=key, request=canonical(request), answer=dict(answer))
    connection.execute(row)


def canonical(request: Mapping[str, Any]) -> str:
    """Return a request as a text that is equal for equal requests."""
    return json.dumps(request, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
