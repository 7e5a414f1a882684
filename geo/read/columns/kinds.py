"""Kinds: what the rows of a file seem to be, where they are not what they are said to be."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely

from geo.contracts import CONTRACTS, Contract
from geo.errors import FileRefused
from geo.frames import Refusal
from geo.read.columns import headers
from geo.read.records import GeometryArray
from geo.read.survey import Shape

_DIMENSIONS = {"Point": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}
SHAPES: tuple[Shape, Shape, Shape] = ("point", "line", "polygon")
"""By dimension."""
_TOLD = ("grids", "parks", "enterprises", "stations", "streets")
"""Kinds that a file can be said to seem; the others look like one of these."""
_BETTER, _NEARLY = 2, 0.75
_TOTALS = ("合计", "总计", "小计", "共计", "汇总", "total")


def refuse_other_kind(names: Sequence[str], geometry: GeometryArray, contract: Contract) -> None:
    """Refuse a file none of whose shapes can be one of a kind, in a sentence that says what it seems to be.

    Parameters
    ----------
    names : sequence of str
        The headers of the file.
    geometry : (n,) object array
        Its shapes, or None.
    contract : Contract
        What it is read as.

    Raises
    ------
    FileRefused
        Where there are shapes, and all are points, lines or polygons where the kind is another of these.
    """
    found = shapely.get_dimensions(geometry)[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    wanted = dimensions(contract)
    if not len(found) or not wanted or np.isin(found, list(wanted)).any():
        return
    counts = np.bincount(found, minlength=3)[:3].tolist()
    shapes = " and ".join(
        f"{count:,} {name}{'' if count == 1 else 's'}"
        for count, name in zip(counts, SHAPES, strict=True)
        if count
    )
    seems = _seeming(names, int(np.argmax(counts)))
    needed = " or ".join(f"{SHAPES[one]}s" for one in sorted(wanted))
    says = " or ".join(f"--as {kind}" for kind in seems)
    raise FileRefused(
        f"The file holds {shapes}, but {contract.kind} are {needed}; it seems to be of "
        f"{' or '.join(seems)}: say {says}.",
        reason="wrong-kind",
        kind=contract.kind,
        shapes=dict(zip(SHAPES, counts, strict=True)),
        seems=list(seems),
    )


def doubts(names: Sequence[str], contract: Contract) -> tuple[Refusal, ...]:
    """Remark on headers that mean more to another kind whose rows look alike."""
    ours = headers.known(names, contract, ())
    scores = {
        kind: headers.known(names, CONTRACTS[kind], ())
        for kind in _TOLD
        if dimensions(CONTRACTS[kind]) == dimensions(contract) and CONTRACTS[kind] is not contract
    }
    best = max(scores, key=lambda kind: scores[kind], default=None)
    if best is None or scores[best] < ours + _BETTER:
        return ()
    return (
        Refusal(
            0,
            "kind-doubtful",
            f"{scores[best]} of the headers are those of {best} and {ours} those of {contract.kind}; "
            f"if the file is of {best}, say --as {best}.",
            {"kind": contract.kind, "seems": best, "known": ours, "better": scores[best]},
        ),
    )


def totals(names: "pd.Series[str]", contract: Contract) -> tuple[Refusal, ...]:
    """Refuse the rows of a table that sum up the others, by a name such as 合计, which nothing real has."""
    found = names[names.str.replace(r"[\s:：]", "", regex=True).isin(_TOTALS)]
    return tuple(
        Refusal(
            row,
            "total-row",
            f"The row is called “{name}”: it sums up others and is none of the {contract.kind}; take it out.",
            {"name": name},
        )
        for row, name in zip(found.index.tolist(), found.tolist(), strict=True)
    )


def double_headers(names: Sequence[str], used: Mapping[str, int]) -> tuple[Refusal, ...]:
    """Remark on headers that were read and stand in the file twice."""
    plain = [headers.normalise(name) for name in names]
    twice = [names[at] for at in sorted(used.values()) if plain[at] in plain[at + 1 :]]
    if not twice:
        return ()
    said = [f"“{name}”" for name in twice[:5]]
    message = (
        f"The header {', '.join(said)} stands in the file more than once; the first column of it was read."
    )
    return (Refusal(0, "header-twice", message, {"headers": said}),)


def without_rows() -> Refusal:
    """Return what is told of a file that has no row."""
    return Refusal(
        0,
        "no-features",
        "The file has no rows, so there is nothing to be read; export the layer again, with its features.",
    )


def _seeming(names: Sequence[str], dimension: int) -> tuple[str, ...]:
    """Return the kinds of a dimension whose headers fit best, several where they fit alike."""
    kinds = [kind for kind in _TOLD if dimension in dimensions(CONTRACTS[kind])]
    scores = {kind: headers.known(names, CONTRACTS[kind], ()) for kind in kinds}
    most = max(scores.values())
    return tuple(kind for kind in kinds if scores[kind] >= _NEARLY * most)


def dimensions(contract: Contract) -> frozenset[int]:
    """Return the dimensions that the shapes of a kind can have: 0 for points, 1 for lines, 2 for polygons."""
    return frozenset(_DIMENSIONS[name] for name in contract.geometry)
