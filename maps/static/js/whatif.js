// The page “what if”: stations are opened, moved, closed and converted, and the figures follow at once.

import { Chart } from "./chart.js";
import { Controls, parameters } from "./controls.js";
import { showCard } from "./card.js";
import { Corrected } from "./corrected.js";
import { confirm } from "./dialog.js";
import { gapStyle, outlineStyle, stationMarker } from "./drawing.js";
import { Dots } from "./dots.js";
import { Effects, showFigures, showRoom, showSides } from "./effect.js";
import { element } from "./element.js";
import { awaitFigures } from "./figures.js";
import { methodLine } from "./method.js";
import { fail, note, quiet, tell } from "./notice.js";
import { showOverflow } from "./overflow.js";
import { Pegs } from "./pegs.js";
import { keyOf, Plan } from "./plan.js";
import { Proposals } from "./proposals.js";
import { offerSearch } from "./search.js";
import { fetchJson } from "./service.js";
import { showSide } from "./sides.js";
import { stationForm } from "./stationform.js";
import { LETTERS, Tray } from "./tray.js";
import { facts, t } from "./words.js";

const GRIDS = { 1: { fillColor: facts.style.there, fillOpacity: 0.25 }, "-1": { fillColor: facts.style.missing, fillOpacity: 0.25 } };
const DOTS = { gained: ["#56b4e9", facts.style.there], lost: ["#fff", facts.style.missing] };
const KEPT = "whatif:plan";
const SIX = 1e6;

const chart = new Chart();
const dots = new Dots("marks", DOTS).addTo(chart.map);
const proposed = L.layerGroup().addTo(chart.map);
const compared = L.layerGroup().addTo(chart.map);
const standing = new Map();
let grids = null;
let tinted = [];
let chosen = null;
let choice = null;
let opened = false;

const pegs = new Pegs(chart.map, { chosen: choose, moved: move, removed: remove });
const plan = new Plan(planned);
const effects = new Effects(answered, (error) => fail(error, () => effects.ask(plan.edits, choice, true)));
let seen = null;
const tray = new Tray({ opened: open, published, failed: (error) => fail(error, quiet), told: note, choice: () => choice, compared: showCompared });
const proposals = new Proposals({ choice: () => choice, took: take, pointed: point, shown: showProposed, failed: (error) => fail(error, quiet) });

/** Return a station as it is in the plan: what stands, with what is said of it. */
function stationOf(key) {
  const feature = standing.get(key);
  const [lon, lat] = feature?.geometry.coordinates ?? [];
  const base = feature ? { ...feature.properties, lon, lat } : { kind: "station", functions: [] };
  return { ...base, ...plan.find(key) };
}

function nameOf(key) {
  return stationOf(key).name ?? String(key);
}

/** Say more of a station; what is as it stands already need not be said. */
function say(key, words, live = false) {
  const old = plan.find(key) ?? (standing.has(key) ? { station: key } : { new: key });
  const edit = words.closed ? { station: key, closed: true } : { ...old, ...words };
  const feature = standing.get(key);
  if (feature) {
    for (const name of ["kind", "functions", "opening_hours", "capacity"]) {
      if (JSON.stringify(edit[name] ?? "") === JSON.stringify(feature.properties[name] ?? "")) delete edit[name];
    }
  }
  for (const name of ["name", "opening_hours"]) if (edit[name] === "" && !feature) delete edit[name];
  if (edit.capacity === null) delete edit.capacity;
  const idle = feature && Object.keys(edit).length === 1;
  if (live) plan.sayLive(key, edit);
  else plan.say(key, idle ? null : edit);
}

function move(key, { lat, lng }, final) {
  const there = { lat: Math.round(lat * SIX) / SIX, lon: Math.round(lng * SIX) / SIX };
  if (final) chosen = key;
  say(key, there, !final);
}

function remove(key) {
  if (plan.find(key)?.new) {
    chosen = null;
    document.querySelector("#card .close")?.click();
    plan.say(key, null);
  } else say(key, { closed: true });
}

/** Put a new station on the map: in its middle, or at the places that were proposed. */
function add(places) {
  let edits = plan.edits;
  let last = null;
  for (const { lat, lon, name } of places) {
    last = `n${edits.reduce((most, edit) => Math.max(most, Number(/^n(\d+)$/.exec(edit.new ?? "")?.[1] ?? 0)), Number(plan.nextNew.slice(1)) - 1) + 1}`;
    edits = [...edits, { new: last, lat: Math.round(lat * SIX) / SIX, lon: Math.round(lon * SIX) / SIX, name: name ?? t("whatif.new_name", { number: last.slice(1) }) }];
  }
  plan.step(edits);
  return last;
}

