"""Filling stations one way after the other, compiled."""

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Minutes = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ways = tuple[Minutes, Places, Places]
Points = tuple[Ints, Places, Ints]

_WAYS, _POINTS = (
    "Tuple((float64[::1], int32[::1], int32[::1]))",
    "Tuple((int64[::1], int32[::1], int64[::1]))",
)


@compiled(inline=True)
def _serve(station: int, point: int, free: Ints, left: Ints, first: Places, elsewhere: Ints) -> int:
    if first[point] < 0:
        first[point] = station
    amount: int = min(left[point], free[station])
    left[point] -= amount
    free[station] -= amount
    if first[point] != station:
        elsewhere[point] += amount
    return amount


@compiled(f"void({_WAYS}, {_WAYS}, boolean[::1], int64[::1], {_POINTS}, int64[::1])")
def fill(standing: Ways, more: Ways, kept: Flags, free: Ints, points: Points, taken: Ints) -> None:
    """Serve the ways of two queues in their common order; see `geo.reach.allotment.fill`.

    Parameters
    ----------
    standing, more : tuple of ndarray
        Minutes, stations and points of each queue; those of the first count where ``kept`` says so.
    free : ndarray (stations,)
        What is free; written into.
    points : tuple of ndarray (points,)
        What is left of each, its first station (−1), what it is served elsewhere (0); written into.
    taken : ndarray (ways,) or (0,)
        What each way of the first queue takes, written where there is room for it.
    """
    minutes, station, point = standing
    more_minutes, more_station, more_point = more
    left, first, elsewhere = points
    # Most ways are those of points that are served already: a byte for each says so.
    done = np.zeros(len(left), dtype=np.uint8)
    j, count = 0, len(more_minutes)
    for i in range(len(minutes)):
        p = point[i]
        if done[p]:
            continue
        s = station[i]
        if not kept[s]:
            continue
        while j < count and (
            more_minutes[j] < minutes[i]
            or (
                more_minutes[j] == minutes[i]
                and (more_station[j] < s or (more_station[j] == s and more_point[j] < p))
            )
        ):
            _serve(more_station[j], more_point[j], free, left, first, elsewhere)
            j += 1
        amount = _serve(s, p, free, left, first, elsewhere)
        done[p] = left[p] == 0
        if len(taken):
            taken[i] = amount
    while j < count:
        _serve(more_station[j], more_point[j], free, left, first, elsewhere)
        j += 1
