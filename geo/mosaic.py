"""The mosaic: grids and the ground between them cut into faces, each of which belongs to somebody."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.holes import covers_of, faces, segment_lines, segments_of
from geo.outlines import GeometryArray, Outlines, only_polygons

FloatArray = npt.NDArray[np.float64]
NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Mosaic:
    """Faces of which no grid's border crosses one.

    Parameters
    ----------
    faces : (m,) object array
        Polygons in EPSG:4326 that touch at most in edges; neighbours have the same vertices.
    points : (m,) object array
        A point within each.
    owners : tuple of frozenset of int
        The grids that cover each: none in a hole, several in an overlap.
    areas : (m,) float array
        In m².
    beside : mapping of int to mapping of int to float
        Face → neighbouring face → the length of the edge between them in metres.
    """

    faces: GeometryArray
    points: GeometryArray
    owners: tuple[frozenset[int], ...]
    areas: FloatArray
    beside: Mapping[int, Mapping[int, float]]


def make_mosaic(outlines: Outlines, rows: npt.NDArray[np.int64], rims: GeometryArray) -> Mosaic:
    """Cut some of the grids, and what they enclose, into faces.

    Parameters
    ----------
    outlines : Outlines
        All grids.
    rows : (k,) int array
        The positions of those to be cut.
    rims : (r,) object array
        Holes along the rim of what the grids divide, which no grid closes.
    """
    cut = faces(segment_lines(np.concatenate((outlines.shapes[rows], rims))))
    points = shapely.point_on_surface(cut)
    owners: list[set[int]] = [set() for _ in cut]
    for face, shape in zip(*(found.tolist() for found in covers_of(points, outlines.shapes)), strict=True):
        owners[face].add(shape)
    return Mosaic(
        cut, points, tuple(frozenset(o) for o in owners), outlines.areas(cut), _neighbours(outlines, cut)
    )


def _neighbours(outlines: Outlines, cut: GeometryArray) -> dict[int, dict[int, float]]:
    """Measure the edges between faces, by the segments that two of them have."""
    counts = [len(segments_of(np.array([face]))[0]) for face in cut]
    owner = np.repeat(np.arange(len(cut)), counts)
    segments = segments_of(cut)[0]
    beside: dict[int, dict[int, float]] = {}
    if not len(segments):
        return beside
    order = np.lexsort((owner, *segments.T[::-1]))
    ranked = segments[order]
    same = np.flatnonzero((ranked[1:] == ranked[:-1]).all(axis=1))
    lines = np.asarray(shapely.linestrings(ranked[same].reshape(-1, 2, 2)), dtype=object)
    lengths = shapely.length(outlines.metric(lines)).tolist()
    pairs = zip(owner[order[same]].tolist(), owner[order[same + 1]].tolist(), lengths, strict=True)
    for one, other, length in pairs:
        for a, b in ((one, other), (other, one)):
            edges = beside.setdefault(a, {})
            edges[b] = edges.get(b, 0.0) + length
    return beside


def give_away(mosaic: Mosaic, owners: list[frozenset[int]], pending: Mapping[int, int]) -> None:
    """Give faces to the neighbour with the longest edge; the caller's own list is filled.

    Parameters
    ----------
    mosaic : Mosaic
        The faces.
    owners : list of frozenset of int
        Who owns each face so far.
    pending : mapping of int to int
        Face → the grid that it is taken from and must not go back to, −1 for none.
    """
    left = dict(pending)
    while left:
        given = {}
        for face in sorted(left):
            lengths: dict[int, float] = {}
            for other, length in mosaic.beside.get(face, {}).items():
                # Where grids still overlap nobody is the neighbour.
                if other not in left and len(owners[other]) == 1:
                    (row,) = owners[other]
                    lengths[row] = lengths.get(row, 0.0) + length
            lengths.pop(left[face], None)
            if lengths:
                given[face] = min(lengths, key=lambda row: (-lengths[row], row))
        if not given:
            break
        for face, row in given.items():
            owners[face] = frozenset((row,))
            del left[face]
    for face, row in left.items():
        owners[face] = frozenset((row,)) if row >= 0 else NOBODY


def put_together(
    mosaic: Mosaic, owners: list[frozenset[int]], rows: npt.NDArray[np.int64]
) -> dict[int, shapely.MultiPolygon]:
    """Join the faces of each grid; edges between grids keep the vertices of both sides."""
    of_row: dict[int, list[int]] = {int(row): [] for row in rows}
    for face, those in enumerate(owners):
        for row in those:
            # Grids that are not cut, enclosed by those that are, stay as they are.
            of_row.get(row, []).append(face)
    return {
        row: only_polygons(shapely.coverage_union_all(mosaic.faces[of_it]))
        for row, of_it in of_row.items()
        if of_it
    }
