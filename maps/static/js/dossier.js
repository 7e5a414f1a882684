// What a draft's file was found to be, how that is known, and what a person can say of it instead.

import { drawCandidates } from "./candidates.js";
import { confirm } from "./dialog.js";
import { nameOf } from "./drafts.js";
import { breakable, element, pairs } from "./element.js";
import { labelled, levels, select } from "./files.js";
import { number } from "./notation.js";
import { sentenceOf } from "./service.js";
import { SYSTEMS, titleOf } from "./systems.js";
import { facts, known, t } from "./words.js";

const ENCODINGS = ["utf-8", "gb18030", "big5", "utf-16", "iso-8859-1"];

export class Dossier {
  constructor(desk, stage, failed) {
    this.desk = desk;
    this.stage = stage;
    this.failed = failed;
    this.place = document.getElementById("dossier");
    desk.on("draft", () => this.draw());
  }

  draw() {
    const { draft } = this.desk;
    this.place.hidden = draft === null || draft.state === "reading";
    this.stage.showCandidate(null);
    if (this.place.hidden) return;
    const choosing = draft.state === "choosing";
    this.place.replaceChildren(...[
      element("h2", {}, t("dossier.title")),
      choosing ? element("p", { class: "ask" }, t(draft.facts?.format ? "dossier.choose" : "dossier.choose_reading")) : null,
      choosing && draft.error ? element("p", { class: "fault" }, sentenceOf(draft.error)) : null,
      ...(draft.facts?.format ? this.parts(draft, choosing) : [choosing ? this.readAs(draft.said?.encoding) : null]),
      element("div", { class: "row" }, element("button", { type: "button", onclick: () => this.discard() }, t("draft.discard"))),
    ].filter(Boolean));
    if (choosing) this.place.scrollIntoView({ block: "nearest" });
  }

  parts(draft, choosing) {
    const found = draft.facts;
    const sent = found.format !== "drawing";
    return [
      pairs([
        [t("dossier.format"), breakable([known(`format.${found.format}`, found.format), found.entry, found.layer].filter(Boolean).join(" · "))],
        [t("dossier.features"), typeof found.features === "number" ? number(found.features) : null],
        [t("dossier.remembered"), found.remembered ? t("dossier.remembered_text") : null],
      ]),
      found.layers?.length > 1 ? this.layer(draft) : null,
      sent ? this.system(draft, choosing) : null,
      found.encoding?.name ? this.encoding(draft) : null,
      found.fields?.length ? this.fields(draft) : null,
      sent && draft.kind === "grids" ? this.about(draft) : null,
    ];
  }

  /** The coordinate system: how it is known, what else it may be, and any other that a person names. */
  system(draft, choosing) {
    const crs = draft.facts.crs;
    const many = draft.candidates?.length > 1;
    const form = element("form", { class: "row", onsubmit: (event) => this.sayForm(event) },
      element("input", { name: "crs", list: "systems", value: draft.said?.crs ?? "", placeholder: t("dossier.other_system"), "aria-label": t("dossier.system"), autocomplete: "off" }),
      element("datalist", { id: "systems" }, ...SYSTEMS.map(([value, title]) => element("option", { value }, title))),
      element("button", { type: "submit" }, t("dossier.say")));
    return section(t("dossier.system"), crs?.label ? titleOf(crs.label) : t("dossier.unknown"), choosing || !crs?.label, [
      crs?.how ? element("p", { class: "quiet" }, howOf(draft.said?.crs ? "said" : crs.how)) : null,
      many ? element("p", {}, t("candidate.ask")) : null,
      draft.candidates?.length ? drawCandidates(this.desk, this.stage, (said) => this.say(said)) : null,
      form,
    ]);
  }

  /** Which of the file's layers is read; unasked it is that which fits best. */
  layer(draft) {
    const told = ({ name, features }) => (typeof features === "number" ? t("dossier.layer_told", { name, features: number(features) }) : name);
    const options = [["", t("dossier.layer_all")], ...draft.facts.layers.map((one) => [one.name, told(one)])];
    return labelled(t("dossier.layer"), select("layer", options, draft.said?.layer ?? "", {
      onchange: (event) => this.say({ layer: event.target.value || null }),
    }));
  }

