"""Firms: what an enterprise of the demo district is, apart from where it is."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.codes import credit_code_check_digit, organisation_code_check_digit
from geo.demo.names import firm_names

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DIVISIONS = ("510109", "510109", "510109", "510104", "510107", "510100", "110108", "440305")
"""Where firms are registered: mostly in the zone's own division, some elsewhere."""

_INDUSTRIES = (
    ("I6513", 0.16, "网络信息安全"),
    ("I6511", 0.06, "人工智能"),
    ("I6520", 0.04, "集成电路"),
    ("I6531", 0.07, "人工智能、网络信息安全"),
    ("C3973", 0.02, "集成电路"),
    ("C3974", 0.02, "新型显示"),
    ("C3921", 0.03, "卫星互联网"),
    ("C2720", 0.03, "生物医药"),
    ("C3581", 0.03, "生物医药、智能制造"),
    ("C3491", 0.03, "智能制造"),
    ("C3741", 0.02, "航空航天、智能制造"),
    ("M7320", 0.06, "智能制造"),
    ("M7340", 0.04, "生物医药"),
    ("F5137", 0.05, ""),
    ("F5212", 0.05, ""),
    ("H6210", 0.07, ""),
    ("J6730", 0.03, ""),
    ("K7020", 0.04, ""),
    ("L7212", 0.06, ""),
    ("L7249", 0.04, ""),
    ("G5920", 0.02, ""),
    ("R8820", 0.03, ""),
)
"""GB/T 4754-2017 code, relative frequency, and the chains that go with it, joined with 、."""

_MISSING_CODE, _SHARED_CODE, _UNKNOWN_WORKERS = 0.015, 0.006, 0.04


def describe_firms(large: NDArray[np.bool_], rng: np.random.Generator) -> pd.DataFrame:
    """Return firms with names, credit codes, industries, chains and head counts.

    Parameters
    ----------
    large : ndarray (n,)
        Which are the main employer of a unit of their own.
    rng : Generator
        The source of all chance.

    Returns
    -------
    DataFrame
        ``source_id``, ``name``, ``credit_code`` (a few missing, a few shared), ``industry``, ``chains``
        (text), ``category``, ``workers`` (Int64, a few missing), n rows.
    """
    count = len(large)
    share = np.array([weight for _, weight, _ in _INDUSTRIES])
    industry = rng.choice(len(_INDUSTRIES), count, p=share / share.sum())
    workers = _workers(large, rng)
    chains = np.array([names for _, _, names in _INDUSTRIES], dtype=object)[industry]
    # Offices do not agree on one spelling; the alias is left in, as they send it.
    alias = rng.random(count) < 0.1
    chains[alias] = [names.replace("智能制造", "智能智造") for names in chains[alias]]
    chains[rng.random(count) < 0.35] = ""
    return pd.DataFrame(
        {
            "source_id": [f"E{n:06d}" for n in range(1, count + 1)],
            "name": firm_names(count, rng),
            "credit_code": _credit_codes(count, rng),
            "industry": np.array([code for code, _, _ in _INDUSTRIES], dtype=object)[industry],
            "chains": pd.Series(chains).replace("", None),
            "category": np.where(workers.fillna(0) >= 100, "规上", "规下"),
            "workers": workers,
        }
    )


def _workers(large: NDArray[np.bool_], rng: np.random.Generator) -> pd.Series:
    """Return head counts with a heavy tail: medians of 4, and of 160 in units of their own."""
    usual = rng.lognormal(np.log(4.0), 1.15, len(large))
    main = rng.lognormal(np.log(160.0), 0.9, len(large))
    heads = np.maximum(np.round(np.where(large, main, usual)), 1).astype(np.int64)
    return pd.Series(np.minimum(heads, 9000), dtype="Int64").mask(rng.random(len(large)) < _UNKNOWN_WORKERS)


def _credit_codes(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return valid codes whose organisation part begins with XD, which no authority gives out."""
    serial = rng.permutation(len(_ALPHABET) ** 4)[:count] + rng.integers(0, 31**2) * 31**4
    division = rng.integers(0, len(_DIVISIONS), count)
    codes = np.array(
        [_code(_DIVISIONS[d], s) for d, s in zip(division.tolist(), serial.tolist(), strict=True)],
        dtype=object,
    )
    lot = rng.permutation(count)
    shared, missing = max(round(_SHARED_CODE * count), 2), max(round(_MISSING_CODE * count), 2)
    codes[lot[:shared]] = codes[lot[shared : 2 * shared]]
    codes[lot[2 * shared : 2 * shared + missing]] = None
    return codes


def _code(division: str, serial: int) -> str:
    digits = ""
    for _ in range(6):
        serial, digit = divmod(serial, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    organisation = f"XD{digits}"
    body = f"91{division}{organisation}{organisation_code_check_digit(organisation)}"
    return body + credit_code_check_digit(body)
