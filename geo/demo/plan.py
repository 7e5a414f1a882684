"""Plans: what the invented district of each scale is to hold, as control points and counts.

Places are in metres from the district's own origin, x east and y north, before `geo.demo.ground.warp`
bends them; `ORIGIN` moves them to EPSG:4544 (CGCS2000, 3-degree zone 35), south of Chengdu.
"""

from dataclasses import dataclass
from typing import Literal

CRS_M = "EPSG:4544"
"""The metric CRS in which the district is drawn and in which its offices send their files."""

ORIGIN = (409_800.0, 3_382_600.0)
"""Easting and northing in EPSG:4544 of the district's own origin, about 104.06° E, 30.56° N."""

Scale = Literal["small", "chengdu"]
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Plan:
    """One scale of the district.

    Parameters
    ----------
    scale : {"small", "chengdu"}
        Its name.
    outline, river, railway : tuple of (float, float)
        Control points in metres: of the zone's ring, and of the centre lines (none where empty).
    avenues : tuple of control points
        Centre lines of the arterial streets; at river and railway they end, but for those in `crossings`.
    crossings : tuple of int
        Positions in `avenues` of those that cross river and railway, by a bridge or an underpass.
    hotspots : tuple of (x, y, radius_m)
        Where work clusters; the first is the centre of the district.
    deserts : tuple of (x, y, radius_m)
        Quarters that have neither station nor centre, so that gaps remain.
    quarter_m2, lot_m2 : float, (float, float)
        Sizes at which the cutting stops: quarters, and lots in the centre and at the edge.
    work_share : float
        Share of the land that is work, the rest being residential or green.
    grids, micro_per_grid : int
        Exclusive grids in all; into how many micro-grids each is divided (0: none).
    parks, enterprises, stations, centres, organisations, covered_grids : int
        Exact counts.
    border_points, without_place, outside_zone : int
        Enterprises on a shared grid vertex, without a location, and beyond the zone's outline.
    """

    scale: Scale
    outline: Points
    river: Points
    railway: Points
    avenues: tuple[Points, ...]
    crossings: tuple[int, ...]
    hotspots: tuple[tuple[float, float, float], ...]
    deserts: tuple[tuple[float, float, float], ...]
    quarter_m2: float
    lot_m2: tuple[float, float]
    work_share: float
    grids: int
    micro_per_grid: int
    parks: int
    enterprises: int
    stations: int
    centres: int
    organisations: int
    covered_grids: int
    border_points: int
    without_place: int
    outside_zone: int


_CHENGDU = Plan(
    scale="chengdu",
    outline=(
        (-2600, 6200),
        (-400, 6600),
        (1900, 6000),
        (3000, 5300),
        (3200, 3700),
        (4300, 2500),
        (4500, 700),
        (3700, -1200),
        (4100, -3000),
        (3300, -4700),
        (1700, -5700),
        (-400, -5300),
        (-2300, -6000),
        (-3700, -4700),
        (-3300, -2700),
        (-4400, -1300),
        (-4500, 900),
        (-3600, 2300),
        (-4000, 4100),
        (-3400, 5500),
    ),
    river=(
        (2500, 7600),
        (1700, 5900),
        (2300, 4400),
        (1500, 2900),
        (2300, 1300),
        (1700, -300),
        (2500, -1900),
        (1800, -3500),
        (2500, -5000),
        (2100, -7600),
    ),
    railway=((-6500, -1500), (-3500, -2300), (0, -2700), (3000, -3500), (6500, -5200)),
    avenues=(
        ((-3000, 7500), (-2850, 2500), (-2600, -1500), (-2700, -7500)),
        ((-1500, 7500), (-1350, 3000), (-1500, -2000), (-1200, -7500)),
        ((-150, 7500), (-100, 0), (0, -7500)),
        ((1000, 7500), (850, 3500), (1050, 500), (1000, -3000), (700, -7500)),
        ((3300, 7500), (3000, 3000), (3300, -500), (3000, -7500)),
        ((-6000, 5100), (-1500, 4950), (1200, 5250), (6000, 4700)),
        ((-6000, 3500), (-2000, 3800), (900, 3650), (6000, 3900)),
        ((-6000, 2300), (-1000, 2350), (2500, 2150), (6000, 2600)),
        ((-6000, 900), (-1200, 1150), (2000, 850), (6000, 950)),
        ((-6000, -250), (-1000, -150), (2300, -450), (6000, -200)),
        ((-6000, -1250), (0, -1450), (6000, -1750)),
        ((-6000, -3900), (-1500, -3750), (1500, -4150), (6000, -4000)),
        ((-5200, 700), (-3000, -900), (-1800, -3300), (-1600, -6800)),
    ),
    crossings=(1, 2, 4, 5, 7, 9, 11),
    hotspots=(
        (-250, 2700, 1250),
        (-2200, 4500, 950),
        (3000, 1700, 900),
        (-3300, -300, 900),
        (300, -600, 850),
        (3200, -2300, 800),
        (-800, -4400, 950),
        (600, 5600, 700),
        (-2700, -3900, 700),
    ),
    deserts=((-3400, -500, 1900), (3400, -2800, 1900), (-2400, 5500, 1500)),
    quarter_m2=620_000.0,
    lot_m2=(42_000.0, 105_000.0),
    work_share=0.5,
    grids=1358,
    micro_per_grid=0,
    parks=36,
    enterprises=45_000,
    stations=398,
    centres=31,
    organisations=724,
    covered_grids=1097,
    border_points=60,
    without_place=540,
    outside_zone=120,
)

_SMALL = Plan(
    scale="small",
    outline=(
        (-900, 620),
        (-150, 720),
        (560, 640),
        (930, 330),
        (880, -280),
        (480, -660),
        (-280, -640),
        (-860, -420),
        (-980, 120),
    ),
    river=((-1500, -260), (-700, -100), (-150, -240), (450, -60), (1500, -200)),
    railway=(),
    avenues=(
        ((-120, 1500), (-60, 300), (-90, -1500)),
        ((-1500, 260), (0, 330), (1500, 240)),
    ),
    crossings=(0,),
    hotspots=((-350, 300, 380), (450, -400, 300)),
    deserts=((500, -420, 420),),
    quarter_m2=900_000.0,
    lot_m2=(105_000.0, 150_000.0),
    work_share=0.4,
    grids=3,
    micro_per_grid=4,
    parks=1,
    enterprises=200,
    stations=6,
    centres=1,
    organisations=2,
    covered_grids=2,
    border_points=4,
    without_place=5,
    outside_zone=2,
)


def plan_of(scale: Scale) -> Plan:
    """Return the plan of a scale."""
    return {"small": _SMALL, "chengdu": _CHENGDU}[scale]
