"""Tables: rows of known addresses, and those that name nothing by which anything could be found."""

import pandas as pd

from geo.addresses.parts import parse
from geo.frames import Refusal


def nameless(addresses: "pd.Series[str]") -> tuple[Refusal, ...]:
    """Return a refusal for each address that is missing, or names neither a street nor a place.

    Parameters
    ----------
    addresses : Series (n,)
        By the number of the row.
    """
    return tuple(
        _empty(row, text) if isinstance(text, str) else _missing(row)
        for row, text in zip(addresses.index.tolist(), addresses.tolist(), strict=True)
        if not isinstance(text, str) or parse(text).is_empty
    )


def _missing(row: int) -> Refusal:
    message = "The row has no address, so that nothing can be found by it; fill it in, or take the row out."
    return Refusal(row, "address-missing", message, {})


def _empty(row: int, text: str) -> Refusal:
    return Refusal(
        row,
        "address-nowhere",
        f"The address “{text[:60]}” names neither a street nor a place; write it out, such as "
        "天府大道1700号.",
        {"text": text[:200]},
    )
