"""The pairs: two publications at one time, based on one release."""

import threading
from dataclasses import dataclass, field, replace

import geopandas as gpd
import shapely
from sqlalchemy import Engine, text

from geo.errors import ConflictError
from geo.frames import CRS, Reading
from geo.store import releases
from geo.store.engine import reading as snapshot
from geo.store.engine import writing
from geo.workflows.assignment.assigning import reassign_all
from geo.workflows.publication.loading import store
from geo.workflows.publication.report import LoadOptions, Outcome, Terms
from tests.crash.publication import SINCE, ZONE

NAMES = ("甲", "乙")


@dataclass
class Pairs:
    """What came of the pairs; all lists are to be empty."""

    pairs: int = 0
    conflicts: int = 0
    overwritten: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    unassigned: int = 0

    @property
    def held(self) -> bool:
        """Whether one of each pair won, and the other was told who did."""
        return self.conflicts == self.pairs and not (self.overwritten or self.unnamed or self.unassigned)


def moved(engine: Engine, reading: Reading, *, base: int | None, by: str, width: float) -> Outcome:
    """Publish the outline of one grid, drawn wider; a base of None compares with nothing."""
    frame = reading.frame.iloc[:1]
    wider = shapely.buffer(frame.geometry.iloc[0], width)
    changed = gpd.GeoDataFrame(
        frame.drop(columns="geometry"),
        geometry=gpd.GeoSeries([shapely.MultiPolygon([wider])], index=frame.index, crs=CRS),
    )
    terms = Terms(base="current" if base is None else base, by=by)
    with writing(engine) as connection:
        releases.lock(connection)
        given = replace(reading, frame=changed)
        return store(connection, ZONE, "grids", given, LoadOptions(since=SINCE, by=by, terms=terms))


def run_pairs(engine: Engine, reading: Reading, n: int, *, comparing: bool = True) -> Pairs:
    """Publish so many pairs of changes, each on the release that the pair before made.

    Without ``comparing`` each takes whatever release there is for its base, as it must not be.
    """
    report = Pairs(pairs=n)
    for i in range(n):
        with snapshot(engine) as connection:
            base = releases.current(connection)
        barrier = threading.Barrier(2)
        ended: dict[str, Outcome | ConflictError] = {}

        def race(by: str, width: float, base: int | None = base, barrier=barrier, ended=ended) -> None:
            barrier.wait()
            try:
                ended[by] = moved(engine, reading, base=base if comparing else None, by=by, width=width)
            except ConflictError as error:
                ended[by] = error

        threads = [
            threading.Thread(target=race, args=(name, 0.00001 * (2 * i + j + 1)))
            for j, name in enumerate(NAMES)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        _judge(report, ended, base)
    report.unassigned = reassign_all(engine, ZONE)
    with snapshot(engine) as connection:
        query = text("select count(*) from release where published_by = any(:names)")
        made = connection.scalar(query, {"names": list(NAMES)})
    if made != n:
        report.overwritten.append(f"{n} pairs made {made} releases")
    return report


def _judge(report: Pairs, ended: dict[str, Outcome | ConflictError], base: int | None) -> None:
    winners = [name for name, one in ended.items() if isinstance(one, Outcome)]
    losers = [one for one in ended.values() if isinstance(one, ConflictError)]
    if len(winners) != 1 or len(losers) != 1:
        report.overwritten.append(f"base {base}: {winners} published")
        return
    report.conflicts += 1
    if losers[0].details["by"] != winners[0] or winners[0] not in losers[0].message:
        report.unnamed.append(losers[0].message)
