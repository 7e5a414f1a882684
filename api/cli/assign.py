"""``assign``: every stored point anew, or the points of a file without any database."""

import time
from pathlib import Path
from typing import Any

import click

from api.cli.report import json_option, progress, show, show_json, show_remarks, tell

LISTED = 20


@click.command(short_help="Assign every point anew, or the points of a file.")
@click.argument("points", type=click.Path(exists=True, path_type=Path), required=False)
@click.option(
    "--grids", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Of POINTS' zone."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file or folder to write.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(["enterprises", "points"]),
    default="enterprises",
    show_default=True,
    help="What POINTS are: the id of an enterprise may be its credit code.",
)
@click.option("--crs", help="The coordinate system of POINTS, such as EPSG:4544.")
@click.option("--grids-crs", help="That of the grids.")
@click.option("--encoding", help="The encoding of POINTS' text, such as gbk.")
@click.option("--grids-basis", "basis", help="Which of the grids, where the file has those of several bases.")
@click.option("--grids-level", "level", help="Likewise of several levels: block, grid or micro.")
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="Of a Dask cluster that does the work.")
@json_option
def assign(
    *, points: Path | None, grids: Path | None, output: Path | None, as_json: bool, **said: Any
) -> int:
    """Assign every stored point anew, and say how many assignments that changed (none, if all is well).

    With POINTS, a file, and --grids, another, no database is needed: the points are read in pieces, and
    written with the columns id, grid_code, status and rule. POINTS is CSV, Excel, a GeoPackage, Parquet or
    a folder of Parquet files; the ending of the output says its format, and without one it is a folder of
    Parquet files. Rows that cannot be taken are listed with their number and the reason, and the others go
    on; the exit code is then 1.
    """
    if points is None:
        if grids is not None or output is not None:
            raise click.UsageError("Name the file of POINTS before --grids.")
        return _assign_stored(as_json=as_json)
    if grids is None:
        raise click.UsageError("Say the file of grids with --grids.")
    return _assign_file(points, grids, output, said, as_json=as_json)


def _assign_file(
    points: Path, grids: Path, output: Path | None, said: dict[str, Any], *, as_json: bool
) -> int:
    from geo.workflows.assignment.streaming import Errand, run_errand

    with progress(points.name) as advance:
        report = run_errand(Errand(points, grids, **said), output, on_progress=advance)
    result = report.to_dict()
    if as_json:
        show_json(result)
    else:
        counts = {name: value for name, value in result.items() if name not in ("refused", "remarks")}
        show(", ".join(f"{name} {value}" for name, value in counts.items()))
        show_remarks(result["remarks"])
        for one in report.refused[:LISTED]:
            show(f"Refused: {one.details['file']}, row {one.row}: {one.message}")
        if report.lost > LISTED:
            tell(f"… and {report.lost - LISTED} more; --json lists the first thousand")
    return 0 if report.ok else 1


def _assign_stored(*, as_json: bool) -> int:
    from api.database import open_engine
    from api.settings import Settings
    from geo.store.engine import reading
    from geo.workflows.assignment.assigning import reassign_all
    from geo.workflows.figures.status import count
    from geo.workflows.ground.calendar import today

    settings = Settings.from_environment()
    started = time.monotonic()
    with open_engine(settings) as engine:
        written = reassign_all(engine, settings.zone)
        with reading(engine) as connection:
            figures = count(connection, settings.zone, on=today(settings.zone))["enterprises"]
    result = {
        "points": figures["total"],
        "assigned": figures["assigned"],
        "unassigned": figures["unassigned"],
        "ambiguous": figures["ambiguous"],
        "ties": figures["ties"],
        "changed": written,
        "seconds": round(time.monotonic() - started, 3),
    }
    if as_json:
        show_json(result)
    else:
        show(", ".join(f"{name} {value}" for name, value in result.items()))
    return 0
