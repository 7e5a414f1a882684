"""Reading in this process, for tests of what is done with a file: a child spends half a second on its start.

That a child answers as a reading here does is tested in `test_sandbox`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from geo.frames import Progress, Said, no_progress
from geo.read.reader import read_unwrapped, survey_unwrapped
from geo.read.sandbox import child, process
from geo.read.sandbox.limits import Limits
from geo.read.sandbox.parcel import pack, pack_survey
from geo.read.wrapping import unwrapped

Answer = TypeVar("Answer")


@contextmanager
def reading_here() -> Iterator[None]:
    """Let the door ask this process meanwhile."""
    with patch.object(process, "ask", ask_here):
        yield


def ask_here(
    files: tuple[Path, ...],
    asked: Mapping[str, Any],
    opened: Callable[[bytes], Answer],
    *,
    limits: Limits,
    on_progress: Progress = no_progress,
) -> Answer:
    """Answer as `geo.read.sandbox.process.ask` does: by a parcel, and with errors that went through JSON."""
    options = dict(asked)
    survey, kind, said = options.pop("task") == "survey", options.pop("kind"), Said(**options.pop("said"))
    try:
        with unwrapped(files[0]) as file:
            if survey:
                found = survey_unwrapped(file, files[0], kind, said=said, on_progress=on_progress)
                return opened(pack_survey(found))
            reading = read_unwrapped(file, files[0], kind, said=said, on_progress=on_progress, **options)
            return opened(pack(reading))
    except tuple(process._ERRORS.values()) as error:
        raise process._raised(files[0], child._told(error), limits) from error
