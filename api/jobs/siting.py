"""The job that searches where the next stations should stand."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from geo.frames import Progress
from geo.workflows.plan.proposals import describe
from geo.workflows.plan.siting import answer_exactly, prepare, wish_of
from geo.workflows.reach.asking import Question

if TYPE_CHECKING:
    from api.jobs.kinds import Context

SITE = "site"

SUBJECT = "siting"
"""Of every search: one at a time takes all of a processor."""


def told_of(question: Question) -> dict[str, Any]:
    """Return a question as JSON holds it."""
    return asdict(question) | {"at": None if question.at is None else question.at.isoformat()}


def site(
    context: "Context",
    *,
    question: Mapping[str, Any],
    wish: Mapping[str, Any],
    release: int | None,
    on: str,
    on_progress: Progress,
) -> dict[str, Any]:
    """Search for the best sites, at the release and on the day of the greedy answer."""
    lists = {name: tuple(question[name]) for name in ("kinds", "functions")}
    at = None if question["at"] is None else datetime.fromisoformat(question["at"])
    asked = Question(**{**question, **lists, "at": at})
    resident = context.resident
    wanted = resident.stamp(release=release, on=date.fromisoformat(on))
    search = prepare(resident, wanted, asked, wish_of(dict(wish)))
    return describe(search, answer_exactly(search, on_progress), method="exact")
