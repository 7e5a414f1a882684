"""Code pages: the encoding of the text in a drawing, which is written anew in UTF-8 for GDAL.

A drawing of 2007 and later is UTF-8; an older one names the code page of the machine that it was drawn on,
which many programs set to that of Western Europe whatever they write.
"""

import re
from pathlib import Path

from geo.read.survey import How
from geo.read.text import codec_of, decode

_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+([\w-]{1,20})", re.IGNORECASE)
_HEADER = 20_000
_ANYBODYS = ("cp1252", "ascii")


def write_anew(drawing: Path, encoding: str | None) -> tuple[str | None, How]:
    """Write a drawing of our own anew in UTF-8; return what its text was in, and how that is known.

    The order of belief: what a person says, UTF-8 where the text is it strictly, the code page that is named,
    if it is not the one that programs name for want of another, then strict GB18030.

    Parameters
    ----------
    drawing : Path
        A copy of our own.
    encoding : str, optional
        What a person says.

    Raises
    ------
    FileRefused
        Where the text is in none of these.
    """
    data = drawing.read_bytes()
    if data.isascii() and not encoding:
        return None, "format"
    named = _PAGE.search(data[:_HEADER])
    page = codec_of(named[1].decode("ascii").upper().replace("ANSI_", "cp")) if named else None
    text, codec, how = _read(data, encoding, page)
    drawing.write_bytes(text.encode("utf-8", "replace"))
    return codec, how


def _read(data: bytes, encoding: str | None, page: str | None) -> tuple[str, str, How]:
    if encoding:
        return decode(data, encoding=encoding)
    believed = ["utf-8", *([page] if page and page not in _ANYBODYS else [])]
    for codec in believed:
        try:
            return data.decode(codec), codec, "format"
        except UnicodeDecodeError:
            continue  # The next belief.
    return decode(data)