  encoding(draft) {
    const { name, how, samples } = draft.facts.encoding;
    return section(t("dossier.encoding"), (name ?? "").toUpperCase(), false, [
      how ? element("p", { class: "quiet" }, howOf(how)) : null,
      samples?.length ? element("ul", { class: "samples" }, ...samples.map((sample) => element("li", {}, sample))) : null,
      this.readAs(name),
    ]);
  }

  /** A file that is not understood may only be written in letters of another kind. */
  readAs(name) {
    const names = !name ? [["", t("dossier.encoding_unsaid")], ...ENCODINGS] : ENCODINGS.includes(name) ? ENCODINGS : [name, ...ENCODINGS];
    const options = names.map((one) => (Array.isArray(one) ? one : [one, one.toUpperCase()]));
    return labelled(t("dossier.read_as"), select("encoding", options, name ?? "", {
      onchange: (event) => event.target.value && this.say({ encoding: event.target.value }),
    }));
  }

  /** Which of the file's headers is read into which column of ours, with values to see it by. */
  fields(draft) {
    const columns = facts.desk.columns[draft.kind] ?? [];
    const options = [["", t("dossier.not_used")], ...columns.map((name) => [name, known(`column.${name}`, name)])];
    const rows = draft.facts.fields.map((field) => element("tr", {},
      element("th", { scope: "row" }, field.header, element("span", { class: "quiet" }, (field.samples ?? []).slice(0, 2).join(t("unit.and")))),
      element("td", {}, select("column", options, field.column ?? "", {
        "aria-label": t("dossier.meaning", { header: field.header }),
        onchange: (event) => this.map(field, event.target.value),
      }))));
    const used = draft.facts.fields.filter((field) => field.column).length;
    return section(t("dossier.fields"), t("dossier.fields_used", { used, all: rows.length }), false, [
      element("table", { class: "fields" },
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, t("dossier.header")), element("th", { scope: "col" }, t("dossier.column")))),
        element("tbody", {}, ...rows)),
    ]);
  }

  map(field, column) {
    const fields = Object.fromEntries(this.desk.draft.facts.fields.filter((one) => one.column).map((one) => [one.column, one.header]));
    for (const [name, header] of Object.entries(fields)) if (header === field.header) delete fields[name];
    if (column) fields[column] = field.header;
    this.say({ fields });
  }

  about(draft) {
    const chosen = `${draft.basis}/${draft.level}`;
    return labelled(t("desk.level"), select("level", levels(), chosen, {
      onchange: (event) => {
        const [basis, level] = event.target.value.split("/");
        this.say({ basis, level });
      },
    }));
  }

  sayForm(event) {
    event.preventDefault();
    const crs = event.target.elements.crs.value.trim();
    if (crs) this.say({ crs });
  }

  /** Say something of the file; it is read again, and the page goes on when that is done. */
  async say(said) {
    this.wait(true);
    try {
      const answer = await this.desk.act("PATCH", "", { body: said });
      if (answer.id) this.desk.tell("draft", answer);
      await this.desk.refresh();
    } catch (error) {
      this.wait(false);
      this.failed(error, () => this.say(said));
    }
  }

  /** While the file is read again nothing else is said of it. */
  wait(busy) {
    for (const one of this.place.querySelectorAll("button, select, input")) one.disabled = busy;
    this.place.querySelector(".again")?.remove();
    if (!busy) return;
    const line = element("p", { class: "again quiet", role: "status" }, t("dossier.again"), element("progress", { "aria-label": t("job.progress") }));
    this.place.firstChild.after(line);
    line.scrollIntoView({ block: "nearest" });
  }

  async discard() {
    const name = nameOf(this.desk.draft);
    if (!(await confirm(t("draft.discard"), [t("draft.discard_sentence", { name })], t("draft.discard")))) return;
    try {
      await this.desk.act("DELETE", "");
      await this.desk.choose(null);
      await this.desk.list();
    } catch (error) {
      this.failed(error, () => this.discard());
    }
  }
}

function howOf(how) {
  const name = how.replaceAll(" ", "_");
  return known(`dossier.how_${name}`, how);
}

function section(title, value, open, children) {
  return element("details", { class: "fact", open },
    element("summary", {}, element("span", { class: "name" }, title), element("span", { class: "value" }, value)), ...children);
}
