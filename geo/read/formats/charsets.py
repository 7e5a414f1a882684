"""Character sets: the encoding of MapInfo files, written into their header for GDAL.

GDAL believes the header, and breaks off on Chinese text under “Neutral”.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from geo.errors import FileRefused
from geo.read.formats import dbase
from geo.read.survey import How
from geo.read.text import decode, stated_codec, undecodable

_HEADER = 4096
_CHARSET = re.compile(rb'(charset\s+"?)([\w-]+)', re.IGNORECASE)
_NAMES: Mapping[str, str] = {
    "utf-8": "UTF-8", "gb18030": "WindowsSimpChinese", "big5": "WindowsTradChinese",
    "cp950": "WindowsTradChinese", "cp932": "WindowsJapanese", "shift_jis": "WindowsJapanese",
    "cp949": "WindowsKorean", "euc_kr": "WindowsKorean", "cp1252": "WindowsLatin1",
    "iso8859-1": "WindowsLatin1", "cp1251": "WindowsCyrillic",
}  # fmt: skip
_SAID: How = "said"


def name_charset(header: Path, encoding: str | None) -> tuple[str | None, How]:
    """Write into the header of a .tab or .mif what its text is in; return that, and how it is known.

    What a person says goes first, then what the header says. Where it says “Neutral” the text is UTF-8
    or GB18030 if it is so strictly.

    Parameters
    ----------
    header : Path
        A copy of our own, with what belongs to it beside it.
    encoding : str, optional
        What a person says.

    Raises
    ------
    FileRefused
        Where the text is in none of these encodings, or MapInfo has no name for the one that is said.
    """
    data = header.read_bytes()
    stated = _CHARSET.search(data[:_HEADER])
    if stated is None:
        return None, "format"
    found = stated[2].decode("ascii", "replace").casefold()
    if encoding:
        codec, how = stated_codec(encoding)[0], _SAID
    elif found == "neutral":
        codec, how = _found(header, data)
    else:
        return next((one for one, name in _NAMES.items() if name.casefold() == found), found), "format"
    if codec not in _NAMES:
        raise FileRefused(
            f"MapInfo files are not read in {encoding}; say utf-8, gb18030 or big5.",
            reason="mapinfo-encoding",
            encoding=encoding,
        )
    name = _NAMES[codec].encode()
    header.write_bytes(_CHARSET.sub(rb"\g<1>" + name, data[:_HEADER], count=1) + data[_HEADER:])
    return codec, how


def _found(header: Path, data: bytes) -> tuple[str, How]:
    """Return the encoding of the text: of a .mif with its .mid, or in the .dat of a .tab."""
    table, rows = header.with_suffix(".dat"), header.with_suffix(".mid")
    if header.suffix == ".tab" and table.is_file():
        records = dbase.read_dbase(table.read_bytes())
        ways: tuple[tuple[str, How], ...] = (("utf-8", "strict utf-8"), ("gb18030", "strict gb18030"))
        for codec, how in ways:
            if records.decodes(codec):
                return codec, how
        raise undecodable("The text of the MapInfo table is neither in UTF-8 nor in GB18030", records.texts)
    _, codec, how = decode(data + (rows.read_bytes() if rows.is_file() else b""))
    return codec, how
