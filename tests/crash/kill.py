"""The kill: a process that publishes, and another that ends it by SIGKILL at a step."""

import multiprocessing
import random
import signal
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

from geo.store.originals import place
from geo.workflows.assignment.assigning import reassign_all
from tests.crash.pairs import moved
from tests.crash.publication import COMMIT, COMMITTED, KEPT, ZONE, Request, publish, telling
from tests.crash.state import State, state, unlike, wait_until_alone
from tests.districts import cloned, opened

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.crash.publication"])

LONGEST_S = 60


@dataclass(frozen=True)
class Ground:
    """What all trials have in common.

    Parameters
    ----------
    template : str
        The URL of a database to be cloned, with the samples; nobody is connected to it.
    home : Path
        Where files are kept.
    request : Request
        What is published.
    """

    template: str
    home: Path
    request: Request


@dataclass(frozen=True)
class Blow:
    """Where a publication is killed.

    Parameters
    ----------
    step : int
        The number of the step, from 0.
    late_s : float or None
        How long after it was told; None for before it is taken, which the child then waits for.
    """

    step: int
    late_s: float | None = None


@dataclass(frozen=True)
class Run:
    """A publication that was let run: its steps, how long each took, and the states before and after."""

    steps: list[str]
    seconds: list[float]
    before: State
    after: State

    @property
    def first(self) -> int:
        """The first statement of the transaction: it takes the lock."""
        return next(i for i, name in enumerate(self.steps) if "pg_advisory_xact_lock" in name)

    @property
    def commit(self) -> int:
        """The commit."""
        return self.steps.index(COMMIT)


@dataclass
class Report:
    """What came of the kills; all lists are to be empty."""

    kills: Counter[str] = field(default_factory=Counter)
    steps: Counter[int] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    half: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether no publication was half, no file lost, and the next one always possible."""
        return not (self.half or self.wrong or self.lost or self.stuck)


def child(url: str, ground: Ground, pipe: Connection, blow: Blow | None, transactions: bool) -> None:
    """Publish, and tell each step; where the blow is to fall, or has not fallen yet, wait for it."""
    number = -1

    def step(name: str) -> None:
        nonlocal number
        number += 1
        pipe.send(name)
        if blow and number == blow.step and blow.late_s is None:
            signal.pause()

    with telling(url, step, transactions=transactions) as engine:
        publish(engine, ground.home, ground.request, step)
    if blow:
        signal.pause()


def let_run(ground: Ground) -> Run:
    """Publish without a kill."""
    with cloned(ground.template) as url, opened(url) as engine:
        before = state(engine)
        engine.dispose()
        steps, moments = _watched(url, ground, None)
        seconds = [late - early for early, late in pairwise(moments)]
        return Run(steps, seconds, before, state(engine))


def _watched(
    url: str, ground: Ground, blow: Blow | None, *, transactions: bool = True
) -> tuple[list[str], list[float]]:
    """Start a publication, kill it where it is said, and return the steps that it told, and when."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=child, args=(url, ground, theirs, blow, transactions))
    process.start()
    theirs.close()
    steps: list[str] = []
    moments: list[float] = []
    try:
        while ours.poll(LONGEST_S):
            steps.append(ours.recv())
            moments.append(time.perf_counter())
            if blow and len(steps) - 1 == blow.step:
                time.sleep(blow.late_s or 0)
                process.kill()
                # What it told between the step and its end is still to be read.
    except EOFError:
        pass
    process.join(LONGEST_S)
    if process.exitcode != (0 if blow is None else -signal.SIGKILL):
        message = f"The publication ended with {process.exitcode} after {len(steps)} steps: {steps[-1:]}"
        raise RuntimeError(message)
    return steps, moments


def blows(run: Run, n: int, *, seed: int) -> Iterable[tuple[str, Blow]]:
    """Choose where to kill: three quarters in the transaction, its steps in turn; then around the commit."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    around = max(3, n * 15 // 100)
    outside = max(1, n // 10)
    steps = range(run.first, run.commit)
    inside = n - around - outside
    for i in range(inside):
        # The steps are gone through evenly, by as many rounds as there are kills for.
        step = steps[i * len(steps) // inside] if inside < len(steps) else steps[i % len(steps)]
        late = chance.choice((None, chance.uniform(0, run.seconds[step])))
        yield "inside", Blow(step, late)
    for i in range(around):
        step, late = [
            (run.commit, None),
            (run.commit, chance.uniform(0, run.seconds[run.commit])),
            (run.commit + 1, None),
        ][i % 3]
        yield "around the commit", Blow(step, late)
    for i in range(outside):
        yield "outside", Blow([0, run.steps.index(KEPT)][i % 2])


def killed(ground: Ground, run: Run, n: int, *, seed: int = 1) -> Report:
    """Kill so many publications, and look at what each left behind."""
    report = Report()
    for kind, blow in blows(run, n, seed=seed):
        report.kills[kind] += 1
        report.steps[blow.step] += 1
        with cloned(ground.template) as url, opened(url) as engine:
            steps, _ = _watched(url, ground, blow)
            wait_until_alone(engine)
            name = f"step {blow.step} of {len(run.steps)} ({steps[blow.step]}), {blow.late_s}"
            found = verdict(state(engine), run)
            report.found[found] += 1
            if found not in ("old", "new") or reassign_all(engine, ZONE):
                report.half.append(f"{name}: {found}")
            elif found != _expected(steps, blow, found):
                report.wrong.append(f"{name}: {found}")
            if KEPT in steps and not _is_kept(ground):
                report.lost.append(name)
            if not _goes_on(url, ground, run):
                report.stuck.append(name)
    return report


def verdict(found: State, run: Run) -> str:
    """Return which state it is: ``old``, ``new``, or else in which tables it is unlike both."""
    if found == run.before:
        return "old"
    if found == run.after:
        return "new"
    return f"unlike the old in {unlike(found, run.before)}, the new in {unlike(found, run.after)}"


def _expected(steps: list[str], blow: Blow, found: str) -> str:
    """Return what has to be found: before the commit is sent the old, after its answer the new."""
    if COMMIT not in steps or (steps[-1] == COMMIT and blow.late_s is None):
        return "old"
    return "new" if COMMITTED in steps else found


def _is_kept(ground: Ground) -> bool:
    path = place(ground.home, sha256(ground.request.original).hexdigest())
    return path.is_file() and path.read_bytes() == ground.request.original


def _goes_on(url: str, ground: Ground, run: Run) -> bool:
    """Send the request again, then publish something else; tell whether both did what they should."""
    with opened(url) as engine:
        answer = publish(engine, ground.home, ground.request, lambda _: None)
        if answer["release"] != ground.request.base + 1 or state(engine) != run.after:
            return False
        outcome = moved(engine, ground.request.reading, base=answer["release"], by="李", width=0.0003)
        return outcome.release == answer["release"] + 1 and reassign_all(engine, ZONE) == 0


def without_transaction(ground: Ground, run: Run, n: int) -> int:
    """Kill publications whose statements count one by one; return how many of them are seen to be half."""
    release = next(i for i, name in enumerate(run.steps) if name.lower().startswith("insert into release"))
    writes = range(release + 1, run.commit)
    seen = 0
    for i in range(n):
        with cloned(ground.template) as url, opened(url) as engine:
            _watched(url, ground, Blow(writes[i * len(writes) // n]), transactions=False)
            wait_until_alone(engine)
            seen += verdict(state(engine), run) not in ("old", "new") or bool(reassign_all(engine, ZONE))
    return seen
