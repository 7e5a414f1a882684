"""Colours and classes: what is there, what is missing, and shares in five steps."""

from dataclasses import asdict, dataclass
from typing import Any

THERE = "#0072B2"
"""What is there: stations, circles, links (Okabe and Ito's blue)."""

MISSING = "#D55E00"
"""What is missing: gaps, unassigned, out of reach (Okabe and Ito's vermilion)."""

NO_DATA = "#D9D9D6"
"""Under a hatch: nothing is known here."""


@dataclass(frozen=True)
class ShareClass:
    """One step of the palette: shares from ``lower`` up to, but not including, ``upper``.

    The last step includes its upper end.
    """

    lower: float
    upper: float
    colour: str


SHARE_CLASSES = (
    ShareClass(0.0, 0.2, "#ffffcc"),
    ShareClass(0.2, 0.4, "#a1dab4"),
    ShareClass(0.4, 0.6, "#41b6c4"),
    ShareClass(0.6, 0.8, "#2c7fb8"),
    ShareClass(0.8, 1.0, "#253494"),
)
"""Five equal steps of YlGnBu (ColorBrewer), which reads the same to colour-blind eyes and in grey."""

BANDS = ("#08519c", "#3182bd", "#9ecae1")
"""Service areas from the shortest time to the longest."""


def share_class(share: float | None) -> int | None:
    """Return the number of a share's class, from 0; None where the share is unknown.

    Raises
    ------
    ValueError
        Where the share is below 0 or above 1.
    """
    if share is None:
        return None
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"A share lies between 0 and 1, not at {share}.")
    return next((i for i, c in enumerate(SHARE_CLASSES) if share < c.upper), len(SHARE_CLASSES) - 1)


def style_data() -> dict[str, Any]:
    """Return the colours and classes as the scripts read them."""
    return {
        "there": THERE,
        "missing": MISSING,
        "noData": NO_DATA,
        "shares": [asdict(step) for step in SHARE_CLASSES],
        "bands": list(BANDS),
    }
