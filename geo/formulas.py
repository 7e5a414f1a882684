"""Formulas: text that a spreadsheet would run, escaped on the way out and restored on the way in.

Source: OWASP, CSV Injection. A spreadsheet runs a cell of CSV that begins with ``=``, ``+``, ``-``, ``@``,
a tab or a return; an apostrophe in front makes it text. Cells that begin with apostrophes before one of
these get one more, so that the way back is exact.
"""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escaped(text: str) -> str:
    """Return the text of a cell as no spreadsheet runs it.

    Examples
    --------
    >>> escaped("=1+1"), escaped("网格"), escaped("'=1")
    ("'=1+1", '网格', "''=1")
    """
    return f"'{text}" if _RISKY.match(text) else text


def restored(text: str) -> str:
    """Return what a cell said before it was escaped; other text stays as it is.

    Examples
    --------
    >>> restored("'=1+1"), restored("'s"), restored("-5")
    ('=1+1', "'s", '-5')
    """
    return text[1:] if _ESCAPED.match(text) else text
