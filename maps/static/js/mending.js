// Mending with consent: what would move is shown before, done when said so, and can be undone.

import { element } from "./element.js";
import { help } from "./keys.js";
import { number } from "./notation.js";
import { send } from "./request.js";
import { address, fetchJson } from "./service.js";
import { gridName, mendable } from "./sentence.js";
import { t } from "./words.js";

const PATIENCE_MS = 250;
const MOST_MOVES = 4;
const LEAST_M2 = 0.01;
// Whatever can be mended without moving a border further than is allowed.
const ALL = { fixes: ["all"] };
const FORMATS = [["xlsx", "Excel"], ["csv", "CSV"], ["geojson", "GeoJSON"], ["gpkg", "GeoPackage"]];

export class Mending {
  constructor(desk, stage, failed) {
    this.desk = desk;
    this.stage = stage;
    this.failed = failed;
    this.looking = new AbortController();
    this.offered = null;
  }

  /** Undo, redo, mend all that needs no person, and the findings as a file. */
  bar(draft) {
    const last = Math.max(0, ...(draft.steps ?? []).map((step) => step.number));
    const automatic = this.desk.findings.filter((finding) => finding.automatic && mendable(finding));
    this.offered = element("div", { class: "offer", "aria-live": "polite", hidden: true });
    return element("div", { class: "mending" },
      element("div", { class: "row" },
        button("mend.undo", "↶", () => this.turn("undo"), draft.step > 0),
        button("mend.redo", "↷", () => this.turn("redo"), draft.step < last),
        element("span", { class: "quiet grow" }, draft.step > 0 ? t("mend.step", { step: draft.step }) : ""),
        button("keys.title", "?", help, true),
        downloads(this.desk)),
      automatic.length
        ? element("button", { type: "button", class: "main wide-button", onclick: () => this.offer(automatic, t("mend.automatic"), ALL) }, t("mend.all_automatic", { count: number(automatic.length) }))
        : null,
      this.offered);
  }

  /** Tell and draw what mending one finding would move. */
  look(finding, place) {
    this.forget();
    const { signal } = this.looking;
    place.textContent = t("mend.looking");
    setTimeout(async () => {
      if (signal.aborted) return;
      try {
        place.textContent = movedText(await this.draw(chosen([finding]), signal));
      } catch (error) {
        if (error.name !== "AbortError") place.textContent = error.message;
      }
    }, PATIENCE_MS);
  }

  /** Show what mending several findings would move, and wait for a yes. */
  async offer(findings, title, body = chosen(findings)) {
    this.forget();
    const place = this.offered;
    place.hidden = false;
    place.replaceChildren(element("p", {}, t("mend.looking")));
    place.scrollIntoView({ block: "nearest" });
    try {
      const answer = await this.preview(body, this.looking.signal);
      const close = () => {
        this.forget();
        place.hidden = true;
      };
      place.replaceChildren(...[
        element("h3", {}, t("mend.offer", { title, count: number(findings.length) })),
        element("p", {}, movedText(answer)),
        typeof answer.left === "number" ? element("p", { class: "quiet" }, t("mend.left", { count: number(answer.left) })) : null,
        element("div", { class: "row" },
          element("button", { type: "button", class: "main", onclick: () => this.apply(body) }, t("mend.apply_all", { count: number(findings.length) })),
          element("button", { type: "button", onclick: close }, t("mend.not"))),
      ].filter(Boolean));
      place.querySelector("button").focus({ preventScroll: true });
      if (this.shown.features.length) this.stage.chart.frame(this.shown, { maxZoom: 18 });
    } catch (error) {
      place.hidden = true;
      this.failed(error, () => this.offer(findings, title, body));
    }
  }

  async preview(body, signal) {
    const [answer] = await Promise.all([
      send("POST", this.desk.path("mend"), { body: this.seen(body), parameters: { preview: true }, signal }),
      this.draw(body, signal),
    ]);
    return answer.job ? this.desk.settle(answer) : answer;
  }

  /** Draw the ground that would change hands, and return how much that is. */
  async draw(body, signal) {
    const collection = await fetchJson(`${this.desk.path("moves")}.geojson`, this.seen(body), signal);
    if (!signal.aborted) this.stage.showMoves(collection);
    this.shown = collection;
    const moves = collection.features.map(({ properties }) => ({ grid: properties.grid, area_moved_m2: properties.area_m2, sign: properties.kind === "lost" ? "−" : "+" }));
    // Ground that goes from one grid to another is gained and lost; of an overlap it is only lost.
    const sums = ["+", "−"].map((sign) => moves.filter((one) => one.sign === sign).reduce((sum, one) => sum + one.area_moved_m2, 0));
    return { moves, area_moved_m2: Math.max(...sums) };
  }

  /** Mend what was chosen as one step; false where it failed. */
  async apply(body) {
    this.forget();
    try {
      const answer = await this.desk.act("POST", "mend", { body: this.seen(body) });
      await this.desk.refresh();
      this.desk.tell("done", t("mend.done", { moved: movedText(answer).replace(/[.。]$/, ""), count: number(this.desk.findings.length) }));
      return true;
    } catch (error) {
      this.failed(error, () => this.apply(body));
      return false;
    }
  }

  /** Undo or redo a step. */
  async turn(way) {
    this.forget();
    try {
      await this.desk.act("POST", way, { body: { step: this.desk.draft.step } });
      await this.desk.refresh();
      this.desk.tell("done", t(`mend.${way}_done`, { step: this.desk.draft.step }));
    } catch (error) {
      this.failed(error, () => this.turn(way));
    }
  }

  /** A choice with the step that it was made on, so that nobody mends what he has not seen. */
  seen(body) {
    return { ...body, step: this.desk.draft.step };
  }

  forget() {
    this.looking.abort();
    this.looking = new AbortController();
    this.stage.showMoves(null);
  }
}

/** Single findings, as a person chose them. */
export function chosen(findings) {
  return { findings: findings.map((finding) => finding.id) };
}

function movedText(answer) {
  // Corners that move by less than can be seen move with every edge that is made one.
  const moves = (answer.moves ?? []).filter((move) => move.area_moved_m2 >= LEAST_M2)
    .sort((a, b) => b.area_moved_m2 - a.area_moved_m2);
  if (!moves.length) return t(answer.moves?.length ? "mend.moves_little" : "mend.moves_nothing");
  // A single grid whose gain or loss is not told has moved all of it.
  const amountOf = (move) => (move.sign || moves.length > 1 ? ` ${move.sign ?? ""}${amount(move.area_moved_m2)}` : "");
  const named = moves.slice(0, MOST_MOVES).map((move) => gridName(move.grid) + amountOf(move));
  const more = moves.length > MOST_MOVES ? t("finding.more_grids", { count: number(moves.length - MOST_MOVES) }) : "";
  return t("mend.moves", { area: amount(answer.area_moved_m2), grids: named.join(t("unit.and")) + more });
}

function amount(squareMetres) {
  if (squareMetres < LEAST_M2) return t("finding.tiny", { unit: "m²" });
  return `${number(squareMetres, squareMetres >= 100 ? 0 : 2)} m²`;
}

function button(key, sign, act, possible) {
  return element("button", { type: "button", class: "icon", onclick: act, disabled: !possible, title: t(key), "aria-label": t(key), "data-act": key.split(".")[1] }, sign);
}

function downloads(desk) {
  return element("details", { class: "menu" },
    element("summary", {}, t("finding.download")),
    element("ul", {}, ...FORMATS.map(([suffix, title]) =>
      element("li", {}, element("a", { href: address(`${desk.path("findings")}.${suffix}`), download: "" }, title)))));
}
