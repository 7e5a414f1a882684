// The findings of a draft: grouped by code, worst first; one is chosen, shown on the map, and mended.

import { element } from "./element.js";
import { SEVERITIES, SIGNS } from "./marks.js";
import { chosen } from "./mending.js";
import { number } from "./notation.js";
import { adviceOf, amountOf, mendable, sentenceOf, titleOf } from "./sentence.js";
import { t } from "./words.js";

const AT_ONCE = 60;

export class Findings {
  /** `mending` and `editor` do what the buttons say; `stage` shows where. */
  constructor(desk, stage, mending, editor) {
    this.desk = desk;
    this.stage = stage;
    this.mending = mending;
    this.editor = editor;
    this.place = document.getElementById("findings");
    this.told = document.getElementById("told");
    this.chosen = null;
    this.order = [];
    this.items = new Map();
    desk.on("step", () => this.draw());
    stage.onFinding = (finding) => this.choose(finding);
  }

  draw() {
    const { draft, findings } = this.desk;
    this.chosen = null;
    // What one of them would have moved is ground of another step, or of no draft any more.
    this.mending.forget();
    this.items.clear();
    this.order = [];
    this.stage.showFindings(findings);
    this.place.replaceChildren(...(draft ? this.content(draft, findings) : [element("p", { class: "quiet empty-pane" }, t("desk.no_draft"))]));
  }

  content(draft, findings) {
    if (draft.state === "reading") return [element("p", { class: "quiet" }, t("draft.state_reading"))];
    if (draft.state === "choosing") return [element("p", { class: "quiet" }, t(draft.facts?.format ? "finding.choose" : "dossier.choose_reading"))];
    if (draft.state === "refused") return [element("p", { class: "quiet" }, t("finding.refused"))];
    if (!findings.length) return [this.mending.bar(draft), element("p", { class: "good" }, t("finding.none"))];
    return [this.mending.bar(draft), this.summary(findings), ...groups(findings).map((group) => this.group(group))];
  }

  summary(findings) {
    const counts = SEVERITIES.map((severity) => [severity, findings.filter((one) => one.severity === severity).length]);
    return element("p", { class: "summary-line" }, ...counts.filter(([, count]) => count).map(([severity, count]) =>
      element("span", { class: `severity ${severity}` }, element("span", { "aria-hidden": "true" }, SIGNS[severity]), t(`severity.count_${severity}`, { count: number(count) }))));
  }

  group({ code, severity, findings }) {
    this.order.push(...findings);
    const list = element("ol", { class: "found" });
    const open = severity !== "remark";
    const fixable = findings.filter((finding) => finding.automatic && mendable(finding));
    const details = element("details", { class: `group ${severity}`, open, "data-code": code },
      element("summary", {},
        element("span", { class: `severity ${severity}` }, element("span", { "aria-hidden": "true" }, SIGNS[severity]), element("span", { class: "unseen" }, t(`severity.${severity}`))),
        element("span", { class: "name" }, titleOf(code)),
        element("span", { class: "badge" }, number(findings.length))),
      fixable.length > 1
        ? element("button", { type: "button", class: "all", onclick: () => this.mending.offer(fixable, titleOf(code)) }, t("mend.all_such", { count: number(fixable.length) }))
        : null,
      list);
    this.fill(list, findings, 0);
    return details;
  }

  /** Add some more of a group's findings; thousands at once would take a tablet seconds. */
  fill(list, findings, from) {
    const until = Math.min(from + AT_ONCE, findings.length);
    for (const finding of findings.slice(from, until)) {
      const item = element("li", {}, element("button", { type: "button", class: "one", onclick: () => this.choose(finding) },
        element("span", {}, sentenceOf(finding)), element("span", { class: "measure" }, finding.unit === "count" ? "" : amountOf(finding))));
      this.items.set(finding, item);
      list.append(item);
    }
    if (until === findings.length) return;
    const more = element("li", {}, element("button", { type: "button", onclick: () => {
      more.remove();
      this.fill(list, findings, until);
    } }, t("finding.more", { count: number(findings.length - until) })));
    list.append(more);
  }

  /** Choose a finding: its place on the map, its fix beneath its sentence. */
  choose(finding, { zoom = true, focus = false } = {}) {
    this.close();
    this.chosen = finding;
    const item = this.reveal(finding);
    item.classList.add("chosen");
    item.firstChild.setAttribute("aria-expanded", "true");
    item.append(this.detail(finding));
    item.scrollIntoView({ block: "nearest" });
    if (focus) item.firstChild.focus({ preventScroll: true });
    this.stage.showFindings(this.desk.findings, finding);
    if (zoom) this.zoom();
    this.told.textContent = `${t(`severity.${finding.severity}`)}: ${sentenceOf(finding)}`;
    if (mendable(finding)) this.mending.look(finding, item.querySelector(".moved"));
  }

  /** The item of a finding, in a group that is open and filled as far as it. */
  reveal(finding) {
    const group = this.place.querySelector(`[data-code="${CSS.escape(finding.code)}"]`);
    while (!this.items.has(finding)) group.querySelector("ol > li:last-child button").click();
    const item = this.items.get(finding);
    item.closest("details").open = true;
    return item;
  }

  detail(finding) {
    return element("div", { class: "detail" },
      element("p", {}, element("span", { class: `severity ${finding.severity}` }, t(`severity.${finding.severity}`)), " ", adviceOf(finding)),
      element("p", { class: "moved quiet", "aria-live": "polite" }),
      element("div", { class: "row" },
        mendable(finding) ? element("button", { type: "button", class: "main", "data-act": "apply", onclick: () => this.apply() }, t("mend.apply")) : null,
        this.editor.namedBy(finding).length
          ? element("button", { type: "button", class: mendable(finding) ? null : "main", "data-act": "edit", onclick: () => this.editor.startWith(finding) }, t("edit.these"))
          : null,
        finding.at ? element("button", { type: "button", "data-act": "zoom", onclick: () => this.zoom() }, t("mend.see")) : null));
  }

  close() {
    if (!this.chosen) return;
    const item = this.items.get(this.chosen);
    item?.classList.remove("chosen");
    item?.firstChild.removeAttribute("aria-expanded");
    item?.querySelector(".detail")?.remove();
    this.chosen = null;
    this.mending.forget();
  }

  /** Go to the finding that follows, or that stands before. */
  step(by) {
    if (!this.order.length) return;
    const at = this.order.indexOf(this.chosen);
    const next = at < 0 ? (by > 0 ? 0 : this.order.length - 1) : (at + by + this.order.length) % this.order.length;
    this.choose(this.order[next], { focus: true });
  }

  zoom() {
    const finding = this.chosen;
    if (!finding?.at) return;
    const size = finding.unit === "m²" ? Math.sqrt(finding.measure) : finding.unit === "m" ? finding.measure : 100;
    this.stage.zoomTo(finding.at, Math.max(size, 20));
  }

  /** Mend the chosen finding, and go on to the one that comes after it. */
  async apply() {
    if (!this.chosen || !mendable(this.chosen)) return;
    const at = this.order.indexOf(this.chosen);
    if (!(await this.mending.apply(chosen([this.chosen])))) return;
    if (this.order.length) this.choose(this.order[Math.min(at, this.order.length - 1)], { focus: true });
  }
}

function groups(findings) {
  const found = new Map();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.code}`;
    if (!found.has(key)) found.set(key, { code: finding.code, severity: finding.severity, findings: [] });
    found.get(key).findings.push(finding);
  }
  return [...found.values()].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.findings.length - a.findings.length);
}
