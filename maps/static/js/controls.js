// What the user chose: minutes, method, mode, functions, kinds; kept in the page's address.

import { facts, t } from "./words.js";

const PATIENCE_MS = 400;
const MOST_MINUTES = 60;

export class Controls {
  /** `changed(choice)` is called once at the start and after each change. */
  constructor(changed) {
    this.form = document.getElementById("controls");
    this.changed = changed;
    this.restore();
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", () => this.tell());
    this.form.elements.other.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.tell(), PATIENCE_MS);
    });
    for (const radio of this.form.querySelectorAll("[name=minutes]")) {
      radio.addEventListener("change", () => {
        this.form.elements.other.value = "";
      });
    }
    this.tell();
  }

  /** Return the choice as it stands. */
  get choice() {
    const data = new FormData(this.form);
    const typed = Number(data.get("other"));
    return {
      minutes: typed >= 1 && typed <= MOST_MINUTES ? typed : Number(data.get("minutes") ?? facts.circle.minutes),
      method: data.get("method"),
      mode: data.get("mode"),
      functions: data.getAll("function"),
      kinds: data.getAll("kind"),
      at: data.get("at") || undefined,
    };
  }

  restore() {
    const query = new URLSearchParams(window.location.search);
    const { elements } = this.form;
    const minutes = query.get("minutes");
    const offered = [...this.form.querySelectorAll("[name=minutes]")].find((r) => r.value === minutes);
    if (offered) offered.checked = true;
    else if (Number(minutes) >= 1 && Number(minutes) <= MOST_MINUTES) elements.other.value = minutes;
    if (["network", "disc"].includes(query.get("method"))) elements.method.value = query.get("method");
    if (query.has("mode")) elements.mode.value = query.get("mode");
    if (!elements.mode.value) elements.mode.value = "walk";
    if (elements.at && query.has("at")) elements.at.value = query.get("at");
    for (const name of ["function", "kind"]) {
      if (!query.has(name)) continue;
      for (const box of this.form.querySelectorAll(`[name=${name}]`)) {
        box.checked = query.getAll(name).includes(box.value);
      }
    }
  }

  tell() {
    clearTimeout(this.timer);
    if (!this.form.reportValidity()) return;
    const choice = this.choice;
    const typed = this.form.elements.other.value !== "";
    for (const radio of this.form.querySelectorAll("[name=minutes]")) {
      radio.checked = !typed && Number(radio.value) === choice.minutes;
    }
    const count = choice.functions.length;
    document.getElementById("chosen").textContent = count ? t("map.functions_chosen", { count }) : "";
    this.remember(choice);
    this.changed(choice);
  }

  /** Keep the choice in the address, so that a link, a reload and the other language show the same. */
  remember(choice) {
    const here = new URL(window.location.href);
    for (const name of ["minutes", "method", "mode", "function", "kind", "at", "lang"]) here.searchParams.delete(name);
    for (const [name, value] of Object.entries(parameters(choice))) {
      for (const item of [value].flat()) here.searchParams.append(name, item);
    }
    window.history.replaceState(null, "", here);
    for (const link of document.querySelectorAll("[data-language]")) {
      const there = new URL(here);
      there.searchParams.set("lang", link.dataset.language);
      link.href = there.pathname + there.search;
    }
  }
}

/** Return the choice as the API's parameters; the kinds only where not all of them are chosen. */
export function parameters(choice) {
  const all = choice.kinds.length === facts.circle.kinds.length;
  return {
    minutes: choice.minutes,
    mode: choice.mode,
    method: choice.method,
    function: choice.functions,
    kind: all ? [] : choice.kinds,
    at: choice.at ? [choice.at] : [],
  };
}
