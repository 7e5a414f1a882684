"""The profile: what one zone calls its levels, bases, kinds and circles. Configuration, never code.

A profile is a TOML file; those of the five systems lie in ``geo/profiles``. It says how many bases a
point is assigned on (area, industry, chain), which levels each basis has from the top down, which of
them are counted as "the grids", and by which facilities and within how many minutes a service circle
is promised.
"""

import re
import tomllib
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from geo.errors import ProfileError
from geo.promise import Calendar, Circle, calendar_of, circle_of, named

GENERAL = "general"
"""The basis of the general grids (一般网格) that are loaded beside the exclusive ones."""


SIZES = (10, 50, 100, 300, 1000)
"""Where the classes of enterprises by head count begin; Xingdong asks for more from 50 and from 100 on."""

_USUAL_M = {"degrees": 10.0, "projected": 1.0, "offset": 20.0}
_NAMES = (
    *("title", "time_zone", "counting", "bases", "circle", "kinds", "functions"),
    *("chains", "units", "accuracy_m", "geocoding", "sizes", "calendar"),
)
_TERMS = frozenset({"least_score", "lead", "most_m"})


@dataclass(frozen=True)
class Level:
    """One level of a basis: its grids form a partition.

    Parameters
    ----------
    basis, name : str
        ``area`` and ``grid``, for example.
    title : mapping of str to str
        The level's name for people, by language (``zh``, ``en``).
    geometry : bool
        Whether its grids have polygons; a chain has none.
    tiling : {"complete", "disjoint"}
        Whether uncovered ground within the parent is a fault.
    kinds : tuple of str
        The kinds of grid at this level; empty where it has none.
    match : {"chains", "industry"} or None
        For a level without geometry: the enterprise's column that names its grid, by the grid's code
        or name.
    codes : str or None
        The scheme of its codes: a regular expression that each whole code fits; None where any will do.
    """

    basis: str
    name: str
    title: dict[str, str]
    geometry: bool = True
    tiling: Literal["complete", "disjoint"] = "disjoint"
    kinds: tuple[str, ...] = ()
    match: Literal["chains", "industry"] | None = None
    codes: str | None = None


@dataclass(frozen=True)
class Profile:
    """One zone's configuration.

    Parameters
    ----------
    name : str
        The file's name without its ending.
    title : dict of str to str
        The zone's name by language.
    time_zone : str
        IANA name; civil days are days there.
    levels : tuple of Level
        All levels of all bases, each basis from the top down, the general grids last.
    counting : Level
        The level whose grids are "the grids" in every published figure.
    circle : Circle
        The service circle.
    kind_titles : dict
        Kind → name by language.
    functions : dict
        Station function → name by language.
    chain_names : dict of str to str
        Alias → the name of the industry chain (智能智造 → 智能制造).
    units : dict of str to (int, int or None)
        Kind of grid → the least and the most enterprises that one may hold, None for any number.
    accuracy_m : dict of str to float
        How far a point may usually be off where nothing says it, in metres, by where it comes from: see
        `geo.assignment.receipt.Path`.
    geocoding : dict of str to float
        On what terms a place that an address leads to is taken; see `geo.addresses.choice.Terms`.
    """

    name: str
    title: dict[str, str]
    time_zone: str
    levels: tuple[Level, ...]
    counting: Level
    circle: Circle
    kind_titles: dict[str, dict[str, str]]
    functions: dict[str, dict[str, str]]
    chain_names: dict[str, str] = field(default_factory=dict)
    units: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    accuracy_m: dict[str, float] = field(default_factory=lambda: dict(_USUAL_M))
    geocoding: dict[str, float] = field(default_factory=dict)
    sizes: tuple[int, ...] = SIZES
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def bases(self) -> list[str]:
        """The bases in order, the general grids last."""
        return list(dict.fromkeys(level.basis for level in self.levels))

    def level(self, basis: str, name: str) -> Level:
        """Return one level; ProfileError where the profile has none of that name."""
        for level in self.levels:
            if (level.basis, level.name) == (basis, name):
                return level
        known = ", ".join(f"{level.basis}/{level.name}" for level in self.levels)
        raise ProfileError(
            f"The profile “{self.name}” has no level {basis}/{name}; it has {known}.",
            reason="level-unknown",
            profile=self.name,
            basis=basis,
            level=name,
        )


