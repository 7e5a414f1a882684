// The map of service circles: along the streets and as the crow flies, one filled, the other outlined.

import { showCard, stationCard } from "./card.js";
import { Chart } from "./chart.js";
import { Controls, parameters } from "./controls.js";
import { Corrected } from "./corrected.js";
import { bandStyle, bandSwatch, chosenStyle, eachStyle, otherStyle } from "./drawing.js";
import { element } from "./element.js";
import { Labels } from "./labels.js";
import { methodLine } from "./method.js";
import { number } from "./notation.js";
import { fail, quiet, tell } from "./notice.js";
import { offerSearch } from "./search.js";
import { fetchJson } from "./service.js";
import { facts, t } from "./words.js";

const BANDS = [5, 10];
const OTHER = { network: "disc", disc: "network" };

const SHAPES = ["dissolved", "split", "overlapping"];

const chart = new Chart();
const labels = new Labels(chart.map);
const shapes = document.getElementById("shapes");
let controls = null;
let station = null;
let before = null;
let answer = null;
let opened = false;
let running = new AbortController();

/** The bands of a time: 5 and 10 minutes where they are shorter, and the time itself. */
function bands(minutes) {
  return [...BANDS.filter((band) => band < minutes), minutes];
}

function ask(choice, method, band, signal, figure = "dissolved") {
  const own = station?.properties.id;
  return fetchJson("circles.geojson", { ...parameters(choice), method, band, station: own, shape: figure }, signal);
}

/** How the areas are drawn; of one station alone there is but one way. */
function shape() {
  return station ? "dissolved" : new FormData(shapes).get("shape");
}

async function drawCircles(choice, signal) {
  const steps = bands(choice.minutes);
  const other = OTHER[choice.method];
  const [filled, outlined, stations] = await Promise.all([
    ask(choice, choice.method, steps, signal, shape()),
    ask(choice, other, [choice.minutes], signal),
    shape() === "dissolved" ? { features: [] } : fetchJson("stations.geojson", {}, signal),
  ]);
  const ordered = [...filled.features].sort((a, b) => b.properties.minutes - a.properties.minutes);
  chart.draw(choice.method, ordered, {
    style: ({ properties }) => (shape() === "dissolved" ? bandStyle : eachStyle)(place(properties.minutes, choice.minutes), shape()),
    interactive: false,
  });
  nameAreas(ordered.filter(({ properties }) => properties.minutes === choice.minutes), stations.features);
  chart.draw(other, outlined.features, { style: otherStyle, interactive: false });
  return filled.features.at(0)?.properties.method;
}

/** Write the stations' names on their areas: in the middle where they are shared out, else where they stand. */
function nameAreas(features, stations) {
  const known = new Map(stations.map((one) => [one.properties.id, one]));
  const named = features.filter(({ properties }) => known.has(properties.station));
  labels.show(named.map(({ geometry, properties }) => {
    const { geometry: { coordinates: [x, y] }, properties: { name } } = known.get(properties.station);
    return { type: "Feature", geometry, properties: { code: name, at: shape() === "overlapping" ? [y, x] : undefined } };
  }));
}

/** The place of a band among the colours: the longest time always has the palest. */
function place(minutes, longest) {
  return minutes === longest ? facts.style.bands.length - 1 : BANDS.indexOf(minutes);
}

async function compare(choice, signal) {
  const asked = parameters(choice);
  const [coverage, { contrast }] = await Promise.all(
    ["coverage", "circles"].map((path) => fetchJson(path, asked, signal)),
  );
  const place = document.querySelector(".compare");
  place.hidden = !contrast;
  place.setAttribute("aria-busy", "false");
  if (contrast) showContrast(contrast);
  document.getElementById("method").textContent = methodLine(coverage, choice);
  return coverage;
}

/** Fill the table of the ways to draw a circle: who is covered, falsely covered, missed. */
function showContrast(contrast) {
  const unit = contrast.total.workers === null ? "enterprises" : "workers";
  document.getElementById("contrast-unit").textContent = t(`contrast.unit_${unit}`);
  const rows = new Map(contrast.rows.map((row) => [row.way, row]));
  for (const line of document.querySelectorAll("[data-way]")) {
    const row = rows.get(line.dataset.way);
    line.hidden = !row;
    if (row) showWay(line, row, unit, contrast);
  }
  const share = `${number(100 * contrast.polygon.share, 2)}%`;
  document.getElementById("verdict").textContent = `${measured(contrast)} ${t("contrast.polygon", { share })}`;
}

