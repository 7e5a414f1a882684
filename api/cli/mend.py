"""``mend``: what the doctor found is mended and written to another file, without a database."""

from pathlib import Path
from typing import Any

import click
import pandas as pd

from api.cli.report import json_option, number_of, show, show_json, tell
from api.cli.subject import Looking, look_at, looking_options
from geo.contracts import CONTRACTS
from geo.doctor.inspection import PARTITIONS
from geo.errors import InputError
from geo.findings import FIXES
from geo.workflows.drafts.remedies import ALL, Choice, Layer, Remedy, remedy
from geo.workflows.drafts.verdicts import Verdict, counted, is_ok, verdicts_again, verdicts_on
from geo.write.form import Form, format_of
from geo.write.frame import write_frame

_NAMED = 10


@click.command(short_help="Mend a file's borders, and write the result to another.")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--as", "kind", type=click.Choice(PARTITIONS), required=True, help="What the file holds.")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), required=True, help="A .gpkg, .geojson, .zip or .kml."
)
@click.option("--fix", "fixes", multiple=True, type=click.Choice(FIXES), help="Only this; all by default.")
@click.option("--finding", "numbers", multiple=True, type=int, help="Only this of check --json, from 0.")
@click.option("--output-crs", default="EPSG:4326", show_default=True, help="The system of the output.")
@looking_options
@json_option
def mend(
    *,
    file: Path,
    kind: str,
    output: Path,
    fixes: tuple[str, ...],
    numbers: tuple[int, ...],
    as_json: bool,
    **options: Any,
) -> int:
    """Mend the borders of a FILE and write the result to another; the file itself stays as it is.

    By itself no border is moved by more than half a metre, and shared edges stay shared. What is wider is
    mended where it is named with --finding. The exit code is 1 where an error is left.
    """
    format_of(output)
    output_form = Form(crs=options.pop("output_crs"), name=kind)
    look = look_at(file, kind, Looking(**options))
    if look.diagnosis.reading is None:
        raise InputError("The file does not say where it lies; look at “gridcircle check”, then name --crs.")
    verdicts = verdicts_on(look.diagnosis)
    frame, refused = look.diagnosis.reading.frame, look.diagnosis.reading.refused
    choice = Choice(fixes or (ALL,), findings=numbers or None)
    done = remedy(Layer(frame, verdicts, look.subject, look.known), choice)
    left = verdicts_again(done.frame, look.subject, look.known, verdicts)
    headers = {column.name: column.headers[0] for column in CONTRACTS[kind].columns}
    written = write_frame(done.frame, output, headers=headers, form=output_form)
    result = _result(done, verdicts, left)
    result |= {"left_out": [one.row for one in refused], "written": written.to_dict()}
    if as_json:
        show_json(result)
    else:
        _show(result)
    return 0 if result["ok"] else 1


def _result(done: Remedy, before: list[Verdict], left: list[Verdict]) -> dict[str, Any]:
    moves: pd.DataFrame = done.moves
    return {
        "ok": is_ok(left),
        "moves": [
            {"grid": grid, "row": int(row), "area_moved_m2": round(float(area), 6)}
            for row, grid, area in moves[["grid", "area_moved_m2"]].itertuples()
        ],
        "area_moved_m2": round(float(moves["area_moved_m2"].sum()), 6),
        "counts_before": counted(before),
        "counts": counted(left),
    }


def _show(result: dict[str, Any]) -> None:
    show(f"{number_of(len(result['moves']), 'grid')} changed, {result['area_moved_m2']:,.2f} m² moved")
    left = ", ".join(f"{code} {count}" for code, count in result["counts"].items())
    show(f"left: {left}" if left else "nothing is left to mend")
    tell(f"written to {result['written']['file']}")
    out = result["left_out"]
    if out:
        rows = ", ".join(str(row) for row in out[:_NAMED]) + (" …" if len(out) > _NAMED else "")
        verb = "is" if len(out) == 1 else "are"
        told = f"{number_of(len(out), 'row')} could not be read and {verb} left out ({rows})"
        tell(f"Warning: {told}; “gridcircle check” says why.")
