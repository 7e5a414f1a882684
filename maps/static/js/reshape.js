// Reshaping one grid by its corners; the grids beside it are shown as they will follow its shared edges.

import { copy, has, insert, move, neighbours, remove } from "./edges.js";
import { Targets } from "./targets.js";

const OWN = { color: "#d55e00", weight: 3, fillOpacity: 0.08, pmIgnore: false };
const BESIDE = { color: "#39444c", weight: 1.5, dashArray: "4 3", fill: false, interactive: false, pmIgnore: true, snapIgnore: false };
// Between corners as near as this a finger could not tell the point that adds one.
const NEAR = 24;

export class Reshape {
  /** `held(corner)` is called when a corner is tapped, with whether one is held now. */
  constructor(map, features, feature, held) {
    this.map = map;
    this.held = held;
    this.corner = null;
    this.own = { row: feature.properties.row, geometry: copy(feature.geometry), changed: false };
    const beside = neighbours(features, feature);
    this.rows = new Set([feature, ...beside].map(({ properties }) => properties.row));
    this.beside = beside.map((one) => copy(one.geometry));
    this.layers = L.layerGroup().addTo(map);
    this.frames = this.beside.map((geometry) => L.polygon(placesOf(geometry), BESIDE).addTo(this.layers));
    this.targets = new Targets(map, features.filter(({ properties }) => !this.rows.has(properties.row)));
    this.layer = L.polygon(placesOf(this.own.geometry), OWN).addTo(this.layers);
    this.layer.pm.enable({ snappable: true, snapDistance: 18, allowSelfIntersection: true, draggable: false });
    this.layer.on("pm:markerdragstart", (event) => this.grip(event.indexPath));
    this.layer.on("pm:markerdragend", (event) => this.dragged(event.indexPath));
    this.layer.on("pm:vertexadded", (event) => this.added(event.indexPath));
    this.layer.on("pm:vertexremoved", (event) => this.removed(event.indexPath));
    this.layer.on("pm:vertexclick", (event) => this.hold(event.markerEvent.target));
    this.thinner = () => this.thin();
    map.on("zoomend", this.thinner);
    this.thin();
  }

  /** The corner at a path, as the layer has it now. */
  placeOf(path) {
    const { lat, lng } = path.reduce((part, i) => part[i], this.layer.getLatLngs());
    return [lng, lat];
  }

  /** The ring at a path, as it was before the last change. */
  ring(path) {
    const { type, coordinates } = this.own.geometry;
    return type === "Polygon" ? coordinates[path.at(-2)] : coordinates[path.at(-3)][path.at(-2)];
  }

  /** A neighbour that will follow a corner must not draw it back to where it was. */
  grip(path) {
    const corner = this.placeOf(path);
    for (const [i, geometry] of this.beside.entries()) this.frames[i].options.snapIgnore = has(geometry, corner);
  }

  dragged(path) {
    const from = this.ring(path)[path.at(-1)];
    const to = this.placeOf(path);
    if (from[0] === to[0] && from[1] === to[1]) return;
    this.change((geometry) => move(geometry, from, to));
  }

  added(path) {
    const ring = this.ring(path);
    const at = path.at(-1);
    const corners = ring.slice(0, -1);
    const before = corners[(at - 1 + corners.length) % corners.length];
    const after = corners[at % corners.length];
    const corner = this.placeOf(path);
    this.change((geometry) => insert(geometry, before, corner, after));
  }

  removed(path) {
    const gone = this.ring(path)?.[path.at(-1)];
    this.hold(null);
    if (gone) this.change((geometry) => remove(geometry, gone));
  }

  change(act) {
    if (act(this.own.geometry)) this.own.changed = true;
    for (const [i, geometry] of this.beside.entries()) {
      if (act(geometry)) this.frames[i].setLatLngs(placesOf(geometry));
    }
    this.thin();
  }

  /** Hold a corner, or let it go where it is tapped again. */
  hold(marker) {
    this.corner?.getElement()?.classList.remove("held");
    this.corner = this.corner === marker ? null : marker;
    this.corner?.getElement()?.classList.add("held");
    this.held(this.corner !== null);
  }

  /** Take the corner that is held out, as a right click on it does. */
  removeHeld() {
    this.corner?.fire("contextmenu");
  }

  /** Hide the points that add a corner where they lie too near to the corners that there are. */
  thin() {
    const points = this.layer.getLatLngs().flat(Infinity).map((place) => this.map.latLngToContainerPoint(place));
    this.map.eachLayer((layer) => {
      const mark = layer.getElement?.();
      if (!mark?.classList.contains("marker-icon-middle")) return;
      const own = this.map.latLngToContainerPoint(layer.getLatLng());
      mark.hidden = points.some((point) => point.distanceTo(own) < NEAR);
    });
  }

  /** What is to be sent: the grid alone, since the server lets its neighbours follow to the last bit. */
  get changes() {
    const { row, geometry, changed } = this.own;
    return changed ? [{ op: "reshape", row, geometry }] : [];
  }

  close() {
    this.map.off("zoomend", this.thinner);
    this.layer.pm.disable();
    this.targets.close();
    this.layers.remove();
  }
}

function placesOf({ type, coordinates }) {
  const ringOf = (ring) => ring.slice(0, -1).map(([x, y]) => [y, x]);
  return type === "Polygon" ? coordinates.map(ringOf) : coordinates.map((polygon) => polygon.map(ringOf));
}
