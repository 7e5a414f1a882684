"""The allocator keeps what was freed."""

import subprocess
import sys

_ROUNDS = """
import resource, sys
import numpy as np
from geo.memory import keep_freed

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

if sys.argv[1] == "kept":
    assert keep_freed()
def work():
    return sum(np.ones(100_000) for _ in range(5)), [np.ones(100_000) for _ in range(5)]

work()
before = faults()
for _ in range(20):
    work()
print(faults() - before)
"""


def _faults(*, kept: bool) -> int:
    words = [sys.executable, "-c", _ROUNDS, "kept" if kept else "plain"]
    return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def test_keep_freed_makes_no_new_pages() -> None:
    assert _faults(kept=True) * 4 < _faults(kept=False)
