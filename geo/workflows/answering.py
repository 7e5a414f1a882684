"""Answering: what is asked for under an idempotency key is done once, however often it is asked for."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from geo.store import answers, releases


def once(
    connection: Connection, key: str | None, request: Mapping[str, Any], work: Callable[[], Mapping[str, Any]]
) -> dict[str, Any]:
    """Do what is asked, or return what was answered to it under the key before.

    Takes the lock of publications: of two equal requests at the same time the second waits, and is given
    the answer of the first. The answer is kept in the transaction of the connection.

    Parameters
    ----------
    key : str or None
        What the client chose for this request; None does it in any case.
    request : mapping
        All that the request asks for, as JSON holds it; who asks is part of it.
    work : callable
        Does it, and returns the answer, as JSON holds it.

    Raises
    ------
    InputError
        Where the key was given to another request.
    """
    releases.lock(connection)
    if key is None:
        return dict(work())
    found = answers.held(connection, key, request)
    if found is not None:
        return found
    answer = dict(work())
    answers.keep(connection, key, request, answer)
    return answer
