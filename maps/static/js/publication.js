// Publishing a draft as of a day: what it stands on, what it retires, and one question before it is done.

import { rowTally } from "./comparison.js";
import { confirm } from "./dialog.js";
import { nameOf } from "./drafts.js";
import { element } from "./element.js";
import { day, number } from "./notation.js";
import { forget, intention, send } from "./request.js";
import { headline, reportOf, rowTable } from "./report.js";
import { titleOf } from "./sentence.js";
import { address } from "./service.js";
import { facts, known, t } from "./words.js";

const LISTED = ["grids", "enterprises", "stations", "organisations"];

export class Publication {
  constructor(desk, comparison, releases) {
    this.desk = desk;
    this.comparison = comparison;
    this.releases = releases;
    this.bases = new Map();
    this.place = document.getElementById("publication");
    desk.on("step", () => this.draw());
    desk.on("comparison", () => this.fillAbsent());
  }

  draw() {
    const { draft } = this.desk;
    if (!draft) return this.say(t("desk.no_draft"));
    if (draft.state === "published") return undefined;
    if (draft.state !== "open") return this.say(draft.state === "choosing" ? t("finding.choose") : t(`draft.state_${draft.state}`));
    this.place.replaceChildren(...[
      this.comparison.divided ? element("p", {}, this.baseOf(draft) === null ? t("publication.first") : t("publication.base", { release: this.baseOf(draft) })) : null,
      element("div", { class: "rows-place" }),
      this.form(),
    ].filter(Boolean));
    this.fillAbsent();
    return undefined;
  }

  say(text) {
    this.place.replaceChildren(element("p", { class: "quiet empty-pane" }, text));
  }

  form() {
    const form = element("form", { id: "publish" },
      this.since(),
      element("label", { class: "field" }, t("publication.note"), element("textarea", { name: "note", rows: 3, maxlength: 500, placeholder: t("publication.note_hint") })),
      this.errors(),
      element("div", { class: "absent-place" }),
      element("p", { class: "fault", role: "alert", hidden: true }),
      element("button", { type: "submit", class: "main wide-button", disabled: true }, t("publication.publish")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.publish(form);
    });
    const renew = () => {
      const open = [...form.querySelectorAll("[name=accept]")].some((box) => !box.checked);
      form.querySelector("button[type=submit]").disabled = open;
    };
    form.addEventListener("change", (event) => {
      renew();
      if (["since", "retire"].includes(event.target.name)) this.comparison.ask(termsOf(form));
    });
    renew();
    return form;
  }

  /** The first day: today, or for the first release any day and by default always. */
  since() {
    const divided = this.comparison.divided;
    if (!divided) return null;
    const first = this.baseOf(this.desk.draft) === null;
    return element("label", { class: "field" }, t("publication.since"),
      element("input", { type: "date", name: "since", value: first ? "" : today(), "data-usual": first ? "" : today(), required: !first }),
      first ? element("span", { class: "quiet" }, t("publication.since_hint")) : null);
  }

