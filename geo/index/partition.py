"""The partition index itself: polygons, ready to be asked which of them covers a point."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.index import ways
from geo.index.blocks import Blocks, Ground
from geo.index.chains import blocks_by_numpy
from geo.index.outlines import Outlines, outlines
from geo.index.patch import Patch
from geo.index.raster import Floats, Raster, fitted
from geo.index.seams import seamed
from geo.index.shelf import Shelf
from geo.index.tracing import blocks_by_loops

CELLS_FOR_A_POLYGON = 512


@dataclass(frozen=True)
class PartitionIndex:
    """A partition of n polygons, ready to be asked; its arrays may be shared, and never change.

    Parameters
    ----------
    raster : Raster
        The cells.
    shape : Outlines
        The vertices.
    blocks : Blocks
        What is in the cells.
    patch : Patch, optional
        What was redrawn since (`geo.index.renewal`): a label beyond the chains of the blocks means a chain
        of the patch.
    """

    raster: Raster
    shape: Outlines
    blocks: Blocks
    patch: Patch | None = None

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """The chains with their vertices: of the blocks, then of the patch."""
        ground = Ground(self.blocks.chain, self.shape.xy)
        return (ground,) if self.patch is None else (ground, Ground(self.patch.chain, self.patch.shape.xy))

    def outline_of(self, polygon: int) -> Outlines:
        """Return the outline of one polygon as it is now."""
        redrawn = None if self.patch is None else self.patch.place(polygon)
        if self.patch is None or redrawn is None:
            return self.shape.some(np.array([polygon]))
        return self.patch.shape.some(np.array([redrawn]))

    def edges_of(self, polygon: int) -> tuple[Floats, Floats]:
        """Return the first and the last vertices of its edges, each of shape (n, 2)."""
        redrawn = None if self.patch is None else self.patch.place(polygon)
        if self.patch is None or redrawn is None:
            return self.shape.edges_of(polygon)
        return self.patch.shape.edges_of(redrawn)

    def keep_on(self, shelf: Shelf) -> None:
        """Keep it for other processes, unless something was redrawn since it was built."""
        if self.patch is None:
            shelf.keep(self.shape, self.raster, self.blocks)

    @property
    def nbytes(self) -> int:
        """The bytes of all arrays."""
        shape, blocks = self.shape, self.blocks
        arrays = (shape.xy, shape.ring, shape.owned, blocks.label, blocks.chain, blocks.seam)
        return sum(array.nbytes for array in arrays)


def partition_index(
    polygons: npt.NDArray[Any], *, cells_for_a_polygon: int = CELLS_FOR_A_POLYGON, shelf: Shelf | None = None
) -> PartitionIndex:
    """Index polygons; the first that covers a point is its polygon.

    Parameters
    ----------
    polygons : ndarray of shapely Polygon or MultiPolygon
        In the order in which they win, with coordinates up to 1e150; an empty one covers nothing. They
        may overlap, have holes and parts. A ring that crosses itself is read by the even-odd rule.
    cells_for_a_polygon : int
        More cells make the building longer and the questions shorter; the answers are the same.
    shelf : Shelf, optional
        Where it is taken from if it is there, and else kept.

    Returns
    -------
    PartitionIndex
        To be asked with `geo.index.location.locate`.
    """
    shape = outlines(polygons)
    raster = fitted(shape.xy[:, 0], shape.xy[:, 1], cells_for_a_polygon * len(polygons))
    if shelf is None:
        return PartitionIndex(raster, shape, seamed(shape, blocks_of(shape, raster)))
    kept = shelf.take(shape, raster)
    if kept is None:
        kept = shape, seamed(shape, blocks_of(shape, raster))
        shelf.keep(shape, raster, kept[1])
    return PartitionIndex(raster, *kept)


def blocks_of(shape: Outlines, raster: Raster) -> Blocks:
    """Return the blocks of polygons, without seams, by the way that is at hand."""
    return blocks_by_loops(shape, raster) if ways.swift() else blocks_by_numpy(shape, raster)
