// The four denominators: share, bar, and counts that open into the lists behind them.

import { parameters } from "./controls.js";
import { element } from "./element.js";
import { area, number, percent } from "./notation.js";
import { address } from "./service.js";
import { t } from "./words.js";

export const NAMES = ["workers", "enterprises", "grids", "area_m2"];
const PARTS = ["covered", "out_of_reach", "outside", "no_location"];

/** Return a denominator's amount with its unit. */
export function amount(name, value) {
  return name === "area_m2" ? area(value) : t(`unit.${name}`, { count: number(value) });
}

/** Return a denominator's amount where its unit stands nearby. */
export function bare(name, value) {
  return name === "area_m2" ? area(value) : number(value);
}

/** Fill the figures of a page from a coverage answer. */
export function showFigures(coverage, choice) {
  for (const place of document.querySelectorAll("[data-figure]")) {
    const name = place.dataset.figure;
    const rows = coverage.denominators[name];
    place.setAttribute("aria-busy", "false");
    const [share, bar, counts] = place.querySelectorAll(".share, .bar, .counts");
    share.textContent = rows ? percent(rows.covered, rows.total) : t("figure.none");
    bar.replaceChildren(...(rows ? segments(rows) : []));
    counts.replaceChildren(...(rows ? details(name, rows, coverage, choice) : [t(`figure.none_${name}`)]));
  }
}

/** Say in each figure that it is being asked for. */
export function awaitFigures() {
  for (const place of document.querySelectorAll("[data-figure]")) place.setAttribute("aria-busy", "true");
}

function segments(rows) {
  return PARTS.filter((part) => rows[part] > 0).map((part) => {
    const segment = element("span", { class: part });
    segment.style.width = `${(100 * rows[part]) / rows.total}%`;
    return segment;
  });
}

function details(name, rows, coverage, choice) {
  const items = [element("span", {}, t("figure.of", {
    covered: bare(name, rows.covered), total: amount(name, rows.total),
  }))];
  for (const part of PARTS.slice(1)) {
    if (rows[part] > 0) items.push(linked(name, part, sentence(name, part, rows), choice));
  }
  if (name === "workers" && coverage.workers_unknown > 0) {
    items.push(element("span", {}, t("figure.workers_unknown", { count: number(coverage.workers_unknown) })));
  }
  return items;
}

function sentence(name, part, rows) {
  const [amounts, reached] = [rows[part], rows.outside_reached ?? 0].map((value) => bare(name, value));
  if (part === "outside" && rows.outside_reached > 0) {
    return t("figure.outside_reached", { amount: amounts, reached });
  }
  return t(`figure.${part}`, { amount: amounts });
}

function linked(name, part, text, choice) {
  const list = listBehind(name, part);
  if (list === null) return element("span", { class: part === "out_of_reach" ? "missing" : null }, text);
  const [path, filters] = list;
  const href = address(path, part === "out_of_reach" ? { ...filters, ...parameters(choice) } : filters);
  return element("a", { href, class: part === "out_of_reach" ? "missing" : null }, text);
}

function listBehind(name, part) {
  // There is no list of areas.
  if (name === "area_m2") return null;
  if (name === "grids") return part === "out_of_reach" ? ["/lists/grids", { reached: "no" }] : null;
  return ["/lists/enterprises", { box: part }];
}
