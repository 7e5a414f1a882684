"""Text: bytes to characters, in the order of belief: what is said, a mark, strict UTF-8, strict GB18030."""

import codecs

from geo.errors import FileRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
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


def stated_codec(name: str) -> str:
    """Return Python's name of the encoding that a person stated.

    Raises
    ------
    FileRefused
        Where there is none of that name.
    """
    codec = codec_of(name)
    if codec is None:
        raise FileRefused(
            f"“{name}” is no encoding that is known here; say utf-8, gb18030 or another of its kind.",
            encoding=name,
        )
    return codec


def decode(data: bytes, *, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a file and the encoding that it was found to be in.

    Parameters
    ----------
    data : bytes
        The whole file.
    encoding : str, optional
        What a person says; then nothing else is tried.

    Raises
    ------
    FileRefused
        Where the bytes are not in that encoding, or neither UTF-8 nor GB18030.
    """
    marked = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    beliefs = [stated_codec(encoding)] if encoding else [marked] if marked else ["utf-8", "gb18030"]
    for codec in beliefs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue  # The next belief, and a refusal after the last.
        return text.removeprefix("\ufeff"), codec.removesuffix("-sig")
    tried = " or ".join(codec.removesuffix("-sig").upper() for codec in beliefs)
    raise FileRefused(
        f"The text of the file is not in {tried}; say its encoding with --encoding, or save it as UTF-8.",
        encodings=beliefs,
    )
