// A ring round each station whose circle comes to the end of the street data: what lies beyond is not known.

import { t } from "./words.js";

const RING = { radius: 10, color: "#8a5a00", weight: 2, dashArray: "3 3", fill: false, interactive: false };

/** Mark the stations on the map; `beyond` is null where no streets were measured. */
export async function markBeyond(chart, rings, beyond) {
  const flagged = new Set(beyond?.stations ?? []);
  // The stations are drawn when the page's own work is done.
  await chart.slots.get("stations").loading;
  rings.clearLayers();
  for (const { properties, geometry } of chart.slots.get("stations")?.features ?? []) {
    if (!flagged.has(properties.id)) continue;
    const [lon, lat] = geometry.coordinates;
    L.circleMarker([lat, lon], RING).addTo(rings);
  }
  const line = document.getElementById("beyond");
  line.hidden = !flagged.size;
  line.textContent = flagged.size ? t("legend.beyond_count", { count: flagged.size }) : "";
}
