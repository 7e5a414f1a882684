// The map of service circles: along the streets and as the crow flies, one filled, the other outlined.

import { showCard, stationCard } from "./card.js";
import { Chart } from "./chart.js";
import { Controls, parameters } from "./controls.js";
import { bandStyle, chosenStyle, otherStyle } from "./drawing.js";
import { element } from "./element.js";
import { amount, bare, NAMES } from "./figures.js";
import { methodLine } from "./method.js";
import { fail, quiet, tell } from "./notice.js";
import { offerSearch } from "./search.js";
import { fetchJson } from "./service.js";
import { facts, t } from "./words.js";

const BANDS = [5, 10];
const OTHER = { network: "disc", disc: "network" };

const chart = new Chart();
let controls = null;
let station = null;
let answer = null;
let opened = false;
let running = new AbortController();

/** The bands of a time: 5 and 10 minutes where they are shorter, and the time itself. */
function bands(minutes) {
  return [...BANDS.filter((band) => band < minutes), minutes];
}

function ask(choice, method, band, signal) {
  const own = station?.properties.id;
  return fetchJson("circles.geojson", { ...parameters(choice), method, band, station: own }, signal);
}

async function drawCircles(choice, signal) {
  const steps = bands(choice.minutes);
  const other = OTHER[choice.method];
  const [filled, outlined] = await Promise.all([
    ask(choice, choice.method, steps, signal),
    ask(choice, other, [choice.minutes], signal),
  ]);
  const ordered = [...filled.features].sort((a, b) => b.properties.minutes - a.properties.minutes);
  chart.draw(choice.method, ordered, {
    style: ({ properties }) => bandStyle(place(properties.minutes, choice.minutes)),
    interactive: false,
  });
  chart.draw(other, outlined.features, { style: otherStyle, interactive: false });
  return filled.features.at(0)?.properties.method;
}

/** The place of a band among the colours: the longest time always has the palest. */
function place(minutes, longest) {
  return minutes === longest ? facts.style.bands.length - 1 : BANDS.indexOf(minutes);
}

async function compare(choice, signal) {
  const [network, disc] = await Promise.all(
    ["network", "disc"].map((method) => fetchJson("coverage", { ...parameters(choice), method }, signal)),
  );
  for (const name of NAMES) {
    const cells = document.querySelectorAll(`[data-row="${name}"] td`);
    const [a, b] = [network, disc].map((answer) => answer.denominators[name]?.covered);
    const known = typeof a === "number" && typeof b === "number";
    cells[0].textContent = known ? bare(name, a) : "–";
    cells[1].textContent = known ? bare(name, b) : "–";
    cells[2].textContent = known ? signed(name, b - a) : "–";
  }
  document.querySelector(".compare").setAttribute("aria-busy", "false");
  document.getElementById("verdict").textContent = verdict(network, disc);
  document.getElementById("method").textContent = methodLine(choice.method === "disc" ? disc : network, choice);
  return network;
}

function signed(name, value) {
  if (!value) return "0";
  return `${value < 0 ? "−" : "+"}${bare(name, Math.abs(value))}`;
}

function verdict(network, disc) {
  if (network.method !== "network") return t("state.no_streets");
  const name = network.denominators.workers ? "workers" : "enterprises";
  const real = new Map(network.by_grid.map((row) => [row.id, row[`${name}_covered`]]));
  // Grid by grid, since what a circle adds in one place hides what it leaves out in another.
  const more = disc.by_grid.map((row) => row[`${name}_covered`] - (real.get(row.id) ?? 0));
  const [over, under] = [1, -1].map((sign) => more.reduce((sum, one) => sum + Math.max(0, sign * one), 0));
  if (!over && !under) return t("compare.same");
  return t("compare.verdict", { over: amount(name, over), under: amount(name, under) });
}

function showStation(feature) {
  station = feature;
  chart.choose([{ ...feature, geometry: around(feature) }], chosenStyle);
  showCard(feature.properties.name, [
    ...stationCard(feature.properties),
    element("p", { class: "quiet" }, t("card.own_circle")),
    element("button", { type: "button", onclick: () => document.querySelector("#card .close").click() }, t("card.all_circles")),
  ], () => {
    station = null;
    chart.choose([], null);
    refresh(controls.choice, circlesAlone);
  });
  refresh(controls.choice, circlesAlone);
}

/** A small square around a station, to mark the one that was chosen. */
function around({ geometry }) {
  const [x, y] = geometry.coordinates;
  const [dx, dy] = [0.0005 / Math.cos((y * Math.PI) / 180), 0.0005];
  return { type: "LineString", coordinates: [[x - dx, y - dy], [x + dx, y - dy], [x + dx, y + dy], [x - dx, y + dy], [x - dx, y - dy]] };
}

function explain(choice) {
  for (const line of document.querySelectorAll("[data-band]")) {
    const band = bands(choice.minutes).find((minutes) => place(minutes, choice.minutes) === Number(line.dataset.band));
    line.hidden = band === undefined;
    line.lastElementChild.textContent = t("legend.band", { minutes: band });
  }
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
controls = new Controls((choice) => refresh(choice));
fetchJson("grids.geojson", facts.counting).then(({ features }) => offerSearch(features, (feature) => {
  chart.frame(feature.geometry);
  chart.choose([feature], chosenStyle);
}), (error) => fail(error));
