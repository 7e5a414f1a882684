"""The mosaic: grids and the ground between them cut into faces, each of which belongs to somebody."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.partition.edges import lesser_first
from geo.partition.holes import covers_of, faces, segment_lines
from geo.partition.outlines import GeometryArray, Outlines, only_polygons

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
    rings, face_of = shapely.get_rings(cut, return_index=True)
    xy, ring_of = shapely.get_coordinates(rings, return_index=True)
    begin = np.flatnonzero(ring_of[:-1] == ring_of[1:])
    segments = lesser_first(xy[begin], xy[begin + 1])[0]
    owner = face_of[ring_of[begin]]
    order = np.lexsort((owner, *segments.T[::-1]))
    same = np.flatnonzero((segments[order[1:]] == segments[order[:-1]]).all(axis=1))
    lines = np.asarray(shapely.linestrings(segments[order[same]].reshape(-1, 2, 2)), dtype=object)
    pairs = np.column_stack((owner[order[same]], owner[order[same + 1]])).reshape(-1, 2)
    unique, position = np.unique(pairs, axis=0, return_inverse=True)
    lengths = np.bincount(position, shapely.length(outlines.metric(lines)), len(unique))
    beside: dict[int, dict[int, float]] = {}
    for (one, other), length in zip(unique.tolist(), lengths.tolist(), strict=True):
        beside.setdefault(one, {})[other] = beside.setdefault(other, {})[one] = length
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
