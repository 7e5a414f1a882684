// What a draft would change: grids, who moves, each chief's load, the indicators; with the ground on the map.

import { element } from "./element.js";
import { CHANGES } from "./marks.js";
import { chiefTable, ground, indicatorTable, loadTable, movingSection } from "./movers.js";
import { number } from "./notation.js";
import { rowTable } from "./report.js";
import { address, fetchJson } from "./service.js";
import { facts, known, t } from "./words.js";

const AT_ONCE = 80;
const LEAST_M2 = 0.01;
const DIVIDED = ["grids", "general-grids", "parks"];

export class Comparison {
  constructor(desk, stage, tabs, failed) {
    this.desk = desk;
    this.stage = stage;
    this.tabs = tabs;
    this.failed = failed;
    this.place = document.getElementById("comparison");
    this.key = null;
    this.answer = null;
    this.terms = {};
    desk.on("step", () => {
      this.terms = {};
      this.reset();
    });
  }

  /** Whether the chosen draft holds grids or parks, which are compared piece by piece. */
  get divided() {
    return DIVIDED.includes(this.desk.draft?.kind);
  }

  /** Compare as of another day, or with grids retired; what was compared so already is not asked again. */
  ask(terms) {
    this.terms = terms;
    return this.read();
  }

  reset() {
    this.key = null;
    this.answer = null;
    this.stage.showMoving(null);
    this.stage.showGround(null);
    this.tabs.badge("comparison", null);
    this.place.replaceChildren(element("p", { class: "quiet empty-pane" }, t(this.desk.draft ? "change.not_yet" : "desk.no_draft")));
    if (["comparison", "publication"].includes(this.tabs.current)) this.read();
  }

  /** Return the comparison of the step that counts, read once. */
  async read() {
    const { draft } = this.desk;
    if (!this.desk.open) return null;
    const key = JSON.stringify([draft.id, draft.step, this.terms]);
    if (this.key !== key) {
      this.key = key;
      this.place.replaceChildren(element("p", { class: "quiet", role: "status" }, t("change.comparing")), element("progress", { "aria-label": t("job.progress") }));
      this.reading = this.fetch(key);
    }
    return this.reading;
  }

  async fetch(key) {
    try {
      const first = await fetchJson(this.desk.path("comparison"), this.terms);
      const answer = first.job ? await this.desk.settle(first) : first;
      if (this.key !== key) return null;
      this.answer = answer;
      if (this.divided) this.draw();
      else this.drawRows();
      this.desk.tell("comparison", answer);
      return answer;
    } catch (error) {
      if (this.key !== key) return null;
      this.key = null;
      this.place.replaceChildren(element("p", { class: "fault" }, error.message),
        element("button", { type: "button", onclick: () => this.read() }, t("state.again")));
      return null;
    }
  }

  /** Of other kinds, how many rows would be new, others or the same. */
  drawRows() {
    this.place.replaceChildren(
      element("p", { class: "quiet" }, t("change.no_boundaries")),
      rowTally(this.answer.counts),
      ...rowTable("report.remarks_before", this.answer.told));
  }

  /** Show the ground that changes hands while the comparison is looked at. */
  async look(shown) {
    const answer = shown ? await this.read() : null;
    if (!answer || !this.divided) return this.stage.showGround(null);
    try {
      const collection = await fetchJson(`${this.desk.path("ground")}.geojson`, this.terms);
      if (this.tabs.current === "comparison" && this.answer === answer) this.stage.showGround(collection);
    } catch (error) {
      this.failed(error);
    }
    return undefined;
  }

  draw() {
    const { changes, counts, moving } = this.answer;
    this.tabs.badge("comparison", number(changes.length));
    const seen = changes.filter((one) => !unseen(one));
    this.stage.recolour(new Map(seen.flatMap((one) => [one.code, ...(one.codes ?? [])].filter(Boolean).map((code) => [code, one.change]))));
    this.place.replaceChildren(
      element("p", { class: "quiet" }, this.answer.base === null ? t("change.first") : t("change.against", { release: this.answer.base })),
      ...this.refused(),
      this.changes([...changes].sort(byChange), counts),
      movingSection(this.desk, this.stage, { moving, terms: this.terms }, this.failed),
      ...chiefTable(this.answer.chiefs ?? []),
      ...loadTable(this.answer.loads ?? []),
      ...indicatorTable(this.answer.indicators ?? []),
      element("p", {}, element("a", { class: "button", href: address(`${this.desk.path("comparison")}.xlsx`, { ...this.terms, lang: facts.language === "en" ? "en" : "zh" }), download: "" }, t("change.download"))));
  }

