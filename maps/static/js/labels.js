// The codes of the grids, written on the map where they have room.

import { element } from "./element.js";

const MOST = 120;
const LETTER = 7.5;
const LINE = 20;

export class Labels {
  constructor(map) {
    this.map = map;
    this.features = [];
    map.createPane("labels").style.zIndex = 440;
    map.getPane("labels").style.pointerEvents = "none";
    this.group = L.layerGroup().addTo(map);
    map.on("moveend", () => this.draw());
  }

  show(features) {
    this.features = features.filter(({ geometry, properties }) => geometry?.type.endsWith("Polygon") && properties.code);
    this.boxes = new Map();
    this.draw();
  }

  draw() {
    this.group.clearLayers();
    const view = this.map.getBounds();
    const seen = this.features.filter((feature) => view.intersects(this.box(feature)) && this.roomy(feature));
    // Where there are so many that none could be found, there are none.
    if (seen.length > MOST) return;
    for (const feature of seen) this.write(feature);
  }

  box(feature) {
    if (!this.boxes.has(feature)) this.boxes.set(feature, L.geoJSON(feature).getBounds());
    return this.boxes.get(feature);
  }

  roomy(feature) {
    const box = this.box(feature);
    const [low, high] = [box.getSouthWest(), box.getNorthEast()].map((corner) => this.map.latLngToContainerPoint(corner));
    return high.x - low.x >= feature.properties.code.length * LETTER && low.y - high.y >= LINE;
  }

  write({ geometry, properties }) {
    const icon = L.divIcon({ className: "code-label", iconSize: null, html: element("span", {}, properties.code) });
    this.group.addLayer(L.marker(within(geometry), { icon, pane: "labels", interactive: false, keyboard: false }));
  }
}

/** A place inside of a polygon: the middle of its widest stretch at half of its height. */
function within(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const rings = polygons.reduce((most, one) => (one[0].length > most[0].length ? one : most));
  const heights = rings[0].map(([, y]) => y);
  const y = (Math.min(...heights) + Math.max(...heights)) / 2;
  const crossings = rings.flatMap((ring) => ring.slice(1).flatMap(([bx, by], i) => {
    const [ax, ay] = ring[i];
    return ay > y === by > y ? [] : [ax + ((bx - ax) * (y - ay)) / (by - ay)];
  })).sort((a, b) => a - b);
  let [west, east] = [rings[0][0][0], rings[0][0][0]];
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    if (crossings[i + 1] - crossings[i] > east - west) [west, east] = [crossings[i], crossings[i + 1]];
  }
  return [y, (west + east) / 2];
}
