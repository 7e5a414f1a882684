"""The one table of errors and statuses, and the shape in which the web tells an error."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException

from geo import errors

STATUS: dict[type[errors.GeoError], int] = {
    errors.NotFound: 404,
    errors.ConflictError: 409,
    errors.Cancelled: 409,
    errors.FileRefused: 422,
    errors.MissingColumn: 422,
    errors.CrsUnknown: 422,
    errors.InputError: 422,
    errors.SystemFailure: 503,
    errors.GeoError: 500,
}


def status_of(error: errors.GeoError) -> int:
    """Return the HTTP status of an error: that of its nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def status_of_code(code: str) -> int:
    """Return the HTTP status of an error that is known by its code alone; 500 where nobody foresaw it."""
    return next((status for kind, status in STATUS.items() if kind("").code == code), 500)


def problem(code: str, message: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the one shape in which a program is told that something went wrong."""
    return {"error": {"code": code, "message": message, "details": dict(details or {})}}


def body_of(error: errors.GeoError) -> dict[str, Any]:
    """Return what a client is told: a stable code, a sentence, and the values in it with ``reason``.

    The sentence is English whoever asks; pages tell the ``reason`` in their own language (`maps.faults`).
    """
    return problem(error.code, error.message, error.details)


def unforeseen() -> dict[str, Any]:
    """Return what a client is told where nobody foresaw what went wrong."""
    message = "The service failed on this request; its log says where. Please report it."
    return problem("unforeseen", message)


def invalid(fault: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a client is told of a parameter that is missing or out of range."""
    place = ".".join(str(part) for part in fault["loc"][1:])
    return problem("invalid", f"{place}: {fault['msg']}.", {"reason": "field-invalid", "field": place})


def refused(method: str, path: str, error: HTTPException) -> dict[str, Any]:
    """Return what a client is told that asked for no address of ours, or may not ask for it."""
    sentences = {
        404: f"There is nothing at {path}.",
        405: f"{path} does not take {method}; the description of the API says what it takes.",
    }
    if error.status_code == 403:
        said = f"This needs one of the roles {', '.join(error.detail)}."
        return problem("forbidden", said, {"reason": "role-lacking", "roles": list(error.detail)})
    code, reason = (
        ("not-found", "address-unknown") if error.status_code == 404 else ("refused", "method-refused")
    )
    message = sentences.get(error.status_code, str(error.detail))
    return problem(code, message, {"reason": reason, "path": path, "method": method})
