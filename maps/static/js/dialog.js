// One question at a time: what will happen, and whether it shall.

import { element } from "./element.js";
import { t } from "./words.js";

const place = document.getElementById("dialog");

/** Ask in a dialogue; true where the person says yes. */
export function confirm(title, sentences, yes) {
  return new Promise((resolve) => {
    const answer = (value) => {
      place.close();
      resolve(value);
    };
    place.replaceChildren(
      element("h2", { id: "dialog-title" }, title),
      ...sentences.map((sentence) => element("p", {}, sentence)),
      element("div", { class: "row" },
        element("button", { type: "button", class: "main", onclick: () => answer(true) }, yes),
        element("button", { type: "button", onclick: () => answer(false) }, t("desk.no"))));
    place.oncancel = () => resolve(false);
    place.showModal();
  });
}

/** Show something to read, until it is closed. */
export function show(title, ...children) {
  place.replaceChildren(
    element("h2", { id: "dialog-title" }, title),
    ...children,
    element("div", { class: "row" }, element("button", { type: "button", class: "main", onclick: () => place.close() }, t("card.close"))));
  place.oncancel = null;
  place.showModal();
}

/** Ask for words in a few fields of [name, label, value]; null where the person thinks better of it. */
export function ask(title, fields, yes) {
  return new Promise((resolve) => {
    const inputs = fields.map(([name, label, value]) =>
      element("label", { class: "field" }, label, element("input", { name, value: value ?? "", maxlength: 200, autocomplete: "off" })));
    const form = element("form", {
      onsubmit: (event) => {
        event.preventDefault();
        place.close();
        resolve(Object.fromEntries(new FormData(form)));
      },
    }, ...inputs, element("div", { class: "row" },
      element("button", { type: "submit", class: "main" }, yes),
      element("button", { type: "button", onclick: () => [place.close(), resolve(null)] }, t("desk.no"))));
    place.replaceChildren(element("h2", { id: "dialog-title" }, title), form);
    place.oncancel = () => resolve(null);
    place.showModal();
  });
}
