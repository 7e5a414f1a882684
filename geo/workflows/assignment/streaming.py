"""Streaming: a file of points of any size and a file of grids → the points with their grids; no database."""

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.assignment.locator import Locator, make_locator
from geo.errors import FileRefused, InputError
from geo.frames import Progress, Reading, Refusal, no_progress
from geo.read.door import read_file
from geo.stream.cluster import cluster
from geo.stream.crew import Crew, threads
from geo.stream.plan import Kind
from geo.stream.result import Count, Rows, rows_of, schema_of
from geo.stream.sink import SINKS, Sink, put, require_place, sink_of
from geo.stream.source import Source, open_source
from geo.streets.condition import Remark
from geo.workflows.naming import with_codes

_GRIDS_SHARE = 0.05


@dataclass(frozen=True)
class Errand:
    """What is to be assigned to what.

    Parameters
    ----------
    points, grids : Path
        The files; the points may be a folder of Parquet files.
    kind : {"enterprises", "points"}
        What the points are, for the headers of their ids.
    crs, grids_crs : str, optional
        What a person says of the coordinate systems; goes before what the files say.
    encoding : str, optional
        What a person says of the text of the points.
    basis, level : str, optional
        Which of the grids are meant, where the file has several.
    scheduler : str, optional
        The address of a Dask scheduler whose workers do the work; this machine by default.
    """

    points: Path
    grids: Path
    kind: Kind = "enterprises"
    crs: str | None = None
    grids_crs: str | None = None
    encoding: str | None = None
    basis: str | None = None
    level: str | None = None
    scheduler: str | None = None


