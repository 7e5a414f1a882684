// The desk's map: what stands today, what is proposed, and what is said of either.

import { pairs } from "./element.js";
import { showCard } from "./card.js";
import { Chart } from "./chart.js";
import { Labels } from "./labels.js";
import { CHANGES, CHOSEN, findingHalo, findingMark, GAINED, HANDED, LANDING, LOST, PLAIN, TODAY } from "./marks.js";
import { Swipe } from "./swipe.js";
import { fetchJson } from "./service.js";
import { facts, known, t } from "./words.js";

// The streets lie at 210, Leaflet's own overlays at 400, the marks at 460.
const PANES = { today: 402, proposed: 403, places: 410, handed: 415, moves: 420, moving: 430 };
const FINGER = 22;
const LEAST_M = 30;
const MOST_MARKS = 3000;

export class Stage {
  constructor(failed) {
    this.chart = new Chart();
    this.map = this.chart.map;
    // What is to be seen should fill the map, not a half of it.
    this.map.options.zoomSnap = 0.25;
    this.failed = failed;
    this.chart.onFailure = failed;
    for (const [name, depth] of Object.entries(PANES)) {
      const pane = this.map.createPane(name);
      pane.style.zIndex = depth;
      // Canvases lie over one another; a click is answered from the place alone.
      pane.style.pointerEvents = "none";
    }
    this.swipe = new Swipe(this.map, "today", "proposed");
    this.labels = new Labels(this.map);
    this.home = facts.desk.empty ? null : this.map.getBounds();
    this.changed = new Map();
    this.findings = [];
    this.features = [];
    this.standing = null;
    this.onFinding = null;
    this.onGrid = null;
    this.zooming = false;
    this.map.on("zoomstart", () => (this.zooming = true)).on("zoomend", () => (this.zooming = false));
    this.map.on("click", (event) => this.click(event));
    window.addEventListener("resize", () => this.map.invalidateSize());
  }

  /** Draw what stands today at a level, once for each level and release. */
  async showToday(basis, level, release) {
    // The release is a part of what is drawn: another one is fetched anew.
    const key = [basis, level, release].join();
    if (this.standing === key) return;
    this.standing = key;
    if (release === null || release === undefined) return this.chart.draw("today", [], { pane: "today" });
    try {
      const { features } = await fetchJson("grids.geojson", { basis, level });
      if (this.standing !== key) return;
      this.chart.draw("today", features, { style: TODAY, pane: "today", interactive: false });
      this.label();
    } catch (error) {
      this.standing = null;
      this.failed(error);
    }
  }

  hideToday() {
    this.standing = null;
    this.chart.draw("today", [], { pane: "today" });
  }

  /** Draw the layer of a step; a feature that changes looks so. */
  showProposed(features, changed = new Map()) {
    this.features = features;
    this.changed = changed;
    this.redraw();
  }

  /** Draw the step once more, but for rows that are being reshaped. */
  redraw(without = new Set()) {
    const { changed } = this;
    const drawn = this.features.filter(({ properties }) => !without.has(properties.row));
    this.chart.draw("proposed", drawn, {
      pane: "proposed",
      interactive: false,
      pointToLayer: (_, place) => L.circleMarker(place, { pane: "proposed", interactive: false, radius: 4, weight: 1, color: "#fff", fillColor: "#39444c", fillOpacity: 1 }),
      style: ({ geometry, properties }) => {
        if (geometry?.type.endsWith("Point")) return {};
        const change = changed.get(properties.code) ?? properties.change;
        return { ...PLAIN, ...(CHANGES[change] ?? {}) };
      },
    });
    this.label();
  }

  /** Write the codes of what is proposed, or of what stands where nothing is. */
  label() {
    this.labels.show(this.features.length ? this.features : this.chart.slots.get("today").features);
  }

  /** Draw the step again, with its changes as they have been compared. */
  recolour(changed) {
    this.showProposed(this.features, changed);
  }

  /** Mark findings; the chosen one is larger and on top. */
  showFindings(findings, chosen = null) {
    this.findings = findings.filter((finding) => finding.at);
    const { group } = this.chart.slots.get("findings");
    group.clearLayers();
    for (const finding of this.findings.slice(0, MOST_MARKS)) {
      if (finding !== chosen) group.addLayer(findingMark(finding, "marks", false));
    }
    if (!chosen?.at) return;
    group.addLayer(findingHalo(chosen, "marks"));
    group.addLayer(findingMark(chosen, "marks", true));
  }

  /** Show ground that changes hands: gained in full, lost in dashes. */
  showMoves(collection) {
    this.chart.draw("moves", collection?.features ?? [], {
      pane: "moves",
      interactive: false,
      style: ({ properties }) => (properties.kind === "lost" ? LOST : GAINED),
    });
  }

