"""Assembly: records of any format become the frame of a kind, with refusals and remarks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.contracts import Contract
from geo.errors import MissingColumn
from geo.frames import CRS, Refusal, Said
from geo.read.columns import headers
from geo.read.columns.cells import typed
from geo.read.columns.facilities import judged
from geo.read.columns.identity import duplicates, source_ids, telling
from geo.read.columns.kinds import double_headers, doubts, refuse_other_kind, totals, without_rows
from geo.read.geometry import heights
from geo.read.geometry.closing import closed
from geo.read.geometry.places import Places, locate, nowhere
from geo.read.geometry.shapes import fit
from geo.read.records import GeometryArray, Records


@dataclass(frozen=True)
class Assembled:
    """A frame and how it came about; as in `geo.frames.Reading`, with what its facts say of columns."""

    frame: gpd.GeoDataFrame
    refused: tuple[Refusal, ...]
    remarks: tuple[Refusal, ...]
    crs: str
    columns: dict[str, str]
    ignored: tuple[str, ...]


def assemble(
    records: Records, contract: Contract, *, said: Said | None = None, keep_invalid: bool = False
) -> Assembled:
    """Turn records into the frame of a contract.

    Rows are refused for their place, their geometry, or an id or code that an earlier row has, in this
    order; each row is refused once. A street line of several parts becomes several rows with the same
    row number, whose ids end in ``#2``, ``#3`` …

    Parameters
    ----------
    records : Records
        What the format handed on.
    contract : Contract
        What the frame is to hold.
    said : Said, optional
        What a person says of the coordinate system and of the headers.
    keep_invalid : bool
        Keep rows with an invalid polygon, or a code that an earlier row has, for those who examine them.

    Raises
    ------
    CrsUnknown
        Where the coordinate system is unknown or refused.
    InputError
        Where a person names a header or a column that is not there.
    MissingColumn
        Where the file has no column that the contract cannot do without.
    FileRefused
        Where none of its shapes can be of the kind.
    """
    said = said or Said()
    headers.refuse_unknown(records.headers, contract, said.fields)
    places = locate(records, said) if contract.geometry else nowhere(records)
    shapes, closings = closed(places.geometry, records.cells.index, contract)
    places = replace(places, geometry=shapes)
    refuse_other_kind(records.headers, shapes, contract)
    hidden = tuple("" if i in places.used.values() else h for i, h in enumerate(records.headers))
    positions = headers.match(hidden, contract, cut=records.cut, said=said.fields)
    _require(records, contract, places, positions)
    table, remarks = typed(records.cells, positions, contract)
    geometry, unfit, dropped = _fitted(places, table.index, contract, keep_invalid=keep_invalid)
    if contract.kind == "streets":
        table, steep = _with_slopes(table, places.geometry, geometry)
        dropped += steep
    table, sums, kinds = _judged(records, table, contract)
    sums = _once(sums, (*places.refused, *unfit))
    table, geometry = _without(table, geometry, (*places.refused, *unfit, *sums))
    table, shared = telling(table, contract)
    table = table.assign(source_id=source_ids(table, geometry, contract))
    twice = () if keep_invalid else duplicates(table, geometry, contract)
    refused = _by_row(records.refused, places.refused, unfit, sums, twice)
    gone = {refusal.row for refusal in refused}
    used = places.used | positions
    doubled = double_headers(records.headers, used)
    whole = (*records.remarks, *doubled, *shared, *closings, *_as_a_whole(records, contract))
    told = (*whole, *kinds, *remarks, *dropped)
    kept = [r for r in told if r.row not in gone]
    return Assembled(
        _frame(*_without(table, geometry, twice), contract),
        refused,
        _by_row(kept),
        places.system.label,
        {name: records.headers[at] for name, at in used.items()},
        tuple(h for i, h in enumerate(records.headers) if h and i not in used.values()),
    )


def _judged(
    records: Records, table: pd.DataFrame, contract: Contract
) -> tuple[pd.DataFrame, tuple[Refusal, ...], tuple[Refusal, ...]]:
    """Return the rows with the kinds of facilities judged, refusals of those that are none, and remarks."""
    sums = totals(table["name"], contract) if records.geometry is None and "name" in table else ()
    if contract.kind != "stations":
        return table, sums, ()
    table, strange, remarks = judged(table)
    return table, (*sums, *strange), remarks


def _as_a_whole(records: Records, contract: Contract) -> tuple[Refusal, ...]:
    if not len(records.cells) and not records.refused:
        return (without_rows(),)
    return doubts(records.headers, contract)


def _fitted(
    places: Places, rows: pd.Index, contract: Contract, *, keep_invalid: bool
) -> tuple[GeometryArray, tuple[Refusal, ...], tuple[Refusal, ...]]:
    """Return the geometry in EPSG:4326 of the rows whose place was read, refusals and remarks."""
    geometry = np.full(len(rows), None, dtype=object)
    if not contract.geometry:
        return geometry, (), ()
    located = ~rows.isin([refusal.row for refusal in places.refused])
    fitted = fit(places.geometry[located], rows[located], contract, places.system, keep_invalid=keep_invalid)
    geometry[located] = fitted.geometry
    return geometry, fitted.refused, fitted.remarks


def _with_slopes(
    table: pd.DataFrame, drawn: GeometryArray, placed: GeometryArray
) -> tuple[pd.DataFrame, tuple[Refusal, ...]]:
    """Take the slope of a street, and what it climbs, from its heights where no column says a slope."""
    found, climb, remarks = heights.believed(*heights.slopes(drawn, placed), table.index.to_numpy())
    slope, stated = table["slope"], table["slope"].notna() | table["climb"].notna()
    return table.assign(slope=slope.where(stated, found), climb=table["climb"].where(stated, climb)), remarks


def _require(records: Records, contract: Contract, places: Places, positions: Mapping[str, int]) -> None:
    located = bool(places.used) or (records.geometry is not None and bool(contract.geometry))
    if contract.geometry_required and not located:
        raise MissingColumn(
            f"The file says nowhere where its {contract.kind} are; send a layer such as GeoJSON or a "
            "Shapefile, or a table with a column of WKT headed 坐标.",
            reason="no-geometry",
            kind=contract.kind,
            column="geometry",
        )
    told = located or not len(records.cells) or bool({"name", "code"} & positions.keys())
    if "name" in contract.names and not told:
        column = next(column for column in contract.columns if column.name == "name")
        raise MissingColumn(
            f"The file has no column for the name of its {contract.kind}; head it "
            f"{', '.join(column.headers[:3])}.",
            reason="no-name-column",
            headers=list(column.headers[:3]),
            kind=contract.kind,
            column="name",
        )


def _without(
    table: pd.DataFrame, geometry: GeometryArray, refused: Sequence[Refusal]
) -> tuple[pd.DataFrame, GeometryArray]:
    keep = ~table.index.isin([refusal.row for refusal in refused])
    return table[keep], geometry[keep]


def _once(refused: Sequence[Refusal], before: Sequence[Refusal]) -> tuple[Refusal, ...]:
    """Return the first refusal of each row that was not refused before."""
    first = {one.row: one for one in reversed(refused)}
    return tuple(first[row] for row in sorted(first.keys() - {one.row for one in before}))


def _by_row(*groups: Iterable[Refusal]) -> tuple[Refusal, ...]:
    return tuple(sorted((r for group in groups for r in group), key=lambda r: r.row))


def _frame(table: pd.DataFrame, geometry: GeometryArray, contract: Contract) -> gpd.GeoDataFrame:
    if contract.kind == "streets":
        table, geometry = _divided(table, geometry)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=CRS)


def _divided(table: pd.DataFrame, geometry: GeometryArray) -> tuple[pd.DataFrame, GeometryArray]:
    """Make a row of each part of a line, the ids of the second and further ones suffixed."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    number = np.arange(len(owner)) - np.searchsorted(owner, owner) + 1
    rows = table.iloc[owner]
    ids = [
        key if n == 1 else f"{key}#{n}"
        for key, n in zip(rows["source_id"].tolist(), number.tolist(), strict=True)
    ]
    return rows.assign(source_id=pd.Series(ids, index=rows.index, dtype="str")), parts
