"""An inquiry: one request for data, at one stamp, answered from what is in memory."""

from collections.abc import Callable, Hashable
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from api.answers import GEOJSON, JSON, answer, json_bytes
from api.deps import ResidentDep, ScopeDep
from geo.profile import Profile
from geo.workflows.resident import Resident


class Inquiry:
    """A request with the state that it asks about.

    Parameters
    ----------
    request : Request
        The request.
    scope : Scope
        The release and the day in its address.
    resident : Resident
        What the app keeps in memory.
    """

    def __init__(self, request: Request, scope: ScopeDep, resident: ResidentDep) -> None:
        self.request = request
        self.resident: Resident = resident
        self.stamp = resident.stamp(release=scope.release, on=scope.on)

    @property
    def profile(self) -> Profile:
        """The zone's profile."""
        return self.resident.profile

    def json(self, build: Callable[[], dict[str, Any]]) -> Response:
        """Answer with a value as JSON, or with 304."""
        return self.bytes(lambda: json_bytes(build()), JSON, key=self.stamp)

    def geojson(self, build: Callable[[], bytes]) -> Response:
        """Answer with a FeatureCollection, or with 304."""
        return self.bytes(build, GEOJSON, key=self.stamp)

    def bytes(self, build: Callable[[], bytes], media_type: str, *, key: Hashable) -> Response:
        """Answer with bytes that depend on the zone and the key alone, or with 304."""
        # Another zone, or another profile of this one, may be served at the same address tomorrow.
        zone = (self.stamp.origin, repr(self.profile))
        return answer(self.request, (zone, key), build, media_type)


InquiryDep = Annotated[Inquiry, Depends()]
