"""GeoJSON (RFC 7946): UTF-8, degrees, each coordinate with all its digits."""

import json
from pathlib import Path

import shapely

from geo.frames import Refusal
from geo.write.form import Layer

_BATCH = 5_000


def write_geojson(layer: Layer, path: Path) -> tuple[Refusal, ...]:
    """Write a layer as a FeatureCollection, one feature on a line.

    Rings keep their direction, which RFC 7946 asks readers to bear, so that what comes back is the same.
    """
    keys = [json.dumps(one.header, ensure_ascii=False) for one in layer.fields]
    columns = [one.values for one in layer.fields]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"type":"FeatureCollection","name":{json.dumps(layer.form.name)},"features":[')
        for start in range(0, len(layer), _BATCH):
            part = slice(start, start + _BATCH)
            shapes = shapely.to_geojson(layer.geometry[part])  # type: ignore[index]
            rows = zip(*(values[part] for values in columns), strict=True)
            for number, (row, shape) in enumerate(zip(rows, shapes, strict=True), start):
                cells = ",".join(
                    f"{key}:{json.dumps(value, ensure_ascii=False)}"
                    for key, value in zip(keys, row, strict=True)
                )
                file.write(
                    f"{',' if number else ''}\n"
                    f'{{"type":"Feature","properties":{{{cells}}},"geometry":{shape or "null"}}}'
                )
        file.write("\n]}\n")
    return ()
