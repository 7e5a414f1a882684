"""Identity: the id that a row keeps from one version of its file to the next."""

import hashlib
import json
import re
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.contracts import Contract
from geo.frames import Refusal
from geo.read.records import GeometryArray

_FALLBACKS = {
    "parks": (("code",), ("name",)),
    "grids": (("code",), ("name",)),
    "enterprises": (("credit_code", "name"),),
    "stations": (("name",),),
    "organisations": (("name",),),
}
_DECIMALS = 7
_HASHED = re.compile(r"h-[0-9a-f]{16}")
_TECHNICAL = ("streets", "base")
"""Kinds whose rows nobody asks for by their id."""
_CONSTANT_FROM = 10


def telling(frame: pd.DataFrame, contract: Contract) -> tuple[pd.DataFrame, tuple[Refusal, ...]]:
    """Leave out ids that tell no rows apart, and remark on them.

    These are the 0 that ArcGIS writes into the column Id of each new row, where several have it; an id that
    all of ten rows or more share, such as the code of their district; and of streets and what is drawn
    beneath each that several rows have, as the pieces of one road do. `source_ids` finds others instead.

    Parameters
    ----------
    frame : DataFrame
        The contract's columns; ``source_id`` holds what the file gives.
    contract : Contract
        The kind of rows.
    """
    ids = frame["source_id"]
    again = ids.duplicated(keep=False) & ids.notna()
    constant = len(ids) >= _CONSTANT_FROM and ids.notna().all() and ids.nunique() == 1
    if contract.kind not in _TECHNICAL and not constant:
        again &= ids == "0"
    if not again.any():
        return frame, ()
    count, value = int(again.sum()), str(ids[again].iloc[0])
    message = (
        f"{count:,} rows have ids that others have too, such as “{value}”, so these ids are not used: the "
        "rows are known by what they say, and one that changes is a new one."
    )
    return frame.assign(source_id=ids.mask(again)), (
        Refusal(0, "id-shared", message, {"count": count, "value": value}),
    )


def source_ids(frame: pd.DataFrame, geometry: GeometryArray, contract: Contract) -> "pd.Series[str]":
    """Return an id for each row that does not depend on the order of the rows.

    The id is, in this order: what the file gives; the code, or the name, of a grid or park; the credit code
    with the name of an enterprise; the name of a station or organisation; and, where that is missing
    or not unique in the file, ``h-`` with 16 hexadecimal digits of a SHA-256 over the row's content (its
    columns by name, and its coordinates to 7 decimals).

    Parameters
    ----------
    frame : DataFrame
        The contract's columns; ``source_id`` holds what the file gives.
    geometry : (n,) object array
        In EPSG:4326, None without a location.
    contract : Contract
        The kind of rows.
    """
    ids = frame["source_id"]
    if not ids.isna().any():
        return ids
    for columns in _FALLBACKS.get(contract.kind, ()):
        first, *others = (frame[name] for name in columns)
        joined = first.str.cat(pd.concat(others, axis=1), sep="/") if others else first
        unique = ~joined.duplicated(keep=False) & ~joined.isin(set(ids.dropna()))
        ids = ids.where(ids.notna() | ~unique, joined)
    bare = np.flatnonzero(ids.isna())
    if len(bare):
        contents = frame.iloc[bare].to_dict("records")
        hashed = [_content_hash(c, g) for c, g in zip(contents, geometry[bare], strict=True)]
        ids = ids.fillna(pd.Series(hashed, index=ids.index[bare], dtype="str"))
    return ids


def duplicates(frame: pd.DataFrame, geometry: GeometryArray, contract: Contract) -> tuple[Refusal, ...]:
    """Return a refusal for each row whose id, or code as a grid or park, an earlier row has.

    Parameters
    ----------
    frame : DataFrame (n,)
        The contract's columns, with ids (`source_ids`).
    geometry : (n,) object array
        Of the same rows, None for none.
    contract : Contract
        The kind of rows.
    """
    frame = frame.assign(drawn=pd.Series(geometry, index=frame.index, dtype=object))
    refused = _repeated(frame, ["source_id"], "id", "duplicate-id")
    if "code" in contract.names:
        seen = {refusal.row for refusal in refused}
        keys: list[str] = [name for name in ("basis", "level", "code") if name in contract.names]
        rest = frame[~frame.index.isin(seen) & frame["code"].notna()]
        refused += _repeated(rest, keys, "code", "duplicate-code")
    return tuple(refused)


def _repeated(frame: pd.DataFrame, keys: list[str], word: str, code: str) -> list[Refusal]:
    again = frame.duplicated(keys).to_numpy(bool)
    rows = pd.Series(frame.index, index=frame.index)
    first = rows.groupby([frame[key].fillna("") for key in keys]).transform("first")
    return [
        _same(int(row), int(original))
        if _HASHED.fullmatch(value) and _alike(frame, row, original)
        else _taken(int(row), value, int(original), word, code)
        for row, value, original in zip(rows[again], frame.loc[again, keys[-1]], first[again], strict=True)
    ]


def _taken(row: int, value: str, original: int, word: str, code: str) -> Refusal:
    own = "an id" if word == "id" else "a code"
    return Refusal(
        row,
        code,
        f"The row has the {word} “{value}” of row {original}; remove one of the two, or give it "
        f"{own} of its own.",
        {"value": value, "first": original},
    )


def _alike(frame: pd.DataFrame, row: int, original: int) -> bool:
    """Tell whether two rows say the same, which two of one hash need not where the file gave it."""
    both = frame.loc[[row, original]]
    one, other = shapely.to_wkb(both.pop("drawn").to_numpy())
    return one == other and len({str(cells) for cells in both.values.tolist()}) == 1


def _same(row: int, original: int) -> Refusal:
    return Refusal(
        row,
        "duplicate-row",
        f"The row says what row {original} says; remove one of the two, or tell them apart by an id.",
        {"first": original},
    )


def _content_hash(row: Mapping[Hashable, Any], geometry: shapely.Geometry | None) -> str:
    content = {
        str(name): value if isinstance(value, list) else str(value)
        for name, value in row.items()
        if isinstance(value, list) or (value is not None and not pd.isna(value))
    }
    places = [] if geometry is None else shapely.get_coordinates(geometry).round(_DECIMALS).tolist()
    text = json.dumps([content, places], ensure_ascii=False, sort_keys=True)
    return f"h-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
