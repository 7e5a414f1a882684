// Where am I: the tablet's own position, against the grid's border, and the grid that it is in.
// The position is stored nowhere. The service is asked about it in the body of a request, never in an
// address, which proxies and the browser's history would keep; it answers, and keeps nothing.

import { element } from "./element.js";
import { number } from "./notation.js";
import { send } from "./request.js";
import { address, ServiceError } from "./service.js";
import { facts, t } from "./words.js";

const METRES_PER_DEGREE = 111320;
const AGAIN_MS = 3000;

/** Let a button show the position on the map, and say where it lies and in which grid. */
export function offerLocation(map, grid, button, place) {
  const { geometry } = grid;
  const layer = L.layerGroup();
  const which = new Which(grid);
  let watch = null;

  const stop = () => {
    navigator.geolocation.clearWatch(watch);
    watch = null;
    which.forget();
    layer.remove();
    place.textContent = "";
    button.setAttribute("aria-pressed", "false");
  };
  const found = ({ coords }) => {
    const here = [coords.longitude, coords.latitude];
    const first = !layer.getLayers().length;
    draw(layer, here, coords.accuracy);
    if (first) map.panTo([here[1], here[0]]);
    const say = (...more) => watch !== null && place.replaceChildren(sentence(here, coords.accuracy, geometry), ...more);
    say(...which.words);
    which.ask(here).then((words) => say(...words));
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

/** Asks which grid a position is in, at most every three seconds, and remembers the words of the last answer. */
class Which {
  constructor({ geometry, code, basis, level }) {
    this.asks = Boolean(geometry);
    this.code = code;
    this.scope = { basis, level };
    this.forget();
  }

  forget() {
    this.words = [];
    this.last = -Infinity;
  }

  async ask(here) {
    const now = performance.now();
    if (!this.asks || now - this.last < AGAIN_MS) return this.words;
    this.last = now;
    try {
      const { places: [found] } = await send("POST", "locate", { body: { places: [here], ...this.scope, ...scopeOfPage() } });
      this.words = this.wordsOf(found);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // Without the service there remains what the page itself can say: inside or outside of this grid.
      this.words = [];
    }
    return this.words;
  }

  wordsOf({ code, name, candidates }) {
    if (candidates.length > 1) return [` ${t("grid.here_several", { codes: candidates.join(t("unit.and")) })}`];
    if (code === null) return [` ${t("grid.here_none")}`];
    if (code === this.code) return [];
    const link = element("a", { href: address(`/grids/${encodeURIComponent(code)}`, this.scope) }, name || code);
    return [` ${t("grid.here")}`, link];
  }
}

/** The page's own release and day, which `send` puts into the address: here they go with the question. */
function scopeOfPage() {
  const page = new URLSearchParams(window.location.search);
  return Object.fromEntries(["release", "on"].filter((name) => page.get(name)).map((name) => [name, page.get(name)]));
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
