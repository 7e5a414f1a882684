"""What a job may be: each kind, and the adapter between its arguments and a workflow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine

from api.jobs import drafts
from api.jobs.loads import load
from api.jobs.siting import SITE, site
from api.settings import Settings
from geo.workflows.resident import Resident


@dataclass(frozen=True)
class Context:
    """What every kind of job is handed.

    Parameters
    ----------
    subject, by : str
        What the job is about, and who asked for it.
    """

    engine: Engine
    resident: Resident
    settings: Settings
    subject: str
    by: str


Run = Callable[..., Mapping[str, Any]]
"""Called as ``run(context, **arguments, on_progress=…)``; returns the result as JSON holds it."""


@dataclass(frozen=True)
class Kind:
    """One kind of job.

    Parameters
    ----------
    run : callable
        An adapter of a few lines around a workflow.
    again : bool
        Whether it may be begun a second time where the first was cut off, by a power failure for instance.
        It must then end in the same state, even where the first had come to its end unseen.
    """

    run: Run
    again: bool = True


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "load": Kind(load),
        drafts.CHECK: Kind(drafts.check),
        drafts.COMPARE: Kind(drafts.compare),
        drafts.PUBLISH: Kind(drafts.publish),
        SITE: Kind(site),
    }
)
