// What people know of streets that no file says: a path that is missing, a place that is closed.

import { Corrected, STYLES, titleOf } from "./corrected.js";
import { element } from "./element.js";
import { day } from "./notation.js";
import { fail, tell } from "./notice.js";
import { send } from "./request.js";
import { t } from "./words.js";

const SIX = 1e6;
const LEAST = { link: 2, closure: 1 };

export class Corrections {
  /** `changed()` is called once streets count otherwise than before. */
  constructor(chart, changed) {
    this.map = chart.map;
    this.changed = changed;
    this.shown = new Corrected(this.map);
    this.sketch = L.layerGroup().addTo(this.map);
    this.panel = document.getElementById("corrections");
    this.form = this.panel.querySelector("form");
    this.kind = null;
    this.places = [];
    for (const button of this.panel.querySelectorAll("[data-kind]")) {
      button.addEventListener("click", () => this.begin(button.dataset.kind));
    }
    const acts = { here: () => this.put(this.map.getCenter()), back: () => this.back(), cancel: () => this.end() };
    for (const [name, act] of Object.entries(acts)) this.form.elements[name].addEventListener("click", act);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.keep();
    });
    // Whatever lies under the finger, while a path is drawn it takes no clicks.
    this.map.getContainer().addEventListener("click", (event) => this.tapped(event), true);
    this.renew();
  }

  async renew() {
    try {
      this.list(await this.shown.renew());
    } catch (error) {
      fail(error, () => this.renew());
    }
  }

  list(corrections) {
    this.panel.querySelector("ul").replaceChildren(...(corrections.length
      ? corrections.map((correction) => this.line(correction))
      : [element("li", { class: "quiet" }, t("correction.none"))]));
  }

  line(correction) {
    const modes = correction.modes.map((mode) => t(`mode.${mode}`)).join(t("correction.comma"));
    const end = correction.until ? t(correction.holds ? "correction.until" : "correction.ended", { day: day(correction.until) }) : "";
    return element("li", {},
      element("button", { type: "button", class: "plain", onclick: () => this.show(correction) },
        element("span", { class: "name" }, titleOf(correction)),
        element("small", { class: "quiet" }, [modes, end, correction.reason, correction.made_by].filter(Boolean).join(" · "))),
      element("button", { type: "button", "aria-label": t("correction.take_back", { name: titleOf(correction) }), onclick: () => this.undo(correction) }, "×"));
  }

  show({ geometry }) {
    this.map.fitBounds(L.geoJSON(geometry).getBounds(), { padding: [60, 60], maxZoom: 17 });
  }

  begin(kind) {
    this.end();
    this.kind = kind;
    this.form.hidden = false;
    this.map.getContainer().classList.add("draws");
    this.sketched();
    this.form.elements.reason.focus({ preventScroll: true });
  }

  tapped(event) {
    if (!this.kind || event.target.closest(".leaflet-control, .card") || this.map.dragging.moved()) return;
    event.stopPropagation();
    this.put(this.map.mouseEventToLatLng(event));
  }

  put({ lat, lng }) {
    this.places.push([Math.round(lng * SIX) / SIX, Math.round(lat * SIX) / SIX]);
    this.sketched();
  }

  back() {
    this.places.pop();
    this.sketched();
  }

  sketched() {
    const corners = this.places.map(([lon, lat]) => [lat, lon]);
    this.sketch.clearLayers();
    L.polyline(corners, { ...STYLES[this.kind], fill: false, interactive: false }).addTo(this.sketch);
    for (const corner of corners) L.circleMarker(corner, { ...STYLES.closure, color: STYLES[this.kind].color, interactive: false }).addTo(this.sketch);
    const { back, keep } = this.form.elements;
    back.disabled = !corners.length;
    keep.disabled = corners.length < LEAST[this.kind];
    this.form.querySelector(".hint").textContent = t(`correction.hint_${this.kind}`, { count: corners.length });
  }

  end() {
    this.kind = null;
    this.places = [];
    this.sketch.clearLayers();
    this.form.hidden = true;
    this.form.reset();
    this.map.getContainer().classList.remove("draws");
  }

  async keep() {
    const data = new FormData(this.form);
    const correction = { kind: this.kind, places: this.places, reason: data.get("reason"), modes: data.getAll("mode"), name: data.get("name") || null, until: data.get("until") || null };
    if (!correction.modes.length) {
      tell(t("correction.for_whom"));
      return;
    }
    try {
      await send("POST", "street-corrections", { body: correction });
      this.end();
      await this.renew();
      this.changed();
    } catch (error) {
      fail(error, () => this.keep());
    }
  }

  async undo(correction) {
    try {
      await send("DELETE", `street-corrections/${correction.id}`);
      await this.renew();
      this.changed();
    } catch (error) {
      fail(error, () => this.undo(correction));
    }
  }
}
