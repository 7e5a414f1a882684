"""Examples of answers for the OpenAPI description: those of the samples in ``data/boundaries/small``.

They lie in ``api/samples``, lists cut to their first row and outlines to their first corners. A test compares
their keys with real answers.
"""

import json
from functools import cache
from importlib import resources
from typing import Any

JSON = "application/json"
GEOJSON = "application/geo+json"

Responses = dict[int | str, dict[str, Any]]


@cache
def example(name: str) -> Any:
    """Return the example ``api/samples/NAME``."""
    return json.loads((resources.files("api") / "samples" / name).read_text("utf-8"))


def described(name: str) -> Responses:
    """Return the responses of a route that reads, with such an answer: a ``.json`` or a ``.geojson``."""
    media_type = GEOJSON if name.endswith(".geojson") else JSON
    return {
        200: {"description": "Done.", "content": {media_type: {"example": example(name)}}},
        304: {"description": "What the client has is still so (If-None-Match)."},
        404: _error("There is no such thing."),
        422: _error("The request cannot be answered."),
    }


def tiled() -> Responses:
    """Return the responses of a route that reads a vector tile."""
    schema = {"type": "string", "format": "binary"}
    content = {"application/vnd.mapbox-vector-tile": {"schema": schema}}
    return described("health.json") | {
        200: {"description": "A tile, empty where nothing is.", "content": content}
    }


def located(name: str) -> Responses:
    """Return the responses of a route that says where places are, with such an answer."""
    done = {"description": "Done.", "content": {JSON: {"example": example(name)}}}
    return {200: done, 404: _error("There is no such thing."), 422: _error("The request cannot be answered.")}


def followed() -> Responses:
    """Return the responses of the route that streams the changes of a job."""
    lines = [f"event: progress\ndata: {json.dumps(example('job.json'))}\nid: 7\n\n"]
    return {
        200: {"description": "Events.", "content": {"text/event-stream": {"example": "".join(lines)}}},
        404: _error("There is no such job."),
        422: _error("The request cannot be answered."),
    }


def given() -> Responses:
    """Return the responses of the route that gives a file out."""
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return described("health.json") | {200: {"description": "The file.", "content": content}}


def loaded() -> Responses:
    """Return the responses of the route that loads."""
    report = {"content": {JSON: {"example": example("load.json")}}}
    job = {"content": {JSON: {"example": {"job": example("job.json")}}}}
    return {
        200: {"description": "Every row was taken.", **report},
        202: {"description": "The job that loads it, where that was asked for.", **job},
        403: _error("A page of another site asked for it."),
        413: _error("The file is larger than the web takes."),
        422: {
            "description": "Rows were refused, as the report says; or an error, and nothing was taken.",
            **report,
        },
        503: _error("The database does not answer."),
    }


def checked(code: int = 201) -> Responses:
    """Return the responses of a route that looks at a file."""
    content = {"content": {JSON: {"example": example("checked.json")}}}
    return {
        code: {"description": "It was looked at.", **content},
        202: {"description": "It is looked at by the job.", **content},
        **_refusals(),
    }


def sketched() -> Responses:
    """Return the responses of the route that begins a drawing."""
    shown = {"content": {JSON: {"example": example("draft.json")}}}
    return {201: {"description": "It is begun.", **shown}, **_refusals()}


def revised(name: str) -> Responses:
    """Return the responses of a route that changes a draft, with such an answer."""
    return {200: {"description": "Done.", "content": {JSON: {"example": example(name)}}}, **_refusals()}


def compared(name: str) -> Responses:
    """Return the responses of a route that compares, with such an answer."""
    job = {"content": {JSON: {"example": {"job": example("job.json")}}}}
    return described(name) | _refusals() | {202: {"description": "The job that compares.", **job}}


def said(name: str, code: int) -> Responses:
    """Return the responses of a route that takes down what a person says, with such an answer."""
    return {
        code: {"description": "It is taken down.", "content": {JSON: {"example": example(name)}}},
        403: _error("A page of another site asked for it."),
        404: _error("There is no such enterprise or grid, or nothing to take back."),
        422: _error("The request cannot be carried out, or its key was given to another."),
        503: _error("The database does not answer."),
    }


def listed(name: str) -> Responses:
    """Return the responses of a route that reads what people have said just now, with such an answer."""
    return {
        200: {"description": "Done.", "content": {JSON: {"example": example(name)}}},
        503: _error("The database does not answer."),
    }


def kept(name: str, code: int) -> Responses:
    """Return the responses of a route that keeps or changes a scenario, with such an answer."""
    return {
        code: {"description": "Done.", "content": {JSON: {"example": example(name)}}},
        403: _error("A page of another site asked for it."),
        404: _error("There is no such scenario or station."),
        409: _error("It is at another revision or at its end, or a station has changed since."),
        422: _error("The request cannot be carried out, or its key was given to another."),
        503: _error("The database does not answer."),
    }


def proposed() -> Responses:
    """Return the responses of the route that proposes sites."""
    return {
        200: {"description": "Done.", "content": {JSON: {"example": example("siting.json")}}},
        403: _error("A page of another site asked for it."),
        422: _error("The request cannot be answered."),
        503: _error("The database does not answer."),
    }


def placed(name: str, code: int) -> Responses:
    """Return the responses of a route that places enterprises, with such an answer."""
    conflict = _error("A file brings its location, or that candidate is one no more.")
    return said(name, code) | {409: conflict}


def issued() -> Responses:
    """Return the responses of the route that publishes a draft."""
    job = {"content": {JSON: {"example": {"job": example("job.json")}}}}
    return published("issue.json") | {202: {"description": "The job that publishes it.", **job}}


def _refusals() -> Responses:
    return {
        403: _error("A page of another site asked for it."),
        404: _error("There is no such draft."),
        409: _error("The draft is at another step by now, or at its end; the error says who and when."),
        413: _error("The file is larger than the web takes."),
        422: _error("The request cannot be carried out."),
        503: _error("The database does not answer."),
    }


def published(name: str) -> Responses:
    """Return the responses of a route that makes a release, with such an answer."""
    return {
        201: {"description": "It is published.", "content": {JSON: {"example": example(name)}}},
        403: _error("A page of another site asked for it."),
        404: _error("There is no such thing."),
        409: _error("Somebody published in between; the error says who, what and when."),
        422: _error("The request cannot be carried out, or its key was given to another."),
        503: _error("The database does not answer."),
    }


def well() -> Responses:
    """Return the responses of the route that tells whether the service is well."""
    return {
        200: {"description": "It is.", "content": {JSON: {"example": example("health.json")}}},
        503: _error("The database does not answer."),
    }


def _error(description: str) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"example": example("error.json")}}}
