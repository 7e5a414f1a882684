"""Revising: the steps that a person adds to a draft by mending and drawing, and takes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from geo.doctor.inspection import PARTITIONS, Known
from geo.errors import InputError
from geo.redrawing.drawing import redraw
from geo.redrawing.strokes import Stroke
from geo.store import drafts, steps
from geo.store.drafts import Draft, NewStep
from geo.store.engine import reading, writing
from geo.workflows.drafts.drafting import Desk, locked, subject_of
from geo.workflows.drafts.remedies import Choice, Layer, Remedy, chosen_of, remedy, unmoved, without
from geo.workflows.drafts.verdicts import Verdict, verdicts_again
from geo.workflows.ground.knowing import known


@dataclass(frozen=True)
class Revision:
    """What a step does, or would do.

    Parameters
    ----------
    step : int
        The step that counts afterwards.
    remedy : Remedy
        The rows afterwards, and what ground changes hands.
    verdicts : list of dict
        The findings afterwards.
    """

    step: int
    remedy: Remedy
    verdicts: list[Verdict]


@dataclass(frozen=True)
class _Stand:
    """A draft at the step that counts; a drawing holds all that is to stand of its office."""

    step: int
    layer: Layer
    drawing: bool

    def after(self, remedy: Remedy) -> Revision:
        """Return what a remedy makes of it, inspected again where anything moved."""
        layer = self.layer
        if remedy.frame is layer.frame:
            return Revision(self.step, remedy, layer.verdicts)
        zone = without(layer.zone, layer.subject, remedy.frame) if self.drawing else layer.zone
        again = verdicts_again(remedy.frame, layer.subject, zone, layer.verdicts)
        return Revision(self.step, remedy, again)


def preview_mending(desk: Desk, draft_id: int, choice: Choice) -> Revision:
    """Return what a mending would do; nothing is kept.

    Raises
    ------
    ConflictError, InputError
        As `mend_draft`.
    """
    zone = _zone(desk)
    with writing(desk.engine) as connection:
        stand = _stand(connection, desk, draft_id, zone, choice.step)
    return stand.after(remedy(stand.layer, choice))


def mend_draft(desk: Desk, draft_id: int, choice: Choice) -> Revision:
    """Mend a draft by what was chosen and inspect it again; a step is added where anything moved.

    Raises
    ------
    ConflictError
        Where somebody else made a step meanwhile, or the draft is not open.
    InputError
        Where there is no such fix or finding, or the draft has no outlines.
    """
    zone = _zone(desk)
    with writing(desk.engine) as connection:
        stand = _stand(connection, desk, draft_id, zone, choice.step)
        revision = stand.after(remedy(stand.layer, choice))
        if revision.remedy.moves.empty:
            return revision
        details = {
            "fixes": sorted(choice.fixes) if choice.findings is None else [],
            "findings": len(chosen_of(stand.layer.verdicts, choice)),
            "grids": revision.remedy.moves["grid"].tolist()[:200],
            "area_moved_m2": round(float(revision.remedy.moves["area_moved_m2"].sum()), 3),
        }
        return replace(
            revision, step=_add(connection, draft_id, "mend", revision, by=choice.by, details=details)
        )


def draw_draft(
    desk: Desk, draft_id: int, strokes: Sequence[Stroke], *, step: int | None = None, by: str = "local"
) -> Revision:
    """Carry out what a person drew on a draft, inspect it again, and add a step.

    Raises
    ------
    ConflictError
        Where somebody else made a step meanwhile, or the draft is not open.
    InputError
        Where something cannot be drawn, or the draft has no outlines.
    """
    zone = _zone(desk)
    with writing(desk.engine) as connection:
        stand = _stand(connection, desk, draft_id, zone, step)
        drawn = redraw(stand.layer.frame, strokes)
        revision = stand.after(unmoved(drawn))
        details = {"strokes": [type(stroke).__name__.lower() for stroke in strokes][:200]}
        return replace(revision, step=_add(connection, draft_id, "draw", revision, by=by, details=details))


def turn(desk: Desk, draft_id: int, by_steps: int, *, seen: int | None = None) -> Draft:
    """Undo (−1) or redo (+1) a step.

    Raises
    ------
    ConflictError
        Where there is nothing to undo or redo, or the draft stands at another step than the asker saw.
    """
    with writing(desk.engine) as connection:
        _, step = locked(connection, draft_id, seen)
        drafts.point(connection, draft_id, step + by_steps)
        return drafts.find(connection, draft_id)


def _zone(desk: Desk) -> Known:
    with reading(desk.engine) as connection:
        return known(connection, desk.profile)


def _stand(connection: Connection, desk: Desk, draft_id: int, zone: Known, seen: int | None) -> _Stand:
    draft, step = locked(connection, draft_id, seen)
    if draft.kind not in PARTITIONS:
        raise InputError(
            f"Draft {draft_id} holds {draft.kind}, which have no borders; mend the file and send it again.",
            reason="kind-without-borders",
            kind=draft.kind,
        )
    subject = subject_of(desk.profile, draft.kind, source=draft.source, basis=draft.basis, level=draft.level)
    frame = steps.frame_of(connection, draft_id, step)
    verdicts = steps.findings_of(connection, draft_id, step)
    return _Stand(step, Layer(frame, verdicts, subject, zone), draft.sha256 is None)


def _add(
    connection: Connection,
    draft_id: int,
    action: str,
    revision: Revision,
    *,
    by: str,
    details: Mapping[str, Any],
) -> int:
    new = NewStep(action, revision.remedy.frame, revision.verdicts, by, details)
    return drafts.add_step(connection, draft_id, new)
