"""The same on a Dask cluster that somebody names: two worker processes, of which one is killed half-way."""

import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client

from geo.assignment.locator import ask, make_locator
from geo.bench.terrain import partition, places
from geo.errors import InputError, SystemFailure
from geo.index import partition as partition_making
from geo.index import ways
from geo.index.shelf import Shelf
from geo.stream import parquet
from geo.stream.worker import Grids
from geo.workflows.assignment.streaming import Errand, run_errand

WORKER = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--memory-limit", "0", "--death-timeout", "60")


@dataclass
class Cluster:
    """A scheduler and its workers, each a process of its own."""

    address: str
    workers: list["subprocess.Popen[bytes]"]


def start(module: str, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", f"distributed.cli.{module}", *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def cluster(tmp_path: Path, unused_port: int) -> Iterator[Cluster]:
    address = f"tcp://127.0.0.1:{unused_port}"
    scheduler = start(
        "dask_scheduler", "--host", "127.0.0.1", "--port", str(unused_port), "--no-dashboard", "--no-show"
    )
    room = str(tmp_path / "room")
    workers = [start("dask_worker", address, *WORKER, "--local-directory", room) for _ in range(2)]
    try:
        with Client(address) as client:
            client.wait_for_workers(len(workers), timeout=60)
        yield Cluster(address, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def errand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Errand:
    monkeypatch.setattr(parquet, "ROWS", 2_000)
    shapes = partition(36)
    codes = [f"{i:04}" for i in range(36)]
    gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs="EPSG:4326").to_file(tmp_path / "grids.gpkg")
    x, y = places(60_000, shapes)
    y[::1_000] = 99.0
    table = pa.table({"id": np.arange(60_000), "lon": x, "lat": y})
    pq.write_table(table, tmp_path / "points.parquet", row_group_size=1_000)
    return Errand(tmp_path / "points.parquet", tmp_path / "grids.gpkg")


def indices_in(process: int) -> set[str]:
    """The files with an index that a process has mapped into its memory."""
    lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    return {line.split()[-1] for line in lines if line.endswith(".index")}


def there(errand: Errand, address: str) -> Errand:
    return Errand(errand.points, errand.grids, scheduler=address)


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_a_worker_is_killed_half_way_and_nothing_is_lost(
    tmp_path: Path, errand: Errand, cluster: Cluster, ending: str
) -> None:
    here = run_errand(errand, tmp_path / f"here{ending}")
    killed: list[float] = []
    mapped: list[set[str]] = []

    def kill_one(fraction: float, message: str) -> None:
        if fraction > 0.4 and not killed:
            mapped.extend(indices_in(worker.pid) for worker in cluster.workers)
            cluster.workers[0].kill()
            killed.append(fraction)

    report = run_errand(there(errand, cluster.address), tmp_path / f"there{ending}", on_progress=kill_one)
    assert killed
    assert killed[0] < 0.6
    # One index, built here, in the memory of both.
    assert mapped[0] == mapped[1]
    assert len(mapped[0]) == 1
    assert (tmp_path / f"there{ending}").read_bytes() == (tmp_path / f"here{ending}").read_bytes()
    assert report.counts == here.counts
    assert report.refused == here.refused
    assert report.lost == 60
    # And a second run, on what is left of the cluster.
    again = run_errand(there(errand, cluster.address), None)
    assert again.counts == here.counts


def hundred_grids() -> gpd.GeoDataFrame:
    codes = [str(i) for i in range(100)]
    return gpd.GeoDataFrame({"code": codes}, geometry=partition(100), crs="EPSG:4326")


def test_a_plugin_is_sent_without_its_index(tmp_path: Path) -> None:
    frame = hundred_grids()
    grids = Grids(make_locator(frame), 10, tmp_path)
    assert len(pickle.dumps(grids)) < 2 * sum(len(wkb) for wkb in frame.geometry.to_wkb())
    with pytest.raises(SystemFailure, match="before its grids were ready"):
        _ = grids.locator


def test_workers_of_another_machine_build_one_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    build = partition_making.blocks_of
    monkeypatch.setattr(partition_making, "blocks_of", lambda *given: (made.append(1), build(*given))[1])
    grids = Grids(make_locator(hundred_grids(), points=10), 10, tmp_path / "of the other machine")
    for name in ("worker-a", "worker-b"):
        there = pickle.loads(pickle.dumps(grids))  # noqa: S301
        there.setup(SimpleNamespace(local_directory=str(tmp_path / "room" / name)))
        assert there.locator.index is not None
    assert len(made) == 2
    assert len([*(tmp_path / "room").rglob("*.index")]) == 1


@pytest.mark.parametrize("swift", [True, False])
def test_a_worker_takes_the_index_whether_it_has_loaded_the_loops_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, swift: bool
) -> None:
    ways.load_if_it_pays(ways.MOST_WORK)
    monkeypatch.setattr(ways, "swift", lambda: swift)
    here = make_locator(hundred_grids(), points=100_000)
    assert here.index is not None
    here.index.keep_on(Shelf(tmp_path))
    grids = Grids(here, 100_000, tmp_path)
    monkeypatch.setattr(ways, "swift", lambda: not swift)
    other = make_locator(hundred_grids(), points=100_000).index
    assert other is not None
    assert other.raster != here.index.raster, "by itself it would have chosen other cells"
    grids.setup(SimpleNamespace(local_directory=str(tmp_path / "room")))
    assert len([*tmp_path.rglob("*.index")]) == 1, "it built none of its own"
    x, y = places(5_000, hundred_grids().geometry.to_numpy())
    assert ask(grids.locator, x, y).first.tolist() == ask(here, x, y).first.tolist()


def test_an_address_that_is_none_or_answers_not(errand: Errand, unused_port: int, monkeypatch) -> None:
    with pytest.raises(InputError, match="no address of a scheduler"):
        run_errand(there(errand, "localhost:8786"), None)
    monkeypatch.setattr("geo.stream.cluster._ANSWERS_S", 0.5)
    with pytest.raises(SystemFailure, match="No scheduler answers"):
        run_errand(there(errand, f"tcp://127.0.0.1:{unused_port}"), None)
