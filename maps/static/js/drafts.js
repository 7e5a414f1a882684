// The list of open drafts, each with its state in an icon and a word, and the jobs that run on them.

import { breakable, element } from "./element.js";
import { cancel } from "./job.js";
import { day } from "./notation.js";
import { sentenceOf } from "./service.js";
import { facts, known, t } from "./words.js";

const SIGNS = { reading: "…", choosing: "?", open: "✎", refused: "×", published: "✓", discarded: "–" };

/** What a draft is: its state, or that its faults must be mended before it can be published. */
export function stateOf(draft) {
  if (draft.state !== "open") return draft.state;
  return draft.ok ? "ready" : "faulty";
}

/** A draft's name: that of its file, or that it is drawn. */
export function nameOf(draft) {
  return draft.facts?.format === "drawing" || !draft.name ? t("draft.drawn_name") : draft.name;
}

function signOf(state) {
  return { ready: "✓", faulty: "!" }[state] ?? SIGNS[state] ?? "•";
}

export class DraftList {
  constructor(desk, failed) {
    this.desk = desk;
    this.failed = failed;
    this.place = document.getElementById("drafts");
    desk.on("drafts", () => this.draw());
    desk.on("draft", () => this.mark());
    desk.on("job", ({ id, job }) => this.progress(id, job));
  }

  draw() {
    const { drafts } = this.desk;
    const held = this.place.contains(document.activeElement) ? document.activeElement.closest("[data-draft]")?.dataset.draft : null;
    this.place.setAttribute("aria-busy", "false");
    this.place.replaceChildren(...drafts.map((draft) => this.item(draft)));
    if (!drafts.length) this.place.append(element("li", { class: "quiet nothing" }, t("draft.none")));
    document.getElementById("offices").replaceChildren(
      ...[...new Set(drafts.map((draft) => draft.source))].filter(Boolean).map((value) => element("option", { value })));
    this.mark();
    if (held) this.place.querySelector(`[data-draft="${held}"] button`)?.focus();
  }

  item(draft) {
    const state = stateOf(draft);
    const level = facts.desk.levels.find((one) => one.name === draft.level && one.basis === draft.basis);
    const about = [draft.kind === "grids" && level ? level.title : known(`kind.${draft.kind}`, draft.kind), draft.source, day(draft.created_at).replaceAll("-", "\u2011")];
    return element("li", { "data-draft": draft.id, class: `draft ${state}` },
      element("button", { type: "button", onclick: () => this.choose(draft.id) },
        element("span", { class: "sign", "aria-hidden": "true" }, signOf(state)),
        element("span", { class: "what" },
          element("strong", {}, breakable(nameOf(draft))),
          element("span", { class: "quiet" }, about.filter(Boolean).join(" · ")),
          element("span", { class: "state" }, t(`draft.state_${state}`)))),
      element("div", { class: "job", hidden: true }),
      element("p", { class: "fault", hidden: !draft.error }, draft.error ? sentenceOf(draft.error) : ""));
  }

  async choose(id) {
    try {
      await this.desk.choose(id);
    } catch (error) {
      this.failed(error, () => this.choose(id));
    }
  }

  mark() {
    for (const item of this.place.querySelectorAll("[data-draft]")) {
      const chosen = Number(item.dataset.draft) === this.desk.draft?.id;
      item.classList.toggle("chosen", chosen);
      item.querySelector("button").setAttribute("aria-pressed", String(chosen));
    }
  }

  progress(id, job) {
    const place = this.place.querySelector(`[data-draft="${id}"] .job`);
    if (!place) return;
    const runs = job && ["queued", "running"].includes(job.state);
    place.hidden = !runs;
    if (!runs) return;
    if (!place.firstChild) {
      place.append(
        element("progress", { max: 1, "aria-label": t("job.progress") }),
        element("span", { class: "quiet", "aria-live": "polite" }),
        element("button", { type: "button", onclick: () => cancel(job).catch((error) => this.failed(error)) }, t("job.cancel")));
    }
    const bar = place.querySelector("progress");
    if (job.fraction > 0) bar.value = job.fraction;
    else bar.removeAttribute("value");
    place.querySelector("span").textContent = job.unreachable ? t("job.unreachable") : progressOf(job);
    place.querySelector("button").disabled = Boolean(job.stopping);
  }
}

/** What a job is at: its own words where the reader's language has them. */
function progressOf(job) {
  if (job.stopping) return t("job.stopping");
  const own = facts.language === "en" ? job.message : "";
  return known(`job.${job.message || job.state}`, own || t(`job.${job.state}`));
}
