// A grid's own page: its outline and points on the map, its lists in tabs.

import { Chart } from "./chart.js";
import { claimOf, claims, isOpen } from "./claims.js";
import { chosenStyle } from "./drawing.js";
import { element } from "./element.js";
import { offerLocation } from "./locate.js";
import { minutes, number } from "./notation.js";
import { fail } from "./notice.js";
import { Places } from "./places.js";
import { fetchJson } from "./service.js";
import { facts, t } from "./words.js";

const { grid } = facts;
const MEMBERS = `grids/${encodeURIComponent(grid.code)}/enterprises`;
const LEVEL = { basis: grid.basis, level: grid.level };
const LISTS = { enterprises: [MEMBERS, LEVEL], missing: [MEMBERS, { ...LEVEL, reached: "no" }] };

const chart = new Chart();
const drawn = new Map();
const pages = { enterprises: 0, missing: 0 };

function drawOutline() {
  if (!grid.geometry) return;
  const style = { color: facts.style.there, weight: 3, fillColor: facts.style.there, fillOpacity: 0.06, interactive: false };
  chart.draw("outline", [{ type: "Feature", properties: {}, geometry: grid.geometry }], { style, interactive: false });
}

/** What is to be said of an enterprise before anything else: its sign, in shape, colour and word. */
function signOf(row) {
  if (row.lon === null || row.lon === undefined) return ["!", "lacking", t("grid.no_location")];
  if (row.status === "ambiguous") return ["?", "lacking", t("status.ambiguous")];
  if (isOpen(row)) return ["?", "lacking", t(row.reached ? "grid.in_reach" : "grid.out_of_reach")];
  if (!row.reached) return ["!", "lacking", t("grid.out_of_reach")];
  return ["✓", "there", t("grid.in_reach")];
}

function describe(row, word) {
  return [
    typeof row.workers === "number" ? t("unit.workers", { count: number(row.workers) }) : t("card.workers_unknown"),
    word,
    typeof row.minutes === "number" ? t("grid.minutes_to_station", { minutes: minutes(row.minutes) }) : null,
    claimOf(row),
    !row.receipt && row.rule === "tie" ? t("status.tie") : null,
    !row.receipt && row.candidates?.length > 1 ? t("grid.candidates", { codes: row.candidates.join(t("unit.and")) }) : null,
  ].filter(Boolean).join(" · ");
}

function item(row) {
  const [sign, tone, word] = signOf(row);
  const text = [
    element("span", { class: `sign ${tone}`, "aria-hidden": "true" }, sign),
    element("div", {}, element("strong", {}, row.name || row.source_id), element("p", { class: "quiet" }, describe(row, word))),
  ];
  const located = typeof row.lon === "number";
  const line = element("li", {}, located ? element("button", { type: "button", onclick: () => show(row) }, ...text) : text);
  line.append(...[claims(row, (changed, code) => line.replaceWith(code === null ? item(changed) : given(changed, code)))].filter(Boolean));
  return line;
}

/** What stands in the place of an enterprise that was just given to another grid. */
function given(row, code) {
  const said = row.receipt.override;
  const text = said ? t("grid.given", { name: row.name || row.source_id, code, until: said.until }) : t("grid.taken_back", { name: row.name || row.source_id });
  const line = element("li", { class: "given" }, element("p", {}, text));
  line.append(claims(row, (changed, other) => line.replaceWith(other === null ? item(changed) : given(changed, other))));
  return line;
}

function show(row) {
  chart.map.setView([row.lat, row.lon], Math.max(chart.map.getZoom(), 17));
  const mark = L.circleMarker([row.lat, row.lon], { radius: 11, color: "#111", weight: 3, fill: false, interactive: false });
  chart.chosen.clearLayers();
  chart.chosen.addLayer(mark);
}

function point(row) {
  return { type: "Feature", properties: row, geometry: { type: "Point", coordinates: [row.lon, row.lat] } };
}

function drawMembers(rows) {
  for (const row of rows) {
    if (typeof row.lon === "number") drawn.set(row.id, point(row));
  }
  chart.draw("members", [...drawn.values()], {
    pointToLayer: ({ properties }, place) => L.circleMarker(place, {
      radius: 5, color: "#fff", weight: 1.5, fillOpacity: 1,
      fillColor: properties.reached ? "#4a545b" : facts.style.missing,
    }),
  });
}

async function load(name) {
  const [rows, state, more] = ["rows", "state", "more"].map((kind) => document.querySelector(`[data-${kind}="${name}"]`));
  const [path, filters] = LISTS[name];
  more.hidden = true;
  state.textContent = t("state.loading");
  try {
    const answer = await fetchJson(path, { ...filters, page: pages[name] + 1 });
    pages[name] = answer.page;
    rows.append(...answer.rows.map(item));
    drawMembers(answer.rows);
    state.textContent = answer.total ? "" : t(`grid.none_${name}`);
    more.hidden = answer.page >= answer.pages;
  } catch (error) {
    state.textContent = error.message;
    more.hidden = false;
  }
}

function openTab(button) {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const open = tab === button;
    tab.setAttribute("aria-selected", String(open));
    tab.tabIndex = open ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !open;
  }
  const name = button.id.replace("tab-", "");
  if (pages[name] === 0) load(name);
}

function wireTabs() {
  const all = [...document.querySelectorAll("[role=tab]")];
  for (const tab of all) {
    tab.addEventListener("click", () => openTab(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const tabs = all.filter(({ hidden }) => !hidden);
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      next.focus();
      openTab(next);
    });
  }
}

/** Those without a location that may be in this grid; the tab shows itself where there are any. */
async function offerUnplaced() {
  const tab = document.getElementById("tab-unplaced");
  if (!tab) return;
  try {
    const answer = await fetchJson("geocodes", { grid: grid.code });
    tab.hidden = answer.total === 0;
    tab.querySelector("[data-count]").textContent = number(answer.total);
    const places = new Places(chart, document.getElementById("position"));
    document.querySelector('[data-rows="unplaced"]').replaceChildren(...answer.rows.map((row) => places.item(row)));
  } catch (error) {
    fail(error, offerUnplaced);
  }
}

function wireMap() {
  for (const button of document.querySelectorAll("[data-more]")) {
    button.addEventListener("click", () => load(button.dataset.more));
  }
  chart.onFailure = (error) => fail(error);
  const name = document.getElementById("position");
  chart.onClick.set("members", (feature) => {
    const { properties } = feature;
    chart.choose([feature], chosenStyle);
    name.textContent = `${properties.name || properties.source_id} · ${describe(properties, signOf(properties)[2])}`;
  });
  chart.onClick.set("stations", (feature) => {
    const { properties } = feature;
    chart.choose([feature], chosenStyle);
    name.textContent = [properties.name, facts.kinds[properties.kind], properties.opening_hours].filter(Boolean).join(" · ");
  });
  offerLocation(chart.map, grid, document.getElementById("locate"), name);
}

drawOutline();
wireTabs();
wireMap();
chart.open();
openTab(document.querySelector("[role=tab]"));
offerUnplaced();
