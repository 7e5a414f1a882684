"""Grids: the blocks, exclusive grids, micro-grids, general grids and parks of the demo district."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.demo.fabric import Fabric
from geo.demo.names import MARK, coined_words, park_names
from geo.demo.plan import CRS_M, Plan

_INDEPENDENT_SHARE = 0.33
_BAND_M = 1200.0


@dataclass(frozen=True)
class Grids:
    """All boundaries of the district, GeoDataFrames in EPSG:4544 sorted by code.

    Parameters
    ----------
    blocks, grids, micro, general : GeoDataFrame
        Columns of `geo.contracts.GRIDS`. Each block is the union of its grids, each grid of its
        micro-grids (none at the scale chengdu); general grids are the residential lots between.
    parks : GeoDataFrame
        Columns of `geo.contracts.PARKS`; each a union of grids of one block.
    heat : ndarray (grids,)
        How strongly work clusters in each grid.
    """

    blocks: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    micro: gpd.GeoDataFrame
    general: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame
    heat: NDArray[np.float64]


def build_grids(fabric: Fabric, plan: Plan, rng: np.random.Generator) -> Grids:
    """Draw the boundaries from the fabric's faces and number them, west to east in bands from the north."""
    work = fabric.faces[fabric.faces["use"] == "work"].reset_index(drop=True)
    units = _dissolved(work, "lot") if plan.micro_per_grid else work
    single = ~units["lot"].duplicated(keep=False).to_numpy() & (plan.micro_per_grid == 0)
    block = _numbered(_dissolved(units, "quarter"))
    units = units.merge(block[["quarter", "number"]], on="quarter").rename(columns={"number": "block"})
    units["single"] = single
    units = units.iloc[_reading_order(units.geometry, band_m=300.0)]
    units = units.sort_values("block", kind="stable").reset_index(drop=True)
    word = np.array(coined_words(len(block), rng))
    grids = _grid_frame(units, word, rng)
    park_of, parks = _parks(units, plan, rng)
    grids["park_code"] = park_of
    codes = [_block_code(n) for n in block["number"]]
    blocks = _frame(
        codes, [f"{MARK}{w}片区" for w in word], block.geometry, chief=[f"片区长（{c}）" for c in codes]
    )
    return Grids(
        blocks=blocks,
        grids=grids,
        micro=_micro(work, units, grids) if plan.micro_per_grid else grids.iloc[:0],
        general=_general(fabric, rng),
        parks=parks,
        heat=units["heat"].to_numpy(),
    )


def _dissolved(faces: gpd.GeoDataFrame, by: str) -> gpd.GeoDataFrame:
    """Unite faces that share a value; only shared borders go, all vertices stay."""
    heat = faces.groupby(by)["heat"].mean()
    quarter = faces.groupby(by)["quarter"].first()
    parts = {key: shapely.coverage_union_all(group.to_numpy()) for key, group in faces.groupby(by).geometry}
    data = {by: heat.index, "heat": heat.to_numpy(), "quarter": quarter.to_numpy()}
    return gpd.GeoDataFrame(data, geometry=[parts[key] for key in heat.index], crs=CRS_M)


def _reading_order(geometry: gpd.GeoSeries, *, band_m: float) -> NDArray[np.int64]:
    """Return the order of a reader: bands from north to south, in each from west to east."""
    centre = shapely.get_coordinates(shapely.centroid(geometry.to_numpy()))
    return np.lexsort((centre[:, 0], -np.floor(centre[:, 1] / band_m)))


