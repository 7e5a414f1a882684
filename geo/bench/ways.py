"""The race of ways: snapping, flags, one more station and circles, all methods in turns."""

import resource
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import shapely

from geo.bench import valhalla
from geo.bench.town import MINUTES, SPEED, Town, board_of, town_of
from geo.bench.turns import Row, Tell, ratio, rows_of, take_turns
from geo.bench.walkers import OURS, Method, require_same
from geo.circles.alone import areas_alone
from geo.circles.areas import build_lattice
from geo.reach.matrix import travel_matrix
from geo.reach.times import travel_minutes
from geo.streets.snapping import Snapped, snap

ACCESS_M = 250.0
PARTS = ("edge", "along_m", "access_m", "xy")
CIRCLES = 300
SPACING_M = 25.0
TREE, BEGINNING, VALHALLA = "shapely tree", "gridcircle, from the beginning", "Valhalla"
_TIMES = {"speed_m_per_min": SPEED, "limit_minutes": MINUTES}


def race_ways(
    cases: tuple[str, ...], methods: Mapping[str, Method], *, without: set[str], repeats: int, tell: Tell
) -> dict[str, Any]:
    """Measure methods on cases (`geo.bench.town.town_of`).

    Parameters
    ----------
    cases : tuple of str
        The towns.
    methods : mapping of str to Method
        Of flags; ours is among them.
    without : set of str
        Other methods to leave out, such as ``Valhalla``.
    repeats : int
        Rounds. A method that has used up 15 seconds sits the others out.
    tell : callable
        Is told each median as it stands.

    Returns
    -------
    dict
        ``rows`` and ``ratios`` as of `geo.bench.race.race`, each row with the least seconds of this
        process's ``processor`` besides; ``towns``, what each case holds; ``peak_mb``.

    Raises
    ------
    RuntimeError
        Where two methods differ in their answers.
    """
    rows: list[Timed] = []
    towns: dict[str, Any] = {}
    for case in cases:
        town = town_of(case)
        name = Path(case).name
        towns[name] = _said(town)
        for races in (_snapping, _flags, _one_more, _circles):
            rows += races(name, town, methods, without, repeats=repeats, tell=tell)
    names = dict.fromkeys(row.case for row in rows)
    return {
        "rows": [asdict(row) for row in rows],
        "ratios": {name: ratio([row for row in rows if row.case == name], OURS) for name in names},
        "towns": towns,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


@dataclass(frozen=True)
class Timed(Row):
    """A row with the least processor time of its runs, which other work on the machine hardly touches."""

    processor: float


def _turns(
    case: str, town: Town, methods: Mapping[str, Any], *, repeats: int, compare: Any, tell: Tell
) -> list[Timed]:
    """Let methods take turns, with an eye on the processor."""
    spent: dict[str, list[float]] = {name: [] for name in methods}

    def watched(name: str, method: Any) -> Any:
        def ready(town: Town) -> Any:
            run = method(town)

            def timed() -> Any:
                begin = process_time()
                found = run()
                spent[name].append(process_time() - begin)
                return found

            return timed

        return ready

    watching = {name: watched(name, method) for name, method in methods.items()}
    times = take_turns(town, watching, repeats=repeats, compare=partial(compare, case))
    return [
        Timed(**asdict(row), processor=round(min(spent[row.method]), 4)) for row in rows_of(case, times, tell)
    ]


def _said(town: Town) -> dict[str, int]:
    network = town.network
    return {
        "nodes": len(network.node_xy),
        "edges": len(network.edge_from),
        "stations": len(town.stations),
        "points": len(town.points),
    }


def _snapping(name: str, town: Town, _: Any, without: set[str], *, repeats: int, tell: Tell) -> list[Timed]:
    """Bring the points to the nearest street; the raster or the tree is built by the clock."""

    def ours(town: Town) -> Callable[[], Any]:
        network = replace(town.network)
        return lambda: snap(network, town.points_xy, max_access_m=ACCESS_M).edge

    def tree(town: Town) -> Callable[[], Any]:
        network = replace(town.network)

        def run() -> Any:
            edge = np.full(len(town.points_xy), -1)
            for segments in (network.mainland, network.islands):
                left = np.flatnonzero(edge < 0)
                if len(segments) and len(left):
                    found = segments.nearest_by_tree(town.points_xy[left], most_m=ACCESS_M)
                    edge[left[found >= 0]] = segments.edge[found[found >= 0]]
            return edge

        return run

    methods = {k: m for k, m in {OURS: ours, TREE: tree}.items() if k not in without}
    case = f"{name}: snap"
    return _turns(case, town, methods, repeats=repeats, compare=_equal, tell=tell)


def _flags(
    name: str, town: Town, methods: Mapping[str, Method], _: set[str], *, repeats: int, tell: Tell
) -> list[Timed]:
    """Find the ways to all points, what each method makes ready being outside the clock, then inside."""
    case, whole = f"{name}: flags", f"{name}: flags, made ready too"

    def inside(method: Method) -> Method:
        def ready(town: Town) -> Any:
            def run() -> Any:
                return method(town)()

            return run

        return ready

    made = {key: _once(method) for key, method in methods.items()}
    rows = _turns(case, town, made, repeats=repeats, compare=require_same, tell=tell)
    racing = {key: inside(method) for key, method in methods.items()}
    return rows + _turns(whole, town, racing, repeats=repeats, compare=require_same, tell=tell)


def _once(method: Method) -> Method:
    """Make ready once for all rounds."""
    made: list[Any] = []

    def ready(town: Town) -> Any:
        if not made:
            made.append(method(town))
            made[0]()
        return made[0]

    return ready


def _one_more(name: str, town: Town, _: Any, without: set[str], *, repeats: int, tell: Tell) -> list[Timed]:
    """Flag the points with one more station as the page of what-if does: one bounded search, one pass."""
    sources, targets = town.at(town.stations), town.at(town.points)
    spot = snap(town.network, town.points_xy[:1], max_access_m=ACCESS_M)
    more = Snapped(*(np.append(getattr(sources, part), getattr(spot, part), axis=0) for part in PARTS))
    board = board_of(town)

    def ours() -> Any:
        row = travel_matrix(town.network, spot, targets, **_TIMES).indices
        return board.moved((), [row.astype(np.intp)]).reached

    methods: dict[str, Any] = {
        OURS: lambda _: ours,
        BEGINNING: lambda _: lambda: travel_minutes(town.network, more, targets, **_TIMES).minutes <= MINUTES,
    }
    methods = {k: m for k, m in methods.items() if k not in without}
    case = f"{name}: one more"
    return _turns(case, town, methods, repeats=repeats, compare=_equal, tell=tell)


def _circles(name: str, town: Town, _: Any, without: set[str], *, repeats: int, tell: Tell) -> list[Timed]:
    """Draw the circles of 300 stations, each alone."""
    if "@" in name:
        return []
    network, many = town.network, min(CIRCLES, len(town.stations))
    sources = town.at(town.stations[:many])
    bounds = [*network.vertex_xy.min(axis=0), *network.vertex_xy.max(axis=0)]
    lattice = build_lattice(bounds, crs=network.crs, spacing_m=SPACING_M)
    around, limit = snap(network, lattice.points_xy, max_access_m=ACCESS_M), MINUTES + 2 * SPACING_M / SPEED

    def ours() -> Any:
        minutes = travel_matrix(network, sources, around, speed_m_per_min=SPEED, limit_minutes=limit)
        return areas_alone(lattice, minutes, (MINUTES,), speed_m_per_min=SPEED).geometry.to_numpy()

    case = f"{name}: {many} circles"
    methods: dict[str, Any] = {OURS: lambda _: ours}
    with tempfile.TemporaryDirectory(prefix="gridcircle-bench-") as folder:
        if VALHALLA not in without:
            streets = Path(folder) / "streets.osm.pbf"
            valhalla.write_streets(network, streets)
            actor, places = valhalla.open_tiles(streets, Path(folder)), valhalla.locations(network, sources)
            methods[VALHALLA] = lambda _: (
                lambda: [valhalla.circle(actor, place, minutes=MINUTES) for place in places]
            )
        return _turns(case, town, methods, repeats=repeats, compare=_alike, tell=tell)


def _equal(case: str, name: str, found: Any, answer: Any) -> None:
    if not np.array_equal(found, answer):
        raise RuntimeError(f"In the case {case}, {name} differs from {OURS}.")


def _alike(case: str, name: str, found: Any, answer: Any) -> None:
    """Raise where circles that are drawn differently differ by more than a quarter in their area together."""
    areas = [
        float(shapely.area(shapely.from_geojson([_text(one) for one in drawn])).sum())
        for drawn in (found, answer)
    ]
    if not 0.75 < areas[0] / areas[1] < 1.25:
        raise RuntimeError(f"In the case {case}, {name} draws {areas[0] / areas[1]:.2f} of our area.")


def _text(circle: Any) -> str:
    if isinstance(circle, dict):
        import json

        return json.dumps(circle["features"][0]["geometry"])
    return str(shapely.to_geojson(circle))
