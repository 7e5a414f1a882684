"""Grids as Hypothesis draws them: names that trouble formats, several parts, holes, no outline."""

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import strategies as st

from geo.contracts import CONTRACTS

HEADERS = {column.name: column.headers[0] for column in CONTRACTS["grids"].columns}
TROUBLE = (
    "=1+1",
    "+86",
    "-0",
    "@甲",
    "'=1",
    "a/b",
    '"引号"',
    "<b>&amp;",
    "高新区😀",
    "㐂𠮷",
    "{{7*7}}",
    "00412",
    "1e5",
    "~",
)

_characters = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
texts = st.sampled_from(TROUBLE) | st.text(_characters, min_size=1, max_size=12)
# What is read is stripped, so that nothing else can stand in the database.
names = st.none() | texts.map(str.strip).filter(bool)
_degrees = st.floats(0, 0.0009)


@st.composite
def outlines(draw: st.DrawFn, column: int, row: int) -> shapely.MultiPolygon:
    """One or two parts in a cell of a hundredth of a degree, either with a hole, rings in any direction."""
    west, south = 104 + column * 0.01 + draw(_degrees), 30 + row * 0.01 + draw(_degrees)
    shell = shapely.box(west, south, west + 0.004, south + 0.008)
    if draw(st.booleans()):
        hole = shapely.box(west + 0.001, south + 0.001, west + 0.002, south + 0.002 + draw(_degrees))
        shell = shell.difference(hole)
    parts = [shell]
    if draw(st.booleans()):
        parts.append(shapely.box(west + 0.005, south, west + 0.006 + draw(_degrees), south + 0.004))
    turned = [part.reverse() if draw(st.booleans()) else part for part in parts]
    return shapely.MultiPolygon(turned)


@st.composite
def grids(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Return a frame by the contract of grids; ids and codes are unique."""
    keys = draw(st.lists(texts.map(str.strip).filter(bool), min_size=1, max_size=4, unique=True))
    shapes = [
        None if draw(st.integers(0, 5)) == 0 else draw(outlines(i % 2, i // 2)) for i in range(len(keys))
    ]
    columns: dict[str, Any] = {
        "source_id": keys,
        "code": [f"{i}/{key}" for i, key in enumerate(keys)],
        "name": [draw(names) for _ in keys],
        "kind": [draw(st.sampled_from([None, "independent", "聚集X"])) for _ in keys],
        "basis": ["area"] * len(keys),
        "level": ["grid"] * len(keys),
        "parent_code": [draw(names) for _ in keys],
        "park_code": [draw(names) for _ in keys],
        "chief": [draw(names) for _ in keys],
    }
    table = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs="EPSG:4326"))
