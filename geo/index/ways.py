"""The two ways of the index, with the same answers: loops that numba has compiled, and numpy's arrays.

The loops are faster by a factor of three to ten, but to load them takes as long as numpy takes for some
millions of points. So a small question of a short command is answered by numpy, and whoever has loaded the
loops once uses them for everything.
"""

import importlib
import sys

from geo import compiled

_LOOPS = frozenset(
    f"geo.index.{name}" for name in ("kernels", "bins.kernels", "seams.kernels", "tracing.kernels")
)
_WORTH_LOADING = 3_000_000
MOST_WORK = sys.maxsize
"""Work for which the loops are loaded wherever they are there."""


def swift() -> bool:
    """Tell whether the compiled loops are loaded."""
    return sys.modules.keys() >= _LOOPS


def load_if_it_pays(work: int) -> None:
    """Load the compiled loops, where numba is installed and the work is worth it.

    Parameters
    ----------
    work : int
        How many points will be asked for, and how many vertices the polygons have, in all.
    """
    if work >= _WORTH_LOADING and compiled.available():
        for name in sorted(_LOOPS):
            importlib.import_module(name)
