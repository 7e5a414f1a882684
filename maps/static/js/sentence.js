// A finding in the reader's language: by its code, with its grids and its measure.

import { number } from "./notation.js";
import { valuesOf } from "./service.js";
import { shapeReason } from "./shape.js";
import { titleOf as titleOfSystem } from "./systems.js";
import { facts, known, t } from "./words.js";

const MOST_GRIDS = 4;
// Details that are the label of a coordinate system.
const SYSTEMS = ["crs", "likely"];
// A value of any column that cannot be read has a code of its own.
const UNREADABLE = /^(.+)-unreadable$/;

/** A measure with its unit; small ones keep their digits. */
export function amountOf({ measure, unit }) {
  if (typeof measure !== "number") return "";
  if (unit === "count") return number(measure);
  const digits = measure >= 100 ? 0 : measure >= 1 ? 1 : 2;
  return measure < 0.01 ? t("finding.tiny", { unit }) : `${number(measure, digits)} ${unit}`;
}

/** A grid's name for a sentence: its code, or the number of its row. */
export function gridName(text) {
  const row = /^row (\d+)$/.exec(text);
  return row ? t("finding.row", { row: row[1] }) : text;
}

/** What was found, in a sentence; as the server says it where the catalogue has none for it. */
export function sentenceOf(finding) {
  const named = (finding.grids ?? []).slice(0, MOST_GRIDS).map(gridName);
  const more = (finding.grids?.length ?? 0) - named.length;
  const grids = named.join(t("unit.and")) + (more > 0 ? t("finding.more_grids", { count: number(more) }) : "");
  const { reason, which } = finding.details ?? {};
  const values = { grids, measure: amountOf(finding), count: number(Math.round(finding.measure ?? 0)), ...valuesOf(finding.details) };
  for (const name of SYSTEMS) if (values[name]) values[name] = titleOfSystem(values[name]);
  const sentence = (which && known(`finding.${finding.code}_${which}`, "", values))
    || known(`finding.${finding.code}`, "", values)
    || aboutRows(grids, refusalOf(finding.code, values))
    || (reason ? known(`refused.${reason}`, "", values) : "");
  // A sentence of ours that still lacks a value says less than the server's own.
  return !sentence || /\{\w+\}/.test(sentence) ? finding.message : sentence;
}

/** The sentence of a row that was refused or remarked on; empty where the catalogue has none. */
export function refusalOf(code, details) {
  const values = details.reason ? { ...details, reason: shapeReason(String(details.reason)) } : details;
  if (values.office) return known(`report.office_${code}`, "", values) || known(`refused.${code}`, "", values);
  if (!values.column || !UNREADABLE.test(code)) return known(`refused.${code}`, "", values);
  return t("refused.value-unreadable", { ...values, column: columnOf(values.column) });
}

function aboutRows(grids, sentence) {
  return grids && sentence ? t("finding.of_rows", { grids, sentence }) : sentence;
}

function columnOf(name) {
  return known(`column.${name}`, name);
}

/** The heading of all findings of a code. */
export function titleOf(code) {
  const column = UNREADABLE.exec(code)?.[1].replaceAll("-", "_");
  return known(`finding.title_${code}`, column ? t("finding.title_value-unreadable", { column: columnOf(column) }) : code);
}

/** What will be done about a finding, or who has to. */
export function adviceOf(finding) {
  if (finding.fix) return known(`fix.${finding.fix}`, finding.fix);
  return finding.severity === "remark" ? t("fix.none_remark") : t("fix.none");
}

export const mendable = (finding) => facts.desk.fixes.includes(finding.fix);
