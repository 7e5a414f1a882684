// Who changes hands, what each chief and each grid carries before and after, and the figures that change.

import { element } from "./element.js";
import { area, number } from "./notation.js";
import { fetchJson } from "./service.js";
import { facts, known, t } from "./words.js";

const MOST = 80;
const MOVERS = ["enterprises", "stations", "workers"];
const CARRIED = ["enterprises", "workers"];

/** An area; what is less than a hectare in square metres. */
export function ground(squareMetres) {
  if (squareMetres >= 1e4) return area(squareMetres);
  if (squareMetres < 0.01) return t("finding.tiny", { unit: "m²" });
  return `${number(squareMetres, squareMetres >= 10 ? 0 : 2)} m²`;
}

/** Who changes hands: the counts, and on request the list and the points on the map. */
export function movingSection(desk, stage, { moving, terms }, failed) {
  const total = MOVERS.reduce((sum, name) => sum + (moving?.[name] ?? 0), 0);
  return element("section", {}, element("h2", {}, t("change.moving")),
    element("dl", { class: "tally" }, ...MOVERS.map((name) => element("div", {}, element("dt", {}, t(`change.${name}`)), element("dd", {}, number(moving?.[name] ?? 0))))),
    total ? whoMoves(desk, stage, terms, failed) : element("p", { class: "quiet" }, t("change.nobody")));
}

function whoMoves(desk, stage, terms, failed) {
  const list = element("ul", { class: "rows" });
  const more = element("button", { type: "button", hidden: true }, t("change.more"));
  let page = 0;
  const read = async () => {
    try {
      const answer = await fetchJson(desk.path("moving"), { ...terms, page: page + 1 });
      page = answer.page ?? page + 1;
      list.append(...answer.rows.map(mover));
      more.hidden = page >= (answer.pages ?? page);
    } catch (error) {
      failed(error, read);
    }
  };
  const open = async () => {
    if (page) return;
    await read();
    try {
      stage.showMoving(await fetchJson(`${desk.path("moving")}.geojson`, terms));
    } catch (error) {
      failed(error);
    }
  };
  more.addEventListener("click", read);
  return element("details", { ontoggle: (event) => event.target.open && open() }, element("summary", {}, t("change.who")), list, more);
}

function mover(row) {
  const kind = facts.kinds[row.kind] ?? known(`change.${row.kind}`, row.kind ?? "");
  const way = [row.before ?? t("change.no_grid"), row.after ?? t("change.no_grid")].join(" → ");
  const workers = typeof row.workers === "number" ? t("unit.workers", { count: number(row.workers) }) : null;
  return element("li", {}, element("strong", {}, row.name ?? row.source_id),
    element("p", { class: "quiet" }, [kind, way, workers].filter(Boolean).join(" · ")));
}

/** What each chief carries in all grids together. */
export function chiefTable(chiefs) {
  if (!chiefs.length) return [];
  const rows = chiefs.slice(0, MOST).map((one) => [one.chief, null, change(one.grids_before, one.grids_after), ...carried(one)]);
  return [element("h2", {}, t("change.chiefs")), table([t("change.chief"), t("change.grids_held"), ...CARRIED.map((name) => t(`change.${name}`))], rows)];
}

/** What each grid carries. */
export function loadTable(loads) {
  if (!loads.length) return [];
  const rows = loads.slice(0, MOST).map((one) => [one.code, one.chief ?? t("change.no_chief"), ...carried(one)]);
  return [element("details", {}, element("summary", {}, t("change.loads", { count: number(loads.length) })),
    table([t("change.grid"), ...CARRIED.map((name) => t(`change.${name}`))], rows))];
}

/** The figures of the zone that change. */
export function indicatorTable(indicators) {
  if (!indicators.length) return [];
  const written = { share: (one) => `${number(one * 100, 2)}%`, "m²": ground };
  const value = (one, unit) => (typeof one === "number" ? (written[unit] ?? number)(one) : "–");
  const rows = indicators.map((one) => [known(`change.indicator_${one.name}`, one.name), value(one.before, one.unit), value(one.after, one.unit)])
    // What changes beyond the digits that are shown seems not to change.
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => [name, null, change(before, after)]);
  if (!rows.length) return [];
  return [element("h2", {}, t("change.indicators")), table([], rows)];
}

function carried(one) {
  return CARRIED.map((name) => change(number(one.before?.[name] ?? 0), number(one.after?.[name] ?? 0)));
}

function change(before, after) {
  return [`${before} → `, element("strong", {}, after)];
}

/** A table of rows: a heading, a quiet word below it or null, and cells of a change each. */
function table(heads, rows) {
  const head = heads.length
    ? element("thead", {}, element("tr", {}, ...heads.map((text, i) => element("th", { scope: "col", class: i ? "count" : null }, text))))
    : null;
  return element("div", { class: "wide" }, element("table", {}, head, element("tbody", {}, ...rows.map(([name, below, ...cells]) =>
    element("tr", {}, element("th", { scope: "row" }, name, below ? element("span", { class: "quiet block" }, below) : null),
      ...cells.map((cell) => element("td", { class: "count" }, ...cell)))))));
}
