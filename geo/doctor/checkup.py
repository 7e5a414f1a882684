"""The doctor: one file, looked at from the outside in, before anything of it is taken.

::

    survey ──► placing ──► reading ──► inspection
    what it is  where it   its rows    what is wrong
                may lie                with them

A file whose coordinate system only a person can know stops after the second step, with the candidates to
choose from; one that states a system which may be another (degrees of a web map) is read as it states.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.contracts import CONTRACTS
from geo.doctor.inspection import PARTITIONS, Known, Subject, inspect
from geo.findings import Finding, Severity, Tolerances, of_refusals, ordered
from geo.frames import CRS, Progress, Reading, Said, no_progress
from geo.placing.candidates import Placing, Trusted, place
from geo.read.door import read_file, survey_file
from geo.read.sandbox.limits import COMMAND_LINE, Limits
from geo.read.survey import Survey

_TOLERANCES = Tolerances()
_UNSAID = Said()
_OPENSTREETMAP = "osm-pbf"


@dataclass(frozen=True)
class Manner:
    """How a file is looked at.

    Parameters
    ----------
    said : Said
        What a person says of it.
    limits : Limits
        What the reading may cost.
    tolerances : Tolerances
        From which size on something is a fault.
    """

    said: Said = _UNSAID
    limits: Limits = COMMAND_LINE
    tolerances: Tolerances = _TOLERANCES


@dataclass(frozen=True)
class Diagnosis:
    """What a file is, where it lies, and what is wrong with it.

    Parameters
    ----------
    survey : Survey
        What it is.
    placing : Placing
        Where it may lie.
    said : Said
        What it was read with: what a person said, and what the placing decided beside it.
    reading : Reading or None
        Its rows; None where they lie nowhere until a person has chosen a coordinate system.
    findings : list of Finding
        Errors first.
    """

    survey: Survey
    placing: Placing
    said: Said
    reading: Reading | None
    findings: list[Finding]

    @property
    def decided(self) -> bool:
        """Whether nobody has to be asked where the file lies."""
        return self.reading is not None and self.placing.decided

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not any(one.severity == "error" for one in self.findings)


_MANNER = Manner()
_NOTHING = Known()


def diagnose(
    path: Path,
    subject: Subject,
    known: Known = _NOTHING,
    manner: Manner = _MANNER,
    on_progress: Progress = no_progress,
) -> Diagnosis:
    """Look at a file; nothing is stored, and nothing of it is changed.

    Parameters
    ----------
    path : Path
        The file.
    subject : Subject
        What it is said to hold.
    known : Known
        What is known of the zone, to compare it with.
    manner : Manner
        What a person says of it, limits and tolerances.
    on_progress : Progress
        Told how far it is.

    Raises
    ------
    FileRefused, MissingColumn
        Where the file as a whole cannot be read.
    CrsUnknown
        Where a person names a coordinate system that cannot be converted.
    InputError
        Where a person names a header that the file lacks.
    """
    on_progress(0.0, f"Looking at {path.name}")
    survey = survey_file(path, subject.kind, said=manner.said, limits=manner.limits)
    placing = _placed(survey, subject, known, manner.said)
    said = _with_place(manner.said, placing)
    findings = [*placing.findings]
    if said is None:
        if not any(one.severity == "error" for one in findings):
            findings.append(_unread(placing))
        findings += of_refusals(survey.remarks, "remark")
        return Diagnosis(survey, placing, manner.said, None, ordered(findings))
    divided = subject.kind in PARTITIONS
    reading = read_file(
        path,
        subject.kind,
        said=said,
        keep_invalid=divided,
        limits=manner.limits,
        on_progress=lambda f, m: on_progress(0.1 + 0.3 * f, m),
    )
    findings += [*of_refusals(reading.refused, "error"), *of_refusals(reading.remarks, "remark")]
    findings += _without_place(reading, subject)
    findings += inspect(
        reading.frame,
        subject,
        known,
        tolerances=manner.tolerances,
        on_progress=lambda f, m: on_progress(0.4 + 0.6 * f, m),
    )
    return Diagnosis(survey, placing, said, reading, ordered(findings))


def _unread(placing: Placing) -> Finding:
    """Say that the rows were not read, and what a person would say of where they lie."""
    first = placing.candidates[0]
    words = [f'--crs "{first.said.crs}"'] if first.said.crs else []
    words += ["--swap-axes"] if first.said.axes else []
    words += [f"--offset {first.said.offset}"] if first.said.offset else []
    message = (
        "The rows were not read, since it has to be said first where they lie. If "
        f"{first.label} is right, say {' '.join(words)}."
    )
    return Finding("place-unsaid", "error", (), 1.0, "count", None, None, message)


def _without_place(reading: Reading, subject: Subject) -> list[Finding]:
    """Tell how many rows say nowhere where they are, of kinds that are points; they are loaded so."""
    bare = reading.frame.geometry.isna().to_numpy()
    if "Point" not in CONTRACTS[subject.kind].geometry or not bare.any():
        return []
    count, rows = int(bare.sum()), tuple(f"row {row}" for row in reading.frame.index[bare])
    message = (
        f"{count:,} of {len(bare):,} rows have no location; they are taken and counted as such. Where the "
        "file has coordinates under other headers, name these."
    )
    severity: Severity = "warning" if bare.all() else "remark"
    return [Finding("without-location", severity, rows, float(count), "count", None, None, message)]


def _placed(survey: Survey, subject: Subject, known: Known, said: Said) -> Placing:
    """Say where the layer may lie; of a kind without geometry nothing."""
    if not CONTRACTS[subject.kind].geometry:
        return Placing((), (), decided=True)
    if survey.format == _OPENSTREETMAP and said.crs is None:
        said = replace(said, crs=CRS)  # OpenStreetMap is WGS 84 everywhere; nobody has to be asked.
    return place(survey.outlines, survey.stated, _trusted(subject, known), said=said)


def _trusted(subject: Subject, known: Known) -> Trusted:
    """Return what the layer can be compared with: the standing grids of its own level first."""
    grids = known.standing.get((subject.basis or "", subject.level or ""))
    if grids is None and known.standing:
        grids = _joined(list(known.standing.values()))
    layers = [layer for layer in (grids, known.parks, known.streets) if layer is not None]
    bounds = [layer.total_bounds for layer in layers]
    extent = None
    if bounds:
        table = pd.DataFrame(bounds, columns=["west", "south", "east", "north"])
        low, high = table.min(), table.max()
        extent = (
            float(low["west"]),
            float(low["south"]),
            float(high["east"]),
            float(high["north"]),
        )
    return Trusted(extent=extent, grids=grids, parks=known.parks, streets=known.streets)


def _joined(layers: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    parts = [layer[["code", "name", "geometry"]] for layer in layers]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)


def _with_place(said: Said, placing: Placing) -> Said | None:
    """Return what was said, with what the placing decided; None where a person must choose.

    What the file states itself is read meanwhile, though it is asked whether it is so.
    """
    if said.crs or not placing.candidates:
        # Without a candidate the reader says what is wrong with the file's own system.
        return said
    first = placing.candidates[0].said
    if not placing.decided and (first.crs or first.axes or first.offset):
        return None
    return replace(said, crs=first.crs, axes=said.axes or first.axes, offset=said.offset or first.offset)
