"""Edits: what a scenario does to the stations – opened, moved, closed, converted or extended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.errors import InputError
from geo.profile import Profile
from geo.workflows.ground.district import FAR_DEGREES, District

MOST_EDITS = 500

MOST_SERVED = 2**31 - 1
"""No station serves more; the plan holds it in so many bits."""

KINDS = ("station", "centre")


@dataclass(frozen=True)
class Edit:
    """What a scenario does to one station; None leaves a thing as it is.

    Parameters
    ----------
    station : int or None
        The station's id; None for a new one.
    new : str or None
        The name that a new one goes by in the scenario, such as ``n1``; None for one that stands.
    closed : bool
        Whether it is closed; nothing else is said of it then.
    lon, lat : float or None
        Where it stands from now on, in degrees.
    name : str or None
        Of a new one.
    kind : {"station", "centre"} or None
        What it is.
    functions : tuple of str or None
        All that it offers.
    opening_hours : str or None
        When it is open.
    capacity : int or None
        How many it can serve.
    """

    station: int | None = None
    new: str | None = None
    closed: bool = False
    lon: float | None = None
    lat: float | None = None
    name: str | None = None
    kind: str | None = None
    functions: tuple[str, ...] | None = None
    opening_hours: str | None = None
    capacity: int | None = None

    @property
    def place(self) -> tuple[float, float] | None:
        """Where it stands from now on, None where that stays."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)

    def to_dict(self) -> dict[str, Any]:
        """Return what was said, as JSON holds it."""
        said: dict[str, Any] = {"closed": True} if self.closed else {}
        names = ("station", "new", "lon", "lat", "name", "kind", "opening_hours", "capacity")
        said |= {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return said | ({} if self.functions is None else {"functions": list(self.functions)})

    @property
    def values(self) -> dict[str, Any]:
        """What is said of the station itself, by the columns of the plan."""
        columns = ("name", "kind", "functions", "opening_hours", "capacity", "lon", "lat")
        return {name: value for name, value in self.to_dict().items() if name in columns}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> "Edit":
        """Return the edit that JSON holds."""
        functions = said.get("functions")
        return cls(**{**said, "functions": None if functions is None else tuple(functions)})


@dataclass(frozen=True)
class Draft:
    """Edits as their author drew them.

    Parameters
    ----------
    edits : sequence of Edit
        What is done.
    seen : int or None
        The version of the stations that the author saw; None for the last.
    """

    edits: Sequence[Edit]
    seen: int | None = None


def check_edits(edits: Sequence[Edit], profile: Profile) -> None:
    """Make sure that edits can be carried out, whatever stations there are.

    Raises
    ------
    InputError
        Where one contradicts itself or another, or there are too many.
    """
    if len(edits) > MOST_EDITS:
        raise InputError(
            f"A scenario takes {MOST_EDITS} stations at most, this one has {len(edits)}; divide it.",
            reason="scenario-too-long",
            most=MOST_EDITS,
            edits=len(edits),
        )
    seen: set[int | str] = set()
    for edit in edits:
        who = edit.station if edit.station is not None else edit.new
        if who is None or (edit.station is None) == (edit.new is None):
            raise InputError(
                "An edit names either a station that stands or a new one.", reason="edit-of-nothing"
            )
        if who in seen:
            raise InputError(
                f"Two edits are about the station {who}; say all of it in one.",
                reason="edit-twice",
                station=who,
            )
        seen.add(who)
        if edit.new is not None and (edit.place is None or edit.closed):
            raise InputError(
                f"The new station {who} has no place; put it on the map.",
                reason="edit-without-place",
                station=who,
            )
        if edit.closed and set(edit.to_dict()) > {"closed", "station"}:
            raise InputError(
                f"The station {who} is closed and something else is said of it too; say one of both.",
                reason="edit-contradicts",
                station=who,
            )
        _check_words(edit, who, profile)


def check_places(edits: Sequence[Edit], district: District) -> None:
    """Make sure that no station is further from the zone than `geo.workflows.ground.district.FAR_DEGREES`.

    Raises
    ------
    InputError
        Where one is; while nothing of the zone has been loaded, none is.
    """
    west, south, east, north = district.extent or (-180.0, -90.0, 180.0, 90.0)
    for edit in edits:
        lon, lat = edit.place or (west, south)
        if max(west - lon, lon - east, south - lat, lat - north) > FAR_DEGREES:
            who = edit.station if edit.station is not None else edit.new
            raise InputError(
                f"The station {who} would stand at {lon:.5f}, {lat:.5f}, far outside the zone; the zone lies "
                f"between {west:.3f}, {south:.3f} and {east:.3f}, {north:.3f}. Put it there.",
                reason="station-too-far",
                lon=round(lon, 5),
                lat=round(lat, 5),
                station=who,
            )


def _check_words(edit: Edit, who: int | str, profile: Profile) -> None:
    if (edit.lon is None) != (edit.lat is None):
        raise InputError(
            f"The place of station {who} lacks a longitude or a latitude.",
            reason="edit-half-place",
            station=who,
        )
    if edit.kind is not None and edit.kind not in KINDS:
        raise InputError(
            f"“{edit.kind}” is no kind of station; it is {' or '.join(KINDS)}.",
            reason="station-kind-unknown",
            kind=edit.kind,
        )
    if edit.capacity is not None and not 0 <= edit.capacity <= MOST_SERVED:
        raise InputError(
            f"The station {who} cannot serve {edit.capacity:,}; give 0 to {MOST_SERVED:,}.",
            reason="capacity-out-of-range",
            station=who,
            capacity=edit.capacity,
            most=MOST_SERVED,
        )
    unknown = sorted(set(edit.functions or ()) - set(profile.functions))
    if unknown and profile.functions:
        raise InputError(
            f"The profile knows no function “{unknown[0]}”; it knows {', '.join(profile.functions)}.",
            reason="function-unknown",
            function=unknown[0],
        )