function showWay(line, row, unit, contrast) {
  const [name, ...cells] = line.children;
  const detour = row.way === "disc_measured" ? contrast.detour.median : contrast.assumed_detour;
  name.textContent = t(`way.${row.way}`, { radius: number(row.radius_m ?? 0), detour: number(detour, 2) });
  for (const [place, part] of ["covered", "falsely_covered", "missed"].entries()) {
    cells[place].textContent = number(row[part][unit]);
  }
}

function measured({ detour, assumed_detour: assumed }) {
  if (!detour?.median) return t("contrast.no_detour");
  return t("contrast.detour", {
    median: number(detour.median, 2),
    low: number(detour.low, 2),
    high: detour.high === null ? "∞" : number(detour.high, 2),
    pairs: number(detour.pairs),
    assumed: number(assumed, 2),
  });
}

/** Show one station's circle alone and as a whole, until its card is closed; then what was seen before. */
function showStation(feature) {
  before ??= { centre: chart.map.getCenter(), zoom: chart.map.getZoom() };
  station = feature;
  chart.choose([feature], chosenStyle);
  showCard(feature.properties.name, [
    ...stationCard(feature.properties),
    element("p", { class: "quiet" }, t("card.own_circle")),
    element("button", { type: "button", onclick: () => document.querySelector("#card .close").click() }, t("card.all_circles")),
  ], () => {
    station = null;
    chart.choose([], null);
    chart.map.setView(before.centre, before.zoom, { animate: false });
    before = null;
    refresh(controls.choice, circlesAlone);
  });
  refresh(controls.choice, circleInView);
}

async function circleInView(choice, signal) {
  const done = await circlesAlone(choice, signal);
  const areas = [choice.method, OTHER[choice.method]].flatMap((layer) => chart.slots.get(layer).features);
  // At once: Leaflet drops what is asked of a map that still moves, such as to go back.
  chart.frame({ type: "FeatureCollection", features: areas }, { aside: document.getElementById("card").offsetWidth, animate: false });
  return done;
}

function explain(choice) {
  const places = bands(choice.minutes).map((minutes) => place(minutes, choice.minutes));
  for (const line of document.querySelectorAll("[data-band]")) {
    const number = Number(line.dataset.band);
    const band = bands(choice.minutes).find((_, i) => places[i] === number);
    line.hidden = band === undefined;
    line.firstElementChild.style.background = bandSwatch(number, places, shape());
    line.lastElementChild.textContent = t("legend.band", { minutes: band });
  }
  document.getElementById("legend-shape").textContent = t(`legend.shape_${shape()}`);
  document.getElementById("legend-other").textContent = t(`legend.${OTHER[choice.method]}`);
}

const circlesAlone = (choice, signal) => Promise.all([drawCircles(choice, signal), answer]);
const both = (choice, signal) => {
  answer = compare(choice, signal);
  return Promise.all([drawCircles(choice, signal), answer]);
};

/** Draw anew; the table stays as it is where only the station changed. */
async function refresh(choice, work = both) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  tell(t("state.loading"));
  explain(choice);
  try {
    const [, network] = await work(choice, signal);
    if (!network.stations) tell(t("state.no_stations"), { href: "/desk", text: t("state.to_desk") });
    else if (choice.method === "network" && network.method === "disc") tell(t("state.no_streets"));
    else quiet();
  } catch (error) {
    fail(error, () => refresh(choice));
  }
  if (!signal.aborted) open();
}

/** Draw the ground once the circles are there. */
function open() {
  if (!opened) chart.open();
  opened = true;
}

chart.onFailure = (error) => fail(error);
chart.onClick.set("stations", showStation);
const wanted = new URLSearchParams(window.location.search).get("shape");
if (SHAPES.includes(wanted)) shapes.elements.shape.value = wanted;
shapes.addEventListener("change", () => {
  const here = new URL(window.location.href);
  here.searchParams.set("shape", shape());
  window.history.replaceState(null, "", here);
  controls.remember(controls.choice);
  refresh(controls.choice, circlesAlone);
});
controls = new Controls((choice) => refresh(choice));
new Corrected(chart.map).renew().catch((error) => fail(error));
fetchJson("grids.geojson", facts.counting).then(({ features }) => offerSearch(features, (feature) => {
  chart.frame(feature.geometry);
  chart.choose([feature], chosenStyle);
}), (error) => fail(error));
