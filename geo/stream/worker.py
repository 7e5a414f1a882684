"""What a worker of a Dask cluster has and does: the grids, made ready in its process, and the pieces."""

import secrets
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from distributed import Worker, WorkerPlugin, get_worker

from geo.assignment.locator import Locator, make_locator
from geo.errors import SystemFailure
from geo.frames import CRS
from geo.index.choice import cells_for
from geo.index.shelf import Shelf
from geo.stream.batch import Outcome, Piece
from geo.stream.crew import work_out

_FOLDER = "gridcircle-index"
"""Beside the folders of the workers of another machine."""


class Grids(WorkerPlugin):
    """The plug-in that makes the grids ready in each worker process, once.

    Parameters
    ----------
    locator : Locator
        The grids, ready here; their codes and outlines are what is sent.
    points : int
        About how many points will be asked for.
    folder : Path
        Where the index is kept for workers of this machine.
    """

    def __init__(self, locator: Locator, points: int, folder: Path) -> None:
        # Two runs on one cluster, even with the same grids, must not take them from one another.
        self.name = f"gridcircle-{secrets.token_hex(8)}"
        self._codes = [str(code) for code in locator.codes]
        self._versions = locator.grids.index.to_numpy(dtype=np.int64)
        self._outlines = shapely.to_wkb(locator.polygons).tolist()
        self._points = points
        # Said once, here: a process that has loaded no loops would choose other cells, and find no index.
        self._cells = cells_for(points, len(locator.polygons))
        self._folder = folder
        self._locator: Locator | None = None

    @property
    def locator(self) -> Locator:
        """The grids, ready in this process.

        Raises
        ------
        SystemFailure
            Where they are not yet.
        """
        if self._locator is None:
            raise SystemFailure("A worker was asked before its grids were ready; start the work again.")
        return self._locator

    def setup(self, worker: Worker) -> None:
        """Make the grids ready, with the index that is kept on this machine, or else is kept now."""
        there = self._folder if self._folder.is_dir() else Path(worker.local_directory).parent / _FOLDER
        shapes = shapely.from_wkb(np.array(self._outlines, dtype=object))
        index = pd.Index(self._versions)
        frame = gpd.GeoDataFrame({"code": self._codes}, geometry=shapes, index=index, crs=CRS)
        self._locator = make_locator(frame, points=self._points, cells=self._cells, shelf=Shelf(there))

    def teardown(self, worker: Worker) -> None:
        """Let the grids go."""
        self._locator = None


def work_there(piece: Piece, name: str, *, places: bool) -> Outcome:
    """Work out a piece with the grids of the worker that this runs in."""
    grids: Any = get_worker().plugins[name]
    return work_out(piece, grids.locator, places=places)
