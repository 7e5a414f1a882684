"""The layers of a map, as Folium elements that hold an address of the API and no data.

Each writes one hidden element with ``data-`` attributes; static/js/chart.js reads them, fetches the
data in the browser and draws it. Nothing that a user wrote may be handed to these elements, since
branca compiles what they write as a template once more.
"""

import re
from dataclasses import dataclass
from typing import Literal

from folium.elements import JSCSSMixin
from folium.template import Template

from maps.assets import VECTORGRID, own_links

API = "/api/v1"
_PLAIN = re.compile(r"[a-z0-9/._{}?&=-]+")


@dataclass(frozen=True)
class LayerPlan:
    """What a layer draws, and when.

    Parameters
    ----------
    name : str
        Its name in the scripts, the style and the catalogue (``layer.<name>``).
    path : str
        Below ``/api/v1``; ``{z}/{x}/{y}`` in the path of tiles. Empty where the page's script hands
        the data over itself.
    source : {"features", "tiles", "script"}
        GeoJSON, vector tiles, or drawn by the page's own script.
    shown : bool
        Whether it is drawn at first.
    min_zoom : int
        The zoom from which it is fetched and drawn.
    toggle : bool
        Whether the page offers a switch for it.
    """

    name: str
    path: str = ""
    source: Literal["features", "tiles", "script"] = "features"
    shown: bool = True
    min_zoom: int = 0
    toggle: bool = True


class DataLayer(JSCSSMixin):
    """One layer as a hidden element with the address of its data.

    Raises
    ------
    ValueError
        Where the plan's name or path holds anything but plain characters.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div hidden data-layer="{{ this.plan.name }}" data-source="{{ this.plan.source }}"
            data-url="{{ this.url }}" data-shown="{{ 'yes' if this.plan.shown else 'no' }}"
            data-min-zoom="{{ this.plan.min_zoom }}"></div>
        {% endmacro %}
        """
    )

    def __init__(self, plan: LayerPlan) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        for text in (plan.name, plan.path):
            if text and not _PLAIN.fullmatch(text):
                raise ValueError(f"A layer takes no “{text}”: only plain addresses go through Folium.")
        self._name = "DataLayer"
        self.plan = plan
        self.url = f"{API}/{plan.path}" if plan.path else ""
        self.default_js = own_links(VECTORGRID if plan.source == "tiles" else ())


GROUND = (
    LayerPlan("base", "base.geojson"),
    LayerPlan("streets", "tiles/streets/{z}/{x}/{y}.pbf", source="tiles", min_zoom=12),
)
"""What lies under every map: the zone's own water, railway, buildings, green and streets."""

PARKS = LayerPlan("parks", "parks.geojson")
STATIONS = LayerPlan("stations", "stations.geojson")
ENTERPRISES = LayerPlan("enterprises", "tiles/enterprises/{z}/{x}/{y}.pbf", source="tiles", min_zoom=14)

COVERAGE = (
    *GROUND,
    LayerPlan("grids", source="script"),
    LayerPlan("gaps", source="script"),
    PARKS,
    STATIONS,
    ENTERPRISES,
)
"""The layers of the coverage map, from the ground up."""

CIRCLES = (
    *GROUND,
    PARKS,
    LayerPlan("grids", "grids.geojson", shown=False),
    LayerPlan("network", source="script"),
    LayerPlan("disc", source="script"),
    STATIONS,
)
"""The layers of the map of service circles, from the ground up."""

WHATIF = (
    *GROUND,
    PARKS,
    LayerPlan("grids", source="script"),
    LayerPlan("gaps", source="script"),
    LayerPlan("stations", source="script", toggle=False),
)
"""The layers of the page “what if”, from the ground up; its pegs and dots lie above them."""

GRID = (
    *GROUND,
    LayerPlan("outline", source="script", toggle=False),
    STATIONS,
    LayerPlan("members", source="script", toggle=False),
)
"""The layers of one grid's own page, from the ground up."""

UNPLACED = (
    *GROUND,
    PARKS,
    LayerPlan("grids", "grids.geojson", toggle=False),
)
"""The layers of the page on which places are found, from the ground up."""

DESK = (
    *GROUND,
    PARKS,
    LayerPlan("today", source="script", toggle=False),
    LayerPlan("proposed", source="script", toggle=False),
    LayerPlan("places", source="script", toggle=False),
    LayerPlan("handed", source="script", toggle=False),
    LayerPlan("moves", source="script", toggle=False),
    LayerPlan("moving", source="script", toggle=False),
    LayerPlan("findings", source="script", toggle=False),
    LayerPlan("stations", "stations.geojson", shown=False),
    LayerPlan("enterprises", "tiles/enterprises/{z}/{x}/{y}.pbf", source="tiles", min_zoom=14, shown=False),
)
"""The layers of the desk, from the ground up: what stands, what is proposed, and what is said of it."""
