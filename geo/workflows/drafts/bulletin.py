"""The bulletin: drafts, their findings and their layers, as programs are told of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from geo.errors import NotFound
from geo.features import DRAWN, feature_collection
from geo.findings import Finding
from geo.frames import CRS
from geo.store import drafts, jobs, steps, tallies
from geo.store.drafts import Draft
from geo.store.engine import reading
from geo.store.jobs import Job
from geo.workflows.drafts.verdicts import counted, finding_of, numbered

_STOPPED = "The reading of the file was stopped before its end; have it read again, or put the draft away."


def subject(draft_id: int) -> str:
    """Return what the jobs of a draft are about."""
    return f"draft:{draft_id}"


def describe(engine: Engine, draft_id: int) -> dict[str, Any]:
    """Return a draft; NotFound where there is none of that id."""
    with reading(engine) as connection:
        return _described(connection, [drafts.find(connection, draft_id)])[0]


def listed(engine: Engine) -> list[dict[str, Any]]:
    """Return the drafts that are neither published nor discarded, the newest first."""
    with reading(engine) as connection:
        return _described(connection, drafts.listed(connection))


def _described(connection: Connection, found: Sequence[Draft]) -> list[dict[str, Any]]:
    counts = tallies.counts_of(connection, [one.id for one in found])
    return [_one(connection, draft, counts.get(draft.id, {})) for draft in found]


def _one(connection: Connection, draft: Draft, counts: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    codes: dict[str, int] = {}
    for (code, _), count in counts.items():
        codes[code] = codes.get(code, 0) + count
    job = jobs.latest(connection, subject(draft.id))
    state, error = _standing(draft, job)
    return {
        "id": draft.id,
        "kind": draft.kind,
        "state": state,
        "name": draft.name,
        "source": draft.source,
        "basis": draft.basis,
        "level": draft.level,
        "base": draft.base_number,
        "step": draft.step,
        "steps": [
            {
                "number": step.number,
                "action": step.action,
                "at": step.at.isoformat(timespec="seconds"),
                "by": step.by,
                "details": step.details,
            }
            for step in draft.steps
        ],
        "said": draft.said,
        "facts": draft.facts,
        "candidates": [_without_outline(one) for one in draft.candidates],
        "counts": codes,
        "ok": draft.step is not None and not any(severity == "error" for _, severity in counts),
        "error": error,
        "release": draft.release_number,
        # What a job has found has an address of its own, and may be large.
        "job": None if job is None else job.to_dict() | {"result": None},
        "created_at": draft.created_at.isoformat(timespec="seconds"),
        "created_by": draft.created_by,
    }


def _standing(draft: Draft, job: Job | None) -> tuple[str, Mapping[str, Any] | None]:
    """Return the state of a draft and its error: one that is to be read while nobody will waits for a person.

    So it is where the job was cancelled, failed, or was never entered because the service ended before.
    """
    if draft.state != "reading" or (job is not None and not job.over):
        return draft.state, draft.error
    if job is not None and job.error is not None:
        return "choosing", job.error
    return "choosing", {"code": "cancelled", "message": _STOPPED, "details": {}}


def _without_outline(candidate: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in candidate.items() if name != "outline"}


def findings(engine: Engine, draft_id: int, step: int) -> dict[str, Any]:
    """Return the findings on a step of a draft, and that step."""
    with reading(engine) as connection:
        verdicts = steps.findings_of(connection, draft_id, step)
    return {"step": step, "findings": numbered(verdicts), "counts": counted(verdicts)}


def findings_of(engine: Engine, draft_id: int, step: int) -> list[Finding]:
    """Return the findings themselves, to be written as a file."""
    with reading(engine) as connection:
        return [finding_of(one) for one in steps.findings_of(connection, draft_id, step)]


def layer(engine: Engine, draft_id: int, step: int | None = None) -> bytes:
    """Return the rows of a step as GeoJSON: ``row``, ``code``, ``name`` and ``change``.

    ``change`` says what became of the row since the file was read: ``added``, ``reshaped``, ``renamed`` or
    null.
    """
    with reading(engine) as connection:
        number = _step(drafts.find(connection, draft_id), step)
        frame = steps.frame_of(connection, draft_id, number)
        first = frame if number == 0 else steps.frame_of(connection, draft_id, 0)
    columns = [name for name in ("code", "name") if name in frame]
    changes = _changes(frame, first, columns)
    cells = [frame[name].to_numpy(dtype=object) for name in columns]
    properties = [
        {"row": int(row), **{n: _cell(c) for n, c in zip(columns, values, strict=True)}, "change": change}
        for row, change, *values in zip(frame.index, changes, *cells, strict=True)
    ]
    return feature_collection(_finite(frame), properties, decimals=DRAWN)


def candidate(engine: Engine, draft_id: int, key: str) -> bytes:
    """Return where a candidate would land, as GeoJSON; NotFound where there is none of that key."""
    with reading(engine) as connection:
        found = {one["key"]: one for one in drafts.find(connection, draft_id).candidates}
    if key not in found:
        raise NotFound(
            f"Draft {draft_id} has no candidate “{key}”.", reason="candidate-unknown", draft=draft_id, key=key
        )
    properties = {"key": key, "label": found[key]["label"]}
    feature = {"type": "Feature", "properties": properties, "geometry": json.loads(found[key]["outline"])}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False).encode()


def ground(moved: gpd.GeoDataFrame) -> bytes:
    """Return ground that changes hands as GeoJSON: ``row``, ``grid``, ``kind`` and ``area_m2``."""
    rows = zip(moved["row"], moved["grid"], moved["kind"], moved["area_m2"], strict=True)
    properties = [
        {"row": int(row), "grid": grid, "kind": kind, "area_m2": round(float(area), 6)}
        for row, grid, kind, area in rows
    ]
    return feature_collection(moved, properties, decimals=DRAWN)


def version(engine: Engine, draft_id: int, step: int | None = None) -> tuple[int, int, str]:
    """Return what a step is known by: a step that is there never changes.

    Raises
    ------
    NotFound
        Where there is no such draft or step.
    """
    with reading(engine) as connection:
        draft = drafts.find(connection, draft_id)
    number = _step(draft, step)
    made = {one.number: one.at.isoformat() for one in draft.steps}
    if number not in made:
        raise NotFound(
            f"Draft {draft_id} has no step {number}.", reason="step-unknown", draft=draft_id, step=number
        )
    return draft_id, number, made[number]


def _step(draft: Draft, step: int | None) -> int:
    """Return the step asked for, or the one that counts."""
    number = draft.step if step is None else step
    if number is None:
        raise NotFound(
            f"The file of draft {draft.id} was not read yet.", reason="draft-unread", draft=draft.id
        )
    return number


def _changes(frame: gpd.GeoDataFrame, first: gpd.GeoDataFrame, columns: list[str]) -> list[str | None]:
    if frame is first:
        return [None] * len(frame)
    old = first.reindex(frame.index)
    present = frame.index.isin(first.index)
    same = shapely.equals_identical(frame.geometry.to_numpy(), old.geometry.to_numpy())
    same |= shapely.is_missing(frame.geometry.to_numpy()) & shapely.is_missing(old.geometry.to_numpy())
    alike = np.ones(len(frame), dtype=bool)
    for name in columns:
        alike &= [_cell(a) == _cell(b) for a, b in zip(frame[name], old[name], strict=True)]
    told = zip(present.tolist(), same.tolist(), alike.tolist(), strict=True)
    return [
        "added" if not there else "reshaped" if not is_same else None if is_alike else "renamed"
        for there, is_same, is_alike in told
    ]


def _cell(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _finite(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame without the geometries that JSON cannot hold."""
    geometry = frame.geometry.to_numpy().copy()
    bounds = shapely.bounds(geometry)
    geometry[~np.isfinite(bounds).all(axis=1)] = None
    return frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=CRS))
