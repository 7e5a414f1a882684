"""``python -m tests.hostile --n 10000 --seed 1``: mutate the corpus, read it, and report as JSON."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from tests.hostile.attacks import attacks, packed_as
from tests.hostile.canary import singing
from tests.hostile.trial import mutants, tried

ROOT = Path(__file__).parents[2]
CORPUS = (ROOT / "data/boundaries", ROOT.parent / "shared/data/files")
LARGEST = 2_000_000


def corpus(folder: Path) -> list[Path]:
    """Return the files to be changed: our samples, those that lie beside the project, and `made` ones."""
    files = [path for place in CORPUS if place.is_dir() for path in place.rglob("*")]
    kept = sorted(path for path in files if path.is_file() and path.stat().st_size <= LARGEST)
    return kept + made(folder)


def made(folder: Path) -> list[Path]:
    """Write what the samples lack: a table as text in GBK, an extract of OpenStreetMap, and both in a zip."""
    text = "企业名称\t经度\t纬度\r\n" + "".join(f"甲{i}\t104.{i}\t30.5\r\n" for i in range(9))
    bodies = {"a.txt": text.encode("gbk"), "a.osm.pbf": _extract(folder / "made.osm.pbf")}
    for name, body in bodies.items():
        (folder / f"{name}.zip").write_bytes(packed_as({name: body}))
        (folder / name).write_bytes(body)
    return [folder / f"{name}{ending}" for name in bodies for ending in ("", ".zip")]


def _extract(path: Path) -> bytes:
    with osmium.SimpleWriter(str(path)) as writer:
        for i in range(20):
            writer.add_node(Node(id=i + 1, location=(104 + i / 1000, 30.5)))
        writer.add_way(Way(id=1, nodes=range(1, 21), tags={"railway": "rail", "name": "示例铁路"}))
    return path.read_bytes()


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
            "mutants": mutants(corpus(Path(name)), n=said.n, seed=said.seed),
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
