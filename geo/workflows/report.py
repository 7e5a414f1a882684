"""What a user says about a file, and what is told of what became of it."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from geo.frames import Facts, Refusal
from geo.read.limits import COMMAND_LINE, Limits


@dataclass(frozen=True)
class LoadOptions:
    """What a user may say about a file.

    Parameters
    ----------
    source : str
        The office or series that the file belongs to; a row is known by it and its id.
    crs, encoding : str, optional
        Where the file does not say them, or says them wrongly.
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
    """

    source: str = "main"
    crs: str | None = None
    encoding: str | None = None
    basis: str | None = None
    level: str | None = None
    since: date | None = None
    name: str | None = None
    by: str = "local"
    limits: Limits = COMMAND_LINE


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
    codes_given: int = 0
    reassigned: int = 0


@dataclass(frozen=True)
class LoadReport:
    """What became of a file: rows = added + updated + unchanged + refused."""

    kind: str
    facts: Facts
    rows: int
    outcome: Outcome
    refused: tuple[Refusal, ...]
    remarks: tuple[Refusal, ...]
    seconds: float

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
            "codes_given": outcome.codes_given,
            "reassigned": outcome.reassigned,
            "seconds": round(self.seconds, 3),
        }
