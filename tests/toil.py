"""Kinds of job that take as long as a test says."""

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import text

from api.jobs.kinds import KINDS, Context, Kind
from geo.errors import ConflictError
from geo.frames import Progress
from geo.store.engine import writing


def count(context: Context, *, steps: int, on_progress: Progress) -> dict[str, Any]:
    """Say a word after each hundredth of a second."""
    for step in range(steps):
        on_progress(step / steps, f"step {step}")
        time.sleep(0.01)
    return {"steps": steps, "by": context.by, "subject": context.subject}


def write(context: Context, *, steps: int, on_progress: Progress) -> dict[str, Any]:
    """Write into the audit at each step, in one transaction."""
    with writing(context.engine) as connection:
        for step in range(steps):
            connection.execute(
                text("insert into audit (by, action, subject) values (:by, 'toil', :step)"),
                {"by": context.by, "step": str(step)},
            )
            on_progress(step / steps, f"step {step}")
            time.sleep(0.01)
    return {}


def sleep(context: Context, *, seconds: float, on_progress: Progress) -> dict[str, Any]:
    """Say no word for a while."""
    on_progress(0.5, "deaf")
    time.sleep(seconds)
    return {}


def say(context: Context, *, message: str, seconds: float, on_progress: Progress) -> dict[str, Any]:
    """Say one word, and sleep."""
    on_progress(0.5, message)
    time.sleep(seconds)
    return {}


def refuse(context: Context, *, on_progress: Progress) -> dict[str, Any]:
    raise ConflictError("Somebody published release 7 in between; look at it first.", release=7)


def break_down(context: Context, *, on_progress: Progress) -> dict[str, Any]:
    raise RuntimeError("a fault of ours")


def nonsense(context: Context, *, on_progress: Progress) -> dict[str, Any]:
    return {"number": float("nan")}


def mutter(context: Context, *, on_progress: Progress) -> dict[str, Any]:
    """Say and bring what no text of the database can hold."""
    on_progress(0.5, "\x00")
    time.sleep(0.5)
    return {"text": "\x00"}


TOILS: Mapping[str, Kind] = MappingProxyType(
    {
        **KINDS,
        "count": Kind(count),
        "write": Kind(write),
        "sleep": Kind(sleep),
        "say": Kind(say),
        "refuse": Kind(refuse),
        "break": Kind(break_down),
        "nonsense": Kind(nonsense),
        "mutter": Kind(mutter),
    }
)
