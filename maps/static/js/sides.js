// The lists behind gains and losses: the enterprises with their ways before and after, and as files.

import { parameters } from "./controls.js";
import { show } from "./dialog.js";
import { element } from "./element.js";
import { minutes, number } from "./notation.js";
import { send, sendForFile } from "./request.js";
import { t } from "./words.js";

const FILES = [["xlsx", "Excel"], ["gpkg", "GeoPackage"]];

/** Show a side of the plan in hand, a page at a time; `failed(error)` where it cannot be had. */
export async function showSide(side, plan, failed, page = 1) {
  const { edits, choice } = plan;
  try {
    const found = await send("POST", "scenarios/effect/enterprises", { body: { edits }, parameters: { ...parameters(choice), side, page } });
    const turn = (to, words) => element("button", { type: "button", disabled: to < 1 || to > found.pages, onclick: () => showSide(side, plan, failed, to) }, words);
    show(t(`whatif.list_${side}`, { count: number(found.total) }),
      element("div", { class: "wide" }, table(found.rows)),
      element("div", { class: "row" },
        ...(found.pages > 1 ? [turn(page - 1, t("whatif.page_before")), element("span", { class: "quiet page-of" }, `${number(page)} / ${number(found.pages)}`), turn(page + 1, t("whatif.page_after"))] : []),
        ...FILES.map(([format, name]) => element("button", { type: "button", onclick: () => download(format, plan, failed) }, t("whatif.download", { format: name })))));
  } catch (error) {
    failed(error);
  }
}

async function download(format, { edits, choice }, failed) {
  try {
    const { blob, name } = await sendForFile("scenarios/effect/export", { edits }, { ...parameters(choice), format });
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

function table(rows) {
  const columns = ["name", "workers", "grid", "minutes_before", "minutes_after", "station_before", "station_after"];
  const counts = new Set(["workers", "minutes_before", "minutes_after"]);
  const text = (row, column) => {
    const value = column === "name" ? row.name || row.source_id : row[column];
    if (value === null) return column.startsWith("minutes") ? t("whatif.no_way") : "–";
    return column.startsWith("minutes") ? minutes(value) : column === "workers" ? number(value) : value;
  };
  return element("table", { class: "compared" },
    element("thead", {}, element("tr", {}, ...columns.map((column) => element("th", { scope: "col", class: counts.has(column) ? "count" : null }, t(`whatif.column_${column}`))))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...columns.map((column) => element("td", { class: counts.has(column) || column === "grid" ? "count" : null }, text(row, column)))))));
}
