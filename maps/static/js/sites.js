// The places among which the next stations are chosen: cells of the gaps, or a file such as one of vacant rooms.

import { element } from "./element.js";
import { number } from "./notation.js";
import { rowTable } from "./report.js";
import { sendForm } from "./request.js";
import { t } from "./words.js";

export class Sites {
  constructor(form) {
    this.select = form.elements.among;
    this.told = document.getElementById("candidates-read");
    this.file = document.getElementById("candidate-file");
    this.file.addEventListener("change", () => this.read(this.file.files[0]));
    this.places = [];
  }

  /** The places of the file where they are chosen, else none: cells are made. */
  get candidates() {
    return this.select.value === "file" ? this.places : [];
  }

  async read(file) {
    if (!file) return;
    const form = new FormData();
    form.append("file", file);
    this.told.replaceChildren(element("p", { class: "quiet" }, t("state.loading")));
    try {
      const { candidates, total, most, refused, refused_total: more } = await sendForm("siting/candidates", form, () => {});
      this.places = candidates;
      const option = [...this.select.options].find((one) => one.value === "file");
      option.disabled = !candidates.length;
      option.textContent = t("siting.of_file", { file: file.name, count: number(candidates.length) });
      this.select.value = candidates.length ? "file" : "cells";
      this.told.replaceChildren(
        element("p", { class: "quiet" }, t("siting.read", { count: number(candidates.length), refused: number(more) })),
        ...(total > most ? [element("p", { class: "fault" }, t("siting.too_many", { total: number(total), most: number(most) }))] : []),
        ...rowTable("report.refused", refused));
    } catch (error) {
      this.told.replaceChildren(element("p", { class: "fault", role: "alert" }, error.message));
    }
    this.file.value = "";
  }
}
