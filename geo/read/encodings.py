"""Encodings: what is told of the encoding of a file's text, with values of it to judge by."""

from collections.abc import Iterable
from itertools import islice

from geo.frames import Refusal
from geo.read.records import Records
from geo.read.survey import GUESSED

_SAMPLES = 3
_SHOWN = 60
_LOOKED_AT = 2_000


def samples(records: Records, count: int = _SAMPLES) -> tuple[str, ...]:
    """Return a few different values of text, those beyond ASCII first, then such headers, then the rest."""
    values = dict.fromkeys(
        value[:_SHOWN]
        for column in records.cells
        for value in records.cells[column].dropna().head(_LOOKED_AT).unique()
        if not value.isascii()
    )
    found = list(islice(values, count))
    for others in ((header for header in records.headers if not header.isascii()), _plain(records)):
        fresh = (value for value in dict.fromkeys(one[:_SHOWN] for one in others) if value not in found)
        found += list(islice(fresh, count - len(found)))
    return tuple(found)


def guessed(records: Records) -> tuple[Refusal, ...]:
    """Remark on an encoding that nobody said and nothing stated, where the text is more than ASCII."""
    read = samples(records)
    if records.how not in GUESSED or records.encoding is None or not any(not one.isascii() for one in read):
        return ()
    name = records.encoding.upper()
    return (
        Refusal(
            0,
            "encoding-guessed",
            f"Nothing says the encoding of the text; all of it can be {name} and reads {', '.join(read)}. "
            "Say another with --encoding if that is wrong.",
            {"encoding": records.encoding, "how": records.how, "samples": list(read)},
        ),
    )


def _plain(records: Records) -> Iterable[str]:
    for column in records.cells:
        yield from records.cells[column].dropna().head(_SAMPLES).tolist()
