"""The one table of errors and statuses, and the shape in which the web tells an error."""

from typing import Any

from geo import errors

STATUS: dict[type[errors.GeoError], int] = {
    errors.NotFound: 404,
    errors.ConflictError: 409,
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


def body_of(error: errors.GeoError) -> dict[str, Any]:
    """Return what a client is told: a stable code, a sentence, and the values in it."""
    return {"error": {"code": error.code, "message": error.message, "details": error.details}}
