"""``python -m tests.equality``: assignments against PostGIS's ``min(grid)`` over ``ST_Covers``."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from geo.bench.terrain import partition
from geo.store.cluster.private import running
from geo.store.schema import upgrade
from tests.equality.trial import FILES, polygons_of, tried

SHARED = Path(__file__).parents[3] / "shared/data"


def partitions(grids: list[int]) -> Iterator[tuple[str, np.ndarray]]:
    """The bench's partitions of so many grids, then those of the files that are there."""
    for count in grids:
        yield f"bench {count}", partition(count)
    for name, path in FILES.items():
        if (SHARED / path).is_file():
            yield name, polygons_of(SHARED / path)
        else:
            sys.stderr.write(f"{name} is left out: {path} is not among the sample data.\n")


def main() -> int:
    """Run the trials on a private cluster, print them; return 0 where nothing differs."""
    asked = argparse.ArgumentParser(prog="python -m tests.equality", description=__doc__)
    asked.add_argument("--points", type=int, default=1_000_000, help="at random, on each partition")
    asked.add_argument("--edges", type=int, default=8_000, help="with fifteen adversarial points each")
    asked.add_argument(
        "--grids", type=int, nargs="*", default=[1358, 100_000], help="of the bench's partitions"
    )
    asked.add_argument("--json", action="store_true", help="print one JSON object")
    said = asked.parse_args()
    trials = []
    with tempfile.TemporaryDirectory(prefix="gridcircle-equality-") as folder:
        # The server's account has to pass through.
        Path(folder).chmod(0o755)
        with running(Path(folder) / "var") as url:
            upgrade(url)
            for name, polygons in partitions(said.grids):
                began = time.monotonic()
                trial = tried(name, polygons, url, points=said.points, edges=said.edges)
                trials.append(asdict(trial) | {"seconds": round(time.monotonic() - began, 1)})
                sys.stderr.write(f"{trials[-1]}\n")
    held = not any(count for trial in trials for count in trial["differ"].values())
    told = "Nothing differs." if held else "Points differ."
    if said.json:
        told = json.dumps({"held": held, "trials": trials})
    sys.stdout.write(f"{told}\n")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
