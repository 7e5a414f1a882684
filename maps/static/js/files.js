// The files that wait to be sent: dropped or chosen, each with what it holds, its office and its level.

import { breakable, element } from "./element.js";
import { guess } from "./guess.js";
import { sendForm } from "./request.js";
import { facts, t } from "./words.js";

const LEVELLED = ["grids"];
const OFFICE = "gridcircle:office";

export class Files {
  /** `sent(answer)` is called with the draft and the job of each file that was sent. */
  constructor(sent) {
    this.sent = sent;
    this.list = document.getElementById("waiting");
    this.offices = new Set();
    const [input, zone] = ["file", "drop"].map((id) => document.getElementById(id));
    input.addEventListener("change", () => {
      this.take([...input.files]);
      input.value = "";
    });
    this.wireDrop(zone);
  }

  /** The whole page takes a file that is dropped; the zone shows it. */
  wireDrop(zone) {
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      zone.classList.add("over");
    });
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) zone.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      zone.classList.remove("over");
      this.take([...event.dataTransfer.files]);
    });
  }

  async take(files) {
    const first = this.list.children.length;
    for (const file of files) this.list.append(this.card(file, await guess(file)));
    this.list.children[first]?.scrollIntoView({ block: "nearest" });
    this.list.children[first]?.querySelector("button.main").focus({ preventScroll: true });
  }

  card(file, guessed) {
    const form = element("form", {},
      element("strong", {}, breakable(file.name)),
      labelled(t("desk.kind"), select("kind", facts.desk.kinds.map((kind) => [kind, t(`kind.${kind}`)]), guessed.kind)),
      labelled(t("desk.level"), select("level", levels(), guessed.level)),
      labelled(t("files.office"), element("input", {
        name: "source", list: "offices", value: localStorage.getItem(OFFICE) ?? "", placeholder: t("files.office_hint"), maxlength: 80, autocomplete: "off",
      })),
      element("p", { class: "fault", role: "alert", hidden: true }),
      element("progress", { max: 1, value: 0, hidden: true }),
      element("div", { class: "row" },
        element("button", { type: "submit", class: "main" }, t("files.check")),
        element("button", { type: "button", onclick: () => card.remove() }, t("files.leave"))));
    const card = element("li", { class: "card-box" }, form);
    const showLevel = () => {
      form.elements.level.closest("label").hidden = !LEVELLED.includes(form.elements.kind.value);
    };
    form.elements.kind.addEventListener("change", showLevel);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(file, form, card);
    });
    showLevel();
    return card;
  }

  async send(file, form, card) {
    const [bar, fault] = [form.querySelector("progress"), form.querySelector(".fault")];
    const data = new FormData();
    data.append("file", file);
    const { kind, level, source } = form.elements;
    data.append("kind", kind.value);
    if (LEVELLED.includes(kind.value)) {
      const [basis, name] = level.value.split("/");
      data.append("basis", basis);
      data.append("level", name);
    }
    if (source.value.trim()) data.append("source", source.value.trim());
    localStorage.setItem(OFFICE, source.value.trim());
    this.busy(form, true);
    bar.hidden = false;
    fault.hidden = true;
    try {
      const answer = await sendForm("drafts", data, (fraction) => {
        if (fraction === null || fraction >= 1) bar.removeAttribute("value");
        else bar.value = fraction;
      });
      card.remove();
      this.sent(answer);
    } catch (error) {
      fault.textContent = error.message;
      fault.hidden = false;
      this.busy(form, false);
      bar.hidden = true;
    }
  }

  busy(form, sending) {
    for (const one of form.elements) one.disabled = sending;
  }
}

/** The levels that a file can hold, as choices. */
export function levels() {
  return facts.desk.levels.filter((one) => one.geometry).map((one) => [`${one.basis}/${one.name}`, one.title]);
}

export function labelled(text, field) {
  return element("label", { class: "field" }, text, field);
}

/** Make a choice of [value, title] pairs. */
export function select(name, options, chosen, attributes = {}) {
  return element("select", { name, ...attributes },
    ...options.map(([value, title]) => element("option", { value, selected: value === chosen }, title)));
}
