// What a draft would change: grids, who moves, each chief's load, the indicators; with the ground on the map.

import { element } from "./element.js";
import { CHANGES } from "./marks.js";
import { area, number } from "./notation.js";
import { address, fetchJson } from "./service.js";
import { facts, known, t } from "./words.js";

const AT_ONCE = 80;
const COMPARED = ["grids", "general-grids", "parks"];
const MOVERS = ["enterprises", "stations", "workers"];

export class Comparison {
  constructor(desk, stage, tabs, failed) {
    this.desk = desk;
    this.stage = stage;
    this.tabs = tabs;
    this.failed = failed;
    this.place = document.getElementById("comparison");
    this.key = null;
    this.answer = null;
    desk.on("step", () => this.reset());
  }

  reset() {
    this.key = null;
    this.answer = null;
    this.stage.showMoving(null);
    this.tabs.badge("comparison", null);
    this.place.replaceChildren(element("p", { class: "quiet empty-pane" }, this.hint()));
    if (["comparison", "publication"].includes(this.tabs.current)) this.read();
  }

  hint() {
    const { draft } = this.desk;
    if (!draft) return t("desk.no_draft");
    return COMPARED.includes(draft.kind) ? t("change.not_yet") : t("change.no_boundaries");
  }

  /** Return the comparison of the step that counts, read once. */
  async read() {
    const { draft } = this.desk;
    if (!this.desk.open || !COMPARED.includes(draft.kind)) return null;
    const key = [draft.id, draft.step].join();
    if (this.key !== key) {
      this.key = key;
      this.place.replaceChildren(element("p", { class: "quiet", role: "status" }, t("change.comparing")));
      this.reading = this.fetch(key);
    }
    return this.reading;
  }

  async fetch(key) {
    try {
      const first = await fetchJson(this.desk.path("comparison"));
      const answer = first.job ? await this.desk.settle(first) : first;
      if (this.key !== key) return null;
      this.answer = answer;
      this.draw();
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

  draw() {
    const { changes, counts, moving } = this.answer;
    this.tabs.badge("comparison", number(changes.length));
    this.stage.recolour(new Map(changes.flatMap((one) => [one.code, ...(one.codes ?? [])].filter(Boolean).map((code) => [code, one.change]))));
    this.place.replaceChildren(
      element("p", { class: "quiet" }, this.answer.base === null ? t("change.first") : t("change.against", { release: this.answer.base })),
      this.changes(changes, counts),
      this.moving(moving),
      ...this.loads(this.answer.loads ?? []),
      ...this.indicators(this.answer.indicators ?? []),
      element("p", {}, element("a", { class: "button", href: address(`${this.desk.path("comparison")}.xlsx`), download: "" }, t("change.download"))));
  }

  changes(changes, counts) {
    if (!changes.length) return element("p", { class: "good" }, t("change.none"));
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
    const others = (one.codes ?? []).filter((code) => code !== one.code);
    const about = [
      one.name,
      others.length ? t("change.with", { codes: others.join(t("unit.and")) }) : null,
      one.change === "added" && one.area_m2 ? ground(one.area_m2) : null,
      one.difference_m2 ? t("change.difference", { area: ground(one.difference_m2) }) : null,
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

  /** Who changes hands: the counts, the list, the points on the map. */
  moving(moving) {
    const total = MOVERS.reduce((sum, name) => sum + (moving?.[name] ?? 0), 0);
    const list = element("ul", { class: "rows" });
    const more = element("button", { type: "button", hidden: true }, t("change.more"));
    let page = 0;
    const read = async () => {
      try {
        const answer = await fetchJson(this.desk.path("moving"), { page: page + 1 });
        page = answer.page ?? page + 1;
        list.append(...answer.rows.map(mover));
        more.hidden = page >= (answer.pages ?? page);
      } catch (error) {
        this.failed(error, read);
      }
    };
    const open = async () => {
      if (page) return;
      await read();
      try {
        this.stage.showMoving(await fetchJson(`${this.desk.path("moving")}.geojson`));
      } catch (error) {
        this.failed(error);
      }
    };
    more.addEventListener("click", read);
    return element("section", {}, element("h2", {}, t("change.moving")),
      element("dl", { class: "tally" }, ...MOVERS.map((name) => element("div", {}, element("dt", {}, t(`change.${name}`)), element("dd", {}, number(moving?.[name] ?? 0))))),
      total
        ? element("details", { ontoggle: (event) => event.target.open && open() }, element("summary", {}, t("change.who")), list, more)
        : element("p", { class: "quiet" }, t("change.nobody")));
  }

  loads(loads) {
    if (!loads.length) return [];
    const cell = (load, name) => element("td", { class: "count" }, number(load.before?.[name] ?? 0), " → ", element("strong", {}, number(load.after?.[name] ?? 0)));
    return [element("h2", {}, t("change.loads")), element("div", { class: "wide" }, element("table", {},
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, t("change.grid")), ...["enterprises", "workers"].map((name) => element("th", { scope: "col", class: "count" }, t(`change.${name}`))))),
      element("tbody", {}, ...loads.slice(0, AT_ONCE).map((load) => element("tr", {},
        element("th", { scope: "row" }, load.code, element("span", { class: "quiet block" }, load.chief ?? t("change.no_chief"))), cell(load, "enterprises"), cell(load, "workers"))))))];
  }

  indicators(indicators) {
    const written = { share: (one) => `${number(one * 100, 2)}%`, "m²": ground };
    const value = (one, unit) => (typeof one === "number" ? (written[unit] ?? number)(one) : "–");
    if (!indicators.length) return [];
    return [element("h2", {}, t("change.indicators")), element("table", {}, element("tbody", {}, ...indicators.map((one) => element("tr", {},
      element("th", { scope: "row" }, known(`change.indicator_${one.name}`, one.name)),
      element("td", { class: "count" }, value(one.before, one.unit), " → ", element("strong", {}, value(one.after, one.unit)))))))];
  }
}

function mover(row) {
  const kind = facts.kinds[row.kind] ?? known(`change.${row.kind}`, row.kind ?? "");
  const way = [row.before ?? t("change.no_grid"), row.after ?? t("change.no_grid")].join(" → ");
  return element("li", {}, element("div", {}, element("strong", {}, row.name ?? row.source_id), element("p", { class: "quiet" },
    [kind, way, typeof row.workers === "number" ? t("unit.workers", { count: number(row.workers) }) : null].filter(Boolean).join(" · "))));
}

/** An area; what is less than a hectare in square metres. */
function ground(squareMetres) {
  if (squareMetres >= 1e4) return area(squareMetres);
  return `${number(squareMetres, squareMetres >= 10 ? 0 : 2)} m²`;
}

/** The legend's lines for the changes that occur. */
export function changeLegend(counts) {
  return Object.keys(CHANGES).filter((change) => counts[change]).map((change) =>
    element("li", {}, element("span", { class: `swatch change-${change}` }), known(`change.${change}`, change)));
}
