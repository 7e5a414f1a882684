"""The district: everything that one scale and one seed stand for, as frames."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.demo.buildings import build_base, build_buildings
from geo.demo.enterprises import build_enterprises
from geo.demo.fabric import Fabric, weave
from geo.demo.facilities import CENTRE, build_facilities
from geo.demo.grids import Grids, build_grids
from geo.demo.ground import lay_ground
from geo.demo.organisations import build_organisations
from geo.demo.plan import Plan, Scale, plan_of
from geo.demo.quarters import divide_quarters
from geo.demo.routine import capacity_of, shifts_of
from geo.demo.streets import build_streets
from geo.frames import Progress, no_progress


@dataclass(frozen=True)
class District:
    """An invented zone. Boundaries, streets and base are in EPSG:4544, points in EPSG:4326.

    Parameters
    ----------
    plan : Plan
        What it was to hold.
    fabric : Fabric
        Its ground.
    grids : Grids
        Blocks, grids, micro-grids, general grids and parks.
    streets, base, facilities, enterprises : GeoDataFrame
        With the columns of the contracts of the same names (facilities: of stations).
    organisations : DataFrame
        With the columns of `geo.contracts.ORGANISATIONS`.
    """

    plan: Plan
    fabric: Fabric
    grids: Grids
    streets: gpd.GeoDataFrame
    base: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    enterprises: gpd.GeoDataFrame
    organisations: pd.DataFrame


def build_district(*, scale: Scale = "small", seed: int = 1, on_progress: Progress = no_progress) -> District:
    """Build the district of a scale from a seed.

    Each part draws from a source of chance of its own, so that a change to one leaves the others.
    """
    plan = plan_of(scale)
    chance = [np.random.default_rng([seed, part]) for part in range(9)]
    on_progress(0.0, "drawing streets and lots")
    ground = lay_ground(plan)
    fabric = weave(ground, divide_quarters(plan, ground, chance[0]), chance[1])
    grids = build_grids(fabric, plan, chance[2])
    on_progress(0.5, "drawing buildings")
    streets = build_streets(fabric, chance[3])
    buildings = build_buildings(fabric, streets, chance[4])
    on_progress(0.7, "settling enterprises and stations")
    facilities = build_facilities(plan, fabric, grids, buildings, streets, chance[5])
    enterprises = build_enterprises(plan, fabric, grids, buildings, streets, chance[6])
    centre = (facilities["kind"] == CENTRE).to_numpy(dtype=bool)
    facilities.insert(6, "capacity", capacity_of(centre, chance[8]))
    shifts = shifts_of(enterprises["industry"], chance[8])
    return District(
        plan=plan,
        fabric=fabric,
        grids=grids,
        streets=streets,
        base=build_base(fabric, buildings, streets),
        facilities=facilities,
        enterprises=enterprises.assign(shifts=shifts)[[*enterprises.columns[:-1], "shifts", "geometry"]],
        organisations=build_organisations(plan, grids, chance[7]),
    )
