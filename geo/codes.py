"""Codes: unified social credit codes, checked; codes for grids that have none, allocated.

Sources: GB 32100-2015 (credit code) and GB 11714-1997 (organisation code, the ninth to seventeenth
character of a credit code).
"""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from geo.errors import InputError

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a credit code: no I, O, S, V or Z."""

_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_CHECKS = "0123456789X"
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION = slice(8, 17)


def credit_code_check_digit(body: str) -> str:
    """Return the last character of the credit code whose first seventeen are given.

    Raises
    ------
    InputError
        Where the body has another length or holds a character that a credit code cannot.

    Examples
    --------
    >>> credit_code_check_digit("91350100M000100Y4")
    '3'
    """
    if len(body) != 17 or any(c not in CREDIT_ALPHABET for c in body):
        raise InputError(
            f"“{body}” is not the first 17 characters of a credit code; use 17 of {CREDIT_ALPHABET}.",
            value=body,
        )
    total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(body, _CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def organisation_code_check_digit(body: str) -> str:
    """Return the ninth character of the organisation code whose first eight are given.

    Raises
    ------
    InputError
        Where the body is not eight digits and capital letters.

    Examples
    --------
    >>> organisation_code_check_digit("M000100Y")
    '4'
    """
    if len(body) != 8 or any(c not in _ORGANISATION_ALPHABET for c in body):
        raise InputError(
            f"“{body}” is not the first 8 characters of an organisation code; "
            "use 8 digits and capital letters.",
            value=body,
        )
    values = [_ORGANISATION_ALPHABET.index(c) for c in body]
    total = sum(v * w for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return _ORGANISATION_CHECKS[(11 - total % 11) % 11]


def check_credit_code(code: str) -> str | None:
    """Return why a credit code cannot be right, or None where both its check digits hold.

    Examples
    --------
    >>> check_credit_code("91350100M000100Y43") is None
    True
    """
    if len(code) != 18:
        return f"it has {len(code)} characters instead of 18"
    strange = sorted(set(code) - set(CREDIT_ALPHABET))
    if strange:
        return f"it holds {', '.join(strange)}, which no credit code does"
    organisation = code[_ORGANISATION]
    if (check := organisation_code_check_digit(organisation[:8])) != organisation[8]:
        return f"the organisation code in it, {organisation}, should end in {check}"
    if (check := credit_code_check_digit(code[:17])) != code[17]:
        return f"its last character should be {check}, not {code[17]}"
    return None


def wrong_credit_codes(codes: Sequence[str]) -> BoolArray:
    """Tell for each of many codes whether `check_credit_code` finds fault with it.

    Parameters
    ----------
    codes : sequence of str
        n codes.

    Returns
    -------
    (n,) bool array
    """
    wrong = np.ones(len(codes), dtype=bool)
    rows = [i for i, code in enumerate(codes) if len(code) == 18 and code.isascii()]
    if not rows:
        return wrong
    letters = np.frombuffer("".join(codes[i] for i in rows).encode(), np.uint8).reshape(-1, 18)
    values = _values(CREDIT_ALPHABET)[letters]
    known = (values >= 0).all(axis=1)
    total = values[:, :17] @ np.array(_CREDIT_WEIGHTS)
    last = (31 - total % 31) % 31 == values[:, 17]
    organisation = _values(_ORGANISATION_ALPHABET)[letters[:, 8:16]] @ _ORGANISATION_WEIGHTS
    ninth = (11 - organisation % 11) % 11 == _values(_ORGANISATION_CHECKS)[letters[:, 16]]
    wrong[rows] = ~(known & last & ninth)
    return wrong


def allocate_codes(points: FloatArray, *, prefix: str, width: int, taken: Collection[str]) -> list[str]:
    """Give codes to grids that have none: west to east, then north to south, as one reads.

    The extent of the points is cut into rows of equal height, as many as make the rows' cells about
    as wide as high, ``round(sqrt(n · height ÷ width))`` but at least one. The points are numbered row by
    row from the north, in each row from the west, and the numbers counted up from 1; a code that is
    taken is passed over.

    Parameters
    ----------
    points : (n, 2) float array
        A point in each grid, x east and y north, in metres or degrees.
    prefix : str
        What each code begins with.
    width : int
        How many digits follow, filled with zeros.
    taken : collection of str
        Codes in use or retired: a retired code is not used again.

    Returns
    -------
    list of str
        The codes, in the order of the points. The order matters to points at one place alone.

    Raises
    ------
    InputError
        Where the digits do not suffice.

    Examples
    --------
    >>> allocate_codes(np.array([[1.0, 0.0], [0.0, 0.0]]), prefix="G-", width=3, taken={"G-001"})
    ['G-003', 'G-002']
    """
    used = frozenset(taken)
    codes: list[str] = [""] * len(points)
    number = 0
    for place in _reading_order(np.asarray(points, dtype=float)):
        number += 1
        while (code := f"{prefix}{number:0{width}d}") in used:
            number += 1
        if number >= 10**width:
            raise InputError(
                f"There are not enough codes of the form {prefix}{'0' * width} for {len(points)} "
                "more grids; allow more digits.",
                reason="codes-used-up",
                grids=len(points),
                prefix=prefix,
                width=width,
            )
        codes[place] = code
    return codes


def _reading_order(points: FloatArray) -> list[int]:
    """Return the points' positions row by row from the north, in each row from the west."""
    if not len(points):
        return []
    x, y = points[:, 0], points[:, 1]
    wide, high = float(np.ptp(x)), float(np.ptp(y))
    rows = max(1, round((len(points) * high / wide) ** 0.5)) if wide else len(points)
    share = (y.max() - y) / high if high else np.zeros(len(y))
    row = np.minimum((share * rows).astype(np.int64), rows - 1)
    return [int(i) for i in np.lexsort((-y, x, row))]


def _values(alphabet: str) -> npt.NDArray[np.int64]:
    """Return a table from byte to value in an alphabet, −1 where it is not of it."""
    table = np.full(256, -1, dtype=np.int64)
    table[np.frombuffer(alphabet.encode(), np.uint8)] = np.arange(len(alphabet))
    return table
