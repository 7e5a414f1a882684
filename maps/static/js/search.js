// The search for a grid by code or name, which is also the way to a grid without a pointer.

import { element } from "./element.js";
import { t } from "./words.js";

const MOST = 12;

const field = document.getElementById("search");
const list = document.getElementById("found");

/** Offer these grids; `choose(feature)` is called with the one that was taken. */
export function offerSearch(features, choose) {
  let found = [];
  let at = -1;

  const take = (feature) => {
    field.value = feature.properties.code;
    close();
    choose(feature);
  };
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (number) => {
    at = (number + found.length) % found.length;
    for (const [i, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(i === at));
    field.setAttribute("aria-activedescendant", `found-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const seek = () => {
    const sought = field.value.trim().toLocaleLowerCase();
    found = sought ? features.filter((f) => matches(f, sought)).slice(0, MOST) : [];
    at = -1;
    list.replaceChildren(...found.map((feature, i) => option(feature, i, () => take(feature))));
    if (sought && !found.length) list.append(element("li", { class: "quiet" }, t("map.not_found")));
    list.hidden = !sought;
    field.setAttribute("aria-expanded", String(Boolean(sought)));
  };

  field.oninput = seek;
  field.onkeydown = (event) => {
    if (event.key === "Escape") close();
    if (!found.length || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(at + (event.key === "ArrowDown" ? 1 : -1));
    }
    if (event.key === "Enter") take(found[Math.max(at, 0)]);
  };
  field.onblur = () => setTimeout(close, 200);
}

function matches({ properties }, sought) {
  return [properties.code, properties.name].some((text) => (text ?? "").toLocaleLowerCase().includes(sought));
}

function option({ properties }, number, take) {
  return element(
    "li",
    { role: "option", id: `found-${number}`, "aria-selected": "false", onmousedown: (e) => e.preventDefault(), onclick: take },
    properties.name ?? properties.code,
    element("div", { class: "quiet" }, properties.code),
  );
}
