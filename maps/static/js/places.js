// Where an enterprise without a location may be: its candidates, in a list and on the map, and the buttons to say.

import { element } from "./element.js";
import { number } from "./notation.js";
import { forget, intention, send } from "./request.js";
import { facts, known, t } from "./words.js";

// How much less likely than the best a candidate may be that the map still takes into view.
const LEAD = 0.25;

const nameOf = (row) => row.name || row.source_id;
const reasonOf = (one) => known(`geocode.${one.reason.replaceAll("-", "_")}`, one.reason);

/** Where it is known from: the tables that say so, else what of the zone's own data does. */
function sourceOf({ source, kind, places }) {
  return source ? t("places.from_table", { source }) : t(`places.from_${kind}`, { count: number(places) });
}

/** The rows of a list, of which one at a time is shown on the map. */
export class Places {
  /** `told` is the element that says what the map waits for; `changed` is called when one was placed or given up. */
  constructor(chart, told, changed = () => {}) {
    this.chart = chart;
    this.told = told;
    this.changed = changed;
    this.line = null;
    this.pointing = null;
    // What is drawn takes clicks for itself; this comes before.
    chart.map.on("preclick", ({ latlng }) => this.pointed(latlng));
  }

  item(row) {
    const line = element("li", {});
    line.append(element("div", { class: "place" },
      element("button", { type: "button", onclick: () => this.show(row, line) },
        element("strong", {}, nameOf(row)), element("p", { class: "quiet" }, row.address || t("places.no_address"))),
      row.candidates.length ? element("ol", { class: "maybe" }, ...row.candidates.map((one, n) => this.candidate(row, one, n, line))) : null,
      this.acts(row, line)));
    return line;
  }

  candidate(row, one, n, line) {
    const where = one.grid ? t("places.grid", { code: one.grid }) : t("places.no_grid");
    const certain = one.key === row.certain ? ` · ${t("places.certain")}` : "";
    return element("li", {},
      element("span", { class: certain ? "number certain" : "number", "aria-hidden": "true" }, n + 1),
      element("p", {}, t("places.candidate", { reason: reasonOf(one), label: one.label }),
        element("small", {}, `${t("places.score", { score: number(one.score, 2), metres: number(one.accuracy_m) })} · ${where}${certain}`),
        element("small", {}, sourceOf(one))),
      element("button", { type: "button", onclick: () => this.place(row, line, { candidate: one.key }) }, t("places.here")));
  }

  acts(row, line) {
    const told = element("span", { class: "quiet", role: "status" }, row.candidates.length ? "" : t("places.nothing"));
    const point = element("button", { type: "button", onclick: () => this.point(row, line, point) }, t("places.point"));
    return element("div", { class: "acts" }, point, told);
  }

  /** Show where one may be: a numbered spot for each candidate, and a circle as wide as it may be off. */
  show(row, line) {
    this.line?.classList.remove("chosen");
    this.line = line;
    line.classList.add("chosen");
    this.chart.chosen.clearLayers();
    const { style } = facts;
    const spots = row.candidates.map((one, n) => {
      const color = one.key === row.certain ? style.there : style.missing;
      const at = [one.lat, one.lon];
      this.chart.chosen.addLayer(L.circle(at, { radius: one.accuracy_m, color, weight: 1.5, fillColor: color, fillOpacity: 0.08, interactive: false }));
      const icon = L.divIcon({ className: one.key === row.certain ? "spot certain" : "spot", html: element("span", {}, n + 1), iconSize: [24, 24] });
      this.chart.chosen.addLayer(L.marker(at, { icon, interactive: false, keyboard: false }));
      return { score: one.score, bounds: L.latLng(at).toBounds(2 * one.accuracy_m) };
    });
    // A whole street, as the last resort, would make the others too small to tell apart.
    const best = spots.filter(({ score }) => score > spots[0].score - LEAD).map(({ bounds }) => bounds);
    if (best.length) this.chart.map.fitBounds(best.reduce((all, one) => all.extend(one)), { padding: [30, 30], maxZoom: 18 });
  }

  /** Wait for a click on the map, or wait no more. */
  point(row, line, button) {
    const mine = this.pointing?.button === button;
    this.stop();
    if (mine) return;
    this.show(row, line);
    this.pointing = { row, line, button };
    button.textContent = t("places.cancel");
    this.told.textContent = t("places.pointing");
    this.chart.map.getContainer().parentElement.classList.add("pointing");
  }

  pointed({ lng, lat }) {
    if (!this.pointing) return;
    const { row, line } = this.pointing;
    this.stop();
    this.place(row, line, { lon: Number(lng.toFixed(7)), lat: Number(lat.toFixed(7)) });
  }

  stop() {
    if (!this.pointing) return;
    this.pointing.button.textContent = t("places.point");
    this.pointing = null;
    this.told.textContent = "";
    this.chart.map.getContainer().parentElement.classList.remove("pointing");
  }

  place(row, line, body) {
    return this.act(line, `place:${row.id}:${JSON.stringify(body)}`, (headers) => send("POST", `enterprises/${row.id}/location`, { headers, body }), () => {
      const undo = element("button", { type: "button", onclick: () => this.giveUp(row, line) }, t("places.undo"));
      line.replaceChildren(element("div", { class: "place" }, element("p", {}, t("places.placed", { name: nameOf(row) })), element("div", { class: "acts" }, undo)));
    });
  }

  giveUp(row, line) {
    return this.act(line, `give up:${row.id}`, (headers) => send("DELETE", `enterprises/${row.id}/location`, { headers }), () => {
      // What a person took back is certain no more.
      const next = this.item({ ...row, certain: null });
      next.querySelector(".acts [role=status]").textContent = t("places.given_up", { name: nameOf(row) });
      line.replaceWith(next);
    });
  }

  async act(line, name, work, done) {
    const buttons = [...line.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    try {
      await work({ "Idempotency-Key": intention(name) });
      forget(name);
      this.chart.chosen.clearLayers();
      done();
      this.changed();
    } catch (error) {
      // An answer that was lost may come again under the same key; a refusal may not.
      if (error.status) forget(name);
      const told = line.querySelector("[role=status]") ?? this.told;
      told.textContent = error.message;
      for (const button of buttons) button.disabled = false;
    }
  }
}
