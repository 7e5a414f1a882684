"""``python -m tests.hostile --n 10000 --seed 1``: mutate the corpus, read it, and report as JSON."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.hostile.attacks import attacks
from tests.hostile.canary import singing
from tests.hostile.trial import mutants, tried

ROOT = Path(__file__).parents[2]
CORPUS = (ROOT / "data/boundaries", ROOT.parent / "shared/data/files")
LARGEST = 2_000_000


def corpus() -> list[Path]:
    """Return the files to be changed: our samples, and those that lie beside the project."""
    files = [path for folder in CORPUS if folder.is_dir() for path in folder.rglob("*")]
    return sorted(path for path in files if path.is_file() and path.stat().st_size <= LARGEST)


def main() -> int:
    """Run the attacks and the mutants, print the report, and return 0 where everything held."""
    asked = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    asked.add_argument("--n", type=int, default=200, help="how many mutants")
    asked.add_argument("--seed", type=int, default=1)
    said = asked.parse_args()
    held = True
    told = {}
    with tempfile.TemporaryDirectory(prefix="gridcircle-hostile-") as name, singing(Path(name)) as canary:
        rounds = {
            "attacks": attacks(canary.secret, canary.address),
            "mutants": mutants(corpus(), n=said.n, seed=said.seed),
        }
        for title, files in rounds.items():
            folder = Path(name) / title
            folder.mkdir()
            report = tried(files, folder, asked=canary.asked)
            held = held and report.held
            told[title] = vars(report) | {"held": report.held}
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
