"""The gazetteer: what is known of a zone's addresses and named places, kept in memory, and asked for one."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from sqlalchemy import Connection

from geo.addresses.book import COLUMNS, Book, make_book
from geo.addresses.candidate import Candidate
from geo.addresses.choice import Terms, choose
from geo.addresses.finding import find
from geo.addresses.parts import parse
from geo.assignment.receipt import accuracies
from geo.frames import CRS
from geo.profile import Profile
from geo.store import boundaries, district, geocodes
from geo.store.boundaries import PARK
from geo.store.engine import reading
from geo.workflows.ground.district import Stamp
from geo.workflows.resident import Resident

_DIGITS = 7
"""Of degrees; the last is a centimetre."""


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """What is known of addresses, in the metric system of the zone.

    Parameters
    ----------
    version : hashable
        Of what is known; see `version_of`.
    crs : str
        The system.
    book : Book
        The places.
    terms : Terms
        On which a candidate is taken by itself.
    """

    version: Hashable
    crs: str
    book: Book
    terms: Terms

    def candidates(self, address: str | None) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        """Return where an address may be, the likeliest first, and the one that is taken by itself, or None.

        Returns
        -------
        list of dict, dict or None
            ``key``, by which a person chooses it; ``reason``, ``label``, ``kind``, ``score``, ``accuracy_m``,
            ``places`` (how many known places say so), ``lon``, ``lat``,
            ``source`` (the tables of addresses that say so, or None).
        """
        found = find(parse(address or ""), self.book)
        best = choose(found, self.terms)
        told = [self._told(one) for one in found]
        return told, None if best is None else told[found.index(best)]

    @cached_property
    def _degrees(self) -> Transformer:
        """What brings a place back to degrees, made once: that takes longer than to ask it for thousands."""
        return Transformer.from_crs(self.crs, CRS, always_xy=True)

    def _told(self, one: Candidate) -> dict[str, Any]:
        lon, lat = self._degrees.transform(one.x, one.y)
        value = {
            "reason": one.reason,
            "label": one.label,
            "kind": one.kind,
            "score": round(one.score, 3),
            "accuracy_m": round(one.accuracy_m, 1),
            "places": one.count,
            "lon": round(lon, _DIGITS),
            "lat": round(lat, _DIGITS),
            "source": "、".join(one.sources) or None,
        }
        return {"key": blake2b(repr(value).encode(), digest_size=6).hexdigest(), **value}


def version_of(wanted: Stamp) -> Hashable:
    """Return what tells the states of what is known of addresses apart: all of a stamp that it depends on."""
    return wanted.origin, wanted.release, wanted.on, wanted.last_load, wanted.geocodes


def gazetteer(resident: Resident, wanted: Stamp) -> Gazetteer:
    """Return what is known of addresses at a stamp."""

    def build() -> Gazetteer:
        crs = resident.district(wanted).crs
        with reading(resident.engine) as connection:
            known = pd.concat(_known(connection, resident.profile, crs, wanted), ignore_index=True)
        return Gazetteer(version, crs, make_book(known), Terms(**resident.profile.geocoding))

    version = version_of(wanted)
    return resident.remember(("gazetteer", version), build)


def _known(connection: Connection, profile: Profile, crs: str, wanted: Stamp) -> list[pd.DataFrame]:
    parks = boundaries.versions(connection, PARK, release=wanted.release or 0, on=wanted.on)
    base = district.base_features(connection)
    streets = district.streets(connection)
    projected = profile.accuracy_m["projected"]
    return [
        addresses(geocodes.known(connection), profile, crs),
        _areas(parks, "park", crs, projected),
        _areas(base[base["kind"] == "building"], "building", crs, projected),
        _areas(streets.dissolve(by="name", as_index=False), "street", crs, projected),
    ]


def addresses(frame: pd.DataFrame, profile: Profile, crs: str) -> pd.DataFrame:
    """Return known addresses, as `geo.store.geocodes.known` has them, as rows of a book."""
    said = frame.rename(columns={"accuracy_m": "stated_m"}).assign(found_m=np.nan)
    accuracy_m = accuracies(said, profile.accuracy_m)
    x, y = Transformer.from_crs(CRS, crs, always_xy=True).transform(frame["lon"], frame["lat"])
    table = {"kind": "address", "text": frame["text"], "x": x, "y": y, "radius_m": 0.0}
    table["source"] = frame["source"]
    return pd.DataFrame(table).assign(accuracy_m=accuracy_m)[list(COLUMNS)]


def _areas(frame: gpd.GeoDataFrame, kind: str, crs: str, accuracy_m: float) -> pd.DataFrame:
    """Return named places by a point within them, and the distance from there to their furthest part."""
    named = frame[frame["name"].notna()]
    if named.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    shapes = named.geometry.to_crs(crs).to_numpy()
    points = np.asarray(shapely.point_on_surface(shapes), dtype=object)
    table = {
        "kind": kind,
        "text": named["name"].to_list(),
        "x": shapely.get_x(points),
        "y": shapely.get_y(points),
        "radius_m": np.fromiter(_furthest(points, shapes), dtype=np.float64, count=len(points)),
        "accuracy_m": accuracy_m,
        "source": "",
    }
    return pd.DataFrame(table)[list(COLUMNS)]


def _furthest(points: Iterable[shapely.Geometry], shapes: Iterable[shapely.Geometry]) -> Iterable[float]:
    return (
        float(shapely.hausdorff_distance(point, shape)) for point, shape in zip(points, shapes, strict=True)
    )
