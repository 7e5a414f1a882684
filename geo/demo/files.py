"""The files: the demo district as its offices would send it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.demo.district import District, build_district
from geo.demo.formats import (
    write_csv,
    write_excel,
    write_geojson,
    write_geopackage,
    write_shapefile,
)
from geo.demo.plan import Scale
from geo.frames import Progress, no_progress

_Writer = Callable[[gpd.GeoDataFrame, Path, str], None]


@dataclass(frozen=True)
class DemoFile:
    """One file, and how it is loaded.

    Parameters
    ----------
    path : Path
        Where it lies.
    kind : str
        A key of `geo.contracts.CONTRACTS`: the word after ``gridcircle load``.
    options : dict of str to str
        What a user adds on the command line, such as ``{"level": "block"}``.
    """

    path: Path
    kind: str
    options: dict[str, str] = field(default_factory=dict)


def write_district(
    folder: Path, *, scale: Scale = "small", seed: int = 1, on_progress: Progress = no_progress
) -> list[DemoFile]:
    """Write the district's files into a folder, which is made where it is missing.

    Parameters
    ----------
    folder : Path
        Files of the same names in it are replaced.
    scale : {"small", "chengdu"}
        Three grids with twelve micro-grids, or 1,358 grids on 87 km².
    seed : int
        The same seed gives the same bytes.
    on_progress : callable
        Told a fraction and a message.

    Returns
    -------
    list of DemoFile
        In the order in which they are to be loaded.
    """
    folder.mkdir(parents=True, exist_ok=True)
    district = build_district(
        scale=scale, seed=seed, on_progress=lambda share, text: on_progress(0.7 * share, text)
    )
    files = []
    sheets = _sheets(district)
    for n, (name, kind, options, frame, write) in enumerate(sheets):
        on_progress(0.7 + 0.3 * n / len(sheets), f"writing {name}")
        write(frame, folder / name, kind)
        files.append(DemoFile(folder / name, kind, options))
    on_progress(1.0, "written")
    return files


def _sheets(
    district: District,
) -> list[tuple[str, str, dict[str, str], gpd.GeoDataFrame | pd.DataFrame, _Writer]]:
    """Return name, kind, options, frame and writer of each file, in the order of loading."""
    grids, large = district.grids, district.plan.scale == "chengdu"
    base: tuple[str, _Writer] = ("base.gpkg", write_geopackage) if large else ("base.geojson", write_geojson)
    firms: tuple[str, _Writer] = (
        ("enterprises.csv", write_csv) if large else ("enterprises.xlsx", write_excel)
    )
    sheets = [
        ("parks.geojson", "parks", {}, grids.parks, write_geojson),
        ("blocks.gpkg", "grids", {"level": "block"}, grids.blocks, write_geopackage),
        ("grids.zip", "grids", {"level": "grid"}, grids.grids, write_shapefile),
        ("micro_grids.zip", "grids", {"level": "micro"}, grids.micro, write_shapefile),
        ("general_grids.zip", "general-grids", {}, grids.general, write_shapefile),
        ("streets.gpkg", "streets", {}, district.streets, write_geopackage),
        (base[0], "base", {}, district.base, base[1]),
        ("stations.xlsx", "stations", {}, district.facilities, write_excel),
        (firms[0], "enterprises", {}, district.enterprises, firms[1]),
        ("organisations.xlsx", "organisations", {}, district.organisations, write_excel),
    ]
    return [sheet for sheet in sheets if len(sheet[3])]