function take(sites) {
  // The names of cells mean nothing to people.
  const key = add(sites.map(({ lat, lon, name }) => ({ lat, lon, name: /^8[0-9a-f]{14}$/.test(name ?? "") ? null : name })));
  if (sites.length === 1) choose(key);
  else showProposed([]);
}

function choose(key) {
  chosen = key;
  const station = stationOf(key);
  showCard(station.name ?? key, stationForm(station, plan.find(key), {
    changed: (words) => say(key, words),
    closed: () => [say(key, { closed: true }), choose(key)],
    taken: () => remove(key),
    kept: () => [plan.say(key, null), choose(key)],
  }), () => {
    chosen = null;
    drawPegs();
  });
  drawPegs();
  besideCard(station);
}

/** Move the map as far as it takes for a station to be seen beside its card, where there is room beside it. */
function besideCard({ lat, lon }) {
  const taken = document.getElementById("card").offsetWidth + 40;
  if (lat === undefined || chart.map.getSize().x < taken + 160) return;
  chart.map.panInside([lat, lon], { paddingTopLeft: [80, 40], paddingBottomRight: [taken, 40], animate: false });
}

function drawPegs() {
  const wanted = plan.edits.map((edit) => pegOf(keyOf(edit), edit));
  if (chosen !== null && !plan.find(chosen) && standing.has(chosen)) wanted.push(pegOf(chosen, null));
  pegs.show(wanted.filter((peg) => peg.lat !== undefined));
  const hidden = new Set(wanted.map((peg) => peg.key));
  chart.draw("stations", [...standing.values()].filter((one) => !hidden.has(one.properties.id)), { pointToLayer: stationMarker });
}

function pegOf(key, edit) {
  const station = stationOf(key);
  const feature = standing.get(key);
  const moved = edit && edit.lon !== undefined && feature;
  const look = !edit ? "plain" : edit.closed ? "closed" : edit.new ? "new" : moved ? "moved" : "changed";
  const [x, y] = feature?.geometry.coordinates ?? [];
  return { key, lat: station.lat, lon: station.lon, look, from: moved ? [y, x] : null, title: `${station.name ?? key} · ${t(`whatif.look_${look}`)}`, chosen: key === chosen };
}

/** After each change of the plan: pegs, the list of edits, the buttons, and the question. */
function planned() {
  const live = plan.live !== null;
  if (!live) {
    drawPegs();
    listEdits();
    keepForReload();
  }
  buttons();
  if (choice) effects.ask(plan.edits, choice, !live);
}

function listEdits() {
  const place = document.getElementById("edits");
  place.replaceChildren(...(plan.edits.length ? plan.edits.map((edit) => {
    const key = keyOf(edit);
    const { name, title } = { name: stationOf(key).name ?? key, title: pegOf(key, edit).look };
    return element("li", {},
      element("button", { type: "button", class: "plain", onclick: () => [choose(key), chart.map.panTo([stationOf(key).lat, stationOf(key).lon])] },
        element("span", { class: "name" }, name), element("small", { class: "quiet" }, t(`whatif.look_${title}`))),
      element("button", { type: "button", "aria-label": t("whatif.take_back_of", { name }), onclick: () => plan.say(key, null) }, "×"));
  }) : [element("li", { class: "quiet" }, t("whatif.no_edits"))]));
}

function buttons() {
  const able = { undo: plan.canUndo, redo: plan.canRedo, keep: plan.edits.length > 0, publish: tray.open !== null && !isNew(), discard: tray.open !== null };
  for (const [name, on] of Object.entries(able)) document.getElementById(name).disabled = !on;
  document.getElementById("working-name").textContent = tray.open ? tray.open.name : t("whatif.unnamed");
  document.getElementById("working-state").textContent = tray.open && !isNew() ? t("whatif.all_kept") : plan.edits.length ? t("whatif.not_kept") : "";
  document.getElementById("copy").hidden = tray.open === null;
}

/** Whether the plan is other than what is kept. */
function isNew() {
  return tray.open === null || JSON.stringify(tray.open.edits.map(sorted)) !== JSON.stringify(plan.edits.map(sorted));
}

