// The report of a publication, in words: what was taken, what was refused and why, what is absent.

import { element, pairs } from "./element.js";
import { number } from "./notation.js";
import { refusalOf } from "./sentence.js";
import { valuesOf } from "./service.js";
import { t } from "./words.js";

const MOST = 200;

/** Return the report as elements. */
export function reportOf(report) {
  return element("section", { class: "report" },
    counts(report),
    pairs([
      [t("report.codes_given"), report.codes_given ? number(report.codes_given) : null],
      [t("report.retired"), report.retired?.length ? number(report.retired.length) : null],
      [t("report.reassigned"), report.reassigned ? number(report.reassigned) : null],
    ]),
    ...rowTable("report.refused", report.refused),
    ...rowTable("report.remarks", report.remarks),
    ...absent(report),
  );
}

/** Whether all, some or none of a file's rows were taken. */
export function headline(report) {
  const kind = t(`kind.${report.kind}`);
  if (!(report.added + report.updated + report.unchanged)) return t("report.nothing", { kind });
  return report.refused.length ? t("report.partly", { kind }) : t("report.all", { kind });
}

function counts(report) {
  const list = element("ul", { class: "counts" });
  const rows = { added: report.added, updated: report.updated, unchanged: report.unchanged, refused: report.refused.length };
  for (const [name, count] of Object.entries(rows)) {
    const item = element("li", { class: name === "refused" && count ? "missing" : null }, element("strong", {}, number(count)), t(`report.count_${name}`));
    list.append(item);
  }
  return list;
}

/** The sentence of a refusal in the page's language; as it came where the catalogue has none for it. */
function reason({ code, message, details }) {
  const sentence = refusalOf(code, valuesOf(details));
  return !sentence || /\{\w+\}/.test(sentence) ? message : sentence;
}

/** The rows of which something is told, with their numbers, the first of so many; nothing where there are none. */
export function rowTable(title, rows, count = rows?.length) {
  if (!rows?.length) return [];
  const body = rows.slice(0, MOST).map((row) => element("tr", {}, element("td", { class: "count" }, number(row.row)), element("td", {}, reason(row))));
  return [
    element("h3", {}, t(title, { count: number(count) })),
    element("div", { class: "wide" }, element("table", {},
      element("thead", {}, element("tr", {}, element("th", { scope: "col", class: "count" }, t("report.row")), element("th", { scope: "col" }, t("report.reason")))),
      element("tbody", {}, ...body))),
    count > body.length ? element("p", { class: "quiet" }, t("report.more", { count: number(count - body.length) })) : null,
  ].filter(Boolean);
}

function absent(report) {
  if (!report.absent) return [];
  return [
    element("h3", {}, t("report.absent", { count: number(report.absent) })),
    element("p", { class: "quiet" }, t("report.absent_hint")),
  ];
}
