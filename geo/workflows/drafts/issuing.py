"""Issuing: a draft is published on terms, or loaded where it holds no boundaries, and its words kept."""

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

import geopandas as gpd
from sqlalchemy import Connection

from geo.doctor.inspection import PARTITIONS
from geo.errors import InputError
from geo.frames import Facts, Progress, Reading, no_progress
from geo.store import audit, drafts, memory, releases, steps
from geo.store.drafts import Draft
from geo.store.engine import writing
from geo.workflows.answering import once
from geo.workflows.drafts.drafting import Desk, locked
from geo.workflows.drafts.verdicts import Verdict, counted
from geo.workflows.publication.loading import store
from geo.workflows.publication.report import LoadOptions, Outcome, Terms


@dataclass(frozen=True)
class Issue:
    """On what terms a draft is published.

    Parameters
    ----------
    since : date, optional
        The first civil day on which its boundaries hold; by default always for the first, else today.
    base : int, None or "draft"
        The release that it was compared with; by default the one that stood when the draft was made.
    note : str
        Why.
    retire : tuple of str
        Codes of grids that hold no more.
    accept : collection of str
        Codes of findings that are errors and are published all the same, and of rows that cannot be taken
        and are left out.
    step : int, optional
        The step that the person saw.
    key : str, optional
        An idempotency key; see `geo.workflows.answering.once`.
    by : str
        Who publishes.
    """

    since: date | None = None
    base: int | Literal["draft"] | None = "draft"
    note: str = ""
    retire: tuple[str, ...] = ()
    accept: Collection[str] = field(default_factory=tuple)
    step: int | None = None
    key: str | None = None
    by: str = "local"

    def request(self, draft_id: int) -> dict[str, Any]:
        """Return what is asked for, as the idempotency key stands for it."""
        return {
            "draft": draft_id,
            "since": self.since and self.since.isoformat(),
            "base": self.base,
            "note": self.note,
            "retire": sorted(self.retire),
            "accept": sorted(self.accept),
            "by": self.by,
        }


def publish_draft(
    desk: Desk, draft_id: int, issue: Issue, on_progress: Progress = no_progress
) -> dict[str, Any]:
    """Publish the step of a draft that counts, in one transaction; a repeated request is answered again.

    Parks and grids become the next release; other kinds are merged by source and id.

    Returns
    -------
    dict
        ``release`` (None where nothing was to be published), ``draft``, ``added``, ``updated``,
        ``unchanged``, ``absent``, ``retired``, ``refused``, ``remarks``, ``codes_given``, ``reassigned``.

    Raises
    ------
    ConflictError
        Where somebody published after the base, or the draft is not open.
    InputError
        Where errors are left, or rows cannot be taken, that were not accepted.
    """
    on_progress(0.0, "Waiting for other publications")
    with writing(desk.engine) as connection:
        answer = once(
            connection,
            issue.key,
            issue.request(draft_id),
            lambda: _published(connection, desk, draft_id, issue, on_progress),
        )
        on_progress(0.95, "Committing")
        return answer


def _published(
    connection: Connection, desk: Desk, draft_id: int, issue: Issue, on_progress: Progress
) -> dict[str, Any]:
    draft, step = locked(connection, draft_id, issue.step)
    verdicts = steps.findings_of(connection, draft_id, step)
    refuse_errors([one for one in verdicts if not {*issue.retire} & {*one["grids"]}], issue.accept)
    base = draft.base_number if issue.base == "draft" else issue.base
    if draft.kind in PARTITIONS:
        releases.demand_base(connection, base)
    frame = steps.frame_of(connection, draft_id, step)
    on_progress(0.1, f"Publishing {len(frame):,} rows")
    gone = drawn_away(connection, draft, frame)
    terms = Terms(base, issue.by, issue.note, (*issue.retire, *gone), _details(draft, step, issue))
    options = LoadOptions(
        source=draft.source,
        basis=draft.basis,
        level=draft.level,
        since=issue.since,
        by=issue.by,
        terms=terms,
    )
    outcome = store(connection, desk.profile, draft.kind, Reading(frame, (), facts_of(draft)), options)
    _refuse_rows(outcome, issue.accept)
    _remember(connection, draft)
    drafts.end(connection, draft_id, "published", since=issue.since, release_number=outcome.release)
    if draft.kind not in PARTITIONS:
        audit.enter(connection, by=issue.by, action="load", subject=f"draft {draft_id}")
    return {"draft": draft_id, **_told(outcome)}


