"""``export``: boundaries and points out of the database, as a file."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from api.cli.report import headers_option, json_option, number_of, progress, show, show_json, tell
from api.database import open_engine
from api.settings import Settings
from geo.workflows.figures.gathering import WHAT, Wish
from geo.workflows.figures.giving import give
from geo.write.form import ENDINGS, Form, WriteReport

MAIN = "main"
"""The source that a load takes where nothing is said."""


def _release(_context: click.Context, _parameter: click.Parameter, value: str) -> int | None:
    """Read the number of a release, None for the current one."""
    if value == "current":
        return None
    if not value.isascii() or not value.isdigit():
        raise click.BadParameter(f"“{value}” is no release; give its number or “current”.")
    return int(value)


@click.command("export", short_help="Give a release, or points, as a file.")
@click.argument("what", type=click.Choice(WHAT), metavar="WHAT")
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path), required=True, help="The file to write."
)
@click.option(
    "--format", "format_name", type=click.Choice(list(ENDINGS)), help="By default that of the file's ending."
)
@click.option("--crs", default="EPSG:4326", show_default=True, help="Such as EPSG:4490 or EPSG:4544.")
@click.option("--encoding", type=click.Choice(["utf-8", "gbk"]), help="Of a Shapefile or CSV.")
@click.option("--basis", help="Of grids; by default the counted.")
@click.option(
    "--level", help="Of grids: block, micro, another of the profile's, or all; by default the counted."
)
@click.option(
    "--release", default="current", show_default=True, callback=_release, help="As known at this release."
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="What holds on this day; by default today.")
@click.option("--source", help="Only rows of this office or series.")
@click.option(
    "--offset",
    type=click.Choice(["gcj02", "bd09"]),
    help="Put the offset of a web map on the coordinates; the file's name then says so.",
)
@headers_option
@json_option
def export(*, path: Path, on: datetime | None, as_json: bool, **said: Any) -> int:
    """Write WHAT into a file: parks, grids, general-grids, enterprises or stations.

    The file is a GeoPackage (.gpkg), GeoJSON (.geojson), a Shapefile (.zip), KML (.kml), or for points CSV
    (.csv) or Excel (.xlsx). Loaded again under the same source, it changes nothing.
    """
    settings = Settings.from_environment()
    form = Form(**{name: said.pop(name) for name in ("crs", "encoding", "offset")})
    format_name = said.pop("format_name")
    wish = Wish(on=on.date() if on else None, **said)
    with open_engine(settings) as engine, progress(path.name) as advance:
        report = give(
            engine, settings.zone, wish, path, form=form, format_name=format_name, on_progress=advance
        )
    _show(report, as_json=as_json)
    return 0


def _show(report: WriteReport, *, as_json: bool) -> None:
    for one in report.warnings:
        tell(f"Warning: {one.message}")
    if as_json:
        show_json(report.to_dict())
        return
    system = f"{report.crs}, with the offset {report.offset}" if report.offset else report.crs
    what = f"{report.format}, {system}, {report.encoding}"
    show(f"{report.path}: {number_of(report.features, 'row')} ({what}), {report.bytes:,} bytes")
    if len(report.sources) == 1 and report.sources != (MAIN,):
        show(f"To load it again, say --source {report.sources[0]}")
