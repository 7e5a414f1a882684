// Whose demand the nearest station has no room for: from which station to which, the enterprises, and as a file.

import { parameters } from "./controls.js";
import { show } from "./dialog.js";
import { element } from "./element.js";
import { minutes, number } from "./notation.js";
import { send } from "./request.js";
import { paging, rowsTable } from "./sides.js";
import { t } from "./words.js";

const COLUMNS = ["name", "station_from", "minutes_from", "amount", "station_to", "minutes_to"];

/** Show who overflows by the plan in hand, a page at a time; `failed(error)` where it cannot be had. */
export async function showOverflow(plan, failed, page = 1) {
  const { edits, choice } = plan;
  try {
    const found = await send("POST", "scenarios/effect/overflow", { body: { edits }, parameters: { ...parameters(choice), page } });
    show(t("whatif.overflow_title"),
      element("h3", {}, t("whatif.overflow_pairs", { count: number(found.pairs_total) })),
      element("div", { class: "wide short" }, pairs(found)),
      element("h3", {}, t("whatif.overflow_rows", { count: number(found.total) })),
      element("div", { class: "wide" }, rowsTable(found.rows, COLUMNS, (row, column) => cell(row, column), (column) => heading(column, found.of))),
      paging(found, (to) => showOverflow(plan, failed, to), plan, failed, "overflow"));
  } catch (error) {
    failed(error);
  }
}

function pairs({ of, pairs: rows }) {
  return rowsTable(rows, ["station_from", "station_to", "enterprises", "amount"], cell, (column) => heading(column, of));
}

function heading(column, of) {
  return t(column === "amount" ? `whatif.column_amount_${of}` : `whatif.column_${column}`);
}

function cell(row, column) {
  const value = column === "name" ? row.name || row.source_id : row[column];
  if (value === null) return column === "station_to" ? t("whatif.no_room") : "–";
  if (column.startsWith("minutes")) return minutes(value);
  return typeof value === "number" ? number(value) : value;
}
