"""Checking: the doctor looks at the file of a draft, and what was found is kept as its first step."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from geo.doctor.checkup import Diagnosis, Manner, diagnose
from geo.errors import Cancelled, CrsUnknown, FileRefused, GeoError, InputError
from geo.frames import Progress, Said, no_progress
from geo.placing.candidates import Candidate
from geo.read.door import survey_file
from geo.read.geometry.systems import system_of
from geo.read.survey import Stated, Survey
from geo.store import drafts, memory, originals
from geo.store.drafts import Draft, NewStep
from geo.store.engine import reading, writing
from geo.workflows.drafts.drafting import Desk, refuse_over, subject_of
from geo.workflows.drafts.verdicts import verdicts_on
from geo.workflows.ground.knowing import known

_AUTHORITY = re.compile(r"[A-Za-z]+:\w+")


def check(desk: Desk, draft_id: int, on_progress: Progress = no_progress) -> Draft:
    """Look at the file of a draft, and keep what was found as the draft's first step.

    The draft is ``open`` afterwards, ``choosing`` where only a person can say how to read it, or
    ``refused`` where nobody can. Steps that were there are taken away. A draft that waits for no check is
    left as it is: a check that is begun again may have come to its end before, and a person have gone on.
    Where a person said something else meanwhile, nothing is kept: the check that follows knows it.

    Raises
    ------
    ConflictError
        Where the draft was published or discarded.
    Cancelled
        Where a person stopped it; the draft waits for what that person says.
    """
    with reading(desk.engine) as connection:
        draft = drafts.find(connection, draft_id)
        refuse_over(draft)
        if draft.state != "reading":
            return draft
        zone = known(connection, desk.profile)
    subject = subject_of(desk.profile, draft.kind, source=draft.source, basis=draft.basis, level=draft.level)
    with _opened(desk, draft) as path:
        draft = _with_memory(desk, draft, path)
        manner = Manner(Said(**draft.said), desk.limits)
        try:
            found = diagnose(path, subject, zone, manner, _naming(draft, path, on_progress))
        except InputError as error:
            return _ended(desk, draft, _stopped(desk, draft, path, error))
        except Cancelled as error:
            with writing(desk.engine) as connection:
                if _waits(connection, draft):
                    drafts.change(connection, draft_id, state="choosing", error=_told(error))
            raise
    return _kept(desk, draft, found)


@contextmanager
def _opened(desk: Desk, draft: Draft) -> Iterator[Path]:
    """Yield the original under a name with the ending that it came with."""
    if draft.sha256 is None:
        raise InputError(
            "The draft is a drawing, not a file; there is nothing to be read.", reason="drawing-is-no-file"
        )
    with tempfile.TemporaryDirectory(prefix="gridcircle-draft-") as folder:
        # Only the ending of the stranger's name is used for a path.
        path = Path(folder) / ("upload" + Path(draft.name).suffix.lower()[:12])
        path.symlink_to(originals.place(desk.home, draft.sha256).resolve())
        yield path


def _naming(draft: Draft, path: Path, on_progress: Progress) -> Progress:
    """Return what tells how far it is, with the file's own name in the place of ours."""
    return lambda fraction, message: on_progress(fraction, message.replace(path.name, draft.name))


def _with_memory(desk: Desk, draft: Draft, path: Path) -> Draft:
    """Return the draft with what the last such file of the office needed to be told, if nothing is said."""
    whose = {"source": draft.source, "kind": draft.kind}
    with reading(desk.engine) as connection:
        if any(draft.said.values()) or not memory.knows(connection, **whose):
            return draft
    try:
        survey = survey_file(path, draft.kind, limits=desk.limits)
    except InputError:
        # The doctor will say so, and better.
        return draft
    with reading(desk.engine) as connection:
        said = _recalled(connection, survey, whose)
    return replace(draft, said=said, facts={"remembered": True}) if said else draft