function sorted(edit) {
  return Object.entries(edit).sort(([a], [b]) => (a < b ? -1 : 1));
}

function answered(effect, final) {
  seen = effect.stamp.stations_version;
  showFigures(effect);
  proposals.count(effect.after.workers ? "workers" : "enterprises");
  showSides(document.getElementById("sides"), effect, (side) => showSide(side, { edits: plan.edits, choice }, (error) => fail(error, quiet)));
  showRoom(document.getElementById("room"), effect.allotment, nameOf, () => showOverflow({ edits: plan.edits, choice }, (error) => fail(error, quiet)));
  dots.show(effect.points);
  document.getElementById("method").textContent = methodLine(effect, choice);
  if (final) {
    tint(effect.grids);
    if (!effect.stations.after) tell(t("state.no_stations"), { href: "/desk", text: t("state.to_desk") });
    else if (choice.method === "network" && effect.method === "disc") tell(t("state.no_streets"));
    else if (document.querySelector("#notice.failed") || !opened) quiet();
  }
  if (!opened) {
    opened = true;
    chart.open();
  }
}

/** Tint the grids that gain or lose. */
function tint(changed) {
  if (!grids) return;
  const byId = new Map(changed.map((one) => [one.id, Math.sign(one.workers || one.enterprises || one.area_share)]));
  const now = [];
  grids.eachLayer((layer) => {
    const sign = byId.get(layer.feature.properties.id);
    if (sign) {
      layer.setStyle(GRIDS[sign]);
      now.push(layer);
    } else if (tinted.includes(layer)) layer.setStyle(outlineStyle);
  });
  tinted = now;
}

function showProposed(sites) {
  proposed.clearLayers();
  sites.forEach(({ lat, lon }, place) => proposed.addLayer(
    L.circleMarker([lat, lon], { radius: 11, color: facts.style.there, weight: 2, dashArray: "3 3", fillColor: "#fff", fillOpacity: 0.6, interactive: false })
      .bindTooltip(String(place + 1), { permanent: true, direction: "center", className: "site-number" })));
}

/** Mark on the map what each compared scenario does, by its letter: what it opens or moves, and what it closes. */
function showCompared(all) {
  compared.clearLayers();
  all.forEach(({ scenario }, place) => scenario.edits.forEach((edit) => {
    const [x, y] = standing.get(edit.station)?.geometry.coordinates ?? [];
    const [lat, lon] = [edit.lat ?? y, edit.lon ?? x];
    if (lat === undefined) return;
    const icon = L.divIcon({ className: `compared-mark${edit.closed ? " closed" : ""}`, iconSize: [24, 24], iconAnchor: [12 - 22 * place, 34], html: element("span", {}, LETTERS[place]) });
    compared.addLayer(L.marker([lat, lon], { icon, interactive: false, keyboard: false }));
  }));
}

function point(site) {
  chart.map.setView([site.lat, site.lon], Math.max(chart.map.getZoom(), 15));
}

/** Drag a station by the mouse straight away; a finger chooses it first, or it could not move the map. */
function dragDots() {
  const { group } = chart.slots.get("stations");
  group.eachLayer((layer) => layer.eachLayer((marker) => {
    marker.on("mousedown", ({ originalEvent }) => {
      if (originalEvent.button !== 0) return;
      const key = marker.feature.properties.id;
      chart.map.dragging.disable();
      let moved = false;
      const placeOf = (event) => chart.map.mouseEventToLatLng(event);
      const follow = (event) => {
        moved = true;
        marker.setLatLng(placeOf(event));
        move(key, placeOf(event), false);
      };
      // The pointer may be let go over the card or beside the map.
      document.addEventListener("mousemove", follow);
      document.addEventListener("mouseup", (event) => {
        document.removeEventListener("mousemove", follow);
        chart.map.dragging.enable();
        if (moved) move(key, placeOf(event), true);
      }, { once: true });
    });
  }));
}

async function asked(now) {
  choice = now;
  awaitFigures();
  effects.ask(plan.edits, choice, true);
  try {
    const { features } = await fetchJson("gaps.geojson", parameters(choice));
    const demand = ({ properties }) => properties.workers ?? properties.enterprises;
    const most = Math.max(1, ...features.map(demand));
    chart.draw("gaps", features, { style: (feature) => gapStyle(demand(feature), most), interactive: false });
  } catch (error) {
    fail(error, () => asked(now));
  }
}

