// The lists behind gains and losses: the enterprises with their ways before and after, and as files.

import { parameters } from "./controls.js";
import { show } from "./dialog.js";
import { element } from "./element.js";
import { minutes, number } from "./notation.js";
import { send, sendForFile } from "./request.js";
import { t } from "./words.js";

const COLUMNS = ["name", "workers", "grid", "minutes_before", "minutes_after", "station_before", "station_after"];
const COUNTS = new Set(["workers", "enterprises", "amount", "minutes_before", "minutes_after", "minutes_from", "minutes_to"]);
const FILES = [["xlsx", "Excel"], ["gpkg", "GeoPackage"]];

/** Show a side of the plan in hand, a page at a time; `failed(error)` where it cannot be had. */
export async function showSide(side, plan, failed, page = 1) {
  const { edits, choice } = plan;
  try {
    const found = await send("POST", "scenarios/effect/enterprises", { body: { edits }, parameters: { ...parameters(choice), side, page } });
    show(t(`whatif.list_${side}`, { count: number(found.total) }),
      element("div", { class: "wide" }, rowsTable(found.rows, COLUMNS, cell, (column) => t(`whatif.column_${column}`))),
      paging(found, (to) => showSide(side, plan, failed, to), plan, failed, "sides"));
  } catch (error) {
    failed(error);
  }
}

/** The buttons below a list: other pages, by `turned(page)`, and the whole of it as files. */
export function paging({ page, pages }, turned, plan, failed, what) {
  const turn = (to, words) => element("button", { type: "button", disabled: to < 1 || to > pages, onclick: () => turned(to) }, words);
  return element("div", { class: "row" },
    ...(pages > 1 ? [turn(page - 1, t("whatif.page_before")), element("span", { class: "quiet page-of" }, `${number(page)} / ${number(pages)}`), turn(page + 1, t("whatif.page_after"))] : []),
    ...FILES.map(([format, name]) => element("button", { type: "button", onclick: () => download({ format, what }, plan, failed) }, t("whatif.download", { format: name }))));
}

async function download(wanted, { edits, choice }, failed) {
  try {
    const { blob, name } = await sendForFile("scenarios/effect/export", { edits }, { ...parameters(choice), ...wanted });
    const href = URL.createObjectURL(blob);
    const link = element("a", { href, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    URL.revokeObjectURL(href);
  } catch (error) {
    failed(error);
  }
}

/** A table of rows; `text(row, column)` writes a cell and `heading(column)` its head. */
export function rowsTable(rows, columns, text, heading) {
  return element("table", { class: "compared" },
    element("thead", {}, element("tr", {}, ...columns.map((column) => element("th", { scope: "col", class: COUNTS.has(column) ? "count" : null }, heading(column))))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...columns.map((column) => element("td", { class: COUNTS.has(column) || column === "grid" ? "count" : null }, text(row, column)))))));
}

function cell(row, column) {
  const value = column === "name" ? row.name || row.source_id : row[column];
  if (value === null) return column.startsWith("minutes") ? t("whatif.no_way") : "–";
  return column.startsWith("minutes") ? minutes(value) : column === "workers" ? number(value) : value;
}
