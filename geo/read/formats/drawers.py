"""Drawers: folders of a KML and layers of a drawing, which divide what is one layer for all but the eye."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geo.contracts import Contract
from geo.read.formats.choice import shape_of, suiting
from geo.read.formats.gdal import Layer
from geo.read.geometry.closing import closed
from geo.read.records import Records
from geo.read.survey import LayerFound

_LAYER = "Layer"
"""The field in which GDAL says in which layer of a drawing something is."""
_NAMELESS = "0"


def joined(layers: Sequence[Layer]) -> Layer:
    """Return layers one after the other, with the headers of all; rows are numbered through.

    Parameters
    ----------
    layers : sequence of Layer
        At least one, in one coordinate system.
    """
    if len(layers) == 1:
        return layers[0]
    headers = tuple(dict.fromkeys(header for layer in layers for header in layer.headers))
    columns: list[list[str | None]] = [[] for _ in headers]
    remarks, before = [], 0
    for layer in layers:
        at = dict(zip(layer.headers, layer.columns, strict=True))
        for header, so_far in zip(headers, columns, strict=True):
            so_far.extend(at.get(header, [None] * len(layer.geometry)))
        remarks += [replace(one, row=one.row + before if one.row else 0) for one in layer.remarks]
        before += len(layer.geometry)
    geometry = np.concatenate([layer.geometry for layer in layers])
    return Layer(geometry, headers, tuple(columns), layers[0].crs, tuple(remarks))


def of_drawing(records: Records, contract: Contract, said: str | None) -> Records:
    """Return the rows of a drawing whose layers can be of a kind, or of the layer that a person says.

    Inscriptions and auxiliary lines lie in layers of their own; rows keep their numbers.

    Raises
    ------
    InputError
        Where a person says a layer that the drawing does not have.
    """
    if _LAYER not in records.headers or records.geometry is None or not len(records.cells):
        return records
    names = records.cells[records.headers.index(_LAYER)].fillna(_NAMELESS).to_numpy(dtype=object)
    shapes, _ = closed(records.geometry, records.cells.index, contract)
    layers = [
        LayerFound(str(name), int((names == name).sum()), shape_of(shapes[names == name]))
        for name in dict.fromkeys(names.tolist())
    ]
    taken, remarks = suiting(layers, contract, said)
    kept = np.flatnonzero(np.isin(names.astype(str), [one.name for one in taken]))
    return replace(
        records,
        cells=records.cells.iloc[kept],
        geometry=records.geometry[kept],
        layer="、".join(one.name for one in taken[:3]) + (" …" if len(taken) > 3 else ""),
        layers=tuple(layers),
        remarks=(*remarks, *records.remarks),
    )