def refuse_errors(verdicts: list[Verdict], accept: Collection[str]) -> None:
    """Refuse to publish where errors are left that nobody accepted.

    Raises
    ------
    InputError
        Which counts them by code.
    """
    left = counted([one for one in verdicts if one["severity"] == "error" and one["code"] not in accept])
    if left:
        said = ", ".join(f"{code} {count}" for code, count in left.items())
        raise InputError(
            f"The draft has errors that are neither mended nor accepted: {said}. Mend them, or publish it "
            "with their codes under “accept”.",
            reason="errors-left",
            errors=left,
        )


def _refuse_rows(outcome: Outcome, accept: Collection[str]) -> None:
    """Publish nothing where rows could not be taken and nobody accepted that."""
    left = [one for one in outcome.refused if one.code not in accept]
    if left:
        counts = Counter(one.code for one in left)
        raise InputError(
            f"{len(left):,} rows cannot be published, so nothing was. The first is row {left[0].row}: "
            f"{left[0].message} Correct them, or leave them out by their codes under “accept”.",
            reason="rows-left",
            count=len(left),
            first=left[0].row,
            errors=dict(sorted(counts.items())),
            rows=[one.row for one in left[:100]],
        )


def drawn_away(connection: Connection, draft: Draft, frame: gpd.GeoDataFrame) -> list[str]:
    """Return the codes of the standing grids that a person took out of a drawing."""
    if draft.sha256 is not None:
        return []
    first = steps.frame_of(connection, draft.id, 0)
    gone = first[~first["source_id"].isin(frame["source_id"])]
    return sorted(gone["code"].dropna())


def _details(draft: Draft, step: int, issue: Issue) -> dict[str, Any]:
    """Return what explains the release: the draft, what was done to it, and what was accepted."""
    done = [one for one in draft.steps if 0 < one.number <= step]
    return {
        "draft": draft.id,
        "file": {"name": draft.name, "sha256": draft.sha256},
        "steps": [{"action": one.action, "by": one.by, **one.details} for one in done],
        "accepted": sorted(issue.accept),
    }


def facts_of(draft: Draft) -> Facts:
    """Return what the original was found to be; a drawing is none."""
    facts = draft.facts
    return Facts(
        name=draft.name,
        format=facts.get("format", "drawing"),
        sha256=draft.sha256 or "",
        crs=(facts.get("crs") or {}).get("label") or "EPSG:4326",
        encoding=(facts.get("encoding") or {}).get("name"),
        columns={one["column"]: one["header"] for one in facts.get("fields", ()) if one["column"]},
        ignored=tuple(one["header"] for one in facts.get("fields", ()) if not one["column"]),
        layer=facts.get("layer"),
    )


def _remember(connection: Connection, draft: Draft) -> None:
    """Keep what was said of a file, for the next one of its office with the same headers."""
    headers = [one["header"] for one in draft.facts.get("fields", ())]
    if draft.sha256 is not None and headers and any(draft.said.values()):
        memory.remember(connection, source=draft.source, kind=draft.kind, headers=headers, said=draft.said)


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "release": outcome.release,
        "added": outcome.added,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "absent": len(outcome.absent),
        "retired": list(outcome.retired),
        "refused": [asdict(one) for one in outcome.refused],
        "remarks": [asdict(one) for one in outcome.remarks],
        "codes_given": outcome.codes_given,
        "reassigned": outcome.reassigned,
    }
