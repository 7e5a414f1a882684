"""The jobs of a draft: its file looked at, compared with what stands, and published."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from geo.frames import Progress
from geo.workflows.drafts import checking, issuing
from geo.workflows.drafts.appraisal import appraisal_of, appraise
from geo.workflows.drafts.drafting import Desk
from geo.workflows.drafts.issuing import Issue

if TYPE_CHECKING:
    from api.jobs.kinds import Context

CHECK, COMPARE, PUBLISH = "check-draft", "compare-draft", "publish-draft"


def check(context: "Context", *, on_progress: Progress) -> dict[str, Any]:
    """Look at the file of the draft that is the job's subject; the draft holds what was found."""
    draft = checking.check(_desk(context), _number(context), on_progress)
    return {"draft": draft.id, "state": draft.state, "step": draft.step}


def compare(
    context: "Context", *, since: str | None, retire: Sequence[str], on_progress: Progress
) -> Mapping[str, Any]:
    """Say what publishing the draft that is the job's subject would change."""
    day = None if since is None else date.fromisoformat(since)
    asked = appraisal_of(context.resident, _number(context), since=day, retire=tuple(retire))
    return appraise(context.resident, asked, on_progress)


def publish(  # noqa: PLR0913 – the terms as the request names them
    context: "Context",
    *,
    since: str | None,
    base: Any,
    note: str,
    retire: Sequence[str],
    accept: Sequence[str],
    step: int | None,
    key: str,
    on_progress: Progress,
) -> Mapping[str, Any]:
    """Publish the draft that is the job's subject; begun again, it gives the answer of the first time."""
    issue = Issue(
        since=None if since is None else date.fromisoformat(since),
        base=base,
        note=note,
        retire=tuple(retire),
        accept=tuple(accept),
        step=step,
        key=key,
        by=context.by,
    )
    return issuing.publish_draft(_desk(context), _number(context), issue, on_progress)


def _desk(context: "Context") -> Desk:
    return Desk(context.engine, context.resident.profile, context.settings.home)


def _number(context: "Context") -> int:
    return int(context.subject.removeprefix("draft:"))
