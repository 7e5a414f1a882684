"""Choice: which of a file's layers is read, where it has several."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely

from geo.contracts import Contract
from geo.errors import InputError
from geo.frames import Refusal
from geo.read.columns import headers
from geo.read.columns.kinds import SHAPES, dimensions
from geo.read.formats.tables import known
from geo.read.records import GeometryArray
from geo.read.survey import LayerFound, Shape

LISTED = 100


def choose(
    layers: Sequence[LayerFound], contract: Contract, said: str | None
) -> tuple[LayerFound, tuple[Refusal, ...]]:
    """Return the layer to be read, and a remark on the others where there are any.

    It is the one that a person says; else the first of those whose shapes can be of the kind, whose headers
    fit best, and which have features.

    Parameters
    ----------
    layers : sequence of LayerFound
        At least one.
    contract : Contract
        What it is read as.
    said : str, optional
        The name that a person says.

    Raises
    ------
    InputError
        Where a person says a name that is none; it tells those that there are.
    """
    if said is not None:
        return named(layers, said), ()
    best = max(layers, key=lambda one: (suits(one, contract), _meant(one, contract), bool(one.features)))
    if len(layers) == 1:
        return best, ()
    sentence = (
        f"The file has {len(layers)} layers: {listed(layers)}. “{best.name}” was read, since its shapes and "
        f"headers fit {contract.kind} best; say --layer with another name if that is meant."
    )
    return best, (Refusal(0, "layer-chosen", sentence, _details([best], layers)),)


def suiting(
    layers: Sequence[LayerFound], contract: Contract, said: str | None
) -> tuple[list[LayerFound], tuple[Refusal, ...]]:
    """Return the layers to be read as one, where layers are no more than folders: all that suit a kind.

    Parameters
    ----------
    layers, contract, said
        As for `choose`.

    Raises
    ------
    InputError
        Where a person says a name that is none.
    """
    if said is not None:
        return [named(layers, said)], ()
    taken = [one for one in layers if suits(one, contract) and one.features != 0] or list(layers)
    if len(layers) == 1:
        return taken, ()
    what = "All were read" if len(taken) == len(layers) else f"Read were {quoted(taken)}"
    sentence = (
        f"The file has {len(layers)} layers: {listed(layers)}. {what}, since their shapes can be "
        f"{contract.kind}; say --layer with a name if one alone is meant."
    )
    return taken, (Refusal(0, "layers-joined", sentence, _details(taken, layers)),)


def named(layers: Sequence[LayerFound], said: str) -> LayerFound:
    """Return the layer of a name, be it in other case; InputError where there is none."""
    for same in (str, str.casefold):
        found = [one for one in layers if same(one.name).strip() == same(said).strip()]
        if found:
            return found[0]
    raise InputError(
        f"The file has no layer “{said[:60]}”; it has {listed(layers) if layers else 'one layer alone'}.",
        reason="layer-unknown",
        layer=said[:200],
        layers=[one.name for one in layers[:LISTED]],
    )


def suits(layer: LayerFound, contract: Contract) -> bool:
    """Tell whether the shapes of a layer can be of a kind, as far as is known."""
    if not contract.geometry:
        return True
    if layer.shape == "none":
        return not contract.geometry_required and "MultiPolygon" not in contract.geometry
    return layer.shape == "unknown" or layer.shape in {SHAPES[one] for one in dimensions(contract)}


def listed(layers: Sequence[LayerFound]) -> str:
    """Return names of layers with what is in them, for a sentence."""
    told = [f"{one.name} ({_contents(one)})" for one in layers[:10]]
    return ", ".join(told) + (f" and {len(layers) - 10} more" if len(layers) > 10 else "")


def quoted(layers: Sequence[LayerFound]) -> str:
    """Return the first names of layers, in quotation marks."""
    return ", ".join(f"“{one.name}”" for one in layers[:10]) + (" …" if len(layers) > 10 else "")


def shape_of(geometry: GeometryArray) -> Shape:
    """Return what most of the shapes of a layer are."""
    found = shapely.get_dimensions(geometry)[~shapely.is_missing(geometry)]
    found = found[found >= 0]
    return SHAPES[int(np.argmax(np.bincount(found, minlength=3)[:3]))] if len(found) else "none"


def of_type(name: str | None) -> Shape:
    """Return what the shapes of a layer are by the name of its type, such as ``MultiPolygon Z``."""
    plain = (name or "none").casefold()
    marks: Iterable[tuple[str, Shape]] = (
        ("none", "none"), ("point", "point"), ("line", "line"), ("curve", "line"), ("polygon", "polygon"),
        ("surface", "polygon"),
    )  # fmt: skip
    if "curvepolygon" in plain:
        return "polygon"
    return next((shape for mark, shape in marks if mark in plain), "unknown")


def _meant(layer: LayerFound, contract: Contract) -> int:
    """Count the headers of a layer that mean something; those of a Shapefile may be cut off."""
    cut = headers.match(layer.headers, contract, cut=True)
    return max(known(layer.headers, contract), len(cut))


def _contents(layer: LayerFound) -> str:
    if layer.features is None:
        return "a table" if layer.shape == "none" else layer.shape
    what = {"none": "row", "unknown": "feature"}.get(layer.shape, layer.shape)
    return f"{layer.features:,} {what}{'' if layer.features == 1 else 's'}"


def _details(taken: Sequence[LayerFound], layers: Sequence[LayerFound]) -> dict[str, Any]:
    return {
        "layer": "、".join(one.name for one in taken[:10]),
        "layers": [one.name for one in layers[:LISTED]],
        "listed": listed(layers),
    }