def load_profile(name_or_path: str) -> Profile:
    """Load a profile shipped under that name, or the TOML file at that path.

    Raises
    ------
    ProfileError
        Where there is none, or it contradicts itself.
    """
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if not path.is_file():
            raise ProfileError(f"There is no profile file {path}.", path=str(path))
        text, name = path.read_text("utf-8"), path.stem
    else:
        shipped = resources.files("geo") / "profiles" / f"{name_or_path}.toml"
        if not shipped.is_file():
            raise ProfileError(
                f"There is no profile named “{name_or_path}”; name a .toml file or one of "
                f"{', '.join(shipped_profiles())}.",
                name=name_or_path,
            )
        text, name = shipped.read_text("utf-8"), name_or_path
    try:
        return _parse(name, tomllib.loads(text))
    except (KeyError, TypeError, ValueError, tomllib.TOMLDecodeError) as error:
        what = f"it lacks “{error.args[0]}”" if isinstance(error, KeyError) else error
        raise ProfileError(f"The profile “{name}” cannot be read: {what}.", name=name) from error


def shipped_profiles() -> list[str]:
    """Return the names of the profiles that come with the service, sorted."""
    folder = resources.files("geo") / "profiles"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


def _parse(name: str, table: dict[str, Any]) -> Profile:
    named(table, _NAMES, name)
    levels = [_level(basis, row) for basis, rows in table["bases"].items() for row in rows]
    if GENERAL not in table["bases"]:
        levels.append(Level(GENERAL, "grid", {"zh": "一般网格", "en": "general grid"}))
    counting = [level for level in levels if f"{level.basis}/{level.name}" == table["counting"]]
    if len(counting) != 1:
        raise ValueError(f"“counting” names {table['counting']}, which is no level")
    return Profile(
        name=name,
        title=table["title"],
        time_zone=_clock(table.get("time_zone", "Asia/Shanghai")),
        levels=tuple(levels),
        counting=counting[0],
        circle=circle_of(table.get("circle", {})),
        kind_titles=table.get("kinds", {}),
        functions=table.get("functions", {}),
        chain_names={alias: name for name, aliases in table.get("chains", {}).items() for alias in aliases},
        units={kind: _bounds(kind, rule) for kind, rule in table.get("units", {}).items()},
        accuracy_m=_USUAL_M | _metres(table.get("accuracy_m", {})),
        geocoding=_terms(table.get("geocoding", {})),
        sizes=_ascending(table.get("sizes", SIZES)),
        calendar=calendar_of(table.get("calendar", {})),
    )


def _level(basis: str, row: dict[str, Any]) -> Level:
    named(row, [one.name for one in fields(Level)][1:], f"bases.{basis}")
    if row.get("tiling", "disjoint") not in ("complete", "disjoint"):
        raise ValueError(f"“tiling” is complete or disjoint, not “{row['tiling']}”")
    given = {**row, "kinds": tuple(row.get("kinds", ())), "codes": _pattern(row.get("codes"))}
    return Level(basis=basis, name=given.pop("name"), title=given.pop("title"), **given)


def _clock(time_zone: str) -> str:
    try:
        return ZoneInfo(time_zone).key
    except (LookupError, ValueError, OSError) as error:
        raise ValueError(f"“{time_zone}” is no time zone of IANA, such as Asia/Shanghai") from error


def _ascending(bounds: Any) -> tuple[int, ...]:
    found = tuple(int(bound) for bound in bounds)
    if not found or found[0] < 1 or list(found) != sorted(set(found)):
        raise ValueError("“sizes” takes head counts above 0, each larger than the one before")
    return found


def _metres(table: dict[str, float]) -> dict[str, float]:
    if set(table) - set(_USUAL_M) or any(value <= 0 for value in table.values()):
        raise ValueError(f"“accuracy_m” takes metres above 0 for {', '.join(_USUAL_M)}")
    return {kind: float(value) for kind, value in table.items()}


def _terms(table: dict[str, float]) -> dict[str, float]:
    if set(table) - _TERMS or any(value < 0 for value in table.values()):
        raise ValueError(f"“geocoding” takes numbers of 0 or more for {', '.join(sorted(_TERMS))}")
    return {name: float(value) for name, value in table.items()}


def _pattern(text: str | None) -> str | None:
    """Return a scheme of codes, having made sure that it can be used."""
    if text is not None:
        try:
            re.compile(text)
        except re.error as error:
            raise ValueError(f"the scheme of codes “{text}” is no regular expression: {error}") from error
    return text


def _bounds(kind: str, rule: dict[str, int]) -> tuple[int, int | None]:
    least, most = int(rule.get("least", 0)), rule.get("most")
    if set(rule) - {"least", "most"} or (most is not None and most < least):
        raise ValueError(f"the units of “{kind}” need “least” and “most”, in this order")
    return least, most
