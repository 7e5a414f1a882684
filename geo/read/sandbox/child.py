"""The child: the process that reads one stranger's file, and ends.

``python -I -m geo.read.sandbox.child`` takes one object of JSON on standard input and answers on standard
output: lines of progress, then the word ``parcel`` and a parcel (`geo.read.sandbox.parcel`), or ``error`` and
an object.
"""

import errno
import json
import os
import sys
from pathlib import Path
from typing import IO, Any

from geo.errors import GeoError
from geo.read.formats.drivers import shut_out
from geo.read.sandbox.limits import Limits, impose

PROGRESS, PARCEL, ERROR = b"progress", b"parcel", b"error"

_FULL = (errno.ENOSPC, errno.EFBIG)
"""What is copied or unpacked finds no room, or is larger than may be written."""


def main() -> None:
    """Read the file that is asked for, within the limits that are asked for."""
    asked = json.load(sys.stdin)
    impose(Limits(**asked.pop("limits")))
    with _answer() as answer:
        try:
            parcel = _read(answer, **asked)
        except GeoError as error:
            _send(answer, ERROR, _told(error))
        except MemoryError:
            _send(answer, ERROR, json.dumps({"class": "MemoryError"}).encode())
        except OSError as error:
            if error.errno not in _FULL:
                raise
            _send(answer, ERROR, json.dumps({"class": "OSError"}).encode())
        else:
            _send(answer, PARCEL, parcel)


def _read(
    answer: IO[bytes],
    *,
    path: str,
    kind: str,
    drivers: list[str],
    task: str,
    said: dict[str, Any],
    **options: Any,
) -> bytes:
    # Loaded here, within the limits; GDAL with the format of the file itself, be it in a zip, after its
    # drivers are shut out, and nothing that is large for a file that no reader is for.
    from geo.read.wrapping import unwrapped

    def on_progress(fraction: float, message: str) -> None:
        answer.write(PROGRESS + b" " + json.dumps([fraction, message]).encode() + b"\n")
        answer.flush()

    came = Path(path)
    on_progress(0.0, f"Looking at {came.name}")
    with unwrapped(came) as file:
        shut_out(drivers, file.format)
        from geo.frames import Said
        from geo.read.reader import read_unwrapped, survey_unwrapped
        from geo.read.sandbox.parcel import pack, pack_survey

        if task == "survey":
            return pack_survey(survey_unwrapped(file, came, kind, said=Said(**said), on_progress=on_progress))
        return pack(read_unwrapped(file, came, kind, said=Said(**said), on_progress=on_progress, **options))


def _answer() -> IO[bytes]:
    """Return the way to the parent; what a library prints goes nowhere."""
    answer = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answer


def _send(answer: IO[bytes], word: bytes, body: bytes) -> None:
    answer.write(word + b"\n" + body)


def _told(error: GeoError) -> bytes:
    said = {"class": type(error).__name__, "message": error.message, "details": error.details}
    return json.dumps(said, default=str).encode()


if __name__ == "__main__":
    main()