  /** Show the ground that a publication would give to other grids, or to nobody, or to a grid for the first time. */
  showGround(collection) {
    this.chart.draw("handed", collection?.features ?? [], {
      pane: "handed",
      interactive: false,
      style: ({ properties }) => (properties.after === null ? LOST : properties.before === null ? GAINED : HANDED),
    });
  }

  /** Show the points that change hands. */
  showMoving(collection) {
    this.chart.draw("moving", collection?.features ?? [], {
      pane: "moving",
      interactive: false,
      pointToLayer: (_, place) => L.circleMarker(place, { pane: "moving", interactive: false, radius: 4, weight: 1, color: "#fff", fillColor: "#111", fillOpacity: 0.9 }),
    });
  }

  /** Show where a file would land: its box at once, its outline when it has come. */
  showCandidate(candidate, outline = null, frame = true) {
    const features = outline?.features ?? (outline ? [outline] : []);
    if (candidate?.extent && !features.length) features.push(boxOf(candidate.extent));
    this.chart.draw("places", features, { pane: "places", interactive: false, style: LANDING,
      pointToLayer: (_, place) => L.circleMarker(place, { ...LANDING, pane: "places", radius: 4 }) });
    if (candidate?.extent && frame) this.frame(candidate.extent);
  }

  outline(features) {
    this.chart.choose(features, { ...CHOSEN, pane: "moves" });
  }

  /** Bring west, south, east, north into view. */
  frame([west, south, east, north]) {
    this.map.fitBounds([[south, west], [north, east]], { padding: [30, 30], maxZoom: 17 });
  }

  /** Bring what a draft holds into view, at once; where a row went astray, the zone instead of the way to it. */
  frameDraft([west, south, east, north]) {
    const all = L.latLngBounds([south, west], [north, east]);
    const astray = this.home?.intersects(all) && !this.home.pad(0.25).contains(all);
    this.map.fitBounds(astray ? this.home : all, { padding: [30, 30], maxZoom: 17, animate: false });
  }

  /** Zoom to a place so that so many square metres, or metres, fill a good part of the map. */
  zoomTo([lon, lat], size = 100) {
    if (this.zooming) {
      // Leaflet drops what is asked for while it zooms.
      this.map.once("zoomend", () => this.zoomTo([lon, lat], size));
      return;
    }
    const fitting = Math.log2((40075016 * Math.cos((lat * Math.PI) / 180) * 120) / (256 * Math.max(size, LEAST_M)));
    const zoom = Math.min(19, Math.max(13, Math.round(fitting * 2) / 2));
    // Beside the line of the swipe, on the draft's side, or the line would hide the place.
    const { share, shown } = this.swipe;
    const aside = shown && share < 0.8 ? (this.map.getSize().x * share) / 2 : 0;
    // At once: whoever goes through findings by keys is faster than a map that glides from one to the next.
    this.map.setView(this.map.unproject(this.map.project([lat, lon], zoom).subtract([aside, 0]), zoom), zoom, { animate: false });
  }

  click(event) {
    const grid = this.gridAt(event.latlng);
    if (this.onGrid?.(grid)) return undefined;
    const near = this.nearest(event.containerPoint);
    if (near) return this.onFinding?.(near);
    if (!grid) return undefined;
    this.outline([grid]);
    const { properties } = grid;
    return showCard(properties.name || properties.code || t("finding.row", { row: properties.row }), [pairs([
      [known("column.code", "code"), properties.code],
      [t("card.park"), properties.park],
      [t("change.label"), properties.change ? known(`change.${properties.change}`, properties.change) : null],
    ])], () => this.outline([]));
  }

  nearest(point) {
    let best = null;
    let least = FINGER;
    for (const finding of this.findings.slice(0, MOST_MARKS)) {
      const distance = this.map.latLngToContainerPoint([finding.at[1], finding.at[0]]).distanceTo(point);
      if (distance < least) [least, best] = [distance, finding];
    }
    return best;
  }

  /** The proposed grid at a place, or the one that stands there today on the left of the swipe. */
  gridAt({ lng, lat }) {
    if (!this.features.length) return this.standingAt(lng, lat);
    const left = this.swipe.shown && this.map.latLngToContainerPoint([lat, lng]).x < this.map.getSize().x * this.swipe.share;
    if (left) return this.standingAt(lng, lat);
    return this.features.find((feature) => holds(feature.geometry, lng, lat)) ?? null;
  }

  standingAt(lng, lat) {
    return this.chart.slots.get("today").features.find((feature) => holds(feature.geometry, lng, lat)) ?? null;
  }
}

function boxOf([west, south, east, north]) {
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
}

/** Whether a polygon's ground holds a place, by the number of edges to the east of it. */
function holds(geometry, x, y) {
  if (!geometry?.type.endsWith("Polygon")) return false;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.some((rings) => rings.reduce((inside, ring) => inside !== crosses(ring, x, y), false));
}

function crosses(ring, x, y) {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}
