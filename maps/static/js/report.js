// The report of a load, in words: what was taken, what was refused and why, what is absent.

import { element, pairs } from "./element.js";
import { number } from "./notation.js";
import { known, t } from "./words.js";

const MOST = 200;
const place = document.getElementById("report");

export function showReport(report) {
  place.replaceChildren(
    element("h2", {}, headline(report)),
    element("p", { class: "quiet" }, report.file),
    counts(report),
    pairs([
      [t("report.read_as"), [report.format, report.crs, report.encoding].filter(Boolean).join(" · ")],
      [t("report.release"), report.release],
      [t("report.codes_given"), report.codes_given ? number(report.codes_given) : null],
      [t("report.ignored"), report.ignored?.length ? report.ignored.join(t("unit.and")) : null],
    ]),
    ...rowTable("report.refused", report.refused),
    ...rowTable("report.remarks", report.remarks),
    ...absent(report),
    columns(report.columns),
    element("p", {}, element("a", { class: "button", href: "/maps/coverage" }, t("report.to_map"))),
  );
  // On a narrow screen the report lies below the form.
  if (place.getBoundingClientRect().top > window.innerHeight / 2) place.scrollIntoView();
}

function headline(report) {
  const kind = t(`kind.${report.kind}`);
  if (!(report.added + report.updated + report.unchanged)) return t("report.nothing", { kind });
  return report.refused.length ? t("report.partly", { kind }) : t("report.all", { kind });
}

function counts(report) {
  const list = element("ul", { class: "counts" });
  const rows = { rows: report.rows, added: report.added, updated: report.updated, unchanged: report.unchanged, refused: report.refused.length };
  for (const [name, count] of Object.entries(rows)) {
    const item = element("li", { class: name === "refused" && count ? "missing" : null }, element("strong", {}, number(count)), t(`report.count_${name}`));
    list.append(item);
  }
  return list;
}

/** The sentence of a refusal in the page's language; as it came where the catalogue has none for it. */
function reason({ code, message, details }) {
  const values = { ...details };
  if (values.column) {
    values.column = known(`column.${values.column}`, values.column);
    return t("refused.value-unreadable", values);
  }
  const needed = [...known(`refused.${code}`, "").matchAll(/\{(\w+)\}/g)];
  return needed.every(([, name]) => name in values) ? known(`refused.${code}`, message, values) : message;
}

function rowTable(title, rows) {
  if (!rows?.length) return [];
  const body = rows.slice(0, MOST).map((row) => element("tr", {}, element("td", { class: "count" }, number(row.row)), element("td", {}, reason(row))));
  return [
    element("h3", {}, t(title, { count: number(rows.length) })),
    element("div", { class: "wide" }, element("table", {},
      element("thead", {}, element("tr", {}, element("th", { scope: "col", class: "count" }, t("report.row")), element("th", { scope: "col" }, t("report.reason")))),
      element("tbody", {}, ...body))),
    rows.length > MOST ? element("p", { class: "quiet" }, t("report.more", { count: number(rows.length - MOST) })) : null,
  ].filter(Boolean);
}

function absent(report) {
  if (!report.absent_count) return [];
  return [
    element("h3", {}, t("report.absent", { count: number(report.absent_count) })),
    element("p", { class: "quiet" }, t("report.absent_hint")),
    element("p", {}, report.absent.slice(0, MOST).join(t("unit.and"))),
  ];
}

function columns(mapping) {
  const rows = Object.entries(mapping ?? {}).map(([ours, theirs]) => [known(`column.${ours}`, ours), theirs]);
  return element("details", {}, element("summary", {}, t("report.columns")), pairs(rows));
}
