"""How far a job has come: told by the thread that works, read by the one that writes it down."""

import math
import threading


class Interrupted(Exception):
    """The service stops, or another worker has the job; nothing of it was kept."""


class Word:
    """The last word of a job, and the word to stop.

    It is the ``on_progress`` that a workflow is handed. Saying it costs next to nothing, so that a
    workflow may do so as often as it likes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: tuple[float, str] | None = None
        self._halt: Exception | None = None

    def __call__(self, fraction: float, message: str) -> None:
        """Say how far the work has come; raises where it is to stop."""
        with self._lock:
            if self._halt is not None:
                raise self._halt
            self._said = (min(1.0, max(0.0, fraction)) if math.isfinite(fraction) else 0.0, message)

    def halt(self, error: Exception) -> None:
        """Let the next word raise an error; the first error that was given stands."""
        with self._lock:
            self._halt = self._halt or error

    def take(self) -> tuple[float, str] | None:
        """Return what was said since the last time, None where nothing was."""
        with self._lock:
            said, self._said = self._said, None
        return said
