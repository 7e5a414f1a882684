// The codes of grids or the names of stations, written on the map where they have room.

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

  /** Show the labels of polygons: `code`, and `at` where it does not stand in the polygon's middle. */
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
    const taken = [];
    for (const feature of seen) {
      const place = feature.properties.at ?? within(feature.geometry);
      const { x, y } = this.map.latLngToContainerPoint(place);
      const half = width(feature.properties.code) / 2;
      const box = L.bounds([x - half, y - LINE / 2], [x + half, y + LINE / 2]);
      if (taken.some((other) => other.overlaps(box))) continue;
      taken.push(box);
      this.write(feature.properties.code, place);
    }
  }

  box(feature) {
    if (!this.boxes.has(feature)) this.boxes.set(feature, L.geoJSON(feature).getBounds());
    return this.boxes.get(feature);
  }

  roomy(feature) {
    const box = this.box(feature);
    const [low, high] = [box.getSouthWest(), box.getNorthEast()].map((corner) => this.map.latLngToContainerPoint(corner));
    return high.x - low.x >= width(feature.properties.code) && low.y - high.y >= LINE;
  }

  write(code, place) {
    const icon = L.divIcon({ className: "code-label", iconSize: null, html: element("span", {}, code) });
    this.group.addLayer(L.marker(place, { icon, pane: "labels", interactive: false, keyboard: false }));
  }
}

/** About how wide a text is, in pixels; a Chinese character has the width of two letters. */
function width(text) {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0) * LETTER;
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
