// The tray: scenarios that are kept, opened, compared side by side, published or thrown away.

import { parameters } from "./controls.js";
import { ask, confirm, show } from "./dialog.js";
import { signed } from "./effect.js";
import { element } from "./element.js";
import { NAMES } from "./figures.js";
import { day, number, percent } from "./notation.js";
import { forget, intention, send } from "./request.js";
import { fetchJson } from "./service.js";
import { t } from "./words.js";

const MOST_COMPARED = 4;
/** How scenarios that are compared go by on the map; a letter and no colour tells them apart. */
export const LETTERS = ["A", "B", "C", "D"];

export class Tray {
  /** `acts` has opened(scenario), published(), failed(error), told(text) and choice(). */
  constructor(acts) {
    this.acts = acts;
    this.list = document.getElementById("scenarios");
    this.compareButton = document.getElementById("compare");
    this.compareButton.addEventListener("click", () => this.compare());
    this.scenarios = [];
    this.chosen = new Set();
    this.open = null;
  }

  async renew() {
    try {
      ({ scenarios: this.scenarios } = await fetchJson("scenarios"));
      this.draw();
    } catch (error) {
      this.list.replaceChildren(element("li", { class: "fault" }, error.message));
    }
  }

  draw() {
    const ids = new Set(this.scenarios.map((one) => one.id));
    this.chosen = new Set([...this.chosen].filter((id) => ids.has(id)));
    this.compareButton.disabled = this.chosen.size < 1;
    this.list.replaceChildren(...(this.scenarios.length
      ? this.scenarios.map((one) => this.row(one))
      : [element("li", { class: "quiet" }, t("whatif.none_kept"))]));
  }

  row(one) {
    const box = element("input", { type: "checkbox", checked: this.chosen.has(one.id), "aria-label": t("whatif.choose_to_compare", { name: one.name }) });
    box.addEventListener("change", () => {
      if (box.checked && this.chosen.size >= MOST_COMPARED) box.checked = false;
      if (box.checked) this.chosen.add(one.id);
      else this.chosen.delete(one.id);
      this.compareButton.disabled = this.chosen.size < 1;
    });
    const current = this.open?.id === one.id;
    return element("li", { class: current ? "current" : null },
      element("label", { class: "tick" }, box),
      element("button", { type: "button", class: "plain", "aria-current": current ? "true" : null, onclick: () => this.acts.opened(one) },
        element("span", { class: "name" }, one.name),
        element("small", { class: "quiet" }, t("whatif.kept_line", { count: number(one.edits.length), by: one.changed_by, day: day(one.changed_at) }))));
  }

  /** Keep the plan, drawn on the stations as `seen`: what is open as it is now, or a new scenario under a name. */
  async keep(edits, anew, seen) {
    try {
      if (this.open && !anew) {
        const { id, revision } = this.open;
        return this.took(await send("PATCH", `scenarios/${id}`, { body: { revision, edits, stations_version: seen } }));
      }
      const said = await ask(t("whatif.keep_title"), [["name", t("whatif.name"), this.open ? t("whatif.copy_of", { name: this.open.name }) : ""]], t("whatif.keep"));
      if (!said?.name.trim()) return null;
      return this.took(await send("POST", "scenarios", { body: { name: said.name, edits, stations_version: seen } }));
    } catch (error) {
      this.acts.failed(error);
      return null;
    }
  }

  took(scenario) {
    this.open = scenario;
    this.acts.told(t("whatif.is_kept", { name: scenario.name }));
    this.renew();
    return scenario;
  }

  async publish() {
    const { id, revision, name, edits } = this.open;
    const yes = await confirm(t("whatif.publish_title", { name }), [
      t("whatif.publish_what", { count: number(edits.length) }), t("whatif.publish_after")], t("whatif.publish"));
    if (!yes) return false;
    const intent = `publish:${id}:${revision}`;
    try {
      await send("POST", `scenarios/${id}/publish`, { body: { revision }, headers: { "Idempotency-Key": intention(intent) } });
      forget(intent);
      this.open = null;
      this.acts.published(name);
      return true;
    } catch (error) {
      this.acts.failed(error);
      return false;
    }
  }

