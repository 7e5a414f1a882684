"""The zone's civil days."""

from datetime import UTC, date, datetime

from geo.profile import Profile


def today(profile: Profile) -> date:
    """Return the civil day that it is in the zone now."""
    return datetime.now(tz=UTC).astimezone(profile.zone_info).date()
