"""Blocks: some whole rows of CSV, read by pyarrow where that reads the same, else cell by cell."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from geo.formulas import restored
from geo.frames import Refusal
from geo.index.raster import Floats
from geo.index.sides import Flags
from geo.read.geometry.places import place_refused
from geo.stream.batch import LISTED, Batch
from geo.stream.numbers import numbers_in
from geo.stream.placing import Placed, no_points, placed, points_of_wkt
from geo.stream.plan import Plan
from geo.stream.rows import Layout, divided
from geo.stream.taking import taken

_ESCAPED = r"^'+[=+\-@\t\r]"


@dataclass(frozen=True, eq=False)
class Block:
    """A piece of CSV: whole rows in UTF-8, without a quotation mark."""

    file: int
    data: bytes
    layout: Layout

    def read(self) -> Batch:
        """Read the rows.

        Raises
        ------
        FileRefused
            Where they cannot be divided.
        """
        quick = _quick(self.data, self.layout)
        if quick is not None:
            return quick
        text = self.data.decode("utf-8", "surrogatepass")
        return batch_of_rows(divided(text, self.layout.delimiter, whole=True)[0], self.layout)


def batch_of_rows(rows: Sequence[Sequence[str]], layout: Layout) -> Batch:
    """Return rows of cells as a batch: blank ones are left out, and those with too many cells refused."""
    cells = [[restored(cell) for cell in row] for row in rows]
    blank = np.array([not any(cell and not cell.isspace() for cell in row) for row in cells], dtype=bool)
    wide = np.array([_is_wide(row, layout.width) for row in cells], dtype=bool)
    good = np.flatnonzero(~blank & ~wide)

    def column(at: int) -> list[str]:
        return [cells[i][at] if at < len(cells[i]) else "" for i in good.tolist()]

    plan = layout.plan
    ids = None if plan.id is None else pa.array(_ids(column(plan.id)), pa.string())
    batch = _placed([column(at) for at in plan.place], ids, plan)
    places = good if batch.kept is None else good[batch.kept]
    refused = (
        *(_numbered(one, int(good[one.row - 1]) + 1) for one in batch.refused),
        *(_too_wide(i, cells[i], layout.width) for i in np.flatnonzero(wide)[:LISTED].tolist()),
    )
    every = tuple(sorted(refused, key=lambda one: one.row))[:LISTED]
    lost = batch.lost + int(np.count_nonzero(wide))
    return Batch(len(cells), places, batch.ids, batch.x, batch.y, every, lost)


def _quick(data: bytes, layout: Layout) -> Batch | None:
    """Read well-formed rows by pyarrow; None where only the careful way says what they mean."""
    plan = layout.plan
    if len(plan.place) == 1:
        return None
    names = [str(i) for i in range(layout.width)]
    used = ([] if plan.id is None else [plan.id]) + list(plan.place)
    types = {names[at]: pa.float64() for at in plan.place}
    if plan.id is not None:
        types[names[plan.id]] = pa.string()
    try:
        table = pa_csv.read_csv(
            io.BytesIO(data),
            pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
            pa_csv.ParseOptions(delimiter=layout.delimiter, quote_char=False, ignore_empty_lines=False),
            pa_csv.ConvertOptions(
                column_types=types,
                include_columns=[names[at] for at in used],
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    x, y = (_floats(table.column(names[at])) for at in plan.place)
    ids = None if plan.id is None else _plain_ids(table.column(names[plan.id]).combine_chunks())
    if np.isinf(x).any() or np.isinf(y).any():
        return None
    lost = np.isnan(x) & np.isnan(y)
    if lost.any() and (ids is None or ids.filter(pa.array(lost)).null_count):
        # Such a row may be blank, and then is none.
        return None
    return _taken(placed(x, y, plan.system), ids, np.zeros(len(x), dtype=bool))


def _placed(cells: Sequence[Sequence[str]], ids: pa.Array | None, plan: Plan) -> Batch:
    if len(cells) == 1:
        x, y, no_point = points_of_wkt(cells[0])
        return _taken(placed(x, y, plan.system), ids, no_point)
    (x, bad_x), (y, bad_y) = (numbers_in(pd.Series(column, dtype="str")) for column in cells)
    found = placed(x, y, plan.system, unread=bad_x | bad_y)
    found = replace(found, refused=tuple(_as_written(one, cells) for one in found.refused))
    return _taken(found, ids, np.zeros(len(x), dtype=bool))


def _as_written(one: Refusal, cells: Sequence[Sequence[str]]) -> Refusal:
    """Return a refusal with what stands in the cells, where it is no number."""
    if one.code != "coordinate-unreadable":
        return one
    x, y = (column[one.row - 1][:40] for column in cells)
    return place_refused(one.row, x, y, one.code)


def _taken(found: Placed, ids: pa.Array | None, no_point: Flags) -> Batch:
    return taken(len(found.x), ids, found, no_points(np.flatnonzero(no_point)), no_point)


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.array(pc.fill_null(column, float("nan")).to_numpy(), dtype=np.float64)


def _ids(cells: Sequence[str]) -> list[str | None]:
    return [cell.strip() or None for cell in cells]


def _plain_ids(ids: pa.Array) -> pa.Array:
    """Return ids without spaces around and what keeps a spreadsheet from running them."""
    ids = pc.utf8_trim_whitespace(ids)
    if pc.any(pc.match_substring_regex(ids, _ESCAPED)).as_py():
        ids = pa.array([None if one is None else restored(one) for one in ids.to_pylist()], pa.string())
    return pc.if_else(pc.equal(ids, ""), pa.scalar(None, pa.string()), ids)


def _is_wide(row: Sequence[str], width: int) -> bool:
    return len(row) > width and any(cell and not cell.isspace() for cell in row[width:])


def _too_wide(row: int, cells: Sequence[str], width: int) -> Refusal:
    filled = len(cells)
    while filled and not cells[filled - 1].strip():
        filled -= 1
    return Refusal(
        row + 1,
        "too-many-cells",
        f"The row has {filled} cells under {width} headers; put cells that hold a delimiter in quotation "
        "marks.",
        {"cells": filled, "headers": width},
    )


def _numbered(one: Refusal, row: int) -> Refusal:
    return Refusal(row, one.code, one.message, one.details)
