"""The loops that draw seams, compiled. What they are is told in `geo.index.seams` and `geo.index.blocks`."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int32]

# Those in numpy: a test holds them to these.
POLYGON, FIRST, LAST, MARK = 0, 1, 2, 3
FIRST_BEYOND, LAST_BEYOND, ODD, COUNT = 1, 2, 4, 3
SEAM_EVEN, SEAM_ODD, SEAM_CHAIN, SEAM_ENDS = 12, 13, 14, 15
SEAMED = 1 << 30
_VERTICES = 3


@compiled()
def _mirrored(k: int, chain: Whole, xy: Floats) -> bool:
    """Tell whether a chain and the next have the same edges, the other way round, and other parities."""
    first, last, end = chain[k, FIRST], chain[k, LAST], chain[k + 1, LAST]
    if last - first != end - chain[k + 1, FIRST]:
        return False
    for j in range(last - first + 1):
        if xy[first + j, 0] != xy[end - j, 0] or xy[first + j, 1] != xy[end - j, 1]:
            return False
    one, other = chain[k, MARK], chain[k + 1, MARK]
    if ((one & FIRST_BEYOND) != 0) != ((other & LAST_BEYOND) != 0):
        return False
    if ((one & LAST_BEYOND) != 0) != ((other & FIRST_BEYOND) != 0):
        return False
    return bool(((one ^ other) & ODD) != 0)


@compiled()
def _is_seam(k: int, chain: Whole, xy: Floats) -> bool:
    """Tell whether the block that begins with a chain can be a seam."""
    many, edges = chain[k, MARK] >> COUNT, chain[k, LAST] - chain[k, FIRST]
    if many > 2 or edges < 1 or edges >= _VERTICES:
        return False
    return many == 1 or _mirrored(k, chain, xy)


@compiled("int64(int32[::1], int32[:,::1], float64[:,::1])")
def seams_among(label: Whole, chain: Whole, xy: Floats) -> int:
    """Return how many blocks can be seams."""
    count = 0
    for cell in range(len(label)):
        if label[cell] < -1:
            count += int(_is_seam(-2 - label[cell], chain, xy))
    return count


@compiled("void(int32[::1], int32[:,::1], float64[:,::1], float64[:,::1], int32[:,::1])")
def draw(label: Whole, chain: Whole, xy: Floats, seam: Floats, words: Whole) -> None:
    """Fill the seams, and enter them in the labels of their cells; ``words`` are the same bytes."""
    count = 0
    for cell in range(len(label)):
        k = -2 - label[cell]
        if k < 0 or not _is_seam(k, chain, xy):
            continue
        for j in range(_VERTICES):
            v = min(chain[k, FIRST] + j, chain[k, LAST])
            seam[count, 2 * j], seam[count, 2 * j + 1] = xy[v, 0], xy[v, 1]
        words[count, SEAM_EVEN] = chain[k + 1, POLYGON] if chain[k, MARK] >> COUNT == 2 else -1
        words[count, SEAM_ODD] = chain[k, POLYGON]
        words[count, SEAM_CHAIN] = k
        words[count, SEAM_ENDS] = chain[k, MARK] & (FIRST_BEYOND | LAST_BEYOND | ODD)
        label[cell] = -2 - SEAMED - count
        count += 1
