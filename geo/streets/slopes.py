"""What a slope does to walkers and to e-bikes: metres on the flat for one metre of it, each way.

::

    slope        −10 %   −5 %    0    +5 %   +10 %
    walk          1.00   0.84    1    1.19    1.42
    ebike         1      1       1    1       2

Walkers follow Tobler's hiking function (W. Tobler, Three presentations on geographical analysis and
modeling, NCGIA technical report 93-1, 1993): 6 e^(−3.5 |s + 0.05|) km/h, here in parts of its speed on
the flat, since the profile says how fast people walk there. An e-bike keeps its speed downhill, where its
rider brakes, and up to `EBIKE_KEEPS`; beyond, its power goes into the climb alone, which is as slow as it
is steep. Engines of cars have power to spare.

A street that goes up and down between its ends has a climb beside its slope; its ups and downs are taken to
be equally steep.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.streets.network import Floats, Mode
from geo.streets.paces import SPEEDS_KM_H, paces

EBIKE_KEEPS = 0.05
"""The slope up to which an e-bike keeps its speed: at 15 km/h 400 W, of which some three quarters reach the
wheel, lift 120 kg of rider and machine by 5 % and roll them."""


def walk_pace(slope: Floats) -> Floats:
    """Return metres on the flat that take a walker as long as one metre of each slope, a signed fraction."""
    pace: Floats = np.exp(3.5 * (np.abs(slope + 0.05) - 0.05))
    return pace


def ebike_pace(slope: Floats) -> Floats:
    """Return metres on the flat that take an e-bike as long as one metre of each slope, a signed fraction."""
    return np.maximum(1.0, slope / EBIKE_KEEPS)


RULES: Mapping[Mode, Callable[[Floats], Floats]] = MappingProxyType({"walk": walk_pace, "ebike": ebike_pace})
"""Mode → its rule; a mode that is missing does not feel slopes."""


def stated(streets: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Flag the streets whose slope is stated, or what they climb (rows,)."""
    return ~(np.isnan(_fractions(streets, "slope")) & np.isnan(_fractions(streets, "climb")))


def _fractions(streets: gpd.GeoDataFrame, name: str) -> Floats:
    if name not in streets:
        return np.full(len(streets), np.nan)
    found: Floats = streets[name].to_numpy(dtype=float, na_value=np.nan)
    return found


def _each_way(streets: gpd.GeoDataFrame, rule: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """Return the paces along the lines and against them (rows,), 1 where nothing is stated.

    Where a street climbs more than from end to end, how it is shared out is not known: its ups and downs are
    taken to be equally steep, so that each is as long as it is high.
    """
    slope = np.nan_to_num(_fractions(streets, "slope"))
    steepness = np.fmax(np.abs(slope), _fractions(streets, "climb"))
    up, down = rule(steepness), rule(-steepness)
    share = np.divide(steepness + slope, 2 * steepness, out=np.full(len(slope), 0.5), where=steepness > 0)
    return share * up + (1 - share) * down, share * down + (1 - share) * up


def sloped_share(streets: gpd.GeoDataFrame, mode: Mode, *, crs: str) -> float:
    """Return the share of the length of streets whose slope is stated; 0 for a mode that feels none.

    Parameters
    ----------
    crs : str
        A metric coordinate system to measure in.
    """
    known = stated(streets)
    if mode not in RULES or not known.any():
        return 0.0
    length_m = shapely.length(streets.to_crs(crs).geometry.to_numpy())
    return float(length_m[known].sum() / length_m.sum()) if length_m.sum() > 0 else 0.0


def street_paces(streets: gpd.GeoDataFrame, mode: Mode) -> Floats | None:
    """Return what a metre of each street costs in metres at plain speed, by its class and its slope.

    Parameters
    ----------
    streets : GeoDataFrame
        A frame of the contract ``geo.contracts.STREETS``; ``slope`` and ``climb`` may be missing.
    mode : {"walk", "ebike", "drive"}
        Who moves.

    Returns
    -------
    ndarray (rows,), ndarray (rows, 2) or None
        One for both directions; or, where a slope is stated that matters, along the line and against it;
        None for 1 everywhere.
    """
    plain = paces(streets["road_class"], mode) if mode in SPEEDS_KM_H else None
    rule = RULES.get(mode)
    if rule is None or not stated(streets).any():
        return plain
    each = np.column_stack(_each_way(streets, rule))
    return each if plain is None else plain[:, None] * each
