"""Loops compiled to machine code by numba, where it is there: compiled once, kept in a cache.

A module with compiled loops is called ``kernels.py``. Its functions state their types, so importing it
compiles them, or reads them from the cache beside the source (for one who may not write there, from a
cache of the user's own). ``python -m geo.compiled`` imports all such modules: the set-up does so, and no
user waits for a compiler. Importing numba takes half a second, so a kernel is imported where it is called::

    if compiled.available():
        from geo.index import kernels

Three rules for a kernel: it keeps to arrays and numbers; it calls only kernels of its own module, since the
cache does not see that another file has changed; and the same answer comes from numpy where numba is
missing, which the tests hold it to. The global interpreter lock is released while it runs, so threads may
share the work.
"""

import importlib
import time
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar, cast

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

_PACKAGE = Path(__file__).parent


@cache
def available() -> bool:
    """Tell whether numba is installed."""
    return find_spec("numba") is not None


def compiled(*signatures: str, inline: bool = False) -> Callable[[Kernel], Kernel]:
    """Compile a function for stated types, with its cache and without the interpreter's lock.

    Parameters
    ----------
    *signatures : str
        In numba's words, such as ``"int64(float64[::1], int32[::1])"``; ``[::1]`` is an array without
        gaps, and an argument of any other kind is a TypeError. None: compiled where a kernel calls it.
    inline : bool
        Whether the function is written out where it is called; for small ones without signatures.

    Raises
    ------
    ModuleNotFoundError
        Where numba is not installed: ask `available` first.
    """
    from numba import njit

    options: dict[str, Any] = {"cache": not inline, "nogil": True, "inline": "always" if inline else "never"}
    decorate = njit(list(signatures), **options) if signatures else njit(**options)
    return cast(Callable[[Kernel], Kernel], decorate)


def modules() -> list[str]:
    """Return the names of all modules with compiled loops, in order."""
    found = (path.relative_to(_PACKAGE.parent).with_suffix("") for path in _PACKAGE.rglob("kernels.py"))
    return sorted(".".join(path.parts) for path in found)


def compile_all() -> float:
    """Import all modules with compiled loops, and return the seconds that it took."""
    begin = time.perf_counter()
    for name in modules():
        importlib.import_module(name)
    return time.perf_counter() - begin


if __name__ == "__main__":
    if available():
        compile_all()
