// How sure the reach is, who has the longest ways, the parts of the zone, and the files to take home.

import { parameters } from "./controls.js";
import { element } from "./element.js";
import { amount, bare } from "./figures.js";
import { minutes, number, percent } from "./notation.js";
import { address } from "./service.js";
import { facts, t } from "./words.js";

const SURE = ["sure", "maybe", "no"];
const BOXES = { sure: "covered", maybe: "perhaps", no: "out_of_reach" };
const chosen = document.getElementById("by");

/** Return the way of grouping that is chosen, undefined for none. */
export const chosenBy = () => chosen.value || undefined;

/** Call back when another way of grouping is chosen; it stands in the page's address. */
export function onParts(changed) {
  const asked = new URLSearchParams(window.location.search).get("by");
  if ([...chosen.options].some((option) => option.value === asked)) chosen.value = asked;
  chosen.addEventListener("change", () => {
    const here = new URL(window.location.href);
    here.searchParams.delete("by");
    if (chosen.value) here.searchParams.set("by", chosen.value);
    window.history.replaceState(null, "", here);
    changed();
  });
}

/** Fill everything below the four figures from a coverage answer. */
export function showBreakdown(coverage, choice) {
  const weight = coverage.denominators.workers ? "workers" : "enterprises";
  showCertainty(coverage.certainty, weight, choice);
  showWorst(coverage.worst, choice);
  showParts(coverage.groups, weight, choice);
  showDownloads(choice);
}

function showCertainty(certainty, weight, choice) {
  const place = document.getElementById("certainty");
  const counts = certainty[weight];
  const total = SURE.reduce((sum, name) => sum + counts[name], 0);
  place.querySelector(".bar").replaceChildren(...SURE.filter((name) => counts[name]).map((name) => {
    const segment = element("span", { class: BOXES[name] });
    segment.style.width = `${(100 * counts[name]) / total}%`;
    return segment;
  }));
  place.querySelector(".counts").replaceChildren(...SURE.map((name) => link(
    { certainty: name, ...parameters(choice) }, t(`certainty.${name}`, { amount: amount(weight, counts[name]) }), name === "no",
  )));
  const speed = (value) => number((value * 60) / 1000, 1);
  place.querySelector(".hint").textContent = t("certainty.hint", {
    slow: speed(certainty.slow_m_per_min), fast: speed(certainty.fast_m_per_min),
  });
}

function showWorst(worst, choice) {
  const place = document.getElementById("worst");
  if (!worst.enterprises) return place.replaceChildren();
  const key = worst.weighed_by === "workers" ? "worst.title" : "worst.title_enterprises";
  const text = worst.minutes === null ? t("worst.unconnected") : t(key, { minutes: minutes(worst.minutes) });
  return place.replaceChildren(
    element("span", {}, text), " ",
    link({ worst: "true", ...parameters(choice) }, t("worst.list", { count: number(worst.enterprises) })),
  );
}

function showParts(groups, weight, choice) {
  const place = document.getElementById("parts");
  place.hidden = !groups;
  if (!groups) return;
  const notes = { function: "parts.whole", shift: "parts.shifts" };
  document.getElementById("parts-note").textContent = t(groups.adds_up ? "parts.adds_up" : notes[groups.by]);
  const rows = groups.rows.map((row) => partRow(groups.by, row, weight, choice));
  place.querySelector("tbody").replaceChildren(...rows);
}

function partRow(by, row, weight, choice) {
  const counts = row[weight] ?? row.enterprises;
  const filters = by === "function"
    ? { ...parameters(choice), function: [...choice.functions, row.group] }
    : { by, group: row.group, ...parameters(choice) };
  return element("tr", {},
    element("th", { scope: "row" }, link(filters, partName(by, row.group))),
    element("td", {}, `${bare(weight, counts.covered)} / ${bare(weight, counts.total)}`),
    element("td", {}, percent(counts.covered, counts.total)),
  );
}

function partName(by, name) {
  if (name === "without" || name === "several") return t(`parts.${name}`);
  if (by === "zone") return t("parts.zone");
  if (by === "function") return facts.functions[name] ?? name;
  return by === "size" ? t("parts.size_suffix", { range: name }) : name;
}

/** Say how many stations are open at the moment that is asked for, and whom those of unknown hours would reach. */
export function showHours(coverage) {
  const place = document.getElementById("hours");
  const { hours } = coverage;
  place.hidden = !hours;
  if (!hours) return;
  const weight = hours.workers === null ? "enterprises" : "workers";
  place.textContent = t("hours.told", {
    open: number(hours.open), closed: number(hours.closed), unknown: number(hours.unknown), more: amount(weight, hours[weight]),
  });
}

function showDownloads(choice) {
  const files = { enterprises: ["enterprises", "xlsx"], enterprises_gpkg: ["enterprises", "gpkg"], gaps: ["gaps", "gpkg"] };
  if (chosenBy()) files.groups = ["groups", "xlsx"];
  document.getElementById("downloads").replaceChildren(...Object.entries(files).map(([name, [what, format]]) => element(
    "a",
    { href: address("coverage/export", { what, format, by: what === "groups" ? chosenBy() : undefined, ...parameters(choice) }), download: "" },
    t(`download.${name}`),
  )));
}

function link(filters, text, missing = false) {
  return element("a", { href: address("/lists/enterprises", filters), class: missing ? "missing" : null }, text);
}