def _recalled(connection: Connection, survey: Survey, whose: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what was said of the last file like this one, by the headers of the layer that was read then."""
    said = memory.recall(connection, headers=[one.header for one in survey.fields], **whose)
    there = {one.name for one in survey.layers}
    if said is not None and said.get("layer") in (None, survey.layer, *there):
        return said
    for one in survey.layers:
        said = memory.recall(connection, headers=[h for h in one.headers if h], layer=one.name, **whose)
        if said is not None:
            return said
    return _by_habit(connection, survey, whose)


def _by_habit(connection: Connection, survey: Survey, whose: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what an office has always said of its degrees, for a file of theirs that states no system."""
    habit = memory.habit(connection, **whose) if survey.stated.how == "format" else None
    if habit is None:
        return None
    try:
        degrees = system_of(habit["crs"]).degrees
    except CrsUnknown:
        return None
    return Said().to_dict() | habit if degrees else None


def _kept(desk: Desk, draft: Draft, found: Diagnosis) -> Draft:
    """Keep a diagnosis; where the file was read, as the first step."""
    columns = {
        "state": "choosing" if _asks(found) else "open",
        "said": draft.said,
        "facts": _facts(found, remembered=bool(draft.facts.get("remembered"))),
        "candidates": [_candidate(one, found.survey.stated) for one in found.placing.candidates],
        "error": None,
    }
    first = None
    if found.reading is not None:
        first = NewStep("read", found.reading.frame, verdicts_on(found), draft.created_by)
    return _ended(desk, draft, columns, first)


def _ended(desk: Desk, draft: Draft, columns: dict[str, Any], first: NewStep | None = None) -> Draft:
    """Write down what a check came to, unless the draft waits for another one by now."""
    with writing(desk.engine) as connection:
        if _waits(connection, draft):
            drafts.restart(connection, draft.id)
            drafts.change(connection, draft.id, **columns)
            if first is not None:
                drafts.add_step(connection, draft.id, first)
        return drafts.find(connection, draft.id)


def _waits(connection: Connection, draft: Draft) -> bool:
    """Tell whether a draft is as it was when its check began, and let nobody else change it.

    Raises
    ------
    ConflictError
        Where it was published or discarded.
    """
    now = drafts.find(connection, draft.id, lock=True)
    refuse_over(now)
    return now.changed_at == draft.changed_at


def _stopped(desk: Desk, draft: Draft, path: Path, error: InputError) -> dict[str, Any]:
    """Say what becomes of a draft whose file could not be read as it was said to be."""
    facts: dict[str, Any] = {}
    candidates = error.details.get("candidates")
    hopeless = isinstance(error, FileRefused) and not candidates
    if not hopeless:
        try:
            survey = survey_file(
                path, draft.kind, said=Said(encoding=draft.said["encoding"]), limits=desk.limits
            )
            facts = {**survey.to_dict(), "remembered": bool(draft.facts.get("remembered"))}
        except InputError:
            # What the doctor said stands; a survey only adds to it.
            facts = {}
    return {
        "state": "refused" if hopeless else "choosing",
        "said": draft.said,
        "facts": facts,
        "candidates": [],
        "error": _told(error),
    }


def _told(error: GeoError) -> dict[str, Any]:
    return {"code": error.code, "message": error.message, "details": error.details}


def _facts(found: Diagnosis, *, remembered: bool) -> dict[str, Any]:
    """Return what a file was found to be, and how it was read."""
    facts = {
        **found.survey.to_dict(),
        "remembered": remembered,
        "read_as": found.said.to_dict(),
        "extent": None,
    }
    if found.reading is not None:
        bounds = found.reading.frame.total_bounds
        facts["extent"] = bounds.tolist() if np.isfinite(bounds).all() else None
        facts["crs"] = {**facts["crs"], "label": found.reading.facts.crs}
        facts["refused"] = len(found.reading.refused)
    return facts


def _asks(found: Diagnosis) -> bool:
    """Tell whether a person has to say where the file lies; what lies nowhere need not be asked."""
    return found.reading is None or bool(found.placing.candidates and not found.placing.decided)


def _candidate(one: Candidate, stated: Stated) -> dict[str, Any]:
    """Return a candidate with its outline, which is shown on a map, and all that a person would say."""
    told = one.to_dict()
    if told["said"]["crs"] is None:
        # Said again by a person, what the file states is no question any more.
        named = _AUTHORITY.fullmatch(stated.label or "")
        told["said"]["crs"] = stated.label if named else stated.text
    return {**told, "outline": shapely.to_geojson(one.outline)}
