// Where am I: the tablet's own position, against the grid's border.
// The position stays in this page: it is neither sent nor stored.

import { number } from "./notation.js";
import { facts, t } from "./words.js";

const METRES_PER_DEGREE = 111320;

/** Let a button show the position on the map, and say where it lies against the border. */
export function offerLocation(map, geometry, button, place) {
  const layer = L.layerGroup();
  let watch = null;

  const stop = () => {
    navigator.geolocation.clearWatch(watch);
    watch = null;
    layer.remove();
    place.textContent = "";
    button.setAttribute("aria-pressed", "false");
  };
  const found = ({ coords }) => {
    const here = [coords.longitude, coords.latitude];
    const first = !layer.getLayers().length;
    draw(layer, here, coords.accuracy);
    if (first) map.panTo([here[1], here[0]]);
    place.textContent = sentence(here, coords.accuracy, geometry);
  };
  const failed = (error) => {
    stop();
    place.textContent = t(error.code === error.PERMISSION_DENIED ? "grid.locate_denied" : "grid.locate_failed");
  };
  button.addEventListener("click", () => {
    if (watch !== null) {
      stop();
    } else if (!window.isSecureContext || !navigator.geolocation) {
      place.textContent = t("grid.locate_insecure");
    } else {
      layer.clearLayers().addTo(map);
      button.setAttribute("aria-pressed", "true");
      place.textContent = t("grid.locating");
      watch = navigator.geolocation.watchPosition(found, failed, { enableHighAccuracy: true, timeout: 20000 });
    }
  });
  window.addEventListener("pagehide", () => watch !== null && stop());
}

function draw(layer, [x, y], accuracy) {
  const colour = facts.style.there;
  layer.clearLayers();
  layer.addLayer(L.circle([y, x], { radius: accuracy, pane: "marks", color: colour, weight: 1, fillOpacity: 0.12, interactive: false }));
  layer.addLayer(L.circleMarker([y, x], { radius: 8, pane: "marks", color: "#fff", weight: 3, fillColor: colour, fillOpacity: 1, interactive: false }));
}

function sentence(here, accuracy, geometry) {
  const precision = t("grid.precision", { metres: number(accuracy) });
  if (!geometry) return precision;
  const metres = number(distanceToBorder(here, geometry));
  return `${t(inside(here, geometry) ? "grid.inside" : "grid.outside", { metres })} ${precision}`;
}

function rings(geometry) {
  return geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
}

/** Whether a point lies in a polygon, by the crossings of a ray with all of its rings. */
export function inside([x, y], geometry) {
  let within = false;
  for (const ring of rings(geometry)) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[xi, yi], [xj, yj]] = [ring[i], ring[j]];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
    }
  }
  return within;
}

/** The distance from a point to a polygon's border in metres, on a plane around the point. */
export function distanceToBorder([x, y], geometry) {
  const [kx, ky] = [METRES_PER_DEGREE * Math.cos((y * Math.PI) / 180), METRES_PER_DEGREE];
  let least = Infinity;
  for (const ring of rings(geometry)) {
    for (let i = 1; i < ring.length; i++) {
      const [ax, ay] = [(ring[i - 1][0] - x) * kx, (ring[i - 1][1] - y) * ky];
      const [dx, dy] = [(ring[i][0] - x) * kx - ax, (ring[i][1] - y) * ky - ay];
      const square = dx * dx + dy * dy;
      const along = square ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / square)) : 0;
      least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy));
    }
  }
  return least;
}
