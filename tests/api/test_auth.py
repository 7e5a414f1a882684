"""Who may: each route says which roles may call it, and somebody without one is turned away."""

import asyncio
from collections.abc import Iterator

import pytest
from clients import served
from districts import opened
from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from api.app import create_app
from api.auth import SINGLE_USER, Role, User, require
from api.routes import (
    boundaries,
    circles,
    coverage,
    enterprises,
    loads,
    locate,
    pages,
    releases,
    state,
    stations,
    tiles,
)
from api.settings import Settings
from geo.errors import GeoError

ROUTERS = (boundaries, circles, coverage, enterprises, loads, locate, pages, releases, state, stations, tiles)


@pytest.fixture(scope="module")
def app(template_url: str) -> Iterator[FastAPI]:
    with opened(template_url) as engine:
        yield create_app(Settings(database_url=template_url, profile="demo"), engine)


def routes() -> list[APIRoute]:
    found = [route for module in ROUTERS for route in module.router.routes]
    assert all(isinstance(route, APIRoute) for route in found)
    return found


def roles_of(dependant: Dependant) -> list[frozenset[Role]]:
    """The roles that a route, or something that it depends on, asks for."""
    roles = getattr(dependant.call, "roles", None)
    return [*([roles] if roles else []), *(one for part in dependant.dependencies for one in roles_of(part))]


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{'/'.join(route.methods)} {route.path}")
def test_every_route_declares_its_roles(route: APIRoute) -> None:
    assert roles_of(route.dependant), f"{route.path} lacks require(…): say who may call it"


def test_there_is_no_route_beside_those(app: FastAPI) -> None:
    def leaves(found: list[BaseRoute]) -> Iterator[str]:
        for route in found:
            inner = getattr(getattr(route, "original_router", None), "routes", None)
            if inner is not None:
                continue
            yield f"{type(route).__name__} {getattr(route, 'path', '')}"

    declared = {f"APIRoute {prefix}{route.path}" for route in routes() for prefix in ("", "/api/v1")}
    others = set(leaves(app.routes)) - declared
    # The description and the browser's files are for anybody, and hold nothing of the zone.
    assert others == {"Route /api/v1/openapi.json", "Mount /static"}
    assert [route.name for route in app.routes if isinstance(route, Mount)] == ["static"]


def test_a_route_without_roles_would_be_found() -> None:
    def nobody_asked() -> None: ...

    assert roles_of(APIRoute("/open", nobody_asked).dependant) == []


def test_only_who_may_upload_uploads() -> None:
    by_path = {
        route.path: roles_of(route.dependant) for route in routes() if route.path in ("/loads", "/desk")
    }
    assert by_path.keys() == {"/loads", "/desk"}
    for asked in by_path.values():
        assert all(roles == {Role.GIS_STAFF, Role.ADMINISTRATOR} for roles in asked)


@pytest.mark.parametrize(
    ("path", "roles", "status"),
    [
        ("/api/v1/health", {Role.PUBLIC}, 200),
        ("/api/v1/status", {Role.PUBLIC}, 403),
        ("/api/v1/status", {Role.CHIEF}, 200),
        ("/api/v1/status", {Role.ADMINISTRATOR}, 200),
        ("/desk", {Role.PLANNER}, 403),
        ("/desk", {Role.GIS_STAFF}, 200),
    ],
)
def test_a_role_opens_what_it_may(app: FastAPI, path: str, roles: set[Role], status: int) -> None:
    app.state.single_user = User("somebody", frozenset(roles))
    try:
        with served(app) as client:
            answer = client.get(path)
    finally:
        app.state.single_user = SINGLE_USER
    assert answer.status_code == status
    if status == 403:
        told = (
            "以下角色之一：系统管理员、GIS 人员。" if path == "/desk" else "one of the roles administrator, "
        )
        assert told in answer.text


def test_require_says_what_it_lets_through(app: FastAPI) -> None:
    guard = require(Role.PLANNER)
    assert guard.roles == {Role.PLANNER, Role.ADMINISTRATOR}
    assert asyncio.run(guard(Request({"type": "http", "app": app}))) is SINGLE_USER


@pytest.mark.parametrize("host", ["::", "10.0.0.1", "192.168.1.4", "example.org", ""])
def test_without_accounts_only_this_machine_is_served(template_url: str, host: str) -> None:
    with opened(template_url) as engine, pytest.raises(GeoError, match="until accounts exist"):
        create_app(Settings(database_url=template_url, host=host), engine)
