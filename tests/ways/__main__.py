"""``python -m tests.ways --points 10000``: hold our flags of coverage to Valhalla's, and report as JSON.

Both walk at 5 km/h on the very same edges: the streets of each file that are open to walkers, joined as ours
are, written out for Valhalla. At most 0.5 % of the flags may differ.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from geo.bench.valhalla import absent
from geo.read.door import read_file
from geo.streets.joining import build_network
from tests.ways.agreement import compare, costing

DATA = Path(__file__).parents[3] / "shared/data"
PLACES = {
    "Portland": ("streets/portland_central.osm.pbf", "EPSG:32610", 40),
    "Monaco": ("monaco/streets.osm.pbf", "EPSG:32632", 8),
    "Longgang": ("streets/shenzhen_longgang_2019.osm.pbf", "EPSG:4547", 20),
}
MOST = 0.005


def main() -> int:
    """Compare all places, print the report, and return 0 where they agree."""
    asked = argparse.ArgumentParser(prog="python -m tests.ways", description=__doc__)
    asked.add_argument("--points", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--place", choices=PLACES, action="append", help="may be given several times")
    said = asked.parse_args()
    if reason := absent():
        sys.stderr.write(f"Valhalla cannot be asked: {reason}.\n")
        return 3
    told = {}
    for name in said.place or PLACES:
        file, crs, stations = PLACES[name]
        streets = read_file(DATA / file, "streets").frame
        network = build_network(streets, mode="walk", crs=crs)
        with tempfile.TemporaryDirectory(prefix="gridcircle-ways-") as folder:
            found = compare(network, Path(folder), points=said.points, stations=stations, seed=said.seed)
        told[name] = found | {"held": found["share"] <= MOST}
    sys.stdout.write(json.dumps({"costing": json.loads(costing()), **told}, indent=1) + "\n")
    return 0 if all(found["held"] for found in told.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
