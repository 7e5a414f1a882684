"""Filling stations one way after the other, compiled."""

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

Ints = npt.NDArray[np.int64]


@compiled("int64[::1](int64[::1], int64[::1], int64[::1], int64[::1], int64[::1])")
def filled(order: Ints, station: Ints, point: Ints, demand: Ints, room: Ints) -> Ints:
    """Return what each way takes; see `geo.reach.allotment.allot`."""
    left, free, taken = demand.copy(), room.copy(), np.zeros(len(order), dtype=np.int64)
    for i in range(len(order)):
        way = order[i]
        amount = min(left[point[way]], free[station[way]])
        left[point[way]] -= amount
        free[station[way]] -= amount
        taken[way] = amount
    return taken
