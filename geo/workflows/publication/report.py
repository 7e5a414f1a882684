"""What a user says about a file, and what is told of what became of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from geo.frames import Facts, Refusal
from geo.read.sandbox.limits import COMMAND_LINE, Limits


@dataclass(frozen=True)
class Terms:
    """On what terms a release is published.

    Parameters
    ----------
    base : int, None or "current"
        The release that the change was compared with, None where nothing was published; whoever publishes
        after it is in its way. ``"current"`` for whatever stands.
    by : str
        Who publishes.
    note : str
        Why.
    retire : tuple of str
        Codes of the grids that hold no more from the first day of the change.
    details : mapping
        What else explains the release, as JSON holds it: the draft, what was mended.
    """

    base: int | Literal["current"] | None = "current"
    by: str = "local"
    note: str = ""
    retire: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadOptions:
    """What a user may say about a file.

    Parameters
    ----------
    source : str
        The office or series that the file belongs to; a row is known by it and its id.
    crs, encoding : str, optional
        Where the file does not say them, or says them wrongly.
    layer : str, optional
        The layer or sheet to read, where the file has several.
    basis, level : str, optional
        Of grids; by default the profile's counting level.
    since : date, optional
        The first civil day on which boundaries hold; by default always for a first load, else today.
    name : str, optional
        The file's own name, where the file that is read is a copy under another.
    by : str
        Who loads.
    limits : Limits
        What the reading of the file may cost.
    terms : Terms
        Of the release that boundaries become; its ``by`` is that of the load.
    """

    source: str = "main"
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    basis: str | None = None
    level: str | None = None
    since: date | None = None
    name: str | None = None
    by: str = "local"
    limits: Limits = COMMAND_LINE
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True)
class Outcome:
    """What a loader did with the rows of a frame; the sums are over rows."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    absent: list[str] = field(default_factory=list)
    refused: tuple[Refusal, ...] = ()
    remarks: tuple[Refusal, ...] = ()
    release: int | None = None
    retired: tuple[str, ...] = ()
    codes_given: int = 0
    reassigned: int = 0


@dataclass(frozen=True)
class LoadReport:
    """What became of a file: rows = added + updated + unchanged + refused.

    Of the enterprises among them, ``unlocated`` are brought without a location.
    """

    kind: str
    facts: Facts
    rows: int
    outcome: Outcome
    refused: tuple[Refusal, ...]
    remarks: tuple[Refusal, ...]
    seconds: float
    unlocated: int = 0

    @property
    def ok(self) -> bool:
        """Whether every row was taken."""
        return not self.refused

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the API and the command line give it."""
        facts, outcome = self.facts, self.outcome
        return {
            "ok": self.ok,
            "kind": self.kind,
            "file": facts.name,
            "entry": facts.entry,
            "format": facts.format,
            "encoding": facts.encoding,
            "crs": facts.crs,
            "rows": self.rows,
            "added": outcome.added,
            "updated": outcome.updated,
            "unchanged": outcome.unchanged,
            "absent_count": len(outcome.absent),
            "absent": outcome.absent[:1000],
            "refused": [asdict(one) for one in self.refused],
            "remarks": [asdict(one) for one in self.remarks],
            "ignored": list(facts.ignored),
            "columns": dict(facts.columns),
            "release": outcome.release,
            "retired": list(outcome.retired),
            "codes_given": outcome.codes_given,
            "reassigned": outcome.reassigned,
            "seconds": round(self.seconds, 3),
        }
