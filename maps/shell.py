"""The Folium map without data: its container, its extent, its scale, its layers' addresses."""

from collections.abc import Sequence
from dataclasses import dataclass

import folium
from branca.element import Figure, Link, MacroElement
from folium.template import Template

from maps.assets import own_links
from maps.layers import DataLayer, LayerPlan

Extent = tuple[float, float, float, float]
"""West, south, east, north in degrees, EPSG:4326."""

EVERYWHERE: Extent = (73.0, 18.0, 135.0, 54.0)
"""Shown while the zone has no boundaries yet."""


@dataclass(frozen=True)
class Shell:
    """The three parts of Folium's page, for a template of ours to place.

    Parameters
    ----------
    head, body : str
        HTML for the head and the body.
    script : str
        JavaScript without its ``<script>`` tags.
    """

    head: str
    body: str
    script: str


class OwnMap(folium.Map):
    """Folium's map with its scripts and style sheets from our own server."""

    def __init__(self, extent: Extent) -> None:
        west, south, east, north = extent
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
            prefer_canvas=True,
            max_zoom=19,
            maxZoom=19,
            minZoom=3,
            zoomSnap=0.5,
            # The sources of the data are named in the page's method line instead, as plain text.
            attributionControl=False,
        )
        self.default_js = own_links(folium.Map.default_js)
        self.default_css = own_links(folium.Map.default_css)


class MetricScale(MacroElement):
    """A scale bar in metres alone; Folium's own shows miles too."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            L.control.scale({imperial: false, maxWidth: 160}).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )


def build_shell(extent: Extent | None, plans: Sequence[LayerPlan]) -> Shell:
    """Build the map's page parts: the same bytes for the same arguments.

    Parameters
    ----------
    extent : tuple of float or None
        What to show at first, in EPSG:4326; None for a zone without boundaries.
    plans : sequence of LayerPlan
        The layers, from the ground up.

    Raises
    ------
    LookupError
        Where Folium asks for a file that `maps.assets.ASSETS` does not name.
    SetupMissing
        Where the browser's files have not been fetched.
    """
    west, south, east, north = extent or EVERYWHERE
    chart = OwnMap((west, south, east, north))
    scale = MetricScale()  # type: ignore[no-untyped-call]
    bounds = folium.FitBounds([[south, west], [north, east]], padding=(8, 8))
    layers = [DataLayer(plan) for plan in plans]
    # Folium draws random identifiers; ours are the same each time, or no ETag would ever match.
    for number, element in enumerate([chart, scale, bounds, *layers]):
        element._id = "main" if element is chart else str(number)
    for element in (scale, bounds, *layers):
        chart.add_child(element)
    figure = chart.get_root()
    assert isinstance(figure, Figure)  # noqa: S101 - what Map.__init__ makes
    chart.render()  # type: ignore[no-untyped-call]
    _refuse_foreign(figure)
    return Shell(figure.header.render(), figure.html.render(), figure.script.render())


def _refuse_foreign(figure: Figure) -> None:
    for element in figure.header._children.values():
        if isinstance(element, Link) and not element.url.startswith("/static/"):
            raise LookupError(
                f"A Folium element asks for {element.url} without maps/assets.py; "
                "take its links through own_links()."
            )
