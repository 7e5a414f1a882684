"""Drafts of drawings: sent to a desk, looked at, and what is in them."""

from datetime import date
from pathlib import Path
from typing import Any

from districts import geojson, square
from sqlalchemy import Engine

from geo.frames import Said
from geo.profile import load_profile
from geo.store import boundaries, steps
from geo.store.boundaries import GRID
from geo.store.drafts import Draft
from geo.store.engine import reading
from geo.workflows.drafts.checking import check
from geo.workflows.drafts.drafting import Desk, Sent, receive

ZONE = load_profile("default")


SAID = Said(crs="EPSG:4326")


def sent(desk: Desk, file: Path, kind: str = "grids", **more: Any) -> Draft:
    with file.open("rb") as stream:
        return receive(desk, stream, Sent(kind, file.name, **{"said": SAID, **more}))


def opened_draft(desk: Desk, file: Path, kind: str = "grids", **more: Any) -> Draft:
    return check(desk, sent(desk, file, kind, **more).id)


def pair(folder: Path, border: float = 1, east: float | None = None) -> Path:
    """Two grids side by side, each two steps high; ``east`` begins the second one elsewhere."""
    start = border if east is None else east
    rows = [
        (square(0, 0, border, 2), {"id": "1", "code": "0001", "name": "甲"}),
        (square(start, 0, 3 - start, 2), {"id": "2", "code": "0002", "name": "乙"}),
    ]
    return geojson(folder / "网格.geojson", rows)


def standing(engine: Engine) -> dict[str, Any]:
    with reading(engine) as connection:
        grids = boundaries.versions(connection, GRID, on=date(2026, 12, 1))
    return dict(zip(grids["code"], grids.geometry, strict=True))


def verdicts(engine: Engine, draft: Draft) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return steps.findings_of(connection, draft.id, draft.step or 0)


def frame_of(engine: Engine, draft: Draft) -> Any:
    with reading(engine) as connection:
        return steps.frame_of(connection, draft.id, draft.step or 0)
