"""Who may: each route declares the roles that may call it.

Accounts come later. Until then the service runs in single-user mode: it listens on a loopback address
only, and whoever reaches it there holds every role. The declarations stand already, and a test fails for
a route without one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, HTTPException, Request


class Role(StrEnum):
    """What a person may be to the service."""

    PUBLIC = "public"
    CHIEF = "chief"
    PLANNER = "planner"
    GIS_STAFF = "gis-staff"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class User:
    """Who calls, with which roles."""

    name: str
    roles: frozenset[Role]


SINGLE_USER = User("local", frozenset(Role))


# Coroutines that call one another: as plain functions, or as dependencies of dependencies, they would cost
# each request more time than all that is asked of them.


async def current_user(request: Request) -> User:
    """Return who calls: in single-user mode the one person at this machine."""
    user: User = request.app.state.single_user
    return user


def require(*roles: Role) -> Callable[[Request], Awaitable[User]]:
    """Make a dependency that lets through whoever holds one of the roles, and returns the user."""
    allowed = frozenset(roles) | {Role.ADMINISTRATOR}

    async def guard(request: Request) -> User:
        user = await current_user(request)
        if not allowed & user.roles:
            raise HTTPException(403, sorted(allowed))
        return user

    guard.roles = allowed  # type: ignore[attr-defined]
    return guard


Speaker = Annotated[User, Depends(require(Role.CHIEF, Role.GIS_STAFF))]
"""Who may say of an enterprise where it is and whose."""

reader = Depends(require(Role.PLANNER, Role.CHIEF, Role.GIS_STAFF))
uploader = Depends(require(Role.GIS_STAFF))
follower = Depends(require(Role.PLANNER, Role.GIS_STAFF))
anyone = Depends(require(*Role))
