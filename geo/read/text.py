"""Text: bytes to characters, in the order of belief: what is said, a mark, strict UTF-8, strict GB18030.

Where nothing decodes strictly a person chooses by how it reads. An encoding that is said may end in
``:replace``; then what is not in it becomes U+FFFD.
"""

import codecs
import re
from collections.abc import Callable, Iterable
from typing import Any

from geo.errors import FileRefused
from geo.read.survey import How

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LENIENT = ":replace"
_OFFERED = ("big5", "cp932", "cp949", "cp1252", f"gb18030{LENIENT}", f"utf-8{LENIENT}")
_SAMPLES, _SHOWN = 3, 40
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f][^\x00-\x1f,;\"]*")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff]")
_BEGINNING = 4096
_CHINESE = ("gbk", "gb2312", "cp936", "936", "euc_cn")


def codec_of(name: str) -> str | None:
    """Return Python's name of an encoding, or None where it knows none of that name.

    GBK and GB 2312 are read as GB18030, which holds both.

    Examples
    --------
    >>> codec_of("GBK"), codec_of("65001"), codec_of("88591"), codec_of("nonsense")
    ('gb18030', 'utf-8', 'iso8859-1', None)
    """
    plain = name.strip().casefold().removeprefix("ansi").removeprefix("oem").strip(" _-")
    plain = {"65001": "utf-8", "88591": "iso-8859-1"}.get(plain, plain)
    if plain.isdigit():
        plain = f"cp{plain}"
    try:
        found = codecs.lookup(plain).name
        "".encode(found)
    except (LookupError, ValueError, UnicodeError):
        return None  # The caller says what that means: a refusal, or the next belief.
    return "gb18030" if found in _CHINESE else found


def stated_codec(name: str) -> tuple[str, str]:
    """Return Python's name of the encoding that a person stated, and what to do with errors.

    Raises
    ------
    FileRefused
        Where there is none of that name.

    Examples
    --------
    >>> stated_codec("gbk"), stated_codec("gbk:replace")
    (('gb18030', 'strict'), ('gb18030', 'replace'))
    """
    codec = codec_of(name.removesuffix(LENIENT))
    if codec is None:
        raise FileRefused(
            f"“{name}” is no encoding that is known here; say utf-8, gb18030 or another of its kind.",
            reason="encoding-unreadable",
            encoding=name,
        )
    return codec, "replace" if name.endswith(LENIENT) else "strict"


def decode(data: bytes, *, encoding: str | None = None) -> tuple[str, str, How]:
    """Return the text of a file, the encoding that it was found to be in, and how that is known.

    Parameters
    ----------
    data : bytes
        The whole file.
    encoding : str, optional
        What a person says; then nothing else is tried.

    Raises
    ------
    FileRefused
        Where the bytes are not in that encoding, or neither UTF-8 nor GB18030; then the details name
        ``candidates``, as `undecodable` says.
    """
    marked = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    beliefs: list[tuple[str, str, How]] = [("utf-8", "strict", "strict utf-8")]
    beliefs.append(("gb18030", "strict", "strict gb18030"))
    if encoding:
        beliefs = [(*stated_codec(encoding), "said")]
    elif marked is None and b"\0" in data[:_BEGINNING] and (wide := unmarked_utf16(data)):
        beliefs = [(wide, "strict", "format")]
    elif marked:
        beliefs = [(marked, "strict", "format")]
    for codec, errors, how in beliefs:
        try:
            text = data.decode(codec, errors)
        except UnicodeDecodeError:
            continue  # The next belief, and a refusal after the last.
        return text.removeprefix("\ufeff"), codec.removesuffix("-sig"), how
    tried = " or ".join(codec.removesuffix("-sig").upper() for codec, _, _ in beliefs)
    raise undecodable(
        f"The text of the file is not in {tried}",
        lambda codec, errors: _BEYOND_ASCII.findall(data.decode(codec, errors)),
    )


def unmarked_utf16(data: bytes) -> str | None:
    """Return which UTF-16 a table of text is in that has no mark at its beginning, None where it is none."""
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue  # The other way round.
        if any(one in text for one in ",;\t") and not _CONTROLS.search(text):
            return codec
    return None


def undecodable(problem: str, read: Callable[[str, str], Iterable[str]]) -> FileRefused:
    """Return the refusal of text that nothing decodes, with what a person may choose from.

    Parameters
    ----------
    problem : str
        The beginning of the sentence.
    read : callable
        Given a codec and what to do with errors, returns the text's values beyond ASCII, or raises
        UnicodeDecodeError.

    Returns
    -------
    FileRefused
        Its details hold ``candidates``, a list of ``encoding``, ``samples`` and ``lost``, the number of
        characters that would be replaced.
    """
    found: list[dict[str, Any]] = []
    for name in _OFFERED:
        codec, errors = stated_codec(name)
        try:
            values = list(dict.fromkeys(value.strip() for value in read(codec, errors)))
        except UnicodeDecodeError:
            continue  # It is none to choose from.
        values.sort(key=lambda value: "\ufffd" not in value)  # What would be lost is to be seen first.
        lost = sum(value.count("\ufffd") for value in values)
        samples = [value[:_SHOWN] for value in values[:_SAMPLES]]
        found.append({"encoding": name, "samples": samples, "lost": lost})
    choice = "; ".join(
        f"--encoding {one['encoding']} reads “{one['samples'][0] if one['samples'] else ''}”" for one in found
    )
    return FileRefused(
        f"{problem}; say its encoding with --encoding, or save it as UTF-8. By how it reads: {choice}.",
        reason="encoding-unknown",
        candidates=found,
    )
