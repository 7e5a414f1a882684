r"""The parcel: a reading as bytes and back, JSON for what is text and WKB for shapes.

Who opens a parcel may not believe who packed it, since that process has read a stranger's file: nothing is
ever unpickled, the columns are those of the contract, and the shapes are measured before GEOS sees them.

::

    {"facts": …, "columns": …, "refused": …, "remarks": …}\n    one line of JSON
    lengths                                                      uint32 for each row, 0 for no shape
    shapes                                                       little-endian WKB, one after the other
"""

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.contracts import Column, Contract
from geo.frames import CRS, Facts, Reading, Refusal
from geo.read.sandbox.measuring import TYPES, measure
from geo.read.survey import HOWS, SHAPES, Encoding, FieldFound, LayerFound, Stated, Survey


def pack(reading: Reading) -> bytes:
    """Return a reading as bytes."""
    frame = reading.frame
    table = pd.DataFrame(frame.drop(columns="geometry"))
    said = {
        "facts": asdict(reading.facts),
        "rows": frame.index.tolist(),
        "columns": {name: [_plain(value) for value in table[name].tolist()] for name in table.columns},
        "refused": [asdict(refusal) for refusal in reading.refused],
        "remarks": [asdict(refusal) for refusal in reading.remarks],
    }
    return _packed(said, frame.geometry.tolist())


def pack_survey(survey: Survey) -> bytes:
    """Return a survey as bytes; shapes of other types than points, lines and polygons are left out."""
    outlines = survey.outlines
    said = {
        "names": [survey.name, survey.format, survey.sha256],
        "layer": survey.layer,
        "entry": survey.entry,
        "layers": [one.to_dict() for one in survey.layers],
        "encoding": asdict(survey.encoding),
        "stated": asdict(survey.stated),
        "fields": [asdict(field) for field in survey.fields],
        "features": survey.features,
        "remarks": [asdict(remark) for remark in survey.remarks],
        "rows": outlines.index.tolist(),
        "codes": [_plain(value) for value in outlines["code"].tolist()],
        "titles": [_plain(value) for value in outlines["name"].tolist()],
    }
    shapes = outlines.geometry.tolist()
    return _packed(said, [shape if shape is None or shape.geom_type in TYPES else None for shape in shapes])


def _packed(said: Mapping[str, Any], shapes: list[shapely.Geometry | None]) -> bytes:
    bodies = [b"" if s is None else shapely.to_wkb(s, output_dimension=2, byte_order=1) for s in shapes]
    lengths = np.array([len(body) for body in bodies], dtype="<u4")
    head = json.dumps(said, default=_plain).encode()
    return b"\n".join((head, lengths.tobytes() + b"".join(bodies)))


def unpack(data: bytes, contract: Contract) -> Reading:
    """Return the reading in a parcel, its frame as the contract says.

    Raises
    ------
    ValueError
        Where the parcel is none, or holds other shapes than the contract allows.
    """
    with _malformed():
        said, rows, body = _opened(data)
        columns = {c.name: _series(said["columns"][c.name], c, rows) for c in contract.columns}
        shapes = _shapes(body, len(rows), {TYPES[name] for name in contract.geometry})
        return Reading(
            gpd.GeoDataFrame(columns, index=rows, geometry=shapes, crs=CRS),
            _refusals(said["refused"]),
            _facts(said["facts"]),
            _refusals(said["remarks"]),
        )


def unpack_survey(data: bytes) -> Survey:
    """Return the survey in a parcel.

    Raises
    ------
    ValueError
        Where the parcel is none, or holds other shapes than points, lines and polygons.
    """
    with _malformed():
        said, rows, body = _opened(data)
        texts = {
            name: _series(said[key], Column(name, "text"), rows)
            for name, key in (("code", "codes"), ("name", "titles"))
        }
        name, form, sha256 = map(str, said["names"])
        return Survey(
            name=name,
            format=form,
            sha256=sha256,
            layer=_text(said["layer"]),
            layers=tuple(_layer(one) for one in said["layers"]),
            encoding=_encoding(said["encoding"]),
            stated=_stated(said["stated"]),
            fields=tuple(_field(field) for field in said["fields"]),
            features=int(said["features"]),
            outlines=gpd.GeoDataFrame(
                texts, index=rows, geometry=_shapes(body, len(rows), set(TYPES.values()))
            ),
            remarks=_refusals(said["remarks"]),
            entry=_text(said["entry"]),
        )


