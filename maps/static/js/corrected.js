// What people correct of streets, on a map: paths that are missing from the data, places that are closed.

import { element } from "./element.js";
import { fetchJson } from "./service.js";
import { t } from "./words.js";

export const STYLES = {
  link: { color: "#7a3e9d", weight: 4, dashArray: "1 7", lineCap: "round" },
  closure: { color: "#b3261e", weight: 4, fill: true, fillColor: "#fff", fillOpacity: 1, radius: 6 },
};

export class Corrected {
  constructor(map) {
    // Above whatever is filled, and, unlike a canvas, without a hold on the clicks beside it.
    map.createPane("corrections").style.zIndex = 450;
    this.options = { pane: "corrections", renderer: L.svg({ pane: "corrections" }) };
    this.group = L.layerGroup().addTo(map);
  }

  /** Fetch what stands, draw what holds today, and return all of it. */
  async renew() {
    const { corrections } = await fetchJson("street-corrections");
    const holding = corrections.filter(({ holds }) => holds);
    this.group.clearLayers();
    for (const correction of holding) this.group.addLayer(this.layer(correction));
    const kinds = new Set(holding.map(({ kind }) => kind));
    for (const line of document.querySelectorAll("[data-corrected]")) line.hidden = !kinds.has(line.dataset.corrected);
    return corrections;
  }

  layer({ geometry, kind, name, reason }) {
    const style = { ...this.options, ...STYLES[kind] };
    return L.geoJSON({ type: "Feature", geometry, properties: {} }, { style, pointToLayer: (_, place) => L.circleMarker(place, style) })
      .bindTooltip(element("span", {}, `${titleOf({ kind, name })} · ${reason}`));
  }
}

export function titleOf({ kind, name }) {
  return name ? `${t(`correction.${kind}`)} · ${name}` : t(`correction.${kind}`);
}
