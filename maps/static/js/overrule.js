// What a person says against the rule, in full: which grid, why, and until when.

import { element } from "./element.js";
import { t } from "./words.js";

/** The form; `say` is called with `grid`, `reason` and, where a day was named, `until`. */
export function overruleForm(codes, { say, back }) {
  const list = `codes-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const send = (event) => {
    event.preventDefault();
    const { grid, reason, until } = event.target.elements;
    say({ grid: grid.value.trim(), reason: reason.value.trim(), ...(until.value ? { until: until.value } : {}) });
  };
  return element("form", { class: "overrule", onsubmit: send },
    field(t("grid.say_grid"), element("input", { name: "grid", list, required: true, autocomplete: "off", maxlength: 200 })),
    element("datalist", { id: list }, ...codes.map((value) => element("option", { value }))),
    field(t("grid.say_reason"), element("input", { name: "reason", required: true, maxlength: 2000, autocomplete: "off" })),
    field(t("grid.say_until"), element("input", { name: "until", type: "date", min: tomorrow })),
    element("button", { type: "submit", class: "main" }, t("grid.say")),
    element("button", { type: "button", onclick: back }, t("grid.cancel")));
}

function field(title, input) {
  return element("label", { class: "field" }, title, input);
}
