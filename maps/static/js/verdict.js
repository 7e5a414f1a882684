// Whose an enterprise is, in one glance: the grid, the rule, how near the border, and what is in doubt; the rest below.

import { element } from "./element.js";
import { number } from "./notation.js";
import { facts, t } from "./words.js";

/** Return what the answer of `enterprises/{id}/assignment` says, for a level; the counted one where none is named. */
export function verdictOf({ assignments, location, sentences }, level = facts.counting) {
  const row = assignments.find((one) => one.basis === level.basis && one.level === level.level);
  const language = facts.language.startsWith("zh") ? "zh" : "en";
  const all = element("details", { class: "why" }, element("summary", {}, t("verdict.all")),
    element("ul", {}, sentences[language].map((sentence) => element("li", {}, sentence))));
  if (!row) return [all];
  const doubts = doubtsOf(row);
  const open = doubts.length > 0 || row.rule === "overlap";
  return [
    element("p", { class: open ? "verdict open" : "verdict" },
      element("span", { class: "sign", "aria-hidden": "true" }, open ? "?" : row.grid ? "✓" : "–"),
      element("strong", {}, row.grid ? [row.grid, row.name].filter(Boolean).join(" ") : t("verdict.none"))),
    element("p", { class: "rule" }, [ruleOf(row), ...borderOf(row)].join(" · ")),
    ...doubts.map((text) => element("p", { class: "doubt" }, text)),
    location?.geocode ? element("p", { class: "quiet" }, foundOf(row, location)) : null,
    all,
  ].filter(Boolean);
}

const metres = (value) => number(value, value >= 10 ? 0 : 1);

/** Say how the place was found; how far off it may be is said once, by the doubt where there is one. */
function foundOf(row, { geocode, accuracy_m }) {
  const told = row.doubtful && row.rule !== "building";
  const how = t(geocode.how === "placed" ? "verdict.placed" : "verdict.found");
  return told ? how : [how, t("verdict.off", { metres: metres(accuracy_m) })].join(" · ");
}

function ruleOf({ rule, override }) {
  const key = rule.replaceAll("-", "_");
  return t(`verdict.rule_${key}`, override ?? {});
}

function borderOf(row) {
  if (row.border_m === null || row.rule === "tie") return [];
  const values = { metres: metres(row.border_m), code: row.neighbour };
  if (row.rule === "outside") return [t("verdict.nearest", values)];
  if (!row.within) return [t("verdict.away", values)];
  return [t("verdict.border", values), ...(row.neighbour ? [t("verdict.beyond", values)] : [])];
}

function doubtsOf(row) {
  const found = [];
  if (row.override?.disagrees) found.push(t("verdict.disagrees", { code: row.override.lawful ?? t("verdict.none") }));
  if (row.doubtful && row.rule === "building") found.push(t("verdict.doubtful_building"));
  else if (row.doubtful) found.push(t("verdict.doubtful", { metres: metres(row.accuracy_m) }));
  return found;
}
