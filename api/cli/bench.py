"""``bench``: measure this service against its peers."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click

from api.cli.report import json_option, show, show_json, tell
from geo.bench import doctors, pgrouting, sites, valhalla, walkers
from geo.bench.border import measure_border
from geo.bench.examination import race_doctors
from geo.bench.peers import METHODS, Method, absent
from geo.bench.race import race
from geo.bench.redraw import load_demo, measure_comparison, measure_redrawing
from geo.bench.repairs import compare_repairs
from geo.bench.server import postgis
from geo.bench.ways import VALHALLA, race_ways
from geo.profile import load_profile
from geo.store.cluster.private import running
from geo.store.engine import make_engine
from geo.store.schema import upgrade

DEFAULT_CASES = ("1358x45000", "1358x1000000")
PARTITION_CASES = ("1358", "1358+repair", "100000")


@click.group(short_help="Measure this service against its peers.")
def bench() -> None:
    """Measure this service against its peers."""


@bench.command("assign")
@click.option("--case", "cases", multiple=True, metavar="GRIDSxPOINTS", help="May be given several times.")
@click.option("--repeats", type=click.IntRange(1, 100), default=5, show_default=True, help="Rounds.")
@click.option("--without", multiple=True, metavar="METHOD", help="A method to leave out.")
@json_option
def assign(*, cases: tuple[str, ...], repeats: int, without: tuple[str, ...], as_json: bool) -> int:
    """Assign points to grids by all methods in turns, and compare the medians.

    Building an index is part of the time, reading the input is not; the answers must be the same.
    """
    missing = absent()
    for name, reason in missing.items():
        tell(f"{name} is not measured: {reason}.")
    left_out = {*missing, *without}
    with _methods() as methods:
        racing = {name: method for name, method in methods.items() if name not in left_out}
        result = race(cases or DEFAULT_CASES, racing, repeats=repeats, tell=tell if as_json else show)
    if as_json:
        show_json(result)
        return 0
    for case, ratio in result["ratios"].items():
        show(f"{case:>16}  the best peer takes {ratio} times as long")
    return 0


@bench.command("partition")
@click.option("--case", "cases", multiple=True, metavar="GRIDS[+repair]", help="May be given several times.")
@click.option(
    "--repair",
    "files",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE",
    help="Repair this file of grids instead, and compare what is moved. May be given several times.",
)
@click.option("--repeats", type=click.IntRange(1, 100), default=5, show_default=True, help="Rounds.")
@click.option("--without", multiple=True, metavar="METHOD", help="A method to leave out.")
@json_option
def examination(
    *, cases: tuple[str, ...], files: tuple[Path, ...], repeats: int, without: tuple[str, ...], as_json: bool
) -> int:
    """Examine and mend partitions by all methods in turns, and compare the medians.

    One grid in forty of a case is faulty; all methods must find the same overlaps and holes.
    """
    missing = doctors.absent()
    for name, reason in missing.items():
        tell(f"{name} is not measured: {reason}.")
    say, left_out = tell if as_json else show, {*missing, *without}
    if files:
        result = compare_repairs(files, left_out, repeats=repeats, tell=say)
    else:
        result = race_doctors(cases or PARTITION_CASES, left_out, repeats=repeats, tell=say)
    if as_json:
        show_json(result)
        return 0
    for case, ratio in result.get("ratios", {}).items():
        show(f"{case:>16}  the best peer takes {ratio} times as long")
    return 0


@bench.command("site")
@click.option("--case", "cases", multiple=True, metavar="CANDIDATESxDEMANDxSITES", help="Or several.")
@click.option("--repeats", type=click.IntRange(1, 100), default=3, show_default=True, help="Rounds.")
@click.option("--without", multiple=True, metavar="METHOD", help="A method to leave out.")
@json_option
def siting(*, cases: tuple[str, ...], repeats: int, without: tuple[str, ...], as_json: bool) -> int:
    """Find the exact best sites beside spopt, in turns; all must find the same objective.

    Building or reducing the model is part of the time, the ways from candidates to demand are not.
    """
    missing = sites.absent()
    for name, reason in missing.items():
        tell(f"{name} is not measured: {reason}.")
    say = tell if as_json else show
    result = sites.race_sites(cases, repeats=repeats, without={*missing, *without}, tell=say)
    if as_json:
        show_json(result)
        return 0
    for case, ratio in result["ratios"].items():
        show(f"{case:>16}  spopt takes {ratio} times as long")
    return 0


@bench.command("preview")
@click.option(
    "--grids", multiple=True, type=click.IntRange(4, 1_000_000), help="Compare so many, without a database."
)
@click.option("--repeats", type=click.IntRange(1, 100), default=5, show_default=True, help="Rounds.")
@json_option
def redrawing(*, grids: tuple[int, ...], repeats: int, as_json: bool) -> int:
    """Move one border of the demo district; time its preview and its publication.

    The district is drawn and loaded into a private cluster first, which takes a minute. The preview takes
    turns with GeoPandas, and both must find the same enterprises.
    """
    say = tell if as_json else show
    if grids:
        results = [measure_comparison(count, repeats=repeats, tell=say) for count in grids]
        result: dict[str, Any] = {"rows": [row for one in results for row in one["rows"]]}
    else:
        with _cluster() as url:
            upgrade(url)
            engine, zone = make_engine(url), load_profile("demo")
            load_demo(engine, zone)
            result = measure_redrawing(engine, zone, repeats=repeats, tell=say)
    if as_json:
        show_json(result)
        return 0
    for case, times in result.get("ratios", {}).items():
        show(f"{case:>16}  GeoPandas takes {times} times as long")
    return 0


@bench.command("border")
@click.option("--grids", type=click.IntRange(9, 1_000_000), default=100_000, show_default=True)
@click.option("--points", type=click.IntRange(1, 100_000_000), default=10_000_000, show_default=True)
@click.option("--repeats", type=click.IntRange(1, 100), default=5, show_default=True, help="Rounds.")
@json_option
def border(*, grids: int, points: int, repeats: int, as_json: bool) -> int:
    """Move one border of many grids; bring the index up to date, and assign the points near it anew.

    All are assigned anew besides, and the answers must be the same.
    """
    result = measure_border(grids, points, repeats=repeats, tell=tell if as_json else show)
    if as_json:
        show_json(result)
    return 0


@bench.command("reach")
@click.option(
    "--case",
    "cases",
    multiple=True,
    metavar="demo|FILE[@EDGES]",
    help="The demo, or a file of streets, laid out to so many edges. May be given several times.",
)
@click.option("--repeats", type=click.IntRange(1, 100), default=5, show_default=True, help="Rounds.")
@click.option("--without", multiple=True, metavar="METHOD", help="A method to leave out.")
@json_option
def ways(*, cases: tuple[str, ...], repeats: int, without: tuple[str, ...], as_json: bool) -> int:
    """Find ways, one more station and circles by all methods in turns, and compare the medians.

    The nearest of 398 stations to 45,000 points within 15 minutes at 5 km/h, node to node; the answers must
    be the same to half a metre.
    """
    with _cluster() as url:
        others = {VALHALLA: valhalla.absent(), "pgRouting": pgrouting.absent(url)}
        missing = walkers.absent() | {name: reason for name, reason in others.items() if reason}
        for name, reason in missing.items():
            tell(f"{name} is not measured: {reason}.")
        left_out = {*missing, *without}
        methods: dict[str, walkers.Method] = {
            **walkers.METHODS,
            "pgRouting": partial(pgrouting.pgrouting, url),
        }
        racing = {name: method for name, method in methods.items() if name not in left_out}
        say = tell if as_json else show
        result = race_ways(cases or ("demo",), racing, without=left_out, repeats=repeats, tell=say)
    if as_json:
        show_json(result)
        return 0
    for case, ratio in result["ratios"].items():
        show(f"{case:>40}  the best peer takes {ratio} times as long")
    return 0


@contextmanager
def _methods() -> Iterator[dict[str, Method]]:
    """Yield all methods, PostGIS among them on a private cluster of its own."""
    with _cluster() as url:
        yield {**METHODS, "PostGIS": partial(postgis, url)}


@contextmanager
def _cluster() -> Iterator[str]:
    """Run a private cluster for as long as it is measured on, and yield its URL."""
    with tempfile.TemporaryDirectory(prefix="gridcircle-bench-") as folder:
        # The server's account has to pass through.
        Path(folder).chmod(0o755)
        with running(Path(folder) / "var") as url:
            yield url
