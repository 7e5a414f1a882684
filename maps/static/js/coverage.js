// The map of coverage gaps.

import { chosenBy, onParts, showBreakdown, showHours } from "./breakdown.js";
import { markBeyond } from "./beyond.js";
import { enterpriseCard, gapCard, gridCard, showCard, stationCard } from "./card.js";
import { Chart } from "./chart.js";
import { Controls, parameters } from "./controls.js";
import { Corrections } from "./corrections.js";
import { chosenStyle, gapStyle, outlineStyle, shareStyle } from "./drawing.js";
import { awaitFigures, showFigures } from "./figures.js";
import { methodLine } from "./method.js";
import { fail, quiet, tell } from "./notice.js";
import { offerSearch } from "./search.js";
import { fetchJson } from "./service.js";
import { facts, t } from "./words.js";

const grids = fetchJson("grids.geojson", facts.counting);
const chart = new Chart();
const rings = L.layerGroup().addTo(chart.map);
let layer = null;
let opened = false;
let byGrid = new Map();
let byWorkers = true;
let running = new AbortController();

/** The share of a grid's demand in reach; null where it has none. */
function shareOf(feature) {
  const row = byGrid.get(feature.properties.id);
  if (!row) return null;
  const [covered, total] = byWorkers ? [row.workers_covered, row.workers] : [row.enterprises_covered, row.enterprises];
  return total ? covered / total : null;
}

/** Mark what was clicked, and show its card until it is closed. */
function tellOf(feature, title, card) {
  chart.choose([feature], chosenStyle);
  showCard(title, card, () => chart.choose([], null));
}

function choose(feature) {
  const { properties } = feature;
  tellOf(feature, properties.name ?? properties.code, gridCard(properties, byGrid.get(properties.id)));
}

async function drawGrids() {
  const { features } = await grids;
  const zoom = chart.map.getZoom();
  const style = byGrid.size ? (feature) => shareStyle(shareOf(feature), zoom) : outlineStyle;
  layer = chart.draw("grids", features, { style });
  offerSearch(features, (feature) => {
    chart.frame(feature.geometry);
    choose(feature);
  });
}

/** Say that there is nothing to cover yet, and where to begin. */
function tellEmpty() {
  tell(t("state.no_grids"), { href: "/desk", text: t("state.to_desk") });
}

/** Whether the zone has no grids, as far as it could be asked. */
function isEmpty() {
  return grids.then(({ features }) => !features.length, () => false);
}

async function drawGaps(asked, signal) {
  const { features } = await fetchJson("gaps.geojson", asked, signal);
  const demand = ({ properties }) => properties.workers ?? properties.enterprises;
  const most = Math.max(1, ...features.map(demand));
  chart.draw("gaps", features, { style: (feature) => gapStyle(demand(feature), most) });
}

async function drawShares(asked, choice, signal) {
  const coverage = await fetchJson("coverage", { ...asked, by: chosenBy() }, signal);
  byWorkers = coverage.denominators.workers !== null;
  byGrid = new Map(coverage.by_grid.map((row) => [row.id, row]));
  document.getElementById("legend-title").textContent = t(byWorkers ? "legend.share_workers" : "legend.share_enterprises");
  document.getElementById("method").textContent = methodLine(coverage, choice);
  showFigures(coverage, choice);
  showBreakdown(coverage, choice);
  showHours(coverage);
  // Where the figures came first, the grids were drawn with them.
  if (layer) paint();
  await drawn;
  // Leaflet draws in the next frame; what comes after it must not keep that frame waiting.
  requestAnimationFrame(() => setTimeout(() => {
    performance.mark("first useful map");
    open();
    markBeyond(chart, rings, coverage.beyond_data);
  }));
  return coverage;
}

/** Draw the ground, the stations and the rest once the shares are there. */
function open() {
  if (!opened) chart.open();
  opened = true;
}

function paint() {
  const zoom = chart.map.getZoom();
  layer?.setStyle((feature) => shareStyle(shareOf(feature), zoom));
}

async function changed(choice) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const asked = parameters(choice);
  awaitFigures();
  tell(t("state.loading"));
  try {
    const gaps = drawGaps(asked, signal);
    const [coverage] = await Promise.all([drawShares(asked, choice, signal), drawn, gaps]);
    if (await isEmpty()) tellEmpty();
    else if (!coverage.stations) tell(t("state.no_stations"), { href: "/desk", text: t("state.to_desk") });
    else if (choice.method === "network" && coverage.method === "disc") tell(t("state.no_streets"));
    else quiet();
  } catch (error) {
    if (await isEmpty()) tellEmpty();
    else fail(error, () => changed(choice));
    if (error.name !== "AbortError") open();
  }
}

chart.map.on("zoomend", paint);
chart.onFailure = (error) => fail(error);
chart.onClick.set("grids", choose);
chart.onClick.set("gaps", (feature) => tellOf(feature, t("card.gap"), gapCard(feature.properties)));
chart.onClick.set("stations", (feature) => tellOf(feature, feature.properties.name, stationCard(feature.properties)));
chart.onClick.set("enterprises", (feature) => tellOf(feature, feature.properties.name, enterpriseCard(feature.properties)));

const drawn = drawGrids();
drawn.catch((error) => fail(error));
let controls = null;
onParts(() => changed(controls.choice));
controls = new Controls(changed);
new Corrections(chart, () => changed(controls.choice));
