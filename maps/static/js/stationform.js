// The card of a station in the plan: where it is dragged, what it offers, whether it stays.

import { element } from "./element.js";
import { facts, t } from "./words.js";

/** Return the card's content for a station; `acts` has changed(words), closed(), taken() and kept(). */
export function stationForm(station, edit, acts) {
  const look = edit?.closed ? t("whatif.is_closed") : edit?.new ? t("whatif.is_new") : edit ? t("whatif.is_changed") : t("whatif.stands");
  return [
    element("p", { class: "quiet" }, [facts.kinds[station.kind] ?? station.kind, look].join(" · ")),
    ...(edit?.closed ? [] : [
      element("p", {}, t("whatif.drag_hint")),
      fields(station, acts),
    ]),
    element("div", { class: "row" },
      edit && !edit.new ? element("button", { type: "button", onclick: acts.kept }, t("whatif.take_back")) : null,
      edit?.new ? element("button", { type: "button", onclick: acts.taken }, t("whatif.remove")) : null,
      edit?.new || edit?.closed ? null : element("button", { type: "button", class: "warn", onclick: acts.closed }, t("whatif.close"))),
  ];
}

function fields(station, acts) {
  const form = element("form", { class: "station-form" });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    if (!form.reportValidity()) return;
    const data = new FormData(form);
    acts.changed({
      kind: data.get("kind"),
      functions: data.getAll("function"),
      opening_hours: data.get("hours").trim(),
      capacity: data.get("capacity") === "" ? null : Number(data.get("capacity")),
      ...(data.has("name") ? { name: data.get("name").trim() } : {}),
    });
  });
  const kinds = ["station", "centre"].map((kind) => element("option", { value: kind, selected: station.kind === kind }, facts.kinds[kind] ?? kind));
  const boxes = Object.entries(facts.functions).map(([key, title]) => element("label", { class: "check" },
    element("input", { type: "checkbox", name: "function", value: key, checked: (station.functions ?? []).includes(key) }),
    element("span", {}, title)));
  form.append(
    ...(station.new ? [element("label", { class: "field" }, t("whatif.station_name"), element("input", { name: "name", maxlength: 200, value: station.name ?? "" }))] : []),
    element("label", { class: "field" }, t("whatif.kind"), element("select", { name: "kind" }, ...kinds)),
    ...(boxes.length ? [element("fieldset", {}, element("legend", {}, t("card.functions")), ...boxes)] : []),
    element("label", { class: "field" }, t("card.hours"), element("input", { name: "hours", maxlength: 200, value: station.opening_hours ?? "", placeholder: "Mo-Fr 08:00-20:00" })),
    element("label", { class: "field" }, t("whatif.capacity"), element("input", { name: "capacity", type: "number", min: 0, max: 2147483647, step: 1, inputmode: "numeric", value: station.capacity ?? "", placeholder: t("whatif.unlimited") })));
  return form;
}
