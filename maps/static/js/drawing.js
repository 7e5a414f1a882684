// How things look on the map: styles by kind, the hatch, the diamond of a centre.

import { facts } from "./words.js";

const style = facts.style;

const PAPER = "#fbfbf9";
const GROUND = {
  water: { fillColor: "#cfe2ee", color: "#a9c9dd", weight: 1, fillOpacity: 1 },
  green: { fillColor: "#e2ecdd", color: "#e2ecdd", weight: 0, fillOpacity: 1 },
  building: { fillColor: "#e3e0da", color: "#d3cfc7", weight: 0.5, fillOpacity: 1 },
  residential: { fillColor: "#f1eee8", color: "#f1eee8", weight: 0, fillOpacity: 1 },
  wall: { color: "#463c31", weight: 1.5, fill: false },
  gate: { color: "#463c31", weight: 2, fillColor: "#fff", fillOpacity: 1, radius: 4 },
  railway: { color: "#8b8f93", weight: 2, dashArray: "6 4", fill: false },
};

/** The style of a feature of the ground; an unknown kind is drawn in pale grey. */
export function groundStyle(feature) {
  return GROUND[feature.properties.kind] ?? { ...GROUND.residential, color: "#d9dee2", weight: 1 };
}

const WIDTHS = [
  [/motorway|trunk|primary|主干|快速/, 4],
  [/secondary|tertiary|次干|支路/, 2.5],
  [/foot|path|steps|pedestrian|cycle|track|步行|人行|小路/, 0.8],
];

export function streetStyle(properties, zoom) {
  const width = WIDTHS.find(([name]) => name.test(properties.class ?? ""))?.[1] ?? 1.5;
  const scaled = width * Math.min(2, Math.max(0.5, 1 + (zoom - 14) * 0.3));
  return { color: width < 1 ? "#cfd4d8" : "#c3c9ce", weight: scaled, opacity: 1 };
}

export function enterpriseStyle(properties, zoom) {
  const placed = properties.status === "assigned" || properties.status === "tie";
  return {
    radius: zoom < 15 ? 1.5 : zoom < 17 ? 3 : 5,
    fill: true,
    fillOpacity: 0.85,
    fillColor: placed ? "#4a545b" : style.missing,
    color: "#fff",
    weight: zoom < 15 ? 0 : 1,
  };
}

export const parkStyle = { color: "#5f6b73", weight: 1.5, dashArray: "2 4", fill: false, interactive: false };

let hatchPattern = null;

/** The hatch for "no data", as a pattern that a canvas fills with. */
function hatch() {
  if (hatchPattern === null) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = style.noData;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = "#a9a9a4";
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (const x of [-8, 0, 8]) {
      pen.moveTo(x - 1, 9);
      pen.lineTo(x + 9, -1);
    }
    pen.stroke();
    hatchPattern = pen.createPattern(tile, "repeat");
  }
  return hatchPattern;
}

/** The number of a share's class, or null where the share is unknown. */
export function shareClass(share) {
  if (share === null || share === undefined) return null;
  const found = style.shares.findIndex((step) => share < step.upper);
  return found < 0 ? style.shares.length - 1 : found;
}

/** The style of a grid by the share of its demand in reach; from nearby the ground shows through. */
export function shareStyle(share, zoom) {
  const number = shareClass(share);
  const near = zoom >= 16;
  const border = { color: near ? style.shares[4].colour : "#ffffff", weight: near ? 1.5 : 0.8, opacity: 0.9 };
  const fillOpacity = near ? 0.25 : zoom >= 14 ? 0.5 : 0.72;
  if (number === null) return { ...border, fillColor: hatch(), fillOpacity };
  return { ...border, fillColor: style.shares[number].colour, fillOpacity };
}

export const outlineStyle = { color: "#5f6b73", weight: 0.8, opacity: 0.8, fillColor: "#ffffff", fillOpacity: 0.01 };

export const chosenStyle = { color: "#111", weight: 3, opacity: 1, fill: false, interactive: false };

/** A ring of the same size at every zoom about a chosen point. */
export function chosenMarker(feature, place) {
  return L.circleMarker(place, { ...chosenStyle, radius: 13 });
}

/** The style of a cell out of reach: the more demand, the darker. */
export function gapStyle(demand, most) {
  return {
    color: style.missing,
    weight: 0.5,
    opacity: 0.8,
    fillColor: style.missing,
    fillOpacity: 0.3 + 0.5 * Math.sqrt(most > 0 ? demand / most : 0),
  };
}

