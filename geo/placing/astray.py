"""Astray: what is wrong with the coordinates of a layer as a whole, or has to be asked, as findings."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from geo.findings import Finding, Severity, labels
from geo.frames import Said
from geo.placing.landing import Landing, Sample, describe
from geo.placing.offsets import NAMES
from geo.placing.reference import metres
from geo.read.survey import Stated

FloatArray = npt.NDArray[np.float64]

_MISMATCH_M = 20_000.0
_FAR_M, _FAR_TIMES = 20_000.0, 10.0
_FARTHEST = 20
_ALIKE = 0.01


def astray(
    landings: Sequence[Landing], sample: Sample, stated: Stated, said: Said, *, decided: bool
) -> tuple[Finding, ...]:
    """Return what is wrong with a layer's coordinates.

    Parameters
    ----------
    landings : sequence of Landing
        As `geo.placing.landing.land` gives them, the likeliest first.
    sample : Sample
        The layer.
    stated : Stated
        What the file says of its system.
    said : Said
        What a person says.
    decided : bool
        Whether the first landing can be taken without asking.
    """
    found = [_refused(stated, landings)] if stated.refused and not said.crs else []
    if not landings:
        return (*found, *([_nowhere(stated)] if not found and len(sample.outlines) else []))
    first = landings[0]
    named = next((one for one in landings if one.guess.key in ("said", "stated")), None)
    severity: Severity = "warning" if decided else "error"
    found += _of_system(first, named, stated, said, label=_likely(first, landings), severity=severity)
    found += _of_offset(first, landings, said)
    return (*found, *_far(first, sample))


def _refused(stated: Stated, landings: Sequence[Landing]) -> Finding:
    reason = stated.reason or f"The coordinates are in {stated.refused}, which cannot be converted."
    details = {"system": stated.refused}
    if landings:
        reason += f" By what is known of the place they are in {describe(landings[0])[0]} all the same."
    return Finding("crs-refused", "error", (), 1.0, "count", None, None, reason, details=details)


def _nowhere(stated: Stated) -> Finding:
    system = f" in {stated.label}, which it states," if stated.label else ""
    message = (
        f"The layer{system} lands nowhere on Earth, nor in any system that is usual; ask the office that "
        "made it for its coordinate system, and say it."
    )
    return Finding(
        "crs-missing", "error", (), 1.0, "count", None, None, message, details={"which": "nowhere"}
    )


def _likely(first: Landing, landings: Sequence[Landing]) -> str:
    """Name the likeliest system, and how many are as likely: eastings without a zone fit every meridian."""
    alike = [one for one in landings if one.score > first.score - _ALIKE and one.offset == first.offset]
    label, others = describe(first)[0], len(alike) - 1
    return f"{label} or one of {others} others that fit as well" if others > 1 else label


def _of_system(
    first: Landing, named: Landing | None, stated: Stated, said: Said, *, label: str, severity: Severity
) -> Iterator[Finding]:
    at = _middle(first)
    likely = describe(first)[0]
    swapped = first.guess.said.axes == "swapped"
    if named is None and stated.label and not said.crs and not first.guess.degrees and not swapped:
        message = f"The numbers are no degrees, though {stated.label} is stated; they seem to be {label}."
        details = {"crs": stated.label, "likely": likely}
        yield Finding("metres-as-degrees", severity, (), 1.0, "count", at, None, message, details=details)
    elif named is None and not stated.label and not stated.refused and not said.crs:
        message = f"The file does not say its coordinate system; it seems to be {label}. Say which it is."
        yield Finding("crs-missing", severity, (), 1.0, "count", at, None, message)
    if swapped and not said.axes:
        message = f"The axes seem to be swapped, y before x; read as {likely}, the layer lands in its place."
        yield Finding("axes-swapped", "warning", (), 1.0, "count", at, None, message)
        return
    if named is None:
        return
    if named.distance_m is not None and named.distance_m > _MISMATCH_M:
        who = "said" if said.crs else "stated"
        message = (
            f"In {named.guess.label}, which is {who}, the layer lies {named.distance_m / 1000:,.0f} km from "
            f"the zone{'' if first is named else f'; it seems to be {label}'}. Say which system it is in."
        )
        at = _middle(named)
        details = {"crs": named.guess.label, "which": "far"}
        yield Finding("crs-mismatch", severity, (), named.distance_m, "m", at, None, message, details=details)
    elif first.guess is not named.guess:
        message = f"{named.guess.label} is stated, but the numbers seem to be {label}. Say which it is."
        details = {"crs": named.guess.label, "likely": likely, "which": "other"}
        yield Finding("crs-mismatch", severity, (), 1.0, "count", at, None, message, details=details)


def _of_offset(first: Landing, landings: Sequence[Landing], said: Said) -> Iterator[Finding]:
    evidence, at = first.evidence, _middle(first)
    if evidence is not None and evidence.verdict in NAMES and not said.offset:
        moved = float(np.hypot(*metres(_as_it_is(first, landings), np.array(at))[0]))
        name = NAMES[evidence.verdict]
        message = (
            f"The layer lies {moved:,.0f} m from where it is known, by the offset of {name}: this fits "
            f"{evidence.fits[first.offset]:.0%} of {evidence.places:,} places. "
            f"{'Look at it once more: it was said to have none.' if said.crs else 'Undo the offset.'}"
        )
        details = {"which": "denied"} if said.crs else {}
        code = f"offset-{evidence.verdict}"
        yield Finding(code, "warning", (), moved, "m", at, None, message, details=details)
    elif evidence is not None and evidence.verdict == "unknown":
        moved = float(np.hypot(*evidence.moved_m))
        message = (
            f"The layer lies {moved:,.1f} m from where it is known, {evidence.moved_m[0]:+,.1f} m to the east"
            f" and {evidence.moved_m[1]:+,.1f} m to the north, by no offset that is known; ask the office "
            "that made it for its datum. Nothing is undone."
        )
        yield Finding("datum-unknown", "warning", (), moved, "m", at, None, message)
    elif evidence is not None and evidence.verdict == "within" and _open(first, landings, said):
        message = (
            f"{evidence.fits[None]:.0%} of the {evidence.places:,} points lie within what is known, as they "
            "are; an offset like that of a web map is unlikely, not excluded. Say so if they come from one."
        )
        yield Finding("offset-unlikely", "remark", (), 1.0, "count", at, None, message)
    elif _open(first, landings, said):
        message = (
            "Whether the layer is offset like a web map (GCJ-02 of AMap and Tencent, BD-09 of Baidu) cannot "
            "be told, since nothing that is known lies where it does. Ask where it was drawn, and say so: "
            "--offset gcj02 or bd09, or --crs EPSG:4490 where it is not."
        )
        yield Finding("offset-asked", "warning", (), 1.0, "count", at, None, message)


def _open(first: Landing, landings: Sequence[Landing], said: Said) -> bool:
    """Tell whether an offset has to be asked for: of degrees in China that nothing confirms."""
    variants = any(one.offset for one in landings if one.guess is first.guess)
    # Who names degrees as the system has answered.
    told = first.fits or said.offset is not None or said.crs is not None
    return variants and not told and first.guess.degrees


def _as_it_is(first: Landing, landings: Sequence[Landing]) -> FloatArray:
    plain = next((one for one in landings if one.guess is first.guess and one.offset is None), first)
    middle: FloatArray = np.nanmedian(plain.lonlat, axis=0)[None]
    return middle


def _middle(landing: Landing) -> tuple[float, float]:
    finite = landing.lonlat[np.isfinite(landing.lonlat).all(axis=1)]
    lon, lat = np.median(finite, axis=0).tolist()
    return lon, lat


def _far(first: Landing, sample: Sample) -> Iterator[Finding]:
    """Yield the features that lie far from the rest: ten times as far as half of them, and 20 km."""
    count = len(sample.outlines)
    if count < 3:
        return
    places = first.lonlat[:count]
    center = np.median(places[np.isfinite(places).all(axis=1)], axis=0)
    away = np.nan_to_num(np.hypot(*metres(places, center).T), nan=np.inf)
    far = np.flatnonzero(away > max(_FAR_M, _FAR_TIMES * float(np.median(away))))
    names = labels(sample.outlines["code"].tolist(), sample.outlines.index.tolist())
    shapes = sample.outlines.geometry.to_numpy()
    for i in sorted(far.tolist(), key=lambda i: -away[i])[:_FARTHEST]:
        place = shapely.get_coordinates(shapes[i])[0].tolist()
        distance = min(float(away[i]), 2e7)
        message = (
            f"{names[i]} lies {distance / 1000:,.0f} km from the rest, at {place[0]:.8g}, {place[1]:.8g} in "
            "the file; correct its coordinates, or leave it out."
        )
        spot = tuple(places[i].tolist()) if np.isfinite(places[i]).all() else None
        yield Finding("far-away", "warning", (names[i],), distance, "m", spot, None, message)
