"""``python -m tests.crash --kills 200``: kill publications, let pairs of them race, and tell the outcome."""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from geo.store import releases
from geo.store.cluster.private import running
from geo.store.engine import reading
from geo.store.schema import upgrade
from tests.crash.kill import Ground, killed, let_run, without_transaction
from tests.crash.pairs import run_pairs
from tests.crash.publication import Request, redrawn, samples
from tests.districts import cloned, fill_with_samples, opened

SETTINGS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


def tried(
    template: str, home: Path, *, kills: int, pairs: int, controls: int, seed: int = 1
) -> dict[str, Any]:
    """Carry out all trials on clones of a database with the samples, and return the report."""
    started = time.monotonic()
    drawing = samples()
    with cloned(template) as url, opened(url) as engine, reading(engine) as connection:
        base = releases.current(connection)
    ground = Ground(template, home, Request(redrawn(drawing), base or 0))
    run = let_run(ground)
    report = killed(ground, run, kills, seed=seed)
    half = without_transaction(ground, run, controls)
    with cloned(template) as url, opened(url) as engine:
        raced = run_pairs(engine, drawing, pairs)
    with cloned(template) as url, opened(url) as engine:
        careless = run_pairs(engine, drawing, controls, comparing=False)
    held = report.held and raced.held and half == controls and len(careless.overwritten) > controls
    return {
        "held": held,
        "steps": len(run.steps),
        "kills": vars(report) | {"steps": len(report.steps), "held": report.held},
        "without a transaction": {"kills": controls, "seen to be half": half},
        "pairs": vars(raced) | {"held": raced.held},
        "without comparison": {"pairs": controls, "seen to be overwritten": len(careless.overwritten)},
        "seconds": round(time.monotonic() - started, 1),
    }


def main() -> int:
    """Make a database with the samples, run the trials, print the report; return 0 where everything held."""
    asked = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--pairs", type=int, default=100)
    asked.add_argument("--controls", type=int, default=10, help="how many of each positive control")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", action="store_true", help="print one JSON object")
    said = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="gridcircle-crash-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with running(folder / "var", settings=SETTINGS) as server:
            upgrade(server)
            with cloned(server) as template:
                fill_with_samples(template)
                told = tried(
                    template,
                    folder,
                    kills=said.kills,
                    pairs=said.pairs,
                    controls=said.controls,
                    seed=said.seed,
                )
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n" if said.json else table(told))
    return 0 if told["held"] else 1


def table(told: dict[str, Any]) -> str:
    """Return the report for a person."""
    lines = []
    for name, value in told.items():
        if not isinstance(value, dict):
            lines.append(f"{name}: {value}")
            continue
        lines.append(f"{name}:")
        lines += [f"    {key}: {dict(one) if isinstance(one, dict) else one}" for key, one in value.items()]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
