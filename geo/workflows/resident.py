"""What the service keeps in memory: districts, networks and answers, each named by what it depends on."""

import logging
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Engine

from geo.errors import GeoError
from geo.profile import Profile
from geo.store import boundaries, loads, receipts, street_corrections
from geo.store import district as store
from geo.store.engine import reading
from geo.workflows.ground.calendar import today
from geo.workflows.ground.district import District, Stamp, read_district, stamp
from geo.workflows.ground.zone import Zone

_log = logging.getLogger(__name__)


class Resident(Zone):
    """The zone of a database, with what is remembered of it.

    Parameters
    ----------
    engine : Engine
        A migrated database.
    profile : Profile
        The zone.
    capacity : int
        How many results are kept; the heaviest, a network with its snapped points, takes some 50 MB.
    """

    def __init__(self, engine: Engine, profile: Profile, *, capacity: int = 48) -> None:
        super().__init__(profile, capacity=capacity)
        self.engine = engine
        self._closed = False

    def stamp(self, *, release: int | None = None, on: date | None = None) -> Stamp:
        """Return the stamp of what holds now, or of a release and a day; this asks the database."""
        with reading(self.engine) as connection:
            return stamp(connection, release=release, on=on or today(self.profile))

    def district(self, wanted: Stamp) -> District:
        """Return the district at a stamp."""

        def read() -> District:
            with reading(self.engine) as connection:
                return read_district(connection, self.profile, wanted)

        return self.remember(("district", wanted), read)

    def streets(self) -> gpd.GeoDataFrame:
        """Read the streets; they are not kept, since their network is."""
        with reading(self.engine) as connection:
            return store.streets(connection)

    def ground(self) -> gpd.GeoDataFrame:
        """Read what is drawn beneath."""
        with reading(self.engine) as connection:
            return store.base_features(connection)

    def street_corrections(self, on: date) -> gpd.GeoDataFrame:
        """Read the corrections of streets that hold on a day."""
        with reading(self.engine) as connection:
            return street_corrections.standing(connection, on)

    def streets_told(self) -> dict[str, Any] | None:
        """Return the last load of streets, None before the first."""
        with reading(self.engine) as connection:
            return loads.latest(connection).get("streets")

    def details(self) -> pd.DataFrame:
        """Read what the enterprises say of themselves."""
        with reading(self.engine) as connection:
            return store.details(connection)

    def sources(self) -> pd.DataFrame:
        """Read what is known of the accuracy of the enterprises' places."""
        with reading(self.engine) as connection:
            return receipts.sources(connection)

    def belonging(self, wanted: Stamp) -> pd.DataFrame:
        """Return the code of the grid above each counted grid, and the name of its park."""
        at: dict[str, Any] = {"release": wanted.release or 0, "on": wanted.on, "geometry": False}
        with reading(self.engine) as connection:
            everything = boundaries.versions(connection, boundaries.GRID, **at)
            parks = boundaries.versions(connection, boundaries.PARK, **at)
        codes = dict(zip(everything["grid_id"], everything["code"], strict=True))
        called = parks["name"].fillna(parks["code"])
        names = dict(zip(parks["park_id"], called, strict=True))
        grids = self.district(wanted).grids
        return pd.DataFrame(
            {"block": grids["parent_id"].map(codes), "park": grids["park_id"].map(names)}, dtype="str"
        )

    def warm(self) -> None:
        """Work out what the first page will ask for; a failure is logged, and told when somebody asks."""
        from geo.workflows.reach.asking import Question
        from geo.workflows.reach.covering import cover

        try:
            if not self._closed:
                cover(self, self.stamp(), Question.promised(self.profile))
        except GeoError as error:
            if self._closed:
                return
            _log.warning("The district could not be read in advance: %s", error.message)

    def close(self) -> None:
        """Forget everything, and begin nothing more."""
        self._closed = True
        self.forget()
