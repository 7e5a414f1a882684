"""What a page's scripts know of the zone: names of kinds and functions, the promise, the colours."""

from typing import Any

from maps.faults import IDS, LIBRARY, SAID, WORDED
from maps.page import Context
from maps.style import style_data
from maps.words import TAGS

MINUTES = (5, 10, 15)
"""The times offered on every map; any other can be typed."""


def zone_facts(context: Context) -> dict[str, Any]:
    """Return the facts of the zone as the scripts read them."""
    profile = context.profile
    return {
        "language": TAGS[context.language],
        "timeZone": profile.time_zone,
        "stamp": {key: context.stamp.get(key) for key in ("release", "on")},
        "counting": {"basis": profile.counting.basis, "level": profile.counting.name},
        "circle": {
            "minutes": profile.circle.minutes,
            "kinds": list(profile.circle.kinds),
            "detour": profile.circle.detour,
        },
        "kinds": {key: context.title(titles, key) for key, titles in profile.kind_titles.items()},
        "functions": {key: context.title(titles, key) for key, titles in profile.functions.items()},
        "style": style_data(),
        "faults": {"ids": sorted(IDS), "worded": WORDED, "said": SAID, "library": LIBRARY},
    }


def offered_minutes(context: Context) -> list[float]:
    """Return the times offered: 5, 10, 15 and what the profile promises."""
    return sorted({*map(float, MINUTES), context.profile.circle.minutes})
