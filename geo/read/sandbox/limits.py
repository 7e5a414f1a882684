"""Limits: what the reading of one file may cost, and the process that keeps to them."""

import resource
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What the reading of one file may cost.

    Parameters
    ----------
    memory_bytes : int
        Of address space.
    cpu_s : int
        Seconds of processor time.
    time_s : int
        Seconds on the wall.
    written_bytes : int
        Of the largest file that is written meanwhile: what is unpacked from a zip.
    answer_bytes : int
        Of the frame that is handed back.
    """

    memory_bytes: int
    cpu_s: int
    time_s: int
    written_bytes: int
    answer_bytes: int


WEB = Limits(2_000_000_000, cpu_s=6, time_s=10, written_bytes=500_000_000, answer_bytes=400_000_000)
"""For strangers: a file that needs more is refused, and may be loaded on the command line."""

COMMAND_LINE = Limits(
    8_000_000_000, cpu_s=120, time_s=180, written_bytes=2_000_000_000, answer_bytes=2_000_000_000
)
"""For people with a shell on this machine."""


def impose(limits: Limits) -> None:
    """Bind this process, and what it starts, to limits. There is no way back.

    The processor's limit kills; memory and size end in a MemoryError and an OSError.
    """
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.written_bytes, limits.written_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