def _opened(data: bytes) -> tuple[dict[str, Any], pd.Index, bytes]:
    head, _, body = data.partition(b"\n")
    said = json.loads(head)
    return said, pd.Index(np.array(said["rows"], dtype=np.int64), name="row"), body


@contextmanager
def _malformed() -> Iterator[None]:
    """Turn what a malformed parcel leads to into one error."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, struct.error, RecursionError) as error:
        raise ValueError(f"the parcel is malformed: {error!r}") from error
    except shapely.errors.ShapelyError as error:
        raise ValueError(f"the parcel holds a shape that is none: {error}") from error


def _plain(value: Any) -> Any:
    """Return what JSON can hold of a cell or a detail; missing is null."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value


def _series(values: list[Any], column: Column, rows: pd.Index) -> "pd.Series[Any]":
    if len(values) != len(rows):
        raise ValueError(f"the parcel has {len(values)} cells of {column.name} for {len(rows)} rows")
    if column.type == "date":
        days = [None if value is None else date.fromisoformat(value) for value in values]
        return pd.Series(days, index=rows, dtype="object")
    if column.type == "list":
        lists = [[str(item) for item in value] for value in values]
        return pd.Series(lists, index=rows, dtype="object")
    dtype = {"text": "str", "integer": "Int64", "number": "float64", "percent": "float64"}[column.type]
    return pd.Series(values, index=rows, dtype=dtype)


def _refusals(said: Iterable[Mapping[str, Any]]) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(int(one["row"]), str(one["code"]), str(one["message"]), dict(one["details"])) for one in said
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _encoding(said: Mapping[str, Any]) -> Encoding:
    how = HOWS[HOWS.index(said["how"])]
    return Encoding(_text(said["name"]), how, tuple(map(str, said["samples"])))


def _stated(said: Mapping[str, Any]) -> Stated:
    texts = {key: _text(said[key]) for key in ("text", "label", "refused", "reason")}
    if said["how"] not in ("file", "format", "none"):
        raise ValueError("the parcel says of no system how it is known")
    return Stated(**texts, how=said["how"])


def _layer(said: Mapping[str, Any]) -> LayerFound:
    features = None if said["features"] is None else int(said["features"])
    shape = SHAPES[SHAPES.index(said["shape"])]
    return LayerFound(str(said["name"]), features, shape, tuple(map(str, said["headers"])))


def _field(said: Mapping[str, Any]) -> FieldFound:
    return FieldFound(str(said["header"]), _text(said["column"]), tuple(map(str, said["samples"])))


def _facts(said: Mapping[str, Any]) -> Facts:
    return Facts(
        name=str(said["name"]),
        format=str(said["format"]),
        sha256=str(said["sha256"]),
        crs=str(said["crs"]),
        encoding=_text(said["encoding"]),
        columns={str(ours): str(theirs) for ours, theirs in said["columns"].items()},
        ignored=tuple(map(str, said["ignored"])),
        layer=_text(said["layer"]),
        entry=_text(said["entry"]),
    )


def _shapes(body: bytes, rows: int, allowed: set[int]) -> npt.NDArray[np.object_]:
    lengths = np.frombuffer(body, "<u4", count=rows)
    ends = 4 * rows + np.cumsum(lengths, dtype=np.int64)
    if len(body) != (ends[-1] if rows else 0):
        raise ValueError("the parcel's shapes have other lengths than it states")
    shapes = np.full(rows, None, dtype=object)
    for i, (end, length) in enumerate(zip(ends.tolist(), lengths.tolist(), strict=True)):
        if length:
            shapes[i] = body[end - length : end]
            measure(shapes[i], allowed)
    read: npt.NDArray[np.object_] = shapely.from_wkb(shapes)
    return read
