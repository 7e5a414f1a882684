// A line or an outline while it is drawn, corner by corner; it snaps to the borders in view.

import { Targets } from "./targets.js";

const LEAST = { Line: 2, Polygon: 3 };

export class Pencil {
  /** `shape` is Geoman's name of what is drawn, "Line" or "Polygon". */
  constructor(map, shape, features) {
    this.map = map;
    this.shape = shape;
    this.targets = new Targets(map, features);
    this.aimed = (event) => this.aim(event);
    map.on("preclick", this.aimed);
    map.pm.enableDraw(shape, { snappable: true });
  }

  /** A finger has no way to its place; what it taps snaps there as if a mouse had come. */
  aim({ latlng, originalEvent }) {
    this.map.fire("mousemove", { latlng, originalEvent });
  }

  get count() {
    return (this.map.pm.Draw[this.shape]._layer?.getLatLngs() ?? []).flat().length;
  }

  /** Whether it has corners enough to be one. */
  get whole() {
    return this.count >= LEAST[this.shape];
  }

  /** End as if the last corner had been tapped. */
  finish() {
    this.map.pm.Draw[this.shape]._finishShape();
  }

  /** Take the last corner back; false where it is the only one. */
  back() {
    if (this.count < 2) return false;
    this.map.pm.Draw[this.shape]._removeLastVertex();
    return true;
  }

  close() {
    this.map.off("preclick", this.aimed);
    this.map.pm.disableDraw();
    this.targets.close();
  }
}