  /** What would not be taken comes first: without it "nothing changes" would be half of the truth. */
  refused() {
    const { refused: count, refused_rows: rows } = this.answer;
    if (!count) return [];
    return [
      element("p", { class: "fault" }, t("change.refused", { count: number(count) })),
      element("details", {}, element("summary", {}, t("change.which")), ...rowTable("report.refused", rows, count)),
    ];
  }

  changes(changes, counts) {
    if (!changes.length) return element("p", { class: this.answer.refused ? "quiet" : "good" }, t("change.none"));
    const list = element("ol", { class: "found" });
    const shown = new Set(Object.keys(counts));
    const fill = (from) => {
      const chosen = changes.filter((one) => shown.has(one.change));
      const until = Math.min(from + AT_ONCE, chosen.length);
      if (!from) list.replaceChildren();
      list.append(...chosen.slice(from, until).map((one) => this.change(one)));
      if (until < chosen.length) {
        const more = element("li", {}, element("button", { type: "button", onclick: () => [more.remove(), fill(until)] }, t("finding.more", { count: number(chosen.length - until) })));
        list.append(more);
      }
    };
    const chips = Object.entries(counts).filter(([, count]) => count).map(([change, count]) => {
      const chip = element("button", { type: "button", class: "chip", "aria-pressed": "true", onclick: () => {
        if (shown.has(change)) shown.delete(change);
        else shown.add(change);
        chip.setAttribute("aria-pressed", String(shown.has(change)));
        fill(0);
      } }, element("span", { class: `swatch change-${change}`, "aria-hidden": "true" }), known(`change.${change}`, change), element("strong", {}, number(count)));
      return chip;
    });
    fill(0);
    return element("section", {}, element("h2", {}, t("change.grids")), element("div", { class: "chips" }, ...chips), list);
  }

  change(one) {
    const others = one.change === "renamed" ? [] : (one.codes ?? []).filter((code) => code !== one.code);
    const about = [
      one.name,
      others.length ? t("change.with", { codes: others.join(t("unit.and")) }) : null,
      one.change === "added" && one.area_m2 ? ground(one.area_m2) : null,
      ...Object.entries(one.fields ?? {}).map(([field, [old, now]]) => `${known(`column.${field}`, field)} ${old ?? "–"} → ${now ?? "–"}`),
      one.change === "reshaped" ? (unseen(one) ? t("change.unseen") : t("change.difference", { area: ground(one.difference_m2) })) : null,
    ];
    return element("li", {}, element("button", { type: "button", class: "one", onclick: () => this.show(one) },
      element("span", {}, element("span", { class: `mark-change change-${one.change}` }, known(`change.${one.change}`, one.change)), " ", element("strong", {}, one.code ?? ""),
        element("span", { class: "quiet block" }, about.filter(Boolean).join(" · ")))));
  }

  show(one) {
    const codes = new Set([one.code, ...(one.codes ?? [])]);
    const { chart } = this.stage;
    const found = [...this.stage.features, ...chart.slots.get("today").features].filter(({ properties }) => codes.has(properties.code));
    if (found.length) chart.frame({ type: "FeatureCollection", features: found });
    else if (one.at) this.stage.zoomTo(one.at, 300);
    this.stage.outline(found.map((feature) => ({ ...feature, properties: {} })));
  }
}

/** How many rows would be new, others or the same. */
export function rowTally(counts) {
  return element("dl", { class: "tally" }, ...Object.entries(counts).map(([name, count]) =>
    element("div", {}, element("dt", {}, known(`report.count_${name}`, name)), element("dd", {}, number(count)))));
}

/** Whether an outline has other corners and the same ground. */
function unseen({ change, difference_m2 }) {
  return change === "reshaped" && difference_m2 < LEAST_M2;
}

/** The kinds of change in the order of the legend, the greater change first. */
function byChange(a, b) {
  const kinds = Object.keys(CHANGES);
  return kinds.indexOf(a.change) - kinds.indexOf(b.change)
    || (b.difference_m2 ?? 0) - (a.difference_m2 ?? 0)
    || String(a.code).localeCompare(String(b.code), "en");
}

/** The legend's lines for the changes that occur. */
export function changeLegend(counts) {
  return Object.keys(CHANGES).filter((change) => counts[change]).map((change) =>
    element("li", {}, element("span", { class: `swatch change-${change}` }), known(`change.${change}`, change)));
}
