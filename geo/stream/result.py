"""Results: outcomes as rows with the columns ``id``, ``grid_code``, ``status`` and ``rule``, counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.assignment.locator import Locator
from geo.assignment.rule import RULES, STATUS_OF_RULE
from geo.frames import Refusal
from geo.index.raster import Floats
from geo.stream.batch import LISTED, Outcome

COLUMNS = ("id", "grid_code", "status", "rule")
"""The columns that are written."""

_STATUSES = tuple(dict.fromkeys(STATUS_OF_RULE))


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of the result.

    Parameters
    ----------
    table : pyarrow.RecordBatch
        `COLUMNS`; what repeats is a dictionary.
    x, y : ndarray of float64
        Longitude and latitude, NaN for none; empty where nobody asked for them.
    """

    table: pa.RecordBatch
    x: Floats
    y: Floats


@dataclass
class Count:
    """What was counted so far.

    Parameters
    ----------
    by_rule : ndarray of int64
        Points by the position of their rule in `geo.assignment.rule.RULES`.
    refused : list of Refusal
        The first `LISTED` rows that were refused; the details name the file.
    lost : int
        How many were refused.
    """

    by_rule: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(RULES), dtype=np.int64))
    refused: list[Refusal] = field(default_factory=list)
    lost: int = 0

    @property
    def points(self) -> int:
        """How many points were assigned or not."""
        return int(self.by_rule.sum())

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as `geo.assignment.rule.tally` counts them."""
        rules = dict(zip(RULES, self.by_rule.tolist(), strict=True))
        return {
            "points": self.points,
            "assigned": rules["inside"] + rules["tie"],
            "unassigned": rules["outside"] + rules["no-location"],
            "ambiguous": rules["overlap"],
            "ties": rules["tie"],
            "no_location": rules["no-location"],
        }


def rows_of(
    outcomes: Iterable[Outcome], locator: Locator, names: Sequence[str], id_type: pa.DataType, count: Count
) -> Iterator[Rows]:
    """Yield the rows of outcomes, and count them.

    Parameters
    ----------
    outcomes : iterable of Outcome
        In the order of the rows.
    locator : Locator
        Whose grids they name.
    names : sequence of str
        Of the files.
    id_type : pyarrow.DataType
        Of the ids.
    count : Count
        Is counted on.
    """
    codes = pa.array([str(code) for code in locator.codes], pa.string())
    in_all = in_file = 0
    file = 0
    for outcome in outcomes:
        if outcome.file != file:
            file, in_file = outcome.file, 0
        batch = outcome.batch
        count.by_rule += np.bincount(outcome.rule, minlength=len(RULES))
        count.lost += batch.lost
        for one in batch.refused[: max(0, LISTED - len(count.refused))]:
            details = {"file": names[file], **one.details}
            count.refused.append(replace(one, row=one.row + in_file, details=details))
        yield Rows(_table(outcome, codes, id_type, in_all), batch.x, batch.y)
        in_all += batch.rows
        in_file += batch.rows


def schema_of(id_type: pa.DataType) -> pa.Schema:
    """Return the schema of `Rows.table`."""
    words = pa.dictionary(pa.int8(), pa.string())
    return pa.schema(
        [
            ("id", id_type),
            ("grid_code", pa.dictionary(pa.int32(), pa.string())),
            ("status", words),
            ("rule", words),
        ]
    )


def _table(outcome: Outcome, codes: pa.Array, id_type: pa.DataType, begin: int) -> pa.RecordBatch:
    batch = outcome.batch
    ids = batch.ids
    if ids is None:
        places = np.arange(batch.rows) if batch.kept is None else batch.kept
        ids = pa.array(places + (begin + 1))
    status = np.array([_STATUSES.index(one) for one in STATUS_OF_RULE], dtype=np.int8)[outcome.rule]
    arrays = [
        ids.cast(id_type),
        pa.DictionaryArray.from_arrays(pa.array(outcome.first, mask=outcome.first < 0), codes),
        pa.DictionaryArray.from_arrays(pa.array(status), pa.array(_STATUSES)),
        pa.DictionaryArray.from_arrays(pa.array(outcome.rule), pa.array(RULES)),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema_of(id_type))