@dataclass(frozen=True)
class ErrandReport:
    """What became of an errand.

    Parameters
    ----------
    counts : dict of str to int
        ``points``, ``assigned``, ``unassigned``, ``ambiguous``, ``ties`` and ``no_location``.
    seconds : float
        How long it took.
    refused : tuple of Refusal
        The first rows that were refused, of the grids and of the points; the details name the file.
    lost : int
        How many rows were refused.
    remarks : tuple of Remark
        What to know of the figures before believing them.
    """

    counts: dict[str, int]
    seconds: float
    refused: tuple[Refusal, ...]
    lost: int
    remarks: tuple[Remark, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every row was taken."""
        return not self.lost

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the command line gives it."""
        return {
            **self.counts,
            "seconds": self.seconds,
            "remarks": [asdict(one) for one in self.remarks],
            "refused_total": self.lost,
            "refused": [
                {"row": one.row, "code": one.code, "message": one.message, "details": dict(one.details)}
                for one in self.refused
            ],
        }


def run_errand(errand: Errand, out: Path | None, *, on_progress: Progress = no_progress) -> ErrandReport:
    """Assign each point of a file to the grid that covers it, by the law of `geo.assignment.rule.assign`.

    The rows are written in their order. Memory does not grow with their number, but for Excel, which is
    read and written as a whole.

    Parameters
    ----------
    errand : Errand
        What is to be assigned to what.
    out : Path, optional
        The file to write, or for Parquet a folder; without one the points are only counted.
    on_progress : Progress
        Told how far the work is; what it raises ends it, and nothing is left behind.

    Raises
    ------
    InputError
        Where a file cannot be read, or the result not be written so.
    SystemFailure
        Where the machine or the cluster is at fault.
    """
    started = time.monotonic()
    sink = None if out is None else _sink(errand, out)
    on_progress(0.0, f"Reading {errand.grids.name}")
    grids, refused = read_grids(errand)
    source = open_source(errand.points, errand.kind, crs=errand.crs, encoding=errand.encoding)
    locator = make_locator(grids, points=source.rows)
    count = Count()
    with _crew(errand, locator, source, places=sink is SINKS[".gpkg"]) as crew:
        rows = rows_of(crew(source.pieces()), locator, source.names, source.id_type, count)
        told = _telling(rows, count, source, on_progress)
        if sink is None or out is None:
            for _ in told:
                pass
        else:
            put(told, schema_of(source.id_type), out, sink)
    every = (*refused, *count.refused)
    seconds = round(time.monotonic() - started, 3)
    counts = count.to_dict()
    return ErrandReport(counts, seconds, every, len(refused) + count.lost, _remarks(counts))


def _remarks(counts: dict[str, int]) -> tuple[Remark, ...]:
    placed = counts["points"] - counts["no_location"]
    if not placed or counts["assigned"] or counts["ambiguous"]:
        return ()
    message = (
        f"None of the {placed:,} points with a location lies in a grid; look whether both files are of one "
        "place and in the coordinate systems that they state, and whether x and y stand in order."
    )
    return (Remark("none-in-grids", "warning", message),)


def read_grids(errand: Errand) -> tuple[gpd.GeoDataFrame, tuple[Refusal, ...]]:
    """Read the grids of one basis and level, and give codes to those without, as a first load would.

    Returns
    -------
    GeoDataFrame, tuple of Refusal
        Column ``code``, index the row's number; and the rows refused, whose details name the file.

    Raises
    ------
    FileRefused
        Where no row has an outline that can be taken.
    InputError
        Where the file cannot be read, or has grids of several levels of which none is said.
    """
    reading = read_file(errand.grids, "grids", crs=errand.grids_crs)
    grids = coded_grids(reading, basis=errand.basis, level=errand.level)
    refused = tuple(
        replace(one, details={"file": errand.grids.name, **one.details}) for one in reading.refused
    )
    return grids, refused


def coded_grids(reading: Reading, *, basis: str | None, level: str | None) -> gpd.GeoDataFrame:
    """Return the grids of one basis and level of a file, with codes for those without, as a first load would.

    Raises
    ------
    FileRefused
        Where no row has an outline that can be taken.
    InputError
        Where the file has grids of several levels of which none is said.
    """
    frame, name = reading.frame, reading.facts.name
    if frame.geometry.isna().all():
        why = f": row {reading.refused[0].row}, {reading.refused[0].message}" if reading.refused else "."
        raise FileRefused(f"“{name}” has no grid with an outline{why}", count=len(reading.refused))
    for column, said in (("basis", basis), ("level", level)):
        frame = _chosen(frame, column, said, name)
    table = pd.DataFrame({"grid_id": frame.index, "code": frame["code"], "geom": frame.geometry.to_numpy()})
    known = gpd.GeoDataFrame({"grid_id": [], "code": [], "valid_from": [], "valid_to": []})
    codes, _ = with_codes(table, known, since=None, used=())
    return frame.assign(code=codes["code"])


def _sink(errand: Errand, out: Path) -> Sink:
    sink = sink_of(out, folder=errand.points.is_dir())
    require_place(out, sink)
    place = out.resolve()
    for one in (errand.points.resolve(), errand.grids.resolve()):
        if place == one or one in place.parents:
            raise InputError(f"“{out}” is what is read; name another file for the result.")
    return sink


def _crew(errand: Errand, locator: Locator, source: Source, *, places: bool) -> AbstractContextManager[Crew]:
    if errand.scheduler is None:
        return nullcontext(threads(locator, places=places))
    return cluster(errand.scheduler, locator, points=source.rows, places=places)


def _telling(rows: Iterable[Rows], count: Count, source: Source, on_progress: Progress) -> Iterator[Rows]:
    """Yield rows, and tell how far they are."""
    about = max(1, source.rows)
    for one in rows:
        done = count.points + count.lost
        fraction = _GRIDS_SHARE + (0.99 - _GRIDS_SHARE) * min(1.0, done / about)
        on_progress(fraction, f"{done:,} points")
        yield one
    on_progress(1.0, f"{count.points:,} points")


def _chosen(frame: gpd.GeoDataFrame, column: str, said: str | None, name: str) -> gpd.GeoDataFrame:
    """Return the grids of the basis or level that is said, or of the only one that there is."""
    there = sorted(frame[column].dropna().unique())
    if said is None:
        if len(there) + bool(frame[column].isna().any() and there) > 1:
            raise InputError(
                f"“{name}” has grids of several {column}s ({', '.join(there)}), which lie on one another; "
                f"say which is meant with --grids-{column}.",
                **{column: there},
            )
        return frame
    chosen = frame[frame[column] == said] if there else frame
    if chosen.empty:
        raise InputError(
            f"“{name}” has no grid of the {column} “{said}”; it has {', '.join(there)}.", **{column: there}
        )
    return chosen