  async discard() {
    const { id, revision, name } = this.open;
    if (!(await confirm(t("whatif.discard_title", { name }), [t("whatif.discard_what")], t("whatif.discard")))) return false;
    try {
      await send("DELETE", `scenarios/${id}`, { parameters: { revision } });
      this.open = null;
      this.acts.told(t("whatif.is_discarded", { name }));
      this.renew();
      return true;
    } catch (error) {
      this.acts.failed(error);
      return false;
    }
  }

  /** Open the comparison that a link names: `?compare=3,5`. */
  compareLinked() {
    const wanted = (new URLSearchParams(window.location.search).get("compare") ?? "").split(",").map(Number).filter(Boolean);
    if (!wanted.length) return;
    this.chosen = new Set(wanted.slice(0, MOST_COMPARED));
    this.draw();
    if (this.chosen.size) this.compare();
  }

  async compare() {
    const here = new URL(window.location.href);
    here.searchParams.set("compare", [...this.chosen].join(","));
    window.history.replaceState(null, "", here);
    const choice = parameters(this.acts.choice());
    try {
      const all = await Promise.all([...this.chosen].map((id) => fetchJson(`scenarios/${id}`, choice)));
      this.acts.compared(all.filter((one) => one.effect));
      show(t("whatif.compare_title"), element("p", { class: "quiet" }, t("whatif.compare_map")), element("div", { class: "wide" }, table(all)),
        ...all.filter((one) => one.problem).map((one) => element("p", { class: "fault" }, `${one.scenario.name}: ${one.problem}`)));
    } catch (error) {
      this.acts.failed(error);
    }
  }
}

/** The four denominators of today and of each scenario beside one another. */
function table(all) {
  const able = all.filter((one) => one.effect);
  const today = able[0]?.effect.before;
  const head = element("tr", {}, element("th", {}), element("th", { class: "count", scope: "col" }, t("whatif.today")),
    ...able.map((one, place) => element("th", { class: "count", scope: "col" }, element("span", { class: "letter" }, LETTERS[place]), " ", one.scenario.name)));
  const rows = NAMES.filter((name) => today?.[name]).map((name) => element("tr", {},
    element("th", { scope: "row" }, t(`figure.${name}`)),
    element("td", { class: "count" }, percent(today[name].covered, today[name].total)),
    ...able.map(({ effect }) => cell(name, effect))));
  const unit = today?.workers ? "workers" : "enterprises";
  const sides = ["gained", "lost"].map((side) => element("tr", {},
    element("th", { scope: "row" }, t(`whatif.row_${side}_${unit}`)), element("td", { class: "count" }, "–"),
    ...able.map(({ effect }) => element("td", { class: "count" }, number(effect[side][unit])))));
  const stations = element("tr", {}, element("th", { scope: "row" }, t("layer.stations")),
    element("td", { class: "count" }, number(able[0]?.effect.stations.before ?? 0)),
    ...able.map(({ effect }) => element("td", { class: "count" }, number(effect.stations.after))));
  return element("table", { class: "compared" }, element("thead", {}, head), element("tbody", {}, ...rows, ...sides, stations, ...rooms(able)));
}

/** Who finds room, where a scenario or today has stations that say what they can serve. */
function rooms(able) {
  const some = able.map(({ effect }) => effect.allotment).find(Boolean);
  if (!some) return [];
  const line = (words, value) => element("tr", {}, element("th", { scope: "row" }, words),
    element("td", { class: "count" }, number(value(some.before))),
    ...able.map(({ effect }) => element("td", { class: "count" }, effect.allotment ? number(value(effect.allotment.after)) : "–")));
  return [
    ...["served", "elsewhere", "unserved"].map((part) => line(t(`whatif.row_${part}_${some.of}`), (room) => room[part])),
    line(t("whatif.row_full"), (room) => room.full.length),
  ];
}

function cell(name, { before, after }) {
  const more = after[name].covered - before[name].covered;
  return element("td", { class: "count" }, percent(after[name].covered, after[name].total), element("br"),
    element("small", { class: `delta ${more < 0 ? "less" : more > 0 ? "more" : ""}` }, signed(name, more)));
}
