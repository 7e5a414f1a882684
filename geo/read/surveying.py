"""Surveying: the records of any format become a survey, with nothing converted and nothing refused."""

from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.contracts import Contract
from geo.errors import CrsUnknown
from geo.frames import Said
from geo.read.columns import headers
from geo.read.columns.kinds import refuse_other_kind
from geo.read.encodings import guessed, samples
from geo.read.geometry.closing import closed
from geo.read.geometry.places import raw_places
from geo.read.geometry.systems import NAMELESS, system_of
from geo.read.records import GeometryArray, Records
from geo.read.survey import Encoding, FieldFound, Stated, Survey

SAMPLED = 5_000
_SAMPLES = 3
_SHOWN = 60
_LOOKED_AT = 2_000
_TEXT = 10_000
_DEGREES = "EPSG:4326"
_BY_STANDARD = ("kml", "kmz")
"""Formats whose standard knows one coordinate system."""


def survey_of(records: Records, contract: Contract, *, path: Path, sha256: str, said: Said) -> Survey:
    """Say what records are.

    Parameters
    ----------
    records : Records
        What the format handed on.
    contract : Contract
        What the file is to be read as.
    path : Path
        The file, for its name alone.
    sha256 : str
        Of its bytes.
    said : Said
        What a person says.

    Raises
    ------
    InputError
        Where a person names a header or a column that is not there.
    FileRefused
        Where none of its shapes can be of the kind.
    """
    headers.refuse_unknown(records.headers, contract, said.fields)
    geometry, used = raw_places(records, said)
    geometry, _ = closed(geometry, records.cells.index, contract)
    refuse_other_kind(records.headers, geometry, contract)
    hidden = tuple("" if i in used.values() else h for i, h in enumerate(records.headers))
    positions = used | headers.match(hidden, contract, cut=records.cut, said=said.fields)
    return Survey(
        name=path.name,
        format=records.format,
        sha256=sha256,
        layer=records.layer,
        layers=records.layers[:100],
        encoding=Encoding(records.encoding, records.how, samples(records)),
        stated=_stated(records, tabled=bool(used)),
        fields=_fields(records, positions),
        features=len(records.cells) + len(records.refused),
        outlines=_outlines(records, geometry, positions),
        remarks=(*guessed(records), *records.remarks),
    )


def _stated(records: Records, *, tabled: bool) -> Stated:
    if records.crs is None:
        # A table that says nothing is read as degrees, as `geo.read.geometry.places` has it.
        return Stated(_DEGREES, label=_DEGREES, how="format") if tabled else Stated()
    how: Literal["file", "format"] = "file"
    if records.assumed or records.format in _BY_STANDARD:
        how = "format"
    text = records.crs.lstrip("\ufeff").strip()
    try:
        label = system_of(text).label
    except CrsUnknown as error:
        name = str(error.details.get("system", "a system that is not known here"))
        if name == NAMELESS:
            return Stated(text[:_TEXT])  # It says that nobody knows, which is as good as nothing.
        return Stated(text[:_TEXT], refused=name, reason=error.message, how="file")
    return Stated(text[:_TEXT], label=label, how=how)


def _fields(records: Records, positions: dict[str, int]) -> tuple[FieldFound, ...]:
    meant = {position: name for name, position in positions.items()}
    return tuple(
        FieldFound(header, meant.get(i), tuple(v[:_SHOWN] for v in _first_values(records.cells[i])))
        for i, header in enumerate(records.headers)
        if header
    )


def _first_values(cells: "pd.Series[str]") -> list[str]:
    return [str(value) for value in cells.dropna().head(_LOOKED_AT).unique()[:_SAMPLES]]


def _outlines(records: Records, geometry: GeometryArray, positions: dict[str, int]) -> gpd.GeoDataFrame:
    count = len(records.cells)
    taken = np.unique(np.linspace(0, count - 1, SAMPLED).astype(np.int64)) if count > SAMPLED else slice(None)
    cells = records.cells.iloc[taken]
    blank = pd.Series(None, index=cells.index, dtype="str")
    columns = {
        name: cells[positions[name]].str.strip() if name in positions else blank for name in ("code", "name")
    }
    return gpd.GeoDataFrame(columns, index=cells.index, geometry=geometry[taken])
