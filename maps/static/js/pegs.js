// The pegs: the stations that the plan touches, and the one that is chosen; dragged by mouse, finger or keys.

import { t } from "./words.js";

const STEP_M = 10;
const FAST = 10;
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const SIZE = 44;

export class Pegs {
  /** `acts` has chosen(key), moved(key, place, final) and removed(key). */
  constructor(map, acts) {
    this.map = map;
    this.acts = acts;
    this.group = L.layerGroup().addTo(map);
    this.lines = L.layerGroup().addTo(map);
    this.pegs = new Map();
  }

  /** Show pegs of {key, lat, lon, look, from, title, chosen}; one that is being dragged stays under the finger. */
  show(wanted) {
    const keys = new Set(wanted.map((peg) => peg.key));
    for (const [key, marker] of this.pegs) {
      if (!keys.has(key)) {
        marker.remove();
        this.pegs.delete(key);
      }
    }
    this.lines.clearLayers();
    for (const peg of wanted) {
      const marker = this.pegs.get(peg.key) ?? this.make(peg);
      if (!marker.dragged) marker.setLatLng([peg.lat, peg.lon]);
      const node = marker.getElement();
      node.className = `${marker.bare} peg ${peg.look}${peg.chosen ? " chosen" : ""}`;
      node.setAttribute("aria-label", peg.title);
      node.title = peg.title;
      if (peg.look === "closed") marker.dragging.disable();
      else marker.dragging.enable();
      if (peg.from) {
        this.lines.addLayer(L.polyline([peg.from, [peg.lat, peg.lon]], { color: "#0072b2", weight: 2, dashArray: "3 4", interactive: false }));
        this.lines.addLayer(L.circleMarker(peg.from, { radius: 5, color: "#0072b2", weight: 2, fill: false, interactive: false }));
      }
    }
  }

  make({ key, lat, lon }) {
    const icon = L.divIcon({ className: "", iconSize: [SIZE, SIZE], html: "" });
    const marker = L.marker([lat, lon], { icon, draggable: true, keyboard: true, autoPan: true }).addTo(this.group);
    const node = marker.getElement();
    marker.bare = node.className;
    node.setAttribute("aria-description", t("whatif.peg_keys"));
    marker.on("dragstart", () => { marker.dragged = true; });
    marker.on("drag", () => this.acts.moved(key, marker.getLatLng(), false));
    marker.on("dragend", () => {
      marker.dragged = false;
      this.acts.moved(key, marker.getLatLng(), true);
    });
    marker.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      this.acts.chosen(key);
    });
    node.addEventListener("keydown", (event) => this.press(key, marker, event));
    this.pegs.set(key, marker);
    return marker;
  }

  press(key, marker, event) {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      event.stopPropagation();
      this.acts.removed(key);
      return;
    }
    const step = ARROWS[event.key];
    if (!step || !marker.dragging.enabled()) return;
    event.preventDefault();
    event.stopPropagation();
    const metres = STEP_M * (event.shiftKey ? FAST : 1);
    const { lat, lng } = marker.getLatLng();
    const degrees = metres / 111320;
    this.acts.moved(key, L.latLng(lat + step[1] * degrees, lng + (step[0] * degrees) / Math.cos((lat * Math.PI) / 180)), true);
  }

  focus(key) {
    this.pegs.get(key)?.getElement().focus();
  }
}
