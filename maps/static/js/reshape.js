// Reshaping one grid by its corners; the grids beside it are shown as they will follow its shared edges.

import { copy, insert, move, neighbours, remove } from "./edges.js";

const OWN = { color: "#d55e00", weight: 3, fillOpacity: 0.08, pmIgnore: false };
const BESIDE = { color: "#39444c", weight: 1.5, dashArray: "4 3", fill: false, interactive: false, pmIgnore: true, snapIgnore: false };

export class Reshape {
  constructor(map, features, feature) {
    this.map = map;
    this.own = { row: feature.properties.row, geometry: copy(feature.geometry), changed: false };
    this.beside = neighbours(features, feature).map((one) => copy(one.geometry));
    this.layers = L.layerGroup().addTo(map);
    this.frames = this.beside.map((geometry) => L.polygon(placesOf(geometry), BESIDE).addTo(this.layers));
    this.layer = L.polygon(placesOf(this.own.geometry), OWN).addTo(this.layers);
    this.layer.pm.enable({ snappable: true, snapDistance: 18, allowSelfIntersection: true, draggable: false });
    this.layer.on("pm:markerdragend", (event) => this.dragged(event.indexPath));
    this.layer.on("pm:vertexadded", (event) => this.added(event.indexPath));
    this.layer.on("pm:vertexremoved", (event) => this.removed(event.indexPath));
  }

  /** The corner at a path, as the layer has it now. */
  corner(path) {
    const { lat, lng } = path.reduce((part, i) => part[i], this.layer.getLatLngs());
    return [lng, lat];
  }

  /** The ring at a path, as it was before the last change. */
  ring(path) {
    const { type, coordinates } = this.own.geometry;
    return type === "Polygon" ? coordinates[path.at(-2)] : coordinates[path.at(-3)][path.at(-2)];
  }

  dragged(path) {
    const from = this.ring(path)[path.at(-1)];
    const to = this.corner(path);
    if (from[0] === to[0] && from[1] === to[1]) return;
    this.change((geometry) => move(geometry, from, to));
  }

  added(path) {
    const ring = this.ring(path);
    const at = path.at(-1);
    const corners = ring.slice(0, -1);
    const before = corners[(at - 1 + corners.length) % corners.length];
    const after = corners[at % corners.length];
    const corner = this.corner(path);
    this.change((geometry) => insert(geometry, before, corner, after));
  }

  removed(path) {
    const gone = this.ring(path)?.[path.at(-1)];
    if (gone) this.change((geometry) => remove(geometry, gone));
  }

  change(act) {
    if (act(this.own.geometry)) this.own.changed = true;
    for (const [i, geometry] of this.beside.entries()) {
      if (act(geometry)) this.frames[i].setLatLngs(placesOf(geometry));
    }
  }

  /** What is to be sent: the grid alone, since the server lets its neighbours follow to the last bit. */
  get changes() {
    const { row, geometry, changed } = this.own;
    return changed ? [{ op: "reshape", row, geometry }] : [];
  }

  close() {
    this.layer.pm.disable();
    this.layers.remove();
  }
}

function placesOf({ type, coordinates }) {
  const ringOf = (ring) => ring.slice(0, -1).map(([x, y]) => [y, x]);
  return type === "Polygon" ? coordinates.map(ringOf) : coordinates.map((polygon) => polygon.map(ringOf));
}
