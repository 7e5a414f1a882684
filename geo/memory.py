"""Memory: what numpy and GEOS give back stays with the process for the next array."""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""``M_TRIM_THRESHOLD`` and ``M_MMAP_THRESHOLD`` of mallopt(3)."""
_KEPT = 128 * 2**20
_MAPPED = 32 * 2**20
"""The most that mallopt takes."""


def keep_freed() -> bool:
    """Let the allocator keep up to 128 MB that were freed, instead of returning them to the system.

    An array of a megabyte is otherwise given back as soon as it is freed, and the next one is made of new
    pages, each of which the system must clear: a quarter of the processor's time of a check went there.

    Returns
    -------
    bool
        Whether the allocator could be told so: glibc's can.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _MAPPED) and mallopt(_TRIM_THRESHOLD, _KEPT))
