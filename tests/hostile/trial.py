"""The trial: files read through the door, and what came of it."""

import random
import resource
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from geo.errors import InputError
from geo.read.door import read_file
from geo.read.sandbox.limits import WEB
from tests.hostile.attacks import Attack
from tests.hostile.canary import TOKEN

SECONDS = 10.0
BYTES = 2_000_000_000
UNFORESEEN = ("broke-off", "over-limit")
"""Reasons of a refusal that is no answer to the file, but to what became of its reader."""


@dataclass
class Report:
    """What came of a trial; all lists are to be empty."""

    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    peak_bytes: int = 0

    @property
    def held(self) -> bool:
        """Whether nothing crashed, leaked, asked or went beyond its bounds."""
        bad = self.crashes or self.leaks or self.requests or self.slow
        return not bad and self.peak_bytes <= BYTES


def mutants(corpus: list[Path], *, n: int, seed: int) -> Iterator[Attack]:
    """Yield files of a corpus with some bytes changed, cut, doubled or put elsewhere; the seed decides."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    for i in range(n):
        path = chance.choice(corpus)
        body = bytearray(path.read_bytes())
        for _ in range(chance.choice((1, 1, 2, 5, 20, 100))):
            _change(body, chance)
        yield Attack(f"{i}-{path.stem}{path.suffix}", bytes(body))


def _change(body: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(body)) if body else 0
    length = chance.choice((1, 1, 2, 4, 8, 64, 512))
    way = chance.randrange(5)
    if way == 0:
        body[at : at + length] = chance.randbytes(length)
    elif way == 1:
        body[at : at + length] = chance.choice((b"\xff", b"\x00", b"\x7f", b"\x80")) * length
    elif way == 2:
        del body[at : at + length]
    elif way == 3:
        body[at:at] = body[at : at + length] * chance.choice((1, 2, 50))
    elif body and chance.random() < 0.2:
        del body[at:]


def tried(
    files: Iterable[Attack],
    folder: Path,
    *,
    asked: list[str],
    kinds: tuple[str, ...] = ("base",),
    seconds: float = 1e9,
) -> Report:
    """Read each file as each kind, two at a time, and report; no new file is begun after some seconds."""
    report = Report()
    until = time.monotonic() + seconds

    def read(one: tuple[int, Attack]) -> None:
        if time.monotonic() < until:
            _try(report, folder, *one, kinds)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(read, enumerate(files)))
    report.requests.extend(asked)
    report.peak_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return report


def _try(report: Report, folder: Path, i: int, attack: Attack, kinds: tuple[str, ...]) -> None:
    place = folder / str(i)
    place.mkdir()
    path = place / attack.name
    path.write_bytes(attack.body)
    for kind in kinds:
        started = time.monotonic()
        try:
            reading = read_file(path, kind, crs="EPSG:4326", limits=WEB)
            outcome, said = (
                "read",
                str(reading.frame.drop(columns="geometry").to_dict()) + str(reading.remarks),
            )
        except InputError as error:
            outcome, said = type(error).__name__, error.message
            if error.details.get("reason") in UNFORESEEN:
                outcome = error.details["reason"]
                report.broken.append(f"{attack.name}: {error.message}")
        except Exception as error:  # Whatever it is, it is the finding.
            outcome, said = "crash", repr(error)
            report.crashes.append(f"{attack.name}: {error!r}")
        taken = time.monotonic() - started
        report.outcomes[outcome] += 1
        report.slowest_s = max(report.slowest_s, taken)
        if taken > SECONDS + 1:
            report.slow.append(f"{attack.name}: {taken:.1f} s")
        if TOKEN in said:
            report.leaks.append(attack.name)
    report.files += 1
    path.unlink()
    place.rmdir()