/** The style of a service area, filled, by its place among the bands (0 is the nearest). */
export function bandStyle(place) {
  const colour = style.bands[Math.min(place, style.bands.length - 1)];
  return { color: colour, weight: 1.2, fillColor: colour, fillOpacity: 0.3, interactive: false };
}

/** Areas of each station: shared out with their borders, or one upon the other, darker where there are more. */
export function eachStyle(place, shape) {
  const { color, ...band } = bandStyle(place);
  if (shape === "split") return { ...band, color: "#1f2a30", weight: 1, opacity: 0.75 };
  return { ...band, color, weight: 0.8, opacity: 0.6, fillOpacity: 0.07 };
}

const LAYERS = 10;

/** What a legend's swatch shows of a band: as many layers as the map lays there, over the ground. */
export function bandSwatch(place, places, shape) {
  const below = places.filter((other) => other >= place).sort((a, b) => b - a);
  const paint = shape === "dissolved" ? bandStyle : eachStyle;
  const layers = (times) => below.flatMap((one) => Array(times).fill(paint(one, shape)));
  const once = blend(layers(1));
  return shape === "overlapping" ? `linear-gradient(to right, ${once}, ${blend(layers(LAYERS))})` : once;
}

/** The colour of fills one upon the other, the lowest first. */
function blend(fills) {
  const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const mixed = fills.reduce(
    (under, { fillColor, fillOpacity }) => parts(fillColor).map((part, i) => under[i] + (part - under[i]) * fillOpacity),
    parts(PAPER),
  );
  return `rgb(${mixed.map(Math.round).join(" ")})`;
}

export const otherStyle = { color: style.missing, weight: 1.8, dashArray: "6 5", fill: false, interactive: false };

// A marker is small where there are many, but a finger must still hit it.
const Dot = L.CircleMarker.extend({
  _clickTolerance() {
    return 8;
  },
});

const Diamond = Dot.extend({
  _updatePath() {
    const renderer = this._renderer;
    if (!renderer._drawing || this._empty()) return;
    const { x, y } = this._point;
    const r = this._radius * 1.25;
    const pen = renderer._ctx;
    pen.beginPath();
    pen.moveTo(x, y - r);
    pen.lineTo(x + r, y);
    pen.lineTo(x, y + r);
    pen.lineTo(x - r, y);
    pen.closePath();
    renderer._fillStroke(pen, this);
  },
});

/** A station as a dot, a centre as a diamond; both in the colour of what is there. */
export function stationMarker(feature, place) {
  const shape = feature.properties.kind === "centre" ? Diamond : Dot;
  return new shape(place, { color: "#fff", fillColor: style.there, fillOpacity: 1 });
}

const BARRIERS_FROM = 15;

const Gate = L.CircleMarker.extend({});

/** Of the ground's points gates alone are drawn. */
function gateMarker(feature, place) {
  return feature.properties.kind === "gate" ? new Gate(place, { pane: "barriers", ...groundStyle(feature) }) : null;
}

// A wall is a thin line with ticks across it: where it runs along a street the street shows on both sides,
// and no colour is needed to tell the two apart.
const TICKS = { ...GROUND.wall, weight: 7, dashArray: "1.5 7", lineCap: "butt", ticks: true };

const isBarrier = ({ properties }) => ["wall", "gate"].includes(properties.kind);

/** How the ground is drawn: what lies below the streets, then the walls above them, with their ticks and gates. */
export const ground = [
  { style: groundStyle, interactive: false, pane: "ground", filter: (feature) => !isBarrier(feature), pointToLayer: () => null },
  { style: TICKS, interactive: false, pane: "barriers", filter: ({ properties }) => properties.kind === "wall", pointToLayer: () => null },
  { style: groundStyle, interactive: false, pane: "barriers", filter: isBarrier, pointToLayer: gateMarker },
];

/** Hide gates and ticks where walls are too small for them to be seen. */
export function sizeBarrier(path, zoom) {
  const near = zoom >= BARRIERS_FROM;
  if (path instanceof Gate) path.setStyle({ stroke: near, fill: near });
  else if (path.options.ticks) path.setStyle({ stroke: near });
}

/** Fit a station's marker to the zoom: small over the whole zone, large over a street. */
export function sizeMarker(marker, zoom) {
  if (!(marker instanceof Dot)) return;
  marker.setStyle({ weight: zoom < 14 ? 1 : 2 });
  marker.setRadius((zoom < 14 ? 3.5 : 6) + (marker instanceof Diamond ? 1.5 : 0));
}
