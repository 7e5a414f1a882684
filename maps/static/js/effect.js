// What the plan in hand brings: asked for while it changes, the figures and their change shown.

import { parameters } from "./controls.js";
import { element } from "./element.js";
import { amount, bare } from "./figures.js";
import { number, percent } from "./notation.js";
import { send } from "./request.js";
import { t } from "./words.js";

const PARTS = ["covered", "out_of_reach", "outside", "no_location"];

export class Effects {
  /** `shown(effect, final)` is called with each answer, `failed(error)` where there is none. */
  constructor(shown, failed) {
    this.shown = shown;
    this.failed = failed;
    this.wanted = null;
    this.busy = false;
  }

  /** Ask; while an answer is on its way only the last question waits for the next turn. */
  async ask(edits, choice, final) {
    this.wanted = { edits, choice, final, since: performance.now() };
    if (this.busy) return;
    this.busy = true;
    while (this.wanted) {
      const { edits: now, choice: how, final: last, since } = this.wanted;
      this.wanted = null;
      try {
        const effect = await send("POST", "scenarios/effect", { body: { edits: now }, parameters: parameters(how) });
        this.shown(effect, last && !this.wanted);
        performance.measure("what-if answer", { start: since });
      } catch (error) {
        if (!this.wanted) this.failed(error);
      }
    }
    this.busy = false;
  }
}

/** Fill the figures with what is reached afterwards, and how much more or less that is. */
export function showFigures({ before, after }) {
  for (const place of document.querySelectorAll("[data-figure]")) {
    const name = place.dataset.figure;
    const rows = after[name];
    place.setAttribute("aria-busy", "false");
    const [share, bar, counts] = place.querySelectorAll(".share, .bar, .counts");
    share.textContent = rows ? percent(rows.covered, rows.total) : t("figure.none");
    bar.replaceChildren(...(rows ? PARTS.filter((part) => rows[part] > 0).map((part) => {
      const segment = element("span", { class: part });
      segment.style.width = `${(100 * rows[part]) / rows.total}%`;
      return segment;
    }) : []));
    if (!rows) {
      counts.replaceChildren(t(`figure.none_${name}`));
      continue;
    }
    const more = rows.covered - before[name].covered;
    counts.replaceChildren(
      element("span", {}, t("figure.of", { covered: bare(name, rows.covered), total: amount(name, rows.total) })),
      element("strong", { class: `delta ${more < 0 ? "less" : more > 0 ? "more" : ""}` }, t("whatif.delta", { delta: signed(name, more) })));
  }
}

/** Say who gains and who loses; each opens into its list by `opened(side)`. */
export function showSides(place, { gained, lost }, opened) {
  const line = (side, counts) => {
    const words = counts.workers === null
      ? t(`whatif.${side}_enterprises`, { enterprises: number(counts.enterprises) })
      : t(`whatif.${side}`, { enterprises: number(counts.enterprises), workers: number(counts.workers) });
    const outside = counts.outside ? t("whatif.outside", { count: number(counts.outside) }) : "";
    return element("p", { class: `side-line ${side}` }, element("span", { class: `swatch ${side}` }),
      element("span", {}, counts.enterprises ? element("button", { type: "button", class: "link", onclick: () => opened(side) }, words) : words,
        outside ? element("small", { class: "quiet" }, outside) : null));
  };
  place.replaceChildren(line("gained", gained), line("lost", lost));
}

/** Say how much of the demand in reach finds room, where stations say what they can serve; who overflows is `opened()`. */
export function showRoom(place, room, nameOf, opened) {
  place.hidden = !room;
  if (!room) return;
  const { of, before, after } = room;
  const line = (part, list) => element("p", { class: `room-line ${part}` },
    element(list && after[part] ? "button" : "span", list && after[part] ? { type: "button", class: "link", onclick: opened } : {}, t(`whatif.${part}_${of}`, { count: number(after[part]) })),
    change(of, after[part] - before[part], part !== "served"));
  const full = after.full.map((one) => element("li", {}, t("whatif.full_line", { name: nameOf(one.id), capacity: number(one.capacity) })));
  place.replaceChildren(
    element("h3", {}, t("whatif.room")), line("served"), line("elsewhere", true), line("unserved", true),
    element("details", {}, element("summary", {}, t("whatif.full", { count: number(full.length) })), element("ul", { class: "plain-list" }, ...full)));
}

function change(name, more, fewerIsBetter) {
  const good = fewerIsBetter ? more < 0 : more > 0;
  return element("strong", { class: `delta ${more ? (good ? "more" : "less") : ""}` }, signed(name, more));
}

/** Write a change with its sign; nothing is ±0. */
export function signed(name, value) {
  if (!value) return "±0";
  return `${value < 0 ? "−" : "+"}${bare(name, Math.abs(value))}`;
}