  /** The errors that are left, by kind: each is mended, or accepted by a person. */
  errors() {
    const counts = new Map();
    for (const { code, severity } of this.desk.findings) {
      if (severity === "error") counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    if (!counts.size) return null;
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return element("fieldset", { class: "absent lacking" }, element("legend", {}, t("publication.errors", { count: number(total) })),
      element("p", { class: "quiet" }, t("publication.errors_hint")),
      ...[...counts].map(([code, count]) => element("label", { class: "check" }, element("input", { type: "checkbox", name: "accept", value: code }),
        element("span", {}, t("publication.accept", { title: titleOf(code), count: number(count) })))));
  }

  /** Show the absent grids once they are known; what a person has ticked since stays. */
  fillAbsent() {
    this.fillRows();
    const place = this.place.querySelector(".absent-place");
    const codes = this.missing().map((one) => one.code).join();
    // Those that a person has ticked stay in the list, to be taken back.
    if (!place || place.dataset.codes === codes || this.comparison.terms.retire) return;
    place.dataset.codes = codes;
    place.replaceChildren(...[this.absent()].filter(Boolean));
  }

  /** What will become of the rows of other kinds, once it is known. */
  fillRows() {
    const { answer, divided } = this.comparison;
    const place = this.place.querySelector(".rows-place");
    if (!place || !answer) return;
    if (divided) place.replaceChildren(...[answer.refused ? element("p", { class: "fault" }, t("publication.refused", { count: number(answer.refused) })) : null].filter(Boolean));
    else place.replaceChildren(element("p", {}, t("change.no_boundaries")), rowTally(answer.counts), ...rowTable("report.remarks_before", answer.told));
  }

  /** The grids that stand today and are not in the draft: they stay, unless a person ticks them. */
  absent() {
    const absent = this.missing();
    if (!absent.length) return null;
    const boxes = absent.map((one) => element("label", { class: "check" }, element("input", { type: "checkbox", name: "retire", value: one.code }),
      element("span", {}, one.code, element("span", { class: "quiet" }, one.name ? ` ${one.name}` : ""))));
    const all = element("button", { type: "button", onclick: () => {
      for (const label of boxes) label.querySelector("input").checked = true;
      this.comparison.ask(termsOf(document.getElementById("publish")));
    } }, t("publication.retire_all"));
    return element("fieldset", { class: "absent" }, element("legend", {}, t("publication.absent", { count: number(absent.length) })),
      element("p", { class: "quiet" }, t("publication.absent_hint")), ...boxes, absent.length > 3 ? all : null);
  }

  missing() {
    const answer = this.comparison.answer;
    return (answer?.absent ?? []).map((one) => (typeof one === "string" ? { code: one } : one));
  }

  /** Compare on the terms of the form, which waits and says so. */
  async compared(form) {
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    button.textContent = t("change.comparing");
    await this.comparison.ask(termsOf(form));
    button.textContent = t("publication.publish");
    button.disabled = false;
  }

  async publish(form) {
    const { draft } = this.desk;
    const accept = [...form.querySelectorAll("[name=accept]:checked")].map((box) => box.value);
    const { retire = [], since = null } = termsOf(form);
    const from = form.elements.since?.value;
    // What is asked must be what is shown: the comparison with these very terms.
    await this.compared(form);
    const counts = Object.entries(this.comparison.answer?.counts ?? {}).filter(([, count]) => count);
    const what = counts.map(([change, count]) => known(`change.count_${change}`, "", { count: number(count) })).filter(Boolean);
    const yes = await confirm(t("publication.title"), [
      this.sentence(draft, from, what.join(t("unit.and")) || t("change.none")),
      moved(this.comparison.answer?.moving),
      this.comparison.answer?.told?.length ? t("publication.look_at_remarks", { count: number(this.comparison.answer.told.length) }) : null,
      this.comparison.divided ? t("publication.can_be_undone") : null,
    ].filter(Boolean), t("publication.yes"));
    if (!yes) return;
    await this.send(form, { since, base: this.baseOf(draft), note: form.elements.note.value.trim(), retire, accept, step: draft.step }, from);
  }

  /** What will happen, in one sentence. */
  sentence(draft, since, what) {
    const name = nameOf(draft);
    if (!this.comparison.divided) return t("publication.sentence_load", { name, what });
    return since ? t("publication.sentence", { name, day: since, what }) : t("publication.sentence_always", { name, what });
  }

  /** Publish once, however often the same is sent. */
  async send(form, body, from) {
    const { draft } = this.desk;
    const name = `publish:${draft.id}:${draft.step}:${JSON.stringify(body)}`;
    const fault = form.querySelector(".fault");
    const buttons = form.querySelectorAll("button");
    for (const one of buttons) one.disabled = true;
    fault.hidden = true;
    try {
      const first = await send("POST", this.desk.path("publish"), { body, headers: { "Idempotency-Key": intention(name) } });
      const answer = first.job ? await this.desk.settle(first) : first;
      forget(name);
      await this.published(draft, answer, from);
    } catch (error) {
      for (const one of buttons) one.disabled = false;
      fault.hidden = false;
      fault.replaceChildren(error.details?.reason === "published-between" ? t("publication.conflict", { ...error.details, at: clock(error.details.at), base: error.details.base ?? "–" }) : error.message);
      if (error.code === "conflict-error") {
        forget(name);
        fault.append(element("button", { type: "button", onclick: () => this.again(draft, error.details?.current) }, t("publication.again")));
      } else {
        fault.append(element("button", { type: "button", onclick: () => this.send(form, body, from) }, t("state.again")));
      }
    }
  }

  /** Somebody published in between: compare with what stands now, and publish on top of that. */
  async again(draft, current) {
    if (current !== undefined) this.bases.set(draft.id, current);
    this.draw();
    this.comparison.reset();
    await this.comparison.read();
  }

  /** The release that a draft is published on top of. */
  baseOf(draft) {
    return this.bases.get(draft.id) ?? draft.base ?? null;
  }

  /** Go back to what stood before; what was published is no more what is told of. */
  async takeBack(before) {
    const release = await this.releases.takeBack(before);
    if (release === null) return;
    this.place.replaceChildren(element("h2", { tabindex: "-1" }, t("releases.restored", { number: before, release })),
      element("p", {}, t("releases.restore_kept")));
    this.place.firstChild.focus();
  }

  async published(draft, answer, since) {
    const { release } = answer;
    const name = nameOf(draft);
    await this.desk.choose(null);
    await Promise.all([this.desk.list(), this.releases.read()]).catch((error) => this.desk.tell("failure", error));
    const numbered = release !== null && release !== undefined;
    // What stands already makes no release, and there is nothing to be taken back.
    const same = numbered && release === this.baseOf(draft);
    const drawn = numbered && !same;
    const report = { kind: draft.kind, refused: [], remarks: [], ...answer };
    this.place.replaceChildren(...[
      element("h2", { tabindex: "-1", id: "published" }, drawn ? t("publication.done", { release }) : same ? t("publication.same", { release }) : headline(report)),
      same ? null : element("p", {}, drawn && since ? t("publication.done_text", { name, day: since }) : t("publication.loaded_text", { name })),
      element("div", { class: "links" },
        element("a", { class: "button", href: address("/maps/coverage") }, t("publication.to_map")),
        LISTED.includes(draft.kind) ? element("a", { class: "button", href: address(`/lists/${draft.kind}`) }, t("publication.to_list")) : null,
        drawn ? element("button", { type: "button", onclick: () => this.takeBack(this.baseOf(draft)) }, t("publication.take_back")) : null),
      reportOf(report),
    ].filter(Boolean));
    document.getElementById("published").focus();
    this.desk.tell("published", release);
  }
}

function moved(moving) {
  if (!moving || !(moving.enterprises || moving.stations)) return null;
  return t("publication.moving", { enterprises: number(moving.enterprises ?? 0), stations: number(moving.stations ?? 0), workers: number(moving.workers ?? 0) });
}

/** The first day and the grids to be retired, as the form says; nothing where it says what is usual. */
function termsOf(form) {
  const retire = [...form.querySelectorAll("[name=retire]:checked")].map((box) => box.value);
  const { value = "", dataset = { usual: "" } } = form.elements.since ?? {};
  return { ...(value !== dataset.usual ? { since: value } : {}), ...(retire.length ? { retire } : {}) };
}

function clock(instant) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: facts.timeZone, dateStyle: "short", timeStyle: "short" }).format(new Date(instant));
}

/** The civil day that it is in the zone. */
export function today() {
  return day(new Date().toISOString());
}
