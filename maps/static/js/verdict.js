// Whose an enterprise is, in one glance: the grid, the rule, how near the border, and what is in doubt; the rest below.

import { element } from "./element.js";
import { number } from "./notation.js";
import { address } from "./service.js";
import { facts, t } from "./words.js";

const LANGUAGE = facts.language.startsWith("zh") ? "zh" : "en";
// Stands where a code goes, until it is put there as an element; no sentence of the catalogue has it.
const PLACE = "\uFFFC";

/** Return what the answer of `enterprises/{id}/assignment` says, for a level; the counted one where none is named. */
export function verdictOf({ assignments, location, sentences }, level = facts.counting) {
  const row = assignments.find((one) => one.basis === level.basis && one.level === level.level);
  const all = element("details", { class: "why" }, element("summary", {}, t("verdict.all")),
    element("ul", {}, sentences[LANGUAGE].map((sentence) => element("li", {}, sentence))));
  if (!row) return [all];
  const doubts = doubtsOf(row);
  const open = doubts.length > 0 || row.rule === "overlap";
  const tone = open ? "open" : row.grid ? "sure" : "lacking";
  return [
    element("p", { class: `verdict ${tone}` },
      element("span", { class: "sign", "aria-hidden": "true" }, { open: "?", sure: "✓", lacking: "!" }[tone]),
      element("strong", {}, row.grid ? codeOf(row.grid) : t("verdict.none"))),
    row.grid && row.name && row.name !== row.grid ? element("p", { class: "called quiet" }, row.name) : null,
    element("p", { class: "rule" }, ruleOf(row)),
    ...borderOf(row).map((text) => element("p", {}, text)),
    ...doubts.map((text) => element("p", { class: "doubt" }, text)),
    ...buildingOf(row).map((text) => element("p", {}, text)),
    location?.geocode ? element("p", { class: "quiet" }, foundOf(row, location)) : null,
    ...elsewhere(assignments, row).map((one) => element("p", { class: "quiet" }, one)),
    row.rule === "no-location" ? element("a", { class: "button", href: address("/unplaced") }, t("verdict.look_up")) : null,
    all,
  ].filter(Boolean);
}

const metres = (value) => number(value, value >= 10 ? 0 : 1);

const codeOf = (code) => element("span", { class: "code" }, code);

/** A sentence as parts: where it has its place, the code as an element that is not broken at its dashes. */
function naming(code, sentence) {
  const parts = sentence.split(PLACE);
  return parts.flatMap((part, i) => (i ? [codeOf(code), part] : [part])).filter(Boolean);
}

/** Say how the place was found; how far off it may be is said once, by the doubt where there is one. */
function foundOf(row, { geocode, accuracy_m }) {
  const told = row.doubtful && row.rule !== "building";
  const how = t(geocode.how === "placed" ? "verdict.placed" : "verdict.found");
  return told ? how : [how, t("verdict.off", { metres: metres(accuracy_m) })].join(" · ");
}

function ruleOf({ rule, override, candidates, grid, by_name: byName }) {
  const key = byName && rule === "outside" ? "unnamed" : rule.replaceAll("-", "_");
  const others = candidates.filter((code) => code !== grid).join(t("unit.and"));
  return naming(others, t(`verdict.rule_${key}`, { ...override, code: PLACE }));
}

function borderOf(row) {
  if (row.border_m === null || ["tie", "overlap"].includes(row.rule)) return [];
  const values = { metres: metres(row.border_m), code: PLACE };
  if (row.rule === "outside") return [naming(row.neighbour, t("verdict.nearest", values))];
  if (!row.within) return [t("verdict.away", values)];
  return [row.neighbour ? naming(row.neighbour, t("verdict.border_with", values)) : t("verdict.border", values)];
}

function doubtsOf(row) {
  const found = [];
  if (row.override?.disagrees) found.push(naming(row.override.lawful ?? t("verdict.none"), t("verdict.disagrees", { code: PLACE })));
  if (row.doubtful && row.rule === "building") found.push(t("verdict.doubtful_building"));
  else if (row.doubtful && row.rule !== "overlap") found.push(t("verdict.doubtful", { metres: metres(row.accuracy_m) }));
  return found;
}

/** Say of a point in doubt in which grid the building stands that it is in, which often settles it. */
function buildingOf({ rule, doubtful, building }) {
  if (!doubtful || rule === "building" || !building) return [];
  const whole = Object.entries(building.shares).find(([, share]) => share >= 1);
  if (whole) return [naming(whole[0], t("verdict.building_whole", { code: PLACE }))];
  return Object.keys(building.shares).length ? [t("verdict.building_cut")] : [];
}

/** Name the grids of other bases that it has besides: its chain, or the general grid beside the exclusive ones. */
function elsewhere(assignments, { basis }) {
  return assignments
    .filter((one) => one.basis !== basis && one.grid)
    .map((one) => naming(one.grid, t("verdict.also", { title: one.title[LANGUAGE] ?? one.level, code: PLACE })));
}
