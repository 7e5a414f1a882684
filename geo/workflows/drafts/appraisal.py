"""Appraisal: what publishing a draft would change, without anything being written."""

import time
from collections.abc import Hashable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from geo.changes.ledger import Titles, comparison_workbook
from geo.doctor.inspection import PARTITIONS
from geo.errors import InputError
from geo.frames import Progress, Reading, no_progress
from geo.store import drafts, releases, steps
from geo.store.drafts import Draft
from geo.store.engine import reading, trying
from geo.workflows.drafts.drafting import refuse_unread
from geo.workflows.drafts.issuing import drawn_away, facts_of
from geo.workflows.ground.district import Stamp
from geo.workflows.publication.comparison import describe, ground_geojson, moving_geojson, moving_rows
from geo.workflows.publication.loading import store
from geo.workflows.publication.planning import Change
from geo.workflows.publication.previewing import Preview, preview
from geo.workflows.publication.report import LoadOptions
from geo.workflows.resident import Resident

PAGE_ROWS = 100


@dataclass(frozen=True)
class Appraisal:
    """A question: what a step of a draft would change from a day on, some grids being retired.

    Parameters
    ----------
    draft : int
        The draft.
    step : int
        The step of it that counts.
    made_at : str
        When the step was made.
    stamp : Stamp
        What it is compared with.
    since : date, optional
        The first day.
    retire : tuple of str
        Codes of grids that hold no more.
    """

    draft: int
    step: int
    made_at: str
    stamp: Stamp
    since: date | None = None
    retire: tuple[str, ...] = ()

    @property
    def key(self) -> Hashable:
        """What the answer is remembered under."""
        return ("appraisal", self)


def appraisal_of(
    resident: Resident, draft_id: int, *, since: date | None = None, retire: tuple[str, ...] = ()
) -> Appraisal:
    """Return the question about a draft as it stands.

    Raises
    ------
    NotFound
        Where there is no such draft.
    ConflictError
        Where it is not open.
    """
    with reading(resident.engine) as connection:
        draft = drafts.find(connection, draft_id)
    step = refuse_unread(draft)
    made = next(one.at.isoformat() for one in draft.steps if one.number == step)
    return Appraisal(draft_id, step, made, resident.stamp(), since, tuple(sorted(set(retire))))


def appraise(resident: Resident, asked: Appraisal, on_progress: Progress = no_progress) -> dict[str, Any]:
    """Return what a draft would change; see `geo.workflows.publication.comparison.describe`.

    A draft that holds no boundaries is loaded for trial and taken back: ``counts`` then tells of its rows.

    Raises
    ------
    InputError
        As publishing would.
    """
    with reading(resident.engine) as connection:
        draft = drafts.find(connection, asked.draft)
    if draft.kind in PARTITIONS:
        return resident.remember(asked.key, lambda: describe(previewed(resident, asked, on_progress)))
    return resident.remember(asked.key, lambda: _tried(resident, draft, asked, on_progress))


def previewed(resident: Resident, asked: Appraisal, on_progress: Progress = no_progress) -> Preview:
    """Return the preview of a draft of parks or grids; InputError of another kind."""

    def build() -> Preview:
        with reading(resident.engine) as connection:
            draft = drafts.find(connection, asked.draft)
            frame = steps.frame_of(connection, asked.draft, asked.step)
            gone = drawn_away(connection, draft, frame)
        if draft.kind not in PARTITIONS:
            raise InputError(
                f"Draft {draft.id} holds {draft.kind}; nobody moves by them.",
                reason="nobody-moves",
                kind=draft.kind,
            )
        change = Change(draft.kind, draft.source, draft.basis, draft.level, asked.since)
        retire = sorted({*asked.retire, *gone})
        return preview(resident, frame, change, retire=retire, on_progress=on_progress)

    return resident.remember(("preview", asked), build)


def moving_page(resident: Resident, asked: Appraisal, page: int) -> dict[str, Any]:
    """Return one page of the enterprises and stations that change hands."""
    rows = moving_rows(previewed(resident, asked))
    first = (page - 1) * PAGE_ROWS
    return {
        "total": len(rows),
        "page": page,
        "pages": max(1, -(-len(rows) // PAGE_ROWS)),
        "rows": rows[first : first + PAGE_ROWS],
    }


def moving_layer(resident: Resident, asked: Appraisal) -> bytes:
    """Return the points that change hands as GeoJSON."""
    return moving_geojson(previewed(resident, asked))


def ground_layer(resident: Resident, asked: Appraisal) -> bytes:
    """Return the ground that changes hands as GeoJSON."""
    return ground_geojson(previewed(resident, asked))


def workbook(resident: Resident, asked: Appraisal, titles: Titles) -> bytes:
    """Return a comparison as an Excel workbook."""
    found = previewed(resident, asked)
    return comparison_workbook(describe(found), moving_rows(found), titles=titles)


def _tried(resident: Resident, draft: Draft, asked: Appraisal, on_progress: Progress) -> dict[str, Any]:
    """Load a draft and take it back."""
    started = time.monotonic()
    on_progress(0.1, "Comparing with what is loaded")
    with trying(resident.engine) as connection:
        releases.lock(connection)
        frame = steps.frame_of(connection, draft.id, asked.step)
        options = LoadOptions(source=draft.source, by=draft.created_by)
        read = Reading(frame, (), facts_of(draft))
        outcome = store(connection, resident.profile, draft.kind, read, options)
    return {
        "base": None,
        "changes": [],
        "counts": {
            "added": outcome.added,
            "updated": outcome.updated,
            "unchanged": outcome.unchanged,
            "absent": len(outcome.absent),
            "refused": len(outcome.refused),
        },
        "remarks": len(outcome.remarks),
        "told": [asdict(one) for one in outcome.remarks],
        "moving": {"enterprises": 0, "stations": 0, "workers": 0},
        "loads": [],
        "indicators": [],
        "seconds": round(time.monotonic() - started, 3),
    }