def _numbered(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    ordered = blocks.iloc[_reading_order(blocks.geometry, band_m=_BAND_M)].reset_index(drop=True)
    return ordered.assign(number=np.arange(1, len(ordered) + 1))


def _block_code(number: int) -> str:
    return f"GX-{number:03d}"


def _frame(
    codes: list[str], names: list[str], geometry: gpd.GeoSeries, **columns: object
) -> gpd.GeoDataFrame:
    data = {"source_id": codes, "code": codes, "name": names, **columns}
    return gpd.GeoDataFrame(data, geometry=geometry.to_numpy(), crs=CRS_M)


def _grid_frame(
    units: gpd.GeoDataFrame, word: NDArray[np.str_], rng: np.random.Generator
) -> gpd.GeoDataFrame:
    number = range(1, len(units) + 1)
    block = units["block"].to_numpy()
    within = units.groupby("block").cumcount().to_numpy() + 1
    codes = [f"{_block_code(b)}-{n:04d}" for b, n in zip(block, number, strict=True)]
    names = [f"{MARK}{word[b - 1]}片区第{w}网格" for b, w in zip(block, within, strict=True)]
    # A unit that has a lot to itself is more often one employer's own ground.
    leaning = rng.random(len(units)) + 0.7 * units["single"].to_numpy()
    alone = np.zeros(len(units), dtype=bool)
    alone[np.argsort(-leaning, kind="stable")[: round(_INDEPENDENT_SHARE * len(units))]] = True
    return _frame(
        codes,
        names,
        units.geometry,
        kind=np.where(alone, "独立型", "聚集型"),
        parent_code=[_block_code(b) for b in block],
        chief=[f"网格长（{n:04d}）" for n in number],
    )


def _micro(work: gpd.GeoDataFrame, units: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    owner = pd.Series(units.index, index=units["lot"])[work["lot"]].to_numpy()
    order = _reading_order(work.geometry, band_m=80.0)
    order = order[np.argsort(owner[order], kind="stable")]
    owner = owner[order]
    within = pd.Series(owner).groupby(owner).cumcount().to_numpy() + 1
    parent = grids["code"].to_numpy()[owner]
    codes = [f"{p}-{w}" for p, w in zip(parent, within, strict=True)]
    names = [f"{n}{w}号微网格" for n, w in zip(grids["name"].to_numpy()[owner], within, strict=True)]
    return _frame(
        codes, names, work.geometry.iloc[order], parent_code=parent, chief=[f"微网格长（{c}）" for c in codes]
    )


def _general(fabric: Fabric, rng: np.random.Generator) -> gpd.GeoDataFrame:
    living = fabric.faces[fabric.faces["use"] == "living"]
    living = living.iloc[_reading_order(living.geometry, band_m=300.0)]
    number = range(1, len(living) + 1)
    quarter = living["quarter"].to_numpy()
    word = np.array(coined_words(int(quarter.max()) + 1, rng))[quarter]
    codes = [f"YB-{n:04d}" for n in number]
    names = [f"{MARK}{w}社区第{n}一般网格" for w, n in zip(word, number, strict=True)]
    return _frame(codes, names, living.geometry, chief=[f"网格员（{c}）" for c in codes])


def _parks(
    units: gpd.GeoDataFrame, plan: Plan, rng: np.random.Generator
) -> tuple[NDArray[np.object_], gpd.GeoDataFrame]:
    """Return the park code of each unit (None in most) and the parks: the hottest ground of each block."""
    beside = _neighbours(units)
    hottest = units.groupby("block")["heat"].max().sort_values(ascending=False, kind="stable")
    blocks = np.sort(hottest.index.to_numpy()[: plan.parks])
    park_of = np.full(len(units), None, dtype=object)
    shapes = []
    for n, block in enumerate(blocks, start=1):
        mine = np.flatnonzero(units["block"] == block)
        seed = int(mine[np.argmax(units["heat"].to_numpy()[mine])])
        members = _grown(seed, set(mine.tolist()), beside, int(rng.integers(2, 15)))
        park_of[members] = f"PARK-{n:02d}"
        shapes.append(shapely.coverage_union_all(units.geometry.to_numpy()[members]))
    codes = [f"PARK-{n:02d}" for n in range(1, len(blocks) + 1)]
    return park_of, _frame(codes, park_names(len(blocks), rng), gpd.GeoSeries(shapes))


def _neighbours(units: gpd.GeoDataFrame) -> dict[int, list[int]]:
    """Return the units that share a border, not a corner alone, with each."""
    shapes = units.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="touches")
    shared = shapely.length(shapely.intersection(shapes[left], shapes[right])) > 1.0
    beside: dict[int, list[int]] = {}
    for one, other in sorted(zip(left[shared].tolist(), right[shared].tolist(), strict=True)):
        beside.setdefault(one, []).append(other)
    return beside


def _grown(seed: int, allowed: set[int], beside: dict[int, list[int]], size: int) -> list[int]:
    """Return a connected group around a unit, breadth first."""
    members = [seed]
    for unit in members:
        for other in beside.get(unit, []):
            if len(members) < size and other in allowed and other not in members:
                members.append(other)
    return sorted(members)
