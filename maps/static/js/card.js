// The card of what was clicked: a grid, a gap, a station, an enterprise.

import { element, pairs } from "./element.js";
import { keepBelow } from "./legend.js";
import { minutes, number, percent } from "./notation.js";
import { address, fetchJson } from "./service.js";
import { verdictOf } from "./verdict.js";
import { facts, t } from "./words.js";

const place = document.getElementById("card");
const legend = document.querySelector("details.legend");

if (legend?.parentElement === place.parentElement) keepBelow(place, legend);

let whenClosed = () => {};

function close() {
  if (place.hidden) return;
  place.hidden = true;
  whenClosed();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

/** Show a card in the place of the one before; `closed` is called when the user closes it. */
export function showCard(title, children, closed = () => {}) {
  whenClosed = closed;
  place.replaceChildren(
    element("button", { type: "button", class: "close", "aria-label": t("card.close"), onclick: close }, "×"),
    element("h2", {}, title),
    ...children,
  );
  place.hidden = false;
}

/** Return the place of what the receipt of an enterprise says, which fills when it is there. */
function receiptOf(id) {
  const place = element("div", { class: "receipt" });
  const fill = (answer) => place.replaceChildren(...verdictOf(answer));
  // Without it the card says less; the rest of it stands.
  fetchJson(`enterprises/${id}/assignment`).then(fill, (error) => place.replaceChildren(element("p", {}, error.message)));
  return place;
}

/** Return part ÷ total with both counts, or null where there is nothing to count. */
function ratio(part, total) {
  if (total === null || total === undefined) return null;
  return total ? `${percent(part, total)} (${number(part)} / ${number(total)})` : t("card.nobody");
}

/** The address of a grid's page. */
export function gridAddress(code) {
  return address(`/grids/${encodeURIComponent(code)}`);
}

export function gridCard(properties, figures) {
  const organisations = properties.organisations ?? [];
  return [
    element("p", { class: "quiet" }, [properties.code, facts.kinds[properties.kind] ?? properties.kind].filter(Boolean).join(" · ")),
    pairs([
      [t("figure.workers"), figures && ratio(figures.workers_covered, figures.workers)],
      [t("figure.enterprises"), figures && ratio(figures.enterprises_covered, figures.enterprises)],
      [t("figure.area_m2"), figures && typeof figures.area_share === "number" ? percent(figures.area_share, 1) : null],
      [t("card.centre_point"), figures && t(figures.reached ? "card.reached" : "card.not_reached")],
      [t("card.park"), properties.park],
      [t("card.organisation"), organisations.length
        ? organisations.join(t("unit.and"))
        : element("span", { class: "mark lacking" }, t("card.no_organisation"))],
    ]),
    element("a", { class: "button", href: gridAddress(properties.code) }, t("card.open_grid")),
  ];
}

export function gapCard(properties) {
  const missing = properties.minutes_missing;
  return [
    pairs([
      [t("figure.enterprises"), number(properties.enterprises)],
      [t("figure.workers"), typeof properties.workers === "number" ? number(properties.workers) : null],
      [t("card.beyond"), typeof missing === "number"
        ? t("card.minutes_more", { minutes: minutes(missing) })
        : t("card.unreachable")],
    ]),
  ];
}

export function stationCard(properties) {
  const functions = (properties.functions ?? []).map((key) => facts.functions[key] ?? key);
  return [
    element("p", { class: "quiet" }, [facts.kinds[properties.kind] ?? properties.kind, properties.category].filter(Boolean).join(" · ")),
    pairs([
      [t("card.functions"), functions.join(t("unit.and"))],
      [t("card.hours"), properties.opening_hours],
      [t("card.address"), properties.address],
    ]),
  ];
}

export function enterpriseCard(properties) {
  const workers = typeof properties.workers === "number" ? t("unit.workers", { count: number(properties.workers) }) : t("card.workers_unknown");
  return [element("p", { class: "quiet" }, workers), receiptOf(properties.id)];
}
