"""Arrow: layers handed to GDAL in batches, so that memory stays bounded, and under a clock of ours."""

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
import shapely

from geo.errors import SystemFailure
from geo.write.form import Field, Layer

_BATCH = 10_000
_GEOMETRY = "geom"
_TYPES = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}

# GDAL has one clock for the whole process; two files must not be written under different ones at once.
_CLOCK = threading.Lock()


def write_gdal(layer: Layer, path: Path, driver: str, *, fields: Sequence[Field]) -> None:
    """Write a layer with GDAL.

    Parameters
    ----------
    layer : Layer
        With geometry.
    path : Path
        A file that is not there yet.
    driver : str
        GDAL's name of the format.
    fields : sequence of Field
        Those of the layer that GDAL is to write.

    Raises
    ------
    SystemFailure
        Where the file cannot be written.
    """
    schema = pa.schema(
        [*(pa.field(one.header, _TYPES[one.kind]) for one in fields), (_GEOMETRY, pa.binary())]
    )
    reader = pa.RecordBatchReader.from_batches(schema, _batches(layer, fields, schema))
    with _clock(layer.form.written), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            pyogrio.write_arrow(
                reader,
                path,
                layer=layer.form.name,
                driver=driver,
                geometry_name=_GEOMETRY,
                geometry_type=layer.kind,
                crs=layer.system.label,
                encoding="UTF-8",
            )
        except (RuntimeError, RuntimeWarning) as error:  # RuntimeError is the base of pyogrio's.
            raise SystemFailure(f"“{path.name}” cannot be written ({str(error)[:160]}).") from error


def _batches(layer: Layer, fields: Sequence[Field], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(layer), _BATCH):
        part = slice(start, start + _BATCH)
        arrays: list[Any] = [pa.array(one.values[part], _TYPES[one.kind]) for one in fields]
        shapes = shapely.to_wkb(layer.geometry[part], flavor="iso")  # type: ignore[index]
        yield pa.RecordBatch.from_arrays([*arrays, pa.array(shapes, pa.binary())], schema=schema)


@contextmanager
def _clock(moment: datetime) -> Iterator[None]:
    """Let GDAL believe that it is this moment, while a file is being written."""
    with _CLOCK:
        before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
        pyogrio.set_gdal_config_options(
            {"OGR_CURRENT_DATE": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"}
        )
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