/** Open a scenario: its edits in the place of those in hand, its number in the address. */
async function open(scenario) {
  if (isNew() && plan.edits.length) {
    const yes = await confirm(t("whatif.leave_title"), [t("whatif.leave_what")], t("whatif.leave"));
    if (!yes) return;
  }
  takeUp(scenario);
}

function takeUp(scenario) {
  tray.open = scenario;
  chosen = null;
  document.querySelector("#card .close")?.click();
  plan.begin(scenario ? scenario.edits : []);
  addressed();
  tray.draw();
  const places = plan.edits.map((edit) => stationOf(keyOf(edit))).filter((one) => one.lat !== undefined);
  if (places.length) chart.map.fitBounds(L.latLngBounds(places.map((one) => [one.lat, one.lon])).pad(0.2), { maxZoom: 15 });
}

function addressed() {
  const here = new URL(window.location.href);
  if (tray.open) here.searchParams.set("scenario", tray.open.id);
  else here.searchParams.delete("scenario");
  window.history.replaceState(null, "", here);
  if (controls) controls.remember(controls.choice);
}

async function keep(anew) {
  if (await tray.keep(plan.edits, anew, seen)) {
    addressed();
    buttons();
    keepForReload();
  }
}

async function published(name) {
  sessionStorage.removeItem(KEPT);
  await loadStations();
  takeUp(null);
  tray.renew();
  asked(choice);
  note(t("whatif.is_published", { name }));
}

/** What is not kept survives a reload and the other language. */
function keepForReload() {
  if (plan.edits.length) sessionStorage.setItem(KEPT, JSON.stringify({ scenario: tray.open?.id ?? null, edits: plan.edits }));
  else sessionStorage.removeItem(KEPT);
}

async function share() {
  try {
    await navigator.clipboard.writeText(window.location.href);
    note(t("whatif.link_copied"));
  } catch {
    tell(t("whatif.link_is", { link: window.location.href }));
  }
}

async function loadStations() {
  const { features } = await fetchJson("stations.geojson");
  standing.clear();
  for (const feature of features) standing.set(feature.properties.id, feature);
}

/** Begin with the scenario of the address, or with what was in hand before a reload. */
async function begin() {
  await loadStations();
  const wanted = Number(new URLSearchParams(window.location.search).get("scenario"));
  const held = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (wanted) {
    const { scenario, problem } = await fetchJson(`scenarios/${wanted}`);
    if (scenario.state === "open") takeUp(scenario);
    else tell(t(`whatif.was_${scenario.state}`, { name: scenario.name }));
    if (problem) tell(problem);
  }
  if (held && (held.scenario ?? 0) === wanted) plan.begin(held.edits);
  else drawPegs();
  listEdits();
  buttons();
}

function keys(event) {
  const writes = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, dialog");
  if (writes || event.altKey || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  if (event.shiftKey) plan.redo();
  else plan.undo();
}

const draw = chart.draw.bind(chart);
chart.draw = (name, ...rest) => {
  const layer = draw(name, ...rest);
  if (name === "stations") dragDots();
  return layer;
};
chart.onFailure = (error) => fail(error);
chart.onClick.set("stations", ({ properties }) => choose(properties.id));
document.addEventListener("keydown", keys);
const acts = {
  undo: () => plan.undo(),
  redo: () => plan.redo(),
  keep: () => keep(false),
  copy: () => keep(true),
  publish: () => tray.publish(),
  discard: async () => (await tray.discard()) && takeUp(null),
  add: () => {
    const { lat, lng } = chart.map.getCenter();
    const key = add([{ lat, lon: lng }]);
    choose(key);
    pegs.focus(key);
  },
  share,
  anew: () => open(null),
};
for (const [name, act] of Object.entries(acts)) document.getElementById(name).addEventListener("click", act);

new Corrected(chart.map).renew().catch((error) => fail(error));
let controls = null;
begin().then(() => {
  controls = new Controls(asked);
  tray.renew().then(() => tray.compareLinked());
}, (error) => fail(error));
fetchJson("grids.geojson", facts.counting).then(({ features }) => {
  grids = chart.draw("grids", features, { style: outlineStyle, interactive: false });
  offerSearch(features, (feature) => chart.frame(feature.geometry));
  if (!features.length) tell(t("state.no_grids"), { href: "/desk", text: t("state.to_desk") });
}, (error) => fail(error));
