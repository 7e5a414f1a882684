"""The sandbox: a process of its own for each file, behind walls, within limits.

::

    parent                                       child, `geo.read.sandbox.child`
    what is asked, as JSON   ── stdin ──►        limits, then drivers, then the file
    on_progress, the answer  ◄── stdout ──       progress …, one parcel or one error

What comes back is read as a stranger's too: it is bounded in size and time, never unpickled, and its errors
are those of `geo.errors` by name.
"""

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, TypeVar

from geo.errors import CrsUnknown, FileRefused, GeoError, InputError, MissingColumn, SystemFailure
from geo.frames import Progress, no_progress
from geo.read.formats.drivers import every
from geo.read.sandbox import walls
from geo.read.sandbox.child import ERROR, PARCEL, PROGRESS
from geo.read.sandbox.limits import Limits

_ERRORS = {
    error.__name__: error for error in (InputError, FileRefused, MissingColumn, CrsUnknown, SystemFailure)
}
_CHILD = (sys.executable, "-I", "-m", "geo.read.sandbox.child")
_CHUNK = 1 << 20
_SHOWN = 2_000

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


def ask(
    files: tuple[Path, ...],
    asked: Mapping[str, Any],
    opened: Callable[[bytes], Answer],
    *,
    limits: Limits,
    on_progress: Progress = no_progress,
) -> Answer:
    """Ask about a file in a process of its own.

    Parameters
    ----------
    files : tuple of Path
        The file, and what belongs to it beside it; the child sees no other.
    asked : mapping
        The ``task`` (``read`` or ``survey``), the ``kind``, what is ``said``, and the options of
        `geo.read.reader`.
    opened : callable
        What makes the answer of a parcel, and raises ValueError where it is none.
    limits : Limits
        What it may cost.
    on_progress : Progress
        Told what the child tells.

    Raises
    ------
    InputError
        What the child raises; or FileRefused where it breaks off or comes to a limit.
    """
    bwrap, path = walls.program(), files[0]
    seen = f"{walls.ROOM}/{path.name}" if bwrap else str(path.absolute())
    asked = {**asked, "path": seen, "limits": asdict(limits), "drivers": every()}
    with tempfile.TemporaryDirectory(prefix="gridcircle-read-") as private:
        words = [*(walls.inside(bwrap, files, limits) if bwrap else ()), *_CHILD]
        with _running(words, private) as child:
            try:
                word, body = _answer(child, asked, limits, on_progress)
            except TimeoutError as error:
                raise _over(path, f"{limits.time_s} s") from error
            code = 0 if word else _code(child)
    if word == PARCEL:
        return _opened(path, body, opened)
    raise _raised(path, body, limits) if word == ERROR else _ended(path, code, limits)


@contextmanager
def _running(words: list[str], private: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start the child with nothing of our environment, and leave nothing of it behind."""
    child = subprocess.Popen(  # noqa: S603 - our own words; the stranger's name is one of them at most
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=private,
        env={**walls.ENVIRONMENT, "TMPDIR": private},
        start_new_session=True,
    )
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):  # It has ended by itself.
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # It ended before it was told anything.
                    pipe.close()


def _answer(
    child: subprocess.Popen[bytes], asked: Mapping[str, Any], limits: Limits, on_progress: Progress
) -> tuple[bytes | None, bytes]:
    """Return the word before the answer and the answer; no word where the child ended without one.

    Raises
    ------
    TimeoutError
        Where it does not come in time.
    """
    if child.stdin is None or child.stdout is None:
        raise SystemFailure("The process that reads files has no pipes; this is a fault of the service.")
    with suppress(BrokenPipeError):  # What the child ended with is told below.
        child.stdin.write(json.dumps(asked).encode())
        child.stdin.close()
    body: list[bytes] = []
    word: bytes | None = None
    left = limits.answer_bytes
    for chunk in _chunks(child.stdout, time.monotonic() + limits.time_s):
        left -= len(chunk)
        if left < 0:
            return None, b""
        body.append(chunk)
        if word is None:
            word, rest = _words(b"".join(body), on_progress)
            body = [rest]
    return word, b"".join(body)


def _chunks(pipe: IO[bytes], until: float) -> Iterator[bytes]:
    """Yield what comes through a pipe, up to its end."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while True:
            if not waiting.select(max(0.0, until - time.monotonic())):
                raise TimeoutError
            chunk = os.read(pipe.fileno(), _CHUNK)
            if not chunk:
                return
            yield chunk


def _words(text: bytes, on_progress: Progress) -> tuple[bytes | None, bytes]:
    """Tell the lines of progress; return the word that stands alone in a line, if any, and what follows."""
    while b"\n" in text:
        line, _, text = text.partition(b"\n")
        if line in (PARCEL, ERROR):
            return line, text
        if line.startswith(PROGRESS):
            _tell(line.removeprefix(PROGRESS), on_progress)
    return None, text


def _tell(line: bytes, on_progress: Progress) -> None:
    try:
        fraction, message = json.loads(line)
        fraction = min(1.0, max(0.0, float(fraction)))
    except (ValueError, TypeError, RecursionError):
        return  # A line that is none is not worth the file; its answer is looked at all the same.
    on_progress(fraction, str(message)[:_SHOWN])


def _code(child: subprocess.Popen[bytes]) -> int:
    """Return what a child ended with, or 0 where it only fell silent, or says too much."""
    try:
        return child.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return 0


def _opened(path: Path, body: bytes, opened: Callable[[bytes], Answer]) -> Answer:
    try:
        return opened(body)
    except ValueError as error:
        _log.warning("The reader of %s answered what is no parcel: %s", path.name, error)
        raise _broken(path) from error


def _raised(path: Path, body: bytes, limits: Limits) -> GeoError:
    """Return the error that the child tells, as one of ours."""
    try:
        said = json.loads(body)
        kind, message, details = said["class"], said.get("message"), said.get("details")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return _broken(path)
    if kind == "MemoryError":
        return _over(path, f"{limits.memory_bytes / 1e9:.0f} GB of memory")
    if kind == "OSError":
        return _over(path, f"{limits.written_bytes / 1e6:,.0f} MB that may be unpacked and copied")
    if kind not in _ERRORS or not isinstance(message, str) or not isinstance(details, dict):
        return _broken(path)
    error = _ERRORS[kind](message[:_SHOWN])
    error.details = details
    return error


def _ended(path: Path, code: int, limits: Limits) -> GeoError:
    """Return the error for a child that ended without an answer; bubblewrap adds 128 to a signal."""
    died = -code if code < 0 else code - 128
    if died == signal.SIGXCPU:
        return _over(path, f"{limits.cpu_s} s of the processor")
    _log.warning("The reader of %s ended with %d and without an answer", path.name, code)
    return _broken(path)


def _over(path: Path, limit: str) -> FileRefused:
    return FileRefused(
        f"“{path.name}” cannot be read within {limit}; divide it, or load it on the command line.",
        reason="over-limit",
    )


def _broken(path: Path) -> FileRefused:
    return FileRefused(
        f"“{path.name}” cannot be read: the reader broke off on it; export it again, in another format.",
        reason="broke-off",
    )
