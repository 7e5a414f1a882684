"""Looking up: where the enterprises of a file may be by a file of known addresses, without a database."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.addresses.book import make_book
from geo.addresses.choice import Terms
from geo.addresses.table import nameless
from geo.china import metric_crs
from geo.errors import InputError
from geo.frames import CRS, Reading
from geo.profile import Profile
from geo.workflows.assignment.gazetteer import Gazetteer, addresses
from geo.workflows.assignment.lacking import counts_of, row_of
from geo.write.form import WriteReport
from geo.write.frame import write_frame

HEADERS = {
    "source_id": "id",
    "name": "name",
    "address": "address",
    "outcome": "outcome",
    "label": "found",
    "reason": "reason",
    "score": "score",
    "accuracy_m": "accuracy_m",
    "lon": "lon",
    "lat": "lat",
}
"""Of the file that is written: the candidate is the one that is certain, and blank where there is none."""


def look_up(enterprises: Reading, known: Reading, profile: Profile) -> dict[str, Any]:
    """Return where the enterprises without a location may be, by a table and by those that have one.

    Parameters
    ----------
    enterprises, known : Reading
        By the contracts of ``enterprises`` and ``addresses``.

    Returns
    -------
    dict
        ``counts``, ``terms`` and ``rows`` as `geo.workflows.assignment.lacking.survey` tells them, the ``id``
        being the row's number; ``located``: how many bring their own place; ``refused``: the rows of either
        file that were not taken.

    Raises
    ------
    InputError
        Where no address is known at all.
    """
    frame, table = enterprises.frame, known.frame
    without_name = nameless(table["address"])
    table = table.drop(index=[one.row for one in without_name])
    placed = frame[frame.geometry.notna() & frame["address"].notna()]
    listed = pd.concat([_known(table, known, known.facts.name), _known(placed, enterprises, "")])
    if listed.empty:
        raise InputError(
            f"“{known.facts.name}” brings no address that could be looked up; look at its rows.",
            reason="no-known-addresses",
            file=known.facts.name,
        )
    crs = metric_crs(float(listed["lon"].median()), float(listed["lat"].median()))
    book = make_book(addresses(listed, profile, crs))
    gazetteer = Gazetteer("files", crs, book, Terms(**profile.geocoding))
    lacking = frame[frame.geometry.isna()]
    rows = [row_of(gazetteer, one) for one in _asked(lacking)]
    refused = [(enterprises, one) for one in enterprises.refused]
    refused += [(known, one) for one in (*known.refused, *without_name)]
    return {
        "counts": counts_of(rows),
        "located": len(frame) - len(lacking),
        "terms": vars(gazetteer.terms).copy(),
        "rows": rows,
        "refused": [
            {"file": reading.facts.name, "row": one.row, "code": one.code, "message": one.message}
            for reading, one in refused
        ],
    }


def write_found(rows: list[dict[str, Any]], path: Path) -> WriteReport:
    """Write the rows of `look_up` as a table, each with the place that is certain."""
    found: list[dict[str, Any]] = [
        next((one for one in row["candidates"] if one["key"] == row["certain"]), {}) for row in rows
    ]
    table = pd.DataFrame([{**row, **one} for row, one in zip(rows, found, strict=True)])
    return write_frame(table.reindex(columns=list(HEADERS)), path, headers=HEADERS)


def _known(frame: gpd.GeoDataFrame, reading: Reading, source: str) -> pd.DataFrame:
    points = gpd.GeoSeries(frame.geometry, crs=CRS)
    stated = pd.to_numeric(frame["accuracy_m"], errors="coerce").astype(float)
    columns = {"text": frame["address"], "lon": points.x, "lat": points.y, "accuracy_m": stated}
    return pd.DataFrame(columns).assign(crs=reading.facts.crs, source=source)


def _asked(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    names = ["source_id", "name", "address", "workers"]
    table = pd.DataFrame(frame[names]).astype(object)
    table = table.where(table.notna(), None)
    return [
        {"id": int(row), **dict(zip(names, cells, strict=True)), "refused": False}
        for row, cells in zip(table.index, np.asarray(table, dtype=object).tolist(), strict=True)
    ]
